"""One writer at a time, in turn, across threads and processes.

SQLite makes waiting writers poll, and with fifty of them the unlucky wait for seconds. Here a writer queues twice: in
its process for a ticket, first come first served; then in the lock file. A record lock alone is not fair: whoever runs
takes it from under a waiter that was woken and has no processor yet. So every comer draws a number from the file and
holds a byte of that number till it is done, and waits for the byte of the number before: each byte has one waiter. The
byte WRITING is what really keeps writers apart, should somebody in the line die or give up.

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

_WRITING, _DRAWING, _FIRST_PLACE = 0, 1, 16
_MOST_PLACES = 1 << 62
_DETOUR = 0.005
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
        place = self._draw_place(deadline)
        try:
            self._lock(place - 1, deadline)
            self._unlock(place - 1)
            self._lock(_WRITING, deadline)
            try:
                yield
            finally:
                self._unlock(_WRITING)
        finally:
            self._unlock(place)

    def _draw_place(self, deadline: float) -> int:
        """The byte that is this writer's place in the line, locked."""
        assert self._file is not None
        self._lock(_DRAWING, deadline)
        try:
            with _refusals(str(self._path)):
                number = int.from_bytes(os.pread(self._file, 8, 0).ljust(8, b"\0"), "big") % _MOST_PLACES
                os.pwrite(self._file, (number + 1).to_bytes(8, "big"), 0)
            place = _FIRST_PLACE + number
            self.claim(place)
            return place
        finally:
            self._unlock(_DRAWING)

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
        """Return when no other process may have the byte; `claim` it then."""
        try:
            self._record_lock(place, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno != errno.EDEADLK:
                raise
            time.sleep(_DETOUR)  # the kernel sees a circle where a thread that gave up still waits for another's byte

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
    with _refusals(path):
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)


@contextmanager
def _refusals(path: str) -> Iterator[None]:
    """Say of the lock file what the system says of it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise StoreReadOnly(f"{path} cannot be written: check the permissions of its folder.") from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise StoreFull(f"{path} cannot be written: the disk is full.") from error
        raise StoreUnavailable(f"{path} cannot be used: {error.strerror}.") from error


def queue_for(path: str | None) -> WriteQueue:
    """The queue that every store of this process on this file shares. `path`: of the database, None for memory."""
    if path is None:
        return WriteQueue(None)
    name = os.path.realpath(path)
    with _registry:
        return _queues.setdefault((name, os.getpid()), WriteQueue(f"{name}-lock"))
