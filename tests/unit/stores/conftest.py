"""A way to run a coroutine on a store that is opened and closed around it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.graph import DIMENSION

Use = Callable[..., Any]


@pytest.fixture
def use() -> Use:
    """`use(path, work, **options)`: what `await work(store)` gives."""

    def run(path: str | Path, work: Callable[[SqliteStore], Awaitable[Any]], **options: Any) -> Any:
        async def opened() -> Any:
            store = SqliteStore(path, **{"dimension": DIMENSION, "model": "numbers", **options})
            await store.open()
            try:
                return await work(store)
            finally:
                await store.close()

        return asyncio.run(opened())

    return run
