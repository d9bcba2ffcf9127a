"""What holds of reconciliation whatever is said, and in whatever order it arrives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.domain.scope import Scope
from tests.support.history import ANA, History, Said, day

SAME = ("live_in", "reside_in", "based_in")
PLACES = ("Paris", "Rome", "Oslo")
SCOPES = (ANA, Scope("ana", "bot"), Scope("ana", None, "run"), Scope("bea"))


@st.composite
def lives(draw: st.DrawFn, most: int = 7) -> list[Said]:
    """Where Ana lived, said of different days, in three ways."""
    days = draw(st.lists(st.integers(1, 30), min_size=1, max_size=most, unique=True))
    return [Said("Ana", draw(st.sampled_from(SAME)), draw(st.sampled_from(PLACES)), day) for day in days]


@st.composite
def polar(draw: st.DrawFn) -> list[Said]:
    """Where Ana lived and where not, and where she used to live."""
    kinds = draw(st.lists(st.sampled_from(("so", "so", "not", "over")), min_size=1, max_size=7))
    days = draw(st.lists(st.integers(1, 30), min_size=len(kinds), max_size=len(kinds), unique=True))
    return [
        Said("Ana", "live_in", draw(st.sampled_from(PLACES)), day, negated=kind == "not", past=kind == "over")
        for kind, day in zip(kinds, days, strict=True)
    ]


@st.composite
def anything(draw: st.DrawFn, most: int = 8) -> list[Said]:
    """All kinds of statements of three people in several scopes, some on the same day."""
    predicates = (*SAME, "move_to", "work_at", "leave", "like", "hate", "ceo_of", "married_to", "polish", "age")
    made = []
    for _ in range(draw(st.integers(1, most))):
        day = draw(st.integers(1, 12))
        until = draw(st.one_of(st.none(), st.none(), st.integers(day + 1, day + 9)))
        subject = draw(st.sampled_from(("Ana", "Bo", "Cy")))
        said = Said(
            subject,
            draw(st.sampled_from(predicates)),
            draw(st.sampled_from((*PLACES, "Bo"))),
            day,
            negated=draw(st.booleans()) and draw(st.booleans()),
            until=until,
            past=draw(st.booleans()) and draw(st.booleans()),
            scope=draw(st.sampled_from(SCOPES)),
        )
        made.append(said)
    return made


KINDS = ("plain", "dated", "until", "was", "used", "over", "moved", "told", "not", "never", "left", "gone")


@st.composite
def any_times(draw: st.DrawFn, most: int = 5) -> list[Said]:
    """Where Ana was when, in all ways to say so: since and until when, by a change or a denial, that it is over; said of one time
    and told at another. No two times are the same."""
    made = []
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=2, max_size=most))
    times = draw(st.lists(st.integers(1, 100), min_size=3 * len(kinds), max_size=3 * len(kinds), unique=True))
    for number, kind in enumerate(kinds):
        first, second, third = sorted(times[3 * number : 3 * number + 3])
        place, says = draw(st.sampled_from(PLACES)), draw(st.sampled_from(SAME))
        made.append(_said(kind, says, place, first, second, third))
    return made


def _said(kind: str, says: str, place: str, first: int, second: int, third: int) -> Said:
    """One statement with these times, as far as it takes so many."""
    change = {"moved": "move_to", "told": "move_to", "left": "leave", "gone": "leave"}.get(kind, says)
    said = Said("Ana", change, place, first)
    if kind in ("dated", "told", "never", "gone", "until"):
        said = replace(said, told=second)
    if kind == "until":
        said = replace(said, until=third)
    if kind in ("was", "used"):
        said = replace(said, until=second, told=third, past=kind == "used")
    return replace(said, negated=kind in ("not", "never"), past=said.past or kind == "over")


def told(said: Sequence[Said], sizes: Sequence[int] = ()) -> History:
    """The history after these statements, in writes of these sizes and then one by one."""
    history, rest = History(), list(said)
    for size in (*sizes, *([1] * len(rest))):
        if rest:
            history.add(*rest[:size])
            rest = rest[size:]
    return history


@settings(max_examples=200, deadline=None)
@given(said=lives(), data=st.data())
def test_any_order_and_any_batches_give_the_same_timeline(said: list[Said], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))
    sizes = data.draw(st.lists(st.integers(1, 4), max_size=4))
    in_order = told(sorted(said, key=lambda one: one.day))
    assert told(shuffled, sizes).rows() == in_order.rows()


@settings(max_examples=200, deadline=None)
@given(said=lives())
def test_at_any_time_there_is_one_value_and_it_is_what_was_said_last(said: list[Said]) -> None:
    stays = told(said).stays("Ana")
    for now in range(1, 31):
        until = [one for one in sorted(said, key=lambda one: one.day) if one.day <= now]
        holding = {place for place, start, end in stays if start <= now and (end is None or now < end)}
        assert holding == ({until[-1].object} if until else set())


@settings(max_examples=200, deadline=None)
@given(said=polar(), data=st.data())
def test_denials_and_what_is_over_come_in_any_order(said: list[Said], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))
    sizes = data.draw(st.lists(st.integers(1, 4), max_size=4))
    assert told(shuffled, sizes).rows() == told(said).rows()


@settings(max_examples=300, deadline=None)
@given(said=any_times(), data=st.data())
def test_whatever_times_are_given_any_order_and_any_batches_give_the_same_rows(
    said: list[Said], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(said))
    sizes = data.draw(st.lists(st.integers(1, 4), max_size=4))
    one, other = told(said), told(shuffled, sizes)
    assert other.rows() == one.rows()
    assert {(where, what) for where, _, what in other.current()} == {(where, what) for where, _, what in one.current()}
    for history in (one, other):
        assert all(fact.valid_to is None or since <= fact.valid_to for fact, since in history.held())
        rows = history.rows()
        history.add(*shuffled)
        assert history.rows() == rows, "said again, it changes nothing"


@settings(max_examples=100, deadline=None)
@given(said=any_times())
def test_a_stated_end_is_never_passed_and_what_was_over_when_it_was_said_stays_as_stated(said: list[Said]) -> None:
    history = told(said)
    for one in said:
        if one.until is not None and one.told is not None and one.until < one.told:
            assert (one.object, day(one.day), day(one.until)) in {
                (fact.object, since, fact.valid_to) for fact, since in history.held()
            }


@settings(max_examples=200, deadline=None)
@given(said=lives(), data=st.data())
def test_what_was_stored_before_times_were_kept_takes_part_as_before(said: list[Said], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(said))
    history, old = History(), data.draw(st.integers(0, len(said)))
    for number, one in enumerate(shuffled):
        history.add(one)
        if number < old:
            history.forget_times()
    assert history.rows() == told(said).rows()


@settings(max_examples=200, deadline=None)
@given(before=any_times(), said=any_times(most=2))
def test_old_rows_keep_their_times_where_nothing_said_later_bears_on_them(before: list[Said], said: list[Said]) -> None:
    history = told(before)
    history.forget_times()
    rows = history.rows()
    history.add(*(replace(one, subject="Bo") for one in said))
    assert rows <= history.rows()
    history.add(*before)
    assert all(fact.valid_to is None or since <= fact.valid_to for fact, since in history.held())


@settings(max_examples=200, deadline=None)
@given(said=anything())
def test_the_same_again_is_deterministic_and_changes_nothing_but_supports(said: list[Said]) -> None:
    history = told(said)
    rows = history.rows()
    assert told(said).rows() == rows
    history.add(*sorted(said, key=lambda one: one.day))
    assert history.rows() == rows


@settings(max_examples=200, deadline=None)
@given(before=anything(), said=anything(most=4), data=st.data())
def test_what_is_unrelated_is_never_touched(before: list[Said], said: list[Said], data: st.DataObject) -> None:
    """Facts of other people, of other agents and of other relations stay as they are."""
    history = told(before)
    facts = dict(history.facts)
    history.add(*said)
    for id_, fact in facts.items():
        near = [
            one for one in said if one.scope.owner == fact.scope.owner and one.scope.agent_id == fact.scope.agent_id
        ]
        ends = {fact.subject, fact.object}
        if not any(ends & {one.subject, one.object} and related(one.predicate, fact.predicate) for one in near):
            assert history.facts[id_] == fact


def related(one: str, other: str) -> bool:
    """Whether statements with these predicates have to do with each other at all."""
    groups = ({*SAME, "move_to", "leave"}, {"work_at", "leave"}, {"like", "hate"})
    return one == other or any({one, other} <= group for group in groups)
