"""The measurements on one store: adding, searching, exactness of vector search, and how others' data slows one down."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.stores.world import DIMENSION, START, Happening, World, changes_of
from graphmem.domain.query import VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore
from graphmem.recall.pipeline import Recall, RecallQuery
from graphmem.settings import RecallWeights

CHUNK = 500
"""Memories in one commit when a store is filled."""
SMALL_TENANT = 100
VIEW = View(now=START.replace(year=2027))


class OneVector:
    """An embedder that says what it was told to: the question's vector is part of the world, not of what is measured."""

    name, dimension = "made-up", DIMENSION

    def __init__(self) -> None:
        self.vector = np.zeros(DIMENSION, dtype=np.float32)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 [n, 384]: the same for every text."""
        return np.stack([self.vector] * len(texts))


@dataclass(slots=True)
class Filled:
    """A store with a world in it, and what is needed to ask it. `matrix`: float32 [n, 384], the big tenant's vectors."""

    store: GraphStore
    big: Scope
    world: World
    happenings: list[Happening] = field(default_factory=list)

    @property
    def matrix(self) -> NDArray[np.float32]:
        return np.stack([one.vector for one in self.happenings])


def times(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds, and how many a second."""
    array = np.array(seconds)
    return {
        "p50_ms": round(float(np.percentile(array, 50)) * 1000, 2),
        "p95_ms": round(float(np.percentile(array, 95)) * 1000, 2),
        "per_second": round(len(array) / float(array.sum()), 1),
    }


async def each(work: Callable[[int], Awaitable[Any]], count: int, warm: int = 3) -> dict[str, float]:
    """Time `work` so many times, one after another, after a few that do not count."""
    taken = []
    for number in range(count + warm):
        start = time.perf_counter()
        await work(number)
        taken.append(time.perf_counter() - start)
    return times(taken[warm:])


async def fill(filled: Filled, upto: int, progress: Callable[[int], None]) -> dict[str, float]:
    """Grow the big tenant to so many memories in commits of 500; rows and memories a second."""
    rows, start = 0, time.perf_counter()
    before = len(filled.happenings)
    while (first := len(filled.happenings)) < upto:
        more = list(filled.world.happenings(min(CHUNK, upto - first)))
        changes = changes_of(filled.big, more, first)
        await filled.store.commit(changes)
        filled.happenings += more
        rows += rows_in(changes)
        progress(len(filled.happenings))
    seconds = time.perf_counter() - start
    count = len(filled.happenings) - before
    return {"memories": count, "rows": rows, "seconds": round(seconds, 2), "rows_per_second": round(rows / seconds, 1)}


def rows_in(changes: Any) -> int:
    """Nodes and relationships that a ChangeSet names."""
    kinds = ("episodes", "entities", "memories", "sentences", "facts", "supports", "mentions", "revisions")
    return sum(len(getattr(changes, kind)) for kind in kinds)


async def fill_small(store: GraphStore, tenants: int, progress: Callable[[int], None]) -> None:
    """So many owners of 100 memories each."""
    for number in range(tenants):
        scope = Scope(user_id=f"small_{number:04}")
        world = World(SMALL_TENANT, seed=10_000 + number)
        await store.commit(changes_of(scope, list(world.happenings(SMALL_TENANT)), 0))
        progress(number + 1)


async def adding(filled: Filled, count: int) -> dict[str, float]:
    """One memory a commit."""

    async def one(_: int) -> None:
        more = list(filled.world.happenings(1))
        await filled.store.commit(changes_of(filled.big, more, len(filled.happenings)))
        filled.happenings += more

    return await each(one, count)


async def searching(store: GraphStore, scope: Scope, world: World, count: int, hops: int) -> dict[str, float]:
    """Whole searches through the recall pipeline; the embedding is not part of it."""
    embedder = OneVector()
    recall = Recall(store, embedder, RecallWeights())  # type: ignore[call-arg]
    questions = list(world.happenings(count + 3))

    async def one(number: int) -> None:
        asked = questions[number]
        embedder.vector = asked.vector
        text = f"What happened to {asked.subject} in {asked.place}?"
        await recall(RecallQuery(scope=scope, text=text, limit=10, hops=hops, view=VIEW))

    return await each(one, count)


async def exactness(filled: Filled, count: int, small: Scope, small_world: World) -> dict[str, Any]:
    """Recall@10 of scoped vector search against exact cosine, and its time, for the big tenant and a small one."""
    figures = {}
    matrix = {
        "big": filled.matrix,
        "small": np.stack([one.vector for one in World(SMALL_TENANT, small_seed(small)).happenings(SMALL_TENANT)]),
    }
    for name, scope, world in (("big", filled.big, filled.world), ("small", small, small_world)):
        found, taken = [], []
        ids = [f"mem_{scope.owner.replace(':', '_')}_{number:08}" for number in range(len(matrix[name]))]
        for vector in world.vectors(count):
            best = set(np.argsort(-(matrix[name] @ vector), kind="stable")[:10].tolist())
            start = time.perf_counter()
            rows = await filled.store.nearest(
                VectorProbe(scope=scope, kind="memory", vector=vector, limit=10, view=VIEW)
            )
            taken.append(time.perf_counter() - start)
            found.append(len({row.id for row in rows} & {ids[place] for place in best}) / min(10, len(ids)))
        figures[name] = {"memories": len(ids), "recall@10": round(float(np.mean(found)), 4), **times(taken[3:])}
    return figures


def small_seed(scope: Scope) -> int:
    """The seed of a small tenant's world."""
    return 10_000 + int(str(scope.user_id).removeprefix("small_"))


def run(work: Awaitable[Any]) -> Any:
    """To the end, on a loop of its own."""

    async def whole() -> Any:
        return await work

    return asyncio.run(whole())
