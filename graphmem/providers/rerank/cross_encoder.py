"""A cross-encoder behind an address that takes ``{query, documents}``, as Jina, Cohere, vLLM and others have it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphmem.errors import RerankingFailed
from graphmem.providers.rerank.endpoint import Served

if TYPE_CHECKING:
    from graphmem.domain.vector import Vector


class CrossEncoder(Served):
    """Asks ``POST {"model", "query", "documents", "top_n", "return_documents": false}`` and reads
    ``{"results": [{"index", "relevance_score"}, …]}``; a list alone, and ``score`` for the number, are read too."""

    def rerank(self, query: str, texts: Sequence[str]) -> Vector:
        """float32 [len(texts)], 0…1. Raises RerankingFailed, also for an answer that leaves a text out."""
        document: dict[str, Any] = {"query": query, "documents": list(texts), "top_n": len(texts)}
        document |= {"return_documents": False}
        if self._model:
            document["model"] = self._model
        answer = self._endpoint.ask(document)
        rows = answer.get("results") if isinstance(answer, dict) else answer
        return scores_of(rows, len(texts), str(self._endpoint))


def scores_of(rows: object, count: int, where: str) -> Vector:
    """float32 [count] from ``{index, relevance_score}`` for each, in any order. Raises RerankingFailed."""
    import numpy as np

    scores = np.full(count, np.nan, dtype=np.float32)
    try:
        if not isinstance(rows, list):
            raise TypeError("no list of results")
        for row in rows:
            index, score = row["index"], row["relevance_score"] if "relevance_score" in row else row["score"]
            if isinstance(index, bool) or not isinstance(index, int) or not 0 <= index < count:
                raise ValueError(f"index {index!r}")
            if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 1:
                raise ValueError(f"a score that is not from 0 to 1: {score!r}")
            scores[index] = score
    except (KeyError, TypeError, ValueError) as error:
        raise RerankingFailed(f"{where} answered in another form ({error})"[:200]) from error
    missing = int(np.isnan(scores).sum())
    if missing or len(rows) != count:
        raise RerankingFailed(f"{where} scored {len(rows)} texts, {count - missing} of the {count} that were sent")
    return scores
