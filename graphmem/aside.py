"""Work that waits for another machine, on threads of its own: it holds up neither the threads that all calls share, nor the
end of the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from typing import TypeVar

Result = TypeVar("Result")


async def aside(of: object, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, done on another thread. `of` is what does it: where it says `remote = True`, on one of its
    own (`apart`); else on one of those that all share."""
    return await (apart(work) if getattr(of, "remote", False) else asyncio.to_thread(work))


def apart(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """What `work` returns or raises, to come from a daemon thread of its own. The context goes with it."""
    promise: Future[Result] = Future()
    context = copy_context()

    def run() -> None:
        if not promise.set_running_or_notify_cancel():
            return
        try:
            result = context.run(work)
        except BaseException as error:  # noqa: BLE001 (it is raised again where it is waited for)
            promise.set_exception(error)
        else:
            promise.set_result(result)

    threading.Thread(target=run, name="graphmem-apart", daemon=True).start()
    return asyncio.wrap_future(promise)
