"""Builds the reading of one passage, sentence by sentence: what is named, what is stated, what it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from graphmem.domain.relations import DEFAULT
from graphmem.domain.triple import NameSpan, Reading, ReadSentence, Span, Tense, Triple
from graphmem.extraction.bygone import is_bygone
from graphmem.extraction.canonical import canonicalised, set_against
from graphmem.extraction.clauses import IMPLIED
from graphmem.extraction.coreference import Discourse, Referent
from graphmem.extraction.dates import DateSpan, find_dates, validity
from graphmem.extraction.exemplars.reader import statements_like
from graphmem.extraction.fitting import fitted, placed, typed_low
from graphmem.extraction.life import LifeDate, life_dates
from graphmem.extraction.names import Name, names_of, pattern_of
from graphmem.extraction.naming import Namer, dated
from graphmem.extraction.quantities import Quantity, find_quantities, without_quantities
from graphmem.extraction.quoting import Quoting
from graphmem.extraction.rewriting import standalone
from graphmem.extraction.sentences import Heading
from graphmem.extraction.standing import (
    Amendment,
    amended,
    amendment,
    end_of_state,
    end_of_stay,
    is_correction,
    is_plan,
    looks_ahead,
    tense,
)
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement, StatementReader
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Passage

LONGEST_SENTENCE = 200
"""Tokens above which a sentence is a list or noise: its names are kept, its clauses are not read."""

_FUTURE = re.compile(r"\b(?:will|going to|gonna|next|upcoming|plan(?:s|ning)? to)\b|['’]ll\b", re.IGNORECASE)
_LIFE_CONFIDENCE = 0.85
_ROLES = {"user": "user", "assistant": "agent"}
_OTHER = {"user": "agent", "assistant": "user"}
_ELSEWHERE = frozenset(
    {"nsubj", "nsubj:pass", "csubj", "appos", "parataxis", "acl", "acl:relcl", "advcl", "ccomp", "nmod:poss"}
)
"""Relations that lead out of what a verb says of itself: a date beyond one of them is not the verb's."""


