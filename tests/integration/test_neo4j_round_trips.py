"""How often a server is asked: every statement is a journey there and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

import graphmem.memory
from graphmem import Memory, Settings
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing import FixedClock
from graphmem.wiring import make_store
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of
from tests.support.reading import PlainExtractor

AN_ADD, A_CORRECTION, A_SEARCH = 3, 5, 4


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[Neo4jStore]:
    """The stores behind the memories made from here on."""
    made: list[Neo4jStore] = []

    def kept(settings: Settings, embedder: Embedder) -> GraphStore:
        store = make_store(settings, embedder)
        assert isinstance(store, Neo4jStore)
        made.append(store)
        return store

    monkeypatch.setattr(graphmem.memory, "make_store", kept)
    return made


@pytest.fixture
def memory(stores: list[Neo4jStore], fresh_neo4j: Neo4jServer) -> Iterator[Memory]:
    settings = Settings.of(**place_of(fresh_neo4j))
    clock = FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))
    with Memory(settings, embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock) as made:
        yield made
    wipe(fresh_neo4j)


def test_statements_of_an_add_and_of_a_search(memory: Memory, stores: list[Neo4jStore]) -> None:
    memory.add("Zoe knows Yan.", user_id="u")
    (store,) = stores

    def sent(before: int) -> int:
        return store.sent - before

    for text in (
        "Ana works_at Acme.",
        "Acme owned_by Bo. Bo born_in Porto.",
        "nothing to read",
        "Ana knows Di.\n" * 100,
    ):
        before = store.sent
        memory.add(text, user_id="u", run_id="r")
        assert sent(before) <= AN_ADD, text
    before = store.sent
    memory.add("No, I meant Acorn.", user_id="u", run_id="r")
    assert AN_ADD < sent(before) <= A_CORRECTION
    before = store.sent
    memory.add_many([f"Ana saw Thing{number}." for number in range(40)], user_id="u", batch_size=40)
    assert sent(before) <= AN_ADD
    before = store.sent
    assert memory.add("Ana works_at Acme.", user_id="u", run_id="r").results[0].event == "NOOP"
    assert sent(before) == 1
    for hops, statements in ((0, 2), (1, 3), (2, A_SEARCH), (3, 5)):
        before = store.sent
        assert len(memory.search("Ana works_at what is owned_by whom", user_id="u", hops=hops)) == 10
        assert sent(before) == statements
    for filters in ({"actor_id": {"exists": False}}, {"created_at": {"gt": "2020-01-01"}}, {"metadata.a": {"ne": 1}}):
        before = store.sent
        assert len(memory.search("Where was Bo born?", user_id="u", filters=filters, hops=2)) == 10
        assert sent(before) == A_SEARCH, filters
