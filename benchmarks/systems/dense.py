"""Meaning alone: exact cosine over one vector a passage, with the embedder that graphmem uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Passage, by_scope
from benchmarks.embedding import CachedEmbedder
from benchmarks.systems import Progress, Search
from benchmarks.systems.ranking import best_first

BATCH = 256


class Dense:
    """One matrix a scope; a query is one embedding and one product."""

    name = "dense"

    def __init__(self, embedder: CachedEmbedder) -> None:
        self._embedder = embedder
        self._indexes: dict[str, tuple[list[str], NDArray[np.float32]]] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The embedder is all there is to set."""
        return {"embedder": self._embedder.name, "dimension": self._embedder.dimension}

    @property
    def searches(self) -> Mapping[str, Search]:
        """The one row."""
        return {self.name: self.search}

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Embed the passages, the speaker's name in front of what was said."""
        done = 0
        for scope, members in by_scope(passages).items():
            blocks = []
            for first in range(0, len(members), BATCH):
                batch = members[first : first + BATCH]
                blocks.append(self._embedder.embed([passage.spoken for passage in batch]))
                done += len(batch)
                on_progress(done)
            self._indexes[scope] = [passage.id for passage in members], np.concatenate(blocks)

    def scores(self, question: str, scope: str) -> NDArray[np.float32]:
        """The cosines of the passages of a scope in the order they came in: float32 [n]."""
        cosines: NDArray[np.float32] = self._indexes[scope][1] @ self._embedder.embed([question])[0]
        return cosines

    def search(self, question: str, scope: str, k: int) -> list[str]:
        """The passages of the highest cosines."""
        ids = self._indexes[scope][0]
        return [ids[place] for place in best_first(self.scores(question, scope), k)]

    def close(self) -> None:
        """Nothing is held but memory."""
