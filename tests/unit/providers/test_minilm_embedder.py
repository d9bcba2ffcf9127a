"""The embedder keeps the port's promise, and its vectors are the published model's."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from graphmem.errors import InvalidText
from graphmem.ports.embedder import Embedder
from graphmem.providers.minilm import embedder as room
from graphmem.providers.minilm.embedder import FOLDER, MiniLmEmbedder
from graphmem.providers.minilm.wordpiece import WordPiece

HERE = Path(__file__).parent
TEXTS: list[str] = json.loads((HERE / "minilm_texts.json").read_text(encoding="utf-8"))
SHORT = [text for text in TEXTS if len(text) < 300]
CLOSE = 1e-5


@pytest.fixture(scope="module")
def reference() -> NDArray[np.float32]:
    """Vectors of TEXTS from the published float32 weights, made by training/reference_minilm.py."""
    with np.load(HERE / "minilm_reference.npz") as stored:
        vectors: NDArray[np.float32] = stored["vectors"]
        return vectors


@pytest.fixture(scope="module")
def minilm() -> MiniLmEmbedder:
    return MiniLmEmbedder()


@pytest.fixture(scope="module")
def vectors(minilm: MiniLmEmbedder) -> NDArray[np.float32]:
    return minilm.embed(TEXTS)


def test_it_fits_the_port(minilm: MiniLmEmbedder) -> None:
    port: Embedder = minilm
    assert (port.name, port.dimension) == ("all-MiniLM-L6-v2", 384)


def test_vectors_are_the_published_models(vectors: NDArray[np.float32], reference: NDArray[np.float32]) -> None:
    cosines = np.einsum("ij,ij->i", vectors, reference)
    assert cosines.min() > 0.999  # measured: .99927 at the least, .99971 on average
    assert cosines.mean() > 0.9996


def test_who_is_nearest_to_whom_stays(vectors: NDArray[np.float32], reference: NDArray[np.float32]) -> None:
    ours, theirs = vectors @ vectors.T, reference @ reference.T
    assert np.abs(ours - theirs).max() < 0.01


def test_rows_are_float32_and_of_unit_length(vectors: NDArray[np.float32]) -> None:
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_meaning_shows(minilm: MiniLmEmbedder) -> None:
    near, far = "Her cat is asleep on the sofa.", "The bank raised its interest rates."
    asked, *others = minilm.embed(["Where does the kitten sleep?", near, far])
    assert asked @ others[0] > asked @ others[1] + 0.3


def test_no_text_gives_no_row(minilm: MiniLmEmbedder) -> None:
    empty = minilm.embed([])
    assert empty.shape == (0, 384)
    assert empty.dtype == np.float32


def test_a_vector_is_the_texts_own_whatever_it_is_batched_with(vectors: NDArray[np.float32]) -> None:
    for threads, size in ((1, 1), (3, 7)):
        other = MiniLmEmbedder(threads=threads)
        rows = [other.embed(TEXTS[place : place + size]) for place in range(0, len(TEXTS), size)]
        np.testing.assert_allclose(np.concatenate(rows), vectors, atol=CLOSE)


def test_order_and_repetition_are_kept(minilm: MiniLmEmbedder) -> None:
    order = np.random.default_rng(2).permutation(np.repeat(np.arange(len(SHORT)), 2))
    mixed = MiniLmEmbedder().embed([SHORT[place] for place in order])
    np.testing.assert_allclose(mixed, minilm.embed(SHORT)[order], atol=CLOSE)


def test_the_same_call_gives_the_same_bits() -> None:
    first, second = MiniLmEmbedder(threads=1).embed(SHORT), MiniLmEmbedder(threads=1).embed(SHORT)
    np.testing.assert_array_equal(first, second)


def test_the_answer_may_be_written_over(minilm: MiniLmEmbedder) -> None:
    before = minilm.embed(["a remembered text"])
    minilm.embed(["a remembered text"])[:] = 0
    np.testing.assert_array_equal(minilm.embed(["a remembered text"]), before)


class Windows:
    """An encoder that notes what it is given; a window's sum is its length at its second piece's place."""

    def __init__(self) -> None:
        self.seen: list[tuple[int, ...]] = []

    def sums(self, windows: Any) -> NDArray[np.float32]:
        self.seen += windows
        rows = np.zeros((len(windows), 384), np.float32)
        for row, window in zip(rows, windows, strict=True):
            row[window[1] % 384] = len(window)
        return rows


def test_long_text_is_cut_into_consecutive_windows() -> None:
    tokenizer, encoder = WordPiece.read(FOLDER / "vocab.txt"), Windows()
    words = (FOLDER / "vocab.txt").read_text(encoding="utf-8").splitlines()
    text = " ".join([word for word in words if word.isascii() and word.isalpha()][1000:1600])
    pieces = tokenizer.pieces(text)
    assert len({*pieces}) == len(pieces) == 600
    (vector,) = MiniLmEmbedder.of(tokenizer, encoder, threads=1).embed([text])
    in_order = sorted(encoder.seen, key=lambda window: pieces.index(window[1]))
    assert [len(window) for window in in_order] == [256, 256, 94]
    assert all((window[0], window[-1]) == (tokenizer.start, tokenizer.end) for window in in_order)
    assert [piece for window in in_order for piece in window[1:-1]] == pieces
    expected = np.zeros(384)
    for window in in_order:
        expected[window[1] % 384] += len(window)
    np.testing.assert_allclose(vector, expected / np.linalg.norm(expected), atol=1e-6)


def test_a_window_that_recurs_is_encoded_once() -> None:
    tokenizer, encoder = WordPiece.read(FOLDER / "vocab.txt"), Windows()
    MiniLmEmbedder.of(tokenizer, encoder, threads=1).embed(["one " * 254 * 40, "one " * 254 * 3, "one " * 254])
    assert len(encoder.seen) == 1


@pytest.mark.parametrize("text", ["", "   ", "\n\t\r", "\u200b\ufeff"], ids=ascii)
def test_what_holds_no_word_has_the_vector_of_the_two_marks(minilm: MiniLmEmbedder, text: str) -> None:
    np.testing.assert_allclose(minilm.embed([text]), minilm.embed([""]), atol=CLOSE)
    assert abs(np.linalg.norm(minilm.embed([text])) - 1) < 1e-6


def test_a_nul_counts_for_nothing(minilm: MiniLmEmbedder) -> None:
    np.testing.assert_allclose(minilm.embed(["a\0 cat\0"]), minilm.embed(["a cat"]), atol=CLOSE)


@pytest.mark.parametrize("texts", [["\ud800"], ["fine", "half an emoji: \ud83d"]])
def test_a_lone_surrogate_is_refused(minilm: MiniLmEmbedder, texts: list[str]) -> None:
    with pytest.raises(InvalidText, match="surrogate"):
        minilm.embed(texts)


@pytest.mark.parametrize("texts", ["a string", b"bytes", None, 7, {"a": 1}, [None], ["a", 1], ["a", b"b"]])
def test_what_is_no_list_of_texts_is_refused(minilm: MiniLmEmbedder, texts: Any) -> None:
    with pytest.raises(InvalidText):
        minilm.embed(texts)


def test_a_megabyte_of_text(minilm: MiniLmEmbedder) -> None:
    sentence = "Every window of this long text is read, and none is cut off silently. "
    long = sentence * (1_000_000 // len(sentence) + 1)
    end = "Its last words are about volcanoes on Iceland."
    (plain, with_end, one_word) = minilm.embed([long, long + end, "x" * 1_000_000])
    assert len(long) >= 1_000_000
    assert 0 < np.abs(plain - with_end).max() < 0.01
    np.testing.assert_allclose(one_word, minilm.embed(["y" * 1_000_000])[0], atol=CLOSE)


def test_threads_may_share_one_embedder(minilm: MiniLmEmbedder) -> None:
    vectors = minilm.embed(SHORT)
    shared = MiniLmEmbedder(threads=2)
    start = threading.Barrier(6)

    def work(seed: int) -> float:
        order = np.random.default_rng(seed).permutation(len(SHORT))[:20]
        start.wait()
        return float(np.abs(shared.embed([SHORT[place] for place in order]) - vectors[order]).max())

    with ThreadPoolExecutor(6) as pool:
        assert max(pool.map(work, range(6))) < CLOSE


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "REMEMBERED_TEXTS", 3)
    encoder = Windows()
    small = MiniLmEmbedder.of(WordPiece.read(FOLDER / "vocab.txt"), encoder, threads=1)
    small.embed(["one", "two", "three"])
    small.embed(["one"])
    assert len(encoder.seen) == 3  # nothing new
    small.embed(["four"])  # drops "two", which was used longest ago
    small.embed(["one", "three", "four"])
    assert len(encoder.seen) == 4
    small.embed(["two"])
    assert len(encoder.seen) == 5


def test_long_texts_are_not_remembered() -> None:
    encoder = Windows()
    small = MiniLmEmbedder.of(WordPiece.read(FOLDER / "vocab.txt"), encoder, threads=1)
    text = "a text longer than what is worth its place " * 10
    small.embed([text])
    small.embed([text])
    assert len(encoder.seen) == 2
