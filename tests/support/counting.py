"""A store that writes down what it is asked, and hands every question on to a real one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from graphmem.ports.graph_store import GraphStore


class CountingStore:
    """Forwards every method of the port. `calls`: their names in order, but for opening and closing."""

    def __init__(self, inner: GraphStore) -> None:
        self._inner = inner
        self.calls: list[str] = []

    async def open(self) -> None:
        await self._inner.open()

    async def close(self) -> None:
        await self._inner.close()

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._inner, name)

        async def counted(*arguments: Any, **named: Any) -> Any:
            self.calls.append(name)
            return await method(*arguments, **named)

        return counted
