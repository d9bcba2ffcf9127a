"""The file itself: its connections, their threads, and the one writer's turn.

Reads run in a few threads with a connection each, writes in one thread of their own, first come first served.
Checkpoints are made by graphmem alone, while it holds the writer's turn: SQLite before 3.51.3 can corrupt a file when
two connections checkpoint while a third commits.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Literal, TypeVar

from graphmem.errors import ClosedError, StoreBusy, StoreMisplaced, StoreReadOnly, StoreUnavailable
from graphmem.stores.sqlite import migrations
from graphmem.stores.sqlite.faults import damages_connection, translation
from graphmem.stores.sqlite.statements import statement
from graphmem.stores.sqlite.write_queue import queue_for

Result = TypeVar("Result")
Work = Callable[[sqlite3.Connection], Result]

READERS = 4
"""Threads that read at the same time."""
CHECKPOINT_BYTES = 4 * 1024 * 1024
"""The write-ahead log is folded into the file when it has grown by so much."""
MEMORY = ":memory:"
_SETTINGS = (
    "foreign_keys",
    "secure_delete",
    "trusted_schema",
    "cell_size_check",
    "mmap_size",
    "cache_size",
    "no_autocheckpoint",
)


class Stale(Exception):
    """What is cached is newer than this transaction's snapshot: the read has to begin again."""


