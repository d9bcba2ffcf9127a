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
