"""Lets a test of the contract be a coroutine that gets a fresh store, without a plug-in for pytest."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from graphmem.domain.query import View
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.graph import DIMENSION, NOW

VIEW = View(now=NOW)
ALL_TIMES = View(now=NOW, include_retired=True)


class StoreScenarios:
    """What the parts of the contract have in common: how to get a store."""

    dimension: int = DIMENSION
    """Of the vectors in the tests; the store has to be made with it."""

    async def make_store(self) -> GraphStore:
        """A new, empty, opened store. The test closes it."""
        raise NotImplementedError("derive from GraphStoreContract and make your store here")


def scenario(test: Callable[..., Awaitable[None]]) -> Callable[..., None]:
    """Turn ``async def test_…(self, store, …)`` into a test that runs in an event loop of its own."""

    @functools.wraps(test)
    def run(self: StoreScenarios, *arguments: Any, **named: Any) -> None:
        async def with_store() -> None:
            store = await self.make_store()
            try:
                await test(self, store, *arguments, **named)
            finally:
                await store.close()

        asyncio.run(with_store())

    signature = inspect.signature(test)
    kept = [parameter for name, parameter in signature.parameters.items() if name != "store"]
    del run.__dict__["__wrapped__"]
    run.__dict__["__signature__"] = signature.replace(parameters=kept)
    return run
