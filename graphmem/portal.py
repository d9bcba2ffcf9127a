"""One event loop on one thread, so that synchronous callers share the asynchronous core instead of a copy of it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from graphmem.errors import ClosedError

Result = TypeVar("Result")


class Portal:
    """Runs coroutines of many threads on its own loop. The thread is a daemon: it never keeps a program alive."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._closed = False
        self._thread = threading.Thread(target=self._loop.run_forever, name="graphmem", daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, Result]) -> Result:
        """Run to the end and return the result, or raise what it raised. Raises ClosedError after `close`.

        An interrupt (Ctrl-C) while waiting cancels the coroutine before it is raised.
        """
        if self._closed:
            coroutine.close()
            raise ClosedError("This Memory is closed: make a new one.")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Stop the loop and its thread. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
