"""The encoder in onnxruntime (extra ``onnx``): the same weights and vectors as `NumpyEncoder`.

It answers a single query or a short message in a third to a half of numpy's time, because its matrices are laid out
for small products beforehand; in bulk the two are equal (MODEL_CARD.md has the figures). The graph file holds no
weights: they are handed over from the packed file, so neither the ``onnx`` package nor a second copy is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from graphmem.errors import MissingExtra
from graphmem.providers.minilm.forward import embed
from graphmem.providers.minilm.weights import DIMENSION, Layer, Matrix, Weights

LARGEST_BATCH: Final = 512
WORTH_A_RUN: Final = 128
MOST_PADDING: Final = 1.1


def require() -> None:
    """Raise MissingExtra unless onnxruntime can be imported."""
    try:
        import onnxruntime  # noqa: F401
    except ImportError as missing:
        raise MissingExtra('the onnx backend needs onnxruntime: pip install "graphmem[onnx]"') from missing


class OnnxEncoder:
    """The forward pass over given weights. A session may be run from several threads at once."""

    def __init__(self, weights: Weights, graph: Path) -> None:
        """Open ``graph`` (as ``training/build_minilm_graph.py`` writes it) over ``weights``."""
        require()
        import onnxruntime

        named = dict(_named(weights))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # the embedder runs batches side by side
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in named.values()]
        options.add_external_initializers(list(named), values)
        self._input = weights.input
        self._session: Any = onnxruntime.InferenceSession(
            graph.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def sums(self, windows: Sequence[Sequence[int]]) -> Matrix:
        """Sum the last layer's token states of each window: float32 [n, 384], in order."""
        return np.concatenate([self._padded(batch) for batch in _batches(windows)])

    def _padded(self, windows: Sequence[Sequence[int]]) -> Matrix:
        lengths = np.array([len(window) for window in windows], np.int32)
        ids = np.fromiter((piece for window in windows for piece in window), np.intp, int(lengths.sum()))
        real = np.arange(lengths.max()) < lengths[:, None]
        states = np.zeros((*real.shape, DIMENSION), np.float32)
        states[real] = embed(self._input, ids, lengths.tolist())
        counted = real[:, None, :].astype(np.float32)
        (sums,) = self._session.run(["sums"], {"states": states, "lengths": lengths, "counted": counted})
        total: Matrix = sums[:, 0]
        return total


def _named(weights: Weights) -> Iterator[tuple[str, Matrix]]:
    """The weights under the graph's names."""
    for number, layer in enumerate(weights.layers):
        for name, value in _of_layer(layer).items():
            yield f"layer.{number}.{name}", np.ascontiguousarray(value)


def _of_layer(layer: Layer) -> dict[str, Matrix]:
    query, key, value = np.split(layer.qkv, 3, axis=1)
    absent = np.zeros(2 * DIMENSION, np.float32)
    return {
        "query": query,
        "key": key,
        "value": value,
        "qkv_bias": np.concatenate((layer.query_bias, absent)),
        "mix": layer.mix,
        "mix_bias": layer.mix_bias,
        "mix_gain": layer.mix_norm.gain,
        "mix_shift": layer.mix_norm.bias,
        "widen": layer.widen,
        "widen_bias": layer.widen_bias,
        "narrow": layer.narrow,
        "narrow_bias": layer.narrow_bias,
        "narrow_gain": layer.narrow_norm.gain,
        "narrow_shift": layer.narrow_norm.bias,
    }


def _batches(windows: Sequence[Sequence[int]]) -> Iterator[Sequence[Sequence[int]]]:
    """Neighbours that can be padded to the longest of them without much waste."""
    first = tokens = longest = 0
    for place, window in enumerate(windows):
        reach = max(longest, len(window))
        padded = reach * (place - first + 1)
        wasteful = tokens >= WORTH_A_RUN and padded > MOST_PADDING * (tokens + len(window))
        if place > first and (padded > LARGEST_BATCH or wasteful):
            yield windows[first:place]
            first, tokens, reach = place, 0, len(window)
        tokens += len(window)
        longest = reach
    yield windows[first:]
