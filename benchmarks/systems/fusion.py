"""Words and meaning together: the two usual ways of making one ranking of BM25 and dense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Passage
from benchmarks.embedding import CachedEmbedder
from benchmarks.systems import Progress, Search
from benchmarks.systems.bm25 import Bm25
from benchmarks.systems.dense import Dense
from benchmarks.systems.ranking import best_first

RRF_K = 60
DENSE_WEIGHT = 0.5
BM25_WEIGHT = 0.3


class _Fusion:
    """Both indexes, and an order of their scores that a subclass decides."""

    name: str

    def __init__(self, embedder: CachedEmbedder) -> None:
        self._words = Bm25()
        self._meaning = Dense(embedder)
        self._ids: dict[str, list[str]] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """Those of the two rankings that are fused."""
        return {"bm25": dict(self._words.settings), "dense": dict(self._meaning.settings)}

    @property
    def searches(self) -> Mapping[str, Search]:
        """The one row."""
        return {self.name: self.search}

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Build both."""
        for passage in passages:
            self._ids.setdefault(passage.scope, []).append(passage.id)
        self._words.build(passages, lambda _: None)
        self._meaning.build(passages, on_progress)

    def search(self, question: str, scope: str, k: int) -> list[str]:
        """The passages of the highest fused scores."""
        fused = self.fuse(self._words.scores(question, scope), self._meaning.scores(question, scope))
        return [self._ids[scope][place] for place in best_first(fused, k)]

    def fuse(self, words: NDArray[np.float32], meaning: NDArray[np.float32]) -> NDArray[np.float64]:
        """One score a passage of its two, all [n]."""
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is held but memory."""


class ReciprocalRank(_Fusion):
    """Reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009): Σ 1 / (60 + rank), ranks from 1."""

    name = "rrf"

    @property
    def settings(self) -> Mapping[str, Any]:
        """The constant beside the settings of both rankings."""
        return {**super().settings, "k": RRF_K}

    def fuse(self, words: NDArray[np.float32], meaning: NDArray[np.float32]) -> NDArray[np.float64]:
        """A passage that shares no word with the question has no rank by words, so it gets nothing from there."""
        by_words = np.where(words > 0, 1.0 / (RRF_K + _ranks(words)), 0.0)
        fused: NDArray[np.float64] = by_words + 1.0 / (RRF_K + _ranks(meaning))
        return fused


class MinMaxSum(_Fusion):
    """Both scores stretched to 0…1 over the scope, then .5 of the cosine and .3 of BM25."""

    name = "minmax"

    @property
    def settings(self) -> Mapping[str, Any]:
        """The weights beside the settings of both rankings."""
        return {**super().settings, "weights": {"dense": DENSE_WEIGHT, "bm25": BM25_WEIGHT}}

    def fuse(self, words: NDArray[np.float32], meaning: NDArray[np.float32]) -> NDArray[np.float64]:
        """A score that is the same for all passages says nothing and counts 0."""
        return DENSE_WEIGHT * _stretched(meaning) + BM25_WEIGHT * _stretched(words)


def _ranks(scores: NDArray[np.float32]) -> NDArray[np.int64]:
    ranks = np.empty(len(scores), np.int64)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return ranks


def _stretched(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    values = scores.astype(np.float64)
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else np.zeros(len(values))
