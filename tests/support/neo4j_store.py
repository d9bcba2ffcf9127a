"""Stores on a server of the tests, each beginning with an empty graph and a schema that stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from neo4j import GraphDatabase

from graphmem.stores.neo4j.connection import Login
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import DIMENSION
from tests.support.neo4j_server import Neo4jServer

ROWS = "MATCH (n) WHERE NOT n:Migration AND NOT n:Store AND NOT n:Lock CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS"


def emptied(server: Neo4jServer) -> None:
    """Take away every row of every owner; the schema stays, for making it anew takes longer than a test."""
    with (
        GraphDatabase.driver(server.uri, auth=server.auth) as driver,
        driver.session(database=server.database) as session,
    ):
        session.run(ROWS).consume()


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
