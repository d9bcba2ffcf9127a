"""A small real embedder for tests that are not about meaning: words hashed into a few dimensions."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from graphmem.domain.vector import Matrix


class HashingEmbedder:
    """Texts that share words are near each other. Deterministic, quick, needs no weights."""

    name = "hashing"
    dimension = 48

    def embed(self, texts: Sequence[str]) -> Matrix:
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0] = 0.1  # no text is without a direction
            for word in re.findall(r"\w+", text.casefold()):
                row[zlib.crc32(word.encode()) % self.dimension] += 1.0
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        return rows
