"""delete_all in portions on a server: the same promises as on a file."""

from __future__ import annotations

import asyncio

import pytest

from graphmem.errors import StoreUnavailable
from graphmem.settings import Settings
from graphmem.upkeep import check
from tests.integration.test_erasing import interruptible, shown, tell
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import place_of


def test_an_interrupted_deletion_shows_nothing_more_and_is_finished_by_the_next(fresh_neo4j: Neo4jServer) -> None:
    where = Settings.of(**place_of(fresh_neo4j))
    with interruptible(where) as (memory, made):
        told = tell(memory)
        (texts, facts), other = shown(memory), shown(memory, "other")
        for commits in (1, 3, 1):
            made[0].left = commits
            with pytest.raises(StoreUnavailable):
                memory.delete_all(user_id="u")
            made[0].left = None
            left = shown(memory)
            assert left[0] <= texts
            assert left[1] <= facts, "what was outdated has come back"
        memory.delete_all(user_id="u")
        assert shown(memory) == (set(), set())
        assert memory.stats(user_id="u").facts == 0
        for text, id_ in told.items():
            steps = [one.event for one in memory.history(id_)]
            assert steps.count("DELETE") == (1 if text.startswith("Ana") else 0), "deleted once"
        assert shown(memory, "other") == other
    assert asyncio.run(check(where, embedder=HashingEmbedder())) == []
