"""A small graph in the documented model, made by plain Cypher: two owners, facts that are replaced and denied, an orphan."""

from __future__ import annotations

from typing import Any

MAKE = """
UNWIND $owners AS row CREATE (o:Owner) SET o = row;
UNWIND $episodes AS row CREATE (p:Episode) SET p = row;
UNWIND $memories AS row CREATE (m:Memory) SET m = row.node
WITH m, row MATCH (p:Episode {id: row.episode}) CREATE (m)-[:DERIVED_FROM]->(p);
UNWIND $entities AS row CREATE (e:Entity) SET e = row
WITH e, row UNWIND [row.key] + row.aliases AS key MERGE (a:Alias {owner: row.owner, key: toLower(key)}) CREATE (a)-[:NAMES]->(e);
UNWIND $facts AS row MATCH (s:Entity {id: row.subject_id}), (o:Entity {id: row.object_id})
CREATE (f:Fact) SET f = row CREATE (f)-[:SUBJECT]->(s) CREATE (f)-[:OBJECT]->(o)
CREATE (s)-[r:$(toUpper(row.predicate))]->(o)
SET r = {fact_id: row.id, owner: row.owner, predicate: row.predicate, negated: row.negated, retired_at: row.retired_at,
         valid_from: row.valid_from, valid_to: row.valid_to};
MATCH (old:Fact) WHERE old.superseded_by IS NOT NULL MATCH (new:Fact {id: old.superseded_by}) CREATE (new)-[:SUPERSEDES]->(old);
UNWIND $supports AS row MATCH (m:Memory {id: row.memory}), (f:Fact {id: row.fact})
CREATE (m)-[:SUPPORTS {sentence: 0, span_start: row.from, span_end: row.to}]->(f);
UNWIND $mentions AS row MATCH (m:Memory {id: row.memory}), (e:Entity {id: row.entity})
CREATE (m)-[:MENTIONS {sentence: 0, span_start: 0, span_end: 1}]->(e);
UNWIND $revisions AS row CREATE (r:Revision) SET r = row
"""

INDEXES = """
CREATE INDEX entity_key IF NOT EXISTS FOR (e:Entity) ON (e.owner, e.key);
CREATE INDEX fact_of_owner IF NOT EXISTS FOR (f:Fact) ON (f.owner, f.id);
CREATE INDEX memory_of_owner IF NOT EXISTS FOR (m:Memory) ON (m.owner, m.id);
CREATE FULLTEXT INDEX memory_words IF NOT EXISTS FOR (m:Memory) ON EACH [m.words];
CREATE VECTOR INDEX memory_embedding IF NOT EXISTS FOR (m:Memory) ON m.embedding
OPTIONS {indexConfig: {`vector.dimensions`: 3, `vector.similarity_function`: 'cosine'}};
CALL db.awaitIndexes(60)
"""

ANA = "user:ana"
BOB = "user:bob"

SAID = [
    ("m1", "2024-01-10", "Ana works at Acme.", "ana", None, None),
    ("m2", "2024-02-01", "Leo lives in Berlin, in Germany.", "leo", None, None),
    ("m3", "2024-03-05", "Ana works at Beta now.", "ana", None, None),
    ("m4", "2024-03-20", "Leo works at Beta, as Ana does.", "leo", None, None),
    ("m5", "2024-04-02", "Leo does not like tea.", "leo", None, None),
    ("m6", "2024-05-01", "Mia likes tea.", "mia", "bot", "r1"),
    ("m7", "2024-05-02", "Leo likes tea.", "mia", "bot", "r1"),
]
NAMES = [
    ("e1", "Ana", "person", []),
    ("e2", "Acme", "organization", []),
    ("e3", "Beta", "organization", ["Beta Inc"]),
    ("e4", "Leo", "person", ["Leonard"]),
    ("e5", "Berlin", "place", []),
    ("e6", "Germany", "place", []),
    ("e7", "tea", "thing", []),
    ("e8", "Mia", "person", []),
    ("e9", "Leonard", "person", []),
]
STATED = [  # id, subject, predicate, object, negated, valid_from, valid_to, superseded_by, supports
    ("f1", "e1", "work_at", "e2", False, "2024-01-10", "2024-03-05", "f3", 1),
    ("f2", "e4", "live_in", "e5", False, "2024-02-01", None, None, 1),
    ("f3", "e1", "work_at", "e3", False, "2024-03-05", None, None, 2),
    ("f4", "e4", "work_at", "e3", False, "2024-03-20", None, None, 1),
    ("f5", "e4", "like", "e7", True, None, None, None, 1),
    ("f6", "e8", "like", "e7", False, None, None, None, 1),
    ("f7", "e4", "like", "e7", False, None, None, None, 1),
    ("f8", "e5", "located_in", "e6", False, "2024-02-01", None, None, 1),
]
RECORDED = {"f1": 0, "f2": 1, "f3": 2, "f4": 3, "f5": 4, "f6": 5, "f7": 6, "f8": 1}
SUPPORTS = [
    ("m1", "f1", 0, 17),
    ("m2", "f2", 0, 19),
    ("m2", "f8", 13, 31),
    ("m3", "f3", 0, 17),
    ("m4", "f4", 0, 17),
    ("m4", "f3", 19, 30),
    ("m5", "f5", 0, 21),
    ("m6", "f6", 0, 13),
    ("m7", "f7", 0, 13),
]
MENTIONS = {
    "m1": "e1 e2",
    "m2": "e4 e5 e6",
    "m3": "e1 e3",
    "m4": "e4 e3 e1",
    "m5": "e4 e7",
    "m6": "e8 e7",
    "m7": "e4 e7",
}


