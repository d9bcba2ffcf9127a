"""On a server, too, no read returns what its scope does not own; and a small tenant beside a big one finds all that is his.

Run with GRAPHMEM_NEO4J_ISOLATION_RUNS=200 for the long suite.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from neo4j import Driver, GraphDatabase

from graphmem import Memory, Settings
from graphmem.domain.query import TextProbe, VectorProbe
from graphmem.domain.scope import Scope
from graphmem.testing.graph import GraphBuilder
from graphmem.testing.scenario import VIEW
from tests.integration.test_isolation import Isolation
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import emptied, opened, place_of
from tests.support.reading import PlainExtractor

RUNS = int(os.environ.get("GRAPHMEM_NEO4J_ISOLATION_RUNS", "4"))
STEPS = 25
ROWS = "MATCH (n) WHERE NOT n:Migration AND NOT n:Store AND NOT n:Lock DETACH DELETE n"
BIG, SMALL = 3_000, 40
WIDTH = 48


def memory_on(server: Neo4jServer) -> Memory:
    """A memory of small vectors on the server."""
    return Memory(
        Settings.of(**place_of(server)),
        embedder=HashingEmbedder(),
        extractor=PlainExtractor(),
    )


@pytest.fixture
def driver(fresh_neo4j: Neo4jServer) -> Iterator[Driver]:
    """A way in beside the store's."""
    with GraphDatabase.driver(fresh_neo4j.uri, auth=fresh_neo4j.auth) as driver:
        yield driver
    wipe(fresh_neo4j)


def test_no_read_returns_what_its_scope_does_not_own(fresh_neo4j: Neo4jServer, driver: Driver) -> None:
    class OnServer(Isolation):
        def __init__(self) -> None:
            super().__init__()
            self.memory.close()
            driver.execute_query(ROWS, database_=fresh_neo4j.database)
            self.memory = memory_on(fresh_neo4j)

    run_state_machine_as_test(
        OnServer,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def _tenant(scope: Scope, prefix: str, centre: np.ndarray, number: int, rng: np.random.Generator) -> GraphBuilder:
    """Memories all about the same: their vectors lie close together, around `centre`."""
    graph = GraphBuilder(scope, episode=f"epi_{prefix}", dimension=WIDTH)
    for place in range(number):
        vector = centre + 0.05 * rng.normal(size=WIDTH)
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        graph.memory(f"mem_{prefix}_{place:04}", f"Ship {place} sails west.", vector=vector)
    return graph


@pytest.fixture
def crowded(fresh_neo4j: Neo4jServer) -> Iterator[Neo4jServer]:
    """A server on which one tenant has a great many memories, all of them nearer to the question than those of another."""
    yield fresh_neo4j
    wipe(fresh_neo4j)


def test_a_small_tenant_beside_a_big_one_finds_all_that_is_his(crowded: Neo4jServer) -> None:
    rng = np.random.default_rng(11)
    question = np.eye(WIDTH, dtype=np.float32)[0]
    away = np.eye(WIDTH)[1]
    small = _tenant(Scope("small"), "small", away, SMALL, rng)
    agent = _tenant(Scope("big", "agent"), "agent", away, SMALL, rng)

    async def ask() -> None:
        async with opened(crowded, WIDTH) as store:
            big = _tenant(Scope("big"), "big", question, BIG, rng)
            await store.commit(big.changes())
            await store.commit(agent.changes())
            await store.commit(small.changes())
            for scope, graph in ((Scope("small"), small), (Scope("big", "agent"), agent)):
                for limit in (1, 10, SMALL, 2 * SMALL):
                    near = await store.nearest(
                        VectorProbe(scope=scope, kind="memory", vector=question, limit=limit, view=VIEW)
                    )
                    exact = {id_: float(graph.vectors[id_] @ question) for id_ in graph.memories}
                    best = sorted(exact, key=lambda id_: -exact[id_])[:limit]
                    assert {row.id for row in near} == set(best), (scope, limit)
                    words = await store.matching(TextProbe(scope=scope, text="ship sails", limit=limit, view=VIEW))
                    assert len(words) == min(limit, SMALL), (scope, limit)

    emptied(crowded)
    asyncio.run(ask())
