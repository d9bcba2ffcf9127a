"""How fast the bundled embedder is, numpy and onnxruntime beside each other in one run.

::

    python -m benchmarks.embedding_speed [--rounds 7] [--out FILE.json]

Prints JSON. Sentences of exactly 21 and 121 tokens (start and end marks included) are made of random words, none met
before, so that no cache helps; each backend takes its turn in every round, and the best round counts, which is what a
machine shared with others allows one to compare. Times are processor seconds of one thread, tokenizing included;
``single_ms`` is one call with one sentence. onnxruntime is left out where it is not installed.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from graphmem.providers.minilm.embedder import FOLDER, Backend, MiniLmEmbedder

LENGTHS = {21: 192, 121: 48}
SINGLES = 8


def main() -> None:
    """Run the command line described in the module's docstring."""
    parser = argparse.ArgumentParser(description="Throughput of the bundled embedder by backend.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--out", type=Path, help="also write the JSON there")
    options = parser.parse_args()
    text = json.dumps(measure(options.rounds), indent=2)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")


def measure(rounds: int) -> dict[str, Any]:
    """Sentences a processor second and milliseconds of a single call, by backend and length."""
    backends: list[Backend] = ["numpy", "onnx"] if find_spec("onnxruntime") else ["numpy"]
    embedders = {backend: MiniLmEmbedder(backend, threads=1) for backend in backends}
    sentences = Sentences()
    report: dict[str, Any] = {backend: {"load_s": _seconds(it.embed, [""])} for backend, it in embedders.items()}
    for length, count in LENGTHS.items():
        bulk: dict[str, list[float]] = {backend: [] for backend in backends}
        single: dict[str, list[float]] = {backend: [] for backend in backends}
        for _ in range(rounds):
            many, few = sentences.some(count, length), sentences.some(SINGLES, length)
            for backend, embedder in embedders.items():
                bulk[backend].append(_seconds(embedder.embed, many))
                single[backend] += [_seconds(embedder.embed, [text]) for text in few]
        for backend in backends:
            report[backend][f"{length}_tokens"] = {
                "sentences_per_cpu_second": round(count / min(bulk[backend]), 1),
                "single_ms": round(float(np.median(single[backend])) * 1000, 1),
            }
    return {"machine": platform.machine(), "rounds": rounds, "threads": 1, "backends": report}


class Sentences:
    """Random sentences of whole words, each one piece long, so that their length in tokens is known."""

    def __init__(self) -> None:
        """Read the vocabulary; the same seed, so the same sentences, on every run."""
        pieces = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()
        self._words = [piece for piece in pieces if piece.isascii() and piece.isalpha()]
        self._random = random.Random(7)

    def some(self, count: int, length: int) -> list[str]:
        """``count`` sentences of ``length`` tokens, the two marks included."""
        return [" ".join(self._random.choices(self._words, k=length - 2)) for _ in range(count)]


def _seconds(embed: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    embed(texts)
    return time.process_time() - start


if __name__ == "__main__":
    main()
