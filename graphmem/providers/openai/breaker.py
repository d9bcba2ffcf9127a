"""When to leave a server alone: after failures in a row, for a while, and then to try it with one call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graphmem.errors import BudgetExhausted, GraphmemError, ModelUnavailable


class Breaker:
    """A circuit breaker (Nygard, Release It!, 2nd edition, chapter 5): closed, open for `rest` seconds, half open.

    `failures` in a row open it. When it has been open for `rest` seconds, one call is let through: if that succeeds it is
    closed, else open for as long again. Threads share it.
    """

    def __init__(self, where: str, failures: int, rest: float, clock: Callable[[], float]) -> None:
        self._where, self._most, self._rest, self._clock = where, failures, rest, clock
        self._guard = threading.Lock()
        self._failed = 0
        self._opened: float | None = None
        self._trying = False

    @property
    def resting(self) -> bool:
        """Whether no call is let through now."""
        with self._guard:
            return self._opened is not None and (self._trying or self._left() > 0)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Around a call. Raises ModelUnavailable while it is open, and while another call tries it.

        A ModelUnavailable from inside is a failure; any other error of graphmem is an answer, but for a call that was not made.
        """
        trying = self._enter()
        try:
            yield
        except ModelUnavailable:
            self._failed_again(trying)
            raise
        except BaseException as error:
            if isinstance(error, GraphmemError) and not isinstance(error, BudgetExhausted):
                self._answered()
            elif trying:
                self._trying = False
            raise
        self._answered()

    def _left(self) -> float:
        return 0.0 if self._opened is None else self._opened + self._rest - self._clock()

    def _enter(self) -> bool:
        """Whether this call is the one that tries."""
        with self._guard:
            if self._opened is None:
                return False
            left = self._left()
            if left <= 0 and not self._trying:
                self._trying = True
                return True
        raise ModelUnavailable(
            f"{self._where} failed {self._failed} times in a row and is left alone: nothing was sent.",
            retry_after=max(left, 0.0),
        )

    def _answered(self) -> None:
        with self._guard:
            self._failed, self._opened, self._trying = 0, None, False

    def _failed_again(self, trying: bool) -> None:
        with self._guard:
            self._failed += 1
            if trying:
                self._trying = False
            if trying or self._failed >= self._most:
                self._opened = self._clock()
