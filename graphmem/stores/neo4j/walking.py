"""One step in the graph: the query ranks where each entity leads to, and the links are put together from that here.

What an entity leads to is sent once, however many sources name it. An entity with more than HUB mentions is not walked
whole: only to those of the memories nearest to the question that name it; the others are counted as suppressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphmem.domain.fact import VALUE_TYPE
from graphmem.domain.query import MOST_ENDS, MOST_TELLERS, Frontier
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Link, Subgraph, Told
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties, ViewParams, sayable, view_values
from graphmem.stores.neo4j.seeking import EVERYTHING, FEW, Ground, Sieve, inside

HUB = 2_000
"""An entity that more memories than this name, or are about, is a hub."""
HUB_REACH = 1_000
"""Of a hub's memories, those among so many nearest to the question are looked at."""
ABOUT, SHARED = "about", "shared"


@dataclass(frozen=True, slots=True)
class WalkParams(ViewParams):
    """What the part of a query binds that ranks where entities lead to."""

    vector: list[float]
    value_type: str
    hub: int
    hub_reach: int
    most: int
    most_ends: int
    facts: int
    tellers: int
    required: Sequence[Sequence[str]]
    checked: bool


@dataclass(frozen=True, slots=True)
class ExpandParams(WalkParams):
    memory_ids: list[str]
    entity_ids: list[str]
    subjects: list[str]
    through: int
    about: bool
    shared: bool
    next: bool


@dataclass(frozen=True, slots=True)
class PlainExpandParams(ExpandParams):
    exact: int


Ranked = list[Any]
"""Entity, kind of link, cosine to the question, how many visible memories name it, how many it leads to, and of these the
first as (id, cosine to the question, cosine to the entity)."""


class Expanded(NamedTuple):
    """`began`: the sources as (id, whom it is about, whether the filter's tokens take it); `namings`: (source, entity,
    sentence); `sentences`: (source, position, cosine); `hubs`: (entity, mentions, memories about it); `beside`: (source,
    target, both cosines); `told`: the fields of a fact, then the memories that say it as (id, sentence); `crowded`: the
    subjects that were not asked; `outlines`: memories without their text, for a filter that only Python can judge."""

    began: list[tuple[str, str | None, bool]]
    namings: list[tuple[str, str, int]]
    sentences: list[tuple[str, int, float]]
    hubs: list[tuple[str, int, int]]
    ranked: list[Ranked]
    beside: list[Sequence[Any]]
    told: list[Sequence[Any]]
    crowded: list[str]
    outlines: list[Properties]


EXPAND = Query("read/filtered/expand", ExpandParams, Expanded)
PLAIN_EXPAND = Query("read/plain/expand", PlainExpandParams, Expanded)


@dataclass(slots=True)
class _Entity:
    """An entity on the way. By kind of link, `totals`: how many memories it leads to; `near`: the first of them."""

    id: str
    cosine: float
    degree: int = 0
    totals: dict[str, int] = field(default_factory=dict)
    near: dict[str, list[Sequence[Any]]] = field(default_factory=dict)


def walk_values(ground: Ground, frontier: Frontier, sieve: Sieve) -> dict[str, Any]:
    """The fields of WalkParams. One more is kept than fans out: a source is no target of its own."""
    return {
        **view_values(frontier.scope, frontier.view),
        **sieve.values,
        "vector": ground.vector(frontier.vector, "The frontier's vector"),
        "value_type": VALUE_TYPE,
        "hub": HUB,
        "hub_reach": HUB_REACH,
        "most": sieve.kept(frontier.fanout + 1, EVERYTHING),
        "most_ends": MOST_ENDS,
        "facts": max(frontier.facts, 0),
        "tellers": sieve.kept(MOST_TELLERS, EVERYTHING),
    }


