"""Wordings in which people tell of themselves: how long ago, what is not so, what has ended, what is of several words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2024, 9, 10, 12, tzinfo=UTC)
EXTRACTOR = RuleExtractor()


def triples(text: str) -> dict[tuple[str, str, str], Triple]:
    read = EXTRACTOR.read([Passage(text, SAID_AT, speaker="Maya", role="user")])[0].triples
    return {(one.subject.name, one.predicate, one.object.name): one for one in read}


@pytest.mark.parametrize(
    ("text", "statement", "month"),
    [
        ("I moved to Rome two years ago.", ("Maya", "move_to", "Rome"), (2022, 1)),
        ("Two years ago I moved to Rome.", ("Maya", "move_to", "Rome"), (2022, 1)),
        ("We moved to Oslo three weeks ago.", ("Maya", "move_to", "Oslo"), (2024, 8)),
        ("I joined Bosch a couple of months ago.", ("Maya", "join", "Bosch"), (2024, 7)),
        ("I left Acme two years ago and joined Bosch last month.", ("Maya", "leave", "Acme"), (2022, 1)),
        ("I left Acme two years ago and joined Bosch last month.", ("Maya", "join", "Bosch"), (2024, 8)),
        ("I married Tom two years ago.", ("Maya", "marry", "Tom"), (2022, 1)),
        ("I visited Rome two weeks ago.", ("Maya", "visit", "Rome"), (2024, 8)),
    ],
)
def test_how_long_ago_tells_when_it_began(text: str, statement: tuple[str, str, str], month: tuple[int, int]) -> None:
    told = triples(text)[statement]
    assert told.valid_from is not None
    assert (told.valid_from.year, told.valid_from.month) == month
    assert told.tense == "present"
    assert told.valid_to is None


def test_a_state_of_years_ago_is_over() -> None:
    assert triples("I lived in Rome two years ago.")["Maya", "live_in", "Rome"].tense == "past"


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("Neither Anna nor Bob works at Bosch.", ("Anna", "work_at", "Bosch")),
        ("Neither Anna nor Bob works at Bosch.", ("Bob", "work_at", "Bosch")),
        ("It is not true that Anna works at Siemens.", ("Anna", "work_at", "Siemens")),
        ("I like neither tea nor coffee.", ("Maya", "like", "tea")),
        ("I like neither tea nor coffee.", ("Maya", "like", "coffee")),
    ],
)
def test_what_is_denied_of_several_or_as_a_whole_is_negated(text: str, statement: tuple[str, str, str]) -> None:
    assert triples(text)[statement].negated


def test_what_is_said_to_be_true_is_not_negated() -> None:
    assert not triples("It is true that Anna works at Siemens.")["Anna", "work_at", "Siemens"].negated


@pytest.mark.parametrize(
    "text",
    [
        "I nearly moved to Graz.",
        "I almost moved to Graz.",
        "I moved to Graz, just kidding!",
        "I moved to Graz, I'm joking.",
        "In the novel, Maya moved to Graz.",
    ],
)
def test_what_did_not_quite_happen_is_not_asserted(text: str) -> None:
    assert triples(text)["Maya", "move_to", "Graz"].modality == "possible"


def test_a_birthday_may_be_on_a_day() -> None:
    assert ("Maya", "born_on", "1990-05-03") in triples("My birthday is on 3 May 1990.")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("My birthday is 4 May.", ("Maya", "birthday", "--05-04")),
        ("My birthday is May 4th.", ("Maya", "birthday", "--05-04")),
        ("Anna's birthday is 3 June.", ("Anna", "birthday", "--06-03")),
        ("The deadline of the project is 4 May.", ("project", "deadline", "2025-05-04")),
    ],
)
def test_a_day_needs_no_preposition(text: str, told: tuple[str, str, str]) -> None:
    assert told in triples(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Tom and I broke up in March.", ("Tom", "break_up_with", "Maya")),
        ("Tom and I split up last week.", ("Tom", "split_up_with", "Maya")),
        ("Ana and Bob got married in 2019.", ("Ana", "married_to", "Bob")),
    ],
)
def test_what_two_do_together_may_be_dated(text: str, told: tuple[str, str, str]) -> None:
    assert triples(text)[told].valid_from is not None


def test_where_two_do_something_is_no_date() -> None:
    assert ("Ana", "separate_from", "Bob") not in triples("Ana and Bob separated at the station.")


@pytest.mark.parametrize(
    ("text", "predicate", "name", "kind"),
    [
        ("i live in porto", "live_in", "Porto", "location"),
        ("i moved to munich", "move_to", "Munich", "location"),
        ("i work at northwind labs", "work_at", "Northwind Labs", "organization"),
        ("i married tom", "marry", "Tom", "person"),
    ],
)
def test_a_name_typed_in_lower_case_is_a_name(text: str, predicate: str, name: str, kind: str) -> None:
    assert triples(text)["Maya", predicate, name].object.type == kind


@pytest.mark.parametrize(
    "text", ["i live in a flat", "i live in town", "I live in comfort and in Rome.", "i joined the gym"]
)
def test_what_has_no_name_gets_none(text: str) -> None:
    assert not {"Flat", "Town", "Comfort", "Gym"} & {name for _, _, name in triples(text)}


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("My address is 12 Elm Street, Porto.", ("Maya", "address", "12 Elm Street, Porto")),
        ("My address is 3 Oak Road, Delft.", ("Maya", "address", "3 Oak Road, Delft")),
        ("I live at 5 High Street.", ("Maya", "address", "5 High Street")),
        ("Anna moved to 3 Oak Road, Delft.", ("Anna", "address", "3 Oak Road, Delft")),
        ("I speak German and English.", ("Maya", "speak", "English")),
        ("Anna speaks German and English.", ("Anna", "speak", "German")),
        ("My son is 5 years old.", ("Maya's son", "age", "5")),
        ("Bob's salary is $70,000.", ("Bob", "salary", "$70,000")),
    ],
)
def test_values_are_whole_and_told_of_whom_they_are(text: str, statement: tuple[str, str, str]) -> None:
    assert statement in triples(text)


def test_what_somebody_meant_is_no_fact_of_theirs() -> None:
    assert not triples("No, I meant Bremen, not Hamburg.")


def test_who_is_named_by_the_name_is_not_there_twice() -> None:
    assert set(triples("My wife's name is Sara.")) == {("Sara", "wife_of", "Maya")}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I've worked at IBM for three years.", {("Maya", "work_at", "IBM")}),
        ("I worked for Bosch for a year.", {("Maya", "work_for", "Bosch")}),
        ("I worked for Day Corp for a year.", {("Maya", "work_for", "Day Corp")}),
        ("I've lived in Rome since March.", {("Maya", "live_in", "Rome")}),
        ("I'm home.", set()),
    ],
)
def test_how_long_and_since_when_are_no_facts_of_their_own(text: str, told: set[tuple[str, str, str]]) -> None:
    assert set(triples(text)) == told
