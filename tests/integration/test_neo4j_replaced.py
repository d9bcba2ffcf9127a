"""Which fact closed which, as analysts see it: (:Fact)-[:SUPERSEDES]->(:Fact) is there for every fact that another closed."""

from __future__ import annotations

import asyncio

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.scope import Scope
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import NOW, GraphBuilder, later
from tests.support.neo4j_graph import rows, store_on
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied

ANA, BOB = Scope("ana"), Scope("bob")
CLOSED = "MATCH (by)-[:SUPERSEDES]->(f) RETURN by.id, f.id ORDER BY f.id"


def moves(*cities: str) -> list[ChangeSet]:
    """Bob lives in one city after the other; each fact closes the one before."""
    told = []
    for number, city in enumerate(cities):
        graph = GraphBuilder(ANA, episode=f"epi_{number}")
        graph.memory(f"mem_{number}", f"Bob lives in {city}.")
        graph.fact(f"fact_{number}", "Bob", "lives_in", city, by=[f"mem_{number}"], recorded_at=later(hours=number))
        closed = Retirement(id=f"fact_{number - 1}", at=later(hours=number), superseded_by=f"fact_{number}")
        told.append(graph.changes(retired_facts=(closed,) if number else ()))
    return told


async def copied(store: Neo4jStore, limit: int) -> list[ChangeSet]:
    """The graph of ana in parts of so many rows."""
    parts, after = [], None
    while True:
        part = await store.portion(ANA.owner, after, limit)
        parts.append(part.changes)
        after = part.following
        if after is None:
            return parts


def test_a_copy_has_them_too_whatever_part_each_came_in(empty_neo4j: Neo4jServer) -> None:
    async def work() -> list[list[str]]:
        store = store_on(empty_neo4j)
        await store.open()
        for changes in moves("Porto", "Lisbon", "Faro"):
            await store.commit(changes)
        before = rows(empty_neo4j, CLOSED)
        parts = await copied(store, 1)
        emptied(empty_neo4j)
        for changes in parts:
            await store.commit(changes)
        await store.close()
        return before

    before = asyncio.run(work())
    assert before == [["fact_1", "fact_0"], ["fact_2", "fact_1"]]
    assert rows(empty_neo4j, CLOSED) == before


def test_one_that_stands_for_the_closer_takes_its_place(empty_neo4j: Neo4jServer) -> None:
    async def work() -> None:
        store = store_on(empty_neo4j)
        await store.open()
        for changes in moves("Porto", "Lisbon"):
            await store.commit(changes)
        again = GraphBuilder(ANA, episode="epi_9")
        again.memory("mem_9", "Bob lives in Lisbon, and was born in Faro.")
        again.fact("fact_8", "Bob", "born_in", "Faro", by=["mem_9"], superseded_by="fact_9", retired_at=NOW)
        await store.commit(again.changes())
        later_on = GraphBuilder(ANA, episode="epi_9")
        later_on.fact("fact_9", "Bob", "lives_in", "Lisbon", by=["mem_9"], recorded_at=later(hours=9))
        await store.commit(later_on.changes())
        await store.close()

    asyncio.run(work())
    assert rows(empty_neo4j, CLOSED) == [["fact_1", "fact_0"], ["fact_1", "fact_8"]]


def test_none_joins_two_owners(empty_neo4j: Neo4jServer) -> None:
    async def work() -> None:
        store = store_on(empty_neo4j)
        await store.open()
        for changes in moves("Porto"):
            await store.commit(changes)
        other = GraphBuilder(BOB, episode="epi_bob")
        other.memory("mem_bob", "Eve was in Porto.")
        other.fact("fact_bob", "Eve", "was_in", "Porto", by=["mem_bob"])
        other.fact("fact_old", "Eve", "was_in", "Rome", by=["mem_bob"], retired_at=NOW, superseded_by="fact_0")
        closed = Retirement(id="fact_0", at=NOW, superseded_by="fact_bob")
        await store.commit(other.changes(retired_facts=(closed,)))
        await store.close()

    asyncio.run(work())
    assert rows(empty_neo4j, CLOSED) == []
    assert rows(empty_neo4j, "MATCH (f:Fact {id: 'fact_0'}) RETURN f.retired_at") == [[None]]
