"""What is told of entities: the facts that have them at one end, each with the latest of the memories that say it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.query import MOST_ENDS, MOST_TELLERS, Frontier
from graphmem.domain.subgraph import Told
from graphmem.domain.vector import Matrix
from graphmem.stores.sqlite.cosine import by_score, cosines, likely
from graphmem.stores.sqlite.leading import Ground
from graphmem.stores.sqlite.mirror import Numbers, Shelf
from graphmem.stores.sqlite.snapshot import numbers_of
from graphmem.stores.sqlite.vectors import joined

MANY = 256
"""Facts from which on those that are seen are looked for in a copy."""
Ends = dict[int, tuple[Numbers, NDArray[np.object_]]]
"""By entity, the numbers of the facts that have it at one end, ascending, and their ids."""


def told(ground: Ground, frontier: Frontier, entities: Sequence[int]) -> tuple[tuple[Told, ...], frozenset[int]]:
    """At most `frontier.facts` facts of each entity, the nearest to the question first, by id, and which entities have too many
    to be asked; only the memories that are targets of the ground tell."""
    snapshot, values, most = ground.snapshot, ground.values, frontier.facts
    counted = snapshot.rows("ends_of_entities", values, numbers=entities)
    crowded = frozenset(number for number, ends in counted if ends > MOST_ENDS)
    walkable = {number: ends for number, ends in counted if 0 < ends <= MOST_ENDS}
    if not walkable or most < 1:
        return (), crowded
    ties = snapshot.ties(frontier.scope) if sum(walkable.values()) >= MANY else None
    found = _in_file(ground, list(walkable)) if ties is None else _in_copy(ties, frontier, list(walkable))
    kept: set[int] = set()
    for entity, (numbers, ids) in found.items():
        kept.update(numbers.tolist() if len(numbers) <= most else _nearest(ground, entity, numbers, ids, most))
    tellers = _tellers(ground, kept)
    tellings = tuple(
        Told._make((*row[1:8], bool(row[8]), memory, sentence))
        for row in snapshot.rows("facts_told", values, numbers=sorted(kept))
        for memory, sentence in tellers.get(row[0], ())
    )
    return tellings, crowded


def _in_file(ground: Ground, entities: Sequence[int]) -> Ends:
    """The facts that are seen of each entity."""
    by_entity: dict[int, dict[int, str]] = {}
    for entity, number, id_ in ground.snapshot.rows("facts_to_walk", ground.values, numbers=entities):
        by_entity.setdefault(entity, {})[number] = id_
    found: Ends = {}
    for entity, ids in by_entity.items():
        numbers = numbers_of(sorted(ids))
        found[entity] = numbers, np.array([ids[number] for number in numbers.tolist()], dtype=np.object_)
    return found


def _in_copy(ties: Shelf, frontier: Frontier, entities: Sequence[int]) -> Ends:
    """The same, by a look at all ties: as many as the vectors that every search compares, and a hundredth of their size."""
    rows = np.flatnonzero(np.isin(ties.firsts, entities) | np.isin(ties.seconds, entities))
    rows = rows[ties.seen(frontier.scope, frontier.view, rows)]
    firsts, seconds = ties.firsts[rows], ties.seconds[rows]
    found: Ends = {}
    for entity in entities:
        mine = rows[(firsts == entity) | (seconds == entity)]
        found[entity] = ties.numbers[mine], ties.ids[mine]
    return found


def _nearest(ground: Ground, entity: int, numbers: Numbers, ids: NDArray[np.object_], most: int) -> list[int]:
    """Of an entity's facts the nearest to the question, ties by id; one without a vector has the cosine 0."""
    matrix = _vectors(ground, entity, numbers)
    chosen = likely(matrix @ ground.vector, most)
    order = by_score(cosines(matrix[chosen], ground.vector), ids[chosen])
    left: list[int] = numbers[chosen][order[:most]].tolist()
    return left


def _vectors(ground: Ground, entity: int, numbers: Numbers) -> Matrix:
    """The vectors of these facts of an entity; kept with the shelf, since chains come by crowded entities again and again."""
    kept = ground.shelf.vectors.get(entity)
    if kept is not None and np.array_equal(kept[0], numbers):
        return kept[1]
    found = dict(ground.snapshot.rows("fact_vectors", {}, numbers=numbers.tolist()))
    matrix = joined([found.get(number) for number in numbers.tolist()], len(ground.vector))
    ground.shelf.keep_vectors(entity, numbers, matrix)
    return matrix


def _tellers(ground: Ground, facts: set[int]) -> dict[int, list[tuple[str, int]]]:
    """The latest memories that say each fact, the latest first, with the sentence that says it."""
    shelf = ground.shelf
    said = ground.snapshot.rows("tellers", ground.values, numbers=sorted(facts))
    rows = shelf.rows_of(numbers_of(memory for _, memory, _ in said))
    here = rows >= 0
    here[here] = ground.targets[rows[here]]
    found: dict[int, list[tuple[str, int]]] = {}
    for (fact, _, sentence), memory in zip(compress(said, here), shelf.ids[rows[here]].tolist(), strict=True):
        found.setdefault(fact, []).append((memory, sentence))
    return {fact: sorted(ones, reverse=True)[:MOST_TELLERS] for fact, ones in found.items()}
