"""Reconciliation as an application sees it: through `Memory`, on a real store."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.domain.triple import NameSpan, Reading
from graphmem.ports.extractor import Passage
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

START = datetime(2020, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
CITIES = ("Paris", "Rome", "Oslo")
"""What is read as a place, which one can move to."""


class TellingExtractor(PlainExtractor):
    """Reads marks before the verb: ``Ana no_live_in Paris.``, ``past_``, ``will_``, ``rather_`` (a correction), ``from5_`` and
    ``to9_`` (days after START), and an ``_not_Rome`` at the end of its object names what is corrected."""

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        return [
            one.model_copy(update={"triples": tuple(self._told(t) for t in one.triples)})
            for one in super().read(passages)
        ]

    @staticmethod
    def _told(triple: Any) -> Any:
        changed: dict[str, Any] = {}
        predicate = triple.predicate
        marks = {
            "no": {"negated": True},
            "past": {"tense": "past"},
            "will": {"tense": "future"},
            "rather": {"corrects": True},
        }
        while (mark := predicate.partition("_"))[0] in marks or re.fullmatch(r"(?:from|to)\d+", mark[0]):
            changed |= marks.get(mark[0]) or {
                f"valid_{end}": START + timedelta(days=int(number))
                for end, number in re.findall(r"(from|to)(\d+)", mark[0])
            }
            predicate = mark[2]
        object_, _, instead = triple.object.name.partition("_not_")
        if instead:
            changed["instead_of"] = NameSpan(name=instead, span=triple.object.span)
        type_ = "location" if object_ in CITIES else triple.object.type
        changed["object"] = triple.object.model_copy(update={"name": object_, "type": type_})
        return triple.model_copy(update={"predicate": predicate, **changed})


def opened(path: Path, clock: FixedClock) -> Memory:
    """A memory over a file, with plain language parts."""
    return Memory(str(path), embedder=HashingEmbedder(), extractor=TellingExtractor(), clock=clock)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with opened(tmp_path / "m.db", clock) as made:
        yield made


Tell = Callable[..., Any]


@pytest.fixture
def tell(memory: Memory) -> Tell:
    """Say something of a day after START; what became of it."""

    def say(text: str, day: float | None = None, **options: Any) -> Any:
        at = None if day is None else START + timedelta(days=day)
        return memory.add(text, user_id="u", occurred_at=at, **options).results[0]

    return say


def day(moment: datetime | None) -> int | None:
    """Days after START."""
    return None if moment is None else (moment - START).days


def rows(memory: Memory) -> list[tuple[Any, ...]]:
    """All facts by what they say: object, interval in days, whether current, and what superseded them."""
    facts = memory.facts(user_id="u", include_retired=True, limit=1000).items
    by: dict[str | None, Any] = {fact.id: (fact.object, day(fact.valid_from)) for fact in facts}
    by[None] = None
    told = [
        (one.object, day(one.valid_from), day(one.valid_to), one.retired_at is None, by[one.superseded_by])
        for one in facts
    ]
    return sorted(told, key=str)


def current(memory: Memory, **options: Any) -> set[str]:
    """The objects of what is current, denials aside."""
    return {fact.object for fact in memory.facts(user_id="u", **options) if not fact.negated}


SAID = st.lists(
    st.tuples(
        st.integers(1, 20),
        st.sampled_from(("live_in", "reside_in", "lives_in")),
        st.sampled_from(CITIES),
    ),
    min_size=2,
    max_size=5,
    unique_by=lambda one: one[0],
)


@settings(max_examples=12, deadline=None)
@given(said=SAID, data=st.data())
def test_any_order_and_any_batches_give_the_same_facts(said: list[tuple[int, str, str]], data: st.DataObject) -> None:
    orders = [sorted(said), data.draw(st.permutations(said)), data.draw(st.permutations(said))]
    seen = []
    for order in orders:
        size = data.draw(st.integers(1, len(said)))
        items = [
            {"messages": f"Ana {predicate} {place}.", "occurred_at": START + timedelta(days=number)}
            for number, predicate, place in order
        ]
        with TemporaryDirectory() as folder, opened(Path(folder) / "m.db", FixedClock(NOON)) as memory:
            memory.add_many(items, user_id="u", batch_size=size)
            before = memory.stats(user_id="u").facts
            seen.append(rows(memory))
            assert current(memory) == {sorted(said)[-1][2]}
            for number in range(1, 22):
                until = [place for at, _, place in sorted(said) if at <= number]
                assert current(memory, as_of=START + timedelta(days=number)) == set(until[-1:])
            memory.add_many(items, user_id="u", batch_size=size)
            assert rows(memory) == seen[-1]
            assert memory.stats(user_id="u").facts == before
    assert seen[0] == seen[1] == seen[2]


@st.composite
def tellings(draw: st.DrawFn) -> list[tuple[int, str, str]]:
    """Where Ana lived from which day on, in the order in which it is told. What is told twice comes in the order of time, with another
    value between: one fact keeps its beginning when only one of those who say it is deleted."""
    said = draw(SAID)
    places = [place for *_, place in sorted(said)]
    assume(all(one != other for one, other in pairwise(places)))
    return draw(st.permutations(said)) if len(set(places)) == len(places) else sorted(said)


@settings(max_examples=8, deadline=None)
@given(said=tellings())
def test_what_is_deleted_is_as_if_it_had_never_been_said_until_it_is_restored(said: list[tuple[int, str, str]]) -> None:
    with TemporaryDirectory() as folder, opened(Path(folder) / "m.db", FixedClock(NOON)) as memory:
        ids = {
            number: memory.add(f"Ana {verb} {place}.", user_id="u", occurred_at=START + timedelta(days=number))
            .results[0]
            .id
            for number, verb, place in said
        }
        before = rows(memory)
        for gone in ids:
            memory.delete(ids[gone], user_id="u")
            for number in range(1, 22):
                until = [place for at, _, place in sorted(said) if at <= number and at != gone]
                assert current(memory, as_of=START + timedelta(days=number)) == set(until[-1:])
            assert current(memory) == {[place for at, _, place in sorted(said) if at != gone][-1]}
            memory.restore(ids[gone], user_id="u")
            assert rows(memory) == before


def test_the_value_before_one_that_is_deleted_ends_where_the_next_begins(memory: Memory, tell: Tell) -> None:
    first = tell("Ana live_in Paris.", 1)
    middle = tell("Ana live_in Rome.", 5)
    tell("Ana live_in Oslo.", 9)
    memory.delete(middle.id, user_id="u")
    assert rows(memory) == [("Oslo", 9, None, True, None), ("Paris", 1, 9, False, ("Oslo", 9))]
    assert memory.get(first.id).valid_to == START + timedelta(days=9)


def test_a_value_that_proves_to_be_said_of_two_times_is_parted(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Paris.", 3)
    again = tell("Ana reside_in Paris.", 7)
    assert [(one.action, one.rule) for one in again.decisions] == [("NOOP", "already known: support added")]
    late = tell("Ana live_in Rome.", 5)
    assert [one.action for one in late.decisions] == ["UPDATE"]
    assert rows(memory) == [
        ("Paris", 3, 5, False, ("Rome", 5)),
        ("Paris", 7, None, True, None),
        ("Rome", 5, 7, False, ("Paris", 7)),
    ]
    assert memory.get(again.id).retired_at is None, "it says what is so"


def test_a_value_known_of_later_begins_earlier(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Paris.", 7)
    (decision,) = tell("Ana live_in Paris.", 3).decisions
    assert decision.action == "NOOP"
    assert rows(memory) == [("Paris", 3, None, True, None)]
    assert memory.facts(user_id="u").items[0].support_count == 2


def test_what_is_over_ends_the_open_one_and_says_nothing_of_others(memory: Memory, tell: Tell) -> None:
    tell("Ana work_at Zed.", 1)
    tell("Ana live_in Rome.", 1)
    over = tell("Ana past_work_at Zed.", 9)
    assert [(one.action, [fact.object for fact in one.closed]) for one in over.decisions] == [("UPDATE", ["Zed"])]
    assert current(memory) == {"Rome"}
    assert current(memory, as_of=START + timedelta(days=5)) == {"Rome", "Zed"}
    other = tell("Ana past_live_in Oslo.", 9)
    assert [one.action for one in other.decisions] == ["ADD"]
    assert current(memory) == {"Rome"}
    memory.delete(over.id, user_id="u")
    assert current(memory) == {"Rome", "Zed"}


def test_a_denial_ends_the_equal_one_and_is_kept(memory: Memory, tell: Tell) -> None:
    tell("Ana like Tea.", 1)
    denial = tell("Ana no_like Tea.", 5)
    assert denial.event == "UPDATE"
    assert current(memory) == set()
    assert [fact.negated for fact in memory.facts(user_id="u")] == [True]
    assert current(memory, as_of=START + timedelta(days=3)) == {"Tea"}


def test_a_correction_takes_back_and_begins_when_the_wrong_one_did(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Oslo.", 1)
    wrong = tell("Ana live_in Paris.", 5)
    right = tell("Ana rather_live_in Lyon.", 6)
    assert [(one.action, one.fact.object) for one in right.decisions] == [("DELETE", "Paris"), ("ADD", "Lyon")]
    assert rows(memory) == [
        ("Lyon", 5, None, True, None),
        ("Oslo", 1, 5, False, ("Paris", 5)),
        ("Paris", 5, None, False, ("Lyon", 5)),
    ]
    assert current(memory, as_of=START + timedelta(days=5.5)) == {"Lyon"}
    assert memory.get(wrong.id).superseded_by == right.facts[0].id
    again = tell("Ana rather_live_in Lyon.", 7)
    assert [one.action for one in again.decisions] == ["NOOP"]
    memory.delete(right.id, user_id="u")
    assert "Lyon" in current(memory), "it was said again"
    memory.delete(again.id, user_id="u")
    assert current(memory) == {"Paris"}, "what had been taken back is so again"


def test_a_correction_names_what_it_takes_back(memory: Memory, tell: Tell) -> None:
    for tongue in ("German", "French"):
        tell(f"Ana speak {tongue}.", 1)
    tell("Ana rather_speak Dutch_not_German.", 2)
    assert current(memory) == {"Dutch", "French"}


def test_a_denial_that_corrects_brings_back_what_was_before(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Oslo.", 1)
    tell("Ana live_in Paris.", 5)
    tell("Ana rather_no_live_in Paris.", 6)
    assert current(memory) == {"Oslo"}
    assert current(memory, as_of=START + timedelta(days=5.5)) == {"Oslo"}


def test_who_has_a_post_and_what_is_asked_from_the_other_side(memory: Memory, tell: Tell) -> None:
    tell("Maria ceo_of Zed.", 1)
    tell("Maria ceo_of Acme.", 2)
    new = tell("Bo chief_executive_of Zed.", 5)
    assert [fact.subject for fact in new.superseded] == ["Maria"]
    assert {(fact.subject, fact.object) for fact in memory.facts(user_id="u")} == {("Bo", "Zed"), ("Maria", "Acme")}
    tell("Nokia employer_of Ana.", 1)
    tell("Ana work_at Vestas.", 3)
    assert ("Nokia", "Ana") not in {(fact.subject, fact.object) for fact in memory.facts(user_id="u")}
    same = tell("Vestas employer_of Ana.", 4)
    assert [one.action for one in same.decisions] == ["NOOP"]


def test_literals_supersede_and_a_flat_is_no_city(memory: Memory, tell: Tell) -> None:
    for number, (first, second) in enumerate((("age 34", "age 35"), ("phone_number 555", "phone 556"))):
        tell(f"Person{number} {first}.", 1)
        assert tell(f"Person{number} {second}.", 2).event == "UPDATE"
    assert current(memory) == {"35", "556"}
    tell("Ana live_in Lisbon.", 1)
    tell("Ana live_in flat.", 2)
    assert {"Lisbon", "flat"} <= current(memory)


def test_who_leaves_is_no_longer_there(memory: Memory, tell: Tell) -> None:
    tell("Ana work_at Acme.", 1)
    tell("Ana leave Acme.", 5)
    assert [fact.predicate for fact in memory.facts(user_id="u")] == ["leave"]
    tell("Ana works_at Acme.", 9)
    assert rows(memory) == [
        ("Acme", 1, 5, False, ("Acme", 5)),
        ("Acme", 5, 9, False, ("Acme", 9)),
        ("Acme", 9, None, True, None),
    ]


def test_what_will_be_ends_nothing_yet(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Oslo.", 1)
    tell("Ana will_live_in Rome.", 2)
    assert [(fact.object, fact.modality) for fact in memory.facts(user_id="u")] == [
        ("Oslo", "asserted"),
        ("Rome", "intended"),
    ]


def test_agents_and_users_leave_each_other_alone(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Oslo.", 1)
    memory.add("Ana live_in Rome.", user_id="u", agent_id="bot", occurred_at=START + timedelta(days=2))
    memory.add("Ana live_in Bern.", user_id="v", occurred_at=START + timedelta(days=3))
    assert current(memory) == {"Oslo", "Rome"}


def test_deleting_what_came_between_joins_what_it_had_parted(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Paris.", 3)
    tell("Ana live_in Paris.", 7)
    late = tell("Ana live_in Rome.", 5)
    memory.delete(late.id, user_id="u")
    assert current(memory) == {"Paris"}
    for at in (4, 8):
        assert current(memory, as_of=START + timedelta(days=at)) == {"Paris"}


def test_a_rewritten_memory_no_longer_says_what_it_said(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Paris.", 3)
    wrong = tell("Ana live_in Paris.", 7)
    memory.update(wrong.id, "Ana like Tea.", user_id="u")
    tell("Ana live_in Rome.", 5)
    assert current(memory) == {"Tea", "Rome"}


def test_where_one_was_born_is_told_closer_and_corrected(memory: Memory, tell: Tell) -> None:
    tell("Ana born_in Portugal.", 1)
    tell("Ana born_in Porto.", 2)
    assert current(memory) == {"Portugal", "Porto"}
    tell("Ana rather_born_in Faro.", 3)
    assert current(memory) == {"Portugal", "Faro"}


HOMES = ("Porto", "Delft")


def test_runs_of_a_user_share_what_is_known_and_agents_do_not() -> None:
    with Memory(":memory:", embedder=HashingEmbedder()) as memory:
        for given, told in (("run_id", ["Bo — live in → Delft"]), ("agent_id", [f"Bo — live in → {c}" for c in HOMES])):
            for number, city in enumerate(HOMES):
                day = f"2024-0{number + 1}-01"
                within: dict[str, Any] = {given: f"{number}"}
                memory.add(f"Bo lives in {city}.", user_id=given, occurred_at=day, **within)
            assert [str(fact) for fact in memory.facts(user_id=given, subject="Bo")] == told
        memory.add("Bo lives in Rome.", user_id="agent_id", occurred_at="2024-03-01")
        assert [str(fact) for fact in memory.facts(user_id="agent_id", agent_id="0")] == ["Bo — live in → Porto"]


def test_facts_are_found_by_any_word_for_their_relation(memory: Memory, tell: Tell) -> None:
    tell("Ana live_in Paris.", 1)
    tell("Bo move_to Rome.", 2)
    tell("Cy reside_in Oslo.", 3)
    tell("Ana like Tea.", 4)
    for predicate in ("live_in", "lives in", "reside_in"):
        assert current(memory, predicate=predicate) == {"Paris", "Rome", "Oslo"}
    assert current(memory, predicate="move_to") == current(memory, predicate="relocate_to") == {"Rome"}
