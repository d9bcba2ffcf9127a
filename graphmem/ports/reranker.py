"""What reads the best hits again, each together with the question, and says how well they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graphmem.domain.vector import Vector


class Reranker(Protocol):
    """`name` stands in the trace of each search that it took part in."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    def rerank(self, query: str, texts: Sequence[str]) -> Vector:
        """float32 [len(texts)], in order: how well each text answers, 0…1.

        May raise anything, and is not waited for longer than the settings say: a search then answers without it.
        """
        ...
