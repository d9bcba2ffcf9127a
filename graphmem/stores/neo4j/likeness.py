"""Asks what is said of pairs of entities, and which entities bear a name themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.query import NameProbe, SameSelection
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Pairs
from graphmem.stores.faces import Faces, faces, in_doubt, is_narrow
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties, ScopeParams, entity_of, lookup, same_of, sayable, scope_values


@dataclass(frozen=True, slots=True)
class SameParams(ScopeParams):
    statuses: list[str]
    id: str | None
    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class BearersParams(ScopeParams):
    keys: list[str]


@dataclass(frozen=True, slots=True)
class FacesParams(ScopeParams):
    ids: list[str]


class SameRow(NamedTuple):
    total: int
    page: list[list[Properties]]


class BearerRow(NamedTuple):
    entity: Properties


SAME = Query("read/same", SameParams, SameRow)
BEARERS = Query("read/bearers", BearersParams, BearerRow)
FACES = Query("read/faces", FacesParams, BearerRow)


async def faces_of(
    connection: Connection, scope: Scope | None, entities: Iterable[Entity] = (), facts: Iterable[Fact] = ()
) -> Faces:
    """How the scope is shown those of the entities, and of the ends of the facts, that stand for others: one more statement
    for who does not see all of the owner's words and meets one, else none."""
    ids = in_doubt(entities, facts) if is_narrow(scope) else []
    rows = await connection.read(FACES, FacesParams(**scope_values(scope), ids=ids)) if ids else []
    return faces(entity_of(row.entity) for row in rows)


async def bearers(connection: Connection, scope: Scope, keys: Sequence[str]) -> list[Entity]:
    """See `GraphStore.bearers`."""
    wanted = [lookup(key) for key in sayable(keys)]
    rows = await connection.read(BEARERS, BearersParams(**scope_values(scope), keys=wanted)) if wanted else []
    return [entity_of(row.entity) for row in rows]


async def same(connection: Connection, selection: SameSelection) -> Pairs:
    """See `GraphStore.same`."""
    asked = SameParams(
        **scope_values(selection.scope),
        statuses=list(selection.statuses),
        id=selection.id,
        after=selection.after or "",
        limit=selection.limit + 1,
    )
    if selection.id is not None and not sayable([selection.id]):
        return Pairs()
    (row,) = await connection.read(SAME, asked)
    items = tuple(same_of(pair) for pair, _, _ in row.page[: selection.limit])
    entities = {one["id"]: entity_of(one) for _, *ends in row.page[: selection.limit] for one in ends}
    following = items[-1].id if len(row.page) > selection.limit else None
    return Pairs(items=items, entities=entities, total=row.total, next_after=following)


def asked_of(names: Sequence[NameProbe]) -> list[dict[str, Any]]:
    """The probes of an inquiry, as the query takes them."""
    return [
        {
            "key": lookup(one.key),
            "exact": [lookup(key) for key in sayable(one.exact)],
            "heads": sayable(one.heads),
            "last": one.last,
            "letters": sayable(one.letters or ("",)) if one.last else [],
        }
        for one in names
        if sayable([one.key, one.last]) == list(dict.fromkeys([one.key, one.last]))
    ]
