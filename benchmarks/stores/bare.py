"""What the bare driver takes to write the same rows: the measure for the Neo4j store's own writing."""

from __future__ import annotations

import time
from typing import Any

from benchmarks.stores.measures import CHUNK, rows_in
from benchmarks.stores.world import World, changes_of
from graphmem.domain.change import ChangeSet
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore

CONSTRAINTS = ("bare_memory", "bare_entity", "bare_fact", "bare_episode")
INDEXES = ("bare_memory_vector", "bare_fact_vector", "bare_entity_vector", "bare_words")
SCHEMA = (
    "CREATE CONSTRAINT bare_memory IF NOT EXISTS FOR (n:BareMemory) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT bare_entity IF NOT EXISTS FOR (n:BareEntity) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT bare_fact IF NOT EXISTS FOR (n:BareFact) REQUIRE n.id IS UNIQUE",
    "CREATE CONSTRAINT bare_episode IF NOT EXISTS FOR (n:BareEpisode) REQUIRE n.id IS UNIQUE",
    "CREATE VECTOR INDEX bare_memory_vector IF NOT EXISTS FOR (n:BareMemory) ON n.embedding OPTIONS "
    "{indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}}",
    "CREATE VECTOR INDEX bare_fact_vector IF NOT EXISTS FOR (n:BareFact) ON n.embedding OPTIONS "
    "{indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}}",
    "CREATE VECTOR INDEX bare_entity_vector IF NOT EXISTS FOR (n:BareEntity) ON n.embedding OPTIONS "
    "{indexConfig: {`vector.dimensions`: 384, `vector.similarity_function`: 'cosine'}}",
    "CREATE FULLTEXT INDEX bare_words IF NOT EXISTS FOR (n:BareMemory) ON EACH [n.text]",
)
"""The same kinds of index as the store's: to write into none would be another task."""

WRITES = (
    ("episodes", "UNWIND $rows AS row CREATE (n:BareEpisode) SET n = row"),
    ("entities", "UNWIND $rows AS row MERGE (n:BareEntity {id: row.id}) ON CREATE SET n = row"),
    (
        "memories",
        "UNWIND $rows AS row MATCH (p:BareEpisode {id: row.episode_id}), (e:BareEntity {id: row.about_id}) "
        "CREATE (n:BareMemory) SET n = row CREATE (n)-[:DERIVED_FROM]->(p) CREATE (n)-[:ABOUT]->(e)",
    ),
    (
        "sentences",
        "UNWIND $rows AS row MATCH (m:BareMemory {id: row.memory_id}) "
        "CREATE (n:BareSentence) SET n = row CREATE (m)-[:HAS_SENTENCE]->(n)",
    ),
    (
        "facts",
        "UNWIND $rows AS row MATCH (s:BareEntity {id: row.subject_id}), (o:BareEntity {id: row.object_id}) "
        "CREATE (n:BareFact) SET n = row CREATE (n)-[:SUBJECT]->(s) CREATE (n)-[:OBJECT]->(o) "
        "CREATE (s)-[:BARE_EDGE {fact_id: row.id}]->(o)",
    ),
    (
        "supports",
        "UNWIND $rows AS row MATCH (m:BareMemory {id: row.memory_id}), (f:BareFact {id: row.fact_id}) "
        "CREATE (m)-[:SUPPORTS {span_start: row.span_start, span_end: row.span_end}]->(f)",
    ),
    (
        "mentions",
        "UNWIND $rows AS row MATCH (m:BareMemory {id: row.memory_id}), (e:BareEntity {id: row.entity_id}) "
        "CREATE (m)-[:MENTIONS {span_start: row.span_start, span_end: row.span_end}]->(e)",
    ),
    ("revisions", "UNWIND $rows AS row CREATE (n:BareRevision) SET n = row"),
)
CLEAR = (
    "MATCH (n:BareMemory|BareEntity|BareFact|BareEpisode|BareSentence|BareRevision) "
    "CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS"
)


def plain(row: Any, vectors: dict[str, Any]) -> dict[str, Any]:
    """A row as properties: scalars and lists of scalars only, and its vector."""
    values = row.model_dump(exclude_none=True)
    scope = values.pop("scope", None) or {}
    kept = {key: value for key, value in values.items() if not isinstance(value, dict | tuple | list)}
    kept |= {key: value for key, value in scope.items() if value is not None}
    vector = vectors.get(getattr(row, "id", ""))
    return kept if vector is None else {**kept, "embedding": vector.tolist()}


async def compare(
    store: GraphStore, uri: str, auth: tuple[str, str] | None, database: str, commits: int
) -> dict[str, float]:
    """Write the same rows by the store and with UNWIND, a transaction for every 500 memories, in turn: so that a machine
    that is busy for a while is busy for both. The first pair is not counted. Takes away what the driver wrote."""
    import neo4j

    world, scope = World(CHUNK * (commits + 1), seed=77), Scope(user_id="compared")
    seconds: dict[str, list[float]] = {"store": [], "bare": []}
    rows = 0
    with neo4j.GraphDatabase.driver(uri, auth=auth) as driver:
        for statement in SCHEMA:
            driver.execute_query(statement, database_=database)
        driver.execute_query("CALL db.awaitIndexes(120)", database_=database)
        for place in range(commits + 1):
            changes = changes_of(scope, list(world.happenings(CHUNK)), place * CHUNK)
            start = time.perf_counter()
            await store.commit(changes)
            between = time.perf_counter()
            with driver.session(database=database) as session:
                session.execute_write(_write, changes)
            seconds["store"].append(between - start)
            seconds["bare"].append(time.perf_counter() - between)
            rows += rows_in(changes) if place else 0
        with driver.session(database=database) as session:
            session.run(CLEAR).consume()
        for kind, names in (("CONSTRAINT", CONSTRAINTS), ("INDEX", INDEXES)):
            for name in names:
                driver.execute_query(f"DROP {kind} {name} IF EXISTS", database_=database)
    rates = {name: rows / sum(each[1:]) for name, each in seconds.items()}
    return {
        "rows": rows,
        "store_rows_per_second": round(rates["store"], 1),
        "rows_per_second": round(rates["bare"], 1),
        "store_to_bare": round(rates["store"] / rates["bare"], 3),
    }


def _write(transaction: Any, changes: ChangeSet) -> None:
    for kind, statement in WRITES:
        rows = [plain(row, changes.vectors) for row in getattr(changes, kind)]
        if rows:
            transaction.run(statement, rows=rows).consume()
