"""What is over without being named: a job that was quit, a place that is only "there", a relationship, a life."""

from __future__ import annotations

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from tests.unit.extraction.conftest import SAID_AT


def _told(text: str) -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=SAID_AT, role="user")])[0].triples)


def _denied(text: str) -> set[tuple[str, str, str]]:
    return {(one.subject.name, one.predicate, one.object.name) for one in _told(text) if one.negated}


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("I don't work there anymore.", ("user", "work_at", "there")),
        ("I no longer work there.", ("user", "work_at", "there")),
        ("I stopped working there.", ("user", "work_at", "there")),
        ("I don't live there any more.", ("user", "live_in", "there")),
        ("I moved out.", ("user", "live_in", "there")),
        ("I quit.", ("user", "work_at", "job")),
        ("I resigned yesterday.", ("user", "work_at", "job")),
        ("I left my job.", ("user", "work_at", "job")),
        ("I lost my job.", ("user", "work_at", "job")),
        ("I left the company.", ("user", "work_at", "job")),
        ("I got fired.", ("user", "work_at", "job")),
        ("I was laid off.", ("user", "work_at", "job")),
        ("I don't have a job.", ("user", "work_at", "job")),
        ("I don't work anymore.", ("user", "work_at", "job")),
        ("I'm between jobs.", ("user", "work_at", "job")),
        ("They fired me.", ("user", "work_at", "job")),
        ("Maya quit.", ("Maya", "work_at", "job")),
        ("I found a job.", ("user", "employment_status", "unemployed")),
        ("I have a new job.", ("user", "employment_status", "unemployed")),
        ("I'm employed again.", ("user", "employment_status", "unemployed")),
        ("She dumped me.", ("user", "in_relationship_with", "partner")),
        ("We broke up.", ("user", "in_relationship_with", "partner")),
        ("I split up with my boyfriend.", ("user", "in_relationship_with", "partner")),
        ("I don't have a girlfriend anymore.", ("user", "in_relationship_with", "girlfriend")),
        ("My wife died.", ("user", "married_to", "wife")),
        ("My dog died.", ("user", "have", "dog")),
    ],
)
def test_an_end_that_names_nothing_is_told(text: str, denied: tuple[str, str, str]) -> None:
    assert denied in _denied(text)


@pytest.mark.parametrize(
    "text",
    [
        "I've never worked there.",
        "I don't work on Fridays.",
        "I don't have a boring job.",
        "It doesn't work anymore.",
        "I'm dead.",
        "I have a job interview.",
        "I have a job to do.",
        "I don't work there on Fridays.",
        "I quit smoking.",
        "I quit the band.",
        "I want to quit.",
        "I might quit.",
        "I didn't quit.",
        "Did I quit?",
        "We broke up the party.",
        "I left the house.",
        "My phone died.",
        "My grandmother died.",
        "I moved out of the way.",
        "It gets us fired up.",
        "I lost all my work.",
        "It's been hard since I lost my job.",
        "When I quit, I was sad.",
    ],
)
def test_nothing_else_is_ended(text: str) -> None:
    assert not {one for one in _denied(text) if one[1] not in ("have", "work_on")}
    assert not [one for one in _told(text) if one.predicate == "life_status" and one.subject.name == "user"]


@pytest.mark.parametrize("text", ["I lost my job at Acme.", "I quit my job at Acme.", "I left my job at Acme."])
def test_a_job_that_is_named_is_left_by_its_name(text: str) -> None:
    assert "Acme" in {one.object.name for one in _told(text)}
    assert not _denied(text) & {("user", "work_at", "job")}


@pytest.mark.parametrize("text", ["Rex died.", "Rex passed away yesterday.", "My cat Rex died.", "Rex is dead."])
def test_who_died_is_dead(text: str) -> None:
    assert ("Rex", "life_status", "dead") in {(one.subject.name, one.predicate, one.object.name) for one in _told(text)}


def test_whose_pet_it_was_is_over_and_whose_grandmother_she_was_is_not() -> None:
    tenses = {one.predicate: one.tense for text in ("My dog died.", "My grandmother died.") for one in _told(text)}
    assert (tenses["dog_of"], tenses["grandmother_of"]) == ("past", "present")
