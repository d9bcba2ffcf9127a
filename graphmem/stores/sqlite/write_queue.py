"""One writer at a time, in turn, across threads and processes.

SQLite makes waiting writers poll, and with fifty of them the unlucky wait for seconds. Here a writer queues twice: in
its process for a ticket, first come first served; then on the lock file, where whoever has the place behind the
present writer (byte 1) is the next to write (byte 0), so that a busy process cannot overtake the others for ever.
The kernel drops the locks of a process that dies. POSIX record locks belong to the process and not to the descriptor,
so all stores of one process on one file share one queue.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.errors import StoreBusy, StoreFull, StoreReadOnly, StoreUnavailable

try:
    import fcntl
except ImportError:  # pragma: no cover - where there are no record locks, SQLite's own busy timeout has to do
    fcntl = None  # type: ignore[assignment]

_WRITING, _NEXT = 0, 1
_REFUSED = (errno.EACCES, errno.EAGAIN)
_queues: dict[tuple[str, int], WriteQueue] = {}
_registry = threading.Lock()


class WriteQueue:
    """The queue for one database file. `path` is its lock file, made when it is first needed; None for memory."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._tickets: deque[threading.Event] = deque()
        self._guard = threading.Lock()
        self._file: int | None = None
        self._held: set[int] = set()

    @contextmanager
    def turn(self, deadline: float) -> Iterator[None]:
        """Hold the only right to write. Raises StoreBusy when it did not come before `deadline` (monotonic seconds)."""
        ticket = self._take_ticket()
        try:
            if not ticket.wait(max(deadline - time.monotonic(), 0.0)):
                raise StoreBusy(
                    "Other writers of this process kept the database for longer than the timeout: try again."
                )
            with self._file_lock(deadline):
                yield
        finally:
            self._give_back(ticket)

    def _take_ticket(self) -> threading.Event:
        ticket = threading.Event()
        with self._guard:
            self._tickets.append(ticket)
            if len(self._tickets) == 1:
                ticket.set()
        return ticket

    def _give_back(self, ticket: threading.Event) -> None:
        with self._guard:
            self._tickets.remove(ticket)
            if self._tickets:
                self._tickets[0].set()

    @contextmanager
    def _file_lock(self, deadline: float) -> Iterator[None]:
        if self._path is None or fcntl is None:
            yield
            return
        if self._file is None:
            self._file = _open_lock_file(self._path)
        self._lock(_NEXT, deadline)
        try:
            self._lock(_WRITING, deadline)
        finally:
            self._unlock(_NEXT)
        try:
            yield
        finally:
            self._unlock(_WRITING)

    def _lock(self, place: int, deadline: float) -> None:
        """Take one byte of the lock file, waiting in the kernel's queue so as to keep one's place in it."""
        if not self.claim(place) and not _Waiter(self, place).wait(max(deadline - time.monotonic(), 0.0)):
            raise StoreBusy(
                "Another process kept the database for longer than the timeout: try again, or raise busy_timeout."
            )

    def claim(self, place: int) -> bool:
        """Take the byte for the present writer if no other process has it."""
        with self._guard:
            if self._record_lock(place, fcntl.LOCK_EX | fcntl.LOCK_NB):
                self._held.add(place)
                return True
            return False

    def wait_in_kernel(self, place: int) -> None:
        """Return when no other process has the byte; `claim` it then."""
        self._record_lock(place, fcntl.LOCK_EX)

    def let_go_unless_held(self, place: int) -> None:
        """Give back a byte that came too late, but not from under a writer of this process that has it by now."""
        with self._guard:
            if place not in self._held:
                self._record_lock(place, fcntl.LOCK_UN)

    def _unlock(self, place: int) -> None:
        with self._guard:
            if place in self._held:
                self._held.remove(place)
                self._record_lock(place, fcntl.LOCK_UN)

    def _record_lock(self, place: int, operation: int) -> bool:
        assert self._file is not None
        try:
            fcntl.lockf(self._file, operation, 1, place)
        except OSError as error:
            if error.errno in _REFUSED:
                return False
            raise
        return True


class _Waiter:
    """Waits for a byte in a thread of its own, since the kernel's wait knows no timeout."""

    def __init__(self, queue: WriteQueue, place: int) -> None:
        self._queue = queue
        self._place = place
        self._guard = threading.Lock()
        self._came = threading.Event()
        self._left = False
        threading.Thread(target=self._acquire, name="graphmem-lock", daemon=True).start()

    def _acquire(self) -> None:
        while True:
            self._queue.wait_in_kernel(self._place)
            with self._guard:
                if self._left:
                    self._queue.let_go_unless_held(self._place)
                    return
                if self._queue.claim(self._place):
                    self._came.set()
                    return

    def wait(self, seconds: float) -> bool:
        """Whether the byte came in time."""
        if self._came.wait(seconds):
            return True
        with self._guard:
            self._left = not self._came.is_set()
        return not self._left


def _open_lock_file(path: str) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StoreReadOnly(f"{path} cannot be made: check the permissions of its folder.") from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull(f"{path} cannot be made: the disk is full.") from error
        raise StoreUnavailable(f"{path} cannot be made: {error.strerror}.") from error


def queue_for(path: str | None) -> WriteQueue:
    """The queue that every store of this process on this file shares. `path`: of the database, None for memory."""
    if path is None:
        return WriteQueue(None)
    name = os.path.realpath(path)
    with _registry:
        return _queues.setdefault((name, os.getpid()), WriteQueue(f"{name}-lock"))
