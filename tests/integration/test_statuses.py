"""Who is divorced is married to nobody, who has retired works nowhere; nobody else's marriage and job end by it."""

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
