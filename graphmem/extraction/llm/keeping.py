"""Makes the reading of one passage from what a model stated of it; what the text does not vouch for is dropped, and told."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.names import is_proper
from graphmem.domain.triple import Dropped, NameSpan, Reading, ReadSentence, Span, Triple
from graphmem.extraction.llm.answer import StatedFact, StatedName, shortened
from graphmem.extraction.llm.dating import Calendar, Period, Side, period
from graphmem.extraction.llm.evidence import (
    Vocabulary,
    find_name,
    find_quote,
    sentence_spans,
    tidy_name,
    tidy_predicate,
)
from graphmem.extraction.sentences import find_heading
from graphmem.ports.extractor import Passage

MOST_FACTS = 200
"""That are kept of one passage: more are no reading of it."""
SUREST = 0.95
"""No model is surer of a fact than this, whatever it says."""
_LITERAL = frozenset({"date", "value"})


class PassageKeeper:
    """Takes what was stated of one passage, in order, and gives its `Reading`."""

    def __init__(self, passage: Passage, vocabulary: Vocabulary) -> None:
        self._passage, self._vocabulary = passage, vocabulary
        self._calendar = Calendar(passage.text, passage.occurred_at)
        self._heading = find_heading(passage.text)
        self._spans = sentence_spans(passage.text, self._heading.end if self._heading else 0)
        self._triples: dict[tuple[object, ...], Triple] = {}
        self._named: dict[tuple[int, str], NameSpan] = {}
        self._outside: dict[int, dict[str, None]] = {}
        self._dropped: list[Dropped] = []

    def drop(self, stated: object, reason: str) -> None:
        """Tell of a statement that is not kept."""
        self._dropped.append(Dropped(fact=shortened(str(stated)), reason=reason))

    def take(self, stated: StatedFact) -> None:
        """Keep a fact, if its quote and its names stand in the text."""
        text = self._passage.text
        evidence = find_quote(stated.quote, text)
        subject, found = tidy_name(stated.subject), tidy_name(stated.object)
        predicate = tidy_predicate(stated.predicate)
        if evidence is None:
            return self.drop(stated, f"its quote is not in the text: “{shortened(stated.quote)}”")
        if subject is None or found is None or predicate is None:
            return self.drop(stated, "its subject, predicate or object is empty, too long, or no text")
        if stated.subject_type in _LITERAL or subject.casefold() == found.casefold():
            return self.drop(stated, "its subject is a value, or its own object")
        dated = self._dated(stated, found, evidence) if stated.object_type == "date" else None
        found = dated.name if dated else found
        for name, what in ((subject, "subject"), (found, "object")):
            if not (dated and what == "object") and not self._vocabulary.holds(name):
                return self.drop(stated, f"its {what} is nowhere in the text: “{name}”")
        if len(self._triples) >= MOST_FACTS:
            return self.drop(stated, f"there are more than {MOST_FACTS} facts of one passage")
        triple = self._triple(stated, subject, predicate, found, evidence)
        key = (subject.casefold(), predicate, found.casefold(), stated.negated, stated.modality)
        if self._triples.setdefault(key, triple) is triple:
            self._note(triple.sentence, triple.subject, evidence)
            self._note(triple.sentence, triple.object, evidence)
        return None

    def take_name(self, stated: StatedName) -> None:
        """Keep a name that is spelled in the text, and pass over one that is not."""
        name = tidy_name(stated.name)
        span = find_name(name, self._passage.text, Span(start=0, end=len(self._passage.text))) if name else None
        if name and span is not None and stated.type not in _LITERAL:
            number = self._sentence_at(span.start)
            self._named.setdefault((number, name.casefold()), NameSpan(name=name, type=stated.type, span=span))

    def _triple(self, stated: StatedFact, subject: str, predicate: str, found: str, evidence: Span) -> Triple:
        number = self._sentence_at(evidence.start)
        opened, closed = self._validity(stated, evidence)
        return Triple(
            subject=self._placed(subject, stated.subject_type, evidence, number),
            predicate=predicate,
            object=self._placed(found, stated.object_type, evidence, number),
            sentence=number,
            span=evidence,
            negated=stated.negated,
            modality=stated.modality,
            confidence=min(max(stated.confidence, 0.0), SUREST) if stated.confidence == stated.confidence else 0.0,
            valid_from=opened,
            valid_to=closed,
            tense=stated.tense,
            corrects=stated.corrects,
            instead_of=self._taken_back(stated, evidence, number),
        )

    def _taken_back(self, stated: StatedFact, evidence: Span, number: int) -> NameSpan | None:
        """What a correction takes back by name; a name that is nowhere in the text is left out, and told."""
        name = tidy_name(stated.instead_of) if stated.corrects and stated.instead_of else None
        if name is None:
            return None
        if not self._vocabulary.holds(name):
            self.drop(stated, f"only what it corrects, which is nowhere in the text: “{name}”")
            return None
        return self._placed(name, stated.object_type, evidence, number)

    def _placed(self, name: str, kind: str, evidence: Span, number: int) -> NameSpan:
        """A name where it is spelled: in the quote, else in its sentence, else where the quote is."""
        text = self._passage.text
        sentence = self._spans[number] if self._spans else evidence
        span = find_name(name, text, evidence) or find_name(name, text, sentence)
        return NameSpan(name=name, type=kind, span=span or evidence)

    def _note(self, number: int, name: NameSpan, evidence: Span) -> None:
        if name.type in _LITERAL:
            return
        self._named.setdefault((number, name.name.casefold()), name)
        if name.span == evidence and find_name(name.name, self._passage.text, evidence) is None:
            self._outside.setdefault(number, {})[name.name] = None

    def _validity(self, stated: StatedFact, evidence: Span) -> tuple[datetime | None, datetime | None]:
        """The times that a fact is said to hold; one that the text does not say, or an end before the start, is left out and
        told."""
        opened = self._dated(stated, stated.valid_from, evidence, "from")
        closed = self._dated(stated, stated.valid_to, evidence, "to")
        if opened and closed and closed.last <= opened.first:
            self.drop(stated, "only its dates: it would end before it begins")
            return None, None
        return opened and opened.first, closed and closed.last

    def _dated(
        self, stated: StatedFact, written: str | None, evidence: Span, side: Side | None = None
    ) -> Period | None:
        """A date as the text has it, in the quote or around it in its sentence; what is otherwise is told. None for an object,
        which has no `side`, is no more than that the text has no such date: it may still be spelled there."""
        named = period(written) if written else None
        if named is None:
            if written and side:
                self.drop(stated, f"only its date, which cannot be read: “{shortened(written)}”")
            return None
        kept = self._calendar.vouched(named, self._around(evidence), side)
        if kept is None and side:
            self.drop(stated, f"only its date, which its sentence does not say: “{named.name}”")
        elif kept is not None and kept != named:
            self.drop(stated, f"only its date as it was stated, “{named.name}”: the text says {kept.name}")
        return kept

    def _around(self, evidence: Span) -> Span:
        """The sentence of a quote, or the sentences that it goes over."""
        if not self._spans:
            return evidence
        first, last = self._spans[self._sentence_at(evidence.start)], self._spans[self._sentence_at(evidence.end - 1)]
        return Span(start=min(first.start, evidence.start), end=max(last.end, evidence.end))

    def _sentence_at(self, offset: int) -> int:
        return max(bisect_right([span.start for span in self._spans], offset) - 1, 0)

    def finish(self) -> Reading:
        """The reading of all that was taken."""
        about = self._about()
        mentions = [(number, name) for (number, _), name in self._named.items()]
        if self._heading is not None and about is not None and self._spans:
            mentions.insert(0, (0, about))
        return Reading(
            sentences=tuple(self._alone(number, span) for number, span in enumerate(self._spans)),
            triples=tuple(self._triples.values()),
            mentions=tuple(mentions) if self._spans else (),
            about=about,
            dropped=tuple(self._dropped),
        )

    def _alone(self, number: int, span: Span) -> ReadSentence:
        """A sentence so that it reads alone: behind the names that its facts are about and that it does not spell."""
        words = self._passage.text[span.start : span.end]
        names: Sequence[str] = list(self._outside.get(number, ()))
        return ReadSentence(span=span, text=f"{', '.join(names)}: {words}" if names else words)

    def _about(self) -> NameSpan | None:
        """The heading's subject; else whom most is said of, the speaker only if that is more than half."""
        heading = self._heading
        if heading is not None:
            return NameSpan(name=heading.name, type="entity", span=Span(start=heading.start, end=heading.end))
        subjects = Counter(triple.subject.name for triple in self._triples.values())
        speaker = self._passage.speaker
        if speaker is not None and subjects[speaker] * 2 <= subjects.total():
            del subjects[speaker]
        chosen = next((name for name, _ in subjects.most_common() if is_proper(name) or name == speaker), None)
        return next((t.subject for t in self._triples.values() if t.subject.name == chosen), None)
