"""Which systems there are. A system's packages are loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.systems import System

Maker: TypeAlias = Callable[[CachedEmbedder], System]

NAMES = ("bm25", "dense", "rrf", "minmax", "graphmem")


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once. Raises BenchmarkError for one that does not exist."""
    for name in names:
        if name not in NAMES:
            raise BenchmarkError(f"There is no system {name!r}; --systems takes {', '.join(NAMES)}.")
    return tuple(dict.fromkeys(names))


def maker(name: str) -> Maker:
    """What makes the system `name`, empty. Raises BenchmarkError if its packages are not installed."""
    try:
        return _maker(name)
    except ModuleNotFoundError as error:
        raise BenchmarkError(f"{name} needs the package {error.name}: install graphmem[bench,local].") from error


def _maker(name: str) -> Maker:
    if name == "bm25":
        from benchmarks.systems.bm25 import Bm25

        return lambda _: Bm25()
    if name == "dense":
        from benchmarks.systems.dense import Dense

        return Dense
    if name == "graphmem":
        from benchmarks.systems.graphmem_system import Graphmem

        return Graphmem
    from benchmarks.systems.fusion import MinMaxSum, ReciprocalRank

    return ReciprocalRank if name == "rrf" else MinMaxSum
