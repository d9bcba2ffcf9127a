"""The part of the contract that steps through the graph."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from graphmem.domain.change import Retirement
from graphmem.domain.filter import parse_filter
from graphmem.domain.query import Frontier
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Link
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import NOW, GraphBuilder, direction, vector_of
from graphmem.testing.scenario import VIEW, StoreScenarios, scenario

QUESTION = vector_of("the question")


def film(scope: Scope = ANA) -> GraphBuilder:
    """A film, its director, and where he lives."""
    graph = GraphBuilder(scope)
    graph.memory("mem_film", "Jaws was made by Steven. It is from 1975.", about="Jaws", names=["Jaws", "Steven"])
    graph.entity("1975", "value")
    graph.mention("mem_film", "1975", 1)
    graph.memory("mem_man", "Steven lives in Porto.", about="Steven", names=["Steven", "Porto"])
    graph.memory("mem_other", "Steven likes 1975.", names=["Steven", "1975"], metadata={"kind": "gossip"})
    graph.memory("mem_alone", "Nothing to do with it.", episode_id="epi_2")
    return graph


async def step(store: GraphStore, *memories: str, scope: Scope = ANA, **more: Any) -> list[Link]:
    """The links out of these memories."""
    frontier = {"scope": scope, "view": VIEW, "vector": QUESTION, "memory_ids": memories, **more}
    return list((await store.expand(Frontier.model_validate(frontier))).links)


def ends(links: list[Link], kind: str) -> set[tuple[str, str]]:
    """Source and target of the links of a kind."""
    return {(link.source, link.target) for link in links if link.kind == kind}


class WalkContract(StoreScenarios):
    """What `expand` promises."""

    @scenario
    async def test_links_from_a_memory(self, store: GraphStore) -> None:
        await store.commit(film().changes())
        links = await step(store, "mem_film")
        assert ends(links, "about") == {("mem_film", "mem_man")}
        assert ends(links, "shared") == {("mem_film", "mem_man"), ("mem_film", "mem_other")}
        assert ends(links, "next") == {("mem_film", "mem_man")}
        assert ends(links, "mentions") == set()
        assert len(links) == 4

    @scenario
    async def test_links_from_an_entity(self, store: GraphStore) -> None:
        graph = film()
        await store.commit(graph.changes())
        steven, year = graph.entity("Steven"), graph.entity("1975")
        links = await step(store, entity_ids=(steven, year, "ent_?"))
        assert ends(links, "about") == {("", "mem_man")}
        assert ends(links, "mentions") == {("", "mem_film"), ("", "mem_man"), ("", "mem_other")}
        assert {(link.entity_id, link.sentence, link.link_cosine) for link in links} == {(steven, -1, 0.0)}

    @scenario
    async def test_cosines_are_those_of_the_vectors(self, store: GraphStore) -> None:
        graph = film()
        await store.commit(graph.changes())
        vectors = {key: value.astype(float) for key, value in graph.vectors.items()}
        question = QUESTION.astype(float)
        links = await step(store, "mem_film", "mem_man", entity_ids=(graph.entity("Porto"),))
        assert {link.kind for link in links} == {"about", "shared", "mentions", "next"}
        for link in links:
            assert link.target_cosine == pytest.approx(vectors[link.target] @ question, abs=1e-6)
            if link.kind == "next":
                assert link.link_cosine == pytest.approx(vectors[link.source] @ question, abs=1e-6)
                assert (link.entity_id, link.entity_degree) == ("", 0)
                continue
            entity = vectors[link.entity_id]
            assert link.entity_cosine == pytest.approx(entity @ question, abs=1e-6)
            assert link.entity_target_cosine == pytest.approx(entity @ vectors[link.target], abs=1e-6)
            if link.source:
                assert link.sentence == 0
                assert link.link_cosine == pytest.approx(vectors[f"{link.source}#0"] @ question, abs=1e-6)
        assert {link.entity_degree for link in links if link.kind == "about"} == {0}
        degrees = {link.entity_id: link.entity_degree for link in links if link.kind != "about"}
        assert (degrees[graph.entity("Steven")], degrees[graph.entity("Porto")]) == (3, 1)

    @scenario
    async def test_the_nearest_sentence_that_names_the_entity_counts(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "One.", vector=direction(1))
        for place, weight in ((1, 0.2), (2, 0.9), (3, 0.9), (4, 0.99)):
            graph.sentence("mem_1", place, f"Sentence {place}.", vector=direction(weight, (1 - weight**2) ** 0.5))
        for place in (1, 2, 3):
            graph.mention("mem_1", "Bob", place)
        graph.memory("mem_2", "Two.", about="Bob")
        await store.commit(graph.changes())
        (link,) = await step(store, "mem_1", vector=direction(1), kinds={"about"})
        assert link.sentence == 2
        assert link.link_cosine == pytest.approx(0.9, abs=1e-6)

    @scenario
    async def test_only_the_kinds_asked_for_come(self, store: GraphStore) -> None:
        graph = film()
        await store.commit(graph.changes())
        entity = graph.entity("Steven")
        for kinds, came in (
            ({"about"}, {"about"}),
            ({"shared"}, {"shared", "mentions"}),
            ({"next"}, {"next"}),
            ({"next", "about"}, {"next", "about"}),
            (set(), set()),
        ):
            links = await step(store, "mem_film", entity_ids=(entity,), kinds=kinds)
            assert {link.kind for link in links} == came

    @scenario
    async def test_fanout_keeps_the_nearest_and_counts_the_rest(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        weights = {f"mem_{i:02}": ((i * 7) % 20) / 20 for i in range(20)}
        for id_, weight in weights.items():
            graph.memory(id_, about="Hub", names=["Hub"], vector=direction(weight, (1 - weight**2) ** 0.5))
        await store.commit(graph.changes())
        hub = graph.entity("Hub")
        ranked = sorted(weights, key=lambda id_: (-weights[id_], id_))
        frontier = Frontier(scope=ANA, view=VIEW, vector=direction(1), entity_ids=(hub,), fanout=6)
        got = await store.expand(frontier)
        for kind in ("about", "mentions"):
            assert [link.target for link in got.links if link.kind == kind] == ranked[:6]
        assert got.suppressed == {hub: 28}
        own = ranked[2]
        got = await store.expand(frontier.model_copy(update={"entity_ids": (), "memory_ids": (own,)}))
        others = [id_ for id_ in ranked if id_ != own]
        for kind in ("about", "shared"):
            assert [link.target for link in got.links if link.kind == kind] == others[:6]
        assert got.suppressed == {hub: 26}
        everything = await store.expand(frontier.model_copy(update={"fanout": 20}))
        assert (len(everything.links), everything.suppressed) == (40, {})

    @scenario
    async def test_shared_links_lead_through_the_entities_of_the_nearest_sentences(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "One.", vector=direction(1))
        weights = {"Ann": 0.3, "Bob": 0.9, "Cy": 0.6, "Dee": 0.6, "Eve": 0.1}
        for place, (name, weight) in enumerate(weights.items(), 1):
            graph.sentence("mem_1", place, f"Here is {name}.", vector=direction(weight, (1 - weight**2) ** 0.5))
            graph.mention("mem_1", name, place)
            graph.memory(f"mem_{name}", about=name, names=[name])
        await store.commit(graph.changes())
        id_of = {graph.entity(name): name for name in weights}
        equals = sorted(("Cy", "Dee"), key=graph.entity)
        frontier = Frontier(scope=ANA, view=VIEW, vector=direction(1), memory_ids=("mem_1",))
        for most, through in ((2, ["Bob", equals[0]]), (3, ["Bob", *equals]), (8, list(weights)), (0, [])):
            got = await store.expand(frontier.model_copy(update={"entities": most}))
            assert {id_of[link.entity_id] for link in got.links if link.kind == "shared"} == set(through), most
            assert {id_of[link.entity_id] for link in got.links if link.kind == "about"} == set(weights)
            assert got.suppressed == {}

    @scenario
    async def test_equally_near_memories_come_in_order_of_id(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for i in (3, 1, 4, 0, 2):
            graph.memory(f"mem_{i}", names=["Hub"], vector=direction(0.5, 0.5))
        await store.commit(graph.changes())
        got = await store.expand(
            Frontier(scope=ANA, view=VIEW, vector=QUESTION, entity_ids=(graph.entity("Hub"),), fanout=3)
        )
        assert [link.target for link in got.links] == ["mem_0", "mem_1", "mem_2"]

    @scenario
    async def test_a_filter_holds_for_targets_and_not_for_sources(self, store: GraphStore) -> None:
        await store.commit(film().changes())
        links = await step(store, "mem_film", filter=parse_filter({"kind": "gossip"}))
        assert {(link.kind, link.target) for link in links} == {("shared", "mem_other")}
        assert links[0].entity_degree == 3

    @scenario
    async def test_what_is_not_seen_is_no_way(self, store: GraphStore) -> None:
        await store.commit(film().changes())
        retired = (Retirement(id="mem_man", at=NOW),)
        await store.commit(GraphBuilder(ANA).changes(retired_memories=retired))
        links = await step(store, "mem_film")
        assert {(link.kind, link.target) for link in links} == {("shared", "mem_other")}
        assert links[0].entity_degree == 2
        assert await step(store, "mem_man", "mem_?") == []

    @scenario
    async def test_neighbours_in_an_episode(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for place in (2, 0, 1, 4):
            graph.memory(f"mem_{place}", position=place)
        await store.commit(graph.changes())
        links = await step(store, "mem_1", "mem_4", kinds={"next"})
        assert Counter((link.source, link.target) for link in links) == {("mem_1", "mem_0"): 1, ("mem_1", "mem_2"): 1}

    @scenario
    async def test_neighbours_in_a_run_cross_episodes(self, store: GraphStore) -> None:
        run = Scope("ana", "bot", "r1")
        others = [
            Scope("ana", "bot", "r2"),
            Scope("ana", "b", "r1"),
            Scope("bea", "bot", "r1"),
            Scope(None, "bot", "r1"),
        ]
        turns = [run, run, *others, run, Scope("bea", "bot", "r1")]
        for i, scope in enumerate(turns):
            graph = GraphBuilder(scope, episode=f"epi_{i}")
            graph.memory(f"mem_{i}", position=0)
            await store.commit(graph.changes())
        links = await step(store, *[f"mem_{i}" for i in range(len(turns))], kinds={"next"})
        pairs = {("mem_0", "mem_1"), ("mem_1", "mem_6")}
        assert ends(links, "next") == pairs | {(b, a) for a, b in pairs}

    @scenario
    async def test_an_empty_frontier_leads_nowhere(self, store: GraphStore) -> None:
        assert await step(store) == []
        await store.commit(film().changes())
        assert await step(store) == []
        assert await step(store, "mem_film", scope=Scope("nobody")) == []
