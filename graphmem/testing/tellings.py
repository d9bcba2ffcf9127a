"""The part of the contract that says what is told of entities: the facts at whose ends they are, and who says them."""

from __future__ import annotations

from typing import Any

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.filter import parse_filter
from graphmem.domain.query import MOST_ENDS, MOST_TELLERS, Frontier, SeedProbe
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Told
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import NOW, GraphBuilder, direction, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario
from graphmem.testing.views import READ, fill

QUESTION = vector_of("the question")


def family(scope: Scope = ANA) -> GraphBuilder:
    """Who is whose, said by several."""
    graph = GraphBuilder(scope)
    graph.entity("1975", "value")
    graph.memory("mem_1", "Eve is Bob's wife.", names=["Bob", "Eve"], metadata={"kind": "kin", "rank": 1})
    graph.memory("mem_2", "Bob's wife is Eve.", names=["Bob", "Eve"], metadata={"kind": "gossip", "rank": 2})
    graph.memory("mem_3", "Eve works at Acme since 1975.", names=["Eve", "Acme"], metadata={"kind": "kin", "rank": 3})
    graph.fact("fact_1", "Eve", "wife_of", "Bob", by=["mem_1", "mem_2"])
    graph.fact("fact_2", "Eve", "work_at", "Acme", by=["mem_3"])
    graph.fact("fact_3", "Acme", "since", "1975", by=["mem_3"], negated=True)
    return graph


async def told(store: GraphStore, *subjects: str, scope: Scope = ANA, **more: Any) -> list[Told]:
    """What is told of these entities."""
    frontier = {"scope": scope, "view": VIEW, "vector": QUESTION, "subjects": subjects, **more}
    return list((await store.expand(Frontier.model_validate(frontier))).told)


def said(rows: list[Told]) -> list[tuple[str, str]]:
    """Fact and memory."""
    return [(row.fact_id, row.memory_id) for row in rows]


