"""The analysts' questions that are shipped: each gives exactly what the graph holds, through the guard, on both versions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from graphmem import AsyncMemory, Memory, Settings
from graphmem.domain.analysis import CypherResult
from graphmem.errors import ClosedError, InputError, QueryRefused, SettingsError
from graphmem.stores.neo4j.analysis.lexer import plain_text, tokens
from graphmem.stores.neo4j.analysis.questions import QUESTIONS, meaning
from graphmem.testing.clock import FixedClock
from tests.support.analyst_graph import make
from tests.support.cypher_corpus import FIXTURES
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of

FILES = FIXTURES.parents[1] / "cypher" / "analyst"


def on(month: int, day: int) -> datetime:
    return datetime(2024, month, day, tzinfo=UTC)


ROWS: dict[str, tuple[dict[str, Any], list[tuple[Any, ...]]]] = {
    "changed_since": (
        {"since": on(2, 1)},
        [(on(6, 1), "UPDATE", "Ana works at Acme.", "Ana worked at Acme.", "ana", "corrected", "m1")],
    ),
    "contradictions": (
        {},
        [("Leo", "like", "tea", "Leo like tea", on(5, 2), "Leo not like tea", on(4, 2), "f7", "f5")],
    ),
    "growth": (
        {},
        [
            (date(2024, 1, 1), "ana", None, None, 1, 1),
            (date(2024, 2, 1), "ana", None, None, 1, 1),
            (date(2024, 3, 1), "ana", None, None, 2, 2),
            (date(2024, 4, 1), "ana", None, None, 1, 1),
            (date(2024, 5, 1), "ana", "bot", "r1", 2, 2),
        ],
    ),
    "hubs": (
        {"limit": 3},
        [("Leo", "person", 4, 4, "e4"), ("tea", "thing", 3, 3, "e7"), ("Ana", "person", 3, 2, "e1")],
    ),
    "known_about": (
        {"name": "leo"},
        [
            ("Leo", "live_in", "Berlin", False, 1, ["leo"], on(2, 1), "f2"),
            ("Leo", "work_at", "Beta", False, 1, ["leo"], on(3, 20), "f4"),
            ("Leo", "like", "tea", True, 1, ["leo"], on(4, 2), "f5"),
            ("Leo", "like", "tea", False, 1, ["mia"], on(5, 2), "f7"),
        ],
    ),
    "most_supported": (
        {"limit": 2},
        [
            ("Ana work_at Beta", 2, on(3, 5), on(3, 20), True, "f3"),
            ("Ana work_at Acme", 1, on(1, 10), on(1, 10), False, "f1"),
        ],
    ),
    "orphans": ({}, [("Leonard", "person", "e9")]),
    "overview": ({}, [(2, 7, 8, 7, 9, 2)]),
    "owners": ({"limit": 2}, [("user:ana", 7, 8, 9), ("user:bob", 0, 1, 2)]),
    "paths_between": (
        {"source": "Ana", "target": "Germany"},
        [
            (
                ["Ana", "Beta", "Leo", "Berlin", "Germany"],
                ["work_at", "work_at", "live_in", "located_in"],
                ["f3", "f4", "f2", "f8"],
                4,
            )
        ],
    ),
    "predicates": (
        {},
        [("like", 3, 3, 2, 1), ("work_at", 3, 2, 2, 2), ("live_in", 1, 1, 1, 1), ("located_in", 1, 1, 1, 1)],
    ),
    "provenance": (
        {"fact": "f3"},
        [
            ("m3", "Ana works at Beta", 0, 17, "Ana works at Beta now.", "ana", on(3, 5), "p1"),
            ("m4", "as Ana does", 19, 30, "Leo works at Beta, as Ana does.", "leo", on(3, 20), "p1"),
        ],
    ),
    "replaced": ({}, [("Ana", "work_at", "Acme", "Beta", on(1, 10), on(3, 5), "f1", "f3")]),
    "same_perhaps": ({}, [("Leo", "Leonard", "person", "person", 4, 0, "e4", "e9")]),
    "speakers": ({}, [("leo", 3, 5, on(4, 2)), ("ana", 2, 2, on(3, 5)), ("mia", 2, 2, on(5, 2))]),
    "stale": (
        {"before": on(3, 1)},
        [
            ("Leo", "live_in", "Berlin", on(2, 1), 1, "f2"),
            ("Berlin", "located_in", "Germany", on(2, 1), 1, "f8"),
        ],
    ),
    "timeline": (
        {"name": "Ana"},
        [
            (on(1, 10), on(3, 5), "Ana", "work_at", "Acme", False, "f1"),
            (on(3, 5), None, "Ana", "work_at", "Beta", False, "f3"),
        ],
    ),
}
"""What each question takes and gives on the graph of `tests.support.analyst_graph`."""

OF_ALL = {"owners"}
"""Questions about all owners: an analyst has to learn whom he can ask about."""


def parameters(name: str, owner: str) -> dict[str, Any]:
    """All parameters of a question."""
    given, _ = ROWS[name]
    values = QUESTIONS[name].params(**({} if name in OF_ALL else {"owner": owner}), **given)
    return {field.name: getattr(values, field.name) for field in fields(values)}


def settings(server: Neo4jServer) -> Settings:
    return Settings.of(**place_of(server))


@pytest.fixture(scope="module")
def memory(neo4j_server: Neo4jServer) -> Iterator[Memory]:
    """A memory on the server; its schema is made, its graph is empty."""
    wipe(neo4j_server)
    with Memory(settings(neo4j_server), embedder=HashingEmbedder(), clock=FixedClock(on(1, 10))) as memory:
        yield memory
    wipe(neo4j_server)


@pytest.fixture(scope="module")
def driver(neo4j_server: Neo4jServer, memory: Memory) -> Iterator[Driver]:
    """The small graph, made by hand beside what the memory writes for other owners."""
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth, notifications_min_severity="OFF") as driver:
        make(driver, neo4j_server.database, indexes=False)
        yield driver


def test_every_file_is_a_question_and_every_question_is_tried() -> None:
    assert sorted(QUESTIONS) == sorted(path.stem for path in FILES.glob("*.cypher")) == sorted(ROWS)
    assert len(QUESTIONS) >= 10
    assert all(query.path == f"analyst/{name}" for name, query in QUESTIONS.items())


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_each_says_what_it_means_and_takes_what_it_names(name: str) -> None:
    query = QUESTIONS[name]
    assert query.text().startswith("// ")
    assert re.fullmatch(r"[A-Z][^/]+\.", meaning(name))
    used = {token.value for token in tokens(plain_text(query.text())) if token.kind == "param"}
    assert used == {field.name for field in fields(query.params)}
    assert ("owner" in used) == (name not in OF_ALL)


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_each_gives_exactly_what_is_there(name: str, memory: Memory, driver: Driver) -> None:
    query, values = QUESTIONS[name], parameters(name, "user:ana")
    values.pop("owner", None)
    result = memory.cypher(query.text(), values, user_id="ana")
    assert result.columns == query.row._fields
    assert result.rows == ROWS[name][1]


def steps_of(plan: dict[str, Any]) -> list[str]:
    return [str(plan["operatorType"]), *(step for child in plan.get("children", ()) for step in steps_of(child))]


@pytest.mark.parametrize("name", sorted(QUESTIONS))
def test_each_finds_its_rows_through_an_index(name: str, neo4j_server: Neo4jServer, driver: Driver) -> None:
    summary = driver.execute_query(f"EXPLAIN {QUESTIONS[name].text()}", database_=neo4j_server.database).summary
    assert summary.plan is not None
    assert [step for step in steps_of(summary.plan) if "AllNodesScan" in step or "LabelScan" in step] == []


@pytest.mark.parametrize("name", sorted(set(QUESTIONS) - OF_ALL))
def test_no_question_looks_beyond_its_owner(name: str, memory: Memory, driver: Driver) -> None:
    assert memory.cypher(QUESTIONS[name].text(), parameters(name, "user:nobody")).rows == []


def remembered(memory: Memory) -> None:
    """A few months of Eva's life, told to the real store."""
    for month, text, triple in (
        (1, "Eva works at Acme.", ("Eva", "works at", "Acme")),
        (2, "Acme is in Oslo.", ("Acme", "is located in", "Oslo")),
        (3, "Eva works at Beta.", ("Eva", "works at", "Beta")),
        (4, "Eva works at Beta, she says again.", ("Eva", "works at", "Beta")),
    ):
        memory.add(text, user_id="eva", actor_id="eva", triples=[triple], occurred_at=on(month, 1))


