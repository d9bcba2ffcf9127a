"""Work on threads of its own: side by side within a limit, in order, and ended by the first that fails."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from graphmem.aside import side_by_side
from graphmem.domain.usage import Usage
from graphmem.ports.meter import current_meter, metering


def meeting(barrier: threading.Barrier, number: int) -> Callable[[], int]:
    """Work that ends only when so many do it at the same time."""

    def work() -> int:
        barrier.wait(10)
        current_meter().count(Usage(calls=1))
        return number

    return work


def test_results_come_in_order_and_the_context_goes_along() -> None:
    barrier = threading.Barrier(3)
    with metering() as meter:
        assert side_by_side([meeting(barrier, number) for number in range(6)], 3) == [0, 1, 2, 3, 4, 5]
    assert meter.usage.calls == 6


@pytest.mark.parametrize("at_once", [0, 1])
def test_one_at_a_time_is_done_here(at_once: int) -> None:
    assert set(side_by_side([threading.get_ident] * 3, at_once)) == {threading.get_ident()}
    assert side_by_side([], 4) == []
    assert side_by_side([threading.get_ident], 4) == [threading.get_ident()]


def test_no_more_than_allowed_at_a_time() -> None:
    guard, now, most = threading.Lock(), [0], [0]
    pair = threading.Barrier(2)

    def work() -> None:
        with guard:
            now[0] += 1
            most[0] = max(most[0], now[0])
        pair.wait(10)
        with guard:
            now[0] -= 1

    side_by_side([work] * 8, 2)
    assert most == [2]


def test_the_first_failure_is_raised_at_once_and_nothing_more_begins() -> None:
    release, begun = threading.Event(), []

    def slow() -> None:
        begun.append("slow")
        release.wait(10)

    def fails() -> None:
        begun.append("fails")
        raise LookupError("gone")

    try:
        with pytest.raises(LookupError, match="gone"):
            side_by_side([slow, fails, *[slow] * 5], 2)
        assert sorted(begun) == ["fails", "slow"]
    finally:
        release.set()
