"""Builds the reading of one passage, sentence by sentence: what is named, what is stated, what it is about."""

from __future__ import annotations

import re
from collections import Counter

from graphmem.domain.triple import NameSpan, Reading, ReadSentence, Span, Triple
from graphmem.extraction.arguments import characters, name_phrase
from graphmem.extraction.clauses import IMPLIED
from graphmem.extraction.coreference import Discourse, Referent
from graphmem.extraction.dates import DateSpan, find_dates, validity
from graphmem.extraction.names import names_of
from graphmem.extraction.naming import Namer
from graphmem.extraction.rewriting import standalone
from graphmem.extraction.sentences import Heading
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement, StatementReader
from graphmem.ports.extractor import Passage

LONGEST_SENTENCE = 200
"""Tokens above which a sentence is a list or noise: its names are kept, its clauses are not read."""

_FUTURE = re.compile(r"\b(?:will|going to|gonna|next|upcoming|plan(?:s|ning)? to)\b|['’]ll\b", re.IGNORECASE)
_LIFE = re.compile(r"\(([^()]{4,160})\)|\[([^\[\]]{4,160})\]")


class PassageReader:
    """Takes the sentences of one passage in order and gives its `Reading`."""

    def __init__(self, passage: Passage, heading: Heading | None, discourse: Discourse) -> None:
        self._passage, self._heading, self._discourse = passage, heading, discourse
        self._sentences: list[ReadSentence] = []
        self._triples: dict[tuple[str, str, str, bool], Triple] = {}
        self._mentions: dict[tuple[int, int, str], tuple[int, NameSpan]] = {}
        self._first_subject: NameSpan | None = None
        self._speech = passage.speaker is not None or passage.role in ("user", "assistant")
        topic = Referent(heading.name, "entity") if heading is not None else None
        self._speaker = _talker(passage.speaker, {"user": "user", "assistant": "agent"}.get(passage.role or ""))
        listener = _talker(passage.listener, {"user": "agent", "assistant": "user"}.get(passage.role or ""))
        discourse.begin_passage(self._speaker, listener, topic)

    def take(self, tree: Tree) -> None:
        """Read one sentence."""
        text = self._passage.text
        if not any(c.isalnum() for word in tree.words for c in word):
            return
        start, end = tree.starts[0], tree.ends[-1]
        dates = find_dates(text, start, end, self._passage.occurred_at, bool(_FUTURE.search(text, start, end)))
        names = names_of(tree, text, dates)
        namer = Namer(tree, text, names, dates, self._discourse)
        number = len(self._sentences)
        for name in names:
            self._mention(number, namer.mention(name))
        topic = self._heading.name if self._heading else None
        self._sentences.append(ReadSentence(span=Span(start=start, end=end), text=standalone(tree, text, namer.referents, topic)))
        if len(tree) <= LONGEST_SENTENCE and tree.words[-1] != "?" and "?" not in tree.words[-2:]:
            self._state(tree, namer, dates, number)
        self._note_subject(tree, namer)

    def _mention(self, number: int, name: NameSpan) -> None:
        self._mentions.setdefault((name.span.start, name.span.end, name.name), (number, name))

    def _state(self, tree: Tree, namer: Namer, dates: list[DateSpan], number: int) -> None:
        reader = StatementReader(tree, dates)
        for statement in reader.statements():
            triple = self._triple(tree, namer, dates, statement, number)
            if triple is not None:
                self._keep(triple)
                if statement.predicate == "is_a":
                    self._learn_kind(triple, tree, statement)

    def _keep(self, triple: Triple) -> None:
        key = (triple.subject.name.lower(), triple.predicate, triple.object.name.lower(), triple.negated)
        known = self._triples.get(key)
        if known is None or known.confidence < triple.confidence:
            self._triples[key] = triple

    def _learn_kind(self, triple: Triple, tree: Tree, statement: Statement) -> None:
        thing = self._discourse.full_name(triple.subject.name)
        if thing is not None:
            thing.kinds.add(tree.lemmas[statement.object].lower())

    def _triple(self, tree: Tree, namer: Namer, dates: list[DateSpan], statement: Statement, number: int) -> Triple | None:
        subject = self._implied(tree, statement) if statement.subject == IMPLIED else namer.entity(statement.subject)
        whole = namer.phrase if statement.whole else namer.entity
        found = namer.kind(statement.object) if statement.bare else whole(statement.object)
        if subject is None or found is None or subject.type in ("date", "value") or not statement.predicate:
            return None
        if subject.name.lower() == found.name.lower():
            return None
        start, end = tree.starts[statement.head], tree.ends[statement.head]
        start, end = min(start, subject.span.start, found.span.start), max(end, subject.span.end, found.span.end)
        borne = [d for d in dates if self._belongs(tree, d, statement)]
        opened, closed = validity(borne) if statement.dated else (None, None)
        return Triple(
            subject=subject, predicate=statement.predicate, object=found, sentence=number,
            span=Span(start=start, end=end), negated=statement.negated, modality=statement.modality,
            confidence=statement.confidence, valid_from=opened, valid_to=closed,
        )  # fmt: skip

    def _implied(self, tree: Tree, statement: Statement) -> NameSpan | None:
        """The speaker, as the subject of "Just got back from Oslo"; its span is the verb's."""
        if self._speaker is None:
            return None
        start, end = tree.starts[statement.head], tree.ends[statement.head]
        return NameSpan(name=self._speaker.name, type=self._speaker.type, span=Span(start=start, end=end))

    @staticmethod
    def _belongs(tree: Tree, date: DateSpan, statement: Statement) -> bool:
        """Whether a date hangs on the statement's verb, with no other verb in between."""
        token = next((i for i in range(len(tree)) if tree.starts[i] >= date.start), None)
        while token is not None and token != statement.head:
            above = tree.heads[token]
            if above == token or (tree.pos[token] == "VERB" and tree.deps[token] != "conj"):
                return False
            token = above
        return token is not None

    def _note_subject(self, tree: Tree, namer: Namer) -> None:
        if self._first_subject is not None:
            return
        root = next((i for i in range(len(tree)) if tree.heads[i] == i), 0)
        subject = tree.kid(root, "nsubj", "nsubj:pass")
        if subject is not None:
            self._first_subject = namer.entity(subject)

    def finish(self) -> Reading:
        """The reading of all that was taken."""
        mentions = list(self._mentions.values())
        about = self._about()
        if self._heading is not None and self._sentences and about is not None:
            full = self._passage.text[self._heading.start : self._heading.end]
            mentions.insert(0, (0, about))
            if full != about.name:
                mentions.insert(1, (0, about.model_copy(update={"name": full})))
        return Reading(
            sentences=tuple(self._sentences), triples=tuple(self._triples.values()), mentions=tuple(mentions), about=about
        )

    def _about(self) -> NameSpan | None:
        if self._heading is not None:
            topic = self._discourse.topic
            kind = topic.type if topic is not None else "entity"
            if kind == "entity" and topic is not None and topic.personal:
                kind = "person"
            span = Span(start=self._heading.start, end=self._heading.end)
            return NameSpan(name=self._heading.name, type=kind, span=span)
        subjects = Counter(triple.subject.name for triple in self._triples.values())
        spoken = self._speaker is not None and self._speaker.name
        if spoken and subjects[spoken] * 2 <= subjects.total():
            subjects.pop(spoken, None)
        if self._first_subject is not None and (not spoken or self._first_subject.name != spoken):
            return self._first_subject
        if not subjects:
            return None
        best = subjects.most_common(1)[0][0]
        return next(triple.subject for triple in self._triples.values() if triple.subject.name == best)


def _talker(name: str | None, role: str | None) -> Referent | None:
    """Who "I" or "you" is: the named person, else the user or the agent."""
    if name is not None and name.strip():
        return Referent(" ".join(name.split()), "person")
    return Referent(role, role) if role is not None else None
