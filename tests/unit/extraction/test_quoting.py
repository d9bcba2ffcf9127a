"""What is quoted, handed in to be worked on or made up is not said of who writes; what is quoted of somebody is reported of them."""

from __future__ import annotations

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from tests.unit.extraction.conftest import SAID_AT


def _told(text: str) -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=SAID_AT, role="user")])[0].triples)


@pytest.mark.parametrize(
    "text",
    [
        "Translate 'I live in Paris' into French.",
        'Translate "I live in Paris." into French.',
        "Translate this: I live in Paris.",
        "Translate this into French: I live in Paris. I work at Acme.",
        "How do I say 'I am a doctor'?",
        'How do you say "I am a doctor" in German?',
        "Write a story in which I live on Mars.",
        "Write a poem about how I love Rome.",
        "Can you write me a short story where I work at Acme?",
        'The sentence "I hate cats" is short.',
        "Correct this sentence: I works at Acme.",
        'My sign says "I love Rome".',
        'Reply to this email: "Hi, I live in Paris and work at Acme."',
        "'I live in Paris' is what the sign said.",
        "Write a tweet: I moved to Berlin.",
        "Draft a letter: I resign from Acme.",
        "Please draft an email to my landlord: I moved to Rome.",
        "Compose a message: I quit.",
        "Say this in German: I live in Berlin.",
        "Make this sound nicer: I quit.",
        "Post this on Slack: I'm single.",
        "Here is a sample text: I live in Rome.",
        "Example: I live in Rome.",
        "Paraphrase the sentence I moved to Rome.",
        "Can you translate this? I live in Rome now.",
        "Please proofread this for me. I live in Rome.",
    ],
)
def test_nothing_of_it_is_stated_of_the_speaker(text: str) -> None:
    assert [one for one in _told(text) if "user" in (one.subject.name, one.object.name)] == []


@pytest.mark.parametrize(
    "text", ["Maya said 'I live in Paris'.", '"I live in Paris," said Maya.', "Maya wrote: 'I live in Paris'."]
)
def test_who_is_quoted_is_reported(text: str) -> None:
    told = {(one.subject.name, one.predicate, one.object.name, one.modality) for one in _told(text)}
    assert told == {("Maya", "live_in", "Paris", "reported")}


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ('How do you say "I am a doctor"? I live in Rome.', ("user", "live_in", "Rome")),
        ("I'm at Maya's and I live in Tom's house.", ("user", "live_in", "Tom's house")),
        ('I work at "Acme".', ("user", "work_at", "Acme")),
        ("Write a story about my dog Rex.", ("Rex", "dog_of", "user")),
        ("I live in Rome. Translate this: I live in Paris.", ("user", "live_in", "Rome")),
        ("I wrote a letter to my landlord: I live in Rome now.", ("user", "live_in", "Rome")),
        ("Please note: I live in Rome.", ("user", "live_in", "Rome")),
        ("Put this in my calendar. Also: I live in Rome.", ("user", "live_in", "Rome")),
        ("Can you check this? I live in Rome.", ("user", "live_in", "Rome")),
        ("Please read the email I sent to Tom.", ("user", "send_to", "Tom")),
        ("My two goals: I work at Acme and I live in Rome.", ("user", "work_at", "Acme")),
    ],
)
def test_the_rest_is_as_told(text: str, stated: tuple[str, str, str]) -> None:
    assert stated in {(one.subject.name, one.predicate, one.object.name) for one in _told(text)}


@pytest.mark.parametrize(
    "text",
    ["Let's pretend I am a doctor.", "Pretend I live in Rome.", "Imagine I lived in Rome.", "Suppose I work at Acme."],
)
def test_what_is_only_played_with_is_no_fact(text: str) -> None:
    assert {one.modality for one in _told(text)} == {"possible"}


def test_what_somebody_is_to_be_told_is_reported() -> None:
    told = {(one.predicate, one.object.name, one.modality) for one in _told("Tell Tom that I moved to Rome.")}
    assert told == {("move_to", "Rome", "reported")}