class PassageReader:
    """Takes the sentences of one passage in order and gives its `Reading`."""

    def __init__(
        self, passage: Passage, heading: Heading | None, discourse: Discourse, embedder: Embedder | None = None
    ) -> None:
        self._passage, self._heading, self._discourse, self._embedder = passage, heading, discourse, embedder
        self._sentences: list[ReadSentence] = []
        self._triples: dict[tuple[str, str, str, bool], Triple] = {}
        self._mentions: dict[tuple[int, int, str], tuple[int, NameSpan]] = {}
        self._first_subject: NameSpan | None = None
        role = passage.role or ""
        self._speaker = _talker(passage.speaker, _ROLES.get(role))
        self._quoting = Quoting(passage.text)
        topic = Referent(heading.name, "entity") if heading is not None else None
        self._known = (heading.name, pattern_of(heading.name)) if heading is not None else None
        discourse.begin_passage(self._speaker, _talker(passage.listener, _OTHER.get(role)), topic)

    def take(self, tree: Tree) -> None:
        """Read one sentence."""
        text, number = self._passage.text, len(self._sentences)
        if not any(c.isalnum() for word in tree.words for c in word):
            return
        start, end = tree.starts[0], tree.ends[-1]
        future, past = bool(_FUTURE.search(text, start, end)), "VBD" in tree.tags
        spoken = self._speaker is not None and self._heading is None
        ahead = partial(looks_ahead, tree) if spoken else _never
        dates = find_dates(text, start, end, self._passage.occurred_at, future, past and not future, ahead)
        quantities = find_quantities(text, start, end, dates)
        dates = without_quantities(dates, quantities)
        names = names_of(tree, text, [*dates, *quantities], self._known)
        topic_at = self._topic_of_first(tree, names) if number == 0 else None
        namer = Namer(tree, text, names, dates, self._discourse, topic_at, quantities)
        for name in names:
            self._mention(number, namer.mention(name), name)
        topic = self._discourse.topic.name if self._discourse.topic else None
        alone = standalone(tree, text, namer.referents, namer.named, topic)
        self._sentences.append(ReadSentence(span=Span(start=start, end=end), text=alone))
        change = amendment(text, start, end) if self._discourse.said else None
        if change is not None:
            self._amend(change, number)
        elif len(tree) <= LONGEST_SENTENCE and "?" not in tree.words[-2:]:
            statements = list(canonicalised(tree, StatementReader(tree, dates, quantities).statements()))
            if self._heading is not None:
                statements = [one for one in statements if not one.value]
            statements = self._with_likely(tree, statements, names, [*dates, *quantities])
            if self._speaker is not None:
                statements = self._quoting.of_own(tree, statements)
            self._state(statements, tree, namer, dates, number)
        self._live(tree, names, namer, dates, number)
        self._note_subject(tree, namer)

    def _topic_of_first(self, tree: Tree, names: list[Name]) -> int | None:
        """The subject of a headed text's first sentence, where that stands at its start and says what the subject is:
        it is the heading's subject, if under another name ("Theodore Patrick, Jr., is …" below "Ted Patrick")."""
        topic = self._discourse.topic
        root = next((i for i in range(len(tree)) if tree.heads[i] == i), 0)
        subject = tree.kid(root, "nsubj", "nsubj:pass")
        if topic is None or subject is None or min(tree.subtree(subject)) > 1:
            return None
        name = next((n for n in names if n.first <= subject < n.last), None)
        shared = name is not None and any(len(word) > 2 for word in _words(name.name) & _words(topic.name))
        if not shared and tree.kid(root, "cop") is None:
            return None
        if name is not None and name.name.lower() != topic.name.lower():
            self._discourse.alias(name.name, topic)
        return subject

    def _mention(self, number: int, mention: NameSpan, name: Name) -> None:
        self._mentions.setdefault((name.start, name.end, mention.name), (number, mention))
        if mention.name != name.name and " " in name.name:
            spelt = mention.model_copy(update={"name": name.name})
            self._mentions.setdefault((name.start, name.end, name.name), (number, spelt))

    def _live(self, tree: Tree, names: list[Name], namer: Namer, dates: list[DateSpan], number: int) -> None:
        """Birth and death from the brackets behind names."""
        topic = self._discourse.topic
        person = topic is not None and topic.personal is True
        for told in life_dates(self._passage.text, tree.starts[0], tree.ends[-1], dates, names, person):
            bearer = self._before(tree, told.start, names, namer, number)
            if bearer is not None:
                thing = self._discourse.full_name(bearer.name)
                if thing is not None and thing.type == "entity":
                    thing.type = "person"
                self._keep(self._life_triple(bearer, told, namer, number))

    def _before(self, tree: Tree, bracket: int, names: list[Name], namer: Namer, number: int) -> NameSpan | None:
        """Whose bracket it is: the topic's before the first sentence's verb, else that of the name right before it."""
        topic = self._discourse.topic
        verbs = (tree.starts[i] for i, tag in enumerate(tree.tags) if tag in ("VBZ", "VBD", "VBP", "MD"))
        if number == 0 and topic is not None and bracket < next(verbs, tree.ends[-1]):
            return NameSpan(
                name=topic.name, type=topic.type, span=Span(start=tree.starts[0], end=max(bracket, tree.ends[0]))
            )
        close = next((name for name in names if 0 <= bracket - name.end <= 2), None)
        return namer.mention(close) if close is not None else None

    @staticmethod
    def _life_triple(bearer: NameSpan, told: LifeDate, namer: Namer, number: int) -> Triple:
        found = dated(told.object) if isinstance(told.object, DateSpan) else namer.mention(told.object)
        opened = told.object.first if isinstance(told.object, DateSpan) else None
        return Triple(
            subject=bearer, predicate=told.predicate, object=found, sentence=number,
            span=Span(start=min(bearer.span.start, told.start), end=told.end),
            confidence=_LIFE_CONFIDENCE, valid_from=opened,
        )  # fmt: skip

    def _state(self, statements: list[Statement], tree: Tree, namer: Namer, dates: list[DateSpan], number: int) -> None:
        said, against = [], set_against(tree) if statements else []
        for statement in statements:
            triple = self._triple(tree, namer, dates, statement, number, against)
            if triple is not None:
                said.append(triple)
                self._keep(triple)
                if statement.predicate == "is_a":
                    self._learn_kind(triple.subject.name, tree.lemmas[statement.object].lower())

        self._discourse.said = tuple(said) or self._discourse.said

    def _amend(self, change: Amendment, number: int) -> None:
        """Say again what was said last, with the right value."""
        said = amended(self._discourse.said, change, number)
        for triple in said:
            self._keep(triple)
        self._discourse.said = tuple(said) or self._discourse.said

    def _with_likely(
        self, tree: Tree, read: list[Statement], names: list[Name], literals: Sequence[DateSpan | Quantity]
    ) -> list[Statement]:
        """With what speech states in words that no rule knows: only where the rules found nothing of everyday life but who is
        whose relative ("my sister"). It takes the place of what they said of the same two ends, if the vocabulary knows it."""
        if self._embedder is None or self._speaker is None or self._heading is not None:
            return read
        if any(is_known(one.predicate) for one in read if one.dated):
            return read
        joined = {frozenset((one.subject, one.object)) for one in read}
        likely = [
            one
            for one in statements_like(tree, names, literals, self._embedder)
            if is_known(one.predicate) or frozenset((one.subject, one.object)) not in joined
        ]
        ends = {frozenset((one.subject, one.object)) for one in likely}
        return likely + [one for one in read if frozenset((one.subject, one.object)) not in ends]

    def _keep(self, triple: Triple) -> None:
        key = (triple.subject.name.lower(), triple.predicate, triple.object.name.lower(), triple.negated)
        known = self._triples.get(key)
        if known is None or known.confidence < triple.confidence:
            self._triples[key] = triple

    def _learn_kind(self, name: str, kind: str) -> None:
        thing = self._discourse.full_name(name)
        if thing is not None:
            thing.kinds.add(kind)

    def _triple(
        self, tree: Tree, namer: Namer, dates: list[DateSpan], statement: Statement, number: int, against: Sequence[int]
    ) -> Triple | None:
        subject = self._implied(tree, statement) if statement.subject == IMPLIED else namer.entity(statement.subject)
        wanted = statement.object
        if statement.value:
            found: NameSpan | None = _literal(tree, statement)
        else:
            found = namer.phrase(wanted) if statement.whole else namer.entity(wanted, bare=statement.bare)
        if subject is None or found is None or subject.type in ("date", "value") or not statement.predicate:
            return None
        if subject.name.lower() == found.name.lower() or self._quoting.is_all_of(
            found.span, tree.starts[statement.head]
        ):
            return None
        start, end = tree.starts[statement.head], tree.ends[statement.head]
        start, end = min(start, subject.span.start, found.span.start), max(end, subject.span.end, found.span.end)
        borne = [date for date in dates if statement.dated and self._belongs(tree, date, statement.head)]
        opened, closed = validity(borne)
        bygone = self._is_own(subject, found) and is_bygone(tree, statement)
        closed = closed or self._end(tree, statement, borne, bygone)
        planned = statement.modality == "asserted" and is_plan(tree, statement.head, borne, self._passage.occurred_at)
        fixed = found.type == "date" and statement.modality == "asserted" and not planned
        if fixed and opened is not None and opened > self._passage.occurred_at:
            opened = None  # "The meeting is on Friday" holds as soon as it is told
        over: Tense = "past" if bygone and not borne else tense(tree, statement.head)
        return Triple(
            subject=subject, predicate=statement.predicate, object=found, sentence=number,
            span=Span(start=start, end=end), negated=statement.negated, modality="intended" if planned else statement.modality,
            confidence=statement.confidence, valid_from=opened, valid_to=closed,
            tense=statement.tense or over,
            corrects=is_correction(tree, self._passage.text, statement.predicate, against), instead_of=self._instead(namer, against),
        )  # fmt: skip

    def _end(self, tree: Tree, statement: Statement, borne: Sequence[DateSpan], bygone: bool) -> datetime | None:
        """When what is stated is over by the times that it is told of."""
        if statement.value:
            return None
        said_at = self._passage.occurred_at
        ended = end_of_state(tree, statement.head, statement.predicate, borne, said_at, bygone)
        return ended or end_of_stay(statement.predicate, borne, said_at)

    def _is_own(self, *ends: NameSpan) -> bool:
        """Whether one of these is the speaker or somebody of theirs ("my dog")."""
        if self._speaker is None or self._heading is not None:
            return False
        own = self._speaker.name.lower()
        return any(end.name.lower() == own or end.name.lower().startswith(f"{own}'s ") for end in ends)

    @staticmethod
    def _instead(namer: Namer, against: Sequence[int]) -> NameSpan | None:
        """What the sentence sets against what it states."""
        return next((named for token in against if (named := namer.entity(token)) is not None), None)

    def _implied(self, tree: Tree, statement: Statement) -> NameSpan | None:
        """The speaker, as the subject of "Just got back from Oslo"; its span is the verb's."""
        if self._speaker is None:
            return None
        start, end = tree.starts[statement.head], tree.ends[statement.head]
        return NameSpan(name=self._speaker.name, type=self._speaker.type, span=Span(start=start, end=end))

    def _belongs(self, tree: Tree, date: DateSpan, head: int) -> bool:
        """Whether a date hangs on the statement's verb, with no other verb or subject in between."""
        if (
            self._passage.text[date.start - 1 : date.start] == "("
            or self._passage.text[date.start - 2 : date.start] == "( "
        ):
            return False
        token = next((i for i in range(len(tree)) if tree.starts[i] >= date.start), None)
        while token is not None and token != head:
            above = tree.heads[token]
            if (
                above == token
                or tree.deps[token] in _ELSEWHERE
                or (tree.pos[token] == "VERB" and tree.deps[token] != "conj")
            ):
                return False
            token = above
        return token is not None

    def _note_subject(self, tree: Tree, namer: Namer) -> None:
        if self._first_subject is None:
            root = next((i for i in range(len(tree)) if tree.heads[i] == i), 0)
            subject = tree.kid(root, "nsubj", "nsubj:pass")
            self._first_subject = namer.entity(subject) if subject is not None else None

    def finish(self) -> Reading:
        """The reading of all that was taken, every name with the type that the whole text gives it."""
        about = self._about()
        mentions = list(self._mentions.values())
        if self._heading is not None and self._sentences and about is not None:
            full = self._passage.text[self._heading.start : self._heading.end]
            named = [about, about.model_copy(update={"name": full})] if full != about.name else [about]
            mentions = [*((0, name) for name in named), *mentions]
        return Reading(
            sentences=tuple(self._sentences),
            triples=tuple(self._typed_triple(triple) for triple in self._triples.values()),
            mentions=tuple((number, self._typed(name)) for number, name in mentions),
            about=self._typed(about) if about is not None else None,
        )

    def _typed(self, name: NameSpan) -> NameSpan:
        if name.type in ("date", "value", "user", "agent"):
            return name
        thing = self._discourse.known(name.name)
        if thing is None:
            return name
        kind = "person" if thing.personal and thing.type not in ("user", "agent") else thing.type
        return name if kind in (name.type, "entity") else name.model_copy(update={"type": kind})

    def _typed_triple(self, triple: Triple) -> Triple:
        subject, found = self._typed(triple.subject), placed(triple.predicate, self._typed(triple.object))
        found = typed_low(triple.predicate, found, self._passage.text)
        if subject is triple.subject and found is triple.object:
            return fitted(triple)
        return fitted(triple.model_copy(update={"subject": subject, "object": found}))

    def _about(self) -> NameSpan | None:
        """The heading's subject; in speech the speaker, if most is said of them, else the name most is said of; in
        other text the subject of the first sentence."""
        if self._heading is not None:
            return NameSpan(
                name=self._heading.name, type="entity", span=Span(start=self._heading.start, end=self._heading.end)
            )
        subjects = Counter(triple.subject.name for triple in self._triples.values())
        speaker = self._speaker.name if self._speaker is not None else None
        if not (speaker and subjects[speaker]) and self._first_subject is not None:
            return self._first_subject
        if speaker is not None and subjects[speaker] * 2 <= subjects.total():
            del subjects[speaker]
        named = [name for name, _ in subjects.most_common() if any(c.isupper() for c in name) or name == speaker]
        return next((t.subject for t in self._triples.values() if named and t.subject.name == named[0]), None)


def is_known(predicate: str) -> bool:
    """Whether a predicate says something of a relation of everyday life."""
    return DEFAULT.meaning(predicate) is not None or bool(DEFAULT.ended_by(predicate))


def _never(_: int) -> bool:
    return False


def _literal(tree: Tree, statement: Statement) -> NameSpan:
    """An object that the words do not name; its span is the verb's."""
    start, end = tree.starts[statement.object], tree.ends[statement.object]
    return NameSpan(name=statement.value, type="value", span=Span(start=start, end=end))


def _words(name: str) -> set[str]:
    return set(re.findall(r"\w+", name.lower()))


def _talker(name: str | None, role: str | None) -> Referent | None:
    """Who "I" or "you" is: the named person, else the user or the agent."""
    if name is not None and name.strip():
        return Referent(" ".join(name.split()), "person")
    return Referent(role, role) if role is not None else None
