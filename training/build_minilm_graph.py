"""Write the ONNX graph of the MiniLM encoder, without a single weight in it.

::

    pip install onnx
    python -m training.build_minilm_graph --out graphmem/providers/minilm/encoder.onnx

The graph's initializers are declared as lying elsewhere; at load `graphmem.providers.minilm.onnx_forward` hands the
unpacked weights over by name. So the package carries them once, both backends compute from the same numbers, and the
``onnx`` package is needed only here. Operators of onnxruntime's own set (``com.microsoft``) are used where they fuse
several steps: attention, residual plus normalisation, bias plus GELU.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Final

from onnx import TensorProto, helper

from graphmem.providers.minilm.weights import DIMENSION, HEADS, LAYERS, WIDTH

FUSED: Final = "com.microsoft"
EPSILON: Final = 1e-12


def main() -> None:
    """Run the command line described in the module's docstring."""
    parser = argparse.ArgumentParser(description="Write the weightless ONNX graph of the MiniLM encoder.")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.write_bytes(Graph().model().SerializeToString(deterministic=True))


class Graph:
    """The encoder from embedded tokens to sums of states; each method adds nodes and returns its result's name."""

    def __init__(self) -> None:
        """Start with no node and no weight."""
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def model(self) -> Any:
        """The ONNX model.

        Inputs: ``states`` float32 [n, length, 384], ``lengths`` int32 [n] (how many of a row's tokens are real) and
        ``counted`` float32 [n, 1, length] (1 for a real token, 0 for padding). Output: ``sums`` float32 [n, 1, 384].
        """
        states = "states"
        for number in range(LAYERS):
            states = self._layer(states, f"layer.{number}")
        self._nodes.append(helper.make_node("MatMul", ["counted", states], ["sums"]))
        describe = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "minilm",
            [
                describe("states", TensorProto.FLOAT, ["n", "length", DIMENSION]),
                describe("lengths", TensorProto.INT32, ["n"]),
                describe("counted", TensorProto.FLOAT, ["n", 1, "length"]),
            ],
            [describe("sums", TensorProto.FLOAT, ["n", 1, DIMENSION])],
            self._weights,
        )
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8, producer_name="graphmem")

    def _layer(self, states: str, prefix: str) -> str:
        query, key, value = (self._matmul(states, f"{prefix}.{part}", DIMENSION, DIMENSION) for part in PARTS)
        bias = self._weight(f"{prefix}.qkv_bias", 3 * DIMENSION)
        mixed = self._fused("MultiHeadAttention", query, key, value, bias, "lengths", num_heads=HEADS, scale=1.0)
        change = self._matmul(mixed, f"{prefix}.mix", DIMENSION, DIMENSION)
        states = self._add_normalised(states, change, f"{prefix}.mix")
        wide = self._matmul(states, f"{prefix}.widen", DIMENSION, WIDTH)
        wide = self._fused("FastGelu", wide, self._weight(f"{prefix}.widen_bias", WIDTH))
        change = self._matmul(wide, f"{prefix}.narrow", WIDTH, DIMENSION)
        return self._add_normalised(states, change, f"{prefix}.narrow")

    def _add_normalised(self, states: str, change: str, prefix: str) -> str:
        vectors = (self._weight(f"{prefix}_{part}", DIMENSION) for part in ("gain", "shift", "bias"))
        return self._fused("SkipLayerNormalization", states, change, *vectors, epsilon=EPSILON)

    def _matmul(self, states: str, name: str, inputs: int, outputs: int) -> str:
        return self._node("MatMul", "", states, self._weight(name, inputs, outputs))

    def _fused(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self._node(kind, FUSED, *inputs, **attributes)

    def _node(self, kind: str, domain: str, *inputs: str, **attributes: Any) -> str:
        output = f"{kind}.{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def _weight(self, name: str, *shape: int) -> str:
        """Declare a weight whose values are handed over at load."""
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="given at load")
        self._weights.append(tensor)
        return name


PARTS: Final = ("query", "key", "value")


if __name__ == "__main__":
    main()
