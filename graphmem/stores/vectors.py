"""Checks vectors on their way into a store and into a question, the same for every store."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.vector import Vector
from graphmem.errors import DimensionMismatch, InvalidVector


def unit(vector: NDArray[np.floating[Any]]) -> Vector:
    """The vector as float32 of length one."""
    exact = np.asarray(vector, dtype=np.float64)
    length = float(np.sqrt(exact @ exact))
    return (exact / length).astype(np.float32) if length > 0 else exact.astype(np.float32)


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
