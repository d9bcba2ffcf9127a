"""`graphmem check` on a server: whatever is spoilt behind the store's back is found, named, and mended where that can be."""

from __future__ import annotations

import asyncio

import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.flaw import Flaw
from graphmem.domain.query import TextProbe, View
from graphmem.domain.scope import Scope
from graphmem.testing.graph import NOW, GraphBuilder
from tests.support.neo4j_graph import faults_in, rows, store_on
from tests.support.neo4j_server import Neo4jServer

ANA, BEN = Scope("ana", run_id="monday"), Scope("ben")
VIEW = View(now=NOW)

MENDED = {
    "wrong_support_count": "MATCH (f:Fact {id: 'fact_1'}) SET f.support_count = 7",
    "unsupported_fact": "MATCH (:Memory)-[u:SUPPORTS]->(f:Fact {id: 'fact_2'}) DELETE u SET f.support_count = 0",
    "wrong_statement": "MATCH (f:Fact {id: 'fact_1'}) SET f.open_statement = null",
    "wrong_edge": "MATCH ()-[r {fact_id: 'fact_1'}]->() SET r.retired_at = datetime()",
    "stray_edge": """
        MATCH (a:Entity {name: 'Acme'}), (b:Entity {name: 'Bob'}) WHERE a.owner = b.owner
        CREATE (a)-[:OWNS {fact_id: 'fact_1'}]->(b)""",
    "missing_supersedes": "MATCH (:Fact)-[s:SUPERSEDES]->(:Fact) DELETE s",
    "unnamed_entity": """
        CREATE (:Entity {id: 'ent_x', owner: 'user:ana', key: 'x', lookup: 'x', name: 'X', type: 'entity', aliases: [],
          embedding: [1.0, 0, 0, 0, 0, 0, 0, 0]})""",
    "empty_episode": """
        CREATE (:Episode {id: 'epi_x', owner: 'user:ana', messages: '[]', occurred_at: datetime(), recorded_at: datetime()})""",
    "missing_words": "MATCH (m:Memory {id: 'mem_1'}) SET m.words = null",
    "wrong_count": "MATCH (t:Term {owner: 'user:ana'}) WITH t LIMIT 3 SET t.memories = t.memories + 1",
    "missing_next": "MATCH (:Memory)-[n:NEXT]->(:Memory) DELETE n",
    "stray_sentence": """
        CREATE (:Sentence {id: 'mem_x#0', owner: 'user:ana', position: 0, span_start: 0, span_end: 1, text: 'x',
          embedding: [1.0, 0, 0, 0, 0, 0, 0, 0]})""",
    "stray_alias": "CREATE (:Alias {owner: 'user:ana', key: 'nobody'})",
}
"""What spoils the graph, by the flaw that it makes."""
MORE = {
    "wrong_edge: none": ("wrong_edge", "MATCH ()-[r {fact_id: 'fact_1'}]->() DELETE r"),
    "wrong_edge: two": (
        "wrong_edge",
        "MATCH (s)-[r {fact_id: 'fact_1'}]->(t) CREATE (s)-[x:WORKS_AT]->(t) SET x = properties(r)",
    ),
    "wrong_count: owner": ("wrong_count", "MATCH (o:Owner {owner: 'user:ana'}) SET o.memories = 99, o.words = 0"),
    "wrong_count: stale": ("wrong_count", "CREATE (:Term {owner: 'user:ana', stem: 'zebra', memories: 3})"),
    "wrong_support_count: expiry": (
        "wrong_support_count",
        "MATCH (f:Fact {id: 'fact_1'}) SET f.expires_at = datetime()",
    ),
}


def graph(scope: Scope, mark: str = "") -> GraphBuilder:
    """Two memories of one run, three entities, two facts."""
    made = GraphBuilder(scope, episode=f"epi_1{mark}")
    made.memory(f"mem_1{mark}", "Bob works at Acme.", about="Bob", names=["Bob", "Acme"])
    made.memory(f"mem_2{mark}", "At Acme there is Bob.", about="Acme", names=["Acme"])
    made.fact(f"fact_1{mark}", "Bob", "works_at", "Acme", by=[f"mem_1{mark}", f"mem_2{mark}"])
    made.fact(f"fact_2{mark}", "Bob", "born_in", "Lisbon", by=[f"mem_1{mark}"])
    return made


