"""A change of late that is told after what it changed was plainly said: "I live in Paris" … "I moved to Rome last week"."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.history import History, Said, day

PLAIN = Said("Ana", "live_in", "Paris", 10)
MOVED = Said("Ana", "move_to", "Rome", 3, told=11)
CITIES = ("Paris", "Oslo", "Lima", "Bonn", "Nice")


def told(*said: Said) -> History:
    history = History()
    for one in said:
        history.add(one)
    return history


def test_a_change_of_last_week_ends_what_was_said_since_in_either_order() -> None:
    history = told(PLAIN, MOVED)
    assert history.current() == {("Ana", "move_to", "Rome")}
    assert history.stays("Ana") == [("Rome", 3, None)]
    (paris,) = (fact for fact in history.facts.values() if fact.object == "Paris")
    assert (paris.valid_from, paris.valid_to) == (day(3), day(3))
    assert told(MOVED, PLAIN).rows() == history.rows()


def test_what_was_said_before_it_too_held_until_then() -> None:
    known = Said("Ana", "live_in", "Paris", 1)
    assert told(known, PLAIN, MOVED).stays("Ana") == [("Paris", 1, 3), ("Rome", 3, None)]
    assert told(MOVED, PLAIN, known).stays("Ana") == [("Paris", 1, 3), ("Rome", 3, None)]


def test_what_is_said_later_than_it_holds_again() -> None:
    again = Said("Ana", "live_in", "Paris", 20)
    for order in ((PLAIN, MOVED, again), (PLAIN, again, MOVED), (again, MOVED, PLAIN), (MOVED, again, PLAIN)):
        assert sorted(told(*order).stays("Ana")) == [("Paris", 20, None), ("Rome", 3, 20)], order


def test_a_move_of_long_ago_is_a_story() -> None:
    long_ago = Said("Ana", "move_to", "Rome", 3, told=3 + 365)
    later = Said("Ana", "live_in", "Paris", 300)
    assert sorted(told(later, long_ago).stays("Ana")) == [("Paris", 300, None), ("Rome", 3, 300)]


def test_what_is_dated_itself_or_told_later_than_the_change_is_not_touched() -> None:
    dated = Said("Ana", "live_in", "Paris", 5, told=10)
    assert sorted(told(dated, MOVED).stays("Ana")) == [("Paris", 5, None), ("Rome", 3, 5)]
    late = Said("Ana", "live_in", "Paris", 12)
    assert sorted(told(MOVED, late).stays("Ana")) == [("Paris", 12, None), ("Rome", 3, 12)]


@settings(max_examples=200, deadline=None)
@given(
    days=st.lists(st.integers(1, 30), min_size=5, max_size=5, unique=True),
    moved=st.integers(1, 25),
    after=st.integers(1, 20),
    data=st.data(),
)
def test_any_order_and_any_batches_give_the_same(days: list[int], moved: int, after: int, data: st.DataObject) -> None:
    plain = [Said("Ana", "live_in", city, at) for city, at in zip(CITIES, days, strict=True)]
    change = Said("Ana", "move_to", "Rome", moved + 0.5, told=moved + 0.5 + after)
    said = data.draw(st.permutations([*plain, change]))
    batched, rest = History(), list(said)
    while rest:
        size = data.draw(st.integers(1, 3))
        batched.add(*rest[:size])
        rest = rest[size:]
    assert batched.rows() == told(*plain, change).rows()
    over = [one for one in plain if not change.day < one.day <= moved + 0.5 + after]
    last = max([*over, change], key=lambda one: one.day)
    assert {place for *_, place in batched.current()} == {last.object}
    before = batched.rows()
    batched.add(*said)
    assert batched.rows() == before
