"""Which systems there are. A system's packages are loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from benchmarks.errors import BenchmarkError
from benchmarks.systems import Setup, System

Maker: TypeAlias = Callable[[Setup], System]

ON_SERVER = "graphmem-neo4j"
NAMES = ("bm25", "dense", "rrf", "minmax", "pagerank", "graphmem", ON_SERVER)
ABLATION = "ablation"


def chosen(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once. Raises BenchmarkError for one that does not exist."""
    for name in names:
        if name not in NAMES:
            raise BenchmarkError(f"There is no system {name!r}; --systems takes {', '.join(NAMES)}.")
    return tuple(dict.fromkeys(names))


def stored_as(name: str) -> str:
    """The name of the system's folder: an ablation asks the store that graphmem has built."""
    return "graphmem" if name == ABLATION else name


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

        return lambda setup: Dense(setup.embedder)
    if name == "pagerank":
        from benchmarks.systems.pagerank import PageRank

        return PageRank
    if name in ("rrf", "minmax"):
        from benchmarks.systems.fusion import MinMaxSum, ReciprocalRank

        fusion = ReciprocalRank if name == "rrf" else MinMaxSum
        return lambda setup: fusion(setup.embedder)
    if name == ABLATION:
        from benchmarks.systems.ablated import Ablated

        return Ablated
    from benchmarks.systems.graphmem_system import Graphmem, GraphmemNeo4j

    return GraphmemNeo4j if name == ON_SERVER else Graphmem
