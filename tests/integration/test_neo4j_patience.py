"""How long a store waits for a server: seconds for one that is gone, no longer than allowed for one that does not come to an end.

A relay stands before the server, so that any server can go away and come back.
"""

from __future__ import annotations

import asyncio
import time
from urllib.parse import urlsplit

import pytest
from neo4j import AsyncGraphDatabase

from graphmem.domain.scope import Scope
from graphmem.errors import StoreBusy, StoreUnavailable
from graphmem.stores.neo4j.connection import Connection, Writing
from graphmem.stores.neo4j.patience import Patience
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.schema import LOCK, STATE, LockRow, StateRow
from graphmem.testing.graph import GraphBuilder
from tests.support.neo4j_graph import login_of, store_on
from tests.support.neo4j_server import Neo4jServer

ANA = Scope("ana")


class Relay:
    """A port that leads to the server while it is open."""

    def __init__(self, server: Neo4jServer) -> None:
        there = urlsplit(server.uri)
        self._there = there.hostname, there.port
        self._doors: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.port = 0

    async def open(self) -> None:
        """Let connections in."""
        self._doors = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._doors.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Cut all connections and let none in."""
        assert self._doors is not None
        self._doors.close()
        for one in self._open:
            one.transport.abort()
        self._open.clear()
        await self._doors.wait_closed()

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, out = await asyncio.open_connection(*self._there)
        self._open |= {back, out}
        await asyncio.gather(_flow(near, out), _flow(far, back))


async def _flow(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while some := await source.read(65_536):
            target.write(some)
            await target.drain()
    except ConnectionError:
        pass
    finally:
        target.close()


def memory() -> GraphBuilder:
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bob works.", about="Bob")
    return graph


def test_a_server_that_is_gone_is_told_within_seconds_whatever_the_timeout(empty_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        relay = Relay(empty_neo4j)
        await relay.open()
        store = store_on(empty_neo4j, url=f"bolt://127.0.0.1:{relay.port}")
        await store.open()
        await relay.close()
        for call in (store.version(ANA.owner), store.commit(memory().changes())):
            start = time.monotonic()
            with pytest.raises(StoreUnavailable, match="cannot be reached"):
                await call
            assert time.monotonic() - start < 6
        await relay.open()
        await store.commit(memory().changes())
        assert await store.version(ANA.owner) == 1
        await store.close()
        await relay.close()

    asyncio.run(scenario())


def test_a_server_that_is_gone_for_a_moment_is_not_noticed(empty_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        relay = Relay(empty_neo4j)
        await relay.open()
        store = store_on(empty_neo4j, url=f"bolt://127.0.0.1:{relay.port}")
        await store.open()
        await relay.close()
        writing = asyncio.create_task(store.commit(memory().changes()))
        await asyncio.sleep(1)
        await relay.open()
        await writing
        assert await store.version(ANA.owner) == 1
        await store.close()
        await relay.close()

    asyncio.run(scenario())


class Endless(Query[None, StateRow]):
    """A question that the server would be busy with for long."""

    def text(self, **slots: str) -> str:
        return "UNWIND range(1, 10000) AS a UNWIND range(1, 10000) AS b WITH a, b WHERE a + b < 0 RETURN a AS model"


ENDLESS = Endless("book/state", type(None), StateRow)  # type: ignore[arg-type]
ENDLESS_LONG = Endless("book/state", type(None), StateRow, long=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [ENDLESS, ENDLESS_LONG], ids=["reading", "working"])
def test_a_read_that_does_not_end_is_ended(empty_neo4j: Neo4jServer, query: Endless) -> None:
    limits = {"reading": 3600.0 if query.long else 1.0, "working": 1.0 if query.long else 3600.0}

    async def scenario() -> None:
        connection = Connection(login_of(empty_neo4j), Patience(**limits))
        await connection.open()
        start = time.monotonic()
        with pytest.raises(StoreBusy, match="longer than a transaction may"):
            await connection.look(query, None)
        assert time.monotonic() - start < 10
        assert len(await connection.look(STATE, None)) == 1
        await connection.close()

    asyncio.run(scenario())


def test_a_write_that_waits_for_rows_that_are_never_let_go_is_ended(empty_neo4j: Neo4jServer) -> None:
    async def hold(writing: Writing) -> list[LockRow]:
        return await writing.run(LOCK, None)

    async def scenario() -> None:
        connection = Connection(login_of(empty_neo4j), Patience(working=1.0))
        await connection.open()
        await connection.write(hold)
        async with (
            AsyncGraphDatabase.driver(empty_neo4j.uri, auth=empty_neo4j.auth) as driver,
            driver.session(database=empty_neo4j.database) as session,
            await session.begin_transaction() as transaction,
        ):
            await (await transaction.run("MATCH (l:Lock) SET l.held = true")).consume()
            start = time.monotonic()
            with pytest.raises(StoreBusy, match="longer than a transaction may"):
                await connection.write(hold)
            assert time.monotonic() - start < 10
        assert await connection.write(hold) == [LockRow("schema")]
        await connection.close()

    asyncio.run(scenario())
