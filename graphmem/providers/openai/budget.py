"""What may be spent on models: looked at before each call, so that what is spent, or under way, stops the next one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graphmem.domain.usage import Usage
from graphmem.errors import BudgetExhausted
from graphmem.ports.meter import Meter, current_meter
from graphmem.settings import ModelLimits


class Budget:
    """The budget of a process, and, through the current meter, that of the request that is served. Threads share it."""

    def __init__(self, limits: ModelLimits) -> None:
        self._limits = limits
        self._guard = threading.Lock()
        self._spent = Usage()
        self._expected = 0

    @property
    def spent(self) -> Usage:
        """What this process has spent so far."""
        return self._spent

    @contextmanager
    def call(self, call: Usage, tokens: int) -> Iterator[None]:
        """Around a call that will take about so many tokens and does not know how many it will give: it is counted before it is
        sent, and its tokens are held back from other calls while it is under way. Raises BudgetExhausted, with nothing
        counted, when it would go beyond a limit."""
        meter = current_meter()
        self._take(call, tokens, meter)
        try:
            yield
        finally:
            with self._guard:
                self._expected -= tokens
                meter.expect(-tokens)

    def _take(self, call: Usage, tokens: int, meter: Meter) -> None:
        limits = self._limits
        with self._guard:
            asked, all_asked = tokens + meter.expected, tokens + self._expected
            _check("request", meter.usage + call, asked, limits.request_calls, limits.request_tokens)
            _check("process", self._spent + call, all_asked, limits.process_calls, limits.process_tokens)
            self._spent += call
            self._expected += tokens
            meter.count(call)
            meter.expect(tokens)

    def count(self, tokens: Usage) -> None:
        """Count the tokens of a call that was answered."""
        with self._guard:
            self._spent += tokens
            current_meter().count(tokens)


def _check(whose: str, usage: Usage, tokens: int, most_calls: int | None, most_tokens: int | None) -> None:
    for what, wanted, most in (
        ("calls", usage.all_calls, most_calls),
        ("tokens", usage.all_tokens + tokens, most_tokens),
    ):
        if most is not None and wanted > most:
            raise BudgetExhausted(
                f"The budget of {most:,} model {what} for one {whose} does not allow another call: nothing was written. "
                f"Give less at once, or raise GRAPHMEM_{whose.upper()}_{what.upper()}."
            )
