"""graphmem on a Neo4j server as a system that is measured: the same answers, and the database as it was found."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.datasets import Dataset
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.extraction import Extraction
from benchmarks.kinship import kinship
from benchmarks.runner import Row, Runner
from benchmarks.work import Work
from graphmem import Memory, Settings
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from tests.support.neo4j_server import Neo4jServer

DATASET = kinship(2, seed=7, of_a_kind=2)[0]


@pytest.fixture
def entered(fresh_neo4j: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """An empty database, and the environment that lets one in."""
    monkeypatch.setenv("NEO4J_USERNAME", fresh_neo4j.username)
    monkeypatch.setenv("NEO4J_PASSWORD", fresh_neo4j.password)
    monkeypatch.setenv("NEO4J_DATABASE", fresh_neo4j.database)
    return fresh_neo4j


def run(names: list[str], server: Neo4jServer, folder: Path | None = None, dataset: Dataset = DATASET) -> list[Row]:
    with closing(CachedEmbedder(MiniLmEmbedder)) as embedder, Work(folder, {}) as work:
        console = Console(file=io.StringIO())
        return Runner(dataset, embedder, Extraction(), work, console, server.uri).run(names)


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


def test_a_kept_store_is_gone_on_from_and_a_strange_one_refused(entered: Neo4jServer, tmp_path: Path) -> None:
    first = run(["graphmem-neo4j"], entered, tmp_path / "work")
    assert memories(entered) == len(DATASET.passages)
    answers = tmp_path / "work" / "graphmem-neo4j" / "answers_graphmem-neo4j.jsonl"
    answers.write_text("".join(answers.read_text().splitlines(keepends=True)[:3]))
    assert run(["graphmem-neo4j"], entered, tmp_path / "work")[0].rankings == first[0].rankings
    with pytest.raises(BenchmarkError, match="not empty"):
        run(["graphmem-neo4j"], entered)
    assert memories(entered) == len(DATASET.passages)
    with Memory(Settings.from_env().model_copy(update={"url": entered.uri})) as memory:
        memory.delete_all(user_id="benchmark")
    answers.unlink()
    with pytest.raises(BenchmarkError, match="start anew"):
        run(["graphmem-neo4j"], entered, tmp_path / "work")
