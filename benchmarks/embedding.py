"""One embedder for every system of a run, which embeds no passage twice and every question each time.

Passages are the same for all systems, so their vectors are kept, in memory and if wanted on disk. A question's vector
is part of the time a query takes: while questions are asked nothing is looked up, and the embedder inside is a new one
that has not met them.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.errors import BenchmarkError

if TYPE_CHECKING:
    from graphmem.ports.embedder import Embedder

PROBES = ("A first sentence about a river.", "Another one: the painter's sister moved to Oslo in 1931.")
SHARD = 4096
KEY_BYTES = 16
TOLERANCE = 1e-3


class CachedEmbedder:
    """Stands in for the embedder that `make` gives, with its `name` and `dimension`; threads may share it.

    `seconds`, `computed` and `reused` count since `build_begins`: time inside the embedder, texts that it embedded,
    and texts whose vector was already there.
    """

    def __init__(self, make: Callable[[], Embedder], folder: Path | None = None) -> None:
        """With `folder`, vectors are kept there for later runs; see `VectorShards`."""
        self._make = make
        self._inner = make()
        self.name = self._inner.name
        self.dimension = self._inner.dimension
        self._shards = VectorShards(folder, self._inner) if folder else None
        self._known = self._shards.read() if self._shards else {}
        self._unsaved: dict[bytes, NDArray[np.float32]] = {}
        self._lock = threading.Lock()
        self._asking = False
        self.build_begins()

    def build_begins(self) -> None:
        """From here on texts are passages: looked up, kept and counted."""
        self._asking = False
        self.seconds, self.computed, self.reused = 0.0, 0, 0

    def questions_begin(self) -> None:
        """From here on texts are questions, embedded each time, by a new embedder that has met none of them."""
        self._inner = self._make()
        self._asking = True

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """float32 [len(texts), dimension], rows of unit length, in order. Raises what the embedder inside raises."""
        if self._asking:
            return self._inner.embed(texts)
        keys = [key_of(text) for text in texts]
        with self._lock:
            fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
            if fresh:
                self._compute(fresh)
            self.reused += len(texts) - len(fresh)
            rows = [self._known[key] for key in keys]
        return np.stack(rows) if rows else np.empty((0, self.dimension), np.float32)

    def _compute(self, fresh: dict[bytes, str]) -> None:
        started = time.perf_counter()
        vectors = dict(zip(fresh, self._inner.embed(list(fresh.values())), strict=True))
        self.seconds += time.perf_counter() - started
        self.computed += len(fresh)
        self._known |= vectors
        if self._shards:
            self._unsaved |= vectors
            if len(self._unsaved) >= SHARD:
                self._save()

    def _save(self) -> None:
        if self._shards and self._unsaved:
            self._shards.write(self._unsaved)
            self._unsaved = {}

    def close(self) -> None:
        """Write what is not yet on disk."""
        with self._lock:
            self._save()


class VectorShards:
    """A folder of `.npy` files, each named by the digest of its content: rows of (key of a text, its vector).

    Files are only ever added, so several runs may share the folder. The vectors of two probe sentences lie beside
    them: a folder that another model filled is refused instead of believed.
    """

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder = folder / embedder.name
        self._row = np.dtype([("key", f"V{KEY_BYTES}"), ("vector", "<f4", (embedder.dimension,))])
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BenchmarkError(f"{folder}: the cache folder cannot be made ({error}).") from error
        self._check(embedder)

    def _check(self, embedder: Embedder) -> None:
        now = embedder.embed(PROBES)
        file = self._folder / "probe.npy"
        if not file.exists():
            _write(file, now)
        then = _load(file)
        if then.shape != now.shape or np.abs(then - now).max() > TOLERANCE:
            raise BenchmarkError(
                f"{self._folder}: these vectors come from another embedder; name another --cache folder."
            )

    def read(self) -> dict[bytes, NDArray[np.float32]]:
        """All vectors by the key of their text."""
        known: dict[bytes, NDArray[np.float32]] = {}
        for file in sorted(self._folder.glob("shard-*.npy")):
            shard = _load(file)
            if shard.dtype != self._row:
                raise BenchmarkError(f"{file}: not a shard of this cache; delete it.")
            known |= {key.tobytes(): vector for key, vector in zip(shard["key"], shard["vector"], strict=True)}
        return known

    def write(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        """Add a shard of these vectors; whole or not at all."""
        shard = np.empty(len(vectors), self._row)
        shard["key"] = np.frombuffer(b"".join(vectors), dtype=f"V{KEY_BYTES}")
        shard["vector"] = np.stack(list(vectors.values()))
        digest = hashlib.blake2b(shard.tobytes(), digest_size=KEY_BYTES).hexdigest()
        _write(self._folder / f"shard-{digest}.npy", shard)


def key_of(text: str) -> bytes:
    """16 bytes that stand for a text."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=KEY_BYTES).digest()


def _write(file: Path, array: NDArray[Any]) -> None:
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    with partial.open("wb") as stream:
        np.save(stream, array, allow_pickle=False)
    os.replace(partial, file)


def _load(file: Path) -> NDArray[Any]:
    try:
        loaded: NDArray[Any] = np.load(file, allow_pickle=False)
        return loaded
    except (OSError, EOFError, ValueError) as error:
        raise BenchmarkError(f"{file}: a damaged part of the cache ({error}); delete it.") from error
