"""A stay is no home, and a year is no place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graphmem.domain.triple import Triple
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from graphmem.providers.minilm.embedder import MiniLmEmbedder

SAID_AT = datetime(2026, 11, 18, 12, tzinfo=UTC)
EMBEDDER = MiniLmEmbedder(threads=1)


def _told(text: str) -> list[Triple]:
    extractor = RuleExtractor(embedder=EMBEDDER)
    return list(extractor.read([Passage(text=text, occurred_at=SAID_AT, role="user", speaker="u")])[0].triples)


@pytest.mark.parametrize(
    "text",
    [
        "I'm house-sitting in Bristol.",
        "I'm dog sitting in Bristol.",
        "I'm staying in Bristol this week.",
        "I'm on holiday in Rome.",
        "I'm visiting friends in Athens.",
    ],
)
def test_a_stay_is_no_home(text: str) -> None:
    assert not {one.predicate for one in _told(text)} & {"live_in", "move_to"}


def test_a_stay_of_a_week_ends_with_it() -> None:
    (told,) = (one for one in _told("I'm staying in Bristol this week.") if one.object.name == "Bristol")
    assert (told.predicate, told.valid_to) == ("stay_in", datetime(2026, 11, 23, tzinfo=UTC))


def test_a_year_is_no_place_to_move_into() -> None:
    told = {(one.predicate, one.object.name) for one in _told("We moved in 2015.")}
    assert told == {("move", "2015")}
    assert [one.object.name for one in _told("I lived in Rome in 2010.")] == ["Rome"]
    assert ("born_in", "1990") in {(one.predicate, one.object.name) for one in _told("I was born in 1990.")}
