"""The forward pass is BERT's, held to a plain float64 one over random weights, where no shortcut can hide."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from graphmem.providers.minilm.forward import FEW_ROWS, NumpyEncoder
from graphmem.providers.minilm.weights import WORDS, Weights, WordTable, assemble

Tensors = dict[str, NDArray[np.float32]]


def random_tensors(seed: int, words: int = 50, sharpness: float = 1.0) -> Tensors:
    """Weights under their published names; ``sharpness`` stretches queries, and so the attention's scores."""
    draw = np.random.default_rng(seed)

    def normal(*shape: int, scale: float = 0.05) -> NDArray[np.float32]:
        return draw.standard_normal(shape).astype(np.float32) * np.float32(scale)

    tensors = {
        WORDS: normal(words, 384, scale=1),
        "embeddings.position_embeddings.weight": normal(256, 384),
        "embeddings.token_type_embeddings.weight": normal(2, 384),
    }
    dense = {}
    for number in range(6):
        prefix = f"encoder.layer.{number}"
        for part in ("query", "key", "value"):
            dense[f"{prefix}.attention.self.{part}"] = (384, 384)
        dense[f"{prefix}.attention.output.dense"] = (384, 384)
        dense[f"{prefix}.intermediate.dense"] = (1536, 384)
        dense[f"{prefix}.output.dense"] = (384, 1536)
    norms = ["embeddings", *(f"encoder.layer.{n}{part}" for n in range(6) for part in (".attention.output", ".output"))]
    for name, shape in dense.items():
        stretch = sharpness if name.endswith("query") else 1.0
        tensors[f"{name}.weight"] = normal(*shape, scale=0.05 * stretch)
        tensors[f"{name}.bias"] = normal(shape[0], scale=0.1)
    for name in norms:
        tensors[f"{name}.LayerNorm.weight"] = 1 + normal(384, scale=0.2)
        tensors[f"{name}.LayerNorm.bias"] = normal(384, scale=0.2)
    return tensors


def weights_of(tensors: Tensors) -> Weights:
    table = tensors[WORDS]
    return assemble(WordTable(table, np.ones((len(table), 1), np.float32)), tensors)


class PlainBert:
    """BERT as its paper writes it, one window at a time, in float64."""

    def __init__(self, tensors: Tensors) -> None:
        self._t = {name: tensor.astype(np.float64) for name, tensor in tensors.items()}

    def total(self, window: list[int]) -> NDArray[np.float64]:
        x = self._t[WORDS][window] + self._t["embeddings.position_embeddings.weight"][: len(window)]
        x = self._norm(x + self._t["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for number in range(6):
            prefix = f"encoder.layer.{number}"
            attended = self._dense(self._attention(x, prefix), f"{prefix}.attention.output.dense")
            x = self._norm(x + attended, f"{prefix}.attention.output")
            wide = self._dense(x, f"{prefix}.intermediate.dense")
            wide = 0.5 * wide * (1 + np.tanh(np.sqrt(2 / np.pi) * (wide + 0.044715 * wide**3)))
            x = self._norm(x + self._dense(wide, f"{prefix}.output.dense"), f"{prefix}.output")
        total: NDArray[np.float64] = x.sum(axis=0)
        return total

    def _attention(self, x: NDArray[np.float64], prefix: str) -> NDArray[np.float64]:
        q, k, v = (self._dense(x, f"{prefix}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = []
        for head in range(12):
            part = slice(32 * head, 32 * head + 32)
            scores = q[:, part] @ k[:, part].T / np.sqrt(32)
            weights = np.exp(scores - scores.max(axis=1, keepdims=True))
            heads.append(weights / weights.sum(axis=1, keepdims=True) @ v[:, part])
        return np.concatenate(heads, axis=1)

    def _dense(self, x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        product: NDArray[np.float64] = x @ self._t[f"{name}.weight"].T + self._t[f"{name}.bias"]
        return product

    def _norm(self, x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        centred = x - x.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-12)
        result: NDArray[np.float64] = scaled * self._t[f"{name}.LayerNorm.weight"] + self._t[f"{name}.LayerNorm.bias"]
        return result


def _windows(lengths: list[int]) -> list[list[int]]:
    draw = np.random.default_rng(5)
    return [draw.integers(0, 50, length).tolist() for length in lengths]


@pytest.mark.parametrize(
    "lengths",
    [[2], [7], [3, 3, 3], [2, 5, 5, 9, 30], [40, 3, 40, 17], [FEW_ROWS], [FEW_ROWS + 1], [120, 130, 256]],
    ids=str,
)
def test_sums_are_those_of_plain_bert(lengths: list[int]) -> None:
    tensors = random_tensors(1)
    windows = _windows(lengths)
    plain = PlainBert(tensors)
    expected = np.stack([plain.total(window) for window in windows])
    got = NumpyEncoder(weights_of(tensors)).sums(windows)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-4 * np.abs(expected).max())


def test_scores_beyond_the_range_of_exp_are_still_right() -> None:
    tensors = random_tensors(2, sharpness=60)
    windows = _windows([5, 12])
    plain = PlainBert(tensors)
    got = NumpyEncoder(weights_of(tensors)).sums(windows)
    assert np.isfinite(got).all()
    for vector, window in zip(got, windows, strict=True):
        expected = plain.total(window)
        cosine = vector @ expected / np.linalg.norm(vector) / np.linalg.norm(expected)
        assert cosine > 0.999


def test_a_window_does_not_depend_on_its_neighbours() -> None:
    encoder = NumpyEncoder(weights_of(random_tensors(3)))
    windows = _windows([4, 4, 4, 11, 25, 60])
    together = encoder.sums(windows)
    for place, window in enumerate(windows):
        np.testing.assert_allclose(encoder.sums([window])[0], together[place], rtol=1e-4, atol=1e-4)
