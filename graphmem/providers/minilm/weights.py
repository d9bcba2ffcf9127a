"""The published weights of all-MiniLM-L6-v2 as this package carries them, and the file format that holds them.

The file is our own so that loading needs numpy alone: no pickle, no safetensors, nothing that runs code. It holds
int8 codes with a float16 scale for each group of a row for the matrices, float32 for the rest, a format version and a
checksum::

    8 bytes   magic "GMMINILM"
    uint32    format version
    32 bytes  sha256 of all that follows
    uint32    length of the header
    header    JSON {"tensors": {name: {"encoding", "shape", "group", "offset", "scales"}}, …}; offsets count from its end
    payload   little-endian arrays

``training/quantise_minilm.py`` writes it. The word table stays in int8 and is widened row by row as words are looked
up, which halves the memory; the encoder's matrices are widened once, at load.
"""

from __future__ import annotations

import hashlib
import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphmem.errors import EmbeddingFailed

MAGIC: Final = b"GMMINILM"
FORMAT_VERSION: Final = 1
PREAMBLE: Final = struct.Struct("<8sI32s")
HEADER_LENGTH: Final = struct.Struct("<I")

DIMENSION: Final = 384
HEADS: Final = 12
WIDTH: Final = 1536
LAYERS: Final = 6
WINDOW: Final = 256

WORDS: Final = "embeddings.word_embeddings.weight"

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WordTable:
    """One row a word piece: ``codes[i] * scales[i]``, codes int8 (packed) or float32 (published)."""

    codes: NDArray[Any]
    scales: Matrix

    def rows(self, ids: NDArray[np.intp]) -> Matrix:
        """The vectors of ``ids``: float32 [n, 384]."""
        rows: Matrix = np.multiply(self.codes[ids], self.scales[ids], dtype=np.float32)
        return rows


@dataclass(frozen=True, slots=True)
class Norm:
    """A layer normalisation's gain and bias, float32 [384] each."""

    gain: Matrix
    bias: Matrix


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer block. Matrices are [inputs, outputs], so that a row of tokens is multiplied from the left.

    Three rewritings that leave the function as it is and save passes over memory: the query carries the attention's
    1/sqrt(32); the key's bias is gone, since it adds one number to a whole row of scores and softmax ignores that;
    the value's bias has moved into ``mix_bias``, since a row of attention weights sums to one.
    """

    qkv: Matrix
    query_bias: Matrix
    mix: Matrix
    mix_bias: Matrix
    mix_norm: Norm
    widen: Matrix
    widen_bias: Matrix
    narrow: Matrix
    narrow_bias: Matrix
    narrow_norm: Norm


@dataclass(frozen=True, slots=True)
class Input:
    """What turns ids into the first layer's states; ``positions`` [256, 384] has the segment's vector added."""

    words: WordTable
    positions: Matrix
    norm: Norm


@dataclass(frozen=True, slots=True)
class Weights:
    """All that the forward pass reads."""

    input: Input
    layers: tuple[Layer, ...]


def read(path: Path) -> Weights:
    """Load the packed file; raise EmbeddingFailed if it is not whole or is of another format version."""
    content = path.read_bytes()
    header, payload = _open(content, path)
    tensors: dict[str, Matrix] = {}
    words: WordTable | None = None
    for name, entry in header["tensors"].items():
        if name == WORDS:
            codes, scales = _codes(entry, payload)
            words = WordTable(codes.copy(), scales)  # a view would hold the whole file in memory
        elif entry["encoding"] == "int8":
            codes, scales = _codes(entry, payload)
            groups = codes.reshape(len(codes), -1, entry["group"])
            tensors[name] = np.multiply(groups, scales[:, :, None], dtype=np.float32).reshape(codes.shape)
        else:
            tensors[name] = _array(entry, "offset", payload, "<f4", entry["shape"])
    if words is None:
        raise EmbeddingFailed(f"{path.name} holds no word table; reinstall graphmem")
    return assemble(words, tensors)


def assemble(words: WordTable, tensors: Mapping[str, Matrix]) -> Weights:
    """Arrange tensors under their published names (float32, matrices [outputs, inputs]) for the forward pass."""
    segment = tensors["embeddings.token_type_embeddings.weight"][0]
    positions = tensors["embeddings.position_embeddings.weight"][:WINDOW] + segment
    return Weights(
        input=Input(words, positions, _norm(tensors, "embeddings.LayerNorm")),
        layers=tuple(_layer(tensors, f"encoder.layer.{i}") for i in range(LAYERS)),
    )


def _layer(tensors: Mapping[str, Matrix], prefix: str) -> Layer:
    attention = f"{prefix}.attention"
    scale = np.float32((DIMENSION // HEADS) ** -0.5)
    query, key, value = (tensors[f"{attention}.self.{part}.weight"] for part in ("query", "key", "value"))
    mix = tensors[f"{attention}.output.dense.weight"]
    return Layer(
        qkv=np.ascontiguousarray(np.concatenate((query * scale, key, value)).T),
        query_bias=tensors[f"{attention}.self.query.bias"] * scale,
        mix=np.ascontiguousarray(mix.T),
        mix_bias=tensors[f"{attention}.output.dense.bias"] + mix @ tensors[f"{attention}.self.value.bias"],
        mix_norm=_norm(tensors, f"{attention}.output.LayerNorm"),
        widen=np.ascontiguousarray(tensors[f"{prefix}.intermediate.dense.weight"].T),
        widen_bias=tensors[f"{prefix}.intermediate.dense.bias"],
        narrow=np.ascontiguousarray(tensors[f"{prefix}.output.dense.weight"].T),
        narrow_bias=tensors[f"{prefix}.output.dense.bias"],
        narrow_norm=_norm(tensors, f"{prefix}.output.LayerNorm"),
    )


def _norm(tensors: Mapping[str, Matrix], prefix: str) -> Norm:
    return Norm(tensors[f"{prefix}.weight"], tensors[f"{prefix}.bias"])


def _open(content: bytes, path: Path) -> tuple[dict[str, Any], memoryview]:
    """The header and the payload, once magic, version and checksum are right."""
    if len(content) < PREAMBLE.size or content[: len(MAGIC)] != MAGIC:
        raise EmbeddingFailed(f"{path.name} is not a graphmem weight file; reinstall graphmem")
    _, version, digest = PREAMBLE.unpack_from(content)
    if version != FORMAT_VERSION:
        raise EmbeddingFailed(f"{path.name} has format {version}, not {FORMAT_VERSION}; reinstall graphmem")
    body = memoryview(content)[PREAMBLE.size :]
    if hashlib.sha256(body).digest() != digest:
        raise EmbeddingFailed(f"{path.name} is damaged (its checksum differs); reinstall graphmem")
    (length,) = HEADER_LENGTH.unpack_from(body)
    body = body[HEADER_LENGTH.size :]
    return json.loads(bytes(body[:length])), body[length:]


def _codes(entry: Mapping[str, Any], payload: memoryview) -> tuple[NDArray[np.int8], Matrix]:
    rows, columns = entry["shape"]
    codes = _array(entry, "offset", payload, "i1", (rows, columns))
    scales = _array(entry, "scales", payload, "<f2", (rows, columns // entry["group"]))
    return codes, scales.astype(np.float32)


def _array(entry: Mapping[str, Any], at: str, payload: memoryview, kind: str, shape: Sequence[int]) -> NDArray[Any]:
    return np.frombuffer(payload, dtype=kind, count=math.prod(shape), offset=entry[at]).reshape(shape)
