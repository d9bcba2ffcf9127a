"""The write-ahead log is folded into the file while the writer's turn is held, and never waits for a reader."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graphmem.stores.sqlite import database
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import GraphBuilder
from graphmem.testing.scenario import VIEW
from tests.support.integrity import faults_in

LIMIT = 200_000


async def write(store: SqliteStore, first: int, last: int) -> None:
    """Commit so many memories, one by one."""
    for i in range(first, last):
        graph = GraphBuilder(ANA, episode=f"epi_{i}")
        graph.memory(f"mem_{i:03}", "Words and words. " * 50, about=f"E{i}")
        graph.fact(f"fact_{i:03}", f"E{i}", "is", "it", by=[f"mem_{i:03}"])
        await store.commit(graph.changes())


def log_bytes(path: Path) -> int:
    """How long the log is."""
    return Path(f"{path}-wal").stat().st_size


def test_the_log_stays_short(tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CHECKPOINT_BYTES", LIMIT)
    path = tmp_path / "a.db"

    async def play(store: SqliteStore) -> None:
        for i in range(0, 60, 5):
            await write(store, i, i + 5)
            assert log_bytes(path) < 3 * LIMIT

    use(path, play)
    assert not Path(f"{path}-wal").exists()
    assert faults_in(path) == []


def test_a_reader_holds_the_log_and_nobody_waits(tmp_path: Path, use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CHECKPOINT_BYTES", LIMIT)
    path = tmp_path / "a.db"

    async def play(store: SqliteStore) -> None:
        await write(store, 0, 3)
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM memory").fetchone() == (3,)
        await write(store, 3, 40)
        assert log_bytes(path) > 3 * LIMIT
        assert reader.execute("SELECT count(*) FROM memory").fetchone() == (3,)
        reader.execute("COMMIT")
        reader.close()
        await write(store, 40, 60)
        assert log_bytes(path) < 3 * LIMIT
        assert (await store.counts(ANA, VIEW))["memories"] == 60

    use(path, play)


def test_nothing_but_graphmem_checkpoints(tmp_path: Path, use: Any) -> None:
    """More than SQLite's own thousand pages stay in the log."""
    path = tmp_path / "a.db"

    async def play(store: SqliteStore) -> None:
        session = await store._opened()
        session.database._checkpoint_at = 10**12
        graph = GraphBuilder(ANA)
        for i in range(60):
            graph.memory(f"mem_{i:03}", "Words and words. " * 10_000)
        await store.commit(graph.changes())
        before = path.stat().st_size
        assert log_bytes(path) > 5_000_000
        await write(store, 100, 103)
        assert path.stat().st_size == before

    use(path, play)
