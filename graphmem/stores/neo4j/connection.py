"""One driver, and the two ways to use it: to read on any server of a cluster, to write in one transaction on its leader."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, is_dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

from graphmem import __version__
from graphmem.errors import ClosedError, DimensionMismatch, StoreError
from graphmem.stores.neo4j.faults import translation
from graphmem.stores.neo4j.patience import Attempts, Patience
from graphmem.stores.neo4j.placing import InUse, Place, placed
from graphmem.stores.neo4j.query import GIVEN, Query, gathered

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

    def translation(self) -> AbstractContextManager[None]:
        """Turns the driver's errors into ours; see `faults.translation`."""
        return translation(self.address, bool(self.password))


class AnsweredRow(NamedTuple):
    answers: list[list[Any]]
    model: str
    dimension: int
    place: Place


ANSWERED = Query("models/answered", type(None), AnsweredRow)
_CYPHER_25 = "CYPHER 25\n"


@lru_cache(maxsize=512)
def _framed(question: str, columns: tuple[str, ...]) -> str:
    """The text of a question with the look at the model behind it; the version of the language comes first in a text."""
    version = _CYPHER_25 if _CYPHER_25 in question else ""
    body = question.replace(_CYPHER_25, "")
    return version + ANSWERED.text(question=f"CALL () {{\n{body}\n}}", columns=f"  {', '.join(columns)}")


class Displaced(Exception):
    """The vectors of our model lie elsewhere by now: what was begun has to begin again, there."""

    def __init__(self, in_use: InUse) -> None:
        super().__init__(in_use)
        self.in_use = in_use


class Writing:
    """A transaction that is being written. What it runs is undone when the work raises."""

    def __init__(self, transaction: AsyncManagedTransaction, connection: Connection) -> None:
        self._transaction = transaction
        self._connection = connection

    async def run(self, query: Query[Params, Row], params: Params, **slots: str) -> list[Row]:
        """Run a statement and take all its rows."""
        return await self._connection.ask(self._transaction, query, params, slots)

    def check(self, found: InUse) -> None:
        """Raises DimensionMismatch when the vectors in use are not of our model, Displaced when they are elsewhere."""
        self._connection.check(found)


