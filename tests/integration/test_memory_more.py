"""More of what an application sees: filters, pages, triples, paths, scopes, threads and processes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.errors import ClosedError, InputError, InvalidFilter, ScopeRequired
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
