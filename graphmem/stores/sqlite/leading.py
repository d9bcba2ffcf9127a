"""Where entities on the way lead: the memories that are about them or name them, the nearest to the question first.

All entities of a step are looked at together, in a few products and sorts over arrays, since a step meets a hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from graphmem.domain.vector import Vector
from graphmem.stores.sqlite.cosine import by_score, cosines, exactly, likely, paired, rough
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot, numbers_of
from graphmem.stores.sqlite.vectors import joined

Near = tuple[int, str, float, float]
"""Row, id, cosine to the question, cosine to the entity."""
ABOUT, SHARED = "about", "shared"
_NOBODY = numbers_of(())


@dataclass(frozen=True, slots=True)
class Ground:
    """What a step stands on. `values` bind scope and view; `seen`: the rows of `shelf` that the scope sees, `targets`: those
    that links may lead to."""

    snapshot: Snapshot
    values: Mapping[str, Any]
    vector: Vector
    shelf: Shelf
    seen: Mask
    targets: Mask


@dataclass(slots=True)
class Entity:
    """An entity on the way. By kind of link, `reach`: how many it leads to, `near`: the first of them, the nearest to the
    question first; `degree`: how many visible memories name it."""

    id: str
    vector: Vector
    cosine: float
    degree: int = 0
    reach: dict[str, int] = field(default_factory=dict)
    near: dict[str, Sequence[Near]] = field(default_factory=dict)
    about: frozenset[int] = frozenset()
    """The rows that are about it, as far as links may lead there."""

    def leads_to(self, kind: str, row: int, targets: Mask) -> bool:
        """Whether a memory that names it is among those that it leads to."""
        return row in self.about if kind == ABOUT else bool(targets[row])


def entities_of(ground: Ground, numbers: Iterable[int]) -> dict[int, Entity]:
    """The entities with these numbers, how near each is to the question, not yet where they lead."""
    rows = ground.snapshot.rows("entity_vectors", ground.values, numbers=sorted(numbers))
    vectors = joined([blob for _, _, blob in rows], len(ground.vector))
    scores = cosines(vectors, ground.vector).tolist()
    return {
        number: Entity(id_, vector, score)
        for (number, id_, _), vector, score in zip(rows, vectors, scores, strict=True)
    }


def lead(
    ground: Ground, entities: Mapping[int, Entity], kinds: Sequence[str], sharing: Collection[int], most: int
) -> None:
    """Find where each entity leads, the `most` nearest to the question, ties by id; by ``shared`` links only those in `sharing`."""
    ways: list[tuple[Entity, str]] = []
    rows: list[Numbers] = []
    for kind in kinds:
        wanted = sorted(entities) if kind == ABOUT else sorted(sharing)
        found = _about(ground, wanted) if kind == ABOUT else _naming(ground, wanted)
        ways += [(entities[number], kind) for number in wanted]
        rows += [found.get(number, _NOBODY) for number in wanted]
    everything = np.concatenate([_NOBODY, *rows])
    way = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    degrees = np.bincount(way[ground.seen[everything]], minlength=len(rows)).tolist()
    taken = ground.targets[everything]
    everything, way = everything[taken], way[taken]
    counts = np.bincount(way, minlength=len(rows))
    nearest = _nearest(ground, ways, everything, way, counts, most)
    for (entity, kind), degree, count, near in zip(ways, degrees, counts.tolist(), nearest, strict=True):
        entity.reach[kind], entity.near[kind] = count, near
        if kind == SHARED:
            entity.degree = degree
    _note_about(ways, everything, np.cumsum(counts))


def _note_about(ways: Sequence[tuple[Entity, str]], rows: Numbers, ends: Numbers) -> None:
    for (entity, kind), (start, end) in zip(ways, pairwise([0, *ends.tolist()]), strict=True):
        if kind == ABOUT and end > start:
            entity.about = frozenset(rows[start:end].tolist())


def _about(ground: Ground, numbers: Sequence[int]) -> dict[int, Numbers]:
    return _by_entity(ground.shelf, ground.snapshot.integers("memories_about", 2, ground.values, numbers=numbers))


def _naming(ground: Ground, numbers: Sequence[int]) -> dict[int, Numbers]:
    """By entity, the rows that name it; kept with the shelf, since crowded entities are met again and again."""
    shelf = ground.shelf
    known = {number: kept[0] for number in numbers if (kept := shelf.lists.get(number)) is not None}
    new = [number for number in numbers if number not in known]
    if new:
        found = _by_entity(shelf, ground.snapshot.integers("memories_naming", 2, ground.values, numbers=new))
        for number in new:
            known[number] = found.get(number, _NOBODY)
            shelf.keep_rows(number, known[number])
    return known


def _by_entity(shelf: Shelf, pairs: Numbers) -> dict[int, Numbers]:
    """Rows of the shelf by entity number, from (entity, memory) numbers."""
    entity, memory = pairs.T
    rows = shelf.rows_of(memory)
    order = np.argsort(entity, kind="stable")
    order = order[rows[order] >= 0]
    entity, rows = entity[order], rows[order]
    found, starts = np.unique(entity, return_index=True)
    ends = [*starts.tolist(), len(entity)]
    return {one: rows[start:end] for one, (start, end) in zip(found.tolist(), pairwise(ends), strict=True)}


def _nearest(
    ground: Ground, ways: Sequence[tuple[Entity, str]], rows: Numbers, way: Numbers, counts: Numbers, most: int
) -> list[list[Near]]:
    """For each way the rows nearest to the question: roughly for all, exactly for those that may be kept."""
    shelf = ground.shelf
    kept = _likely(rough(shelf, ground.vector, rows), counts, most)
    rows, way = rows[kept], way[kept]
    chosen, places = np.unique(rows, return_inverse=True)
    exact = exactly(shelf, ground.vector, chosen)
    rank = np.empty(len(chosen), dtype=np.int64)
    rank[by_score(exact, shelf.ids[chosen])] = np.arange(len(chosen))
    order = np.lexsort((rank[places], way))
    first = np.searchsorted(way[order], np.arange(len(ways)))
    order = order[np.arange(len(order)) - first[way[order]] < most]
    rows, way = rows[order], way[order]
    vectors = np.stack([entity.vector for entity, _ in ways]) if ways else shelf.matrix[:0]
    joint = paired(shelf.matrix[rows], vectors[way]).tolist()
    near = list(zip(rows.tolist(), shelf.ids[rows].tolist(), exact[places[order]].tolist(), joint, strict=True))
    ends = [0, *np.cumsum(np.minimum(counts, most)).tolist()]
    return [near[start:end] for start, end in pairwise(ends)]


def _likely(scores: Vector, counts: Numbers, most: int) -> Mask:
    """Those that can be among the `most` best of their way; the ways come one after the other."""
    kept = np.ones(len(scores), dtype=np.bool_)
    ends = np.cumsum(counts)
    for crowded in np.flatnonzero(counts > most).tolist():
        start, end = int(ends[crowded] - counts[crowded]), int(ends[crowded])
        kept[start:end] = False
        kept[start + likely(scores[start:end], most)] = True
    return kept
