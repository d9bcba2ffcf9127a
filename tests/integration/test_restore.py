"""Earlier words brought back, also of memories that were deleted: under their id, in one transaction, without a model.

The same tests run on Neo4j in `test_neo4j_past.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory, Settings
from graphmem.domain.triple import Reading
from graphmem.errors import InputError, NotFound
from graphmem.ports.extractor import Passage
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class CountingReader(PlainExtractor):
    """Counts what it is asked to read anew: `update` and `restore` ask no model, `add` may."""

    def __init__(self) -> None:
        self.reads, self.rereads = 0, 0

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        self.reads += 1
        return super().read(passages)

    def reread(self, passages: Sequence[Passage]) -> list[Reading]:
        self.rereads += 1
        return super().read(passages)


def made(target: str | Settings, clock: FixedClock) -> Memory:
    """A memory that reads ``Ana knows Bo.``"""
    return Memory(target, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with made(str(tmp_path / "m.db"), clock) as one:
        yield one


def facts_of(memory: Memory, **more: Any) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="u", **more)]


def test_the_words_before_the_last_change_come_back(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, "Ana knows Cy.")
    memory.feedback(one.id, "good")
    back = memory.restore(one.id, user_id="u")
    steps = memory.history(one.id)
    assert (back.id, back.memory, back.event) == (one.id, "Ana knows Bo.", "UPDATE")
    assert back.reason == f"restored from {steps[1].id}" == steps[-1].reason
    assert (steps[-1].event, steps[-1].old_text, steps[-1].new_text) == ("UPDATE", "Ana knows Cy.", "Ana knows Bo.")
    assert facts_of(memory) == ["Ana — knows → Bo"]
    there = memory.get(one.id)
    assert (there.text, there.feedback) == ("Ana knows Bo.", 0.0)
    assert memory.restore(one.id).memory == "Ana knows Cy.", "to restore twice is to undo the first"


def test_a_revision_says_which_words(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, "Ana knows Cy.")
    memory.update(one.id, "Ana knows Di.")
    first, second, third = memory.history(one.id)
    assert memory.restore(one.id, first.id).memory == "Ana knows Bo."
    assert memory.restore(one.id, second.id).memory == "Ana knows Cy."
    same = memory.restore(one.id, second.id)
    assert (same.event, same.reason) == ("NOOP", "these are its words already")
    assert memory.restore(one.id, third.id).memory == "Ana knows Di."
    assert facts_of(memory) == ["Ana — knows → Di"]


def test_a_deleted_memory_comes_back_as_it_was(memory: Memory, clock: FixedClock) -> None:
    expiry = NOON + timedelta(days=90)
    told: dict[str, Any] = {"metadata": {"city": "Rome"}, "categories": ["people"], "expires_at": expiry}
    said = [{"role": "user", "name": "Ana", "content": "Ana knows Bo."}, {"content": "Bo likes Tea."}]
    one, other = memory.add(said, user_id="u", run_id="r", occurred_at="2026-03-01", **told).results
    before, its_facts = memory.get(one.id), memory.facts(user_id="u", subject="Ana").items
    clock.advance(days=1)
    memory.delete(one.id)
    assert facts_of(memory) == ["Bo — likes → Tea"]
    clock.advance(days=1)
    back = memory.restore(one.id, user_id="u")
    after = memory.get(one.id, user_id="u", run_id="r")
    assert (back.event, back.memory, [str(fact) for fact in back.facts]) == ("ADD", before.text, ["Ana — knows → Bo"])
    assert after == before.model_copy(update={"updated_at": clock.now()})
    (fact,) = memory.facts(user_id="u", subject="Ana")
    assert fact.valid_from == its_facts[0].valid_from
    assert [step.event for step in memory.history(one.id)] == ["ADD", "DELETE", "ADD"]
    assert memory.search("Who knows Bo?", user_id="u", filters={"city": "Rome"}, limit=1).hits[0].memory.id == one.id
    assert memory.get(other.id).episode_id == after.episode_id


def test_what_went_with_its_episode_comes_back_too(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    before = memory.stats(user_id="u")
    memory.delete_all(user_id="u")
    assert memory.stats(user_id="u").episodes == 0
    memory.restore(one.id)
    assert memory.stats(user_id="u") == before
    memory.delete(one.id)
    memory.restore(one.id)
    assert memory.stats(user_id="u") == before


def test_earlier_words_of_a_deleted_memory(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, "Ana knows Cy.")
    memory.delete(one.id)
    assert memory.restore(one.id, memory.history(one.id)[0].id).memory == "Ana knows Bo."
    assert facts_of(memory) == ["Ana — knows → Bo"]


def test_what_is_brought_back_outdates_nothing_newer(memory: Memory, clock: FixedClock) -> None:
    one = memory.add("Ana live_in Paris.", user_id="u").results[0]
    clock.advance(days=1)
    memory.delete(one.id)
    memory.add("Ana live_in Berlin.", user_id="u")
    clock.advance(days=1)
    memory.restore(one.id)
    assert facts_of(memory) == ["Ana — live in → Berlin"]
    assert sorted(facts_of(memory, include_retired=True)) == ["Ana — live in → Berlin", "Ana — live in → Paris"]


def test_without_infer_only_the_words_come_back(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u", infer=False).results[0]
    memory.delete(one.id)
    assert memory.restore(one.id, infer=False).facts == ()
    assert facts_of(memory) == []


def test_what_cannot_be_restored(memory: Memory, clock: FixedClock) -> None:
    one = memory.add("Ana knows Bo.", user_id="u", expires_at=NOON + timedelta(days=1)).results[0]
    with pytest.raises(NotFound, match="no other words"):
        memory.restore(one.id)
    with pytest.raises(NotFound, match="has no revision 'rev_x'"):
        memory.restore(one.id, "rev_x")
    with pytest.raises(NotFound, match="no history of a memory 'mem_x'"):
        memory.restore("mem_x")
    memory.delete(one.id)
    with pytest.raises(NotFound, match=r"no history of a memory .* in this scope"):
        memory.restore(one.id, user_id="v")
    for given in ("", 3):
        with pytest.raises(InputError):
            memory.restore(one.id, given)  # type: ignore[arg-type]
    clock.advance(days=1)
    with pytest.raises(NotFound, match="expired on 2026-05-02"):
        memory.restore(one.id)
    assert memory.stats(user_id="u").memories == 0


def test_a_pair_of_entities_is_no_memory(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.add("Ana knows Bo.", user_id="u")
    merged = memory.merge("Ana", "Bo", user_id="u")
    monkeypatch.setattr("graphmem.restoring.ATTEMPTS", 1)
    with pytest.raises(NotFound, match="no memory"):
        memory.restore(merged.id, user_id="u")


def test_no_model_is_asked(tmp_path: Path) -> None:
    reader = CountingReader()
    with Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=reader) as memory:
        one = memory.add("Ana knows Bo.", user_id="u").results[0]
        memory.delete(one.id)
        memory.restore(one.id)
    assert (reader.reads, reader.rereads) == (1, 1)


def test_a_history_from_before_deletions_kept_the_memory(tmp_path: Path, clock: FixedClock) -> None:
    import sqlite3

    path = str(tmp_path / "m.db")
    with made(path, clock) as memory:
        one = memory.add("Ana knows Bo.", user_id="u", actor_id="Ana").results[0]
        clock.advance(days=1)
        memory.delete(one.id)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE revision SET record = NULL")
    connection.close()
    with made(path, clock) as memory:
        memory.restore(one.id)
        there = memory.get(one.id)
        assert (there.text, there.actor_id, there.created_at) == ("Ana knows Bo.", "Ana", NOON)
        assert facts_of(memory) == ["Ana — knows → Bo"]


@pytest.mark.parametrize("wrong", ["no", 0, None])
def test_a_flag_that_is_none_is_refused(memory: Memory, wrong: Any) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.delete(one.id)
    with pytest.raises(InputError, match="infer"):
        memory.restore(one.id, infer=wrong)
