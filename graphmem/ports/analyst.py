"""What a store can offer besides the graph's own operations: to be asked in a query language. Only some can."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from graphmem.domain.analysis import AnalystQuery, CypherResult


@runtime_checkable
class Analysed(Protocol):
    """A store that answers queries which people write."""

    async def ask(self, query: AnalystQuery) -> CypherResult:
        """The answer, read only and within the query's limits. Raises QueryRefused (nothing was run) and QueryTimeout."""