async def expand(ground: Ground, frontier: Frontier) -> Subgraph:
    """See `GraphStore.expand`."""
    sieve = Sieve.of(frontier.filter)
    values = {
        **walk_values(ground, frontier, sieve),
        "memory_ids": sayable(frontier.memory_ids),
        "entity_ids": sayable(frontier.entity_ids),
        "subjects": sayable(frontier.subjects),
        "through": frontier.entities,
        **{kind: kind in frontier.kinds for kind in (ABOUT, SHARED, "next")},
    }
    walked = (values["memory_ids"] or values["entity_ids"]) and frontier.kinds
    if not walked and not values["subjects"]:
        return Subgraph()
    if ground.filtered:
        slots = inside("memory", frontier.scope, frontier.view)
        rows = await ground.connection.read(EXPAND, ExpandParams(**values), **slots)
    else:
        rows = await ground.connection.read(PLAIN_EXPAND, PlainExpandParams(**values, exact=FEW))
    return _links(rows[0], frontier, sieve)


def _links(got: Expanded, frontier: Frontier, sieve: Sieve) -> Subgraph:
    taken = sieve.taken(got.outlines)
    kinds = [kind for kind in (ABOUT, SHARED) if kind in frontier.kinds]
    walk = Walk(got.ranked, sayable_counts(frontier.scope, got.hubs), kinds, frontier.fanout, sieve, taken)
    own = {row[0]: (row[1], row[2] and bool(sieve.sifted([row], taken))) for row in got.began}
    naming = _best_sentences(got)
    links = list(walk.from_memories(naming, _telling(naming, frontier.entities), own))
    links += walk.from_entities(frontier.entity_ids)
    links += beside(sieve.sifted(got.beside, taken, 1))
    links.sort(key=lambda link: (link.kind, link.source, link.entity_id))
    told = tellings(got.told, sieve, taken)
    crowded = tuple(sorted(got.crowded))
    return Subgraph.model_construct(links=tuple(links), told=told, suppressed=walk.suppressed, crowded=crowded)


