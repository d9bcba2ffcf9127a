"""What people say in plain words never retires what is true: two statements, and what is still held afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.extraction.extractor import RuleExtractor
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder

DAYS = (datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
NOW = datetime(2025, 7, 1, tzinfo=UTC)
EXTRACTOR = RuleExtractor()

Hold = Callable[..., set[tuple[str, str]]]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    embedder = HashingEmbedder()
    with Memory(str(tmp_path / "m.db"), embedder=embedder, extractor=EXTRACTOR, clock=FixedClock(NOW)) as made:
        yield made


@pytest.fixture
def hold(memory: Memory) -> Hold:
    """Say things one after the other; the open facts, as predicate and object."""

    def say(*texts: str, days: tuple[datetime, ...] = DAYS) -> set[tuple[str, str]]:
        for text, at in zip(texts, days, strict=True):
            memory.add(text, user_id="ana", occurred_at=at)
        facts = memory.facts(user_id="ana").items
        return {(one.predicate, one.object) for one in facts if one.valid_to is None and not one.negated}

    return say


@pytest.mark.parametrize(
    ("now", "then", "held", "over"),
    [
        ("I drive a Volvo.", "I drove a Fiat in 2019.", ("drive", "Volvo"), ("drive", "Fiat")),
        ("I study at MIT.", "I studied at Oxford in 2010.", ("study_at", "MIT"), ("study_at", "Oxford")),
        ("I report to Sue.", "I reported to Tom in 2019.", ("report_to", "Sue"), ("report_to", "Tom")),
        ("Ana leads Apollo.", "Ben led Apollo in 2019.", ("lead", "Apollo"), ("lead", "none")),
        ("I love tea.", "I hated tea in 2010.", ("love", "tea"), ("hate", "tea")),
        ("Ana works at Acme.", "Ana worked at Globex in 2012.", ("work_at", "Acme"), ("work_at", "Globex")),
    ],
)
def test_a_dated_past_tells_of_its_own_time_only(
    hold: Hold, now: str, then: str, held: tuple[str, str], over: tuple[str, str]
) -> None:
    open_facts = hold(now, then)
    assert held in open_facts
    assert over not in open_facts


def test_who_held_an_office_then_does_not_hold_it_now(memory: Memory, hold: Hold) -> None:
    hold("Sue is CEO of Zed.", "Tom was CEO of Zed in 1999.")
    facts = memory.facts(user_id="ana", predicate="ceo_of", include_retired=True).items
    assert {one.subject: one.valid_to for one in facts} == {"Sue": None, "Tom": datetime(2000, 1, 1, tzinfo=UTC)}


def test_what_was_so_in_a_year_may_be_so_still(hold: Hold) -> None:
    days = (datetime(2018, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC))
    assert ("drive", "Fiat") in hold("I drive a Fiat.", "I drove a Fiat in 2019.", days=days)


def test_a_past_without_a_date_closes_nothing(hold: Hold) -> None:
    assert ("bank_with", "Lloyds") in hold(
        "I bank with Lloyds.", "I banked with Barclays when I was a student in 2010."
    )
