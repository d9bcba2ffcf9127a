"""A memory with an ontology: facts are named, typed, closed and dropped as it says. On Neo4j: `test_neo4j_past.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory, Settings
from graphmem.errors import InvalidOntology
from graphmem.ontology import EntityType, Ontology, Person, RelationType
from graphmem.testing import FixedClock
from tests.integration.test_restore import NOON
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


class Project(EntityType):
    """Something that is built."""


RELATIONS = [
    RelationType("leads", subject=Person, object=Project, one="both", aliases=("heads",), inverse="led_by"),
    RelationType("sponsors", subject=Person, object=Project),
]
ONTOLOGY = Ontology([Project], RELATIONS)


def made(target: str | Settings, clock: FixedClock, ontology: Any = ONTOLOGY) -> Memory:
    return Memory(target, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock, ontology=ontology)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def ruled(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with made(str(tmp_path / "m.db"), clock) as one:
        yield one


def facts_of(memory: Memory, **more: Any) -> list[str]:
    return [str(fact) for fact in memory.facts(user_id="u", **more)]


def test_facts_are_named_typed_and_closed_as_the_ontology_says(ruled: Memory, clock: FixedClock) -> None:
    ruled.add("Ana heads Apollo.", user_id="u")
    clock.advance(days=1)
    ruled.add("Zephyr led_by Ana.", user_id="u")
    assert facts_of(ruled) == ["Ana — leads → Zephyr"]
    clock.advance(days=1)
    ruled.add("Bo leads Zephyr.", user_id="u")
    assert facts_of(ruled) == ["Bo — leads → Zephyr"]
    assert facts_of(ruled, include_retired=True) == [
        "Ana — leads → Apollo",
        "Ana — leads → Zephyr",
        "Bo — leads → Zephyr",
    ]
    ruled.add("Ana sponsors Apollo. Ana sponsors Zephyr.", user_id="u")
    assert len(facts_of(ruled, predicate="sponsors")) == 2
    assert facts_of(ruled, predicate="heads") == facts_of(ruled, predicate="leads") == ["Bo — leads → Zephyr"]
    types = {entity.name: entity.type for entity in ruled.entities(user_id="u")}
    assert types == {"Ana": "person", "Bo": "person", "Apollo": "project", "Zephyr": "project"}
    assert [entry.state for entry in ruled.timeline("Zephyr", user_id="u")] == ["superseded", "current", "current"]


def test_an_update_and_a_restore_are_held_to_it_too(ruled: Memory) -> None:
    one = ruled.add("Ana heads Apollo.", user_id="u").results[0]
    ruled.update(one.id, "Zephyr led_by Ana.")
    assert facts_of(ruled) == ["Ana — leads → Zephyr"]
    ruled.delete(one.id)
    ruled.restore(one.id, ruled.history(one.id)[0].id)
    assert facts_of(ruled) == ["Ana — leads → Apollo"]


def test_the_callers_triples_are_one_with_what_was_read(ruled: Memory) -> None:
    ruled.add("Ana heads Apollo.", user_id="u")
    ruled.add("It is so.", user_id="u", triples=[("Apollo", "is led by", "Ana")])
    (fact,) = ruled.facts(user_id="u")
    assert (str(fact), fact.support_count) == ("Ana — leads → Apollo", 2)


def test_what_a_closed_ontology_does_not_have_is_dropped_and_told(tmp_path: Path, clock: FixedClock) -> None:
    closed = ONTOLOGY.model_copy(update={"strict": True}).model_dump()
    with made(str(tmp_path / "m.db"), clock, closed) as memory:
        added = memory.add("Ana heads Apollo. Ana likes Tea.", user_id="u")
        assert facts_of(memory) == ["Ana — leads → Apollo"]
        (lost,) = added.receipt.dropped
        assert (lost.fact, lost.reason) == ("Ana likes Tea", "the ontology has no relation 'likes'")
        assert memory.get(added.results[0].id).text == "Ana heads Apollo. Ana likes Tea."


def test_without_one_nothing_is_renamed_or_dropped(tmp_path: Path, clock: FixedClock) -> None:
    with made(str(tmp_path / "m.db"), clock, None) as memory:
        memory.add("Ana heads Apollo. Zephyr led_by Ana.", user_id="u")
        assert facts_of(memory) == ["Ana — heads → Apollo", "Zephyr — led by → Ana"]


def test_a_file_says_it(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "ontology.json"
    file.write_text(ONTOLOGY.model_dump_json(indent=2), encoding="utf-8")
    monkeypatch.setenv("GRAPHMEM_ONTOLOGY", str(file))

    async def stated() -> list[str]:
        parts: dict[str, Any] = {"embedder": HashingEmbedder(), "extractor": PlainExtractor(), "clock": clock}
        async with AsyncMemory(str(tmp_path / "m.db"), **parts) as memory:
            await memory.add("Ana heads Apollo.", user_id="u")
            return [str(fact) for fact in await memory.facts(user_id="u")]

    assert asyncio.run(stated()) == ["Ana — leads → Apollo"]
    for text, told in (("{", "Invalid JSON"), ('{"relations": [{"name": "x", "subject": "y"}]}', "unknown type 'y'")):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(InvalidOntology, match=told) as caught:
            Memory(str(tmp_path / "m.db"))
        assert "ontology.json" in str(caught.value)
    file.unlink()
    with pytest.raises(InvalidOntology, match="cannot be read"):
        Memory(str(tmp_path / "m.db"))


def test_a_language_model_is_told_and_held_to_it(clock: FixedClock) -> None:
    pytest.importorskip("openai")
    from graphmem.testing.openai_answers import said
    from graphmem.testing.openai_server import OpenAIServer
    from tests.support.llm import answer, settings, stated

    text = "Apollo is in the hands of Maya, and she likes Tea."
    facts = (
        stated(text, "Apollo", "is_led_by", "Maya", subject_type="misc", object_type="person"),
        stated(text, "Maya", "like", "Tea"),
    )
    closed = ONTOLOGY.model_copy(update={"strict": True})
    with OpenAIServer() as server:
        given = settings(server, llm_prompt="Mind the gap.")
        with Memory(given, embedder=HashingEmbedder(), clock=clock, ontology=closed) as memory:
            server.then(said(answer(*facts)))
            added = memory.add(text, user_id="u")
            assert facts_of(memory) == ["Maya — leads → Apollo"]
            assert [lost.reason for lost in added.receipt.dropped] == ["the ontology has no relation 'like'"]
    (asked,) = server.chats
    system = asked.texts[0]
    assert "Mind the gap." in system
    assert "`leads`: person → project" in system
    assert "Note facts with these predicates only" in system


class Animal(EntityType):
    """A living thing that is no person."""


KEEPERS = Ontology([Animal], [RelationType("keeps", subject=Person, object=Animal)])


def test_what_a_name_is_known_as_counts_where_a_reader_takes_it_for_something_else(tmp_path: Path) -> None:
    with Memory(str(tmp_path / "m.db"), ontology=KEEPERS) as memory:
        (dropped,) = memory.add("Ana keeps Bruno Marsh.", user_id="u").receipt.dropped
        assert "person → person" in dropped.reason
        memory.add("Bruno Marsh is an animal.", user_id="u")
        assert memory.add("Since then Ana keeps Bruno Marsh.", user_id="u").receipt.dropped == ()
        assert "Ana — keeps → Bruno Marsh" in facts_of(memory)
        for others in ({"user_id": "another"}, {"user_id": "u", "agent_id": "a"}):
            (still,) = memory.add("Since then Ana keeps Bruno Marsh.", **others).receipt.dropped
            assert "person → person" in still.reason
