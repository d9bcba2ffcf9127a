"""Changes that are told long after they happened: the order of telling says nothing of the order of happening."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest

from graphmem import Memory

SAID = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 2, 3)]
JOBS = ("I joined Acme in March 2013.", "I joined Globex in May 2018.", "I joined Umbra in June 2020.")
JOBS_AT, HOMES_IN = ("Acme", "Globex", "Umbra"), ("Rome", "Bern", "Oslo")
HOMES = ("I moved to Rome in 2013.", "I moved to Bern in 2018.", "I moved to Oslo in 2020.")


@pytest.mark.parametrize(("told", "relation", "values"), [(JOBS, "join", JOBS_AT), (HOMES, "move_to", HOMES_IN)])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_latest_change_is_current_however_it_is_told(
    told: tuple[str, ...], relation: str, values: tuple[str, ...], order: tuple[int, ...]
) -> None:
    with Memory(":memory:") as memory:
        for at, place in zip(SAID, order, strict=True):
            memory.add(told[place], user_id="u", occurred_at=at)
        now = memory.facts(user_id="u")
        then = memory.facts(user_id="u", as_of=datetime(2019, 1, 1, tzinfo=UTC))
    assert [fact.object for fact in now if fact.predicate == relation] == [values[2]]
    assert [fact.object for fact in then if fact.predicate == relation] == [values[1]]


def test_a_value_that_is_rewritten_takes_no_time_from_its_neighbours() -> None:
    with Memory(":memory:") as memory:
        days = [datetime(2026, 3, day, tzinfo=UTC) for day in (1, 10, 20)]
        added = [
            memory.add(f"I live in {town}.", user_id="u", occurred_at=day).results[0]
            for town, day in zip(("Paris", "Rome", "Oslo"), days, strict=True)
        ]
        memory.update(added[1].id, "I live in Lyon.")
        between = memory.facts(user_id="u", as_of=datetime(2026, 3, 15, tzinfo=UTC), predicate="live_in")
    assert [fact.object for fact in between] == ["Lyon"]
