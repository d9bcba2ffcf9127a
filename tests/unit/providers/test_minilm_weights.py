"""The packed file gives back what was packed, and a file that is not whole is refused."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import EmbeddingFailed
from graphmem.providers.minilm import weights
from graphmem.providers.minilm.embedder import FOLDER
from training.quantise_minilm import pack, quantise


def test_quantising_errs_by_half_a_step_at_most() -> None:
    matrix = np.random.default_rng(1).standard_normal((40, 128)).astype(np.float32)
    matrix[3] = 0
    codes, scales = quantise(matrix, 64)
    assert codes.dtype == np.int8
    assert scales.shape == (40, 2)
    steps = np.repeat(scales.astype(np.float32), 64, axis=1)
    clipped = np.abs(codes) == 127  # a float16 scale may be rounded down, which clips the largest value a little
    error = np.abs(codes * steps - matrix)
    assert (error <= steps * 0.5 * (1 + 1e-5))[~clipped].all()
    assert (error <= steps * 0.6)[clipped].all()


def _small_tensors() -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    draw = np.random.default_rng(4)
    shapes: dict[str, tuple[int, ...]] = {
        weights.WORDS: (30, 384),
        "embeddings.position_embeddings.weight": (512, 384),
        "embeddings.token_type_embeddings.weight": (2, 384),
        "embeddings.LayerNorm.weight": (384,),
        "embeddings.LayerNorm.bias": (384,),
        "pooler.dense.weight": (384, 384),
    }
    for layer in range(6):
        prefix = f"encoder.layer.{layer}"
        dense = {f"attention.self.{part}": (384, 384) for part in ("query", "key", "value")}
        dense |= {"attention.output.dense": (384, 384), "intermediate.dense": (1536, 384), "output.dense": (384, 1536)}
        for name, shape in dense.items():
            shapes[f"{prefix}.{name}.weight"], shapes[f"{prefix}.{name}.bias"] = shape, shape[:1]
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes[f"{prefix}.{name}.weight"] = shapes[f"{prefix}.{name}.bias"] = (384,)
    return {name: draw.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def test_what_is_packed_can_be_read(tmp_path: Path) -> None:
    tensors = _small_tensors()
    file = tmp_path / "weights.int8"
    file.write_bytes(pack(tensors))
    assert pack(tensors) == file.read_bytes()
    read = weights.read(file)
    table = tensors[weights.WORDS]
    whole = weights.assemble(weights.WordTable(table, np.ones((30, 1), np.float32)), tensors)
    ids = np.array([0, 7, 29, 7])
    np.testing.assert_allclose(read.input.words.rows(ids), table[ids], atol=0.03)
    np.testing.assert_array_equal(read.input.positions, whole.input.positions)
    assert read.input.positions.shape == (256, 384)
    for ours, theirs in zip(read.layers, whole.layers, strict=True):
        np.testing.assert_allclose(ours.qkv, theirs.qkv, atol=0.03)
        np.testing.assert_allclose(ours.narrow, theirs.narrow, atol=0.03)
        np.testing.assert_array_equal(ours.mix_norm.gain, theirs.mix_norm.gain)
        np.testing.assert_array_equal(ours.narrow_bias, theirs.narrow_bias)


def test_the_shipped_file_is_whole_and_of_the_stated_size() -> None:
    file = FOLDER / "weights.int8"
    assert 22_500_000 < file.stat().st_size < 23_500_000
    assert len(weights.read(file).layers) == 6


@pytest.mark.parametrize("damage", ["cut", "flipped", "version", "magic", "empty"])
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, damage: str) -> None:
    content = bytearray((FOLDER / "weights.int8").read_bytes())
    if damage == "cut":
        del content[-1000:]
    elif damage == "flipped":
        content[5_000_000] ^= 1
    elif damage == "version":
        content[8:12] = struct.pack("<I", 99)
    elif damage == "magic":
        content[:8] = b"PK\3\4\0\0\0\0"
    else:
        content.clear()
    file = tmp_path / "weights.int8"
    file.write_bytes(content)
    with pytest.raises(EmbeddingFailed, match="reinstall"):
        weights.read(file)
