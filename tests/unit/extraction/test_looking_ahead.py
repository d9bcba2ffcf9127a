"""A bare weekday or month is the next one where the verb is in the present, and what somebody does then is a plan."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

WEDNESDAY = datetime(2026, 11, 18, 12, tzinfo=UTC)


def _told(text: str, role: str | None = "user") -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=WEDNESDAY, role=role)])[0].triples)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("The meeting is on Friday.", "2026-11-20"),
        ("The flight leaves on Monday.", "2026-11-23"),
        ("My exam is in March.", "2027-03"),
        ("I arrive on Saturday.", "2026-11-21"),
        ("We could meet on Friday.", "2026-11-20"),
        ("The meeting was on Friday.", "2026-11-13"),
        ("The meeting was last Friday.", "2026-11-13"),
        ("I went to Rome on Monday.", "2026-11-16"),
    ],
)
def test_the_tense_says_which_one_is_meant(text: str, date: str) -> None:
    assert date in {one.object.name for one in _told(text)}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("I have an appointment on Tuesday.", datetime(2026, 11, 24, tzinfo=UTC)),
        ("I've visited Rome in May.", datetime(2026, 5, 1, tzinfo=UTC)),
        ("Since Monday I live in Rome.", datetime(2026, 11, 16, tzinfo=UTC)),
        ("I remember meeting Ana on Friday.", datetime(2026, 11, 13, tzinfo=UTC)),
        ("I said that I worked at Acme on Friday.", datetime(2026, 11, 13, tzinfo=UTC)),
    ],
)
def test_it_says_since_when_it_holds(text: str, day: datetime) -> None:
    assert {one.valid_from for one in _told(text)} == {day}


def test_what_is_fixed_for_a_day_to_come_is_so_by_now() -> None:
    (told,) = _told("The meeting is on Friday.")
    assert (told.valid_from, told.modality) == (None, "asserted")


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("I leave Porto tomorrow.", "intended"),
        ("I start at Globex on Monday.", "intended"),
        ("I'm meeting Ana on Friday.", "intended"),
        ("The flight leaves on Monday.", "asserted"),
        ("I have an appointment on Tuesday.", "asserted"),
        ("I left Porto yesterday.", "asserted"),
        ("I go to Rome in May every year.", "asserted"),
        ("I work at Acme until Friday.", "asserted"),
    ],
)
def test_what_somebody_does_in_time_to_come_is_a_plan(text: str, modality: str) -> None:
    assert {one.modality for one in _told(text)} == {modality}


def test_an_encyclopedia_looks_ahead_to_nothing() -> None:
    text = "Festival\n\nThe Zed Festival takes place in March."
    assert {one.valid_from for one in _told(text, None)} == {datetime(2026, 3, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    "text",
    [
        "Please remind me to buy milk.",
        "Remind me to buy milk tomorrow.",
        "Don't let me forget to buy milk.",
        "Ana reminded me to buy milk.",
        "I was reminded to buy milk.",
        "Remind me to call Tom and buy milk.",
    ],
)
def test_what_somebody_is_reminded_of_is_not_done_yet(text: str) -> None:
    told = {(one.predicate, one.object.name): (one.modality, one.negated) for one in _told(text)}
    assert told["buy", "milk"] == ("intended", False)


def test_what_somebody_is_reminded_of_may_be_so() -> None:
    told = {(one.predicate, one.object.name): one.modality for one in _told("Remind Ana that I live in Rome.")}
    assert told["live_in", "Rome"] == "asserted"
