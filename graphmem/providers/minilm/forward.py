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

from graphmem.providers.minilm.weights import DIMENSION, HEADS, Layer, Matrix, Norm, Weights

EPSILON: Final = np.float32(1e-12)
ROWS_IN_CACHE: Final = 64
SCORES_IN_CACHE: Final = 1 << 18

_CUBE: Final = 0.044715
_SLOPE: Final = math.sqrt(2 / math.pi)


class NumpyEncoder:
    """The forward pass over given weights. It holds no state of a call, so threads may share it."""

    def __init__(self, weights: Weights) -> None:
        """Keep ``weights`` for all calls; the matrices around GELU are copied, rescaled for `_gelu`."""
        self._weights = weights
        self._layers = tuple(_Block(layer) for layer in weights.layers)

    def sums(self, windows: Sequence[Sequence[int]]) -> Matrix:
        """Sum the last layer's token states of each window: float32 [n, 384], in order.

        A window is a list of at most 256 ids with the start and end marks; sorted by length they run fastest.
        """
        lengths = [len(window) for window in windows]
        ids = np.fromiter((piece for window in windows for piece in window), np.intp, sum(lengths))
        states = embed(self._weights, ids, lengths)
        runs = tuple(_runs(lengths))
        for block in self._layers:
            block.apply(states, runs)
        starts = np.cumsum([0, *lengths[:-1]])
        return np.add.reduceat(states, starts, axis=0)


def embed(weights: Weights, ids: NDArray[np.intp], lengths: Sequence[int]) -> Matrix:
    """What the first layer sees: normalised word plus position vectors, float32 [tokens, 384]."""
    states = weights.words.rows(ids)
    first = 0
    for length in lengths:
        states[first : first + length] += weights.positions[:length]
        first += length
    _normalise(states, weights.input_norm)
    return states


class _Block:
    """One transformer layer, with the constants of GELU folded into the matrices on both sides of it."""

    def __init__(self, layer: Layer) -> None:
        # With y = sqrt[3](slope * cube) * x the argument of tanh, slope * (x + cube * x**3), becomes y**3 + linear * y.
        stretch = (_SLOPE * _CUBE) ** (1 / 3)
        self._linear = np.float32(_SLOPE / stretch)
        self._layer = layer
        self._widen = layer.widen * np.float32(stretch)
        self._widen_bias = layer.widen_bias * np.float32(stretch)
        self._narrow = layer.narrow * np.float32(0.5 / stretch)

    def apply(self, states: Matrix, runs: Sequence[tuple[int, int, int]]) -> None:
        """Replace ``states`` [tokens, 384] by the layer's output; ``runs`` as `_runs` gives them."""
        layer = self._layer
        projected = states @ layer.qkv
        projected[:, :DIMENSION] += layer.query_bias
        mixed = np.empty_like(states)
        for first, windows, length in runs:
            _attend(projected, mixed, first, windows, length)
        _add_normalised(states, mixed @ layer.mix, layer.mix_bias, layer.mix_norm)
        wide = states @ self._widen
        scratch = np.empty((ROWS_IN_CACHE, wide.shape[1]), np.float32)
        for first in range(0, len(wide), ROWS_IN_CACHE):
            self._gelu(wide[first : first + ROWS_IN_CACHE], scratch)
        _add_normalised(states, wide @ self._narrow, layer.narrow_bias, layer.narrow_norm)

    def _gelu(self, rows: Matrix, scratch: Matrix) -> None:
        """Add the bias and apply GELU in place, up to the factors that the matrices carry."""
        rows += self._widen_bias
        gate = scratch[: len(rows)]
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


def _attend(projected: Matrix, mixed: Matrix, first: int, windows: int, length: int) -> None:
    """Attention within each of some windows of one length: reads ``projected`` [tokens, 3 * 384], writes ``mixed``."""
    rows = slice(first, first + windows * length)
    heads = projected[rows].reshape(windows, length, 3, HEADS, DIMENSION // HEADS)
    query, key, value = (heads[:, :, part].transpose(0, 2, 1, 3) for part in range(3))
    scores = query @ key.transpose(0, 1, 3, 2)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    total = scores.sum(axis=-1, keepdims=True)
    out = mixed[rows].reshape(windows, length, HEADS, DIMENSION // HEADS).transpose(0, 2, 1, 3)
    np.matmul(scores, value, out=out)
    out /= total


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
