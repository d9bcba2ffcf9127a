"""An entity that nearly everything names does not make a search slow: few of its memories are looked at, and the rest told.

Run with GRAPHMEM_HUB=100000 for the long suite.
"""

from __future__ import annotations

import asyncio
import math
import os
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet
from graphmem.domain.identity import entity_id
from graphmem.domain.query import Frontier, SeedProbe
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Matrix
from graphmem.recall.pipeline import Recall, RecallQuery
from graphmem.settings import RecallBudget, RecallWeights
from graphmem.stores.neo4j import openings, walking
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.stores.neo4j.walking import HUB, HUB_REACH
from graphmem.testing.graph import GraphBuilder, direction
from graphmem.testing.scenario import VIEW
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, opened

MENTIONS = int(os.environ.get("GRAPHMEM_HUB", "5000"))
BATCH = 1_000
NEAR = 30
"""Memories nearer to the question than all others."""
ANA = Scope("ana")
QUESTION = direction(1.0)
SUN = entity_id(ANA.owner, "sun")
SECONDS = 5.0
"""Far more than a walk takes, far less than it would take to look at everything that names a hub of 100,000."""


def worlds() -> Iterator[GraphBuilder]:
    """Memories that all name the Sun and are about it, the first few near to the question; two name Bo, too."""
    for start in range(0, MENTIONS, BATCH):
        graph = GraphBuilder(ANA, episode=f"epi_{start}")
        for number in range(start, min(start + BATCH, MENTIONS)):
            weight = 0.9 - 0.001 * number if number < NEAR else 0.2 * ((number * 7919) % 1000) / 1000
            names = ["Sun", "Bo"] if number in (0, MENTIONS - 1) else ["Sun"]
            vector = direction(weight, (1 - weight**2) ** 0.5)
            graph.memory(f"mem_{number:06}", "The Sun is warm.", about="Sun", names=names, vector=vector)
        yield graph


@pytest.fixture(scope="module")
def server(neo4j_server: Neo4jServer) -> Iterator[Neo4jServer]:
    """A server with one hub in its graph."""
    emptied(neo4j_server)

    async def told(store: Neo4jStore) -> None:
        for graph in worlds():
            await store.commit(graph.changes())

    _with_store(neo4j_server, told)
    yield neo4j_server
    emptied(neo4j_server)


def _with_store(server: Neo4jServer, work: Callable[[Neo4jStore], Awaitable[None]]) -> None:
    async def run() -> None:
        async with opened(server) as store:
            await work(store)

    asyncio.run(run())


def test_the_test_has_a_hub() -> None:
    assert MENTIONS > HUB > HUB_REACH


@pytest.mark.parametrize("kinds", [{"about"}, {"shared"}, {"about", "shared", "next"}])
def test_a_walk_through_a_hub_is_bounded_and_says_what_it_left_out(server: Neo4jServer, kinds: set[str]) -> None:
    frontier = Frontier(
        scope=ANA,
        view=VIEW,
        vector=QUESTION,
        memory_ids=("mem_000000", f"mem_{MENTIONS - 1:06}"),
        kinds=frozenset(kinds),  # type: ignore[arg-type]
        fanout=10,
    )

    async def walk(store: Neo4jStore) -> None:
        await store.expand(frontier)
        started = time.perf_counter()
        got = await store.expand(frontier)
        assert time.perf_counter() - started < SECONDS
        through = [link for link in got.links if link.entity_id == SUN]
        best = [f"mem_{number:06}" for number in range(11)]
        for kind in kinds & {"about", "shared"}:
            for source in frontier.memory_ids:
                targets = [link.target for link in through if (link.kind, link.source) == (kind, source)]
                assert targets == [id_ for id_ in best if id_ != source][:10]
        assert {(link.kind, link.entity_degree) for link in through} <= {("about", 0), ("shared", MENTIONS)}
        assert got.suppressed[SUN] == len(kinds & {"about", "shared"}) * (MENTIONS - 1 - 10)

    _with_store(server, walk)


def test_an_agent_is_not_told_how_much_others_know_of_a_hub(server: Neo4jServer) -> None:
    """Two memories of his own are all that he sees of it."""
    scope = Scope("ana", "bot")
    bot = GraphBuilder(scope, episode="epi_bot")
    for number in range(2):
        bot.memory(f"mem_bot_{number}", "The Sun is far.", about="Sun", names=["Sun"], vector=direction(1.0, 0.1))
    frontier = Frontier(scope=scope, view=VIEW, vector=QUESTION, memory_ids=("mem_bot_0",), kinds=frozenset({"shared"}))
    probe = SeedProbe(scope=scope, view=VIEW, vector=QUESTION, text="the Sun", limit=5, keys=("sun",))

    async def ask(store: Neo4jStore) -> None:
        await store.commit(bot.changes())
        got, first = await store.expand(frontier), await store.seeds(probe)
        assert [(link.target, link.entity_degree) for link in got.links] == [("mem_bot_1", HUB + 1)]
        assert got.suppressed == {SUN: HUB - 1}
        assert first.suppressed == {SUN: HUB - 1}
        await store.commit(ChangeSet(owner=ANA.owner, removed=tuple(bot.memories)))

    _with_store(server, ask)


