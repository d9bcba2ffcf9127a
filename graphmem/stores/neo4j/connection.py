"""One driver, and the two ways to use it: to read on any server of a cluster, to write in one transaction on its leader."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

from graphmem import __version__
from graphmem.errors import ClosedError
from graphmem.stores.neo4j.faults import translation
from graphmem.stores.neo4j.query import Query

if TYPE_CHECKING:
    from neo4j import AsyncDriver, AsyncManagedTransaction, AsyncSession

Params = TypeVar("Params")
Row = TypeVar("Row", bound=tuple[Any, ...])
Result = TypeVar("Result")

_left: list[object] = []
"""Drivers of a parent process or of another event loop. They are neither used nor closed: their sockets are not ours."""


@dataclass(frozen=True, slots=True)
class Login:
    """Where the server is and who asks. The password is in no representation."""

    url: str
    username: str = "neo4j"
    password: str = ""
    database: str = "neo4j"

    def __repr__(self) -> str:
        return f"Login({self.address!r}, {self.username!r}, database={self.database!r})"

    @property
    def address(self) -> str:
        """The address without credentials, fit for a message."""
        parts = urlsplit(self.url)
        host = parts.netloc.rpartition("@")[2]
        return f"{parts.scheme}://{host}"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, to wait for a free connection of the pool, and in which a transaction is tried again; `pool`:
    connections to one server at most."""

    connect: float = 10.0
    acquire: float = 30.0
    retry: float = 30.0
    pool: int = 50


class Writing:
    """A transaction that is being written. What it runs is undone when the work raises."""

    def __init__(self, transaction: AsyncManagedTransaction, connection: Connection) -> None:
        self._transaction = transaction
        self._connection = connection

    async def run(self, query: Query[Params, Row], params: Params, **slots: str) -> list[Row]:
        """Run a statement and take all its rows."""
        return await self._connection.ask(self._transaction, query, params, slots)


class Connection:
    """The driver behind a small door. `sent` counts the statements that were sent, those that were retried too.

    The driver belongs to one event loop of one process; used from another loop or after a fork, a new one is made. All
    sessions share their bookmarks, so that on a cluster a read sees the write before it.
    """

    def __init__(self, login: Login, patience: Patience | None = None) -> None:
        self.login = login
        self.sent = 0
        self._patience = patience or Patience()
        self._driver: AsyncDriver | None = None
        self._home: tuple[int, int] = (0, 0)
        self._closed = True

    async def open(self) -> str:
        """Connect, and return the server's version such as ``2026.08.1``. Raises StoreUnavailable, StoreRefused, SettingsError."""
        self._closed = False
        try:
            with translation(self.login.address):
                info = await self._ours().get_server_info()
        except BaseException:
            await self.close()
            raise
        return str(info.agent).rpartition("/")[2]

    async def close(self) -> None:
        """Let go of all connections. Idempotent."""
        driver, self._driver, self._closed = self._driver, None, True
        if driver is not None:
            if self._home == _here():
                await driver.close()
            else:
                _left.append(driver)

    def _ours(self) -> AsyncDriver:
        if self._closed:
            raise ClosedError("This store is closed: open() it first.")
        if self._driver is not None and self._home != _here():
            _left.append(self._driver)
            self._driver = None
        if self._driver is None:
            self._driver, self._home = self._made(), _here()
        return self._driver

    def _made(self) -> AsyncDriver:
        import neo4j

        login, patience = self.login, self._patience
        return neo4j.AsyncGraphDatabase.driver(
            login.url,
            auth=(login.username, login.password) if login.password else None,
            user_agent=f"graphmem/{__version__}",
            connection_timeout=patience.connect,
            connection_acquisition_timeout=patience.acquire,
            max_transaction_retry_time=patience.retry,
            max_connection_pool_size=patience.pool,
            notifications_min_severity="OFF",
        )

    def reader(self, fetch_size: int) -> AsyncSession:
        """A session that may only read, for a query whose limits its caller holds; rows come `fetch_size` at a time."""
        self.sent += 1
        return self._session("READ", fetch_size)

    def _session(self, mode: str, fetch_size: int = 1000) -> AsyncSession:
        driver = self._ours()
        return driver.session(
            database=self.login.database,
            default_access_mode=mode,
            fetch_size=fetch_size,
            bookmark_manager=driver.execute_query_bookmark_manager,
        )

    async def ask(
        self, transaction: AsyncManagedTransaction, query: Query[Params, Row], params: Params, slots: dict[str, str]
    ) -> list[Row]:
        """Send one statement in a transaction that is open, and take all its rows."""
        self.sent += 1
        values = {} if params is None else {one.name: getattr(params, one.name) for one in fields(params)}  # type: ignore[arg-type]
        result = await transaction.run(query.text(**slots), values)
        return query.rows([tuple(record.values()) async for record in result])

    async def read(self, query: Query[Params, Row], params: Params, **slots: str) -> list[Row]:
        """Ask one question, on any server that holds what this process has written. Tried again when the server was away."""

        async def work(transaction: AsyncManagedTransaction) -> list[Row]:
            return await self.ask(transaction, query, params, slots)

        with translation(self.login.address):
            async with self._session("READ") as session:
                return await session.execute_read(work)

    async def write(self, work: Callable[[Writing], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction; it is run again from its beginning after a deadlock or a lost connection, so it has
        to be the same however often it runs. Durable when this returns; nothing is written when it raises."""

        async def whole(transaction: AsyncManagedTransaction) -> Result:
            return await work(Writing(transaction, self))

        with translation(self.login.address):
            async with self._session("WRITE") as session:
                return await session.execute_write(whole)

    async def declare(self, statement: str) -> None:
        """Run a statement of the schema, which is a transaction of its own and the same however often it runs."""

        async def whole(transaction: AsyncManagedTransaction) -> None:
            await (await transaction.run(statement)).consume()

        self.sent += 1
        with translation(self.login.address):
            async with self._session("WRITE") as session:
                await session.execute_write(whole)


def _here() -> tuple[int, int]:
    """This process and its running event loop."""
    return os.getpid(), id(asyncio.get_running_loop())
