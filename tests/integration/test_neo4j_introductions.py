"""Names that users give themselves mean the same on a Neo4j server: the tests of the embedded store, run there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from graphmem import Memory, Settings
from graphmem.testing import FixedClock
from graphmem.upkeep import check
from tests.integration.test_introductions import (
    NOON,
    test_a_name_is_of_its_owner_only,
    test_a_worker_learns_it_too,
    test_it_is_so_from_the_first_word_on,
    test_one_that_is_known_already_is_left_alone,
    test_what_is_said_of_the_name_is_said_of_the_user,
    test_what_one_agent_was_told_another_does_not_show,
)
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of

__all__ = [
    "test_a_name_is_of_its_owner_only",
    "test_a_worker_learns_it_too",
    "test_it_is_so_from_the_first_word_on",
    "test_one_that_is_known_already_is_left_alone",
    "test_what_is_said_of_the_name_is_said_of_the_user",
    "test_what_one_agent_was_told_another_does_not_show",
]


@pytest.fixture
def memory(neo4j_server: Neo4jServer) -> Iterator[Memory]:
    emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
    settings = Settings.of(**place_of(neo4j_server))
    with Memory(settings, embedder=HashingEmbedder(), clock=FixedClock(NOON)) as made:
        yield made
    assert asyncio.run(check(settings, embedder=HashingEmbedder())) == []
