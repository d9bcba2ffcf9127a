"""One event loop on one thread, so that synchronous callers share the asynchronous core instead of a copy of it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from graphmem.errors import ClosedError

Result = TypeVar("Result")


class Portal:
    """Runs coroutines of many threads on its own loop. The thread is a daemon: it never keeps a program alive.

    After a fork the child gets a loop and thread of its own when it first calls: threads do not survive a fork.
    """

    def __init__(self) -> None:
        self._closed = False
        self._guard = threading.Lock()
        self._start()

    def _start(self) -> None:
        self._pid = os.getpid()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="graphmem", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run to the end and return the result, or raise what it raised. Raises ClosedError after `close`, also for a
        call that was under way when another thread closed.

        An interrupt (Ctrl-C) while waiting cancels the coroutine before it is raised.
        """
        if self._pid != os.getpid():
            self._guard = threading.Lock()
            self._start()
        with self._guard:
            if self._closed or threading.current_thread() is self._thread:
                coroutine.close()
                said = "is closed: make a new one" if self._closed else "cannot wait for itself here: use AsyncMemory"
                raise ClosedError(f"This Memory {said}.")
            future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except asyncio.CancelledError as error:
            raise ClosedError(
                "This Memory was closed while the call was under way; a write may not have happened."
            ) from error
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """End what is under way, stop the loop and its thread. Idempotent."""
        with self._guard:
            if self._closed:
                return
            self._closed = True
        if self._pid != os.getpid():
            return
        asyncio.run_coroutine_threadsafe(_end_all(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _end_all() -> None:
    """Cancel every other task of the loop and wait until they have ended."""
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