def test_what_is_no_hub_is_walked_whole_beside_one(server: Neo4jServer) -> None:
    last = f"mem_{MENTIONS - 1:06}"
    frontier = Frontier(scope=ANA, view=VIEW, vector=QUESTION, memory_ids=(last,), kinds=frozenset({"shared"}))

    async def walk(store: Neo4jStore) -> None:
        links = (await store.expand(frontier)).links
        (link,) = [link for link in links if link.entity_id == entity_id(ANA.owner, "bo")]
        assert (link.target, link.entity_degree) == ("mem_000000", 2)

    _with_store(server, walk)


def test_a_question_that_names_a_hub_is_bounded(server: Neo4jServer) -> None:
    probe = SeedProbe(
        scope=ANA, view=VIEW, vector=QUESTION, text="How warm is the Sun?", limit=20, keys=("sun",), fanout=50
    )

    async def ask(store: Neo4jStore) -> None:
        await store.seeds(probe)
        started = time.perf_counter()
        got = await store.seeds(probe)
        assert time.perf_counter() - started < SECONDS
        assert [row.id for row in got.nearest] == [f"mem_{number:06}" for number in range(20)]
        about = [link.target for link in got.links if link.kind == "about"]
        assert about[:NEAR] == [f"mem_{number:06}" for number in range(NEAR)]
        assert len(about) == 50
        assert got.suppressed == {SUN: MENTIONS - 50}

    _with_store(server, ask)


@pytest.fixture
def crowded(server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Neo4jServer]:
    """The same, where another owner has more memories than are looked at, all nearer to the question; Ana is no small owner."""
    monkeypatch.setattr(walking, "FEW", MENTIONS)
    monkeypatch.setattr(openings, "FEW", MENTIONS)
    graph = GraphBuilder(Scope("bea"), episode="epi_bea")
    for number in range(HUB_REACH + 200):
        graph.memory(
            f"mem_bea_{number:06}", "The Sun is warm.", vector=direction(3.0, math.sin(number), math.cos(number))
        )

    more = GraphBuilder(ANA, episode="epi_more")
    more.memory("mem_more", "It rains.", vector=direction(0.0, 1.0))

    async def told(store: Neo4jStore) -> None:
        await store.commit(graph.changes())
        await store.commit(more.changes())

    async def taken(store: Neo4jStore) -> None:
        for one in (graph, more):
            await store.commit(ChangeSet(owner=one.scope.owner, removed=tuple(one.memories)))

    _with_store(server, told)
    yield server
    _with_store(server, taken)


def test_a_hub_of_a_large_owner_leads_to_his_own_whatever_others_have(crowded: Neo4jServer) -> None:
    source = f"mem_{MENTIONS - 1:06}"
    frontier = Frontier(
        scope=ANA, view=VIEW, vector=QUESTION, memory_ids=(source,), kinds=frozenset({"about"}), fanout=NEAR
    )
    probe = SeedProbe(
        scope=ANA, view=VIEW, vector=QUESTION, text="How warm is the Sun?", limit=20, keys=("sun",), fanout=NEAR
    )

    async def ask(store: Neo4jStore) -> None:
        started = time.perf_counter()
        through = [link.target for link in (await store.expand(frontier)).links]
        assert through == [f"mem_{number:06}" for number in range(len(through))]
        assert len(through) == frontier.fanout
        about = [link.target for link in (await store.seeds(probe)).links if link.kind == "about"]
        assert about == [f"mem_{number:06}" for number in range(NEAR)]
        assert time.perf_counter() - started < 2 * SECONDS

    _with_store(crowded, ask)


class Question:
    """Every text has the vector of the question."""

    name = "numbers"
    dimension = len(QUESTION)

    def embed(self, texts: Sequence[str]) -> Matrix:
        return np.stack([QUESTION for _ in texts])


def test_a_whole_search_over_a_hub_keeps_to_its_budget_and_says_so(server: Neo4jServer) -> None:
    query = RecallQuery(scope=ANA, text="How warm is the Sun?", limit=10, hops=2, view=VIEW)
    few = RecallBudget(named=50, fanout=10, edges=200)

    async def ask(store: Neo4jStore) -> None:
        search = Recall(store, Question(), RecallWeights(), budget=few)
        await search(query)
        trace = (await search(query)).trace
        assert trace.seconds["seed"] + trace.seconds["hop"] < 3 * SECONDS
        assert trace.suppressed[SUN] >= MENTIONS - 50
        assert trace.names[SUN] == "Sun"
        assert "fanout" in trace.exhausted
        assert sum(trace.links.values()) <= few.edges
        assert trace.counts["calls"] <= 2 + trace.counts["hops"]

    _with_store(server, ask)
