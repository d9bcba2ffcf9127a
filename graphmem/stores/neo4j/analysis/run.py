"""Runs a judged query: read only, in one transaction that ends with it, and no longer or larger than allowed."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from graphmem.domain.analysis import AnalystQuery, CypherResult
from graphmem.errors import InputError, QueryRefused, QueryTimeout
from graphmem.stores.neo4j.analysis.guard import Judged, judge
from graphmem.stores.neo4j.analysis.plain import Weight, plain
from graphmem.stores.neo4j.analysis.plan import check_plan

if TYPE_CHECKING:
    from neo4j import AsyncResult, AsyncSession, AsyncTransaction

    from graphmem.stores.neo4j.connection import Connection

MOST_BYTES = 8 * 1024 * 1024
MOST_CELLS = 1_000_000
PULLED = 200
"""Rows that are asked for at a time."""

GRACE = 2.0
"""Seconds that the server gets beyond the timeout to say itself that it has stopped; then the connection is closed."""

LOOK = 0.02
"""Seconds between two looks at how much of a row has come in."""

_STOPPED = ("TransactionTimedOut", "OutOfMemory", "MemoryLimit", "Terminated")
"""Parts of the server's codes for a query that it stopped."""


async def run(connection: Connection, query: AnalystQuery) -> CypherResult:
    """The answer to `query`.

    Raises QueryRefused when it may do more than read (nothing was run), QueryTimeout when it was stopped, InputError when the
    server cannot work it out, and the connection's own errors.
    """
    judged = judge(query.text, query.parameters, query.limit + 1)
    with connection.login.translation():
        session = connection.reader(min(query.limit + 1, PULLED))
        try:
            return await _within(session, judged, query)
        finally:
            with suppress(Exception):
                await asyncio.wait_for(session.close(), GRACE)


async def _within(session: AsyncSession, judged: Judged, query: AnalystQuery) -> CypherResult:
    """The answer, unless time is up or one row outgrows what is allowed; then the connection is closed at once."""
    work = asyncio.create_task(_answer(session, judged, query))
    until = time.monotonic() + query.timeout + GRACE
    try:
        while not work.done():
            await asyncio.wait({work}, timeout=LOOK)
            if time.monotonic() > until:
                raise QueryTimeout(
                    f"The query was stopped after {query.timeout:g} s: narrow it, or give a longer timeout."
                )
            if _arrived(session) > MOST_BYTES:
                raise QueryTimeout(
                    f"One row of the answer is larger than {MOST_BYTES // 1024 // 1024} MB: return rows instead of one list."
                )
        return work.result()
    finally:
        if not work.done():
            session.cancel()
            work.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await work


def _arrived(session: AsyncSession) -> int:
    """Bytes of the message that is coming in; 0 where the driver does not tell.

    The driver holds a row whole before anybody can look at it, and has no public limit; so its own buffer is looked at.
    """
    inbox = getattr(getattr(session, "_connection", None), "inbox", None)
    return int(getattr(getattr(inbox, "_buffer", None), "used", 0))


async def _answer(session: AsyncSession, judged: Judged, query: AnalystQuery) -> CypherResult:
    from neo4j.exceptions import Neo4jError

    began = time.monotonic()
    transaction = await session.begin_transaction(timeout=query.timeout, metadata={"app": "graphmem analyst"})
    try:
        await _explain(transaction, judged, query)
        result = await transaction.run(judged.query, dict(query.parameters))
        answer = await _taken(result, query.limit)
    except Neo4jError as error:
        raise _told(error) from error
    finally:
        if not transaction.closed():
            await transaction.close()
    return answer.model_copy(update={"seconds": time.monotonic() - began})


async def _explain(transaction: AsyncTransaction, judged: Judged, query: AnalystQuery) -> None:
    from neo4j.exceptions import ClientError

    try:
        explained = await transaction.run(judged.explained, dict(query.parameters))
        summary = await explained.consume()
    except ClientError as error:
        if str(error.code).startswith("Neo.ClientError.Statement"):
            raise QueryRefused(f"The server cannot read the query: {error.message} Nothing was run.") from error
        raise
    check_plan(summary.plan, summary.query_type)


async def _taken(result: AsyncResult, limit: int) -> CypherResult:
    """Rows until one of the limits is met; the rest is left at the server."""
    columns = tuple(result.keys())
    weight = Weight()
    rows: list[tuple[Any, ...]] = []
    async for record in result:
        if len(rows) == limit:
            return CypherResult(columns=columns, rows=rows, truncated=True, stopped_by="rows")
        row = tuple(plain(value, weight) for value in record.values())
        if weight.bytes > MOST_BYTES or weight.cells > MOST_CELLS:
            which = "bytes" if weight.bytes > MOST_BYTES else "cells"
            return CypherResult.model_validate(
                {"columns": columns, "rows": rows, "truncated": True, "stopped_by": which}
            )
        rows.append(row)
    return CypherResult(columns=columns, rows=rows)


def _told(error: Any) -> Exception:
    """The server's error as one of ours, where it is about the query."""
    code, message = str(error.code or ""), str(error.message or error)
    if any(part in code for part in _STOPPED):
        what = "memory" if "Memory" in code else "time"
        return QueryTimeout(f"The query was stopped at its limit of {what}: narrow it, or cut its lists. ({message})")
    if code.startswith("Neo.ClientError.Statement"):
        return InputError(f"The server could not work the query out: {message}")
    return error if isinstance(error, Exception) else InputError(message)
