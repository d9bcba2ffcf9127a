"""The part of the contract that takes away: what nothing vouches for any more goes, and what it had closed returns."""

from __future__ import annotations

from datetime import datetime

import pytest

from graphmem.domain.change import ChangeSet, Redating, Retirement
from graphmem.domain.query import Selection, TextProbe, VectorProbe
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA, EMPTY, facts_of, small_graph
from graphmem.testing.graph import NOW, GraphBuilder, later, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario


def removal(*ids: str) -> ChangeSet:
    """Purge these memories of ana."""
    return ChangeSet(owner=ANA.owner, removed=ids)


async def tell(store: GraphStore, *cities: str) -> None:
    """mem_1 … say one after the other where Bob lives; each fact closes the one before, and each memory too."""
    for number, city in enumerate(cities, 1):
        graph = GraphBuilder(ANA, episode=f"epi_{number}")
        graph.memory(f"mem_{number}", f"Bob lives in {city}.", names=["Bob", city])
        graph.fact(f"fact_{number}", "Bob", "lives_in", city, by=[f"mem_{number}"])
        before = number - 1
        moment = later(hours=number)

        def closed(kind: str, number: int = number, moment: datetime = moment) -> tuple[Retirement, ...]:
            by = f"{kind}_{number}"
            return (Retirement(id=f"{kind}_{number - 1}", at=moment, valid_to=moment, superseded_by=by),)

        old = {"retired_facts": closed("fact"), "retired_memories": closed("mem")} if before else {}
        await store.commit(graph.changes(**old))


async def names_of(store: GraphStore) -> set[str]:
    """The names of all entities that ana sees."""
    rows = await store.browse_entities(Selection(scope=ANA, kind="entity", view=ALL_TIMES, limit=100))
    return {entity.name for entity in rows.items}


