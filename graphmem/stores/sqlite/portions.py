"""Gives an owner's graph out in parts that another store can take in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphmem.domain.change import ChangeSet, Portion
from graphmem.domain.fact import Mention
from graphmem.domain.memory import Sentence
from graphmem.domain.vector import Vector
from graphmem.stores.sqlite.ingesting import ingest_of
from graphmem.stores.sqlite.rows import entity_of, episode_of, fact_of, memory_of, revision_of, same_of, support_of
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.vectors import from_bytes

KINDS = ("entities", "same", "memories", "facts", "links", "revisions", "ingests")
"""In this order nothing comes before what it refers to."""


def owners(snapshot: Snapshot, after: str | None, limit: int) -> list[str]:
    """Who has a graph here, in order."""
    return [row[0] for row in snapshot.rows("owners", {"after": after, "limit": limit})]


def portion(snapshot: Snapshot, owner: str, after: str | None, limit: int, dimension: int) -> Portion:
    """See `GraphStore.portion`. `after` is the kind that was being given out and the number of its last row."""
    kind, _, number = (after or f"{KINDS[0]}:0").partition(":")
    rows, last = _Reader(snapshot, owner, dimension).part(kind, int(number), limit)
    following = f"{kind}:{last}" if last is not None else None
    if following is None and kind != KINDS[-1]:
        following = f"{KINDS[KINDS.index(kind) + 1]}:0"
    return Portion(changes=ChangeSet(owner=owner, **rows), following=following)


class _Reader:
    def __init__(self, snapshot: Snapshot, owner: str, dimension: int) -> None:
        self._snapshot = snapshot
        self._owner = snapshot.owner_state(owner)[0]
        self._dimension = dimension

    def part(self, kind: str, after: int, limit: int) -> tuple[dict[str, Any], int | None]:
        """Rows of a kind as fields of a ChangeSet, and the number of the last when there may be more."""
        cursor = {"owner": self._owner, "after": after, "limit": limit}
        fields, numbers = getattr(self, f"_{kind}")(cursor)
        return fields, numbers[-1] if len(numbers) == limit else None

    def _vectors(self, rows: Sequence[Any], ids: Sequence[str]) -> dict[str, Vector]:
        """The last column, for the rows that have a vector."""
        pairs = zip(ids, rows, strict=True)
        return {id_: from_bytes(row[-1], self._dimension) for id_, row in pairs if row[-1] is not None}

    def _entities(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_entities", cursor)
        entities = tuple(entity_of((*row[:7], None)) for row in rows)
        fields = {"entities": entities, "vectors": self._vectors(rows, [row[1] for row in rows])}
        return fields, [row[0] for row in rows]

    def _same(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_same", cursor)
        return {"same": tuple(map(same_of, rows))}, [row[-1] for row in rows]

    def _memories(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_memories", cursor)
        numbers = [row[0] for row in rows]
        told = self._snapshot.rows("portion_sentences", {}, numbers=numbers)
        sentences = [Sentence(memory_id=a, position=b, span_start=c, span_end=d, text=e) for a, b, c, d, e, _ in told]
        vectors = self._vectors(rows, [row[1] for row in rows]) | self._vectors(told, [one.id for one in sentences])
        fields = {
            "episodes": tuple(map(episode_of, self._snapshot.rows("episodes_by_number", {}, numbers=numbers))),
            "memories": tuple(map(memory_of, rows)),
            "sentences": tuple(sentences),
            "vectors": vectors,
        }
        return fields, numbers

    def _facts(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_facts", cursor)
        fields = {"facts": tuple(map(fact_of, rows)), "vectors": self._vectors(rows, [row[1] for row in rows])}
        return fields, [row[0] for row in rows]

    def _links(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        numbers = [number for (number,) in self._snapshot.rows("portion_numbers", cursor)]
        supports = [support_of(row) for row in self._snapshot.rows("portion_supports", {}, numbers=numbers)]
        mentions = [
            Mention(memory_id=row[0], entity_id=row[1], sentence=row[2], span_start=row[3], span_end=row[4])
            for row in self._snapshot.rows("portion_mentions", {}, numbers=numbers)
        ]
        return {"supports": tuple(supports), "mentions": tuple(mentions)}, numbers

    def _revisions(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_revisions", cursor)
        return {"revisions": tuple(map(revision_of, rows))}, [row[-1] for row in rows]

    def _ingests(self, cursor: dict[str, Any]) -> tuple[dict[str, Any], list[int]]:
        rows = self._snapshot.rows("portion_ingests", cursor)
        return {"ingests": tuple(map(ingest_of, rows))}, [row[0] for row in rows]
