"""What is told of entities: the facts that have them at one end, each with the latest of the memories that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphmem.domain.query import MOST_ENDS, MOST_TELLERS
from graphmem.domain.subgraph import Told
from graphmem.domain.vector import Matrix, Vector
from graphmem.stores.sqlite.cosine import by_score, cosines, likely
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf
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
) -> tuple[tuple[Told, ...], frozenset[int]]:
    """At most `most` facts of each entity, the nearest to the question first, by id, and which entities have too many to be
    asked; `values` bind scope and view, and only the memories of `shelf` that are `taken` tell."""
    counted = snapshot.rows("ends_of_entities", values, numbers=entities)
    crowded = frozenset(number for number, ends in counted if ends > MOST_ENDS)
    walkable = [number for number, ends in counted if 0 < ends <= MOST_ENDS]
    if not walkable or most < 1:
        return (), crowded
    by_entity: dict[int, dict[int, str]] = {}
    for entity, number, id_ in snapshot.rows("facts_to_walk", values, numbers=walkable):
        by_entity.setdefault(entity, {})[number] = id_
    kept = {number for ids in by_entity.values() if len(ids) <= most for number in ids}
    for entity, ids in by_entity.items():
        if len(ids) > most:
            kept |= _nearest(snapshot, shelf, entity, ids, question, most)
    tellers = _tellers(snapshot, values, kept, shelf, taken)
    found = tuple(
        Told._make((*row[1:8], bool(row[8]), memory, sentence))
        for row in snapshot.rows("facts_told", values, numbers=sorted(kept))
        for memory, sentence in tellers.get(row[0], ())
    )
    return found, crowded


def _nearest(
    snapshot: Snapshot, shelf: Shelf, entity: int, ids: Mapping[int, str], question: Vector, most: int
) -> set[int]:
    """Of an entity's facts the nearest to the question, ties by id; one without a vector has the cosine 0."""
    numbers = numbers_of(sorted(ids))
    matrix = _vectors(snapshot, shelf, entity, numbers, len(question))
    chosen = likely(matrix @ question, most)
    left = numbers[chosen].tolist()
    order = by_score(cosines(matrix[chosen], question), [ids[number] for number in left])
    return {left[place] for place in order[:most]}


def _vectors(snapshot: Snapshot, shelf: Shelf, entity: int, numbers: Numbers, dimension: int) -> Matrix:
    """The vectors of these facts of an entity; kept with the shelf, since chains come by crowded entities again and again."""
    kept = shelf.vectors.get(entity)
    if kept is not None and np.array_equal(kept[0], numbers):
        return kept[1]
    found = dict(snapshot.rows("fact_vectors", {}, numbers=numbers.tolist()))
    matrix = joined([found.get(number) for number in numbers.tolist()], dimension)
    shelf.keep_vectors(entity, numbers, matrix)
    return matrix


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