class Connection:
    """The driver behind a small door. `sent` counts the statements that were sent, those that were retried too.

    The driver belongs to one event loop of one process; used from another loop or after a fork, a new one is made. All
    sessions share their bookmarks, so that on a cluster a read sees the write before it. From `use` on, what is read comes
    with a look at the model, in the same transaction and after it: another process may have moved the graph to another.
    """

    def __init__(self, login: Login, patience: Patience | None = None) -> None:
        self.login = login
        self.sent = 0
        self._patience = patience or Patience()
        self._driver: AsyncDriver | None = None
        self._home: tuple[int, int] = (0, 0)
        self._closed = True
        self._using: InUse | None = None

    def use(self, using: InUse) -> None:
        """Read and write vectors of this model, in this place, from here on."""
        self._using = using

    @property
    def place(self) -> Place:
        """The place of the vectors in use."""
        return "a" if self._using is None else self._using.place

    def check(self, found: InUse) -> None:
        """Raises DimensionMismatch when the vectors in use are not of our model, Displaced when they are elsewhere."""
        if self._using is None or found == self._using:
            return
        if found[:2] != self._using[:2]:
            raise mismatch(self.login.address, found, self._using.model, self._using.dimension)
        raise Displaced(found)

    async def open(self) -> str:
        """Connect, and return the server's version such as ``2026.08.1``. Raises StoreUnavailable, StoreRefused, SettingsError."""
        self._closed = False
        try:
            with self.login.translation():
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
            liveness_check_timeout=patience.idle,
            max_transaction_retry_time=0,
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
        result = await transaction.run(self._worded(query, slots), _map(params))
        return query.rows([tuple(record.values()) async for record in result])

    def _worded(self, query: Query[Params, Row], slots: dict[str, str]) -> str:
        return gathered(placed(query.text(**slots), self.place))

    async def _ask_framed(
        self, transaction: AsyncManagedTransaction, query: Query[Params, Row], params: Params, slots: dict[str, str]
    ) -> list[Row]:
        self.sent += 1
        text = _framed(self._worded(query, slots), query.columns)
        (record,) = [tuple(record.values()) async for record in await transaction.run(text, _map(params))]
        found = AnsweredRow(*record)
        self.check(InUse(found.model, found.dimension, found.place))
        return query.rows([tuple(answer) for answer in found.answers])

    async def read(self, query: Query[Params, Row], params: Params, **slots: str) -> list[Row]:
        """Ask one question, on any server that holds what this process has written. Tried again when a connection was lost.

        Raises DimensionMismatch when another model's vectors are in use by now.
        """
        if self._using is None:
            return await self.look(query, params, **slots)
        while True:
            try:
                return await self._read_checked(query, params, slots)
            except Displaced as now:
                self.use(now.in_use)

    async def _read_checked(self, query: Query[Params, Row], params: Params, slots: dict[str, str]) -> list[Row]:
        """The answer, checked; an index that is gone or holds vectors of another length is told as what it comes from."""
        try:
            return await self._read(query, lambda transaction: self._ask_framed(transaction, query, params, slots))
        except StoreError as error:
            if not error.retryable:
                (found,) = await self.look(ANSWERED, None)
                self.check(InUse(found.model, found.dimension, found.place))
            raise

    async def look(self, query: Query[Params, Row], params: Params, **slots: str) -> list[Row]:
        """The same, whichever model's vectors are in use."""
        return await self._read(query, lambda transaction: self.ask(transaction, query, params, slots))

    async def _read(
        self, query: Query[Params, Row], work: Callable[[AsyncManagedTransaction], Awaitable[Result]]
    ) -> Result:
        return await self._managed("READ", work, self._patience.working if query.long else self._patience.reading)

    async def _managed(
        self, mode: str, work: Callable[[AsyncManagedTransaction], Awaitable[Result]], seconds: float
    ) -> Result:
        """Run `work` in a transaction that the server ends after so many seconds, and again as long as that may help."""
        from neo4j import unit_of_work

        async def managed(session: AsyncSession, attempts: Attempts) -> Result:
            @unit_of_work(timeout=seconds)
            async def whole(transaction: AsyncManagedTransaction) -> Result:
                attempts.reached = True
                return await work(transaction)

            return await (session.execute_read if mode == "READ" else session.execute_write)(whole)

        return await self._attempted(mode, managed)

    async def _attempted(self, mode: str, work: Callable[[AsyncSession, Attempts], Awaitable[Result]]) -> Result:
        from neo4j.exceptions import DriverError, Neo4jError

        attempts = Attempts(self._patience)
        with self.login.translation():
            while True:
                attempts.begin()
                try:
                    async with self._session(mode) as session:
                        return await work(session, attempts)
                except (DriverError, Neo4jError) as error:
                    pause = attempts.pause(error)
                    if pause is None:
                        raise
                await asyncio.sleep(pause)

    async def write(self, work: Callable[[Writing], Awaitable[Result]]) -> Result:
        """Run `work` in one transaction; it is run again from its beginning after a deadlock or a lost connection, so it has
        to be the same however often it runs. Durable when this returns; nothing is written when it raises."""

        async def whole(transaction: AsyncManagedTransaction) -> Result:
            return await work(Writing(transaction, self))

        return await self._managed("WRITE", whole, self._patience.working)

    async def declare(self, statement: str) -> None:
        """Run a statement of the schema, which is a transaction of its own, or several, and the same however often it runs."""
        from neo4j import Query as Timed

        async def whole(transaction: AsyncManagedTransaction) -> None:
            await (await transaction.run(statement)).consume()

        async def portions(session: AsyncSession, attempts: Attempts) -> None:
            result = await session.run(Timed(statement, timeout=self._patience.working))
            attempts.reached = True
            await result.consume()

        self.sent += 1
        if " IN TRANSACTIONS" in statement:
            await self._attempted("WRITE", portions)
        else:
            await self._managed("WRITE", whole, self._patience.working)


def mismatch(address: str, found: InUse, model: str, dimension: int) -> DimensionMismatch:
    """The error of a store whose model is not the one whose vectors are in use."""
    return DimensionMismatch(
        f"The database at {address} holds vectors of {found.model} with {found.dimension} dimensions, and this memory "
        f"embeds with {model}, {dimension} dimensions: use the same model, or move the database to this one with `graphmem "
        "reembed` (for an embedder of your own: graphmem.upkeep.reembed)."
    )


def _map(params: object) -> dict[str, dict[str, Any]]:
    return {GIVEN: {one.name: getattr(params, one.name) for one in fields(params)}} if is_dataclass(params) else {}


def _here() -> tuple[int, int]:
    """This process and its running event loop."""
    return os.getpid(), id(asyncio.get_running_loop())