class Database:
    """One process's access to one file. Not to be used in a fork of the process that made it."""

    def __init__(
        self,
        path: str,
        *,
        model: str,
        dimension: int,
        timeout: float,
        durability: Literal["full", "fast"],
        any_model: bool = False,
    ) -> None:
        self.where = "The in-memory database" if path == MEMORY else path
        self._path = path
        self._in_memory = path == MEMORY
        self._model, self._dimension, self._any_model = model, dimension, any_model
        self._timeout = timeout
        self._durability = durability
        self._read_only = False
        self._mode = ""
        self._local = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._queue = queue_for(None if self._in_memory else path)
        self._writer = ThreadPoolExecutor(1, "graphmem-write")
        self._readers = self._writer if self._in_memory else ThreadPoolExecutor(READERS, "graphmem-read")
        self._checkpoint_at = CHECKPOINT_BYTES

    async def open(self) -> None:
        """Check the file and bring its schema up to date."""
        await self._in(self._writer, self._prepare)

    async def read(self, work: Work[Result], *, any_model: bool = False) -> Result:
        """Run `work` in a snapshot of the database. Raises DimensionMismatch when another model's vectors are in it by now,
        unless that makes no difference to the work."""
        return await self._in(self._readers, lambda: self._reading(self._guarded(work, any_model)))

    async def write(self, work: Work[Result], *, any_model: bool = False) -> Result:
        """Run `work` in a transaction of its own, durable when this returns; an exception undoes it. Raises
        DimensionMismatch as `read` does."""
        deadline = time.monotonic() + self._timeout
        return await self._in(self._writer, lambda: self._writing(self._guarded(work, any_model), deadline))

    def _guarded(self, work: Work[Result], any_model: bool) -> Work[Result]:
        """`work` after a look at the model, in the same transaction: another process may have moved the file to another."""
        if any_model:
            return work

        def guarded(connection: sqlite3.Connection) -> Result:
            migrations.check_model(connection, self.where, self._model, self._dimension)
            return work(connection)

        return guarded

    async def _in(self, pool: ThreadPoolExecutor, call: Callable[[], Result]) -> Result:
        try:
            future = asyncio.get_running_loop().run_in_executor(pool, call)
        except RuntimeError as error:
            raise ClosedError("This store is closed.") from error
        return await future

    def close(self) -> None:
        """Finish what runs, fold the log into the file, let go. Blocks."""
        self._writer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        with suppress(StoreBusy, StoreReadOnly, StoreUnavailable), self._queue.turn(time.monotonic() + 1.0):
            self._close_connections()
        self._close_connections()

    def _close_connections(self) -> None:
        with self._guard:
            for connection in self._connections:
                with suppress(sqlite3.Error):
                    connection.close()
            self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        """This thread's connection, made when it is first needed."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
            with self._guard:
                self._connections.append(connection)
        return connection

    def _connect(self) -> sqlite3.Connection:
        name = Path(self._path).absolute().as_uri() + self._mode if self._mode else self._path
        connection = sqlite3.connect(
            name,
            timeout=self._timeout,
            isolation_level=None,
            check_same_thread=False,
            uri=bool(self._mode),
            cached_statements=256,
        )
        try:
            for setting in _SETTINGS:
                connection.execute(statement(setting)).close()
            connection.execute(statement(f"synchronous_{self._durability}")).close()
            if sys.platform == "darwin" and self._durability == "full":
                connection.execute(statement("fullfsync")).close()
            if self._read_only:
                connection.execute(statement("query_only")).close()
            connection.create_function("casefold", 1, _casefold, deterministic=True)
        except BaseException:
            connection.close()
            raise
        return connection

    def _drop_connection(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            self._local.connection = None
            with self._guard:
                self._connections.remove(connection)
            with suppress(sqlite3.Error):
                connection.close()

    def _prepare(self) -> None:
        with translation(self.where):
            if not self._in_memory:
                self._look_at_file()
            connection = self._connection()
            if not migrations.check(connection, self.where, writable=not self._read_only):
                self._make_ready()
            if not self._any_model:
                migrations.check_model(connection, self.where, self._model, self._dimension)

    def _look_at_file(self) -> None:
        """Find out whether the file can be written, and how it has to be opened if it cannot."""
        path = Path(self._path)
        folder = path.absolute().parent
        if not folder.is_dir():
            raise StoreMisplaced(f"{self.where} cannot be opened: make its folder {folder} first.")
        if path.is_dir():
            raise StoreMisplaced(f"{self.where} is a folder: give the path of a file in it.")
        if not os.path.exists(path):
            if not os.access(folder, os.W_OK | os.X_OK):
                raise StoreReadOnly(f"{self.where} cannot be made: {folder} may not be written to. Give another path.")
            return
        if not os.access(path, os.R_OK):
            raise StoreMisplaced(f"{self.where} may not be read by this user: check the permissions of the file.")
        if os.access(path, os.W_OK) and os.access(folder, os.W_OK):
            return
        self._read_only = True
        log = Path(f"{self._path}-wal")
        settled = not log.exists() or log.stat().st_size == 0
        # Without the right to make its index file, a log can only be read by those who know that nobody writes.
        self._mode = "?immutable=1" if settled and not os.access(folder, os.W_OK) else "?mode=ro"

    def _make_ready(self) -> None:
        """Create or upgrade the schema; a second process that opens the same new file waits its turn and finds it done."""
        with self._queue.turn(time.monotonic() + self._timeout):
            connection = self._connection()
            if not self._in_memory:
                (mode,) = connection.execute(statement("journal_wal")).fetchone()
                if mode != "wal":
                    raise StoreMisplaced(
                        f"{self.where} lies on a file system without write-ahead logs: use a local disk."
                    )
            connection.execute(statement("begin_immediate"))
            try:
                migrations.migrate(connection, self.where, self._model, self._dimension)
                connection.execute(statement("commit"))
            except BaseException as error:
                self._undo(connection, error)
                raise
            migrations.check(connection, self.where, writable=True)

    def _reading(self, work: Work[Result]) -> Result:
        with translation(self.where):
            while True:
                connection = self._connection()
                connection.execute(statement("begin"))
                try:
                    return work(connection)
                except Stale:
                    continue
                finally:
                    self._undo(connection, sys.exception())

    def _writing(self, work: Work[Result], deadline: float) -> Result:
        if self._read_only:
            raise StoreReadOnly(
                f"{self.where} can be read and not written: check the permissions of the file and its folder."
            )
        with translation(self.where), self._queue.turn(deadline):
            connection = self._connection()
            connection.execute(statement("begin_immediate"))
            try:
                result = work(connection)
                connection.execute(statement("commit"))
            except BaseException as error:
                self._undo(connection, error)
                raise
            self._checkpoint(connection)
            return result

    def _undo(self, connection: sqlite3.Connection, error: BaseException | None) -> None:
        """End the transaction without a trace; after a fault of the disk, with a new connection next time."""
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute(statement("rollback"))
        if error is not None and damages_connection(error):
            self._drop_connection()

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """Fold a long log into the file, as far as no reader needs it, without waiting for one.

        A fault here loses nothing: the commit is in the log already.
        """
        log = 0 if self._in_memory else self._log_bytes()
        if log < CHECKPOINT_BYTES:
            self._checkpoint_at = CHECKPOINT_BYTES
        if log < self._checkpoint_at:
            return
        try:
            connection.execute(statement("no_wait"))
            connection.execute(statement("checkpoint")).fetchall()
            connection.execute(statement("wait", milliseconds=str(int(self._timeout * 1000))))
        except sqlite3.Error:
            self._drop_connection()
        self._checkpoint_at = self._log_bytes() + CHECKPOINT_BYTES

    def _log_bytes(self) -> int:
        try:
            return os.stat(f"{self._path}-wal").st_size
        except OSError:
            return 0


def _casefold(value: str | bytes | float | None) -> str | bytes | float | None:
    return value.casefold() if isinstance(value, str) else value
