"""graphmem on a Neo4j server as a system that is measured: the same answers, and the database as it was found."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.extraction import Extraction
from benchmarks.kinship import kinship
from benchmarks.runner import Row, Runner
from benchmarks.work import Work
from graphmem import Memory, Settings
from graphmem.errors import EmbeddingFailed
from tests.support.breaking_embedder import Breaking
from tests.support.neo4j_server import Neo4jServer

DATASET = kinship(2, seed=7, of_a_kind=2)[0]


@pytest.fixture
def entered(fresh_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """An empty database, and the environment that lets one in."""
    monkeypatch.setenv("NEO4J_USERNAME", fresh_neo4j.username)
    monkeypatch.setenv("NEO4J_PASSWORD", fresh_neo4j.password)
    monkeypatch.setenv("NEO4J_DATABASE", fresh_neo4j.database)
    return fresh_neo4j


def run(names: list[str], server: Neo4jServer, folder: Path | None = None, at: str = "") -> list[Row]:
    """Measure; cut off where the embedder meets `at`."""
    with closing(CachedEmbedder(lambda: Breaking(at))) as embedder, Work(folder, {}) as work:
        console = Console(file=io.StringIO())
        return Runner(DATASET, embedder, Extraction(), work, console, server.uri).run(names)


def memories(server: Neo4jServer) -> int:
    with Memory(Settings.from_env().model_copy(update={"url": server.uri})) as memory:
        return memory.stats().memories


def test_it_finds_what_sqlite_finds_and_leaves_nothing_behind(entered: Neo4jServer) -> None:
    rows = run(["graphmem", "graphmem-neo4j"], entered)
    assert [row.name for row in rows] == ["graphmem", "graphmem hops=0", "graphmem-neo4j", "graphmem-neo4j hops=0"]
    same = sum(one[:5] == other[:5] for one, other in zip(rows[0].rankings, rows[2].rankings, strict=True))
    assert same >= 0.9 * len(DATASET.questions)
    assert not [name for name in rows[2].settings if name.startswith("neo4j")]
    assert memories(entered) == 0


def test_a_run_that_was_cut_off_goes_on_from_its_store(entered: Neo4jServer, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingFailed):
        run(["graphmem-neo4j"], entered, tmp_path, DATASET.questions[5].text)
    assert memories(entered) == len(DATASET.passages)
    with pytest.raises(BenchmarkError, match="not empty"):
        run(["graphmem-neo4j"], entered)
    assert memories(entered) == len(DATASET.passages)
    resumed = run(["graphmem-neo4j"], entered, tmp_path)
    assert [len(row.rankings) for row in resumed] == [len(DATASET.questions)] * 2
    assert resumed[0].build.parts == 1
    assert memories(entered) == 0
    assert run(["graphmem-neo4j"], entered, tmp_path, DATASET.questions[0].text) == resumed


def test_a_store_that_is_gone_is_noticed(entered: Neo4jServer, tmp_path: Path) -> None:
    with pytest.raises(EmbeddingFailed):
        run(["graphmem-neo4j"], entered, tmp_path, DATASET.questions[0].text)
    with Memory(Settings.from_env().model_copy(update={"url": entered.uri})) as memory:
        memory.delete_all(user_id="benchmark")
    with pytest.raises(BenchmarkError, match="start anew"):
        run(["graphmem-neo4j"], entered, tmp_path)
