"""One step in the graph: from memories and entities to the memories that they lead to.

The links come from indexed tables in a handful of statements; who is seen and how near it is, from the mirror.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from graphmem.domain.fact import VALUE_TYPE
from graphmem.domain.query import Frontier
from graphmem.domain.subgraph import Link, Subgraph
from graphmem.domain.vector import Vector
from graphmem.stores.sqlite.cosine import cosines, nearest_rows, paired
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot, numbers_of
from graphmem.stores.sqlite.vectors import checked, from_bytes

Naming = dict[tuple[int, int], tuple[int, float]]
"""(source row, entity number) → the sentence that names it and its cosine to the question."""


@dataclass(slots=True)
class _Entity:
    """An entity on the way: which rows are about it and which name it."""

    id: str
    vector: Vector
    cosine: float
    degree: int = 0
    targets: dict[str, Numbers] = field(default_factory=dict)
    near: dict[str, dict[int, tuple[float, float]]] = field(default_factory=dict)
    """By kind of link: row → its cosine to the question and to the entity, nearest to the question first."""


def expand(snapshot: Snapshot, frontier: Frontier, dimension: int) -> Subgraph:
    """All links out of the frontier."""
    return _Step(snapshot, frontier, dimension).taken()


class _Step:
    def __init__(self, snapshot: Snapshot, frontier: Frontier, dimension: int) -> None:
        self._snapshot = snapshot
        self._frontier = frontier
        self._dimension = dimension
        self._vector = checked(frontier.vector, dimension, "The frontier's vector")
        self._shelf: Shelf = snapshot.shelf(frontier.scope, "memory")
        self._values = snapshot.values(frontier.scope, frontier.view) | {"value_type": VALUE_TYPE}
        self._seen: Mask = self._shelf.seen(frontier.scope, frontier.view)
        chosen = snapshot.filtered(frontier.scope, self._shelf, frontier.filter)
        self._targets: Mask = self._seen if chosen is None else self._seen & chosen

    def taken(self) -> Subgraph:
        """The links, in a settled order."""
        sources = self._source_rows()
        naming = self._naming(sources)
        started = {row[0] for row in self._snapshot.rows("entities_to_walk", self._values, ids=self._frontier.entity_ids)}
        entities = self._entities({entity for _, entity in naming} | started)
        suppressed: dict[str, int] = defaultdict(int)
        links = list(self._from_memories(naming, entities, suppressed))
        links += self._from_entities([entities[number] for number in sorted(started)], suppressed)
        links += self._neighbours(sources)
        links.sort(key=lambda link: (link.kind, link.source, link.entity_id, -link.target_cosine, link.target))
        return Subgraph(links=tuple(links), suppressed={key: left for key, left in sorted(suppressed.items()) if left})

    def _source_rows(self) -> Numbers:
        found = self._snapshot.rows("memory_numbers_by_id", self._values, ids=self._frontier.memory_ids)
        rows = self._rows(row[0] for row in found)
        return rows[self._seen[rows]]

    def _rows(self, numbers: Iterable[int]) -> Numbers:
        rows = self._shelf.rows_of(numbers_of(numbers))
        return rows[rows >= 0]

    def _naming(self, sources: Numbers) -> Naming:
        """Which entities the sources name, each in the sentence that is nearest to the question, the first of equals."""
        numbers = self._shelf.numbers[sources].tolist()
        row_of = dict(zip(numbers, sources.tolist(), strict=True))
        told = self._snapshot.rows("mentions_to_walk", self._values, numbers=numbers)
        vectors = self._snapshot.rows("sentence_vectors", self._values, numbers=numbers)
        near: dict[tuple[int, int], float] = {}
        if vectors:
            matrix = np.stack([from_bytes(blob, self._dimension) for _, _, blob in vectors])
            scores = cosines(matrix, self._vector)
            near = {(memory, place): float(score) for (memory, place, _), score in zip(vectors, scores, strict=True)}
        best: Naming = {}
        for memory, entity, sentence in sorted(told):
            key, score = (row_of[memory], entity), near.get((memory, sentence), 0.0)
            if key not in best or score > best[key][1]:
                best[key] = (sentence, score)
        return best

    def _entities(self, numbers: set[int]) -> dict[int, _Entity]:
        wanted = sorted(numbers)
        rows = self._snapshot.rows("entity_vectors", self._values, numbers=wanted)
        vectors = [from_bytes(blob, self._dimension) for _, _, blob in rows]
        scores = cosines(np.stack(vectors), self._vector) if rows else np.zeros(0)
        entities = {
            number: _Entity(id_, vector, float(score))
            for (number, id_, _), vector, score in zip(rows, vectors, scores, strict=True)
        }
        about = self._by_entity(self._snapshot.rows("memories_about", self._values, numbers=wanted))
        named = self._by_entity(self._snapshot.rows("memories_naming", self._values, numbers=wanted))
        for number, entity in entities.items():
            naming = named.get(number, numbers_of(()))
            entity.degree = int(np.count_nonzero(self._seen[naming]))
            subject = about.get(number, numbers_of(()))
            entity.targets = {"about": subject[self._targets[subject]], "shared": naming[self._targets[naming]]}
            entity.near = {kind: self._nearest(rows, entity) for kind, rows in entity.targets.items()}
        return entities

    def _by_entity(self, pairs: Sequence[tuple[int, int]]) -> dict[int, Numbers]:
        """Rows of the shelf by entity number."""
        if not pairs:
            return {}
        entity, memory = np.array(pairs, dtype=np.int64).T
        rows = self._shelf.rows_of(memory)
        order = np.argsort(entity, kind="stable")
        entity, rows = entity[order], rows[order]
        cuts = np.flatnonzero(np.diff(entity)) + 1
        return {
            int(numbers[0]): group[group >= 0]
            for numbers, group in zip(np.split(entity, cuts), np.split(rows, cuts), strict=True)
        }

    def _nearest(self, rows: Numbers, entity: _Entity) -> dict[int, tuple[float, float]]:
        """The rows nearest to the question, one more than may be kept: a source is no target of its own."""
        if not len(rows):
            return {}
        near, scores = self._ranked(rows, self._frontier.fanout + 1)
        joint = paired(self._shelf.matrix[near], np.broadcast_to(entity.vector, (len(near), self._dimension)))
        return {row: (float(q), float(e)) for row, q, e in zip(near.tolist(), scores, joint, strict=True)}

    def _ranked(self, rows: Numbers, limit: int) -> tuple[Numbers, Sequence[float]]:
        """Best first; those without a vector last, by id."""
        mask = np.zeros(len(self._shelf.numbers), dtype=np.bool_)
        mask[rows] = True
        near, scores = nearest_rows(self._shelf, mask, self._vector, limit)
        bare = sorted(rows[~self._shelf.has_vector[rows]].tolist(), key=lambda row: self._shelf.ids[row])
        bare = bare[: limit - len(near)]
        return np.concatenate([near, numbers_of(bare)]), [*scores, *[0.0] * len(bare)]

    def _from_memories(self, naming: Naming, entities: Mapping[int, _Entity], suppressed: dict[str, int]) -> Iterator[Link]:
        left: dict[tuple[str, str], int] = {}
        for (source, number), (sentence, score) in naming.items():
            entity = entities[number]
            for kind in ("about", "shared"):
                near = [row for row in entity.near[kind] if row != source][: self._frontier.fanout]
                others = len(entity.targets[kind]) - int(np.any(entity.targets[kind] == source))
                left[entity.id, kind] = max(left.get((entity.id, kind), 0), others - len(near))
                yield from (self._link(kind, entity, row, self._id(source), sentence, score) for row in near)
        for (id_, _), number in left.items():
            suppressed[id_] += number

    def _from_entities(self, entities: Iterable[_Entity], suppressed: dict[str, int]) -> Iterator[Link]:
        for entity in entities:
            left = 0
            for kind, name in (("about", "about"), ("shared", "mentions")):
                near = list(entity.near[kind])[: self._frontier.fanout]
                left += len(entity.targets[kind]) - len(near)
                yield from (self._link(name, entity, row) for row in near)
            suppressed[entity.id] = max(suppressed[entity.id], left)

    def _id(self, row: int) -> str:
        return str(self._shelf.ids[row])

    def _link(self, kind: str, entity: _Entity, row: int, source: str = "", sentence: int = -1, score: float = 0.0) -> Link:
        to_question, to_entity = entity.near["shared" if kind == "mentions" else kind][row]
        return Link(
            kind=kind,
            source=source,
            target=self._id(row),
            entity_id=entity.id,
            sentence=sentence,
            link_cosine=score,
            target_cosine=to_question,
            entity_cosine=entity.cosine,
            entity_target_cosine=to_entity,
            entity_degree=entity.degree,
        )

    def _neighbours(self, sources: Numbers) -> Iterator[Link]:
        numbers = self._shelf.numbers[sources].tolist()
        pairs = self._snapshot.rows("neighbours", self._values, numbers=numbers)
        ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        sources, targets = self._shelf.rows_of(ends[:, 0]), self._shelf.rows_of(ends[:, 1])
        kept = (targets >= 0) & self._targets[targets]
        sources, targets = sources[kept], targets[kept]
        from_scores = cosines(self._shelf.matrix[sources], self._vector)
        to_scores = cosines(self._shelf.matrix[targets], self._vector)
        for source, target, at, to in zip(sources.tolist(), targets.tolist(), from_scores, to_scores, strict=True):
            yield Link("next", self._id(source), self._id(target), link_cosine=float(at), target_cosine=float(to))
