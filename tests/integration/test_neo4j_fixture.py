"""The servers that the tests stand on: they answer, are wiped, and come back after a kill."""

from __future__ import annotations

from neo4j import GraphDatabase

from tests.support.neo4j_server import Neo4jServer, answers


def rows(server: Neo4jServer, query: str) -> list[list[object]]:
    with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        records, _, _ = driver.execute_query(query, database_=server.database)
    return [list(record) for record in records]


def test_a_fresh_database_is_empty(fresh_neo4j: Neo4jServer) -> None:
    rows(fresh_neo4j, "CREATE CONSTRAINT one FOR (n:Thing) REQUIRE n.id IS UNIQUE")
    rows(fresh_neo4j, "CREATE FULLTEXT INDEX words FOR (n:Thing) ON EACH [n.text]")
    rows(fresh_neo4j, "UNWIND range(1, 5000) AS i CREATE (:Thing {id: i})-[:NEXT]->(:Other)")


def test_nothing_of_the_test_before_is_left(fresh_neo4j: Neo4jServer) -> None:
    assert rows(fresh_neo4j, "MATCH (n) RETURN count(n)") == [[0]]
    assert rows(fresh_neo4j, "SHOW CONSTRAINTS YIELD name") == []
    assert rows(fresh_neo4j, "SHOW INDEXES YIELD type WHERE type <> 'LOOKUP' RETURN type") == []


def test_a_killed_server_comes_back_with_its_data(fresh_neo4j: Neo4jServer) -> None:
    if fresh_neo4j.kill is None or fresh_neo4j.restart is None:
        return
    rows(fresh_neo4j, "CREATE (:Kept {id: 1})")
    fresh_neo4j.kill()
    assert not answers(fresh_neo4j)
    fresh_neo4j.restart()
    assert rows(fresh_neo4j, "MATCH (n:Kept) RETURN n.id") == [[1]]
