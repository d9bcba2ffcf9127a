"""Whatever times are stated, in whatever order it arrives and however it is batched: through `Memory`, on a real store."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations, product
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.testing import FixedClock
from tests.integration.test_reconciliation import CITIES, NOON, START, current, opened, rows


def test_what_was_said_again_after_its_opposite_came_late_holds_again() -> None:
    said = [(1, "Ana like Tea."), (9, "Ana enjoy Tea."), (5, "Ana hate Tea.")]
    with opened(Path(":memory:"), FixedClock(NOON)) as memory:
        for number, text in said:
            memory.add(text, user_id="u", occurred_at=START + timedelta(days=number))
        assert rows(memory) == [
            ("Tea", 1, 5, False, ("Tea", 5)),
            ("Tea", 5, 9, False, ("Tea", 9)),
            ("Tea", 9, None, True, None),
        ]


def test_a_stated_beginning_is_not_lost_when_an_earlier_one_comes_later() -> None:
    """Paris since day 8, then since day 2; that it was Rome from day 5 on ends the first only."""
    said = [(9, "Ana from8_live_in Paris."), (20, "Ana from2_reside_in Paris."), (6, "Ana live_in Rome.")]
    for order in permutations(said):
        with opened(Path(":memory:"), FixedClock(NOON)) as memory:
            for number, text in order:
                memory.add(text, user_id="u", occurred_at=START + timedelta(days=number))
            assert rows(memory) == [
                ("Paris", 2, 6, False, ("Rome", 6)),
                ("Paris", 8, None, True, None),
                ("Rome", 6, 8, False, ("Paris", 8)),
            ]


def test_what_was_over_when_it_was_told_stands_as_stated() -> None:
    said = [(50, "Ana from12_to16_live_in Delft."), (40, "Ana from15_live_in Porto.")]
    for order in permutations(said):
        with opened(Path(":memory:"), FixedClock(NOON)) as memory:
            for number, text in order:
                memory.add(text, user_id="u", occurred_at=START + timedelta(days=number))
            assert rows(memory) == [("Delft", 12, 16, True, None), ("Porto", 15, None, True, None)]
            assert current(memory) == {"Porto"}


@st.composite
def dated(draw: st.DrawFn) -> list[tuple[int, str]]:
    """Where Ana was when, on which day it is told and how: with and without a beginning or an end, by a change, denied or over."""
    marks = draw(st.lists(st.sampled_from(("", "f", "f", "ft", "tf", "no_", "no_f", "past_")), min_size=2, max_size=5))
    days = draw(st.lists(st.integers(1, 60), min_size=3 * len(marks), max_size=3 * len(marks), unique=True))
    said = []
    for number, mark in enumerate(marks):
        first, second, third = sorted(days[3 * number : 3 * number + 3])
        verb = draw(st.sampled_from(("live_in", "live_in", "reside_in", "move_to", "leave")))
        verb = verb if mark in ("", "f") else "live_in"
        told, mark = {"ft": (third, f"from{first}_to{second}_"), "tf": (second, f"from{first}_to{third}_")}.get(
            mark, (second, mark.replace("f", f"from{first}_"))
        )
        said.append((told, f"Ana {mark}{verb} {draw(st.sampled_from(CITIES))}."))
    return said


@settings(max_examples=12, deadline=None)
@given(said=dated(), data=st.data())
def test_whatever_times_are_given_the_order_of_arrival_is_no_matter(
    said: list[tuple[int, str]], data: st.DataObject
) -> None:
    seen = []
    for order in (sorted(said), data.draw(st.permutations(said)), data.draw(st.permutations(said))):
        size = data.draw(st.integers(1, len(said)))
        items = [{"messages": text, "occurred_at": START + timedelta(days=number)} for number, text in order]
        with TemporaryDirectory() as folder, opened(Path(folder) / "m.db", FixedClock(NOON)) as memory:
            memory.add_many(items, user_id="u", batch_size=size)
            seen.append((rows(memory), [current(memory, as_of=START + timedelta(days=n)) for n in range(1, 62)]))
            memory.add_many(items, user_id="u", batch_size=size)
            assert rows(memory) == seen[-1][0]
    assert seen[0] == seen[1] == seen[2]


def test_a_beginning_is_not_lost_with_what_had_parted_it() -> None:
    """Over on day 20, and so again since day 30: without the former it is so since day 10, as is still said."""
    said = [(10, "Ana live_in Oslo."), (20, "Ana past_live_in Oslo."), (40, "Ana from30_live_in Oslo.")]
    with opened(Path(":memory:"), FixedClock(NOON)) as memory:
        ids = [
            memory.add(text, user_id="u", occurred_at=START + timedelta(days=number)).results[0].id
            for number, text in said
        ]
        before = rows(memory)
        assert before == [
            ("Oslo", 10, 20, False, ("Oslo", 20)),
            ("Oslo", 20, 20, True, None),
            ("Oslo", 30, None, True, None),
        ]
        memory.delete(ids[1], user_id="u")
        assert rows(memory) == [("Oslo", 10, None, True, None)]
        memory.restore(ids[1], user_id="u")
        assert rows(memory) == before
        memory.delete(ids[1], user_id="u")
        memory.delete(ids[2], user_id="u")
        assert rows(memory) == [("Oslo", 10, None, True, None)]
        memory.restore(ids[1], user_id="u")
        memory.restore(ids[2], user_id="u")
        assert rows(memory) == before


def test_changes_of_the_very_same_day_that_are_told_again_stay_as_they_are() -> None:
    """Of two changes that begin on day 4, the one told later counts, however often and in whatever batches both are told."""
    said = [
        (49, "Ana from48_move_to Paris."),
        (4, "Ana from4_move_to Oslo."),
        (15, "Ana from4_move_to Paris."),
        (24, "Ana from22_move_to Oslo."),
    ]
    items = [{"messages": text, "occurred_at": START + timedelta(days=number)} for number, text in said]
    for first, again in product(range(1, 5), repeat=2):
        with opened(Path(":memory:"), FixedClock(NOON)) as memory:
            memory.add_many(items, user_id="u", batch_size=first)
            for size in (None, again, 1):
                if size is not None:
                    memory.add_many(items, user_id="u", batch_size=size)
                assert rows(memory) == [
                    ("Oslo", 22, 48, False, ("Paris", 48)),
                    ("Oslo", 4, 4, False, ("Paris", 4)),
                    ("Paris", 4, 22, False, ("Oslo", 22)),
                    ("Paris", 48, None, True, None),
                ]


def test_an_end_that_nobody_states_any_more_is_none() -> None:
    """Until day 28, as the second says: once that is deleted, the next statement that bears on it finds Oslo open."""
    said = [(14, "Ana live_in Oslo."), (24, "Ana to28_live_in Oslo.")]
    for order in permutations(said):
        with opened(Path(":memory:"), FixedClock(NOON)) as memory:
            ids = {
                text: memory.add(text, user_id="u", occurred_at=START + timedelta(days=number)).results[0].id
                for number, text in order
            }
            assert rows(memory) == [("Oslo", 14, 28, True, None)]
            memory.delete(ids[said[1][1]], user_id="u")
            memory.restore(ids[said[1][1]], user_id="u")
            assert rows(memory) == [("Oslo", 14, 28, True, None)]
            memory.delete(ids[said[1][1]], user_id="u")
            memory.add("Ana live_in Rome.", user_id="u", occurred_at=START + timedelta(days=40))
            assert rows(memory) == [("Oslo", 14, 40, False, ("Rome", 40)), ("Rome", 40, None, True, None)]


def test_the_end_of_a_neighbour_is_there_again_with_what_is_restored() -> None:
    said = [
        (21, "Ana from16_to46_live_in Rome."),
        (40, "Ana from40_live_in Rome."),
        (15, "Ana live_in Oslo."),
        (57, "Ana no_live_in Oslo."),
    ]
    with opened(Path(":memory:"), FixedClock(NOON)) as memory:
        ids = [
            memory.add(text, user_id="u", occurred_at=START + timedelta(days=number)).results[0].id
            for number, text in said
        ]
        before = rows(memory)
        for one in ids:
            memory.delete(one, user_id="u")
            memory.restore(one, user_id="u")
            assert rows(memory) == before
