"""One word may end something that it does not name: "I'm divorced", "Bob has retired"; a guess and hearsay are no facts."""

from __future__ import annotations

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from tests.unit.extraction.conftest import SAID_AT


def _told(text: str) -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=SAID_AT, role="user")])[0].triples)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("I'm divorced.", ("user", "marital_status", "divorced")),
        ("I got divorced.", ("user", "marital_status", "divorced")),
        ("We got divorced last year.", ("user", "marital_status", "divorced")),
        ("Ana is divorced now.", ("Ana", "marital_status", "divorced")),
        ("I retired.", ("user", "employment_status", "retired")),
        ("Bob has just retired.", ("Bob", "employment_status", "retired")),
        ("I'm unemployed.", ("user", "employment_status", "unemployed")),
        ("I'm single and unemployed.", ("user", "employment_status", "unemployed")),
        ("I'm 30 and single.", ("user", "marital_status", "single")),
        ("I'm happily married.", ("user", "marital_status", "married")),
        ("My work email is a@b.c.", ("user", "work_email", "a@b.c")),
        ("my name is maya", ("user", "name", "Maya")),
    ],
)
def test_it_is_stated(text: str, stated: tuple[str, str, str]) -> None:
    assert stated in {(one.subject.name, one.predicate, one.object.name) for one in _told(text) if not one.negated}


@pytest.mark.parametrize(
    "text",
    [
        "I'm not divorced.",
        "Maybe I'm divorced.",
        "A retired teacher lives here.",
        "I ate a single egg.",
        "The engine is retired.",
        "Sue and Tom are married.",
    ],
)
def test_no_status_is_stated(text: str) -> None:
    told = [one for one in _told(text) if one.predicate.endswith("_status") and not one.negated]
    assert [one for one in told if one.modality == "asserted"] == []


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("I guess, Ana lives in Oslo.", "possible"),
        ("Ana lives in Oslo, I think.", "possible"),
        ("They say: Ana lives in Oslo.", "reported"),
        ("Rumour has it, Ana lives in Oslo.", "reported"),
        ("Ana lives in Oslo.", "asserted"),
    ],
)
def test_a_guess_and_hearsay_are_no_facts(text: str, modality: str) -> None:
    assert {one.modality for one in _told(text) if one.predicate == "live_in"} == {modality}


@pytest.mark.parametrize("text", ["I was single.", "When I was single, I lived in Bonn.", "We were married."])
def test_a_status_in_the_past_is_over(text: str) -> None:
    assert [one.tense for one in _told(text) if one.predicate == "marital_status"] == ["past"]


@pytest.mark.parametrize("text", ["I'm single.", "Ana is divorced now."])
def test_a_status_is_told_once(text: str) -> None:
    assert [one.predicate for one in _told(text)] == ["marital_status"]


@pytest.mark.parametrize(
    "text",
    [
        "Let's pretend Ana lives in Oslo.",
        "Pretend Ana lives in Oslo.",
        "Imagine Ana lives in Oslo.",
        "Seemingly Ana lives in Oslo.",
        "I suspect that Ana lives in Oslo.",
        "I bet Ana lives in Oslo.",
        "Ana lives in Oslo, I reckon.",
    ],
)
def test_every_hedge_makes_a_guess(text: str) -> None:
    assert {one.modality for one in _told(text) if one.predicate == "live_in"} <= {"possible"}
