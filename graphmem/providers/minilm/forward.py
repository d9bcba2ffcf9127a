"""The encoder in numpy: word-piece ids in, one sum of token states a window out.

This is the hot path of taking in text, so it is laid out for that. The tokens of a batch lie one after the other in
one matrix without padding: every matrix product and every element-wise step runs over real tokens only, and windows
of equal length (callers sort by length) share one attention product that needs no mask. GELU and layer normalisation
run over blocks of rows that stay in the processor's cache.

The function computed is BERT's (Devlin et al. 2019; here 6 layers, 12 heads, hidden size 384) with GELU in its tanh
form (Hendrycks and Gimpel 2016), which changes the vectors by less than 1e-6 in cosine.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphmem.providers.minilm.weights import DIMENSION, HEADS, WIDTH, Input, Layer, Matrix, Norm, Weights

EPSILON: Final = np.float32(1e-12)
ROWS_IN_CACHE: Final = 64
SCORES_IN_CACHE: Final = 1 << 17
FEW_ROWS: Final = 64
PANEL: Final = 96
SMALLEST_TOTAL: Final = 1e-20
LARGEST_TOTAL: Final = 1e30

_CUBE: Final = 0.044715
_SLOPE: Final = math.sqrt(2 / math.pi)


class NumpyEncoder:
    """The forward pass over given weights. It holds no state of a call, so threads may share it."""

    def __init__(self, weights: Weights) -> None:
        """Lay ``weights`` out for fast products: about 85 MB, besides the word table's 12 MB."""
        self._input = weights.input
        self._layers = tuple(_Block(layer) for layer in weights.layers)

    def sums(self, windows: Sequence[Sequence[int]]) -> Matrix:
        """Sum the last layer's token states of each window: float32 [n, 384], in order.

        A window is a list of at most 256 ids with the start and end marks; sorted by length they run fastest.
        """
        lengths = [len(window) for window in windows]
        ids = np.fromiter((piece for window in windows for piece in window), np.intp, sum(lengths))
        room = _Room(len(ids), tuple(_runs(lengths)))
        states = embed(self._input, ids, lengths)
        for block in self._layers:
            block.apply(states, room)
        starts = np.cumsum([0, *lengths[:-1]])
        return np.add.reduceat(states, starts, axis=0)


class _Room:
    """The arrays that all layers of one call write to in turn, and the runs of windows of equal length in it.

    Made once a call: fresh megabytes for each product would cost more in page faults than some of the arithmetic.
    ``projected`` and ``wide`` are never alive together and share their memory.
    """

    def __init__(self, tokens: int, runs: tuple[tuple[int, int, int], ...]) -> None:
        self.runs = runs
        memory = np.empty(tokens * WIDTH, np.float32)
        self.wide = memory.reshape(tokens, WIDTH)
        self.projected = memory[: tokens * 3 * DIMENSION].reshape(tokens, 3 * DIMENSION)
        self.mixed = np.empty((tokens, DIMENSION), np.float32)
        self.change = np.empty((tokens, DIMENSION), np.float32)
        self.totals = np.empty((tokens, HEADS), np.float32)
        self.gate = np.empty((ROWS_IN_CACHE, WIDTH), np.float32)


def embed(table: Input, ids: NDArray[np.intp], lengths: Sequence[int]) -> Matrix:
    """What the first layer sees: normalised word plus position vectors, float32 [tokens, 384]."""
    states = table.words.rows(ids)
    first = 0
    for length in lengths:
        states[first : first + length] += table.positions[:length]
        first += length
    _normalise(states, table.norm)
    return states


class _Dense:
    """A matrix in two layouts, since no single one is fast for both few and many rows.

    For many rows BLAS rearranges the matrix as it goes, which pays for itself. For the dozen rows of one query that
    costs more than the product; products small enough skip it, so the matrix is also kept as panels of few columns.
    """

    def __init__(self, matrix: Matrix) -> None:
        self._whole = matrix
        self._panels = np.ascontiguousarray(matrix.reshape(len(matrix), -1, PANEL).transpose(1, 0, 2))

    def into(self, out: Matrix, rows: Matrix) -> None:
        """``out = rows @ matrix``."""
        if len(rows) > FEW_ROWS:
            np.matmul(rows, self._whole, out=out)
        else:
            np.matmul(rows, self._panels, out=out.reshape(len(rows), -1, PANEL).transpose(1, 0, 2))


