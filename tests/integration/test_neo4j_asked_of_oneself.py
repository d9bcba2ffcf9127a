"""Questions in the first person on Neo4j: the answers are those of the embedded store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graphmem import Memory, Settings
from tests.integration.test_asked_of_oneself import ANSWERS, SAID, START
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import place_of

pytestmark = pytest.mark.neo4j


def test_the_first_hit_answers_and_is_the_users_own(fresh_neo4j: Neo4jServer) -> None:
    with Memory(Settings.of(**place_of(fresh_neo4j))) as memory:
        for day, text in enumerate(SAID):
            memory.add(text, user_id="u-17", occurred_at=START + timedelta(days=day))
        memory.add("I live in Bergen and my boss is Dana.", user_id="other")
        for question, answer in ANSWERS:
            found = memory.search(question, user_id="u-17", limit=5)
            assert found.hits[0].memory.text == answer, question
        then = memory.search("Where do I live?", user_id="u-17", as_of=START + timedelta(days=6))
        assert then.hits[0].memory.text == "I live in Porto."
        assert {hit.memory.text for hit in memory.search("Who is my boss?", user_id="other")} == {
            "I live in Bergen and my boss is Dana."
        }
