"""Which systems there are. A system's packages are loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.systems import System

NAMES = ("bm25", "dense", "rrf", "minmax", "graphmem")


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once. Raises BenchmarkError for one that does not exist."""
    for name in names:
        if name not in NAMES:
            raise BenchmarkError(f"There is no system {name!r}; --systems takes {', '.join(NAMES)}.")
    return tuple(dict.fromkeys(names))


def make(name: str, embedder: CachedEmbedder) -> System:
    """The system `name`, empty. Raises BenchmarkError if its packages are not installed."""
    try:
        return _make(name, embedder)
    except ModuleNotFoundError as error:
        raise BenchmarkError(f"{name} needs the package {error.name}: install graphmem[bench,local].") from error


def _make(name: str, embedder: CachedEmbedder) -> System:
    if name == "bm25":
        from benchmarks.systems.bm25 import Bm25

        return Bm25()
    if name == "dense":
        from benchmarks.systems.dense import Dense

        return Dense(embedder)
    if name == "graphmem":
        from benchmarks.systems.graphmem_system import Graphmem

        return Graphmem(embedder)
    from benchmarks.systems.fusion import MinMaxSum, ReciprocalRank

    return ReciprocalRank(embedder) if name == "rrf" else MinMaxSum(embedder)
