"""Passages are embedded once, questions every time, and a cache of another model is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError


class CountingEmbedder:
    """A deterministic model that keeps what it was asked."""

    name = "counting"
    dimension = 8

    def __init__(self, asked: list[str], salt: str = "") -> None:
        self._asked = asked
        self._salt = salt

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self._asked.extend(texts)
        rows = [np.frombuffer(hashlib.sha256((self._salt + text).encode()).digest()[:8], np.uint8) for text in texts]
        vectors = np.array(rows, np.float32).reshape(len(texts), 8) + 1
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_a_passage_is_embedded_once_and_counted() -> None:
    asked: list[str] = []
    embedder = CachedEmbedder(lambda: CountingEmbedder(asked))
    first = embedder.embed(["one", "two", "one"])
    embedder.build_begins()
    second = embedder.embed(["two", "three"])
    assert asked == ["one", "two", "three"]
    assert (embedder.computed, embedder.reused) == (1, 1)
    assert np.array_equal(first[1], second[0])
    assert np.array_equal(first, CountingEmbedder([]).embed(["one", "two", "one"]))


def test_a_question_is_embedded_each_time_by_an_embedder_that_never_met_it() -> None:
    made: list[list[str]] = []

    def make() -> CountingEmbedder:
        made.append([])
        return CountingEmbedder(made[-1])

    embedder = CachedEmbedder(make)
    embedder.embed(["known"])
    embedder.questions_begin()
    embedder.embed(["known"])
    embedder.embed(["known"])
    assert made[-1] == ["known", "known"]
    embedder.questions_begin()
    embedder.embed(["known"])
    assert made[-1] == ["known"]


def test_no_texts_give_no_rows() -> None:
    assert CachedEmbedder(lambda: CountingEmbedder([])).embed([]).shape == (0, 8)


def test_vectors_outlive_the_run_on_disk(tmp_path: Path) -> None:
    first = CachedEmbedder(lambda: CountingEmbedder([]), tmp_path)
    vectors = first.embed(["one", "two"])
    first.close()
    asked: list[str] = []
    second = CachedEmbedder(lambda: CountingEmbedder(asked), tmp_path)
    asked.clear()
    assert np.array_equal(second.embed(["two", "one"]), vectors[::-1])
    assert asked == []
    second.close()
    assert len(list((tmp_path / "counting").glob("shard-*.npy"))) == 1
    assert not list(tmp_path.rglob("*.partial"))


def test_a_cache_of_another_model_is_refused(tmp_path: Path) -> None:
    CachedEmbedder(lambda: CountingEmbedder([]), tmp_path).close()
    with pytest.raises(BenchmarkError, match="another embedder"):
        CachedEmbedder(lambda: CountingEmbedder([], salt="retrained"), tmp_path)


@pytest.mark.parametrize("name", ["probe.npy", "shard-0.npy"])
def test_a_damaged_cache_is_named(tmp_path: Path, name: str) -> None:
    CachedEmbedder(lambda: CountingEmbedder([]), tmp_path).close()
    (tmp_path / "counting" / name).write_bytes(b"not an array")
    with pytest.raises(BenchmarkError, match=name):
        CachedEmbedder(lambda: CountingEmbedder([]), tmp_path)
