"""Ready triples in place of an extractor, so that recall is measured apart from extraction.

The file has one JSON object a passage: `passage_id`, `entities` (names) and `triples` ([subject, predicate, object]).
Where sentences end and what a text is about is read offline as ever; triples and names are those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.datasets import Passage, rows, text_of
from benchmarks.errors import BenchmarkError
from graphmem.domain.triple import NameSpan, Reading, ReadSentence, Span, Triple
from graphmem.ports.extractor import Extractor
from graphmem.ports.extractor import Passage as Unread
from graphmem.remember.draft import canonical_predicate

_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = re.compile(rf"(?:{_MONTHS}|[\d\W_]|st|nd|rd|th|bc|ad)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Replayed:
    """What the file says of one passage: names, and triples of three parts with a letter or digit in each."""

    entities: tuple[str, ...]
    triples: tuple[tuple[str, str, str], ...]


def read_replayed(file: Path) -> dict[str, Replayed]:
    """The passages of the file by id; a triple without three parts is left out. Raises BenchmarkError naming the line."""
    if not file.is_file():
        raise BenchmarkError(f"{file} is not a file: --extractor replay FILE names one with ready triples.")
    replayed = {}
    for place, row in rows(file):
        triples, entities = row.get("triples"), row.get("entities", [])
        if not isinstance(triples, list) or not isinstance(entities, list):
            raise BenchmarkError(f"{place}: triples and entities are to be lists.")
        whole = [tuple(map(str, triple)) for triple in triples if isinstance(triple, list) and len(triple) == 3]
        replayed[text_of(row, "passage_id", place)] = Replayed(
            tuple(name for name in map(str, entities) if _says_something(name)),
            tuple((s, p, o) for s, p, o in whole if all(map(_says_something, (s, p, o)))),
        )
    return replayed


def _says_something(part: str) -> bool:
    return any(char.isalnum() for char in part)


class ReplayExtractor:
    """An extractor that knows its passages: sentences and subject are read by `inner`, the triples were read before."""

    def __init__(self, passages: Sequence[Passage], replayed: Mapping[str, Replayed], inner: Extractor) -> None:
        self._by_text = {passage.text: replayed[passage.id] for passage in passages if passage.id in replayed}
        self._inner = inner

    def read(self, passages: Sequence[Unread]) -> list[Reading]:
        """One reading a passage, in order. A piece of a long passage gets those of its triples that it names an end of."""
        readings = self._inner.read(passages)
        return [
            _reading(passage.text, self._of(passage.text), reading)
            for passage, reading in zip(passages, readings, strict=True)
        ]

    def _of(self, text: str) -> Replayed:
        if text in self._by_text:
            return self._by_text[text]
        whole = next((known for passage, known in self._by_text.items() if text in passage), Replayed((), ()))
        triples = (triple for triple in whole.triples if _find(triple[0], text) or _find(triple[2], text))
        return Replayed(tuple(name for name in whole.entities if _find(name, text)), tuple(triples))


def _reading(text: str, replayed: Replayed, read: Reading) -> Reading:
    sentences = read.sentences or (ReadSentence(span=Span(start=0, end=len(text)), text=text),)
    triples = tuple(_triple(triple, text, sentences) for triple in replayed.triples)
    ends = [(triple.sentence, end) for triple in triples for end in (triple.subject, triple.object)]
    seen = [place for name in replayed.entities for place in _places(name, text, sentences)]
    return Reading(sentences=sentences, triples=triples, mentions=(*ends, *seen), about=read.about)


def _triple(parts: tuple[str, str, str], text: str, sentences: Sequence[ReadSentence]) -> Triple:
    """A triple where it stands: in the first sentence that names the most of its ends."""
    subject, predicate, object_ = parts
    spans = [sentence.span for sentence in sentences]

    def named(number: int) -> int:
        return sum(bool(_find(end, text, spans[number])) for end in (subject, object_))

    sentence = max(range(len(spans)), key=lambda number: (named(number), -number))
    here = spans[sentence]
    return Triple(
        subject=_name(subject, text, here),
        predicate=canonical_predicate(predicate),
        object=_name(object_, text, here),
        sentence=sentence,
        span=here,
    )


def _name(name: str, text: str, sentence: Span) -> NameSpan:
    """A name with its place: in the sentence, else anywhere in the text, else the whole sentence."""
    span = _find(name, text, sentence) or _find(name, text) or sentence
    return NameSpan(name=name, type="date" if _DATE.fullmatch(name) else "entity", span=span)


def _places(name: str, text: str, sentences: Sequence[ReadSentence]) -> Iterator[tuple[int, NameSpan]]:
    """Every sentence that has the name, with its first place there."""
    for number, sentence in enumerate(sentences):
        if _find(name, text, sentence.span):
            yield number, _name(name, text, sentence.span)


def _find(name: str, text: str, within: Span | None = None) -> Span | None:
    """Where a name first stands in the text as words of its own, in any case."""
    first, last = (within.start, within.end) if within else (0, len(text))
    found = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE).search(text, first, last)
    return Span(start=found.start(), end=found.end()) if found else None
