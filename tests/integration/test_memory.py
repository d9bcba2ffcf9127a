"""What an application sees: the public calls on a real store, with plain language parts."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.errors import InputError, NotFound
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock) as made:
        yield made


def test_add_says_what_it_did(memory: Memory) -> None:
    result = memory.add("Ana knows Bo.", user_id="u").results[0]
    assert (result.event, result.memory) == ("ADD", "Ana knows Bo.")
    assert [str(fact) for fact in result.facts] == ["Ana — knows → Bo"]
    assert result.facts[0].support_count == 1
    assert memory.get(result.id).text == "Ana knows Bo."


def test_the_same_words_again_are_a_noop_and_lose_nothing(memory: Memory) -> None:
    first = memory.add("Ana knows Bo.", user_id="u").results[0]
    again = memory.add("Ana knows Bo.", user_id="u").results[0]
    assert (again.event, again.id) == ("NOOP", first.id)
    tagged = memory.add("Ana knows Bo.", user_id="u", metadata={"source": "mail"}).results[0]
    assert tagged.event == "ADD", "other metadata is other information"
    fact = memory.facts(user_id="u").items[0]
    assert fact.support_count == 2


def test_a_new_value_supersedes_and_the_old_memory_is_outdated(memory: Memory, clock: FixedClock) -> None:
    old = memory.add("Ana live_in Paris.", user_id="u").results[0]
    clock.advance(days=1)
    new = memory.add("Ana live_in Berlin.", user_id="u").results[0]
    assert new.event == "UPDATE"
    assert [fact.object for fact in new.superseded] == ["Paris"]
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Berlin"]
    assert [hit.memory.id for hit in memory.search("Ana live_in", user_id="u")] == [new.id]
    everything = memory.search("Ana live_in", user_id="u", include_retired=True)
    assert {hit.memory.id for hit in everything} == {old.id, new.id}
    then = memory.search("Ana live_in", user_id="u", as_of=NOON + timedelta(hours=1))
    assert [hit.memory.id for hit in then] == [old.id]


def test_a_memory_that_is_partly_out_of_date_comes_after_the_newer_one(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Paris. Ana likes Tea. Ana likes Jazz.", user_id="u")
    clock.advance(days=1)
    memory.add("Ana live_in Berlin. Ana likes Tea. Ana likes Chess.", user_id="u")
    old = next(hit for hit in memory.search("Ana live_in", user_id="u") if "Paris" in hit.memory.text)
    assert old.score_parts["outdated"] < 0
    assert sum(old.score_parts.values()) == pytest.approx(old.score)
    assert "Paris" not in {fact.object for fact in old.facts}
    assert "Berlin" in memory.search("Ana live_in", user_id="u", limit=1).hits[0].memory.text


def test_equal_words_at_another_time_or_twice_in_a_conversation_are_two_memories(memory: Memory) -> None:
    for day in ("2026-01-01", "2026-01-05"):
        assert memory.add("Ana went Running.", user_id="u", occurred_at=day).results[0].event == "ADD"
    turns = [{"content": turn} for turn in ("Ana likes Tea.", "Yes.", "Ana likes Chess.", "Yes.")]
    assert [one.event for one in memory.add(turns, user_id="u", run_id="r")] == ["ADD"] * 4


def test_correcting_an_old_memory_leaves_the_newer_one_current(memory: Memory) -> None:
    old = memory.add("Ana live_in Porto.", user_id="u", occurred_at="2020-01-01").results[0]
    memory.add("Ana live_in Lisbon.", user_id="u", occurred_at="2024-01-01")
    memory.update(old.id, "Ana live_in Braga.", user_id="u")
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Lisbon"]
    assert [fact.object for fact in memory.facts(user_id="u", as_of="2021-01-01")] == ["Braga"]


def test_what_a_rewritten_memory_had_closed_is_found_again(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Porto.", user_id="u")
    clock.advance(days=1)
    second = memory.add("Ana live_in Lisbon.", user_id="u").results[0]
    memory.update(second.id, "Ana likes Tea.", user_id="u")
    assert {one.text for one in memory.get_all(user_id="u")} == {"Ana live_in Porto.", "Ana likes Tea."}


def test_a_statement_that_others_still_support_keeps_the_old_one_closed(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Porto.", user_id="u")
    clock.advance(days=1)
    second = memory.add("Ana live_in Lisbon.", user_id="u").results[0]
    memory.add("Indeed Ana live_in Lisbon.", user_id="u")
    memory.delete(second.id, user_id="u")
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Lisbon"]
    assert "Ana live_in Porto." not in {one.text for one in memory.get_all(user_id="u")}


def test_what_was_not_read_is_not_read_by_an_update(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u", infer=False).results[0]
    memory.update(one.id, "Ana knows Cy.", user_id="u")
    assert memory.facts(user_id="u").total == 0


def test_expired_memories_can_still_be_deleted(memory: Memory, clock: FixedClock) -> None:
    for name in ("Bo", "Cy"):
        one = memory.add(f"Ana knows {name}.", user_id="u", expires_at=NOON + timedelta(hours=1)).results[0]
    clock.advance(hours=2)
    memory.delete(one.id, user_id="u")
    assert memory.delete_all(user_id="u").removed["memories"] == 1
    assert memory.stats().memories == 0
    with pytest.raises(InputError, match="expires_at"):
        memory.add("Ana knows Di.", user_id="u", expires_at=NOON)


def test_the_callers_triples_are_walked_even_without_reading(memory: Memory) -> None:
    memory.add("first note", user_id="u", infer=False, triples=[("Ana", "knows", "Bo")])
    memory.add("second note", user_id="u", infer=False, triples=[("Bo", "owns", "Acme")])
    assert memory.search("first", user_id="u").trace.links.get("shared")


def test_progress_may_ask_the_memory(memory: Memory) -> None:
    seen: list[int] = []
    memory.add_many(
        [f"Ana likes Thing{n}." for n in range(4)],
        user_id="u",
        batch_size=2,
        on_progress=lambda done: seen.append(memory.stats(user_id="u").memories),
    )
    assert seen == [2, 4]


def test_many_parallel_facts_do_not_multiply(memory: Memory) -> None:
    ties = [(a, f"verb{n}", b) for a, b in (("Ann", "Bob"), ("Bob", "Cy"), ("Cy", "Dan")) for n in range(60)]
    memory.add("ties", user_id="u", infer=False, triples=ties)
    found = memory.paths("Ann", "Dan", user_id="u", limit=3)
    assert [path.entities for path in found] == [("Ann", "Bob", "Cy", "Dan")] * 3


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_of_fork_can_use_the_memory(tmp_path: Path) -> None:
    path = str(tmp_path / "forked.db")
    script = f"""
