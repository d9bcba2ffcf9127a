"""Where models count what they cost: the request that is served opens a meter, and whoever asks a model writes to it.

The meter goes with the context (`contextvars`), also into threads that are started with a copy of it, as `asyncio.to_thread`
does: no port has to hand it on, and an extractor or embedder of the caller's own can count too.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from graphmem.domain.usage import Usage


class Meter:
    """Counts for one request; may be written to from several threads. `expected`: tokens that calls under way will take."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._usage = Usage()
        self.expected = 0

    def count(self, spent: Usage) -> None:
        """Add what was spent."""
        with self._guard:
            self._usage += spent

    def expect(self, tokens: int) -> None:
        """Add tokens that a call that is sent now will take; take them away, as a negative number, when it is over."""
        with self._guard:
            self.expected += tokens

    @property
    def usage(self) -> Usage:
        """What was spent so far."""
        return self._usage


_current: ContextVar[Meter | None] = ContextVar("graphmem_meter", default=None)


@contextmanager
def metering() -> Iterator[Meter]:
    """A meter for what is done inside."""
    meter = Meter()
    token = _current.set(meter)
    try:
        yield meter
    finally:
        _current.reset(token)


def current_meter() -> Meter:
    """The meter of the request that is served; one of its own for a call that belongs to none."""
    return _current.get() or Meter()
