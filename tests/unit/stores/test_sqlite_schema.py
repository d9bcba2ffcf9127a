"""Opening a file: what is in it is checked before anything is read or written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from graphmem.errors import (
    DimensionMismatch,
    SchemaDrift,
    SchemaTooNew,
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreUnavailable,
)
from graphmem.stores.sqlite import migrations
from graphmem.stores.sqlite.migrations import Migration
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA, small_graph
from graphmem.testing.scenario import VIEW


async def fill(store: SqliteStore) -> None:
    """Write something."""
    await store.commit(small_graph().changes())


async def count(store: SqliteStore) -> int:
    """How much ana has."""
    return (await store.counts(ANA, VIEW))["memories"]


def change(path: Path, command: str) -> None:
    """Meddle with the file."""
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(command)
    connection.close()


def test_a_file_is_made_once_and_found_again(tmp_path: Path, use: Any) -> None:
    use(tmp_path / "a.db", fill)
    assert use(tmp_path / "a.db", count) == 2
    assert use(str(tmp_path / "a.db"), count) == 2


def test_settings_of_a_connection(tmp_path: Path, use: Any) -> None:
    async def settings(store: SqliteStore) -> dict[str, Any]:
        names = ["journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint", "secure_delete"]
        names += ["trusted_schema", "cell_size_check", "mmap_size", "busy_timeout", "application_id"]
        session = await store._opened()
        return await session.database.read(
            lambda connection: {name: (connection.execute(f"PRAGMA {name}").fetchone() or [0])[0] for name in names}
        )

    full = use(tmp_path / "a.db", settings)
    assert full == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "wal_autocheckpoint": 0,
        "secure_delete": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "busy_timeout": 30_000,
        "application_id": 0x67726D6D,
    }
    assert use(tmp_path / "a.db", settings, durability="fast")["synchronous"] == 1


@pytest.mark.parametrize(("model", "dimension"), [("other", 8), ("numbers", 9)])
def test_another_embedding_model_is_refused(tmp_path: Path, use: Any, model: str, dimension: int) -> None:
    use(tmp_path / "a.db", fill)
    with pytest.raises(DimensionMismatch, match=rf"numbers with 8 dimensions.* {model}, {dimension} dimensions"):
        use(tmp_path / "a.db", count, model=model, dimension=dimension)


def test_a_newer_schema_is_refused(tmp_path: Path, use: Any) -> None:
    use(tmp_path / "a.db", fill)
    change(tmp_path / "a.db", "INSERT INTO schema_migration VALUES (99, 'future', 'x', '2030')")
    with pytest.raises(SchemaTooNew, match="upgrade graphmem"):
        use(tmp_path / "a.db", count)


@pytest.mark.parametrize("command", ["SET checksum = 'x'", "SET version = 0"])
def test_another_text_of_a_migration_is_refused(tmp_path: Path, use: Any, command: str) -> None:
    use(tmp_path / "a.db", fill)
    change(tmp_path / "a.db", f"UPDATE schema_migration {command} WHERE version = 1")
    with pytest.raises(SchemaDrift):
        use(tmp_path / "a.db", count)


def test_a_migration_that_comes_with_a_later_release_than_its_number_is_applied(
    tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = migrations.migrations()
    late = Migration(98, "colour", "ALTER TABLE memory ADD COLUMN colour TEXT;\n")
    last = Migration(99, "weight", "ALTER TABLE memory ADD COLUMN weight REAL;\n")
    for steps in ((*known, last), (*known, late, last)):
        monkeypatch.setattr(migrations, "migrations", lambda steps=steps: steps)
        use(tmp_path / "a.db", count)
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        applied = connection.execute("SELECT version FROM schema_migration ORDER BY version").fetchall()
    assert applied[-2:] == [(98,), (99,)]


def test_a_pending_migration_is_applied_once(tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "a.db", fill)
    steps = (*migrations.migrations(), Migration(99, "colour", "-- Two.\nALTER TABLE memory ADD COLUMN colour TEXT;\n"))
    monkeypatch.setattr(migrations, "migrations", lambda: steps)
    for _ in range(2):
        assert use(tmp_path / "a.db", count) == 2
    connection = sqlite3.connect(tmp_path / "a.db")
    applied = connection.execute("SELECT version, name FROM schema_migration").fetchall()
    assert applied == [(step.version, step.name) for step in steps]
    assert connection.execute("SELECT count(colour) FROM memory").fetchone() == (0,)


def test_a_migration_that_fails_leaves_nothing(tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "a.db", fill)
    text = "ALTER TABLE memory ADD COLUMN colour TEXT;\nINSERT INTO nowhere VALUES (1);\n"
    first = migrations.migrations()
    monkeypatch.setattr(migrations, "migrations", lambda: (*first, Migration(99, "broken", text)))
    with pytest.raises(StoreError, match="nowhere"):
        use(tmp_path / "a.db", count)
    monkeypatch.setattr(migrations, "migrations", lambda: first)
    assert use(tmp_path / "a.db", count) == 2
    columns = sqlite3.connect(tmp_path / "a.db").execute("SELECT name FROM pragma_table_info('memory')").fetchall()
    assert ("colour",) not in columns


def test_line_ends_do_not_change_a_checksum() -> None:
    text = migrations.migrations()[0].text
    assert Migration(1, "graph", text.replace("\n", "\r\n")).checksum == migrations.migrations()[0].checksum


def test_a_statement_with_a_semicolon_in_it_is_one_command() -> None:
    text = (
        "CREATE TABLE a (b TEXT DEFAULT ';');\n-- ;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\nDELETE FROM a;\nEND;\n"
    )
    assert len(list(migrations.commands(text))) == 2


@pytest.mark.parametrize(
    "content", [b"not a database at all, but a letter to somebody\n" * 50, b"SQLite format 3\0" + b"x" * 4000]
)
def test_a_file_that_is_no_database_is_refused_and_left(tmp_path: Path, use: Any, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt):
        use(path, count)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_refused_and_left(tmp_path: Path, use: Any) -> None:
    path = tmp_path / "other.db"
    change(path, "CREATE TABLE bookmark (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="another program"):
        use(path, count)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_database(tmp_path: Path, use: Any) -> None:
    (tmp_path / "a.db").touch()
    use(tmp_path / "a.db", fill)
    assert use(tmp_path / "a.db", count) == 2


def test_a_missing_folder_and_a_folder_are_unavailable(tmp_path: Path, use: Any) -> None:
    for path, said in ((tmp_path / "nowhere" / "a.db", "make its folder"), (tmp_path, "is a folder")):
        with pytest.raises(StoreUnavailable, match=said) as caught:
            use(path, count)
        assert not caught.value.retryable
    assert list(tmp_path.iterdir()) == []


def test_a_file_held_by_another_program_is_busy(tmp_path: Path, use: Any) -> None:
    path = tmp_path / "a.db"
    use(path, fill)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    async def blocked(store: SqliteStore) -> int:
        with pytest.raises(StoreBusy) as caught:
            await store.commit(small_graph().changes())
        assert caught.value.retryable
        read = await count(store)
        other.execute("ROLLBACK")
        await store.commit(small_graph().changes())
        return read

    assert use(path, blocked, timeout=0.2) == 2
    other.close()


def test_people_can_read_the_views(tmp_path: Path, use: Any) -> None:
    use(tmp_path / "a.db", fill)
    connection = sqlite3.connect(tmp_path / "a.db")
    facts = connection.execute("SELECT subject, predicate, object, support_count FROM v_facts ORDER BY id").fetchall()
    assert facts == [("Bob", "works_at", "Acme", 2), ("Bob", "born_in", "Lisbon", 1)]
    memories = connection.execute("SELECT owner, text, about FROM v_memories ORDER BY id").fetchall()
    assert memories == [("user:ana", "Bob works at Acme.", "Bob"), ("user:ana", "At Acme there is Bob.", "Acme")]
