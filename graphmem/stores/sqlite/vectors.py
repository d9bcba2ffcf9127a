"""Checks vectors on their way in and turns them into bytes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graphmem.domain.vector import Vector
from graphmem.errors import DimensionMismatch, InvalidVector
from graphmem.stores.sqlite.cosine import unit


def checked(vector: Vector, dimension: int, what: str) -> Vector:
    """float32 [dimension] of unit length. Raises DimensionMismatch, or InvalidVector for NaN, infinity and zero."""
    try:
        array = np.asarray(vector, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InvalidVector(f"{what} is not an array of numbers.") from error
    if array.shape != (dimension,):
        raise DimensionMismatch(
            f"{what} has the shape {array.shape}; this database holds vectors of {dimension} dimensions."
        )
    if not np.all(np.isfinite(array)):
        raise InvalidVector(f"{what} holds NaN or infinity.")
    if not np.any(array):
        raise InvalidVector(f"{what} is all zero: it has no direction.")
    return unit(array)


def as_bytes(vectors: Mapping[str, Vector], dimension: int) -> dict[str, bytes]:
    """Each vector as little-endian float32."""
    return {
        key: checked(one, dimension, f"The vector of {key!r}").astype("<f4").tobytes() for key, one in vectors.items()
    }


def from_bytes(blob: bytes | None, dimension: int) -> Vector:
    """The vector in a row; zeros where there is none. Raises ValueError for a blob of another length."""
    if blob is None:
        return np.zeros(dimension, dtype=np.float32)
    if len(blob) != 4 * dimension:
        raise ValueError(f"a vector of {len(blob)} bytes where {4 * dimension} belong")
    return np.frombuffer(blob, dtype="<f4").astype(np.float32, copy=False)
