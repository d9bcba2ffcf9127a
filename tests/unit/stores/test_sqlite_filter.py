"""A filter means the same in SQL as in Python, whatever it compares with whatever."""

from __future__ import annotations

import asyncio
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem.domain.filter import Comparison, Filter, matches, parse_filter
from graphmem.domain.memory import MemoryType
from graphmem.domain.query import Selection
from graphmem.errors import InvalidFilter
from graphmem.stores.sqlite.filter_sql import Condition
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import DIMENSION, NOW, GraphBuilder
from graphmem.testing.scenario import VIEW

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.integers(-3, 3)
    | st.floats(allow_nan=False)
    | st.sampled_from([0.0, -0.0, 1.0, 2.0**53, 2.0**63, 0.1, "a", "A", "ß", "SS", "ss", "İ", "1", ""])
    | text
)
finite = scalars.filter(lambda value: not isinstance(value, float) or value - value == 0)
values = st.recursive(
    finite, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=2), max_leaves=4
)
moments = st.integers(-3, 3).map(lambda days: NOW + timedelta(days=days))
keys = st.sampled_from(["k", "metadata.k", "metadata.k.k", "metadata.a.b", "a.b"])


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    """One test of one field, as a caller writes it."""
    field = draw(
        keys
        | st.sampled_from(["categories", "role", "actor_id", "memory_type", "id", "valid_to", "expires_at", "about_id"])
    )
    single = (
        moments | moments.map(lambda moment: moment.isoformat()) if field in ("valid_to", "expires_at") else scalars
    )
    if draw(st.integers(0, 4)) == 0:
        return {field: {draw(st.sampled_from(["in", "nin"])): draw(st.lists(single | st.none(), max_size=4))}}
    if draw(st.integers(0, 6)) == 0:
        return {field: {"exists": draw(st.booleans())}}
    operator = draw(st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte", "contains", "icontains"]))
    return {field: {operator: draw(single)}}


filters = st.recursive(
    comparisons(),
    lambda inner: st.builds(
        lambda join, parts: {join: parts},
        st.sampled_from(["AND", "OR", "NOT"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
records = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.dictionaries(st.sampled_from(["k", "a", "a.b"]), values, max_size=3),
        "categories": st.lists(st.sampled_from(["a", "A", "ß", "ss", "İ"]), max_size=2).map(tuple),
        "role": st.sampled_from(["user", "tool"]),
        "actor_id": text.filter(bool),
        "valid_to": moments,
        "expires_at": moments.filter(lambda moment: moment > NOW),
        "about": st.sampled_from(["Bob", "bob"]),
    },
)


def parsed(raw: Any) -> Filter | None:
    """The filter, None when it is not a valid one."""
    try:
        return parse_filter(raw)
    except InvalidFilter:
        return None


async def chosen_by_sql(graph: GraphBuilder, filters_: list[Filter]) -> list[list[str]]:
    """What the store gives for each filter, by page and by count."""
    store = SqliteStore(":memory:", dimension=DIMENSION, model="numbers")
    await store.open()
    await store.commit(graph.changes())
    found = []
    for chosen in filters_:
        view = VIEW.model_copy(update={"include_retired": True})
        rows = await store.memories(Selection(scope=ANA, kind="memory", view=view, limit=99, filter=chosen))
        assert rows.total == len(rows.items)
        found.append([memory.id for memory in rows.items])
    await store.close()
    return found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.lists(records, min_size=1, max_size=4), st.lists(filters, min_size=1, max_size=8))
def test_sql_and_python_agree(rows: list[dict[str, Any]], raw: list[Any]) -> None:
    graph = GraphBuilder(ANA)
    for i, fields in enumerate(rows):
        graph.memory(f"mem_{i}", **fields)
    valid = [chosen for one in raw if (chosen := parsed(one)) is not None]
    expected = [[id_ for id_, memory in graph.memories.items() if matches(chosen, memory)] for chosen in valid]
    assert asyncio.run(chosen_by_sql(graph, valid)) == expected


@settings(max_examples=300, deadline=None)
@given(text, text | scalars)
def test_values_never_become_part_of_the_statement(key: str, value: Any) -> None:
    chosen = parsed({f"metadata.{key}": {"eq": value}})
    if chosen is None:
        return
    condition = Condition(chosen)
    assert "'" not in condition.text
    assert condition.text == Condition(parse_filter({"metadata.x": {"eq": None if value is None else "x"}})).text
    assert not isinstance(value, str) or len(value) < 2 or value in condition.values.values()


@pytest.mark.parametrize(
    "raw",
    [
        {"k": {"near": 1}},
        {"k": {}},
        {},
        {"AND": []},
        {"OR": {}},
        {"NOT": []},
        {"AND": "x"},
        {"": 1},
        {1: 1},
        {"user_id": "ana"},
        {"agent_id": "a"},
        {"run_id": "r"},
        {"owner": "user:ana"},
        {"scope": "x"},
        {"k": {"in": "abc"}},
        {"k": {"in": list(range(1_001))}},
        {"k": {"exists": 1}},
        {"k": {"gt": True}},
        {"k": {"gt": None}},
        {"k": {"icontains": 1}},
        {"k": [1, 2]},
        {"k": float("nan")},
        {"k": 2**63},
        {"k": "\ud800"},
        {"k": "\0"},
        {"metadata.": 1},
        {"metadata.a..b": 1},
        {"role": 1},
        {"role": True},
        {"created_at": "soon"},
        {"created_at": 5},
        {"created_at": {"contains": "2026-01-01"}},
        {"categories": {"gt": "a"}},
        "k = 1",
        [("k", 1)],
    ],
)
def test_what_cannot_be_meant_is_refused(raw: Any) -> None:
    with pytest.raises(InvalidFilter) as caught:
        parse_filter(raw)
    assert len(str(caught.value)) > 15


@pytest.mark.parametrize(
    ("raw", "allowed"),
    [
        ({"memory_type": "dream"}, "use semantic, episodic, procedural"),
        ({"memory_type": "Semantic"}, "use semantic, episodic, procedural"),
        ({"memory_type": {"ne": ""}}, "use semantic, episodic, procedural"),
        ({"memory_type": {"in": ["semantic", "dream"]}}, "memory_type: 'dream' is unknown"),
        ({"NOT": {"role": {"nin": ["robot"]}}}, "role: 'robot' is unknown: use user, assistant, system, tool"),
    ],
)
def test_what_no_memory_can_have_is_refused_with_what_it_can(raw: Any, allowed: str) -> None:
    with pytest.raises(InvalidFilter, match=allowed):
        parse_filter(raw)


def test_what_a_memory_can_have_is_taken() -> None:
    for one in ("procedural", "procedural_memory", MemoryType.PROCEDURAL):
        assert parse_filter({"memory_type": one}) == Comparison("memory_type", "eq", "procedural")
    assert parse_filter({"role": None}) == Comparison("role", "eq", None)
    assert parse_filter({"memory_type": {"contains": "sem"}}) == Comparison("memory_type", "contains", "sem")
    assert parse_filter({"metadata.memory_type": "dream"}) is not None


def test_depth_and_length_are_bounded() -> None:
    deep: Any = {"k": 1}
    for _ in range(5_000):
        deep = {"NOT": deep}
    with pytest.raises(InvalidFilter, match="deep"):
        parse_filter(deep)
    with pytest.raises(InvalidFilter, match="conditions"):
        parse_filter({"OR": [{"k": i} for i in range(1_001)]})


def test_a_filter_is_given_back_as_it_is() -> None:
    chosen = parse_filter({"k": 1})
    assert parse_filter(chosen) is chosen
    assert parse_filter(None) is None


def test_the_longest_filter_is_no_deeper_than_sqlite_takes() -> None:
    chosen = parse_filter({"AND": [{"k": {"ne": i}} for i in range(499)]})
    condition = Condition(chosen)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE memory (number, owner_number)")
    connection.execute("CREATE TABLE memory_field (memory_number, owner_number, path, in_list, kind, value)")
    query = f"SELECT count(*) FROM memory AS m WHERE {condition.text}"
    assert connection.execute(query, {"owner": 1, **condition.values}).fetchone() == (0,)
