"""What the servers make of every query in cypher/: none that the store runs goes through all rows, or joins all with all.

The plan is asked for with EXPLAIN on both versions, with the schema in place, the slots empty and filled, of the text as an
analyst pastes it and as the store sends it: with its names in one map.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from graphmem.stores.neo4j.connection import Login
from graphmem.stores.neo4j.query import GIVEN, gathered
from graphmem.stores.neo4j.store import Neo4jStore
from tests.support.cypher_text import names_of, slots_of
from tests.support.neo4j_server import Neo4jServer, wipe

CYPHER = Path(__file__).resolve().parents[2] / "cypher"
SEARCHED = {"read", "write", "portion"}
"""Folders whose queries have to find their rows through an index. A check of everything may go through everything."""
FORBIDDEN = (
    "AllNodesScan",
    "CartesianProduct",
    "NodeByLabelScan",
    "DirectedAllRelationshipsScan",
    "AllRelationshipsScan",
)
CONSTANTS = {
    "agent": "AND m.agent_id = $agent_id",
    "run": "AND m.run_id = $run_id",
    "current": "AND m.retired_at IS NULL",
    "of_subjects": "AND f.subject_id IN $subjects",
}
FILES = sorted(path for path in CYPHER.rglob("*.cypher") if path.parent.name != "schema")


@pytest.fixture(scope="module")
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    """A way in to a database that has the schema and nothing else."""
    wipe(neo4j_server)
    login = Login(neo4j_server.uri, neo4j_server.username, neo4j_server.password, neo4j_server.database)
    store = Neo4jStore(login, dimension=8, model="numbers")

    async def made() -> None:
        await store.open()
        await store.close()

    asyncio.run(made())
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        yield driver
    wipe(neo4j_server)


def explained(text: str) -> str:
    """The query with EXPLAIN where the server wants it: after the version of the language."""
    words = text.split("CYPHER 25", 1)
    return f"{words[0]}CYPHER 25 EXPLAIN{words[1]}" if len(words) == 2 else f"EXPLAIN\n{text}"


def operators(plan: dict[str, Any]) -> list[str]:
    """Every step of a plan."""
    name = str(plan["operatorType"]).partition("@")[0]
    return [name] + [one for child in plan.get("children", ()) for one in operators(child)]


def plan_of(driver: Driver, server: Neo4jServer, text: str) -> list[str]:
    """The steps that the server would take, in both forms."""
    pasted = driver.execute_query(explained(text), dict.fromkeys(names_of(text)), database_=server.database)
    sent = driver.execute_query(explained(gathered(text)), {GIVEN: {}}, database_=server.database)
    assert pasted.summary.plan is not None
    assert sent.summary.plan is not None
    return operators(pasted.summary.plan) + operators(sent.summary.plan)


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.relative_to(CYPHER).with_suffix("").as_posix())
def test_rows_are_found_through_an_index(driver: Driver, neo4j_server: Neo4jServer, file: Path) -> None:
    folder, *rest = file.relative_to(CYPHER).parts
    if rest[0] == "filtered" and not neo4j_server.is_2026:
        pytest.skip("This server's vector indexes do not filter: it is asked the query in plain/ instead.")
    text = file.read_text(encoding="utf-8")
    steps = plan_of(driver, neo4j_server, text)
    assert steps
    if folder in SEARCHED:
        assert [step for step in steps if step.startswith(FORBIDDEN)] == []


def test_slots_that_narrow_a_search_are_filled_in_the_index(driver: Driver, neo4j_server: Neo4jServer) -> None:
    if not neo4j_server.is_2026:
        pytest.skip("This server's vector indexes do not filter.")
    text = (CYPHER / "read" / "filtered" / "nearest_memories.cypher").read_text(encoding="utf-8")
    for slot in slots_of(text) & CONSTANTS.keys():
        text = "\n".join(CONSTANTS[slot] if f"[[{slot}]]" in line else line for line in text.splitlines())
    steps = plan_of(driver, neo4j_server, text)
    assert any("VectorIndex" in step or "NodeVector" in step for step in steps), steps
    assert [step for step in steps if step.startswith(FORBIDDEN)] == []
