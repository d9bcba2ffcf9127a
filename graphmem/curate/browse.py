"""Looking at the graph: facts about something, and the chains of facts that join two things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphmem.curate.naming import named
from graphmem.domain.fact import VALUE_TYPE, Fact
from graphmem.domain.query import Selection, View
from graphmem.domain.results import FactPath
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore

MOST_FACTS_A_HOP = 2_000
"""No more facts than this are looked at to find the next entities: no one reads a path through such a hub."""


@dataclass(slots=True)
class _Search:
    """A search in breadth. `into`: the facts that first led to an entity, each with the entity it came from."""

    starts: tuple[str, ...]
    into: dict[str, list[tuple[str, Fact]]] = field(default_factory=dict)

    def step(self, frontier: set[str], facts: Sequence[Fact]) -> set[str]:
        """Cross these facts; returns the entities that are new."""
        fresh: dict[str, list[tuple[str, Fact]]] = {}
        for fact in facts:
            for near, far in ((fact.subject_id, fact.object_id), (fact.object_id, fact.subject_id)):
                if near in frontier and far not in self.starts and far not in self.into:
                    fresh.setdefault(far, []).append((near, fact))
        self.into.update(fresh)
        return set(fresh)

    def chains(self, end: str) -> Iterator[tuple[list[str], list[Fact]]]:
        """Every shortest chain to `end`, made one at a time: there can be more than anybody wants."""
        if end in self.starts:
            yield [end], []
            return
        for before, fact in self.into.get(end, ()):
            for entities, facts in self.chains(before):
                yield [*entities, end], [*facts, fact]


async def paths(
    store: GraphStore, scope: Scope, view: View, source: str, target: str, max_hops: int, limit: int
) -> list[FactPath]:
    """The shortest chains of facts from `source` to `target`, at most `limit`, of at most `max_hops` facts each.

    Breadth first. The facts between an end and the target are asked for outright, so that no hub can hide them; literal
    values may end a chain but never join two, since everybody shares them.
    """
    goals = set(await named(store, scope, target, view.now) or ())
    search = _Search(tuple(await named(store, scope, source, view.now) or ()))
    frontier = set(search.starts)
    goals -= frontier
    for _ in range(max_hops if goals else 0):
        facts = [*await _facts(store, scope, view, frontier, goals), *await _facts(store, scope, view, frontier, None)]
        fresh = search.step(frontier, list({fact.id: fact for fact in facts}.values()))
        reached = sorted(fresh & goals)
        if reached:
            chains = (chain for goal in reached for chain in search.chains(goal))
            return [_path(*chain) for chain, _ in zip(chains, range(limit), strict=False)]
        frontier = await _walkable(store, scope, view, fresh)
        if not frontier:
            break
    return []


async def _facts(store: GraphStore, scope: Scope, view: View, near: set[str], far: set[str] | None) -> list[Fact]:
    """Facts with one end in `near` and, if it is given, the other in `far`."""
    found: list[Fact] = []
    ends, others = tuple(sorted(near)), None if far is None else tuple(sorted(far))
    for subjects, objects in ((ends, others), (others, ends)):
        selection = Selection(
            scope=scope, kind="fact", view=view, limit=MOST_FACTS_A_HOP, subjects=subjects, objects=objects
        )
        found.extend((await store.facts(selection)).items)
    return found


async def _walkable(store: GraphStore, scope: Scope, view: View, ids: set[str]) -> set[str]:
    entities = (await store.fetch(scope, sorted(ids), view)).entities
    return {one for one in ids if one in entities and entities[one].type != VALUE_TYPE}


def _path(ids: Sequence[str], facts: Sequence[Fact]) -> FactPath:
    names = {
        end: name for fact in facts for end, name in ((fact.subject_id, fact.subject), (fact.object_id, fact.object))
    }
    return FactPath(entities=tuple(names.get(one, one) for one in ids), facts=tuple(facts))
