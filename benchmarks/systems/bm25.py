"""Words alone: BM25 (Robertson and others, in Lucene's form) over Snowball stems, as package `bm25s` computes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from benchmarks.datasets import Passage, by_scope
from benchmarks.systems import Progress, Search
from benchmarks.systems.ranking import best_first

K1 = 1.5
B = 0.75


class Bm25:
    """One index a scope. A passage that shares no word with the question is not an answer."""

    name = "bm25"
    settings: Mapping[str, Any] = {"method": "lucene", "k1": K1, "b": B, "stems": "snowball english", "stopwords": "en"}

    def __init__(self) -> None:
        self._stemmer = Stemmer.Stemmer("english")
        self._indexes: dict[str, tuple[list[str], bm25s.BM25]] = {}

    @property
    def searches(self) -> Mapping[str, Search]:
        """The one row."""
        return {self.name: self.search}

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Index the passages, the speaker's name in front of what was said."""
        done = 0
        for scope, members in by_scope(passages).items():
            index = bm25s.BM25(k1=K1, b=B, method="lucene")
            index.index(self._stems([passage.spoken for passage in members]), show_progress=False)
            self._indexes[scope] = [passage.id for passage in members], index
            done += len(members)
            on_progress(done)

    def scores(self, question: str, scope: str) -> NDArray[np.float32]:
        """The scores of the passages of a scope in the order they came in: float32 [n], 0 where no word is shared."""
        ids, index = self._indexes[scope]
        known = [stem for stem in self._stems([question])[0] if stem in index.vocab_dict]
        if not known:
            return np.zeros(len(ids), np.float32)
        return np.asarray(index.get_scores(known), np.float32)

    def search(self, question: str, scope: str, k: int) -> list[str]:
        """The passages of the highest scores above 0."""
        scores = self.scores(question, scope)
        ids = self._indexes[scope][0]
        return [ids[place] for place in best_first(scores, k) if scores[place] > 0]

    def close(self) -> None:
        """Nothing is held but memory."""

    def _stems(self, texts: list[str]) -> list[list[str]]:
        stems: list[list[str]] = bm25s.tokenize(
            texts, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False
        )
        return stems