class _Block:
    """One transformer layer, with the constants of GELU folded into the matrices on both sides of it."""

    def __init__(self, layer: Layer) -> None:
        # With y = sqrt[3](slope * cube) * x the argument of tanh, slope * (x + cube * x**3), becomes y**3 + linear * y.
        stretch = (_SLOPE * _CUBE) ** (1 / 3)
        self._linear = np.float32(_SLOPE / stretch)
        self._qkv, self._query_bias = _Dense(layer.qkv), layer.query_bias
        self._mix, self._mix_bias, self._mix_norm = _Dense(layer.mix), layer.mix_bias, layer.mix_norm
        self._widen = _Dense(layer.widen * np.float32(stretch))
        self._widen_bias = layer.widen_bias * np.float32(stretch)
        self._narrow = _Dense(layer.narrow * np.float32(0.5 / stretch))
        self._narrow_bias, self._narrow_norm = layer.narrow_bias, layer.narrow_norm

    def apply(self, states: Matrix, room: _Room) -> None:
        """Replace ``states`` [tokens, 384] by the layer's output."""
        self._qkv.into(room.projected, states)
        room.projected[:, :DIMENSION] += self._query_bias
        _mix(room)
        self._mix.into(room.change, room.mixed)
        _add_normalised(states, room.change, self._mix_bias, self._mix_norm)
        self._widen.into(room.wide, states)
        for rows in _blocks(room.wide):
            self._gelu(rows, room.gate[: len(rows)])
        self._narrow.into(room.change, room.wide)
        _add_normalised(states, room.change, self._narrow_bias, self._narrow_norm)

    def _gelu(self, rows: Matrix, gate: Matrix) -> None:
        """Add the bias and apply GELU in place, up to the factors that the matrices carry."""
        rows += self._widen_bias
        np.multiply(rows, rows, out=gate)
        gate += self._linear
        gate *= rows
        np.tanh(gate, out=gate)
        gate += np.float32(1)
        rows *= gate


def _runs(lengths: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Neighbours of one length as (first token, number of windows, length), cut so that their scores fit the cache."""
    first = 0
    for length, run in groupby(lengths):
        windows = sum(1 for _ in run)
        most = max(1, SCORES_IN_CACHE // (HEADS * length * length))
        for start in range(0, windows, most):
            count = min(most, windows - start)
            yield first, count, length
            first += count * length


def _mix(room: _Room) -> None:
    """Attention: reads ``projected``, writes ``mixed``.

    Softmax is first taken without subtracting each row's largest score: that saves two passes and the scores of this
    model lie far from where exp overflows. Should a row's total say otherwise, all is done again the safe way.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        for run in room.runs:
            _attend(room, *run, safely=False)
    if not SMALLEST_TOTAL < room.totals.min() <= room.totals.max() < LARGEST_TOTAL:
        for run in room.runs:
            _attend(room, *run, safely=True)
    by_head = room.mixed.reshape(-1, DIMENSION // HEADS)
    by_head /= room.totals.reshape(-1, 1)


def _attend(room: _Room, first: int, windows: int, length: int, *, safely: bool) -> None:
    """Unscaled attention within each of some windows of one length: writes their ``mixed`` and ``totals``."""
    rows = slice(first, first + windows * length)
    heads = room.projected[rows].reshape(windows, length, 3, HEADS, DIMENSION // HEADS)
    query, key, value = (heads[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    scores = query @ key.transpose(0, 1, 3, 2)
    if safely:
        scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    totals = scores.reshape(-1, length) @ np.ones(length, np.float32)
    room.totals[rows].reshape(windows, length, HEADS)[:] = totals.reshape(windows, HEADS, length).transpose(0, 2, 1)
    mixed = room.mixed[rows].reshape(windows, length, HEADS, DIMENSION // HEADS)
    np.matmul(scores, value, out=mixed.transpose(0, 2, 1, 3))


def _blocks(matrix: Matrix) -> Iterator[Matrix]:
    """Views of some rows each, few enough to stay in the cache from one step to the next."""
    for first in range(0, len(matrix), ROWS_IN_CACHE):
        yield matrix[first : first + ROWS_IN_CACHE]


def _add_normalised(states: Matrix, change: Matrix, bias: Matrix, norm: Norm) -> None:
    """``states = LayerNorm(states + change + bias)``, in place."""
    states += change
    states += bias
    _normalise(states, norm)


def _normalise(states: Matrix, norm: Norm) -> None:
    states -= states.mean(axis=1, keepdims=True)
    spread = np.einsum("ij,ij->i", states, states)
    spread /= np.float32(DIMENSION)
    spread += EPSILON
    np.sqrt(spread, out=spread)
    states /= spread[:, None]
    states *= norm.gain
    states += norm.bias
