"""Turns vectors into bytes and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from graphmem.domain.vector import Matrix, Vector
from graphmem.stores.vectors import checked


def as_bytes(vectors: Mapping[str, Vector], dimension: int) -> dict[str, bytes]:
    """Each vector as little-endian float32."""
    return {
        key: checked(one, dimension, f"The vector of {key!r}").astype("<f4").tobytes() for key, one in vectors.items()
    }


def joined(blobs: Sequence[bytes | None], dimension: int) -> Matrix:
    """The vectors in several rows, float32 [n, dimension]; zeros where there is none. Raises ValueError for a blob of another
    length."""
    missing = bytes(4 * dimension)
    for blob in blobs:
        if blob is not None and len(blob) != len(missing):
            raise ValueError(f"a vector of {len(blob)} bytes where {len(missing)} belong")
    if not dimension:
        return np.zeros((len(blobs), 0), dtype=np.float32)
    raw = b"".join(missing if blob is None else blob for blob in blobs)
    return np.frombuffer(raw, dtype="<f4").reshape(len(blobs), dimension).astype(np.float32, copy=False)


def from_bytes(blob: bytes | None, dimension: int) -> Vector:
    """The vector in a row; zeros where there is none. Raises ValueError for a blob of another length."""
    if blob is None:
        return np.zeros(dimension, dtype=np.float32)
    if len(blob) != 4 * dimension:
        raise ValueError(f"a vector of {len(blob)} bytes where {4 * dimension} belong")
    return np.frombuffer(blob, dtype="<f4").astype(np.float32, copy=False)
