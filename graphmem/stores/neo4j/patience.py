"""How long is waited for a server, and what is tried again.

What the server undid by itself (a deadlock, a leader that steps down) may succeed in a moment and is tried for long; a server
that nobody reaches is told within seconds, for whoever waits could do something else meanwhile.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

_FIRST, _LONGEST = 0.5, 2.0
"""Seconds between two attempts: the first time, doubling, and at most. A fifth more or less, so that those who were in each
other's way do not meet again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds: to connect, to wait for a free connection of the pool, in which a transaction is tried again, and in which it is
    when no server can be reached; that the server gives a transaction that reads for a caller, and any other; after which a
    connection that was not used is tried before it is. `pool`: connections to one server at most."""

    connect: float = 5.0
    acquire: float = 30.0
    retry: float = 30.0
    away: float = 5.0
    reading: float = 60.0
    working: float = 3600.0
    idle: float = 60.0
    pool: int = 50


class Attempts:
    """The attempts at one transaction. `reached` is to be set when one of them has come to a server."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._failed: float | None = None
        self._away: float | None = None
        self._began = 0.0
        self._next = _FIRST
        self.reached = False

    def begin(self) -> None:
        """Another attempt begins."""
        self._began, self.reached = time.monotonic(), False

    def pause(self, error: Exception) -> float | None:
        """Seconds until the next attempt, after one that ended so; None when there is to be none."""
        from neo4j.exceptions import DriverError, Neo4jError, ServiceUnavailable

        if not isinstance(error, DriverError | Neo4jError) or not error.is_retryable():
            return None
        now = time.monotonic()
        self._failed = self._failed or now
        since, limit = self._failed, self._patience.retry
        # The classes below ServiceUnavailable and beside it are said by a cluster that answers, and has no leader just now.
        if type(error) is ServiceUnavailable:
            self._away = self._away or (now if self.reached else self._began)
            since, limit = self._away, min(limit, self._patience.away)
        else:
            self._away = None
        pause = self._next * random.uniform(0.8, 1.2)
        self._next = min(2 * self._next, _LONGEST)
        return pause if now + pause - since <= limit else None
