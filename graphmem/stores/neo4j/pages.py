"""Lists what there is: pages, names, histories and counts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Rows
from graphmem.stores.faces import shown, worded
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.likeness import faces_of
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import (
    Properties,
    ScopeParams,
    ViewParams,
    entity_of,
    fact_of,
    lookup,
    memory_of,
    revision_of,
    sayable,
    scope_values,
    view_values,
)
from graphmem.stores.neo4j.seeking import Sieve

FIRST, LAST = "", "\U0010ffff"
"""Every id and every owner stands between these."""
OUTLINES = 2_000
"""Memories whose outlines are held at a time."""
_NEWEST_FIRST = {
    "memory": "WITH m ORDER BY m.id DESC LIMIT $limit",
    "fact": "WITH f ORDER BY f.id DESC LIMIT $limit",
    "entity": "WITH e ORDER BY e.id DESC LIMIT $limit",
}
_OF_SUBJECTS = "AND f.subject_id IN $subjects AND f.lookup IS NOT NULL"
"""Says again what the query says, in words that an index understands."""


@dataclass(frozen=True, slots=True)
class PageParams(ViewParams):
    above: str
    below: str
    limit: int


@dataclass(frozen=True, slots=True)
class MemoriesParams(PageParams):
    hashes: list[str] | None
    exactly: bool
    required: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class OutlinedParams(ViewParams):
    after: str
    limit: int
    hashes: list[str] | None
    exactly: bool
    required: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class FactsParams(PageParams):
    subjects: list[str] | None
    predicates: list[str] | None
    objects: list[str] | None
    memory_ids: list[str] | None


@dataclass(frozen=True, slots=True)
class EntitiesParams(PageParams):
    memory_ids: list[str] | None


@dataclass(frozen=True, slots=True)
class IdsParams(ViewParams):
    ids: list[str]


@dataclass(frozen=True, slots=True)
class KeysParams(ScopeParams):
    keys: list[str]


@dataclass(frozen=True, slots=True)
class RevisionsParams(ScopeParams):
    memory_id: str


@dataclass(frozen=True, slots=True)
class VersionParams:
    owner: str


@dataclass(frozen=True, slots=True)
class CountsParams(ViewParams):
    first: str
    last: str


class PageRow(NamedTuple):
    total: int
    page: list[Properties]


class MemoryRow(NamedTuple):
    memory: Properties


class EntityRow(NamedTuple):
    entity: Properties


class RevisionRow(NamedTuple):
    revision: Properties


class VersionRow(NamedTuple):
    version: int


class CountsRow(NamedTuple):
    memories: int
    facts: int
    entities: int
    episodes: int


MEMORIES = Query("read/memories_page", MemoriesParams, PageRow)
MEMORIES_OUTLINED = Query("read/memories_outlined", OutlinedParams, MemoryRow)
MEMORIES_BY_ID = Query("read/memories_by_id", IdsParams, MemoryRow)
FACTS = Query("read/facts_page", FactsParams, PageRow)
ENTITIES = Query("read/entities_page", EntitiesParams, PageRow)
BEARERS = Query("read/entities", KeysParams, EntityRow)
REVISIONS = Query("read/revisions", RevisionsParams, RevisionRow)
VERSION = Query("read/version", VersionParams, VersionRow)
COUNTS = Query("read/counts", CountsParams, CountsRow)


def _cursor(selection: Selection) -> dict[str, Any]:
    """Between which ids the page lies. One row more than it holds is asked for, to know whether there is another."""
    after = selection.after
    bounds = {"above": FIRST, "below": LAST}
    if after is not None:
        bounds["below" if selection.descending else "above"] = after
    return {**view_values(selection.scope, selection.view), **bounds, "limit": selection.limit + 1}


def _slots(selection: Selection) -> dict[str, str]:
    return {"newest_first": _NEWEST_FIRST[selection.kind]} if selection.descending else {}


def _listed(values: Sequence[str] | None) -> list[str] | None:
    return None if values is None else sayable(values)


def _in_order(rows: Sequence[Properties], selection: Selection) -> list[Properties]:
    return sorted(rows, key=lambda row: str(row["id"]), reverse=selection.descending)


async def memories(connection: Connection, selection: Selection) -> Rows[MemoryRecord]:
    """A page of memories."""
    sieve = Sieve.of(selection.filter)
    if not sieve.asked.exact:
        return await _memories_judged_here(connection, selection, sieve)
    hashes, groups = _listed(selection.hashes), sieve.asked.groups
    params = MemoriesParams(**_cursor(selection), hashes=hashes, exactly=selection.exactly, required=groups)
    (row,) = await connection.read(MEMORIES, params, **_slots(selection))
    items = tuple(memory_of(one) for one in _in_order(row.page, selection))
    return Rows(items=items[: selection.limit], total=row.total, next_after=_next(items, selection))


def _next(items: Sequence[MemoryRecord | Fact | Entity], selection: Selection) -> str | None:
    """Where the next page begins; None when no row was left over."""
    return items[selection.limit - 1].id if len(items) > selection.limit > 0 else None


async def _memories_judged_here(connection: Connection, selection: Selection, sieve: Sieve) -> Rows[MemoryRecord]:
    """A page for a filter that only Python can judge: outlines of all that it may take, some at a time, then the whole rows of
    one page."""
    view, cursor = view_values(selection.scope, selection.view), _cursor(selection)
    total, page = 0, list[str]()
    async for taken in _judged_here(connection, selection, sieve):
        total += len(taken)
        beyond = [id_ for id_ in taken if cursor["above"] < id_ < cursor["below"]]
        page = sorted([*page, *beyond], reverse=selection.descending)[: selection.limit + 1]
    rows = await connection.read(MEMORIES_BY_ID, IdsParams(**view, ids=page)) if page else []
    items = tuple(memory_of(one) for one in _in_order([row.memory for row in rows], selection))
    return Rows(items=items[: selection.limit], total=total, next_after=_next(items, selection))


async def _judged_here(connection: Connection, selection: Selection, sieve: Sieve) -> AsyncIterator[frozenset[str]]:
    """The ids that the filter takes, whichever page they are on, in parts."""
    view, hashes = view_values(selection.scope, selection.view), _listed(selection.hashes)
    after: str | None = FIRST
    while after is not None:
        params = OutlinedParams(
            **view,
            after=after,
            limit=OUTLINES,
            hashes=hashes,
            exactly=selection.exactly,
            required=sieve.asked.groups,
        )
        outlines = [row.memory for row in await connection.read(MEMORIES_OUTLINED, params)]
        yield sieve.taken(outlines)
        after = str(outlines[-1]["id"]) if len(outlines) == OUTLINES else None


async def facts(connection: Connection, selection: Selection) -> Rows[Fact]:
    """A page of facts."""
    params = FactsParams(
        **_cursor(selection),
        subjects=_listed(selection.subjects),
        predicates=_listed(selection.predicates),
        objects=_listed(selection.objects),
        memory_ids=_listed(selection.memory_ids),
    )
    slots = _slots(selection) | ({} if selection.subjects is None else {"of_subjects": _OF_SUBJECTS})
    (row,) = await connection.read(FACTS, params, **slots)
    items = tuple(fact_of(one) for one in _in_order(row.page, selection))
    known = await faces_of(connection, selection.scope, facts=items)
    items = tuple(worded(fact, known) for fact in items)
    return Rows(items=items[: selection.limit], total=row.total, next_after=_next(items, selection))


async def browse_entities(connection: Connection, selection: Selection) -> Rows[Entity]:
    """A page of entities."""
    params = EntitiesParams(**_cursor(selection), memory_ids=_listed(selection.memory_ids))
    (row,) = await connection.read(ENTITIES, params, **_slots(selection))
    found = tuple(entity_of(one) for one in _in_order(row.page, selection))
    known = await faces_of(connection, selection.scope, found)
    items = tuple(shown(one, known) for one in found)
    return Rows(items=items[: selection.limit], total=row.total, next_after=_next(items, selection))


async def entities(connection: Connection, scope: Scope, keys: Sequence[str]) -> list[Entity]:
    """The entities that bear one of these keys, or have it among their aliases' keys, by id."""
    wanted = sayable(keys)
    if not wanted:
        return []
    rows = await connection.read(BEARERS, KeysParams(**scope_values(scope), keys=[lookup(key) for key in wanted]))
    found = [entity_of(row.entity) for row in rows]
    known = await faces_of(connection, scope, found)
    return [shown(one, known) for one in found]


async def revisions(connection: Connection, scope: Scope | None, memory_id: str) -> list[Revision]:
    """A memory's history, oldest first."""
    if not sayable([memory_id]):
        return []
    rows = await connection.read(REVISIONS, RevisionsParams(**scope_values(scope), memory_id=memory_id))
    return [revision_of(row.revision) for row in rows]


async def version(connection: Connection, owner: str) -> int:
    """How many commits have changed this owner's graph."""
    rows = await connection.read(VERSION, VersionParams(owner)) if sayable([owner]) else []
    return rows[0].version if rows else 0


async def counts(connection: Connection, scope: Scope | None, view: View) -> dict[str, int]:
    """How many rows of each kind the scope sees."""
    first, last = (FIRST, LAST) if scope is None else (scope.owner, scope.owner)
    (row,) = await connection.read(COUNTS, CountsParams(**view_values(scope, view), first=first, last=last))
    return row._asdict()
