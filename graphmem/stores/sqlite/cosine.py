"""Exact cosines, and the best of them in an order that does not hang on how a matrix product was cut into blocks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.vector import Matrix, Vector
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf

NOISE = 1e-5
"""More than float32 products of unit vectors differ by the order of summing."""
DENSE = 0.25
"""From this part of the rows on, it is faster to multiply all than to gather some."""
DIGITS = 9
"""Two cosines that agree in so many digits are equal: equal vectors score equally wherever they stand."""


def cosines(matrix: Matrix, vector: Vector) -> NDArray[np.float64]:
    """Each row with `vector`, both of unit length, summed in double precision, row by row in one order."""
    summed: NDArray[np.float64] = np.einsum("ij,j->i", matrix.astype(np.float64), vector.astype(np.float64))
    return summed.round(DIGITS)


def exactly(shelf: Shelf, vector: Vector, rows: Numbers) -> NDArray[np.float64]:
    """`cosines` of these rows; those of the last vector are kept, since the steps of a search come by the same rows."""
    known = shelf.cosines_with(vector)
    missing = rows[np.isnan(known[rows])]
    known[missing] = cosines(shelf.matrix[missing], vector)
    return known[rows]


def paired(matrix: Matrix, other: Matrix) -> NDArray[np.float32]:
    """Each row with the same row of `other`, in single precision, for what decides no order here."""
    summed: NDArray[np.float32] = np.einsum("ij,ij->i", matrix, other)
    return summed


def rough(shelf: Shelf, vector: Vector, rows: Numbers) -> NDArray[np.float32]:
    """The cosines of these rows, true but for NOISE."""
    if len(rows) >= DENSE * len(shelf.numbers) or shelf.was_asked(vector):
        return shelf.product(vector)[rows]
    return shelf.matrix[rows] @ vector


def nearest_rows(shelf: Shelf, mask: Mask, vector: Vector, limit: int) -> tuple[Numbers, NDArray[np.float64]]:
    """The `limit` rows in `mask` nearest to `vector` and their cosines, best first, ties by id."""
    rows = np.flatnonzero(mask & shelf.has_vector)
    if not len(rows) or limit < 1:
        return rows[:0], np.zeros(0)
    rows = rows[likely(rough(shelf, vector, rows), limit)]
    scores = exactly(shelf, vector, rows)
    order = by_score(scores, shelf.ids[rows])[:limit]
    return rows[order], scores[order]


def likely(scores: NDArray[np.float32], most: int) -> Numbers:
    """The places, ascending, that can be among the `most` best once the scores are exact."""
    if len(scores) <= most:
        return np.arange(len(scores))
    bar = np.partition(scores, len(scores) - most)[len(scores) - most] - NOISE
    return np.flatnonzero(scores >= bar)


def by_score(scores: NDArray[np.float64], ids: Sequence[str] | NDArray[np.object_]) -> list[int]:
    """Places in order of falling score, then of id."""
    keys = list(zip((-scores).tolist(), ids, strict=True))
    return sorted(range(len(keys)), key=keys.__getitem__)