def test_they_hold_on_what_the_store_writes(memory: Memory) -> None:
    remembered(memory)

    def asked(question: str, **values: Any) -> list[dict[str, Any]]:
        return memory.cypher(QUESTIONS[question].text(), {"limit": 50, **values}, user_id="eva").as_dicts()

    replaced = asked("replaced")
    assert [(row["subject"].casefold(), row["was"], row["became"]) for row in replaced] == [("eva", "Acme", "Beta")]
    known = asked("known_about", name="eva")
    assert [(row["predicate"], row["object"], row["supports"], row["said_by"]) for row in known] == [
        ("works_at", "Beta", 2, ["eva"])
    ]
    sources = asked("provenance", fact=known[0]["fact"])
    assert [row["text"] for row in sources] == ["Eva works at Beta.", "Eva works at Beta, she says again."]
    assert all(row["words"] == row["text"][row["span_start"] : row["span_end"]] for row in sources)
    chains = asked("paths_between", source="Acme", target="Oslo")
    assert [(row["entities"], row["steps"]) for row in chains] == [(["Acme", "Oslo"], 1)]
    overview = memory.cypher(QUESTIONS["overview"].text(), user_id="eva").as_dicts()[0]
    assert (overview["memories"], overview["facts"], overview["current_facts"]) == (4, 3, 2)
    assert asked("contradictions") == asked("orphans") == []
    assert [row["event"] for row in asked("changed_since", since=on(1, 1))].count("ADD") == 4


