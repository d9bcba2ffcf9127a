"""Entities joined and told apart on a server: the same as in a file, by the same tests, and each in as few statements."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from neo4j import GraphDatabase

from graphmem import Memory, Settings
from graphmem.stores.neo4j.schema import migrations, statements
from tests.integration import test_sameness as embedded
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, place_of
from tests.support.reading import PlainExtractor

SAME: tuple[Callable[[], None], ...] = (
    embedded.test_a_merge_is_one_thing_under_either_name_until_it_is_split,
    embedded.test_a_new_value_for_one_closes_the_other_s_until_they_are_split,
    embedded.test_candidates_are_listed_with_score_and_reason_until_they_are_decided,
    embedded.test_what_is_surely_one_thing_is_joined_and_can_be_split,
    embedded.test_what_both_have_to_do_with_joins_what_is_likely,
    embedded.test_what_crosses_agents_is_for_people_to_decide,
    embedded.test_what_cannot_be_decided_is_said,
)


@pytest.fixture
def on_server(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """Let the tests of the file store open this server instead."""

    def opened() -> Memory:
        emptied(neo4j_server, HashingEmbedder.dimension, HashingEmbedder.name)
        settings = Settings.of(**place_of(neo4j_server))
        return Memory(settings, embedder=HashingEmbedder(), extractor=PlainExtractor())

    monkeypatch.setattr(embedded, "memory", opened)
    return neo4j_server


@pytest.mark.parametrize("test", SAME, ids=lambda test: test.__name__.removeprefix("test_"))
def test_a_server_says_what_a_file_says(on_server: Neo4jServer, test: Callable[[], None]) -> None:
    test()


def test_a_joined_name_takes_no_more_statements(on_server: Neo4jServer) -> None:
    with embedded.memory() as one:
        embedded.add(one, "Bob", "visits", "Porto")
        embedded.add(one, "Robert", "visits", "Lisbon")
        one.merge("Robert", "Bob", user_id="ana")
        store = one._memory._store
        before = store.sent  # type: ignore[attr-defined]
        embedded.add(one, "Bob", "visits", "Faro")
        assert store.sent - before == 3  # type: ignore[attr-defined]


def test_a_graph_from_before_learns_last_names_in_portions(on_server: Neo4jServer) -> None:
    with embedded.memory() as one:
        embedded.add(one, "Michael Jordan", "visits", "Porto")
    with GraphDatabase.driver(on_server.uri, auth=on_server.auth) as driver:
        driver.execute_query("MATCH (m:Migration {version: 2}) DELETE m")
        driver.execute_query("MATCH (e:Entity) REMOVE e.last")
        step = next(one for one in migrations() if one.version == 2)
        assert all("IN TRANSACTIONS" in one for one in statements(step.text) if " SET " in one)
        with Memory(Settings.of(**place_of(on_server)), embedder=HashingEmbedder(), extractor=PlainExtractor()):
            pass
        rows, _, _ = driver.execute_query("MATCH (e:Entity) RETURN collect(DISTINCT e.last) AS last")
        assert {"jordan", "porto"} <= set(rows[0]["last"])
