"""The systems that are measured: each takes passages in and answers a question with passage ids, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from benchmarks.datasets import Passage
from benchmarks.embedding import CachedEmbedder
from benchmarks.extraction import Extraction

Search: TypeAlias = Callable[[str, str, int], list[str]]
"""search(question, scope, k): the ids of at most k passages of that scope, best first, each once."""

Progress: TypeAlias = Callable[[int], None]
"""on_progress(done): how many passages have been taken in so far."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a system is made with. `folder`: a place for its files, which `is_kept` for a later run or not; `neo4j`: the
    address of an empty database."""

    embedder: CachedEmbedder
    extraction: Extraction
    folder: Path
    is_kept: bool = False
    neo4j: str | None = None


class System(Protocol):
    """Built once, asked many times. One build may answer in several ways, each a row of the table."""

    @property
    def name(self) -> str:
        """The name by which the command chooses it."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What its figures depend on, for the record; JSON values."""
        ...

    @property
    def searches(self) -> Mapping[str, Search]:
        """The ways of asking it, by row name."""
        ...

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Take the passages of every scope in; called once, before any search. What an earlier run left in the folder may
        be gone on from."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...
