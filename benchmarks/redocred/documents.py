"""The documents of Re-DocRED as texts, with the things that they name and which of these are related.

The file (Tan and others, 2022: "Revisiting DocRED – Addressing the False Negative Problem in Relation Extraction"; MIT
licence) gives tokens. They are put together again as people write, so that the extractor gets the text that it would get.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.datasets import decoded, digests, field, find, json_of, text_of
from benchmarks.errors import BenchmarkError
from graphmem.domain.identity import entity_key
from graphmem.extraction.dates import date_name, find_dates

SAID_AT = datetime(2018, 1, 1, tzinfo=UTC)
"""When every document is taken to be written, so that a run does not depend on its day."""

_OPENING, _CLOSING = frozenset("([{$£€"), frozenset(".,;:!?)]}%")
_ENDINGS = frozenset({"'s", "’s", "n't", "n’t", "'re", "'ve", "'ll", "'d", "'m", "'"})


@dataclass(frozen=True, slots=True)
class Named:
    """A thing that a document names: the keys of all its names, its type, and the sentences that name it."""

    keys: frozenset[str]
    type: str
    sentences: frozenset[int]


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its title on the first line, what it names, and (head, Wikidata property, tail) by their numbers."""

    text: str
    things: tuple[Named, ...]
    relations: tuple[tuple[int, str, int], ...]


def load(folder: Path, part: str) -> tuple[list[Document], dict[str, str]]:
    """The documents of `part` ("dev" or "test") in `folder`, and the sha256 of what was read. Raises BenchmarkError."""
    file = find(folder, f"{part}_revised.json*")
    rows = json_of(decoded(file), str(file))
    if not isinstance(rows, list) or not rows:
        raise BenchmarkError(f"{file}: expected a list of documents.")
    return [_document(row, f"{file}, document {number + 1}") for number, row in enumerate(rows)], digests(file)


def _document(row: Any, place: str) -> Document:
    sentences = field(row, "sents", list, place)
    things = tuple(_named(mentions, place) for mentions in field(row, "vertexSet", list, place))
    relations = tuple(_relation(label, len(things), place) for label in field(row, "labels", list, place))
    text = " ".join(written(sentence) for sentence in sentences)
    return Document(f"{text_of(row, 'title', place)}\n{text}", things, relations)


def _named(mentions: Any, place: str) -> Named:
    if not isinstance(mentions, list) or not mentions:
        raise BenchmarkError(f"{place}: a thing without a mention.")
    kind = text_of(mentions[0], "type", place)
    keys = {key for mention in mentions for key in _keys(text_of(mention, "name", place), kind)}
    return Named(frozenset(keys), kind, frozenset(field(mention, "sent_id", int, place) for mention in mentions))


def _keys(name: str, kind: str) -> set[str]:
    """What a thing of this name may be called in the graph: its name, and a date's name as a node."""
    name = written(name.split())
    found = {entity_key(name)}
    if kind == "TIME":
        found.update(entity_key(date_name(date)) for date in find_dates(name, 0, len(name), SAID_AT))
    return found


def _relation(label: Any, things: int, place: str) -> tuple[int, str, int]:
    head, tail = field(label, "h", int, place), field(label, "t", int, place)
    if not (0 <= head < things and 0 <= tail < things):
        raise BenchmarkError(f"{place}: a relation of a thing that is not there.")
    return head, text_of(label, "r", place), tail


def written(tokens: Sequence[str]) -> str:
    """Tokens with the spaces that people write between them."""
    text, quoted, glued = "", False, True
    for token in tokens:
        closing = token[0] in _CLOSING or token.lower() in _ENDINGS or token == "-" or (token == '"' and quoted)
        text += token if glued or closing else f" {token}"
        glued = token[-1] in _OPENING or token == "-" or (token == '"' and not quoted)
        quoted ^= token == '"'
    return text
