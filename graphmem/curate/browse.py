"""Looking at the graph: facts about something, and the chains of facts that join two things."""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.domain.fact import VALUE_TYPE, Entity, Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.query import Selection, View
from graphmem.domain.results import FactPath
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore

MOST_FACTS_A_HOP = 2_000
"""A hop through more facts than this is cut there: no one reads a path through such a hub."""


async def named(store: GraphStore, scope: Scope, name: str | None) -> tuple[str, ...] | None:
    """The ids of the entities that bear this name or have it as an alias; None when no name is asked for."""
    if name is None:
        return None
    return tuple(entity.id for entity in await store.entities(scope, [entity_key(name)]))


async def paths(
    store: GraphStore, scope: Scope, view: View, source: str, target: str, max_hops: int, limit: int
) -> list[FactPath]:
    """The shortest chains of facts from `source` to `target`, at most `limit`, of at most `max_hops` facts each.

    Breadth first from the source, all entities of one distance in two queries; literal values end a chain but never
    join two, since everybody shares them.
    """
    starts, goals = await named(store, scope, source) or (), set(await named(store, scope, target) or ())
    chains: list[tuple[list[str], list[Fact]]] = [([start], []) for start in starts]
    seen = set(starts)
    found: list[FactPath] = []
    for _ in range(max_hops):
        ends = {chain[0][-1] for chain in chains}
        if not ends or not goals or len(found) >= limit:
            break
        facts = await _around(store, scope, view, tuple(sorted(ends)))
        kinds = await _kinds(store, scope, view, facts)
        grown: list[tuple[list[str], list[Fact]]] = []
        for entities, walked in chains:
            for fact in facts.get(entities[-1], ()):
                far = fact.object_id if fact.subject_id == entities[-1] else fact.subject_id
                if far in goals and far not in entities:
                    found.append(_path([*entities, far], [*walked, fact]))
                elif far not in seen and kinds.get(far) != VALUE_TYPE:
                    grown.append(([*entities, far], [*walked, fact]))
        seen |= {chain[0][-1] for chain in grown}
        chains = grown
    return found[:limit]


async def _around(store: GraphStore, scope: Scope, view: View, ends: tuple[str, ...]) -> dict[str, list[Fact]]:
    """The facts that touch each of these entities."""
    touching: dict[str, list[Fact]] = {}
    for side in ("subjects", "objects"):
        selection = Selection(scope=scope, kind="fact", view=view, limit=MOST_FACTS_A_HOP).model_copy(
            update={side: ends}
        )
        for fact in (await store.facts(selection)).items:
            touching.setdefault(fact.subject_id if side == "subjects" else fact.object_id, []).append(fact)
    return touching


async def _kinds(store: GraphStore, scope: Scope, view: View, facts: dict[str, list[Fact]]) -> dict[str, str]:
    ends = {end for touching in facts.values() for fact in touching for end in (fact.subject_id, fact.object_id)}
    entities: dict[str, Entity] = (await store.fetch(scope, sorted(ends), view)).entities
    return {entity.id: entity.type for entity in entities.values()}


def _path(ids: Sequence[str], facts: Sequence[Fact]) -> FactPath:
    names = {
        end: name for fact in facts for end, name in ((fact.subject_id, fact.subject), (fact.object_id, fact.object))
    }
    return FactPath(entities=tuple(names.get(one, one) for one in ids), facts=tuple(facts))
