"""Moving a graph on a server to another embedding model, while another process still has it open with the old one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from neo4j import GraphDatabase

from graphmem.domain.embedding import EmbeddingModel
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, DimensionMismatch
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import DIMENSION, GraphBuilder
from graphmem.testing.reembedding import (
    LETTERS,
    RUNES,
    embedder,
    everything_that_looks_at_a_model,
    fill,
    made,
    make_all,
    move,
    nearest_to,
    vectors_in,
)
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import login

NUMBERS = EmbeddingModel("numbers", DIMENSION)
Work = Callable[[Callable[..., Neo4jStore]], Awaitable[None]]


@pytest.fixture
def server(fresh_neo4j: Neo4jServer) -> Iterator[Neo4jServer]:
    yield fresh_neo4j
    wipe(fresh_neo4j)


def run(server: Neo4jServer, work: Work) -> None:
    """Run `work`, which gets a way to make stores of a model; they are closed behind it."""
    stores: list[Neo4jStore] = []

    def make(model: EmbeddingModel = NUMBERS, *, any_model: bool = False) -> Neo4jStore:
        stores.append(Neo4jStore(login(server), dimension=model.dimension, model=model.name, any_model=any_model))
        return stores[-1]

    async def closing() -> None:
        try:
            await work(make)
        finally:
            for store in stores:
                await store.close()

    asyncio.run(closing())


def test_a_process_of_the_old_model_is_told_on_every_call(server: Neo4jServer) -> None:
    async def work(make: Callable[..., Neo4jStore]) -> None:
        old, mover, back = make(), make(LETTERS, any_model=True), make(NUMBERS, any_model=True)
        await old.open()
        await fill(old)
        await mover.open()
        with pytest.raises(DimensionMismatch):
            await mover.version(ANA.owner)
        await move(mover, LETTERS)
        for call in everything_that_looks_at_a_model(old, DIMENSION):
            with pytest.raises(DimensionMismatch, match=r"letters with 5 dimensions.*graphmem reembed"):
                await call()
        with pytest.raises(DimensionMismatch, match="graphmem reembed"):
            await make().open()
        for call in everything_that_looks_at_a_model(mover, LETTERS.dimension):
            await call()
        await back.open()
        await move(back, RUNES)
        await move(back, NUMBERS)
        for call in everything_that_looks_at_a_model(old, DIMENSION):
            await call()

    run(server, work)


def test_a_process_of_the_same_model_finds_its_vectors_in_another_place(server: Neo4jServer) -> None:
    async def work(make: Callable[..., Neo4jStore]) -> None:
        reader, writer, mover = make(), make(), make(any_model=True)
        for store in (reader, writer, mover):
            await store.open()
        await fill(reader)
        for model in (LETTERS, RUNES, NUMBERS):
            await move(mover, model)
        text = "Bob works at Acme."
        assert (await reader.nearest(nearest_to(text, NUMBERS, DIMENSION)))[0].id == "mem_1"
        graph = GraphBuilder(ANA, episode="epi_2")
        graph.memory("mem_4", "Dora works at Acme.", about="Dora")
        await writer.commit(graph.changes())
        vectors = await vectors_in(writer, ANA.owner)
        assert vectors.keys() >= graph.vectors.keys()
        assert (await reader.nearest(nearest_to("Dora works at Acme.", None, DIMENSION)))[0].id == "mem_4"

    run(server, work)


def test_a_run_that_ended_anywhere_is_taken_up_again(server: Neo4jServer) -> None:
    async def work(make: Callable[..., Neo4jStore]) -> None:
        store = make()
        await store.open()
        texts = await fill(store)
        moving = store._reembedding
        declare, left = store.connection.declare, 0

        async def failing(statement: str) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise Conflict("the machine is gone")
            await declare(statement)

        store.connection.declare = failing  # type: ignore[method-assign]
        for number in range(1, 7):
            left = number
            with pytest.raises(Conflict, match="gone"):
                await store.begin_vectors(LETTERS if number % 2 else RUNES)
        left = 0
        assert await store.begin_vectors(LETTERS) == len(texts)
        await store.put_vectors(LETTERS, made(await store.without_vectors(LETTERS, 5), LETTERS))
        assert await store.begin_vectors(LETTERS) == len(texts) - 5
        await make_all(store, LETTERS)
        left = 2
        with pytest.raises(Conflict, match="gone"):
            await store.switch_vectors(LETTERS)
        left = 0
        assert await store.made_with() == LETTERS
        assert (await moving._state()).left_over
        assert await store.begin_vectors(LETTERS) == 0
        assert not (await moving._state()).left_over
        await move(store, NUMBERS)
        assert len(await vectors_in(store, ANA.owner)) == len(texts) - 3

    run(server, work)


def test_nothing_of_the_old_model_is_left_in_the_graph(server: Neo4jServer) -> None:
    async def work(make: Callable[..., Neo4jStore]) -> None:
        store = make()
        await store.open()
        await fill(store)
        await move(store, LETTERS)

    run(server, work)
    with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        keys = driver.execute_query("MATCH (n) UNWIND keys(n) AS key RETURN collect(DISTINCT key)").records[0][0]
        labels = driver.execute_query("MATCH (n:Unembedded) RETURN count(n)").records[0][0]
        indexes = driver.execute_query("SHOW VECTOR INDEXES YIELD name RETURN collect(name)").records[0][0]
    assert {key for key in keys if key.startswith("embedding")} == {"embedding_b"}
    assert labels == 0
    assert set(indexes) == {"memory_embedding_b", "fact_embedding_b", "entity_embedding_b"}


async def moved(mover: Neo4jStore) -> None:
    """The whole way to the letters, however often writers come in between."""
    await mover.begin_vectors(LETTERS)
    while True:
        while rows := await mover.without_vectors(LETTERS, 100):
            await mover.put_vectors(LETTERS, made(rows, LETTERS))
        try:
            await mover.switch_vectors(LETTERS, embedder(LETTERS))
        except Conflict:
            continue
        return


def test_writers_are_waited_for_when_the_vectors_change_places(server: Neo4jServer) -> None:
    """Many writers, of owners who are there and of new ones, while the graph is moved: none gets an old vector in."""

    async def work(make: Callable[..., Neo4jStore]) -> None:
        store, mover = make(), make(LETTERS, any_model=True)
        await store.open()
        await fill(store)
        await mover.open()
        told, written = 0, 0

        async def write(writer: int) -> None:
            nonlocal told, written
            for number in range(40):
                scope = ANA if writer % 2 else Scope(f"new_{writer}_{number}")
                graph = GraphBuilder(scope, episode=f"epi_{writer}_{number}")
                graph.memory(f"mem_{writer}_{number}", f"Writer {writer} wrote {number}.")
                try:
                    await store.commit(graph.changes())
                    written += 1
                except DimensionMismatch:
                    told += 1
                    return

        await asyncio.gather(moved(mover), *(write(writer) for writer in range(6)))
        assert told + written // 40 >= 6
        rows = 0
        for owner in await mover.owners(None, 1_000):
            vectors = await vectors_in(mover, owner)
            assert all(vector.shape == (LETTERS.dimension,) for vector in vectors.values())
            rows += len(vectors)
        assert await mover.inspect(False) == []
        assert rows >= 2 * written

    run(server, work)
