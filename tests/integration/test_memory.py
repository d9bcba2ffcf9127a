"""What an application sees: the public calls on a real store, with plain language parts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.errors import ClosedError, InputError, InvalidFilter, NotFound, ScopeRequired
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
    new = memory.add("Ana move_to Berlin.", user_id="u").results[0]
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


def test_filters_are_one_grammar_for_search_list_and_delete(memory: Memory) -> None:
    for city, score in (("Rome", 3), ("Oslo", 7), ("Rome", 9)):
        memory.add(f"Ana likes {city}{score}.", user_id="u", metadata={"city": city, "score": score})
    chosen = {"city": "Rome", "score": {"gt": 5}}
    assert [one.metadata["score"] for one in memory.get_all(user_id="u", filters=chosen)] == [9]
    assert [hit.memory.metadata["score"] for hit in memory.search("Ana", user_id="u", filters=chosen)] == [9]
    assert memory.delete_all(user_id="u", filters=chosen).removed["memories"] == 1
    assert sorted(one.metadata["score"] for one in memory.get_all(user_id="u")) == [3, 7]
    with pytest.raises(InvalidFilter):
        memory.search("Ana", user_id="u", filters={"user_id": "other"})


def test_pages(memory: Memory) -> None:
    memory.add_many([f"Ana likes Thing{number}." for number in range(7)], user_id="u", batch_size=3)
    seen, cursor = [], None
    while True:
        page = memory.get_all(user_id="u", limit=3, cursor=cursor)
        assert page.total == 7
        seen += [one.text for one in page]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [f"Ana likes Thing{number}." for number in range(7)]


def test_triples_of_the_caller_take_the_place_of_those_read(memory: Memory) -> None:
    added = memory.add(
        "Ana knows Bo.",
        user_id="u",
        triples=[("Ana", "Works at", "Acme"), {"subject": "Acme", "predicate": "in", "object": "Rome"}],
    )
    assert [str(fact) for fact in added.results[0].facts] == ["Ana — works at → Acme", "Acme — in → Rome"]
    bare = memory.add("Nothing to read here", user_id="u", infer=False, triples=[("Cy", "knows", "Di")])
    assert [str(fact) for fact in bare.results[0].facts] == ["Cy — knows → Di"]


def test_infer_false_keeps_the_words_and_reads_nothing(memory: Memory) -> None:
    added = memory.add("Ana knows Bo.", user_id="u", infer=False)
    assert added.results[0].facts == ()
    assert len(memory.entities(user_id="u")) == 0
    assert len(memory.search("Ana", user_id="u")) == 1


def test_a_two_hop_question_comes_with_its_path(memory: Memory) -> None:
    memory.add_many(["Ana works_at Acme.", "Acme owned_by Bo.", "Bo born_in Porto.", "Cy likes Tea."], user_id="u")
    found = memory.search("Ana works_at what is owned_by whom", user_id="u", hops=2)
    by_text = {hit.memory.text: hit for hit in found}
    hit = by_text["Bo born_in Porto."]
    assert [step.entity for step in hit.path][-1] == "Bo"
    assert sum(hit.score_parts.values()) == pytest.approx(hit.score)
    assert hit.path[0].source_id in found.trace.seeds


def test_paths_join_two_entities(memory: Memory) -> None:
    memory.add_many(["Ana works_at Acme.", "Acme owned_by Bo.", "Bo born_in Porto."], user_id="u")
    (path,) = memory.paths("Ana", "Porto", user_id="u")
    assert path.entities == ("Ana", "Acme", "Bo", "Porto")
    assert memory.paths("Ana", "Porto", user_id="u", max_hops=2) == []
    assert memory.paths("Ana", "Nowhere", user_id="u") == []


def test_a_later_memory_about_something_is_linked_to_earlier_mentions(memory: Memory) -> None:
    first = memory.add("Ana praised Quasar.", user_id="u").results[0]
    memory.add("We saw Quasar shine there", user_id="u")
    memory.add("Quasar emits Light.", user_id="u")
    found = memory.search("Ana praised", user_id="u", hops=1)
    assert "Quasar emits Light." in {hit.memory.text for hit in found}
    assert first.id in found.trace.seeds


def test_scope_is_required_for_every_read_and_write(memory: Memory) -> None:
    for call in (
        lambda: memory.add("x"),
        lambda: memory.search("x"),
        lambda: memory.get_all(),
        lambda: memory.delete_all(),
        lambda: memory.facts(),
        lambda: memory.entities(),
        lambda: memory.paths("a", "b"),
        lambda: memory.add_many(["x"]),
    ):
        with pytest.raises(ScopeRequired):
            call()


@pytest.mark.parametrize(
    "bad", [{"limit": 0}, {"limit": 10**9}, {"hops": 9}, {"hops": -1}, {"limit": True}, {"limit": 1.5}]
)
def test_numbers_out_of_range(memory: Memory, bad: dict[str, int]) -> None:
    with pytest.raises(InputError, match=next(iter(bad))):
        memory.search("x", user_id="u", **bad)


def test_a_closed_memory_says_so(tmp_path: Path) -> None:
    memory = Memory(str(tmp_path / "m.db"), embedder=HashingEmbedder(), extractor=PlainExtractor())
    memory.add("Ana knows Bo.", user_id="u")
    memory.close()
    memory.close()
    with pytest.raises(ClosedError):
        memory.search("x", user_id="u")


def test_async_and_sync_see_the_same(tmp_path: Path) -> None:
    path = str(tmp_path / "both.db")

    async def write() -> str:
        async with AsyncMemory(path, embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
            many = [memory.add(f"Ana likes Thing{number}.", user_id="u") for number in range(20)]
            return (await asyncio.gather(*many))[0].results[0].id

    first = asyncio.run(write())
    with Memory(path, embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        assert memory.get(first, user_id="u").text == "Ana likes Thing0."
        assert memory.stats(user_id="u").memories == 20
