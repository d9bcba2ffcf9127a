"""The embedded store keeps every promise of the port, in a file and in memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem.ports.graph_store import GraphStore
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing import GraphStoreContract


class TestSqliteFile(GraphStoreContract):
    """In a file."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    async def make_store(self) -> GraphStore:
        store = SqliteStore(self.folder / "graph.db", dimension=self.dimension, model="numbers")
        await store.open()
        return store


class TestSqliteMemory(GraphStoreContract):
    """In memory."""

    async def make_store(self) -> GraphStore:
        store = SqliteStore(":memory:", dimension=self.dimension, model="numbers")
        await store.open()
        return store
