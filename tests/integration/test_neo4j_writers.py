"""Several writers on one server: each write is there once and whole, whoever was first, and nobody is turned away."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from datetime import timedelta

import pytest

from graphmem.domain.change import ChangeSet
from graphmem.domain.query import Selection, TextProbe, View
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import NOW, GraphBuilder
from tests.support.neo4j_graph import faults_in, rows, store_on
from tests.support.neo4j_server import Neo4jServer

ANA = Scope("ana")
VIEW = View(now=NOW + timedelta(days=1))


def saying(number: int, scope: Scope = ANA) -> GraphBuilder:
    """Memory `number`: the hub knows somebody of its own, and the same as in every other memory."""
    graph = GraphBuilder(scope, episode=f"epi_{scope.user_id}_{number:04}")
    memory = f"mem_{scope.user_id}_{number:04}"
    graph.memory(memory, f"Hub knows Person {number} and Acme.", about="Hub", names=["Hub", f"Person {number}", "Acme"])
    graph.fact(f"fact_{memory}_0", "Hub", "knows", f"Person {number}", by=[memory])
    graph.fact(f"fact_{memory}_1", "Hub", "works_at", "Acme", by=[memory])
    return graph


async def opened(server: Neo4jServer, number: int) -> list[Neo4jStore]:
    """So many stores, all opening at the same moment."""
    stores = [store_on(server) for _ in range(number)]
    await asyncio.gather(*(store.open() for store in stores))
    return stores


async def closed(stores: list[Neo4jStore]) -> None:
    await asyncio.gather(*(store.close() for store in stores))


def test_eight_writers_on_one_hub(empty_neo4j: Neo4jServer) -> None:
    writers, writes = 8, 12

    async def write(store: Neo4jStore, first: int) -> None:
        for number in range(first, first + writes):
            await store.commit(saying(number).changes())

    async def all_at_once() -> None:
        stores = await opened(empty_neo4j, writers)
        await asyncio.gather(*(write(store, place * writes) for place, store in enumerate(stores)))
        facts = await stores[0].facts(Selection(scope=ANA, kind="fact", view=VIEW, limit=1_000))
        (shared,) = [fact for fact in facts.items if fact.predicate == "works_at"]
        assert facts.total == writers * writes + 1
        assert shared.support_count == writers * writes
        assert await stores[-1].version(ANA.owner) == writers * writes
        found = await stores[1].matching(TextProbe(scope=ANA, text="hub", limit=200, view=VIEW))
        assert len(found) == writers * writes
        assert await stores[0].inspect(False) == []
        await closed(stores)

    asyncio.run(all_at_once())
    assert faults_in(empty_neo4j) == []


def test_the_same_write_by_two_at_once_is_there_once(empty_neo4j: Neo4jServer) -> None:
    async def all_at_once() -> None:
        stores = await opened(empty_neo4j, 2)
        for number in range(6):
            changes = saying(number).changes()
            await asyncio.gather(*(store.commit(changes) for store in stores))
        assert (await stores[0].counts(ANA, VIEW))["memories"] == 6
        await closed(stores)

    asyncio.run(all_at_once())
    assert faults_in(empty_neo4j) == []


def test_of_two_that_decided_on_the_same_version_one_is_told(empty_neo4j: Neo4jServer) -> None:
    async def all_at_once() -> None:
        stores = await opened(empty_neo4j, 4)
        for round_ in range(4):
            done = await asyncio.gather(
                *(
                    store.commit(saying(10 * round_ + place).changes(basis=round_))
                    for place, store in enumerate(stores)
                ),
                return_exceptions=True,
            )
            assert sorted(type(one).__name__ for one in done) == ["Conflict", "Conflict", "Conflict", "Receipt"]
        await closed(stores)

    asyncio.run(all_at_once())
    assert rows(empty_neo4j, "MATCH (m:Memory) RETURN count(m)") == [[4]]
    assert faults_in(empty_neo4j) == []


def test_writers_of_different_owners_do_not_meet(empty_neo4j: Neo4jServer) -> None:
    people = [Scope(f"person{number}") for number in range(6)]

    async def write(store: Neo4jStore, scope: Scope) -> None:
        for number in range(5):
            await store.commit(saying(number, scope).changes(basis=number))

    async def all_at_once() -> None:
        stores = await opened(empty_neo4j, len(people))
        await asyncio.gather(*(write(store, scope) for store, scope in zip(stores, people, strict=True)))
        assert await stores[0].owners(None, 100) == sorted(scope.owner for scope in people)
        await closed(stores)

    asyncio.run(all_at_once())
    assert faults_in(empty_neo4j) == []


def test_adding_and_taking_away_at_once_leaves_no_half(empty_neo4j: Neo4jServer) -> None:
    async def add(store: Neo4jStore, first: int) -> None:
        for number in range(first, first + 10):
            await store.commit(saying(number).changes())

    async def remove(store: Neo4jStore) -> None:
        for number in range(0, 30, 3):
            await store.commit(ChangeSet(owner=ANA.owner, removed=(f"mem_ana_{number:04}", f"mem_ana_{number + 1:04}")))

    async def all_at_once() -> None:
        stores = await opened(empty_neo4j, 4)
        await asyncio.gather(*(add(store, 10 * place) for place, store in enumerate(stores[:3])), remove(stores[3]))
        assert await stores[0].inspect(False) == []
        await closed(stores)

    asyncio.run(all_at_once())
    assert faults_in(empty_neo4j) == []


def test_a_write_that_is_given_up_leaves_nothing_and_its_connection_is_given_back(empty_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        store = store_on(empty_neo4j, timeout=10.0)
        await store.open()
        await store.commit(saying(0).changes())
        for number in range(1, 30):
            writing = asyncio.create_task(store.commit(saying(number).changes()))
            await asyncio.sleep(0.002 * number)
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
        await store.commit(saying(99).changes())
        assert "mem_ana_0099" in (await store.fetch(ANA, ["mem_ana_0099"], VIEW)).memories
        assert await store.inspect(False) == []
        await store.close()

    asyncio.run(scenario())
    assert faults_in(empty_neo4j) == []


def test_a_store_works_in_one_event_loop_after_another(empty_neo4j: Neo4jServer) -> None:
    store = store_on(empty_neo4j)
    asyncio.run(store.open())
    for number in range(3):
        asyncio.run(store.commit(saying(number).changes()))
    assert asyncio.run(store.version(ANA.owner)) == 3
    asyncio.run(store.close())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_store_works_in_a_process_that_was_forked(empty_neo4j: Neo4jServer) -> None:
    store = store_on(empty_neo4j)
    asyncio.run(store.open())
    asyncio.run(store.commit(saying(0).changes()))
    child = os.fork()
    if child == 0:
        try:
            asyncio.run(store.commit(saying(1).changes()))
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    asyncio.run(store.commit(saying(2).changes()))
    assert asyncio.run(store.version(ANA.owner)) == 3
    asyncio.run(store.close())
    assert faults_in(empty_neo4j) == []


def test_a_conflict_is_told_and_may_be_repeated(empty_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        store = store_on(empty_neo4j)
        await store.open()
        await store.commit(saying(0).changes())
        with pytest.raises(Conflict) as caught:
            await store.commit(saying(1).changes(basis=0))
        assert caught.value.retryable
        await store.close()

    asyncio.run(scenario())