async def filled(server: Neo4jServer) -> None:
    store = store_on(server)
    await store.open()
    await store.commit(graph(ANA).changes())
    await store.commit(graph(BEN, "b").changes())
    closed = Retirement(id="fact_2b", at=NOW, valid_to=NOW, superseded_by="fact_1b")
    await store.commit(ChangeSet(owner=BEN.owner, retired_facts=(closed,)))
    assert await store.inspect(False) == []
    await store.close()


async def inspected(server: Neo4jServer, repair: bool) -> list[Flaw]:
    store = store_on(server)
    await store.open()
    found = await store.inspect(repair)
    await store.close()
    return found


@pytest.fixture
def server(empty_neo4j: Neo4jServer) -> Neo4jServer:
    """A server with the graphs of two owners, in which nothing is wrong."""
    asyncio.run(filled(empty_neo4j))
    return empty_neo4j


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [*MENDED.items(), *MORE.values()],
    ids=[*MENDED, *(name.replace(": ", "-") for name in MORE)],
)
def test_a_flaw_is_found_and_mended(server: Neo4jServer, kind: str, spoil: str) -> None:
    rows(server, spoil)
    found = {flaw.kind: flaw for flaw in asyncio.run(inspected(server, False))}
    assert kind in found
    assert found[kind].count >= 1
    assert found[kind].examples
    assert "--repair" in found[kind].remedy
    assert found[kind].repaired == 0
    repaired = {flaw.kind: flaw for flaw in asyncio.run(inspected(server, True))}
    assert repaired[kind].repaired == repaired[kind].count >= found[kind].count
    assert asyncio.run(inspected(server, False)) == []
    assert faults_in(server) == []


def test_everything_at_once_is_mended_at_once(server: Neo4jServer) -> None:
    for spoil in MENDED.values():
        rows(server, spoil)
    found = asyncio.run(inspected(server, True))
    assert {flaw.kind for flaw in found} >= set(MENDED)
    assert asyncio.run(inspected(server, False)) == []
    assert faults_in(server) == []


def test_what_a_repair_cannot_bring_back_is_said(server: Neo4jServer) -> None:
    rows(server, "MATCH (m:Memory {id: 'mem_1'}) SET m.embedding = null")
    rows(server, "MATCH (:Memory {id: 'mem_2'})-[d:DERIVED_FROM]->() DELETE d")
    found = {flaw.kind: flaw for flaw in asyncio.run(inspected(server, True))}
    assert {kind: (flaw.count, flaw.repaired) for kind, flaw in found.items()} == {
        "missing_vector": (1, 0),
        "broken_reference": (1, 0),
    }
    assert "graphmem reembed" in found["missing_vector"].remedy
    assert "graphmem restore" in found["broken_reference"].remedy


def test_a_mended_memory_is_found_by_its_words_again(server: Neo4jServer) -> None:
    rows(server, "MATCH (m:Memory {id: 'mem_1'}) SET m.words = null, m.word_count = null")

    async def scenario() -> None:
        store = store_on(server)
        await store.open()
        probe = TextProbe(scope=ANA, text="works", limit=5, view=VIEW)
        assert await store.matching(probe) == []
        version = await store.version(ANA.owner)
        await store.inspect(True)
        assert [row.id for row in await store.matching(probe)] == ["mem_1"]
        assert await store.version(ANA.owner) == version + 1
        await store.close()

    asyncio.run(scenario())


def test_a_check_mends_nothing_unasked(server: Neo4jServer) -> None:
    rows(server, MENDED["wrong_support_count"])
    assert asyncio.run(inspected(server, False)) == asyncio.run(inspected(server, False)) != []
    assert rows(server, "MATCH (f:Fact {id: 'fact_1'}) RETURN f.support_count") == [[7]]
