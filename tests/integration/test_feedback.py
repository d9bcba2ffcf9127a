"""What people say of a memory: kept with it, told in its history, counted in every later search."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.errors import InputError, NotFound
from graphmem.settings import RankingFactors, Settings
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def made(target: str | Settings, clock: FixedClock) -> Memory:
    return Memory(target, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with made(str(tmp_path / "m.db"), clock) as one:
        yield one


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("good", 1.0),
        ("POSITIVE", 1.0),
        ("bad", -0.5),
        ("NEGATIVE", -0.5),
        ("VERY_NEGATIVE", -1.0),
        (0.25, 0.25),
        (-1, -1),
    ],
)
def test_the_last_word_counts_and_history_keeps_them_all(
    memory: Memory, clock: FixedClock, value: float | str, kept: float
) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.feedback(one.id, -0.75)
    clock.advance(hours=1)
    told = memory.feedback(one.id, value, user_id="u")
    assert told == memory.get(one.id)
    assert (told.feedback, told.updated_at) == (kept, clock.now())
    said = [(revision.event, revision.reason) for revision in memory.history(one.id)][1:]
    assert said == [("UPDATE", "feedback -0.75 by the caller"), ("UPDATE", f"feedback {kept:+g} by the caller")]
    assert memory.feedback(one.id, "none").feedback == 0.0


@pytest.mark.parametrize("value", [1.5, -2, float("nan"), float("inf"), "great", "", None, True, [1]])
def test_what_is_no_judgement_changes_nothing(memory: Memory, value: Any) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    with pytest.raises(InputError, match="from -1 to 1"):
        memory.feedback(one.id, value)
    assert memory.get(one.id).feedback == 0.0
    assert len(memory.history(one.id)) == 1


def test_nobody_judges_in_another_scope(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    for scope in ({"user_id": "v"}, {"user_id": "u", "run_id": "r"}):
        with pytest.raises(NotFound):
            memory.feedback(one.id, "bad", **scope)
    with pytest.raises(NotFound):
        memory.feedback("mem_none", "bad")
    assert memory.get(one.id).feedback == 0.0


def test_it_moves_a_memory_up_and_down_by_a_part_of_its_score(memory: Memory) -> None:
    memory.add_many(["Ana likes Tea.", "Ana likes Rum."], user_id="u")
    first, second = memory.search("Ana likes", user_id="u").hits
    assert "feedback" not in first.score_parts
    memory.feedback(first.memory.id, "very_bad")
    memory.feedback(second.memory.id, "good")
    found = {hit.memory.id: hit for hit in memory.search("Ana likes", user_id="u")}
    weight = memory.settings.factors.feedback
    assert found[first.memory.id].score == pytest.approx(first.score - weight)
    assert found[second.memory.id].score == pytest.approx(second.score + weight)
    assert found[second.memory.id].score_parts["feedback"] == weight
    assert next(iter(found)) == second.memory.id


def test_facts_stay_and_a_new_text_starts_without_any(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.feedback(one.id, "bad")
    memory.update(one.id, metadata={"seen": True})
    assert memory.get(one.id).feedback == -0.5
    assert [str(fact) for fact in memory.facts(user_id="u")] == [str(fact) for fact in one.facts]
    memory.update(one.id, "Ana knows Cy.")
    assert memory.get(one.id).feedback == 0.0


def test_many_who_judge_at_once_are_all_heard(tmp_path: Path) -> None:
    async def run() -> tuple[float, int]:
        async with AsyncMemory(
            str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=PlainExtractor()
        ) as memory:
            one = (await memory.add("Ana knows Bo.", user_id="u")).results[0]
            await asyncio.gather(*(memory.feedback(one.id, number / 10) for number in range(10)))
            return (await memory.get(one.id)).feedback, len(await memory.history(one.id))

    value, steps = asyncio.run(run())
    assert value in {number / 10 for number in range(10)}
    assert steps == 11


def test_what_is_new_comes_first_where_recency_weighs(tmp_path: Path, clock: FixedClock) -> None:
    texts = ["Ana ate Soup.", "Ana ate Rice."]
    with made(str(tmp_path / "m.db"), clock) as memory:
        for text, when in zip(texts, ("2026-04-30", "2025-01-01"), strict=True):
            memory.add(text, user_id="u", occurred_at=when)
    for weight, half_life in ((0.0, 30.0), (5.0, 30.0)):
        factors = RankingFactors(recency=weight, half_life=half_life)
        with made(Settings.of(url=str(tmp_path / "m.db"), factors=factors), clock) as memory:
            found = memory.search("Ana ate Rice", user_id="u").hits
            recent = {hit.memory.text: hit.score_parts.get("recency", 0.0) for hit in found}
            if not weight:
                assert [hit.memory.text for hit in found] == texts[::-1]
                assert set(recent.values()) == {0.0}
            else:
                assert [hit.memory.text for hit in found] == texts
                assert recent[texts[0]] == pytest.approx(weight * 0.5 ** (1.5 / half_life))
