"""One step in the graph: from memories and entities to the memories that they lead to.

The links come from indexed tables in a handful of statements; who is seen and how near it is, from the mirror.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import itemgetter

import numpy as np

from graphmem.domain.fact import VALUE_TYPE
from graphmem.domain.query import Frontier
from graphmem.domain.subgraph import Link, Subgraph, Told
from graphmem.stores.sqlite.cosine import cosines, exactly
from graphmem.stores.sqlite.leading import ABOUT, SHARED, Entity, Ground, entities_of, lead
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot, numbers_of
from graphmem.stores.sqlite.telling import told
from graphmem.stores.sqlite.vectors import joined
from graphmem.stores.vectors import checked

Naming = dict[tuple[int, int], tuple[int, float]]
"""(source row, entity number) → the sentence that names it and its cosine to the question."""


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
        self._ground = Ground(snapshot, self._values, self._vector, self._shelf, self._seen, self._targets)
        self._kinds = [kind for kind in (ABOUT, SHARED) if kind in frontier.kinds]

    def taken(self) -> Subgraph:
        """The links, in a settled order."""
        sources = self._source_rows()
        left: dict[tuple[str, str], int] = {}
        links = list(self._through_entities(sources, left)) if self._kinds else []
        if "next" in self._frontier.kinds:
            links += self._neighbours(sources)
        tellings, crowded = self._told() if self._frontier.subjects else ((), ())
        links.sort(key=itemgetter(0, 1, 3))  # kind, source, entity
        suppressed: dict[str, int] = {}
        for (id_, _), number in sorted(left.items()):
            if number:
                suppressed[id_] = suppressed.get(id_, 0) + number
        return Subgraph.model_construct(links=tuple(links), told=tellings, suppressed=suppressed, crowded=crowded)

    def _told(self) -> tuple[tuple[Told, ...], tuple[str, ...]]:
        ids = dict(self._snapshot.rows("entities_to_walk", self._values, ids=self._frontier.subjects))
        found, crowded = told(self._ground, self._frontier, sorted(ids))
        return found, tuple(sorted(ids[number] for number in crowded))

    def _through_entities(self, sources: Numbers, left: dict[tuple[str, str], int]) -> Iterator[Link]:
        naming = self._naming(sources)
        asked = self._frontier.entity_ids
        found = self._snapshot.rows("entities_to_walk", self._values, ids=asked) if asked else []
        started = sorted(row[0] for row in found)
        entities = entities_of(self._ground, {entity for _, entity in naming} | set(started))
        telling = self._telling(naming, entities) if SHARED in self._kinds else set()
        most = self._frontier.fanout + 1  # one more than is kept: a source is no target of its own
        lead(self._ground, entities, self._kinds, {number for _, number in telling} | set(started), most)
        yield from self._from_memories(naming, telling, entities, left)
        yield from self._from_entities([entities[number] for number in started], left)

    def _source_rows(self) -> Numbers:
        rows = self._shelf.rows_with(self._frontier.memory_ids)
        return rows[self._seen[rows]]

    def _naming(self, sources: Numbers) -> Naming:
        """Which entities the sources name, each in the sentence that is nearest to the question, the first of equals."""
        numbers = self._shelf.numbers[sources].tolist()
        row_of = dict(zip(numbers, sources.tolist(), strict=True))
        told = self._snapshot.rows("mentions_to_walk", self._values, numbers=numbers)
        vectors = self._snapshot.rows("sentence_vectors", self._values, numbers=numbers)
        near: dict[tuple[int, int], float] = {}
        if vectors:
            matrix = joined([blob for _, _, blob in vectors], self._dimension)
            scores = cosines(matrix, self._vector).tolist()
            near = {(memory, place): score for (memory, place, _), score in zip(vectors, scores, strict=True)}
        best: Naming = {}
        for memory, entity, sentence in sorted(told):
            key, score = (row_of[memory], entity), near.get((memory, sentence), 0.0)
            if key not in best or score > best[key][1]:
                best[key] = (sentence, score)
        return best

    def _telling(self, naming: Naming, entities: Mapping[int, Entity]) -> set[tuple[int, int]]:
        """The (source row, entity number) that ``shared`` links may lead through."""
        by_source: dict[int, list[tuple[float, str, int]]] = {}
        for (row, number), (_, score) in naming.items():
            by_source.setdefault(row, []).append((-score, entities[number].id, number))
        most = self._frontier.entities
        return {(row, one[2]) for row, named in by_source.items() for one in sorted(named)[:most]}

    def _from_memories(
        self,
        naming: Naming,
        telling: set[tuple[int, int]],
        entities: Mapping[int, Entity],
        left: dict[tuple[str, str], int],
    ) -> Iterator[Link]:
        fanout = self._frontier.fanout
        for (row, number), (sentence, score) in naming.items():
            entity, source = entities[number], str(self._shelf.ids[row])
            for kind in self._kinds:
                if kind == SHARED and (row, number) not in telling:
                    continue
                near = [one for one in entity.near[kind] if one[0] != row][:fanout]
                others = entity.reach[kind] - entity.leads_to(kind, row, self._targets)
                left[entity.id, kind] = max(left.get((entity.id, kind), 0), others - len(near))
                for _, target, near_question, near_entity in near:
                    yield Link(
                        kind,
                        source,
                        target,
                        entity.id,
                        sentence,
                        score,
                        near_question,
                        entity.cosine,
                        near_entity,
                        entity.degree if kind == SHARED else 0,
                    )

    def _from_entities(self, entities: Iterable[Entity], left: dict[tuple[str, str], int]) -> Iterator[Link]:
        for entity in entities:
            for kind in self._kinds:
                name = ABOUT if kind == ABOUT else "mentions"
                near = entity.near[kind][: self._frontier.fanout]
                left[entity.id, kind] = max(left.get((entity.id, kind), 0), entity.reach[kind] - len(near))
                for _, target, near_question, near_entity in near:
                    degree = entity.degree if kind == SHARED else 0
                    yield Link(name, "", target, entity.id, -1, 0.0, near_question, entity.cosine, near_entity, degree)

    def _neighbours(self, sources: Numbers) -> Iterator[Link]:
        numbers, run = self._shelf.numbers[sources], self._shelf.in_run[sources]
        alone = ~run & self._shelf.in_company(sources)
        if not np.any(run | alone):
            return
        found = self._snapshot.rows(
            "neighbours", self._values, numbers=numbers[run].tolist(), alone=numbers[alone].tolist()
        )
        pairs = sorted(pair for pair in found if pair[1] is not None)
        ends = self._shelf.rows_of(numbers_of(chain.from_iterable(pairs))).reshape(-1, 2)
        ends = ends[(ends[:, 1] >= 0) & self._targets[ends[:, 1]]]
        scores = exactly(self._shelf, self._vector, ends.ravel()).reshape(-1, 2).tolist()
        ids = self._shelf.ids[ends].tolist()
        for (source, target), (at, to) in zip(ids, scores, strict=True):
            yield Link("next", source, target, link_cosine=at, target_cosine=to)