def test_the_scope_is_bound_and_restricts_nothing(memory: Memory, driver: Driver) -> None:
    bound = memory.cypher("RETURN $owner AS o, $user_id AS u, $agent_id AS a, $run_id AS r", user_id="ana", run_id="r1")
    assert bound.rows == [("user:ana", "ana", None, "r1")]
    assert memory.cypher("MATCH (e:Entity {owner: 'user:bob'}) RETURN count(e) AS n", user_id="ana").rows == [(2,)]
    with pytest.raises(QueryRefused, match=r"\$owner"):
        memory.cypher("MATCH (e:Entity {owner: $owner}) RETURN e.name")
    with pytest.raises(InputError, match="owner"):
        memory.cypher("RETURN $owner AS o", {"owner": "user:bob"}, user_id="ana")


@pytest.mark.parametrize(
    "params",
    [
        [("a", 1)],
        {1: "a"},
        {"a b": 1},
        {"a": object()},
        {"a": b"bytes"},
        {"a": {1: 2}},
        {"a": float("nan")},
        {"a": 2**63},
        {"a": "\ud800"},
        {"a": {"b": [{1, 2}]}},
        {"a": "x" * 1_100_000},
    ],
)
def test_parameters_are_as_in_json(params: Any, memory: Memory) -> None:
    with pytest.raises(InputError):
        memory.cypher("RETURN $a AS a", params)


def test_deep_parameters_are_refused(memory: Memory) -> None:
    deep: Any = 1
    for _ in range(50):
        deep = [deep]
    with pytest.raises(InputError, match="deep"):
        memory.cypher("RETURN $a AS a", {"a": deep})


@pytest.mark.parametrize(
    "limits", [{"timeout": 0}, {"timeout": 1e9}, {"timeout": "1"}, {"timeout": True}, {"limit": 0}, {"limit": 10**6}]
)
def test_limits_are_numbers_in_range(limits: dict[str, Any], memory: Memory) -> None:
    with pytest.raises(InputError):
        memory.cypher("RETURN 1 AS one", **limits)


def test_a_closed_memory_does_not_answer(neo4j_server: Neo4jServer) -> None:
    memory = Memory(settings(neo4j_server), embedder=HashingEmbedder())
    memory.close()
    with pytest.raises(ClosedError):
        memory.cypher("RETURN 1 AS one")


def test_the_asynchronous_face_answers_too(neo4j_server: Neo4jServer, memory: Memory) -> None:
    async def ask() -> CypherResult:
        async with AsyncMemory(settings(neo4j_server), embedder=HashingEmbedder()) as other:
            return await other.cypher("RETURN $user_id AS u", user_id="ana")

    result = asyncio.run(ask())
    assert result.as_dicts() == [{"u": "ana"}]


def test_the_embedded_store_says_what_it_takes() -> None:
    with Memory(":memory:", embedder=HashingEmbedder()) as memory, pytest.raises(SettingsError, match="Neo4j"):
        memory.cypher("RETURN 1 AS one")
