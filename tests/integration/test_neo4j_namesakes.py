"""People of one name told apart by a role on a server: the same as in a file, by the same tests, and an add in as few statements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem import Memory, Settings
from tests.integration import test_namesakes as embedded
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of

RUNS = max(embedded.RUNS // 5, 3)


@pytest.fixture
def on_server(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """Let the tests of the file store open this server instead."""

    def opened() -> Memory:
        emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
        return Memory(Settings.of(**place_of(neo4j_server)), embedder=HashingEmbedder())

    monkeypatch.setattr(embedded, "memory", opened)
    return neo4j_server


@pytest.mark.parametrize("test", embedded.SAME, ids=lambda test: test.__name__.removeprefix("test_"))
def test_a_server_says_what_a_file_says(on_server: Neo4jServer, test: Callable[[], None]) -> None:
    test()


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=embedded.stories, name=st.sampled_from(embedded.NAMES), triples=st.booleans())
def test_facts_of_one_never_close_those_of_another(
    on_server: Neo4jServer, story: Any, name: str, triples: bool
) -> None:
    steps, sizes = story
    with embedded.memory() as one:
        embedded.tell(one, name, steps, sizes, triples)
        embedded.check(one, steps)


def test_an_introduction_takes_no_more_statements(on_server: Neo4jServer) -> None:
    with embedded.memory() as one:
        store = one._memory._store
        embedded.said(one, "My sister Anna lives in Oslo.")
        for text in (
            "My colleague Anna lives in Rome.",
            "My colleague Anna moved to Milan.",
            "My sister Anna likes tea.",
        ):
            before = store.sent  # type: ignore[attr-defined]
            embedded.said(one, text)
            assert store.sent - before == 3  # type: ignore[attr-defined]