class CascadeContract(StoreScenarios):
    """What `removed` and `cleared` promise."""

    @scenario
    async def test_what_only_one_memory_says_goes_with_it(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        receipt = await store.commit(removal("mem_1"))
        assert receipt.removed == {"memories": 1, "facts": 1, "entities": 1}
        assert set(await facts_of(store)) == {"fact_1"}
        assert (await facts_of(store))["fact_1"].support_count == 1
        assert await names_of(store) == {"Bob", "Acme"}
        assert (await store.fetch(ANA, ["mem_1", "fact_2"], ALL_TIMES)).memories == {}
        assert [r.id for r in await store.matching(TextProbe(scope=ANA, text="works Bob", limit=9, view=VIEW))] == [
            "mem_2"
        ]
        near = VectorProbe(scope=ANA, kind="memory", vector=vector_of("Bob works at Acme."), limit=9, view=ALL_TIMES)
        assert [row.id for row in await store.nearest(near)] == ["mem_2"]
        facts = near.model_copy(update={"kind": "fact"})
        assert [row.id for row in await store.nearest(facts)] == ["fact_1"]

    @scenario
    async def test_removing_everything_leaves_only_history(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        receipt = await store.commit(removal("mem_1", "mem_2"))
        assert receipt.removed == {"memories": 2, "facts": 2, "entities": 3, "episodes": 1}
        assert await store.counts(None, ALL_TIMES) == EMPTY
        assert [revision.id for revision in await store.revisions(ANA, "mem_1")] == ["rev_1"]
        assert await store.version(ANA.owner) == 2

    @scenario
    async def test_unknown_and_foreign_ids_are_passed_over(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        before = await store.counts(None, ALL_TIMES)
        await store.commit(ChangeSet(owner="user:eve", removed=("mem_1", "mem_2"), cleared=("mem_1",)))
        await store.commit(removal("mem_?", "fact_1", "epi_1"))
        assert await store.counts(None, ALL_TIMES) == before
        assert (await facts_of(store))["fact_1"].support_count == 2

    @scenario
    async def test_an_entity_that_is_named_again_in_the_same_change_stays(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        graph = GraphBuilder(ANA)
        graph.memory("mem_3", "Lisbon is old.", names=["Lisbon"])
        lisbon = graph.entities
        receipt = await store.commit(graph.changes(removed=("mem_1", "mem_2")))
        assert receipt.removed == {"memories": 2, "facts": 2, "entities": 2}
        assert await names_of(store) == {"Lisbon"}
        assert [e.id for e in await store.entities(ANA, ["lisbon"])] == list(lisbon)

    @scenario
    async def test_an_episode_goes_with_its_last_memory(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        await store.commit(removal("mem_1"))
        assert set((await store.fetch(ANA, ["mem_2"], VIEW)).episodes) == {"epi_1"}
        await store.commit(removal("mem_2"))
        assert (await store.fetch(ANA, ["epi_1"], ALL_TIMES)).episodes == {}

    @scenario
    async def test_cleared_memories_stay_without_what_they_said(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        await store.commit(ChangeSet(owner=ANA.owner, cleared=("mem_1",)))
        got = await store.fetch(ANA, ["mem_1"], VIEW)
        assert set(got.memories) == {"mem_1"}
        assert (got.sentences, got.supports, got.mentions, got.facts) == ((), (), (), {})
        assert (await facts_of(store))["fact_1"].support_count == 1
        assert "Lisbon" not in await names_of(store)

    @scenario
    async def test_cleared_memories_can_speak_again_in_the_same_change(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "Bob was born in Porto.", about="Bob", names=["Bob", "Porto"])
        graph.fact("fact_9", "Bob", "born_in", "Porto", by=["mem_1"])
        await store.commit(graph.changes(cleared=("mem_1",)))
        assert set(await facts_of(store)) == {"fact_1", "fact_9"}
        assert await names_of(store) == {"Bob", "Acme", "Porto"}
        assert len((await store.fetch(ANA, ["mem_1"], VIEW)).sentences) == 1

    @scenario
    async def test_what_a_purged_row_had_closed_is_current_again(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        assert set(await facts_of(store)) == {"fact_2"}
        await store.commit(removal("mem_2"))
        fact = (await facts_of(store))["fact_1"]
        assert (fact.retired_at, fact.valid_to, fact.superseded_by) == (None, None, None)
        memory = (await store.fetch(ANA, ["mem_1"], VIEW)).memories["mem_1"]
        assert (memory.retired_at, memory.valid_to, memory.superseded_by) == (None, None, None)

    @scenario
    async def test_the_successor_takes_over_what_a_purged_row_had_closed(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon", "Faro")
        await store.commit(removal("mem_2"))
        assert set(await facts_of(store)) == {"fact_3"}
        old = (await facts_of(store, view=ALL_TIMES))["fact_1"]
        assert (old.superseded_by, old.retired_at, old.valid_to) == ("fact_3", later(hours=2), later(hours=3))
        memory = (await store.fetch(ANA, ["mem_1"], ALL_TIMES)).memories["mem_1"]
        assert (memory.superseded_by, memory.valid_to) == ("mem_3", later(hours=3))

    @scenario
    async def test_what_never_held_has_no_end_when_it_is_handed_on_to_what_took_back_its_closer(
        self, store: GraphStore
    ) -> None:
        await tell(store, "Porto", "Lisbon", "Faro")
        wrong = (Retirement(id="fact_4", at=later(hours=5), superseded_by="fact_5"),)
        for number, city, retired in ((4, "Braga", ()), (5, "Beja", wrong)):
            graph = GraphBuilder(ANA, episode=f"epi_{number}")
            graph.memory(f"mem_{number}", f"Bob lives in {city}.", names=["Bob", city])
            graph.fact(f"fact_{number}", "Bob", "lives_in", city, by=[f"mem_{number}"])
            back = Redating(id="fact_3", retired_at=later(hours=4), superseded_by="fact_4")
            await store.commit(graph.changes(retired_facts=retired, redated_facts=() if retired else (back,)))
        await store.commit(removal("mem_4"))
        old = (await facts_of(store, view=ALL_TIMES))["fact_3"]
        assert (old.superseded_by, old.valid_to) == ("fact_5", None)

    @pytest.mark.parametrize(("gone", "current"), [(("mem_2", "mem_3"), "fact_1"), (("mem_1", "mem_3"), "fact_2")])
    @scenario
    async def test_a_chain_is_followed_to_one_that_stays(
        self, store: GraphStore, gone: tuple[str, ...], current: str
    ) -> None:
        await tell(store, "Porto", "Lisbon", "Faro")
        await store.commit(removal(*gone))
        assert set(await facts_of(store, view=ALL_TIMES)) == {current}
        assert set(await facts_of(store)) == {current}

    @scenario
    async def test_a_fact_that_returns_joins_the_one_that_says_the_same(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Bob lives in Porto too.")
        again.fact("fact_3", "Bob", "lives_in", "Porto", by=["mem_3"])
        await store.commit(again.changes())
        await store.commit(removal("mem_2"))
        facts = await facts_of(store, view=ALL_TIMES)
        assert {id_: fact.support_count for id_, fact in facts.items()} == {"fact_3": 2}
        assert {s.fact_id for s in (await store.fetch(ANA, ["mem_1"], VIEW)).supports} == {"fact_3"}

    @scenario
    async def test_a_fact_that_returns_joins_one_that_has_not_ended_yet(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Bob lives in Porto for nine days.")
        again.fact(
            "fact_3", "Bob", "lives_in", "Porto", by=["mem_3"], recorded_at=later(hours=3), valid_to=later(days=9)
        )
        await store.commit(again.changes())
        await store.commit(removal("mem_2"))
        facts = await facts_of(store, view=ALL_TIMES)
        assert {id_: fact.support_count for id_, fact in facts.items()} == {"fact_3": 2}
        parts, after = [], None
        while True:
            part = await store.portion(ANA.owner, after, 100)
            parts.append(part.changes)
            after = part.following
            if after is None:
                break
        await store.commit(removal("mem_1", "mem_3"))
        for changes in parts:
            if not changes.is_empty:
                await store.commit(changes)
        assert await facts_of(store, view=ALL_TIMES) == facts

    @pytest.mark.parametrize(
        ("returns", "stays", "begins"), [(-9, -2, -9), (-2, -9, -9), (None, -2, None), (-2, None, None)]
    )
    @scenario
    async def test_what_joins_another_holds_from_the_earlier_beginning(
        self, store: GraphStore, returns: int | None, stays: int | None, begins: int | None
    ) -> None:
        def moment(days: int | None) -> datetime | None:
            return None if days is None else later(days=days)

        await tell(store, "Porto", "Lisbon")
        closed = Redating(id="fact_1", valid_from=moment(returns), valid_to=NOW, retired_at=NOW, superseded_by="fact_2")
        again = GraphBuilder(ANA)
        again.memory("mem_3", "Bob lives in Porto again.")
        again.fact("fact_3", "Bob", "lives_in", "Porto", by=["mem_3"], valid_from=moment(stays))
        await store.commit(again.changes(redated_facts=(closed,)))
        await store.commit(removal("mem_2"))
        (fact,) = (await facts_of(store, view=ALL_TIMES)).values()
        assert (fact.id, fact.valid_from, fact.valid_to, fact.support_count) == ("fact_3", moment(begins), None, 2)

    @scenario
    async def test_a_removal_keeps_to_its_scope_of_one_owner(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        twin = GraphBuilder(Scope("bea"), episode="epi_bea")
        twin.memory("mem_bea", "Bob works at Acme.", about="Bob", names=["Acme"])
        twin.fact("fact_bea", "Bob", "works_at", "Acme", by=["mem_bea"])
        await store.commit(twin.changes())
        await store.commit(removal("mem_1", "mem_2", "mem_bea"))
        assert await store.counts(Scope("bea"), VIEW) == {"memories": 1, "facts": 1, "entities": 2, "episodes": 1}

    @scenario
    async def test_what_another_owner_says_was_closed_by_it_stays_closed(self, store: GraphStore) -> None:
        """An owner may write any id as the successor; what happens to a row of that id is not his to learn."""
        await store.commit(small_graph().changes())
        bea = GraphBuilder(Scope("bea"), episode="epi_bea")
        bea.memory("mem_bea", retired_at=NOW, superseded_by="mem_1")
        bea.fact("fact_bea", "Bob", "is", "here", by=["mem_bea"], retired_at=NOW, superseded_by="fact_2")
        bea.fact("fact_fold", "Bob", "was", "here", by=["mem_bea"], retired_at=NOW, superseded_by="fact_9")
        await store.commit(bea.changes())
        again = GraphBuilder(ANA)
        again.memory("mem_3")
        again.fact("fact_9", "Bob", "works_at", "Acme", by=["mem_3"])
        await store.commit(again.changes())
        await store.commit(removal("mem_1"))
        got = await store.fetch(Scope("bea"), ["mem_bea", "fact_bea", "fact_fold"], ALL_TIMES)
        assert got.memories["mem_bea"].superseded_by == "mem_1"
        assert {id_: fact.superseded_by for id_, fact in got.facts.items()} == {
            "fact_bea": "fact_2",
            "fact_fold": "fact_9",
        }
        assert await store.counts(Scope("bea"), VIEW) == EMPTY

    @scenario
    async def test_a_memory_moved_to_another_subject_leaves_no_orphan(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        memory = graph.memory("mem_1", about="Bob")
        await store.commit(graph.changes())
        other = GraphBuilder(ANA)
        moved = memory.model_copy(update={"about_id": other.entity("Eva"), "updated_at": NOW})
        await store.commit(other.changes(memories=(moved,)))
        assert await names_of(store) == {"Eva"}
