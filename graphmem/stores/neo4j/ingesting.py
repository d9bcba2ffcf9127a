"""Adds that were given a key, or put off: their nodes, who asks for them, and how one changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Rows
from graphmem.errors import Conflict, InvalidScope
from graphmem.stores.neo4j.connection import Connection, Writing
from graphmem.stores.neo4j.pages import FIRST, LAST
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties as Node
from graphmem.stores.neo4j.rows import in_utc, maybe, sayable, scope_of, time_of
from graphmem.stores.neo4j.values import Properties, kept, scope_properties


@dataclass(frozen=True, slots=True)
class KeyedParams:
    owner: str
    marks: list[str]


@dataclass(frozen=True, slots=True)
class DueParams:
    first: str
    last: str
    agent_id: str | None
    run_id: str | None
    now: datetime
    limit: int


@dataclass(frozen=True, slots=True)
class IngestPageParams:
    first: str
    last: str
    agent_id: str | None
    run_id: str | None
    ids: list[str] | None
    states: list[str]
    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class ThereParams:
    owner: str
    ids: list[str]
    marks: list[str]


@dataclass(frozen=True, slots=True)
class PutParams:
    owner: str
    added: list[Properties]
    changed: list[Properties]


class IngestRow(NamedTuple):
    ingest: Node


class IngestPageRow(NamedTuple):
    total: int
    page: list[Node]


class ThereRow(NamedTuple):
    there: list[dict[str, Any]]
    taken: list[list[str]]


class PutRow(NamedTuple):
    listed: int
    changed: int


KEYED = Query("ingest/keyed", KeyedParams, IngestRow)
DUE = Query("ingest/due", DueParams, IngestRow)
PAGE = Query("ingest/page", IngestPageParams, IngestPageRow)
THERE = Query("ingest/there", ThereParams, ThereRow)
PUT = Query("ingest/put", PutParams, PutRow)


def key_mark(scope: Scope, key: str) -> str:
    """A digest that is the same for equal keys of exactly the same scope, and for no others."""
    said = json.dumps([scope.owner, scope.user_id, scope.agent_id, scope.run_id, key])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def ingest_of(row: Node) -> Ingest:
    """An ingest."""
    return Ingest(
        id=row["id"],
        scope=scope_of(row["user_id"], row["agent_id"], row["run_id"]),
        key=row["key"],
        content=row["content"],
        episode_id=row["episode_id"],
        memory_ids=tuple(id_ for _, id_ in sorted(row["memories"])),
        state=row["state"],
        unread=tuple(row["unread"]),
        said_at=maybe(row["said_at"]),
        prompt=row["prompt"],
        attempts=row["attempts"],
        error=row["error"],
        note=row["note"],
        added_at=time_of(row["added_at"]),
        updated_at=time_of(row["updated_at"]),
        due_at=maybe(row["due_at"]),
        claimed_by=row["claimed_by"],
        revision=row["revision"],
    )


def _moving_values(one: Ingest) -> Properties:
    """What changes of an (:Ingest)."""
    values = {
        "id": one.id,
        "state": one.state,
        "waiting": one.scope.owner if one.is_open else None,
        "unread": list(one.unread),
        "said_at": one.said_at and in_utc(one.said_at),
        "prompt": one.prompt,
        "attempts": one.attempts,
        "error": one.error,
        "note": one.note,
        "updated_at": in_utc(one.updated_at),
        "due_at": one.due_at and in_utc(one.due_at),
        "claimed_by": one.claimed_by,
        "revision": one.revision,
    }
    return kept(values)


def _new_values(one: Ingest, number: int) -> Properties:
    """An (:Ingest)."""
    values = {
        **scope_properties(one.scope),
        "number": number,
        "key": one.key,
        "key_mark": None if one.key is None else key_mark(one.scope, one.key),
        "content": one.content,
        "episode_id": one.episode_id,
        "added_at": in_utc(one.added_at),
    }
    return kept(values) | _moving_values(one)


async def keyed(connection: Connection, scope: Scope, keys: Sequence[str]) -> list[Ingest]:
    """The ingests of exactly this scope that have one of these keys."""
    marks = [key_mark(scope, key) for key in sayable(keys)]
    rows = await connection.read(KEYED, KeyedParams(scope.owner, marks)) if marks else []
    return [ingest_of(row.ingest) for row in rows]


def _within(scope: Scope | None) -> dict[str, Any]:
    first, last = (FIRST, LAST) if scope is None else (scope.owner, scope.owner)
    agent_id, run_id = (None, None) if scope is None else (scope.agent_id, scope.run_id)
    return {"first": first, "last": last, "agent_id": agent_id, "run_id": run_id}


async def ingests(connection: Connection, selection: IngestSelection) -> Rows[Ingest]:
    """A page of ingests."""
    ids = None if selection.ids is None else sayable(selection.ids)
    params = IngestPageParams(
        **_within(selection.scope),
        ids=ids,
        states=list(selection.states),
        after=selection.after or FIRST,
        limit=selection.limit + 1,
    )
    (row,) = await connection.read(PAGE, params)
    items = tuple(sorted(map(ingest_of, row.page), key=lambda one: one.id))
    more = len(items) > selection.limit > 0
    items = items[: selection.limit]
    return Rows(items=items, total=row.total, next_after=items[-1].id if more else None)


async def due(connection: Connection, scope: Scope | None, now: datetime, limit: int) -> list[Ingest]:
    """The first that is still to be done of each owner, where it may be begun."""
    rows = await connection.read(DUE, DueParams(**_within(scope), now=in_utc(now), limit=limit))
    return [ingest_of(row.ingest) for row in rows]


async def put(writing: Writing, owner: str, ingests: Sequence[Ingest], first: int) -> int:
    """Write ingests of one owner, the new ones numbered from `first`; how many were new or changed. Raises Conflict when
    another writer came first, InvalidScope for an id of another owner's."""
    marks = {key_mark(one.scope, one.key): one.id for one in ingests if one.key is not None}
    (found,) = await writing.run(THERE, ThereParams(owner, sorted({one.id for one in ingests}), sorted(marks)))
    if not all(one["ours"] for one in found.there):
        raise InvalidScope("An id of this ChangeSet is the id of another owner's ingest: make a new one.")
    if any(marks[mark] != id_ for mark, id_ in found.taken):
        raise Conflict("Another add with the same key came first: look for its key again.")
    there = {one["ingest"]["id"]: ingest_of(one["ingest"]) for one in found.there}
    added: list[Properties] = []
    changed: list[Properties] = []
    for number, one in enumerate(ingests, first):
        if one.id not in there:
            memories = [{"id": id_, "position": position} for position, id_ in enumerate(one.memory_ids)]
            added.append({"made": _new_values(one, number), "memories": memories})
        elif one.succeeds(there[one.id]):
            changed.append(_moving_values(one))
        elif not one.repeats(there[one.id]):
            raise Conflict(f"The ingest {one.id!r} was changed by another writer: read again and repeat.")
    (row,) = await writing.run(PUT, PutParams(owner, added, changed))
    if row.listed != sum(len(one["memories"]) for one in added) or row.changed != len(changed):
        raise Conflict("A memory or an ingest that this write refers to is not there: read again and repeat.")
    return len(added) + len(changed)
