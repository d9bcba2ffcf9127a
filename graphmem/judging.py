"""What people say of a memory that was found: right, wrong, or how much of either."""

from __future__ import annotations

from typing import Protocol

from graphmem.arguments import check_id_given, optional_scope
from graphmem.domain.memory import MemoryRecord
from graphmem.editing import judged
from graphmem.errors import InputError, quoted
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore

WORDS = {
    "good": 1.0,
    "positive": 1.0,
    "bad": -0.5,
    "negative": -0.5,
    "very_bad": -1.0,
    "very_negative": -1.0,
    "none": 0.0,
}
"""Words for a value; the longer ones are those of mem0."""


class Judged(Protocol):
    """What a memory has to have so that something can be said of what is in it."""

    _store: GraphStore
    _clock: Clock

    async def _ready(self) -> None: ...


async def feedback(
    self: Judged,
    memory_id: str,
    value: float | str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
) -> MemoryRecord:
    """Say how well a memory served: from -1 (wrong) to 1 (right), or ``good``, ``bad``, ``very_bad``; 0 or ``none`` takes it back.

    ``POSITIVE``, ``NEGATIVE`` and ``VERY_NEGATIVE`` are taken too. The last word counts, in every later search that finds
    the memory (`RankingFactors.feedback` says how much); a new text starts without any. Its history says that it was
    given. Returns the memory. Raises NotFound and InputError kinds.
    """
    scope = optional_scope(user_id, agent_id, run_id)
    said = _value(value)
    await self._ready()
    return await judged(self._store, self._clock, check_id_given(memory_id), scope, said)


def _value(given: object) -> float:
    """Raises InputError."""
    if isinstance(given, str) and given.lower() in WORDS:
        return WORDS[given.lower()]
    if isinstance(given, bool) or not isinstance(given, int | float) or not abs(given) <= 1:
        raise InputError(f"feedback={quoted(given)}: give a number from -1 to 1, or one of {', '.join(WORDS)}.")
    return float(given)
