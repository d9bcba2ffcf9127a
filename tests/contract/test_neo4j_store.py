"""The store on a Neo4j server keeps every promise of the port, on both versions that are supported."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase

from graphmem.ports.graph_store import GraphStore
from graphmem.stores.neo4j.connection import Login
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing import GraphStoreContract
from tests.support.neo4j_server import Neo4jServer, wipe

EMPTY = "MATCH (n) WHERE NOT n:Migration AND NOT n:Store AND NOT n:Lock DETACH DELETE n"
"""Every row of every owner; the schema stays, for making it anew takes longer than a test."""
MOVED = "MATCH (s:Store) WHERE any(key IN keys(s) WHERE key IN ['place', 'next_model', 'left_over']) RETURN s"
"""A test has been moving the vectors to another model: the next one wants a schema that is as it was made."""


@pytest.fixture(scope="class")
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    """A way in that is not the store's, to a database that begins empty."""
    wipe(neo4j_server)
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        yield driver
    wipe(neo4j_server)


class TestNeo4j(GraphStoreContract):
    """On a server."""

    @pytest.fixture(autouse=True)
    def _server(self, neo4j_server: Neo4jServer, driver: Driver) -> None:
        driver.execute_query(EMPTY, database_=neo4j_server.database)
        if driver.execute_query(MOVED, database_=neo4j_server.database).records:
            wipe(neo4j_server)
        self.login = Login(neo4j_server.uri, neo4j_server.username, neo4j_server.password, neo4j_server.database)

    async def make_store(self) -> GraphStore:
        store = Neo4jStore(self.login, dimension=self.dimension, model="numbers")
        await store.open()
        return store
