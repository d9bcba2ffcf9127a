"""Who is divorced is married to nobody, who has retired works nowhere, who quits has no job; nobody else's end by it. Who marries is
single no longer, who finds work is not unemployed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.extraction.extractor import RuleExtractor
from tests.support.embedding import HashingEmbedder

EARLY, LATE = datetime(2024, 1, 5, tzinfo=UTC), datetime(2024, 6, 5, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    with Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=RuleExtractor()) as made:
        yield made


def _held(memory: Memory) -> set[tuple[str, str, str]]:
    return {(one.subject, one.predicate, one.object) for one in memory.facts(user_id="u").items if not one.negated}


@pytest.mark.parametrize(
    ("before", "after", "over"),
    [
        ("My wife is Anna.", "I'm divorced.", "Anna"),
        ("I am married to Anna.", "We got divorced.", "Anna"),
        ("I work at Acme.", "I retired.", "Acme"),
        ("I work at Acme.", "I got fired from Acme.", "Acme"),
        ("I work at Acme.", "I was laid off from Acme.", "Acme"),
        ("I work at Acme.", "I've never worked at Acme.", "Acme"),
        ("I live in Oslo.", "I don't live in Oslo any more.", "Oslo"),
    ],
)
def test_a_status_closes_what_it_says_is_over(memory: Memory, before: str, after: str, over: str) -> None:
    memory.add(before, user_id="u", occurred_at=EARLY)
    memory.add("Bob is married to Eva.", user_id="u", occurred_at=EARLY)
    memory.add("Bob works at Globex.", user_id="u", occurred_at=EARLY)
    memory.add(after, user_id="u", occurred_at=LATE)
    held = _held(memory)
    states = ("married_to", "wife_of", "work_at", "live_in")
    assert not {one for one in held if over in (one[0], one[2]) and one[1] in states}
    assert {("Bob", "married_to", "Eva"), ("Bob", "work_at", "Globex")} <= held


def test_who_marries_or_finds_work_after_it_is_married_and_works(memory: Memory) -> None:
    memory.add("I'm divorced.", user_id="u", occurred_at=EARLY)
    memory.add("I retired.", user_id="u", occurred_at=EARLY)
    memory.add("I married Anna.", user_id="u", occurred_at=LATE)
    memory.add("I work at Acme.", user_id="u", occurred_at=LATE)
    held = {(predicate, value) for _, predicate, value in _held(memory)}
    assert {("marry", "Anna"), ("work_at", "Acme")} <= held


def test_a_status_told_late_of_a_time_before_closes_nothing(memory: Memory) -> None:
    memory.add("I am married to Anna.", user_id="u", occurred_at=LATE)
    memory.add("I'm divorced.", user_id="u", occurred_at=EARLY)
    assert ("user", "married_to", "Anna") in {("user", *one[1:]) for one in _held(memory)}


@pytest.mark.parametrize(
    ("before", "after", "over"),
    [
        ("I'm unemployed.", "I started at Globex.", "unemployed"),
        ("I'm unemployed.", "I work at Globex.", "unemployed"),
        ("I'm retired.", "I work at Globex.", "retired"),
        ("I work at Globex.", "I'm unemployed now.", "Globex"),
        ("I'm unemployed.", "I found a job.", "unemployed"),
        ("I'm engaged to Ana.", "We broke up.", "Ana"),
        ("I'm dating Ana.", "She dumped me.", "Ana"),
        ("I'm single.", "I got married to Ana.", "single"),
        ("I'm single.", "I have a girlfriend.", "single"),
        ("I'm single.", "I'm married now.", "single"),
        ("I'm dating Ana.", "I'm single again.", "Ana"),
        ("I'm married to Ana.", "I'm not married anymore.", "Ana"),
        ("I'm single.", "I was single.", "single"),
        ("I work at Acme.", "I don't work there anymore.", "Acme"),
        ("I work at Acme.", "I quit.", "Acme"),
        ("I work at Acme.", "I left my job.", "Acme"),
        ("I work at Acme.", "I got fired.", "Acme"),
        ("I work at Acme.", "I worked at Acme.", "Acme"),
        ("I live in Oslo.", "I moved out.", "Oslo"),
        ("I am dating Ana.", "We broke up.", "Ana"),
        ("Ana is my girlfriend.", "I don't have a girlfriend anymore.", "Ana"),
        ("Rex is my dog.", "Rex died.", "Rex"),
        ("Ana is my wife.", "My wife died.", "Ana"),
    ],
)
def test_what_takes_its_place_or_says_that_it_is_over_ends_it(
    memory: Memory, before: str, after: str, over: str
) -> None:
    memory.add(before, user_id="u", occurred_at=EARLY)
    memory.add("Eva works at Initech and is married to Bob.", user_id="u", occurred_at=EARLY)
    memory.add(after, user_id="u", occurred_at=LATE)
    held = {one for one in _held(memory) if one[1] != "life_status"}
    assert not {one for one in held if over in (one[0], one[2])}
    assert {("Eva", "work_at", "Initech"), ("Eva", "married_to", "Bob")} <= held


@pytest.mark.parametrize(
    ("before", "after", "over"),
    [
        ("I'm single.", "I started dating Ben in March.", "single"),
        ("I'm single.", "I married Ben in March.", "single"),
        ("I'm single.", "In March, I married Ben.", "single"),
        ("I'm unemployed.", "I joined Bosch in March.", "unemployed"),
        ("I'm unemployed.", "I started at Bosch on 4 March.", "unemployed"),
    ],
)
def test_a_status_ends_with_what_began_on_a_day_that_is_told(
    memory: Memory, before: str, after: str, over: str
) -> None:
    memory.add(before, user_id="u", occurred_at=EARLY)
    memory.add(after, user_id="u", occurred_at=LATE)
    assert over not in {value for _, _, value in _held(memory)}
    (ended,) = [one for one in memory.facts(user_id="u", include_retired=True).items if one.object == over]
    assert ended.valid_to is not None
    assert ended.valid_to.month == 3


@pytest.mark.parametrize(
    ("before", "after", "still"),
    [
        ("I'm divorced.", "I'm dating Bob.", "divorced"),
        ("I'm retired.", "I work at the library on Saturdays.", "retired"),
        ("I work at Acme.", "I don't work there on Fridays.", "Acme"),
        ("I work at Acme.", "When I was unemployed, I lived in Bonn.", "Acme"),
        ("I have a girlfriend.", "Maya doesn't have a girlfriend.", "girlfriend"),
        ("I work at Acme.", "Maya quit.", "Acme"),
        ("I live in Oslo.", "I don't live at home anymore.", "Oslo"),
    ],
)
def test_nothing_else_ends_by_it(memory: Memory, before: str, after: str, still: str) -> None:
    memory.add(before, user_id="u", occurred_at=EARLY)
    memory.add(after, user_id="u", occurred_at=LATE)
    assert still in {value for _, _, value in _held(memory)}


def test_what_is_ended_without_a_name_is_over_for_whatever_is_told_next(memory: Memory) -> None:
    for day, text in enumerate(["I work at Acme.", "I quit.", "I started at Globex."]):
        memory.add(text, user_id="u", occurred_at=EARLY.replace(day=5 + day))
    facts = memory.facts(user_id="u").items
    assert [(one.predicate, one.object) for one in facts] == [("start_at", "Globex")]


def test_who_died_is_not_alive_again_by_what_is_told_later(memory: Memory) -> None:
    for day, text in enumerate(["Rex is my dog.", "Rex died.", "Rex lived in Oslo."]):
        memory.add(text, user_id="u", occurred_at=EARLY.replace(day=5 + day))
    assert ("Rex", "life_status", "dead") in _held(memory)


def test_a_birthday_is_the_same_every_year_and_ends_no_day_of_birth(memory: Memory) -> None:
    memory.add("I was born on 4 May 1990.", user_id="u", occurred_at=EARLY)
    for year in (2024, 2025):
        added = memory.add("My birthday is on 4 May.", user_id="u", occurred_at=LATE.replace(year=year))
        assert [one.superseded for one in added] == [()]
    held = {(predicate, value) for _, predicate, value in _held(memory)}
    assert held == {("born_on", "1990-05-04"), ("birthday", "--05-04")}
    memory.add("No, my birthday is on 5 May.", user_id="u", occurred_at=LATE.replace(year=2025, hour=1))
    held = {(predicate, value) for _, predicate, value in _held(memory)}
    assert held == {("born_on", "1990-05-04"), ("birthday", "--05-05")}
