"""A store on a test's server, and a look at its graph from outside with queries of its own: what is there is there whole."""

from __future__ import annotations

from typing import Any

from neo4j import GraphDatabase

from graphmem.stores.neo4j.connection import Login
from graphmem.stores.neo4j.store import Neo4jStore
from tests.support.neo4j_server import Neo4jServer

DIMENSION, MODEL = 8, "numbers"
CHECKS = {
    "sentence without its memory": "MATCH (s:Sentence) WHERE NOT EXISTS { (:Memory)-[:HAS_SENTENCE]->(s) }",
    "memory without its episode": "MATCH (m:Memory) WHERE COUNT { (m)-[:DERIVED_FROM]->(:Episode) } <> 1",
    "episode without a memory": "MATCH (p:Episode) WHERE NOT EXISTS { (p)<-[:DERIVED_FROM]-(:Memory) }",
    "fact that nothing supports": "MATCH (f:Fact) WHERE NOT EXISTS { (f)<-[:SUPPORTS]-(:Memory) }",
    "wrong support count": "MATCH (f:Fact) WHERE f.support_count <> COUNT { (f)<-[:SUPPORTS]-(:Memory) }",
    "a fact supported twice by one memory": """
        MATCH (m:Memory)-[u:SUPPORTS]->(f:Fact) WITH m, f, count(u) AS times WHERE times > 1""",
    "fact without its two ends": """
        MATCH (f:Fact) WHERE COUNT { (f)-[:SUBJECT]->(:Entity) } <> 1 OR COUNT { (f)-[:OBJECT]->(:Entity) } <> 1""",
    "fact without its one edge": """
        MATCH (s:Entity)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(t:Entity)
        WHERE COUNT { MATCH (s)-[r]->(t) WHERE r.fact_id = f.id } <> 1""",
    "edge of no fact": """
        MATCH (s:Entity)-[r]->(t:Entity) WHERE r.fact_id IS NOT NULL
        AND NOT EXISTS { MATCH (s)<-[:SUBJECT]-(f:Fact)-[:OBJECT]->(t) WHERE f.id = r.fact_id }""",
    "two current facts that say the same": """
        MATCH (f:Fact) WHERE f.retired_at IS NULL AND f.valid_to IS NULL
        WITH f.owner AS a, f.user_id AS b, f.agent_id AS c, f.run_id AS d, f.subject_id AS e, f.predicate AS g,
             f.object_id AS h, f.negated AS i, f.modality AS j, count(f) AS times WHERE times > 1""",
    "closed fact without the edge from what closed it": """
        MATCH (f:Fact) MATCH (by:Fact {id: f.superseded_by})
        WHERE by.owner = f.owner AND NOT EXISTS { (by)-[:SUPERSEDES]->(f) }""",
    "entity that nothing names": "MATCH (e:Entity) WHERE NOT EXISTS { (e)<-[:MENTIONS|ABOUT|SUBJECT|OBJECT]-() }",
    "two entities of one key": "MATCH (e:Entity) WITH e.owner AS owner, e.key AS key, count(e) AS times WHERE times > 1",
    "row without a vector": "MATCH (n:Memory|Sentence|Fact|Entity) WHERE n.embedding IS NULL",
    "owner that miscounts": """
        MATCH (o:Owner) WHERE o.memories <> COUNT { MATCH (m:Memory) WHERE m.owner = o.owner }
        OR o.words <> reduce(sum = 0, n IN COLLECT { MATCH (m:Memory) WHERE m.owner = o.owner RETURN m.word_count } | sum + n)""",
    "word that is miscounted": """
        MATCH (t:Term) WHERE t.memories <> COUNT {
            MATCH (m:Memory) WHERE m.owner = t.owner AND any(word IN split(m.words, ' ') WHERE substring(word, 17) = t.stem)
        }""",
}


def store_on(
    server: Neo4jServer, *, dimension: int = DIMENSION, model: str = MODEL, url: str = "", **options: Any
) -> Neo4jStore:
    """A store there, not opened yet; `url`: another way to it."""
    return Neo4jStore(login_of(server, url=url or server.uri), dimension=dimension, model=model, **options)


def login_of(server: Neo4jServer, **instead: str) -> Login:
    """How to enter the server, or how not to."""
    given = {"username": server.username, "password": server.password, "database": server.database}
    return Login(instead.pop("url", server.uri), **{**given, **instead})


def rows(server: Neo4jServer, query: str, **values: Any) -> list[list[Any]]:
    """What a query gives, asked of the server without the store."""
    with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
        records, _, _ = driver.execute_query(query, values, database_=server.database)
    return [list(record) for record in records]


def faults_in(server: Neo4jServer) -> list[str]:
    """What is wrong with the graph, in words; empty when all is well."""
    found = []
    for what, query in CHECKS.items():
        ((number,),) = rows(server, f"{query} RETURN count(*)")
        if number:
            found.append(f"{number} × {what}")
    return found
