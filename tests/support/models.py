"""Embedding models to move between, and a look at whether a database's vectors are all of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from graphmem.domain.change import ChangeSet
from graphmem.domain.embedding import text_of_memory
from graphmem.domain.vector import Matrix
from graphmem.ports.embedder import Embedder
from graphmem.stores.sqlite.store import SqliteStore
from tests.support.embedding import HashingEmbedder


class OtherEmbedder:
    """Another model: words hashed, then turned into another direction. `before` is called ahead of every batch."""

    def __init__(self, name: str = "other", dimension: int = 32, before: Callable[[int], None] | None = None) -> None:
        self.name = name
        self.dimension = dimension
        self.batches = 0
        self.texts: list[str] = []
        self._before = before
        inner = HashingEmbedder()
        self._turn = np.random.default_rng(len(name) + dimension).normal(size=(inner.dimension, dimension))
        self._inner = inner

    def embed(self, texts: Sequence[str]) -> Matrix:
        self.batches += 1
        if self._before is not None:
            self._before(self.batches)
        self.texts += texts
        rows = self._inner.embed(texts) @ self._turn
        unit: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
        return unit


def texts_of(changes: ChangeSet) -> dict[str, str]:
    """What the vector of each row is made of, by its key."""
    texts = {one.id: text_of_memory(one.text, one.actor_id, one.heading) for one in changes.memories}
    texts |= {one.id: one.text for one in (*changes.sentences, *changes.facts)}
    return texts | {one.id: one.name for one in changes.entities}


async def check_vectors(path: Path | str, embedder: Embedder) -> int:
    """Open a file with this model, and see that every row has a vector, and that it is this model's. How many there are."""
    store = SqliteStore(path, dimension=embedder.dimension, model=embedder.name)
    await store.open()
    seen = 0
    try:
        for owner in await store.owners(None, 1_000):
            after: str | None = None
            while True:
                part = await store.portion(owner, after, 5_000)
                texts = texts_of(part.changes)
                assert texts.keys() == part.changes.vectors.keys()
                if texts:
                    wanted = embedder.embed(list(texts.values()))
                    assert np.allclose(np.stack([part.changes.vectors[key] for key in texts]), wanted, atol=1e-5)
                seen += len(texts)
                after = part.following
                if after is None:
                    break
    finally:
        await store.close()
    return seen
