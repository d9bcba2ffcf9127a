"""What is told of entities: the facts that have them at one end, each with the latest of the memories that say it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graphmem.domain.query import MOST_ENDS, MOST_TELLERS
from graphmem.domain.subgraph import Told
from graphmem.domain.vector import Vector
from graphmem.stores.sqlite.cosine import by_score, cosines, likely
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
    by_entity: dict[int, dict[int, str]] = {}
    for entity, number, id_ in snapshot.rows("facts_to_walk", values, numbers=walkable):
        by_entity.setdefault(entity, {})[number] = id_
    kept = {number for ids in by_entity.values() if len(ids) <= most for number in ids}
    kept |= _nearest(snapshot, [ids for ids in by_entity.values() if len(ids) > most], question, most)
    tellers = _tellers(snapshot, values, kept, shelf, taken)
    return tuple(
        Told._make((*row[1:8], bool(row[8]), memory, sentence))
        for row in snapshot.rows("facts_told", values, numbers=sorted(kept))
        for memory, sentence in tellers.get(row[0], ())
    )


def _nearest(snapshot: Snapshot, crowded: Sequence[Mapping[int, str]], question: Vector, most: int) -> set[int]:
    """Of each of these entities' facts the nearest to the question, ties by id; one without a vector has the cosine 0."""
    asked = sorted({number for ids in crowded for number in ids})
    found = dict(snapshot.rows("fact_vectors", {}, numbers=asked)) if asked else {}
    matrix = joined([found.get(number) for number in asked], len(question))
    roughly = matrix @ question
    kept: set[int] = set()
    for ids in crowded:
        numbers = numbers_of(sorted(ids))
        places = np.searchsorted(numbers_of(asked), numbers)
        chosen = likely(roughly[places], most)
        left = numbers[chosen].tolist()
        order = by_score(cosines(matrix[places[chosen]], question), [ids[number] for number in left])
        kept.update(left[place] for place in order[:most])
    return kept


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