class TellingContract(StoreScenarios):
    """What `expand` and `seeds` promise of facts."""

    @scenario
    async def test_facts_come_at_either_end_with_those_who_say_them(self, store: GraphStore) -> None:
        graph = family()
        await store.commit(graph.changes())
        eve, bob, acme = (graph.entity(name) for name in ("Eve", "Bob", "Acme"))
        assert await told(store, bob) == [
            Told("fact_1", eve, "Eve", "wife_of", bob, "Bob", "Eve wife_of Bob.", False, memory, 0)
            for memory in ("mem_2", "mem_1")
        ]
        assert said(await told(store, eve)) == [("fact_1", "mem_2"), ("fact_1", "mem_1"), ("fact_2", "mem_3")]
        assert said(await told(store, bob, acme)) == [
            ("fact_1", "mem_2"),
            ("fact_1", "mem_1"),
            ("fact_2", "mem_3"),
            ("fact_3", "mem_3"),
        ]
        assert (await told(store, acme))[1].negated
        assert await told(store, graph.entity("1975"), "ent_unknown", "") == []
        assert await told(store, eve, facts=0) == []

    @scenario
    async def test_the_latest_of_many_who_say_it_are_named(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        names = [f"mem_{place}" for place in range(MOST_TELLERS + 2)]
        for name in names:
            graph.memory(name)
        graph.fact("fact_1", "Eve", "wife_of", "Bob", by=names)
        await store.commit(graph.changes())
        rows = await told(store, graph.entity("Bob"))
        assert [row.memory_id for row in rows] == names[:1:-1]

    @scenario
    async def test_nobody_is_told_what_is_out_of_his_scope(self, store: GraphStore) -> None:
        await fill(store)
        for scope in READ:
            graph = GraphBuilder(scope)
            subjects = (graph.entity("Bob"), graph.entity("Acme"))
            for view in (VIEW, ALL_TIMES):
                facts = {row.fact_id for row in await told(store, *subjects, scope=scope, view=view)}
                seen = await store.fetch(scope, [f"fact_{i}" for i in range(len(READ))], view)
                assert facts == set(seen.facts), scope
                probe = {"scope": scope, "view": view, "vector": QUESTION, "text": "Bob", "limit": 3}
                found = await store.seeds(SeedProbe.model_validate({**probe, "keys": ("bob", "acme"), "facts": 9}))
                assert {row.fact_id for row in found.told} == facts, scope

    @scenario
    async def test_an_agent_is_not_told_by_a_memory_that_he_does_not_see(self, store: GraphStore) -> None:
        graph = family()
        await store.commit(graph.changes())
        bot = GraphBuilder(Scope("ana", "bot"), episode="epi_bot")
        bot.memory("mem_bot", "Eve is Bob's wife, they say.", names=["Eve"])
        bot.fact("fact_bot", "Eve", "wife_of", "Bob", by=["mem_bot"])
        await store.commit(bot.changes())
        assert said(await told(store, graph.entity("Bob"), scope=bot.scope)) == [("fact_bot", "mem_bot")]

    @scenario
    async def test_what_is_over_is_told_only_when_asked_for(self, store: GraphStore) -> None:
        graph = family()
        graph.memory("mem_4", "Bob is Eve's boss.", names=["Bob"], expires_at=NOW)
        graph.fact("fact_4", "Bob", "boss_of", "Eve", by=["mem_4"])
        await store.commit(graph.changes())
        closed = Retirement(id="fact_1", at=NOW, valid_to=NOW)
        outdated = Retirement(id="mem_2", at=NOW, valid_to=NOW)
        await store.commit(ChangeSet(owner=ANA.owner, retired_facts=(closed,), retired_memories=(outdated,)))
        bob = graph.entity("Bob")
        assert await told(store, bob) == []
        assert said(await told(store, bob, view=ALL_TIMES)) == [("fact_1", "mem_2"), ("fact_1", "mem_1")]

    @scenario
    async def test_only_memories_that_the_filter_takes_tell(self, store: GraphStore) -> None:
        graph = family()
        await store.commit(graph.changes())
        for asked in ({"kind": "kin"}, {"NOT": [{"kind": "gossip"}]}, {"rank": {"in": [1, 3]}}):
            chosen = parse_filter(asked)
            rows = await told(store, graph.entity("Eve"), filter=chosen)
            assert said(rows) == [("fact_1", "mem_1"), ("fact_2", "mem_3")], asked
            probe = SeedProbe(
                scope=ANA, view=VIEW, vector=QUESTION, text="Eve", limit=2, keys=("eve",), facts=9, filter=chosen
            )
            assert (await store.seeds(probe)).told == tuple(rows)

    @scenario
    async def test_the_facts_nearest_to_the_question_are_kept(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        weights = {f"fact_{i:02}": ((i * 7) % 10) / 20 for i in range(20)}
        for id_, weight in weights.items():
            vector = direction(weight, (1 - weight**2) ** 0.5)
            graph.fact(id_, "Hub", "has", f"Thing {id_}", by=["mem_1"], vector=vector)
        graph.fact("fact_x", "Bob", "knows", "Hub", by=["mem_1"], vector=direction(0.99, 0.1))
        await store.commit(graph.changes())
        rows = await told(store, graph.entity("Hub"), vector=direction(1), facts=8)
        assert [row.fact_id for row in rows] == [
            *sorted(sorted(weights, key=lambda id_: (-weights[id_], id_))[:7]),
            "fact_x",
        ]
        rows = await told(store, graph.entity("Hub"), graph.entity("Bob"), vector=direction(1), facts=1)
        assert [row.fact_id for row in rows] == ["fact_x"]

    @scenario
    async def test_a_hub_is_not_asked_for_its_own(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        for place in range(MOST_ENDS + 1):
            graph.fact(f"fact_{place:04}", "Hub", "knows", f"Guest {place}", by=["mem_1"])
        await store.commit(graph.changes())
        hub, guest = graph.entity("Hub"), graph.entity("Guest 7")
        assert await told(store, hub) == []
        frontier = Frontier(scope=ANA, view=VIEW, vector=QUESTION, subjects=(hub, guest))
        reached = await store.expand(frontier)
        assert [row.fact_id for row in reached.told] == ["fact_0007"]
        assert reached.crowded == (hub,)
        probe = SeedProbe(scope=ANA, view=VIEW, vector=QUESTION, text="?", limit=2, keys=("hub", "guest 7"), facts=9)
        assert (await store.seeds(probe)).crowded == (hub,)
        assert (await store.seeds(probe.model_copy(update={"facts": 0}))).crowded == ()

    @scenario
    async def test_a_search_begins_with_what_is_told_of_the_names(self, store: GraphStore) -> None:
        graph = family()
        await store.commit(graph.changes())
        probe = SeedProbe(scope=ANA, view=VIEW, vector=QUESTION, text="Eve", limit=2, keys=("bob", "acme", "1975"))
        assert (await store.seeds(probe)).told == ()
        found = await store.seeds(probe.model_copy(update={"facts": 2}))
        assert list(found.told) == await told(store, graph.entity("Bob"), graph.entity("Acme"), facts=2)
