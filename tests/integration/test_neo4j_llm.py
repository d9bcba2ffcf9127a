"""On a Neo4j server too, a model's facts are kept with their evidence, and a fault of the model leaves nothing behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from neo4j import GraphDatabase

from graphmem import Memory
from graphmem.errors import AnswerMalformed, EmbeddingFailed, GraphmemError, ModelUnavailable, RateLimited
from graphmem.testing import OpenAIServer
from graphmem.testing.openai_answers import Answer, embedded, hung_up, said, status
from graphmem.testing.openai_server import CHAT, DIMENSION, Asked, ordinary
from tests.support.llm import TEXT, WORKS, answer, quick, settings, stated
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of

pytest.importorskip("openai")
VECTORS = {"embedder": "openai", "embedding_model": "vectors-1", "embedding_dimension": DIMENSION}
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
    with (
        OpenAIServer() as server,
        Memory(settings(server, limits=quick(failures=100), **place_of(empty), **VECTORS)) as memory,
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


def test_one_call_an_add_and_two_with_reconciliation(empty: Neo4jServer) -> None:
    def rule(asked: Asked) -> Answer:
        if asked.path != CHAT:
            return ordinary(asked)
        shown = json.loads(asked.texts[1])
        if "messages" in shown:
            return said({"title": "Feed them", "steps": ["Open a tin."]})
        if "statements" in shown:
            return said({"verdicts": [{"statement": 1, "verdict": "outdates", "facts": [1]}]})
        text = shown["passages"][0]["text"]
        return said(answer(stated(text, "Maya", "breed", text.split()[-1].strip("."))))

    with OpenAIServer() as server, Memory(settings(server, reconciler="llm", **place_of(empty), **VECTORS)) as memory:
        server.otherwise = rule  # type: ignore[method-assign]
        calls = [memory.add(f"Maya breeds {what}.", user_id="u").receipt.usage.calls for what in ("cats", "dogs")]
        calls.append(memory.add("Maya breeds birds.", user_id="u", infer=False).receipt.usage.calls)
        calls.append(memory.add("I fed them.", agent_id="bot", memory_type="procedural").receipt.usage.calls)
        assert calls == [1, 2, 0, 1]
        assert {str(fact) for fact in memory.facts(user_id="u")} == {"Maya — breed → dogs"}
        assert len([one for one in server.requests if one.path == CHAT]) == sum(calls)
        memory.search("What does Maya breed?", user_id="u")
        memory.delete_all(user_id="u")
        assert len(server.chats) == sum(calls)
