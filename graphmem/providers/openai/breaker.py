"""When to leave a server alone: after failures in a row, for a while, and then to try it with one call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from graphmem.errors import BudgetExhausted, GraphmemError, ModelUnavailable
from graphmem.ports.meter import Meter, current_meter


class Breaker:
    """A circuit breaker (Nygard, Release It!, 2nd edition, chapter 5): closed, open for `rest` seconds, half open.

    `failures` in a row open it. When it has been open for `rest` seconds, one call is let through: if that succeeds it is
    closed, else open for as long again. Threads share it. Other calls of the request that tries wait for what comes of it.
    """

    def __init__(self, where: str, failures: int, rest: float, clock: Callable[[], float]) -> None:
        self._where, self._most, self._rest, self._clock = where, failures, rest, clock
        self._guard = threading.Condition()
        self._failed = 0
        self._opened: float | None = None
        self._trying: Meter | None = None

    @property
    def resting(self) -> bool:
        """Whether no call of this request is let through now, nor waits until one may be."""
        meter = current_meter()
        with self._guard:
            if self._opened is None or self._trying is meter:
                return False
            return self._trying is not None or self._left() > 0

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
                self._give_up_trying()
            raise
        self._answered()

    def _left(self) -> float:
        return 0.0 if self._opened is None else self._opened + self._rest - self._clock()

    def _enter(self) -> bool:
        """Whether this call is the one that tries."""
        meter = current_meter()
        with self._guard:
            self._guard.wait_for(lambda: self._trying is not meter)
            if self._opened is None:
                return False
            left = self._left()
            if left <= 0 and self._trying is None:
                self._trying = meter
                return True
        raise ModelUnavailable(
            f"{self._where} failed {self._failed} times in a row and is left alone: nothing was sent.",
            retry_after=max(left, 0.0),
        )

    def _answered(self) -> None:
        with self._guard:
            self._failed, self._opened, self._trying = 0, None, None
            self._guard.notify_all()

    def _give_up_trying(self) -> None:
        with self._guard:
            self._trying = None
            self._guard.notify_all()

    def _failed_again(self, trying: bool) -> None:
        with self._guard:
            self._failed += 1
            if trying:
                self._trying = None
                self._guard.notify_all()
            if trying or self._failed >= self._most:
                self._opened = self._clock()
