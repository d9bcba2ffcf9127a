"""The last look, by a reranker: it may be slow, wrong or away, and the search answers all the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from graphmem.aside import apart
from graphmem.domain.embedding import text_of_memory
from graphmem.domain.memory import MemoryRecord
from graphmem.errors import GraphmemError, RerankingFailed
from graphmem.ports.reranker import Reranker
from graphmem.recall.seed import Candidate
from graphmem.settings import RankingFactors

MOST_WORDS = 300
"""Characters of a failure that are told."""
MOST_AT_ONCE = 8
"""Calls that may be under way, those among them that nobody waits for any more."""


@dataclass(frozen=True, slots=True)
class LastLook:
    """A reranker, or None, and for how many `seconds` it is waited for."""

    reranker: Reranker | None
    seconds: float
    _places: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(MOST_AT_ONCE))

    async def give(
        self, query: str, ranked: Sequence[Candidate], memories: Mapping[str, MemoryRecord], factors: RankingFactors
    ) -> str:
        """Give the best of `ranked` a part for what the reranker says of them, and say how that went: its name, "failed: …"
        when nothing was given, "" when nobody was asked."""
        asked = [one for one in ranked if one.id in memories][: factors.rerank_depth]
        if self.reranker is None or not asked or not factors.rerank:
            return ""
        texts = [text_of_memory(one.text, one.actor_id, one.heading) for one in (memories[c.id] for c in asked)]
        try:
            scores = await asyncio.wait_for(apart(partial(self._read, self.reranker, query, texts)), self.seconds)
        except TimeoutError:
            return f"failed: no answer within {self.seconds:g} s"
        except GraphmemError as error:
            return f"failed: {error}"[:MOST_WORDS]
        except Exception as error:  # noqa: BLE001 (whatever a foreign model does, the search has an answer without it)
            return f"failed: {type(error).__name__}: {error}"[:MOST_WORDS]
        for candidate, score in zip(asked, scores, strict=True):
            candidate.parts["rerank"] = factors.rerank * score
        return str(getattr(self.reranker, "name", type(self.reranker).__name__))

    def _read(self, reranker: Reranker, query: str, texts: Sequence[str]) -> list[float]:
        """Its scores; the place is given back when it is done, waited for or not. Raises RerankingFailed when none is free."""
        if not self._places.acquire(blocking=False):
            raise RerankingFailed(f"it still reads for {MOST_AT_ONCE} earlier searches")
        try:
            return _scores(reranker, query, texts)
        finally:
            self._places.release()


def _scores(reranker: Reranker, query: str, texts: Sequence[str]) -> list[float]:
    """Raises ValueError for what is not one number from 0 to 1 for each text."""
    import numpy as np

    scores = np.asarray(reranker.rerank(query, texts), dtype=np.float32)
    if scores.shape != (len(texts),):
        raise ValueError(f"it gave scores of shape {scores.shape} for {len(texts)} texts")
    if not bool(((scores >= 0) & (scores <= 1)).all()):
        raise ValueError("it gave scores that are not from 0 to 1")
    return [float(score) for score in scores]
