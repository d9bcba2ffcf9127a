"""What turns text into vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graphmem.domain.vector import Matrix


class Embedder(Protocol):
    """`name` and `dimension` are recorded in the store: vectors of two models never meet in one index.

    One that waits for a server says so with an attribute ``remote = True``, and is then run on a thread of its own.
    """

    @property
    def name(self) -> str:
        """The model's name."""
        ...

    @property
    def dimension(self) -> int:
        """The length of its vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32 [len(texts), dimension], rows of unit length, in order. Raises InvalidText or ModelError kinds."""
        ...
