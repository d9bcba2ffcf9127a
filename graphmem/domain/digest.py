"""Tells whether two graphs are the same without holding either: a count and a checksum of every kind of row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from graphmem.domain.change import ChangeSet

_ROUND = 1 << 128
KINDS = (
    "episodes",
    "entities",
    "memories",
    "sentences",
    "facts",
    "supports",
    "mentions",
    "same",
    "revisions",
    "ingests",
)
_LATER = {"feedback": 0.0, "record": None, "about_as": None, "subject_as": None, "object_as": None, "same_as": None}
_LATER |= {"since": None, "until": None}
"""Fields that came later than the first archives: where they say nothing, a row hashes as it did before there were any."""
_MARKED = ("memories", "sentences")


@dataclass(slots=True)
class Digest:
    """Rows and vectors counted, and a sum of the hashes of all rows: the order in which they come does not matter.

    Vectors are counted and not hashed: another store may round their last bit. A row that is taken in twice is counted twice,
    but for episodes, which come with every part that needs them.
    """

    counts: dict[str, int] = field(default_factory=dict)
    sums: dict[str, int] = field(default_factory=dict)
    _episodes: set[str] = field(default_factory=set)

    def take(self, changes: ChangeSet) -> None:
        """Count the rows of one part of a graph."""
        for kind, row in rows_of(changes):
            if kind == "episodes" and row.id in self._episodes:
                continue
            if kind == "episodes":
                self._episodes.add(row.id)
            self._add(kind, int.from_bytes(_hash(row), "big"))
        self.counts["vectors"] = self.counts.get("vectors", 0) + len(changes.vectors)

    def _add(self, kind: str, value: int) -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.sums[kind] = (self.sums.get(kind, 0) + value) % _ROUND

    def merge(self, other: Digest) -> None:
        """Add the rows that another digest counted."""
        for kind, number in other.counts.items():
            self.counts[kind] = self.counts.get(kind, 0) + number
        for kind, value in other.sums.items():
            self.sums[kind] = (self.sums.get(kind, 0) + value) % _ROUND

    def checksums(self) -> dict[str, str]:
        """The sums as 32 hexadecimal digits each."""
        return {kind: f"{value:032x}" for kind, value in sorted(self.sums.items()) if value}

    def differing(self, other: Digest) -> tuple[str, ...]:
        """The kinds of row in which the two are not the same."""
        kinds = sorted({*self.counts, *other.counts})
        return tuple(
            kind
            for kind in kinds
            if self.counts.get(kind, 0) != other.counts.get(kind, 0)
            or self.sums.get(kind, 0) != other.sums.get(kind, 0)
        )

    def missed(self, found: Digest) -> tuple[str, ...]:
        """The kinds of row in which `found` is not what this one counted. More history is no difference: it outlives the
        memories that were deleted, and so it stands beside that of the same memories when they are brought back."""
        more = found.counts.get("revisions", 0) > self.counts.get("revisions", 0)
        return tuple(kind for kind in self.differing(found) if not (more and kind == "revisions"))


def rows_of(changes: ChangeSet) -> Iterator[tuple[str, Any]]:
    """Every row of a ChangeSet with its kind, in an order in which none comes before what it refers to."""
    for kind in KINDS:
        rows: Iterable[Any] = getattr(changes, kind)
        for row in rows:
            yield kind, row


def marks_of(changes: ChangeSet) -> Iterator[bytes]:
    """A hash, 16 bytes, of each memory and sentence: of what is written whole, and changes when it is revised."""
    for kind, row in rows_of(changes):
        if kind in _MARKED:
            yield _hash(row)


def _hash(row: BaseModel) -> bytes:
    fields = row.model_dump(mode="json")
    fields = {name: value for name, value in fields.items() if name not in _LATER or value != _LATER[name]}
    text = json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
