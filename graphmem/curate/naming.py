"""Which entities a caller means by a name, also where people of one name are told apart by what they are: "Anna (sister)"."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.curate.about import facts_about
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.namesakes import UNCLEAR, keys_of_user, role_in, short_forms
from graphmem.domain.query import View
from graphmem.domain.roles import ROLE_PREDICATES, Role, role_called, roles_said
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore


async def named(store: GraphStore, scope: Scope, name: str | None, now: datetime) -> tuple[str, ...] | None:
    """The ids of the entities that bear this name or have it as an alias; of nobody's name with a role, those of its bearers who
    are known to have that role. None when no name is asked for."""
    if name is None:
        return None
    found = await store.entities(scope, [entity_key(name)])
    if found or role_in(name)[0] in ("", UNCLEAR):
        return tuple(entity.id for entity in found)
    bearers = await store.entities(scope, [entity_key(short_forms(name)[0])])
    return await with_role(store, scope, name, bearers, now)


async def with_role(
    store: GraphStore, scope: Scope, name: str, bearers: Sequence[Entity], now: datetime
) -> tuple[str, ...]:
    """The ids, of these entities, of those who have the role that a name holds, by facts that the scope sees."""
    word, of = role_in(name)
    role = role_called(word.replace(" ", "_"))
    ids = tuple(one.stands for one in bearers)
    if role is None or not ids:
        return ()
    to = frozenset((entity_key(of),)) if of else keys_of_user(scope)
    view = View(now=now, include_retired=True)
    facts = await facts_about(store, scope, view, ids, ROLE_PREDICATES)
    wanted = {id_ for fact in facts for id_ in _having(fact, role, to)}
    return tuple(sorted(wanted.intersection(ids)))


def _having(fact: Fact, role: Role, to: frozenset[str]) -> list[str]:
    """Who has the role towards one of these keys, by a fact."""
    if fact.negated or fact.modality != "asserted":
        return []
    ends = ((fact.subject_id, fact.object), (fact.object_id, fact.subject))
    said = zip(ends, roles_said(fact.predicate), strict=True)
    return [
        id_
        for (id_, other), held in said
        if held is not None and held.kind == role.kind and not held.excludes(role) and entity_key(other) in to
    ]
