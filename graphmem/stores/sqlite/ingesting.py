"""Adds that were given a key, or put off: their rows, who asks for them, and how one changes."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Rows
from graphmem.errors import Conflict, InvalidScope
from graphmem.stores.sqlite.parameters import Parameters
from graphmem.stores.sqlite.rows import Row, as_json, as_list, maybe_written, scope_of, scope_values, written
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.statements import statement


def ingest_of(row: Row) -> Ingest:
    """An ingest from the columns of `ingest_rows`."""
    return Ingest(
        id=row[1],
        scope=scope_of(row[2], row[3], row[4]),
        key=row[5],
        content=row[6],
        episode_id=row[7],
        state=row[8],
        unread=tuple(json.loads(row[9])),
        said_at=row[10] and datetime.fromisoformat(row[10]),
        prompt=row[11],
        attempts=row[12],
        error=row[13],
        note=row[14],
        added_at=datetime.fromisoformat(row[15]),
        updated_at=datetime.fromisoformat(row[16]),
        due_at=row[17] and datetime.fromisoformat(row[17]),
        claimed_by=row[18],
        revision=row[19],
        memory_ids=tuple(id_ for _, id_ in sorted(json.loads(row[20]))),
    )


def ingest_values(one: Ingest) -> Parameters:
    """For `add_ingest` and `change_ingest`."""
    return {
        "id": one.id,
        **scope_values(one.scope),
        "key": one.key,
        "content": one.content,
        "episode_id": one.episode_id,
        "state": one.state,
        "unread": as_json(list(one.unread)),
        "said_at": maybe_written(one.said_at),
        "prompt": one.prompt,
        "attempts": one.attempts,
        "error": one.error,
        "note": one.note,
        "added_at": written(one.added_at),
        "updated_at": written(one.updated_at),
        "due_at": maybe_written(one.due_at),
        "claimed_by": one.claimed_by,
        "revision": one.revision,
    }


def keyed(snapshot: Snapshot, scope: Scope, keys: Sequence[str]) -> list[Ingest]:
    """The ingests of exactly this scope that have one of these keys."""
    return [ingest_of(row) for row in snapshot.rows("ingests_keyed", snapshot.values(scope), keys=keys)]


def ingests(snapshot: Snapshot, selection: IngestSelection) -> Rows[Ingest]:
    """A page of ingests."""
    values = {**snapshot.values(selection.scope), "of_ids": None if selection.ids is None else 1}
    ids, states = selection.ids or (), selection.states
    cursor = {"after": selection.after, "limit": selection.limit + 1}
    rows = snapshot.rows("ingests_page", values | cursor, ids=ids, states=states)
    ((total,),) = snapshot.rows("ingests_total", values, ids=ids, states=states)
    items = tuple(map(ingest_of, rows[: selection.limit]))
    return Rows(items=items, total=total, next_after=items[-1].id if len(rows) > selection.limit > 0 else None)


def due(snapshot: Snapshot, scope: Scope | None, now: datetime, limit: int) -> list[Ingest]:
    """The first that is still to be done of each owner, where it may be begun."""
    values = snapshot.values(scope) | {"now": written(now), "limit": limit}
    return [ingest_of(row) for row in snapshot.rows("ingests_due", values)]


def put(connection: sqlite3.Connection, owner: int, ingests: Sequence[Ingest], memories: Mapping[str, int]) -> int:
    """Write ingests of one owner, his row `owner`; how many were new or changed. `memories`: the numbers of those that they
    list. Raises Conflict when another writer came first, InvalidScope for an id of another owner's."""
    changed = 0
    for one in ingests:
        values = ingest_values(one) | {"owner": owner}
        row = connection.execute(statement("ingests_there"), {"ids": as_list([one.id])}).fetchone()
        if row is None:
            _add(connection, one, values, memories)
        elif connection.execute(statement("owner_of_ingest"), {"number": row[0]}).fetchone() != (owner,):
            raise InvalidScope("An id of this ChangeSet is the id of another owner's ingest: make a new one.")
        elif one.succeeds(ingest_of(row)):
            connection.execute(statement("change_ingest"), values | {"number": row[0]})
        elif one.repeats(ingest_of(row)):
            continue
        else:
            raise Conflict(f"The ingest {one.id!r} was changed by another writer: read again and repeat.")
        changed += 1
    return changed


def _add(connection: sqlite3.Connection, one: Ingest, values: Parameters, memories: Mapping[str, int]) -> None:
    if one.key is not None:
        same = {"owner": values["owner"], **scope_values(one.scope), "keys": as_list([one.key])}
        if connection.execute(statement("ingests_keyed"), same).fetchone() is not None:
            raise Conflict("Another add with the same key came first: look for its key again.")
    (number,) = connection.execute(statement("next_ingest")).fetchone()
    connection.execute(statement("add_ingest"), values | {"number": number})
    for position, memory in enumerate(one.memory_ids):
        if memory not in memories:
            raise Conflict(f"The memory {memory!r} that this write refers to is not there: read again and repeat.")
        place = {"number": number, "position": position, "memory": memories[memory]}
        connection.execute(statement("add_ingest_memory"), place)