def sayable_counts(scope: Scope, hubs: Sequence[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """What may be said of hubs: to an agent or run no more than that they are hubs, for the rest may be what it does not see."""
    most = HUB + 1 if scope != scope.widest else max((max(hub[1:]) for hub in hubs), default=0)
    return [(id_, min(naming, most), min(about, most)) for id_, naming, about in hubs]


def tellings(rows: Sequence[Sequence[Any]], sieve: Sieve, taken: frozenset[str]) -> tuple[Told, ...]:
    """What is told, by fact, the latest of the memories that the filter takes first."""
    return tuple(
        Told._make((*row[:8], memory, sentence))
        for row in sorted(rows, key=_first)
        for memory, sentence in sieve.sifted(row[8], taken)[:MOST_TELLERS]
    )


def beside(rows: Sequence[Sequence[Any]]) -> list[Link]:
    """The ``next`` links."""
    return [Link("next", row[0], row[1], link_cosine=row[2], target_cosine=row[3]) for row in sorted(rows, key=_ends)]


def _first(row: Sequence[Any]) -> str:
    return str(row[0])


def _ends(row: Sequence[Any]) -> tuple[str, str]:
    return row[0], row[1]


def _best_sentences(got: Expanded) -> dict[tuple[str, str], tuple[int, float]]:
    """Which entities the sources name, each in the sentence that is nearest to the question, the first of equals."""
    near = {(source, position): cosine for source, position, cosine in got.sentences}
    best: dict[tuple[str, str], tuple[int, float]] = {}
    for source, entity, sentence in sorted(got.namings):
        cosine = near.get((source, sentence), 0.0)
        if (source, entity) not in best or cosine > best[source, entity][1]:
            best[source, entity] = (sentence, cosine)
    return best


def _telling(naming: Mapping[tuple[str, str], tuple[int, float]], most: int) -> set[tuple[str, str]]:
    """The (source, entity) that ``shared`` links may lead through."""
    by_source: dict[str, list[tuple[float, str]]] = {}
    for (source, entity), (_, cosine) in naming.items():
        by_source.setdefault(source, []).append((-cosine, entity))
    return {(source, one[1]) for source, named in by_source.items() for one in sorted(named)[:most]}


class Walk:
    """Where entities lead to, and what was left out on the way."""

    def __init__(
        self,
        ranked: Sequence[Ranked],
        hubs: Sequence[Sequence[Any]],
        kinds: Sequence[str],
        fanout: int,
        sieve: Sieve,
        taken: frozenset[str],
    ) -> None:
        self._fanout = fanout
        self._kinds = kinds
        self._entities: dict[str, _Entity] = {}
        self._left: dict[tuple[str, str], int] = {}
        for id_, kind, cosine, naming, total, ways in ranked:
            entity = self._entities.setdefault(id_, _Entity(id_, cosine))
            near = sieve.sifted(ways, taken)
            entity.near[kind] = near
            entity.totals[kind] = total if sieve.asked.exact else len(near)
            entity.degree = naming if kind == SHARED else entity.degree
        for id_, naming, about in hubs:
            self._count_hub(id_, {SHARED: naming, ABOUT: about})

    def _count_hub(self, id_: str, counts: Mapping[str, int]) -> None:
        """Count all that a hub's edges lead to: to look at each is what a hub is spared."""
        entity = self._entities.setdefault(id_, _Entity(id_, 0.0))
        entity.degree = max(entity.degree, counts[SHARED])
        for kind, count in counts.items():
            if count > HUB:
                entity.totals[kind] = count

    @property
    def suppressed(self) -> dict[str, int]:
        """How many memories were left out, by entity: the most that any source lost, the kinds of link added up."""
        suppressed: dict[str, int] = {}
        for (id_, _), number in sorted(self._left.items()):
            if number > 0:
                suppressed[id_] = suppressed.get(id_, 0) + number
        return suppressed

    def from_memories(
        self,
        naming: Mapping[tuple[str, str], tuple[int, float]],
        telling: set[tuple[str, str]],
        own: Mapping[str, tuple[str | None, bool]],
    ) -> Iterator[Link]:
        """The links through the entities that sources name; ``shared`` ones only through those in `telling`. `own`: whom
        each source is about, and whether it is a target."""
        for (source, id_), (sentence, cosine) in naming.items():
            entity = self._entities.get(id_)
            if entity is None:
                continue
            subject, taken = own[source]
            for kind in self._kinds:
                if kind == SHARED and (source, id_) not in telling:
                    continue
                itself = int(taken and (kind == SHARED or subject == id_))
                near = [one for one in entity.near.get(kind, ()) if one[0] != source][: self._fanout]
                self._leave(entity, kind, entity.totals.get(kind, 0) - itself - len(near))
                for one in near:
                    yield _link(kind, source, entity, one, sentence, cosine)

    def from_entities(self, ids: Sequence[str]) -> Iterator[Link]:
        """The links from entities that were themselves in the frontier."""
        for id_ in dict.fromkeys(ids):
            entity = self._entities.get(id_)
            if entity is None:
                continue
            for kind in self._kinds:
                near = entity.near.get(kind, [])[: self._fanout]
                self._leave(entity, kind, entity.totals.get(kind, 0) - len(near))
                for one in near:
                    yield _link(ABOUT if kind == ABOUT else "mentions", "", entity, one, -1, 0.0)

    def _leave(self, entity: _Entity, kind: str, number: int) -> None:
        self._left[entity.id, kind] = max(self._left.get((entity.id, kind), 0), number)


def _link(kind: str, source: str, entity: _Entity, way: Sequence[Any], sentence: int, cosine: float) -> Link:
    target, alone, joint = way[0], way[1], way[2]
    degree = 0 if kind == ABOUT else entity.degree
    return Link(kind, source, target, entity.id, sentence, cosine, alone, entity.cosine, joint, degree)
