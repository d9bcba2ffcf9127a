"""Stores on a server of the tests, each beginning with an empty graph and a schema that stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from neo4j import GraphDatabase

from graphmem.stores.neo4j.connection import Login
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import DIMENSION
from tests.support.neo4j_server import Neo4jServer, running, wipe

ROWS = "MATCH (n) WHERE NOT n:Migration AND NOT n:Store AND NOT n:Lock CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS"
FITS = """
RETURN EXISTS { MATCH (s:Store) WHERE s.model = $model AND s.dimension = $dimension
    AND NOT any(key IN keys(s) WHERE key IN ['place', 'next_model', 'left_over']) } AS fits"""
"""Whether the schema is as it was made for these vectors, and nothing has moved them since."""


def emptied(server: Neo4jServer, dimension: int = DIMENSION, model: str = "numbers") -> None:
    """Take away every row of every owner. The schema stays, for making it anew takes longer than a test, unless it is for
    other vectors than those of this model and dimension or a test was moving them: then it goes too."""
    with (
        GraphDatabase.driver(server.uri, auth=server.auth) as driver,
        driver.session(database=server.database) as session,
    ):
        session.run(ROWS).consume()
        fits = session.run(FITS, model=model, dimension=dimension).single(strict=True)[0]
    if not fits:
        wipe(server)


@pytest.fixture
def empty_neo4j(neo4j_server: Neo4jServer) -> Neo4jServer:
    """A running server without a row, and with a schema for vectors of numbers if the test before left one: far quicker to
    have than `fresh_neo4j`, after which the schema is made and every query planned anew."""
    running(neo4j_server)
    emptied(neo4j_server)
    return neo4j_server


def login(server: Neo4jServer) -> Login:
    """How a store enters the server."""
    return Login(server.uri, server.username, server.password, server.database)


def place_of(server: Neo4jServer) -> dict[str, Any]:
    """The same as fields of `Settings`."""
    return {
        "url": server.uri,
        "neo4j_username": server.username,
        "neo4j_password": server.password,
        "neo4j_database": server.database,
    }


@asynccontextmanager
async def opened(server: Neo4jServer, dimension: int = DIMENSION, model: str = "numbers") -> AsyncIterator[Neo4jStore]:
    """An open store; it is closed at the end."""
    store = Neo4jStore(login(server), dimension=dimension, model=model)
    await store.open()
    try:
        yield store
    finally:
        await store.close()
