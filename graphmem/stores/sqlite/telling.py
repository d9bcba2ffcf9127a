"""What is told of entities: the facts that have them at one end, each with the latest of the memories that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graphmem.domain.query import MOST_ENDS, MOST_TELLERS
from graphmem.domain.subgraph import Told
from graphmem.domain.vector import Vector
from graphmem.stores.sqlite.cosine import cosines
from graphmem.stores.sqlite.mirror import Mask, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot, numbers_of
from graphmem.stores.sqlite.vectors import joined


def told(
    snapshot: Snapshot,
    values: Mapping[str, Any],
    entities: Sequence[int],
    question: Vector,
    most: int,
    shelf: Shelf,
    taken: Mask,
) -> tuple[Told, ...]:
    """At most `most` facts of each entity, the nearest to the question first, by id; `values` bind scope and view, and only the
    memories of `shelf` that are `taken` tell."""
    counted = snapshot.rows("ends_of_entities", values, numbers=entities)
    walkable = [number for number, ends in counted if 0 < ends <= MOST_ENDS]
    if not walkable or most < 1:
        return ()
    by_entity: dict[int, list[tuple[int, str]]] = {}
    for entity, number, id_ in snapshot.rows("facts_to_walk", values, numbers=walkable):
        by_entity.setdefault(entity, []).append((number, id_))
    near = _nearness(snapshot, [rows for rows in by_entity.values() if len(rows) > most], question)
    kept = {
        number
        for rows in by_entity.values()
        for number, _ in sorted(rows, key=lambda row: (-near.get(row[0], 0.0), row[1]))[:most]
    }
    tellers = _tellers(snapshot, values, kept, shelf, taken)
    return tuple(
        Told._make((*row[1:8], bool(row[8]), memory, sentence))
        for row in snapshot.rows("facts_told", values, numbers=sorted(kept))
        for memory, sentence in tellers.get(row[0], ())
    )


def _nearness(snapshot: Snapshot, crowded: Sequence[Sequence[tuple[int, str]]], question: Vector) -> dict[int, float]:
    """The cosine to the question of each fact among which has to be chosen."""
    numbers = sorted({number for rows in crowded for number, _ in rows})
    found = snapshot.rows("fact_vectors", {}, numbers=numbers) if numbers else []
    if not found:
        return {}
    scores = cosines(joined([blob for _, blob in found], len(question)), question).tolist()
    return {number: score for (number, _), score in zip(found, scores, strict=True)}


def _tellers(
    snapshot: Snapshot, values: Mapping[str, Any], facts: set[int], shelf: Shelf, taken: Mask
) -> dict[int, list[tuple[str, int]]]:
    """The latest memories that say each fact, the latest first, with the sentence that says it."""
    said = snapshot.rows("tellers", values, numbers=sorted(facts))
    rows = shelf.rows_of(numbers_of(memory for _, memory, _ in said)).tolist()
    found: dict[int, list[tuple[str, int]]] = {}
    for (fact, _, sentence), row in zip(said, rows, strict=True):
        if row >= 0 and taken[row]:
            found.setdefault(fact, []).append((str(shelf.ids[row]), sentence))
    return {fact: sorted(ones, reverse=True)[:MOST_TELLERS] for fact, ones in found.items()}
