"""The systems that are measured: each takes passages in and answers a question with passage ids, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

from benchmarks.datasets import Passage

Search: TypeAlias = Callable[[str, str, int], list[str]]
"""search(question, scope, k): the ids of at most k passages of that scope, best first, each once."""

Progress: TypeAlias = Callable[[int], None]
"""on_progress(done): how many passages have been taken in so far."""


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
        """Take the passages of every scope in; called once, before any search."""
        ...

    def close(self) -> None:
        """Give back what it holds."""
        ...
