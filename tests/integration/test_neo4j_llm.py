"""On a Neo4j server too, a model's facts are kept with their evidence, and a fault of the model leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from neo4j import GraphDatabase

from graphmem import Memory
from graphmem.errors import AnswerMalformed, EmbeddingFailed, GraphmemError, ModelUnavailable, RateLimited
from graphmem.testing import OpenAIServer
from graphmem.testing.openai_answers import Answer, embedded, hung_up, said, status
from graphmem.testing.openai_server import CHAT, DIMENSION
from tests.support.llm import TEXT, WORKS, answer, quick, settings
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of

pytest.importorskip("openai")
SAID: dict[str, Any] = {"user_id": "maya", "actor_id": "Maya"}
FAULTS: list[tuple[list[Answer], type[GraphmemError]]] = [
    ([said("So it goes.")] * 2, AnswerMalformed),
    ([status(429)] * 3, RateLimited),
    ([hung_up(9)] * 3, ModelUnavailable),
    ([said(answer(WORKS)), embedded(DIMENSION + 1)], EmbeddingFailed),
]


def rows(server: Neo4jServer) -> list[tuple[list[str], int]]:
    """How many nodes there are of each kind, and how many relationships."""
    with (
        GraphDatabase.driver(server.uri, auth=server.auth) as driver,
        driver.session(database=server.database) as session,
    ):
        nodes = session.run("MATCH (n) RETURN labels(n) AS kind, count(*) AS rows ORDER BY kind")
        counted = [(list(row["kind"]), int(row["rows"])) for row in nodes]
        edges = session.run("MATCH ()-[r]->() RETURN count(r) AS rows").single(strict=True)
        return [*counted, ([], int(edges["rows"]))]


@pytest.fixture
def empty(fresh_neo4j: Neo4jServer) -> Iterator[Neo4jServer]:
    """An empty database, and again so for the next test, which has vectors of another model."""
    yield fresh_neo4j
    wipe(fresh_neo4j)


def test_facts_are_kept_and_faults_leave_nothing(empty: Neo4jServer) -> None:
    vectors = {"embedder": "openai", "embedding_model": "vectors-1", "embedding_dimension": DIMENSION}
    with (
        OpenAIServer() as server,
        Memory(settings(server, limits=quick(failures=100), **place_of(empty), **vectors)) as memory,
    ):
        memory.add("Ana knows Bo.", user_id="maya")
        before = rows(empty)
        for script, kind in FAULTS:
            server.then(*script)
            with pytest.raises(kind):
                memory.add(TEXT, **SAID)
            assert rows(empty) == before
        server.then(said(answer(WORKS)))
        added = memory.add(TEXT, **SAID)
        assert [str(fact) for fact in added.results[0].facts] == ["Maya — work at → Tidewater"]
        asked = len(server.chats)
        hit = memory.search("Where does Maya work?", user_id="maya").hits[0]
        assert (hit.memory.text, hit.facts[0].text) == (TEXT, f"Maya: {TEXT}")
        memory.delete(added.results[0].id, user_id="maya")
        assert len([one for one in server.requests if one.path == CHAT]) == asked
