"""A run that is cut off, while it takes passages in and while it asks, ends with the rankings of one that is not."""

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
from benchmarks.journal import Journal
from benchmarks.kinship import kinship
from benchmarks.runner import Row, Runner
from benchmarks.work import Work
from graphmem.errors import EmbeddingFailed
from tests.support.breaking_embedder import Breaking

IDENTITY = {"dataset": "kinship"}


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return kinship(2, seed=7, of_a_kind=2)[0]


def run(dataset: Dataset, folder: Path, at: str = "", extractor: str = "offline") -> list[Row]:
    """graphmem's two rows; cut off where the embedder meets `at`."""
    with closing(CachedEmbedder(lambda: Breaking(at))) as embedder, Work(folder, IDENTITY) as work:
        console = Console(file=io.StringIO())
        return Runner(dataset, embedder, Extraction(extractor), work, console).run(["graphmem"])


def lines(folder: Path, name: str) -> int:
    return len((folder / "graphmem" / name).read_text().splitlines())


def test_an_interrupted_run_goes_on_and_ends_the_same(dataset: Dataset, tmp_path: Path) -> None:
    whole, cut = run(dataset, tmp_path / "whole"), tmp_path / "cut"
    middle = len(dataset.passages) // 2
    with pytest.raises(EmbeddingFailed):
        run(dataset, cut, dataset.passages[middle].text)
    assert 0 < lines(cut, "memories.jsonl") <= middle
    with pytest.raises(EmbeddingFailed):
        run(dataset, cut, dataset.questions[5].text)
    assert lines(cut, "memories.jsonl") == len(dataset.passages)
    assert lines(cut, "answers_graphmem.jsonl") == 5

    resumed = run(dataset, cut)
    assert [row.name for row in resumed] == ["graphmem", "graphmem hops=0"]
    assert [row.rankings for row in resumed] == [row.rankings for row in whole]
    assert (whole[0].build.parts, resumed[0].build.parts) == (1, 2)

    again = run(dataset, cut, dataset.questions[0].text)
    assert [(row.rankings, row.query_ms) for row in again] == [(row.rankings, row.query_ms) for row in resumed]


def test_an_answer_is_asked_for_once(dataset: Dataset, tmp_path: Path) -> None:
    first = run(dataset, tmp_path, extractor="none")[0]
    file = tmp_path / "graphmem" / "answers_graphmem.jsonl"
    kept = file.read_text().splitlines(keepends=True)
    file.write_text("".join(kept[:5]) + kept[5][:9])
    second = run(dataset, tmp_path, extractor="none")[0]
    assert second.rankings == first.rankings
    assert second.query_ms[:5] == first.query_ms[:5]
    assert second.query_ms[5:] != first.query_ms[5:]
    assert second.build.seconds == first.build.seconds


def test_a_folder_of_another_run_is_refused(tmp_path: Path) -> None:
    Work(tmp_path, IDENTITY)
    with pytest.raises(BenchmarkError, match="another limit, seed"):
        Work(tmp_path, {**IDENTITY, "seed": 1, "limit": 3})


def test_a_line_that_was_cut_off_is_dropped(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    Journal(file).add([{"a": 1}, {"a": 2}])
    with file.open("a") as stream:
        stream.write('{"a"')
    journal = Journal(file)
    assert journal.rows == [{"a": 1}, {"a": 2}]
    journal.add([{"a": 3}])
    assert Journal(file).rows == [{"a": 1}, {"a": 2}, {"a": 3}]
    file.write_text('{"a"')
    assert Journal(file).rows == []
    assert file.read_text() == ""
