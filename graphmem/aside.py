"""Work that waits for another machine, on threads of its own: it holds up neither the threads that all calls share, nor the
end of the program."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from contextvars import copy_context
from typing import TypeVar

Result = TypeVar("Result")


async def aside(of: object, work: Callable[[], Result]) -> Result:
    """What `work` returns or raises, done on another thread. `of` is what does it: where it says `remote = True`, on one of its
    own (`apart`); else on one of those that all share."""
    return await (apart(work) if getattr(of, "remote", False) else asyncio.to_thread(work))


def apart(work: Callable[[], Result]) -> asyncio.Future[Result]:
    """What `work` returns or raises, to come from a daemon thread of its own. The context goes with it."""
    return asyncio.wrap_future(_begun(work))


def side_by_side(works: Sequence[Callable[[], Result]], at_once: int) -> list[Result]:
    """What each of `works` returns, in their order; at most `at_once` are done at a time.

    The first that fails ends it: its error is raised at once, and what has not begun never does. What is under way by then is
    not waited for. The context goes with each.
    """
    if at_once <= 1 or len(works) <= 1:
        return [work() for work in works]
    waiting = deque(enumerate(works))
    results: dict[int, Result] = {}
    failed: list[BaseException] = []

    def drain() -> None:
        while not failed:
            try:
                number, work = waiting.popleft()
            except IndexError:
                return
            try:
                results[number] = work()
            except BaseException as error:
                failed.append(error)
                raise

    wait([_begun(drain) for _ in range(min(at_once, len(works)))], return_when=FIRST_EXCEPTION)
    if failed:
        raise failed[0]
    return [results[number] for number in range(len(works))]


def _begun(work: Callable[[], Result]) -> Future[Result]:
    """A promise of what `work` returns or raises, on a daemon thread that has begun."""
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
    return promise