import os, sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor
memory = Memory({path!r}, embedder=HashingEmbedder(), extractor=PlainExtractor())
memory.add("Ana knows Bo.", user_id="u")
child = os.fork()
if child == 0:
    memory.add("Ana knows Cy.", user_id="u")
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
print(memory.stats().memories)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert run.stdout.strip() == "2", run.stderr


def test_the_default_file_is_made_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "fresh"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("GRAPHMEM_URL", raising=False)
    with Memory(embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo.", user_id="u")
        assert str(tmp_path) in memory.settings.url


@pytest.mark.parametrize("form", ["knows", "know", "Knows"])
def test_predicates_are_asked_for_in_any_form(memory: Memory, form: str) -> None:
    memory.add("x", user_id="u", infer=False, triples=[("Ana", "know", "Bo")])
    assert memory.facts(user_id="u", predicate=form).total == 1


def test_history_tells_what_outdated_a_memory(memory: Memory, clock: FixedClock) -> None:
    old = memory.add("Ana live_in Paris.", user_id="u").results[0]
    clock.advance(days=1)
    memory.add("Ana live_in Rome.", user_id="u")
    assert "outdated" in memory.history(old.id)[-1].reason


def test_deleting_what_superseded_brings_the_old_back(memory: Memory, clock: FixedClock) -> None:
    old = memory.add("Ana live_in Paris.", user_id="u").results[0]
    clock.advance(days=1)
    new = memory.add("Ana live_in Berlin.", user_id="u").results[0]
    removed = memory.delete(new.id, user_id="u").removed
    assert removed["memories"] == 1
    assert removed["facts"] == 1
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Paris"]
    assert [hit.memory.id for hit in memory.search("Ana", user_id="u")] == [old.id]
    assert "Berlin" not in {entity.name for entity in memory.entities(user_id="u")}


def test_one_conversation_can_tell_a_whole_story(memory: Memory) -> None:
    turns = ["Ana live_in Paris.", "Ana live_in Berlin.", "Ana live_in Paris."]
    events = [one.event for one in memory.add([{"content": turn} for turn in turns], user_id="u")]
    assert events == ["ADD", "UPDATE", "NOOP"] or events == ["ADD", "UPDATE", "UPDATE"]
    assert len(memory.facts(user_id="u")) == 1


def test_update_rereads_the_text(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u", metadata={"n": 1}).results[0]
    changed = memory.update(one.id, "Ana knows Cy.", user_id="u")
    assert changed.event == "UPDATE"
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Cy"]
    assert {entity.name for entity in memory.entities(user_id="u")} == {"Ana", "Cy"}
    assert memory.get(one.id).metadata == {"n": 1}
    assert [hit.memory.text for hit in memory.search("Cy", user_id="u")] == ["Ana knows Cy."]


def test_update_to_the_same_statement_keeps_its_entities(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, "Ana knows Bo. Indeed.", user_id="u")
    assert [str(fact) for fact in memory.facts(user_id="u")] == ["Ana — knows → Bo"]
    assert memory.facts(user_id="u").items[0].support_count == 1


def test_update_of_a_superseding_memory_reconciles_with_what_comes_back(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Paris.", user_id="u")
    clock.advance(days=1)
    second = memory.add("Ana live_in Berlin.", user_id="u").results[0]
    clock.advance(days=1)
    memory.update(second.id, "Ana live_in Rome.", user_id="u")
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Rome"]
    memory.delete(second.id)
    assert [fact.object for fact in memory.facts(user_id="u")] == ["Paris"]


def test_update_of_metadata_leaves_the_words(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, metadata={"city": "Rome"}, categories=["people"])
    there = memory.get(one.id)
    assert (there.metadata, there.categories, there.text) == ({"city": "Rome"}, ("people",), "Ana knows Bo.")
    assert len(memory.facts(user_id="u")) == 1
    assert [hit.memory.id for hit in memory.search("Bo", user_id="u", categories=["people"])] == [one.id]
    with pytest.raises(InputError, match="Nothing to update"):
        memory.update(one.id)


def test_history_outlives_the_memory(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    memory.update(one.id, "Ana knows Cy.")
    memory.delete(one.id)
    steps = memory.history(one.id, user_id="u")
    assert [(step.event, step.old_text, step.new_text) for step in steps] == [
        ("ADD", None, "Ana knows Bo."),
        ("UPDATE", "Ana knows Bo.", "Ana knows Cy."),
        ("DELETE", "Ana knows Cy.", None),
    ]
    with pytest.raises(NotFound):
        memory.history(one.id, user_id="other")
    with pytest.raises(NotFound):
        memory.get(one.id)


def test_missing_and_foreign_ids_get_the_same_answer(memory: Memory) -> None:
    one = memory.add("Ana knows Bo.", user_id="u").results[0]
    said = []
    for wanted in (one.id, "mem_missing"):
        with pytest.raises(NotFound) as caught:
            memory.get(wanted, user_id="other")
        said.append(str(caught.value).replace(wanted, "ID"))
    assert said[0] == said[1]


def test_nothing_is_returned_after_it_expires(memory: Memory, clock: FixedClock) -> None:
    one = memory.add("Ana knows Bo.", user_id="u", expires_at=NOON + timedelta(hours=1)).results[0]
    assert len(memory.search("Bo", user_id="u")) == 1
    clock.advance(hours=1)
    assert len(memory.search("Bo", user_id="u", include_retired=True)) == 0
    assert len(memory.facts(user_id="u", include_retired=True)) == 0
    assert len(memory.get_all(user_id="u")) == 0
    with pytest.raises(NotFound):
        memory.get(one.id)
