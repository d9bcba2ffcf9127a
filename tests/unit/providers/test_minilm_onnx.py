"""The onnxruntime backend gives numpy's vectors, and says what to install where it cannot run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from graphmem.errors import MissingExtra
from graphmem.providers.minilm.embedder import FOLDER, MiniLmEmbedder

TEXTS: list[str] = json.loads((Path(__file__).parent / "minilm_texts.json").read_text(encoding="utf-8"))


def test_both_backends_give_the_same_vectors() -> None:
    pytest.importorskip("onnxruntime")
    ours, theirs = MiniLmEmbedder("onnx").embed(TEXTS), MiniLmEmbedder("numpy").embed(TEXTS)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_batching_changes_nothing() -> None:
    pytest.importorskip("onnxruntime")
    texts = [*TEXTS[:40], *(f"{'very ' * number}short" for number in range(60))]
    together = MiniLmEmbedder("onnx", threads=2).embed(texts)
    alone = MiniLmEmbedder("onnx", threads=1)
    np.testing.assert_allclose(np.concatenate([alone.embed([text]) for text in texts]), together, atol=1e-5)


def test_the_graph_holds_no_weights() -> None:
    assert (FOLDER / "encoder.onnx").stat().st_size < 20_000


def test_without_onnxruntime_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match=r'pip install "graphmem\[onnx\]"'):
        MiniLmEmbedder("onnx")
