"""The part of the contract that writes: a ChangeSet is committed whole or not at all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.fact import Fact, Support
from graphmem.domain.query import Inquiry, Selection, TextProbe
from graphmem.domain.scope import Scope
from graphmem.errors import (
    ClosedError,
    Conflict,
    DimensionMismatch,
    InvalidMetadata,
    InvalidScope,
    InvalidText,
    InvalidVector,
)
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.graph import NOW, GraphBuilder, later, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario

ANA = Scope("ana")
EMPTY = {"memories": 0, "facts": 0, "entities": 0, "episodes": 0}


async def facts_of(store: GraphStore, scope: Scope = ANA, **options: Any) -> dict[str, Fact]:
    """The current facts of a scope by id."""
    view = options.pop("view", VIEW)
    rows = await store.facts(Selection(scope=scope, kind="fact", view=view, limit=1000, **options))
    return {fact.id: fact for fact in rows.items}


def small_graph(scope: Scope = ANA) -> GraphBuilder:
    """Two memories, three entities and a fact that both support."""
    graph = GraphBuilder(scope)
    graph.memory("mem_1", "Bob works at Acme.", about="Bob", names=["Bob", "Acme"])
    graph.memory("mem_2", "At Acme there is Bob.", about="Acme", names=["Acme"])
    graph.fact("fact_1", "Bob", "works_at", "Acme", by=["mem_1", "mem_2"])
    graph.fact("fact_2", "Bob", "born_in", "Lisbon", by=["mem_1"])
    graph.revision("rev_1", "mem_1", new_text="Bob works at Acme.", reason="new words")
    return graph


class CommitContract(StoreScenarios):
    """What `commit` promises."""

    @scenario
    async def test_what_is_written_is_read_back(self, store: GraphStore) -> None:
        graph = small_graph(Scope("ana", "bot", "run-1"))
        graph.memory(
            "mem_3",
            "Über 9000 — 日本語 🤖",
            role="assistant",
            actor_id="bot",
            memory_type="episodic",
            metadata={"a": {"b": [1, 2.5, None, "x", True]}, "n": 2**62},
            categories=("work", "home"),
            valid_to=later(days=9),
            expires_at=later(days=10),
            superseded_by="mem_9",
            feedback=-0.25,
        )
        graph.fact("fact_3", "Bob", "likes", "tea", negated=True, modality="possible", confidence=0.25, valid_from=NOW)
        graph.revision("rev_2", "mem_1", event="DELETE", old_text="…", record=graph.memories["mem_3"])
        receipt = await store.commit(graph.changes())
        got = await store.fetch(graph.scope, [*graph.memories, *graph.facts, *graph.entities, *graph.episodes], VIEW)
        assert got.memories == graph.memories
        assert got.entities == graph.entities
        assert got.episodes == graph.episodes
        counts = {"fact_1": 2, "fact_2": 1, "fact_3": 0}
        assert got.facts == {
            id_: fact.model_copy(update={"support_count": counts[id_]}) for id_, fact in graph.facts.items()
        }
        assert set(got.sentences) == set(graph.sentences)
        assert set(got.supports) == set(graph.supports)
        assert set(got.mentions) == set(graph.mentions)
        assert await store.revisions(graph.scope, "mem_1") == graph.revisions
        assert receipt.written == {
            "episodes": 1,
            "entities": 4,
            "memories": 3,
            "sentences": 3,
            "facts": 3,
            "supports": 3,
            "mentions": 3,
            "revisions": 2,
        }

    @scenario
    async def test_version_counts_the_commits_of_each_owner(self, store: GraphStore) -> None:
        assert await store.version("user:ana") == 0
        assert (await store.commit(small_graph().changes(basis=0))).version == 1
        other = GraphBuilder(Scope("bea"), episode="epi_bea")
        other.memory("mem_bea")
        assert (await store.commit(other.changes())).version == 1
        assert (await store.commit(ChangeSet(owner="user:ana", basis=1, removed=("mem_2",)))).version == 2
        assert await store.version("user:ana") == 2
        assert await store.version("user:bea") == 1

    @scenario
    async def test_an_empty_change_changes_nothing(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        receipt = await store.commit(ChangeSet(owner="user:ana"))
        assert (receipt.version, receipt.written, receipt.removed) == (1, {}, {})
        assert await store.version("user:ana") == 1

    @pytest.mark.parametrize("basis", [0, 2, 99])
    @scenario
    async def test_another_basis_is_a_conflict_and_writes_nothing(self, store: GraphStore, basis: int) -> None:
        await store.commit(small_graph().changes())
        graph = GraphBuilder(ANA)
        graph.memory("mem_new")
        with pytest.raises(Conflict):
            await store.commit(graph.changes(basis=basis, removed=("mem_1",)))
        assert (await store.counts(ANA, VIEW))["memories"] == 2
        assert await store.version("user:ana") == 1
        await store.commit(graph.changes(basis=1))

    @scenario
    async def test_the_same_change_twice_adds_nothing(self, store: GraphStore) -> None:
        graph = small_graph()
        await store.commit(graph.changes())
        before = await store.counts(ANA, VIEW)
        facts = await facts_of(store)
        receipt = await store.commit(graph.changes())
        assert receipt.version == 2
        assert await store.counts(ANA, VIEW) == before
        assert await facts_of(store) == facts
        assert len(await store.revisions(ANA, "mem_1")) == 1

    @pytest.mark.parametrize(
        "spoil", ["dimension", "nan", "zero", "episode", "subject", "fact", "memory", "entity", "scope"]
    )
    @scenario
    async def test_a_commit_that_fails_leaves_nothing(self, store: GraphStore, spoil: str) -> None:
        before = GraphBuilder(ANA, episode="epi_0")
        before.memory("mem_0", "Old words.", about="Bob")
        await store.commit(before.changes())
        changes = small_graph().changes(removed=("mem_0",))
        nowhere = Support(memory_id="mem_1", fact_id="fact_?", sentence=0, span_start=0, span_end=1)
        spoilt: dict[str, tuple[dict[str, Any], type[Exception]]] = {
            "dimension": ({"vectors": {**changes.vectors, "fact_2": vector_of("x", 5)}}, DimensionMismatch),
            "nan": ({"vectors": {**changes.vectors, "fact_2": np.full(self.dimension, np.nan)}}, InvalidVector),
            "zero": ({"vectors": {**changes.vectors, "fact_2": np.zeros(self.dimension)}}, InvalidVector),
            "episode": ({"episodes": ()}, Conflict),
            "subject": ({"entities": ()}, Conflict),
            "fact": ({"supports": (*changes.supports, nowhere)}, Conflict),
            "memory": (
                {"supports": (nowhere.model_copy(update={"memory_id": "mem_?", "fact_id": "fact_1"}),)},
                Conflict,
            ),
            "entity": ({"mentions": (changes.mentions[0].model_copy(update={"entity_id": "ent_?"}),)}, Conflict),
            "scope": ({"revisions": (changes.revisions[0].model_copy(update={"scope": Scope("eve")}),)}, InvalidScope),
        }
        update, error = spoilt[spoil]
        with pytest.raises(error):
            await store.commit(changes.model_copy(update=update))
        assert await store.version("user:ana") == 1
        assert await store.counts(None, ALL_TIMES) == {"memories": 1, "facts": 0, "entities": 1, "episodes": 1}
        assert [row.id for row in await store.matching(TextProbe(scope=ANA, text="old", limit=5, view=VIEW))] == [
            "mem_0"
        ]
        assert await store.matching(TextProbe(scope=ANA, text="works", limit=5, view=VIEW)) == []
        await store.commit(changes)

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"text": "half \ud800"}, InvalidText),
            ({"id": "mem_\0"}, InvalidText),
            ({"metadata": {"x": float("nan")}}, InvalidMetadata),
            ({"metadata": {"x": object()}}, InvalidMetadata),
            ({"metadata": {"x": 2**70}}, InvalidMetadata),
        ],
        ids=["surrogate", "nul", "nan", "object", "large"],
    )
    @scenario
    async def test_what_cannot_be_kept_is_refused(
        self, store: GraphStore, fields: dict[str, Any], error: type[Exception]
    ) -> None:
        graph = small_graph()
        bad = graph.memories["mem_2"].model_copy(update=fields)
        with pytest.raises(error):
            await store.commit(graph.changes(memories=(graph.memories["mem_1"], bad)))
        assert await store.counts(None, ALL_TIMES) == EMPTY

    @scenario
    async def test_ids_of_another_owner_cannot_be_written_over(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        for kind in ("memories", "facts", "episodes"):
            thief = GraphBuilder(Scope("eve"), episode="epi_1" if kind == "episodes" else "epi_eve")
            thief.memory("mem_1" if kind == "memories" else "mem_eve", "Mine now.")
            thief.fact("fact_1" if kind == "facts" else "fact_eve", "Eve", "owns", "it", by=list(thief.memories))
            with pytest.raises(InvalidScope):
                await store.commit(thief.changes())
        assert await store.counts(Scope("eve"), ALL_TIMES) == EMPTY
        assert (await store.fetch(ANA, ["mem_1"], VIEW)).memories["mem_1"].text == "Bob works at Acme."

    @scenario
    async def test_a_memory_that_is_there_is_replaced(self, store: GraphStore) -> None:
        graph = small_graph()
        await store.commit(graph.changes())
        new = graph.memories["mem_1"].model_copy(
            update={"text": "Bob left.", "metadata": {"k": 1}, "categories": ("c",), "updated_at": later(days=1)}
        )
        await store.commit(ChangeSet(owner=ANA.owner, memories=(new,), vectors={"mem_1": vector_of("Bob left.")}))
        got = await store.fetch(ANA, ["mem_1"], VIEW)
        assert got.memories["mem_1"] == new
        assert set(got.facts) == {"fact_1", "fact_2"}
        for words, found in (("works", []), ("left", ["mem_1"])):
            assert [
                row.id for row in await store.matching(TextProbe(scope=ANA, text=words, limit=5, view=VIEW))
            ] == found

    @scenario
    async def test_what_people_said_of_a_memory_comes_along_wherever_it_is_read(self, store: GraphStore) -> None:
        graph = small_graph()
        await store.commit(graph.changes())
        page = Selection(scope=ANA, kind="memory", view=VIEW)
        asked = Inquiry(scope=ANA, now=NOW, hashes=(graph.memories["mem_1"].hash,))
        for value in (-0.5, 1.0, 0.0):
            new = graph.memories["mem_1"].model_copy(update={"feedback": value})
            await store.commit(ChangeSet(owner=ANA.owner, memories=(new,)))
            read = [(await store.fetch(ANA, ["mem_1"], VIEW, brief=brief)).memories["mem_1"] for brief in (True, False)]
            read += [one for one in (await store.memories(page)).items if one.id == "mem_1"]
            read.append((await store.consult(asked)).twins.memories["mem_1"])
            read += [one for one in (await store.portion(ANA.owner, None, 100)).changes.memories if one.id == "mem_1"]
            assert [one.feedback for one in read] == [value] * len(read)
            assert len(read) >= 4

    @scenario
    async def test_an_entity_keeps_its_name_and_gains_aliases(self, store: GraphStore) -> None:
        first = GraphBuilder(ANA)
        first.entity("Acme", "organization", ["Acme Corp"])
        first.memory("mem_1", about="Acme")
        await store.commit(first.changes())
        again = GraphBuilder(ANA)
        again.entity("ACME", "person", ["Acme Inc", "Acme Corp"])
        await store.commit(again.changes())
        (entity,) = await store.entities(ANA, ["acme inc"])
        assert (entity.name, entity.type, entity.aliases) == ("Acme", "organization", ("Acme Corp", "Acme Inc"))

    @scenario
    async def test_a_current_fact_stands_once(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Yes, Bob works at Acme.")
        again.fact("fact_8", "Bob", "works_at", "Acme", by=["mem_3"])
        again.fact("fact_9", "Bob", "works_at", "Acme", by=["mem_3"])
        receipt = await store.commit(again.changes())
        facts = await facts_of(store)
        assert set(facts) == {"fact_1", "fact_2"}
        assert facts["fact_1"].support_count == 3
        assert "facts" not in receipt.written
        assert (await store.fetch(ANA, ["mem_3"], VIEW)).supports[0].fact_id == "fact_1"

    @scenario
    async def test_a_fact_names_its_ends_as_they_were_first_written(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3", "BOB likes ACME.")
        again.fact("fact_9", "BOB", "likes", "ACME", by=["mem_3"])
        await store.commit(again.changes())
        fact = (await facts_of(store))["fact_9"]
        assert (fact.subject, fact.object) == ("Bob", "Acme")

    @scenario
    async def test_it_stands_once_whatever_ids_its_ends_come_with(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Yes, Bob works at Acme.")
        fact = again.fact("fact_9", "Bob", "works_at", "Acme", by=["mem_3"])
        ends = {"subject_id": f"my_{fact.subject_id}", "object_id": f"my_{fact.object_id}"}
        entities = tuple(one.model_copy(update={"id": f"my_{one.id}"}) for one in again.entities.values())
        await store.commit(again.changes(entities=entities, facts=(fact.model_copy(update=ends),), vectors={}))
        facts = await facts_of(store)
        assert {id_: one.support_count for id_, one in facts.items()} == {"fact_1": 3, "fact_2": 1}

    @pytest.mark.parametrize(
        "other",
        [
            {"negated": True},
            {"modality": "possible"},
            {"retired_at": NOW},
            {"valid_to": later(days=-1)},
            {"scope": Scope("ana", "bot")},
        ],
        ids=["negated", "modality", "retired", "ended", "scope"],
    )
    @scenario
    async def test_what_says_something_else_is_a_fact_of_its_own(
        self, store: GraphStore, other: dict[str, Any]
    ) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(other.get("scope", ANA))
        again.fact(
            "fact_9", "Bob", "works_at", "Acme", **{key: value for key, value in other.items() if key != "scope"}
        )
        await store.commit(again.changes())
        assert {"fact_1", "fact_9"} <= set(await facts_of(store, view=ALL_TIMES))

    @scenario
    async def test_a_fact_can_end_and_return_in_one_change(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Bob went, and came back.")
        again.fact("fact_9", "Bob", "works_at", "Acme", by=["mem_3"])
        ended = Retirement(id="fact_1", at=NOW, valid_to=later(days=-5), superseded_by="fact_9")
        await store.commit(again.changes(retired_facts=(ended,)))
        assert set(await facts_of(store)) == {"fact_2", "fact_9"}
        old = (await facts_of(store, view=ALL_TIMES))["fact_1"]
        assert (old.retired_at, old.valid_to, old.superseded_by) == (NOW, later(days=-5), "fact_9")

    @scenario
    async def test_what_a_folded_fact_closes_is_closed_by_the_one_that_stands(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3")
        again.fact("fact_9", "Bob", "works_at", "Acme", by=["mem_3"])
        ended = Retirement(id="fact_2", at=NOW, superseded_by="fact_9")
        await store.commit(again.changes(retired_facts=(ended,)))
        assert (await facts_of(store, view=ALL_TIMES))["fact_2"].superseded_by == "fact_1"

    @scenario
    async def test_a_memory_is_retired_and_stays(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        closed = Retirement(id="mem_1", at=NOW, valid_to=NOW, superseded_by="mem_2")
        await store.commit(ChangeSet(owner=ANA.owner, retired_memories=(closed,)))
        assert set((await store.fetch(ANA, ["mem_1", "mem_2"], VIEW)).memories) == {"mem_2"}
        old = (await store.fetch(ANA, ["mem_1"], ALL_TIMES)).memories["mem_1"]
        assert (old.retired_at, old.valid_to, old.superseded_by) == (NOW, NOW, "mem_2")

    @scenario
    async def test_retirements_reach_no_other_owner(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        for field in ("retired_facts", "retired_memories"):
            for id_ in ("fact_1", "mem_1"):
                await store.commit(ChangeSet.model_validate({"owner": "user:eve", field: [Retirement(id=id_, at=NOW)]}))
        assert (await store.counts(ANA, VIEW))["facts"] == 2
        assert (await store.counts(ANA, VIEW))["memories"] == 2

    @scenario
    async def test_after_close_nothing_answers(self, store: GraphStore) -> None:
        await store.close()
        await store.close()
        with pytest.raises(ClosedError):
            await store.version("user:ana")
        with pytest.raises(ClosedError):
            await store.commit(small_graph().changes())
