"""What is tried again and for how long: a cluster that answers gets the whole time, a server that nobody reaches seconds."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from neo4j.exceptions import (
    ClientError,
    IncompleteCommit,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
    WriteServiceUnavailable,
)

from graphmem.stores.neo4j.patience import Attempts, Patience

PATIENCE = Patience(retry=30.0, away=5.0)


class Time:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """The clock of the attempts."""
    made = Time()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def given_up_after(clock: Time, error: Callable[[], Exception], took: float = 0.0) -> float:
    """Seconds until no other attempt is made, when each takes so long and ends so."""
    attempts, start = Attempts(PATIENCE), clock.now
    while True:
        attempts.begin()
        clock.now += took
        pause = attempts.pause(error())
        if pause is None:
            return clock.now - start
        assert 0 < pause < 3
        clock.now += pause


@pytest.mark.parametrize("error", [TransientError, SessionExpired, WriteServiceUnavailable])
def test_what_may_succeed_soon_is_tried_for_the_whole_time(clock: Time, error: type[Exception]) -> None:
    assert 26 < given_up_after(clock, error) <= 30


@pytest.mark.parametrize("took", [0.0, 0.3, 5.0])
def test_a_server_that_nobody_reaches_is_told_within_seconds(clock: Time, took: float) -> None:
    assert 2 < given_up_after(clock, ServiceUnavailable, took) <= 5.3


@pytest.mark.parametrize("error", [ClientError, IncompleteCommit, ValueError])
def test_what_cannot_succeed_is_not_tried_again(clock: Time, error: type[Exception]) -> None:
    assert given_up_after(clock, error) == 0


def test_a_connection_that_is_lost_after_long_work_is_tried_again(clock: Time) -> None:
    attempts = Attempts(PATIENCE)
    attempts.begin()
    attempts.reached = True
    clock.now += 40
    assert attempts.pause(ServiceUnavailable()) is not None


def test_a_server_that_answered_meanwhile_is_not_away(clock: Time) -> None:
    attempts = Attempts(PATIENCE)
    for error in (ServiceUnavailable(), TransientError(), ServiceUnavailable(), TransientError()):
        attempts.begin()
        clock.now += 2
        assert attempts.pause(error) is not None