def when(day: str | None) -> Any:
    """Midnight of a day, in UTC, as the driver takes it."""
    from datetime import UTC, datetime

    return None if day is None else datetime.fromisoformat(day).replace(tzinfo=UTC)


def memory_rows(scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Ana's memories."""
    memories = []
    for number, (one, day, text, actor, agent, run) in enumerate(SAID, 1):
        node = {**scope, "agent_id": agent, "run_id": run, "id": one, "number": number, "text": text, "actor_id": actor}
        node |= {"words": text.lower().rstrip("."), "created_at": when(day), "embedding": [1.0, number / 10, 0.0]}
        memories.append({"node": node, "episode": "p1" if number < 6 else "p2"})
    return memories


def fact_rows(scope: dict[str, Any]) -> list[dict[str, Any]]:
    """Ana's facts."""
    names = {one: name for one, name, _, _ in NAMES}
    facts = []
    for one, subject, predicate, to, negated, since, until, by, supports in STATED:
        text = f"{names[subject]} {'not ' if negated else ''}{predicate} {names[to]}"
        row = {
            **scope,
            "id": one,
            "subject_id": subject,
            "subject": names[subject],
            "predicate": predicate,
            "object_id": to,
        }
        row |= {
            "object": names[to],
            "text": text,
            "negated": negated,
            "valid_from": when(since),
            "valid_to": when(until),
        }
        row |= {"retired_at": when(until), "superseded_by": by, "support_count": supports}
        facts.append(row | {"recorded_at": when(SAID[RECORDED[one]][1])})
    return facts


def rows() -> dict[str, list[dict[str, Any]]]:
    """Parameters of `MAKE`."""
    scope = {"owner": ANA, "user_id": "ana"}
    bob = {"owner": BOB, "user_id": "bob", "aliases": []}
    return {
        "owners": [{"owner": ANA, "memories": 7}, {"owner": BOB, "memories": 0}],
        "episodes": [{**scope, "id": "p1"}, {**scope, "id": "p2", "agent_id": "bot", "run_id": "r1"}],
        "memories": memory_rows(scope),
        "entities": [
            *({**scope, "id": one, "key": name.lower(), "name": name, "type": kind, "aliases": aliases}
              for one, name, kind, aliases in NAMES),
            {**bob, "id": "b1", "key": "ana", "name": "Ana", "type": "person"},
            {**bob, "id": "b2", "key": "acme", "name": "Acme", "type": "organization"},
        ],
        "facts": [
            *fact_rows(scope),
            {"owner": BOB, "user_id": "bob", "id": "g1", "subject_id": "b1", "subject": "Ana", "predicate": "own",
             "object_id": "b2", "object": "Acme", "text": "Ana own Acme", "negated": False, "support_count": 0,
             "recorded_at": when("2024-01-01"), "retired_at": None, "valid_from": None, "valid_to": None},
        ],
        "supports": [{"memory": m, "fact": f, "from": a, "to": b} for m, f, a, b in SUPPORTS],
        "mentions": [{"memory": m, "entity": e} for m, some in MENTIONS.items() for e in some.split()],
        "revisions": [
            {**scope, "id": "r1", "number": 1, "memory_id": "m1", "event": "ADD", "new_text": SAID[0][2], "actor_id": "ana",
             "reason": "new", "at": when("2024-01-10")},
            {**scope, "id": "r2", "number": 2, "memory_id": "m1", "event": "UPDATE", "old_text": SAID[0][2],
             "new_text": "Ana worked at Acme.",
             "actor_id": "ana", "reason": "corrected", "at": when("2024-06-01")},
        ],
    }  # fmt: skip


def make(driver: Any, database: str, indexes: bool = True) -> None:
    """Put the graph into a database, with the indexes that questions ask unless the store has made its own."""
    parameters = rows()
    for statement in [*MAKE.split(";\n"), *(INDEXES.split(";\n") if indexes else ())]:
        driver.execute_query(statement, parameters, database_=database)


def digest(driver: Any, database: str) -> str:
    """What tells whether anything in the database has changed: nodes, relationships, schema, users."""
    import hashlib

    parts = []
    for query in (
        "MATCH (n) RETURN toString(elementId(n)) + toString(labels(n)) + toString(keys(n)) AS x ORDER BY x",
        "MATCH ()-[r]->() RETURN elementId(r) + type(r) + toString(keys(r)) AS x ORDER BY x",
        "MATCH (n) UNWIND keys(n) AS k RETURN elementId(n) + k + valueType(n[k]) + toString(n[k]) AS x ORDER BY x",
        "SHOW INDEXES YIELD name RETURN name AS x ORDER BY x",
        "SHOW CONSTRAINTS YIELD name RETURN name AS x ORDER BY x",
        "CALL db.labels() YIELD label RETURN label AS x ORDER BY x",
        "CALL db.relationshipTypes() YIELD relationshipType AS x RETURN x ORDER BY x",
        "SHOW DATABASES YIELD name, requestedStatus RETURN name + requestedStatus AS x ORDER BY x",
    ):
        query = query.replace("toString(labels(n))", "reduce(s = '', l IN labels(n) | s + l)")
        query = query.replace("toString(keys(n))", "reduce(s = '', l IN keys(n) | s + l)")
        query = query.replace("toString(keys(r))", "reduce(s = '', l IN keys(r) | s + l)")
        query = query.replace(
            "toString(n[k])", "CASE WHEN n[k] IS :: LIST<ANY> THEN toString(size(n[k])) ELSE toString(n[k]) END"
        )
        parts.append(repr([row[0] for row in driver.execute_query(query, database_=database).records]))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
