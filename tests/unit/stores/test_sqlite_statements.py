"""The SQL files: every statement is used, and every one can be prepared on the schema."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from graphmem.stores.sqlite import statements
from graphmem.stores.sqlite.migrations import commands, migrations
from graphmem.stores.sqlite.statements import fragment, statement

ROOM = Path(statements.__file__).parent
NAMES = sorted(statements._blocks()["name"])
SLOTS = {
    "where": "1",
    "filter": "1",
    "beyond": ">",
    "order": "ASC",
    "milliseconds": "0",
    "shelf": fragment("memory_shelf"),
    "kind": "memory",
    "place": "_next",
    "chosen": "TRUE",
}


@pytest.fixture(scope="module")
def connection() -> sqlite3.Connection:
    """An empty database with the schema."""
    made = sqlite3.connect(":memory:", isolation_level=None)
    for step in migrations():
        for command in commands(step.text):
            made.execute(command)
    made.execute(statement("create_migration_table"))
    return made


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("create_")])
def test_every_statement_can_be_prepared(connection: sqlite3.Connection, name: str) -> None:
    text = statement(name, **SLOTS)
    assert "{{" not in text
    assert "[[" not in text
    if not text.startswith(("PRAGMA", "BEGIN", "COMMIT", "ROLLBACK", "ALTER")):
        values = dict.fromkeys(re.findall(r":(\w+)", text))
        connection.execute(f"EXPLAIN {text}", values)


@pytest.mark.parametrize("kind", ["name", "fragment"])
def test_every_block_is_used(kind: str) -> None:
    python = "\n".join(path.read_text(encoding="utf-8") for path in ROOM.glob("*.py"))
    sql = "\n".join(path.read_text(encoding="utf-8") for path in (ROOM / "queries").glob("*.sql"))
    for name in statements._blocks()[kind]:
        quoted = f'"{name}"' in python or re.search(rf"\{{\{{{name}\b", sql)
        assert quoted or any(pattern.fullmatch(name) for pattern in put_together(python)), name


def put_together(python: str) -> list[re.Pattern[str]]:
    """The names that Python makes with a part filled in, as patterns."""
    made = re.findall(r'(?:statement|fragment|rows|_many|names\.get)\((?:name, )?f"(\w*\{[\w.]+\}\w*)"', python)
    return [re.compile(re.sub(r"\{[\w.]+\}", r"\\w+", name)) for name in made]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("memories_by_id", "USING INDEX sqlite_autoindex_memory"),
        ("entities_by_key", "entity_by_alias (owner_number=? AND key=?)"),
        ("neighbours", "memory_in_run (owner_number=? AND run_id=? AND agent_id=? AND"),
        ("memories_naming", "mention_of_entity (entity_number=?)"),
        ("memories_about", "memory_about (about_number=?)"),
        ("sentence_vectors", "(memory_number=?)"),
        ("mentions_to_walk", "PRIMARY KEY (memory_number=?)"),
        ("current_twin", "fact_by_subject (subject_number=? AND predicate=? AND object_number=?)"),
        ("facts_of_subjects", "fact_by_subject (subject_number=? AND predicate=?)"),
        ("memories_saying", "(fact_number=?)"),
        ("memory_twins", "(owner_number=? AND text_hash=?)"),
        ("changed_rows", "PRIMARY KEY (owner_number=? AND kind=? AND version>?)"),
    ],
)
def test_what_runs_often_uses_an_index(connection: sqlite3.Connection, name: str, index: str) -> None:
    assert index in plan(connection, statement(name, **SLOTS))


@pytest.mark.parametrize("kind", ["memory", "sentence", "entity", "fact"])
def test_the_next_rows_without_a_vector_are_found_without_sorting_and_given_ones_by_id(
    connection: sqlite3.Connection, kind: str
) -> None:
    following = plan(connection, statement(f"wanted_{kind}", **SLOTS))
    assert "PRIMARY KEY (kind=?)" in following
    assert "TEMP B-TREE" not in following
    given = plan(connection, statement(f"wanted_{kind}", chosen=fragment(f"{kind}_named")))
    assert "(id=?)" in given
    assert "(kind=? AND number=?)" in given


@pytest.mark.parametrize(
    ("page", "restriction", "index"),
    [
        ("memory_page", "memory_hashes", "memory_by_hash (owner_number=? AND text_hash=?)"),
        ("fact_page", "fact_subjects", "fact_by_subject (subject_number=?)"),
        ("fact_page", "fact_objects", "fact_by_object (object_number=?)"),
        ("fact_page", "fact_memories", "PRIMARY KEY (memory_number=?)"),
    ],
)
def test_restricted_pages_use_the_index_of_the_restriction(
    connection: sqlite3.Connection, page: str, restriction: str, index: str
) -> None:
    row = page[0]
    where = f"({fragment('seen_by_row', row)}) AND ({fragment(restriction)})"
    steps = plan(connection, statement(page, **{**SLOTS, "where": where}))
    assert index in steps
    assert not re.search(rf"SCAN {row}\b", steps)


def test_facts_that_bear_on_a_write_are_found_one_by_one(connection: sqlite3.Connection) -> None:
    between = plan(connection, statement("facts_between"))
    assert "fact_by_subject (subject_number=? AND predicate=? AND object_number=?)" in between
    assert "fact_by_object (object_number=? AND predicate=?)" in plan(connection, statement("facts_of_objects"))
    assert "fact_superseded (superseded_by=?)" in plan(connection, statement("facts_they_superseded"))
    assert not any("SCAN f" in plan(connection, statement(name)) for name in ("facts_between", "facts_asked"))


def plan(connection: sqlite3.Connection, text: str) -> str:
    """How SQLite goes about it."""
    values = dict.fromkeys(re.findall(r":(\w+)", text))
    return "\n".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {text}", values))
