"""What people tell of their own past in plain words was so; what happened and what an encyclopedia says is not over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2024, 11, 20, 12, tzinfo=UTC)


def _told(text: str, role: str | None = "user") -> list[Triple]:
    return list(RuleExtractor().read([Passage(text=text, occurred_at=SAID_AT, role=role)])[0].triples)


def _tenses(text: str, role: str | None = "user") -> dict[str, str]:
    return {one.object.name: one.tense for one in _told(text, role)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I lived in Rome.", "Rome"),
        ("I was living in Rome.", "Rome"),
        ("We lived in Rome.", "Rome"),
        ("I was married to Carl.", "Carl"),
        ("I was a teacher.", "teacher"),
        ("I was the CEO of Zed.", "Zed"),
        ("I worked at Acme.", "Acme"),
        ("I had a dog.", "dog"),
        ("I was sick.", "sick"),
        ("I was a fan of Queen.", "Queen"),
        ("My sister worked at Acme.", "Acme"),
        ("When I was a kid I had a dog.", "dog"),
        ("When I lived in Rome, I met Ana.", "Rome"),
    ],
)
def test_a_state_in_a_plain_past_is_over(text: str, value: str) -> None:
    assert _tenses(text)[value] == "past"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I was born in Rome.", "Rome"),
        ("I met Ana.", "Ana"),
        ("I bought a car.", "car"),
        ("I visited Rome.", "Rome"),
        ("I had a daughter.", "daughter"),
        ("I have lived in Rome for ten years.", "Rome"),
        ("I always wanted a dog.", "dog"),
        ("I loved sushi.", "sushi"),
        ("My mother was from Oslo.", "Oslo"),
        ("I told you I had a dog.", "dog"),
        ("I got married to Ana.", "Ana"),
        ("I was hired by Acme.", "user"),
        ("Maya worked at Acme.", "Acme"),
    ],
)
def test_what_happened_or_may_be_so_still_is_not(text: str, value: str) -> None:
    assert _tenses(text).get(value, "present") == "present"


@pytest.mark.parametrize(
    "text",
    [
        "Rossini was born in Pesaro. He was a composer and lived in Paris.",
        "Ana Silva was a teacher. She was married to Carl Berg and lived in Rome.",
    ],
)
@pytest.mark.parametrize("role", ["user", None])
def test_an_encyclopedia_tells_everything_in_the_past(text: str, role: str | None) -> None:
    assert {one.tense for one in _told(text, role)} == {"present"}
    assert all(one.valid_to is None for one in _told(text, role))


def test_a_past_with_a_time_of_its_own_ends_then() -> None:
    (told,) = _told("I was in Rome in May.")
    assert (told.valid_from, told.valid_to) == (datetime(2024, 5, 1, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC))
    (today,) = _told("I was at Acme today.")
    assert today.valid_to == SAID_AT
    (dog,) = (one for one in _told("I had a dog in 2012.") if one.object.name == "dog")
    assert dog.valid_to == datetime(2013, 1, 1, tzinfo=UTC)
