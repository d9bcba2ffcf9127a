"""What can be wrong with a server, or with what is sent to it: one typed error in good time, and nothing half done."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from graphmem.domain.change import ChangeSet
from graphmem.domain.fact import Support
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.errors import (
    ClosedError,
    Conflict,
    DimensionMismatch,
    GraphmemError,
    SchemaDrift,
    SchemaTooNew,
    SettingsError,
    StoreReadOnly,
    StoreRefused,
    StoreUnavailable,
)
from graphmem.stores.neo4j.checkup import checkup
from graphmem.stores.neo4j.connection import Connection, Login
from graphmem.stores.neo4j.patience import Patience
from graphmem.stores.neo4j.schema import LOCK, migrations, online, vectors_of
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import NOW, GraphBuilder
from tests.support.neo4j_graph import DIMENSION, MODEL, faults_in, login_of, rows, store_on
from tests.support.neo4j_server import Neo4jServer, free_port, wipe

ANA = Scope("ana")
VIEW = View(now=NOW)
SECRET = "not the password"
MANY = 600
"""Memories: with all that hangs on them, several batches."""


@pytest.fixture
def spoilt(fresh_neo4j: Neo4jServer) -> Iterator[Neo4jServer]:
    """An empty database for a test that spoils its schema, which is left to none that would take it for sound."""
    yield fresh_neo4j
    wipe(fresh_neo4j)


async def open_and_close(store: Neo4jStore) -> None:
    try:
        await store.open()
    finally:
        await store.close()


def refusal(store: Neo4jStore) -> GraphmemError:
    """What opening the store raises."""
    with pytest.raises(GraphmemError) as caught:
        asyncio.run(open_and_close(store))
    return caught.value


def test_a_wrong_password_is_said_and_not_repeated(neo4j_server: Neo4jServer) -> None:
    if not neo4j_server.password:
        pytest.skip("This server lets everybody in.")
    error = refusal(Neo4jStore(login_of(neo4j_server, password=SECRET), dimension=DIMENSION, model=MODEL))
    assert isinstance(error, StoreRefused)
    assert "NEO4J_PASSWORD" in str(error)
    chain: list[BaseException | None] = [error, error.__cause__, error.__context__]
    assert all(SECRET not in f"{one}{one!r}" for one in chain)
    assert not error.retryable


def test_a_database_that_is_not_there_is_named(neo4j_server: Neo4jServer) -> None:
    error = refusal(Neo4jStore(login_of(neo4j_server, database="elsewhere"), dimension=DIMENSION, model=MODEL))
    assert isinstance(error, SettingsError)
    assert "NEO4J_DATABASE" in str(error)
    assert "elsewhere" in str(error)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_server_that_is_down_is_said_at_once(scheme: str) -> None:
    start = time.monotonic()
    login = Login(f"{scheme}://127.0.0.1:{free_port()}", password=SECRET)
    error = refusal(Neo4jStore(login, dimension=DIMENSION, model=MODEL, timeout=5.0))
    assert isinstance(error, StoreUnavailable)
    assert error.retryable
    assert time.monotonic() - start < 5
    assert SECRET not in str(error)


@contextmanager
def talker(answer: bytes | None) -> Iterator[int]:
    """The port of something that takes connections and answers all of them with this, or with silence."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def talk() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                except OSError:
                    return
                if answer is not None:
                    taken[-1].sendall(answer)

        threading.Thread(target=talk, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for one in taken:
            one.close()


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\0", b"\xff" * 40])
def test_what_answers_is_not_neo4j(scheme: str, answer: bytes | None) -> None:
    start = time.monotonic()
    with talker(answer) as port:
        login = Login(f"{scheme}://127.0.0.1:{port}", password=SECRET)
        error = refusal(Neo4jStore(login, dimension=DIMENSION, model=MODEL, timeout=2.0))
    assert isinstance(error, StoreUnavailable | SettingsError), error
    assert time.monotonic() - start < 8


def test_a_connection_that_may_only_read_says_so(empty_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        connection = Connection(login_of(empty_neo4j))
        await connection.open()
        with pytest.raises(StoreReadOnly):
            await connection.read(LOCK, None)
        await connection.close()

    asyncio.run(scenario())


def test_two_who_start_on_an_empty_database_both_find_it_ready(fresh_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        stores = [store_on(fresh_neo4j) for _ in range(5)]
        await asyncio.gather(*(store.open() for store in stores))
        for number, store in enumerate(stores):
            graph = GraphBuilder(ANA, episode=f"epi_{number}")
            graph.memory(f"mem_{number}", "Bob works.", about="Bob")
            await store.commit(graph.changes())
        assert (await stores[0].counts(ANA, VIEW))["memories"] == len(stores)
        await asyncio.gather(*(store.close() for store in stores))

    asyncio.run(scenario())
    assert rows(fresh_neo4j, "MATCH (m:Migration) RETURN m.version ORDER BY m.version") == [
        [step.version] for step in migrations()
    ]
    assert rows(fresh_neo4j, "MATCH (s:Store) RETURN s.model, s.dimension") == [[MODEL, DIMENSION]]


def test_another_model_or_dimension_is_told_with_what_to_do(empty_neo4j: Neo4jServer) -> None:
    asyncio.run(open_and_close(store_on(empty_neo4j)))
    for other in ({"model": "letters"}, {"dimension": DIMENSION + 1}):
        error = refusal(store_on(empty_neo4j, **other))
        assert isinstance(error, DimensionMismatch)
        assert "graphmem reembed" in str(error)
        assert MODEL in str(error)


def test_a_schema_of_another_release_is_told(spoilt: Neo4jServer) -> None:
    asyncio.run(open_and_close(store_on(spoilt)))
    rows(spoilt, "CREATE (:Migration {version: 999, name: 'later', checksum: 'x'})")
    error = refusal(store_on(spoilt))
    assert isinstance(error, SchemaTooNew)
    assert "999" in str(error)
    rows(spoilt, "MATCH (m:Migration) WHERE m.version = 999 DELETE m")
    rows(spoilt, "MATCH (m:Migration {version: 1}) SET m.checksum = 'of another text'")
    error = refusal(store_on(spoilt))
    assert isinstance(error, SchemaDrift)
    assert "V001" in str(error)


def test_an_index_that_is_being_filled_is_waited_for(fresh_neo4j: Neo4jServer) -> None:
    async def scenario() -> None:
        connection = Connection(login_of(fresh_neo4j), Patience())
        await connection.open()
        rows(
            fresh_neo4j, "UNWIND range(1, 60000) AS n CREATE (:Sentence {id: 's' + n, text: 'word' + n + ' and more'})"
        )
        rows(fresh_neo4j, "CREATE FULLTEXT INDEX memory_words FOR (s:Sentence) ON EACH [s.text]")
        with pytest.raises(StoreUnavailable, match="memory_words"):
            await online(connection, 0)
        await online(connection, 60)
        await connection.close()

    asyncio.run(scenario())


def test_an_index_of_another_application_is_no_concern(spoilt: Neo4jServer) -> None:
    rows(spoilt, "CREATE (:Foreign {text: $text})", text="long " * 10_000)
    rows(spoilt, "CREATE INDEX foreign_text FOR (n:Foreign) ON (n.text)")
    state, until = "SHOW INDEXES YIELD name, state WHERE name = 'foreign_text' RETURN state", time.monotonic() + 30
    while rows(spoilt, state) != [["FAILED"]] and time.monotonic() < until:
        time.sleep(0.1)
    assert rows(spoilt, state) == [["FAILED"]]
    asyncio.run(open_and_close(store_on(spoilt)))
    findings = {one.name: one for one in asyncio.run(checkup(Connection(login_of(spoilt)), MODEL, DIMENSION))}
    assert findings["indexes"].verdict == "pass"


@pytest.mark.parametrize("called", ["5.27-aura", "2026.01-aura", ""])
def test_what_a_server_can_do_is_tried_where_its_name_does_not_tell(fresh_neo4j: Neo4jServer, called: str) -> None:
    async def scenario() -> None:
        connection = Connection(login_of(fresh_neo4j))
        version = await connection.open()
        assert await vectors_of(connection, called or version) == ("filtered" if fresh_neo4j.is_2026 else "plain")
        await connection.close()

    asyncio.run(scenario())


PREDICATES = [
    "works_at",
    "Works At",
    "arbeitet für",
    "работает_в",
    "で働く",
    "يعمل في",
    "works`at",
    "a`]->(x) DETACH DELETE x //",
    "$(owner)",
    "${type}",
    "\\u0060",
    "supports",
    "SUPPORTS",
    "mentions",
    "next",
    "1st",
    "🤖",
    "_",
    "-",
    "x" * 10_000,
    "日本" * 5_000,
    "with 'quotes' and \"more\"",
    "line\nbreak",
]


def test_predicates_in_any_spelling(empty_neo4j: Neo4jServer) -> None:
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bob and Acme.", names=["Bob", "Acme"])
    for number, predicate in enumerate(PREDICATES):
        graph.fact(f"fact_{number}", "Bob", predicate, "Acme", by=["mem_1"])

    async def scenario() -> None:
        store = store_on(empty_neo4j)
        await store.open()
        await store.commit(graph.changes())
        facts = await store.facts(Selection(scope=ANA, kind="fact", view=VIEW, limit=100))
        assert {fact.id: fact.predicate for fact in facts.items} == {
            f"fact_{number}": predicate for number, predicate in enumerate(PREDICATES)
        }
        assert await store.inspect(False) == []
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_1",)))
        assert (await store.counts(None, VIEW)) == {"memories": 0, "facts": 0, "entities": 0, "episodes": 0}
        await store.close()

    before = {name for (name,) in rows(empty_neo4j, "CALL db.relationshipTypes()")}
    asyncio.run(scenario())
    types = {name for (name,) in rows(empty_neo4j, "CALL db.relationshipTypes()")} - before
    assert all(len(name) <= 70 and name.replace("_", "a").isalnum() for name in types), types
    assert rows(empty_neo4j, "MATCH (n) WHERE n:Memory OR n:Fact OR n:Entity OR n:Alias RETURN n") == []


def test_relationship_types_are_capped(empty_neo4j: Neo4jServer) -> None:
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bob and Acme.", names=["Bob", "Acme"])
    for number in range(30):
        graph.fact(f"fact_{number}", "Bob", f"capped_{number}", "Acme", by=["mem_1"])

    async def scenario() -> None:
        store = store_on(empty_neo4j, most_types=20)
        await store.open()
        await store.commit(graph.changes())
        await store.close()

    asyncio.run(scenario())
    types = [name for (name,) in rows(empty_neo4j, "CALL db.relationshipTypes()") if name.startswith("CAPPED")]
    assert 0 < len(types) <= 20
    ((shared,),) = rows(empty_neo4j, "MATCH ()-[r:RELATED_TO]->() RETURN count(r)")
    assert shared == 30 - len(types)
    ((all_of_them,),) = rows(empty_neo4j, "MATCH ()-[r]->() WHERE r.predicate STARTS WITH 'capped' RETURN count(r)")
    assert all_of_them == 30
    assert faults_in(empty_neo4j) == []


def test_a_write_of_many_rows_is_one_transaction(empty_neo4j: Neo4jServer) -> None:
    graph = GraphBuilder(ANA)
    for number in range(MANY):
        graph.memory(f"mem_{number}", f"Bob saw thing {number}.", about="Bob", names=["Bob"])
    graph.memory("mem_large", "word " * 40_000, about="Bob")
    nowhere = Support(memory_id="mem_1", fact_id="fact_?", sentence=0, span_start=0, span_end=1)

    async def scenario() -> None:
        store = store_on(empty_neo4j)
        await store.open()
        with pytest.raises(Conflict):
            await store.commit(graph.changes(supports=(nowhere,)))
        assert await store.counts(None, VIEW) == {"memories": 0, "facts": 0, "entities": 0, "episodes": 0}
        receipt = await store.commit(graph.changes())
        assert receipt.written["memories"] == MANY + 1
        assert await store.version(ANA.owner) == 1
        assert await store.inspect(False) == []
        await store.close()

    asyncio.run(scenario())
    assert rows(empty_neo4j, "MATCH (m:Memory) RETURN count(m)") == [[MANY + 1]]


def test_a_server_that_goes_is_said_within_the_timeout_and_found_again(empty_neo4j: Neo4jServer) -> None:
    if empty_neo4j.kill is None or empty_neo4j.restart is None:
        pytest.skip("This server is not ours to kill.")
    server = empty_neo4j

    async def scenario() -> None:
        store = store_on(server, timeout=2.0)
        await store.open()
        await asyncio.to_thread(server.kill)
        for call in (store.version(ANA.owner), store.commit(small().changes())):
            start = time.monotonic()
            with pytest.raises(StoreUnavailable):
                await call
            assert time.monotonic() - start < 8
        await asyncio.to_thread(server.restart)
        await store.commit(small().changes())
        assert await store.version(ANA.owner) == 1
        await store.close()
        with pytest.raises(ClosedError):
            await store.version(ANA.owner)

    asyncio.run(scenario())


def small() -> GraphBuilder:
    """One memory."""
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bob works.", about="Bob")
    return graph
