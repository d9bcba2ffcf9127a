"""The offline embedder: all-MiniLM-L6-v2 behind the `Embedder` port, with no download and, by default, numpy alone."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, Literal, Protocol

import numpy as np

from graphmem.errors import InvalidText
from graphmem.providers.minilm import onnx_forward, weights
from graphmem.providers.minilm.blas_threads import one_thread
from graphmem.providers.minilm.forward import NumpyEncoder
from graphmem.providers.minilm.weights import DIMENSION, WINDOW, Matrix
from graphmem.providers.minilm.wordpiece import WordPiece

Backend = Literal["numpy", "onnx"]
Window = tuple[int, ...]

FOLDER: Final = Path(__file__).parent
MOST_THREADS: Final = 4
SMALLEST_BATCH: Final = 256
LARGEST_BATCH: Final = 1024
REMEMBERED_TEXTS: Final = 8192
LONGEST_REMEMBERED: Final = 256


class Encoder(Protocol):
    """What runs the network: `NumpyEncoder` or its onnxruntime equal."""

    def sums(self, windows: Sequence[Sequence[int]]) -> Matrix:
        """The sum of the token states of each window, float32 [n, 384]."""
        ...


class MiniLmEmbedder:
    """Embeds text with all-MiniLM-L6-v2: mean over the token states, scaled to unit length.

    A text of more than 254 word pieces is read in consecutive windows of 254 (256 with the start and end marks), and
    its vector is the mean over the token states of all windows: every part counts by its length, nothing is cut off.
    An empty text has a vector too (that of the two marks). A vector depends on its text alone to within 1e-5, whatever
    it is batched with. Threads may share one embedder; the weights (23 MB packed, about 100 MB in memory) load at first use.
    """

    name = "all-MiniLM-L6-v2"
    dimension = DIMENSION

    def __init__(self, backend: Backend = "numpy", *, threads: int | None = None) -> None:
        """``backend``: "numpy", or "onnx" for onnxruntime, which gives the same vectors.

        ``threads``: how many batches run at once; by default as many as there are processors, at most four.
        Raises MissingExtra if onnxruntime is asked for and not installed.
        """
        if backend == "onnx":
            onnx_forward.require()
        self._backend = backend
        self._threads = threads or min(MOST_THREADS, _processors())
        self._loading = threading.Lock()
        self._model: tuple[WordPiece, Encoder] | None = None
        self._remembered = _Remembered(REMEMBERED_TEXTS)

    @classmethod
    def of(cls, tokenizer: WordPiece, encoder: Encoder, *, threads: int | None = None) -> MiniLmEmbedder:
        """An embedder over a given tokenizer and encoder, to measure other weights of the same network by."""
        embedder = cls(threads=threads)
        embedder._model = tokenizer, encoder
        return embedder

    def embed(self, texts: Sequence[str]) -> Matrix:
        """The vectors of ``texts``: float32 [len(texts), 384], rows of unit length, in order.

        Raises InvalidText for what is not a sequence of texts and for a text that holds a lone surrogate, and
        EmbeddingFailed if the weight file is damaged.
        """
        _check(texts)
        known = self._remembered.find(texts)
        unknown = list(dict.fromkeys(text for text in texts if text not in known))
        if unknown:
            fresh = dict(zip(unknown, self._compute(unknown), strict=True))
            self._remembered.keep(fresh)
            known |= fresh
        vectors = np.empty((len(texts), DIMENSION), np.float32)
        for row, text in enumerate(texts):
            vectors[row] = known[text]
        return vectors

    def _compute(self, texts: Sequence[str]) -> Matrix:
        """The vectors of distinct texts, through their distinct windows."""
        tokenizer, encoder = self._load()
        windows = [list(_windows(tokenizer, text)) for text in texts]
        distinct = sorted({window for cut in windows for window in cut}, key=lambda window: (len(window), window))
        places = {window: place for place, window in enumerate(distinct)}
        sums = self._run(encoder, distinct)
        totals: Matrix = np.stack([sums[[places[window] for window in cut]].sum(axis=0) for cut in windows])
        totals /= np.linalg.norm(totals, axis=1, keepdims=True)
        return totals

    def _run(self, encoder: Encoder, windows: Sequence[Window]) -> Matrix:
        """The encoder over all windows, in batches of near lengths, on as many threads as there is work for."""
        total = sum(map(len, windows))
        size = min(LARGEST_BATCH, max(SMALLEST_BATCH, total // self._threads))
        batches = list(_batches(windows, size))
        with one_thread():
            if len(batches) == 1 or self._threads == 1:
                return np.concatenate([encoder.sums(batch) for batch in batches])
            with ThreadPoolExecutor(min(self._threads, len(batches)), "graphmem-embed") as pool:
                return np.concatenate(list(pool.map(encoder.sums, batches)))

    def _load(self) -> tuple[WordPiece, Encoder]:
        with self._loading:
            if self._model is None:
                self._model = WordPiece.read(FOLDER / "vocab.txt"), self._encoder()
            return self._model

    def _encoder(self) -> Encoder:
        packed = weights.read(FOLDER / "weights.int8")
        if self._backend == "onnx":
            return onnx_forward.OnnxEncoder(packed, FOLDER / "encoder.onnx")
        return NumpyEncoder(packed)


class _Remembered:
    """The vectors of short texts met lately (names and sentences recur while text is taken in): 12 MB when full."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._vectors: OrderedDict[str, Matrix] = OrderedDict()

    def find(self, texts: Iterable[str]) -> dict[str, Matrix]:
        found = {}
        with self._lock:
            for text in texts:
                if text in self._vectors:
                    self._vectors.move_to_end(text)
                    found[text] = self._vectors[text]
        return found

    def keep(self, vectors: dict[str, Matrix]) -> None:
        with self._lock:
            for text, vector in vectors.items():
                if len(text) <= LONGEST_REMEMBERED:
                    self._vectors[text] = vector.copy()  # a view would hold its whole batch in memory
            while len(self._vectors) > self._most:
                self._vectors.popitem(last=False)


def _check(texts: Sequence[str]) -> None:
    if isinstance(texts, str | bytes) or not isinstance(texts, Sequence):
        raise InvalidText("embed takes a list of texts; put a single text into a list")
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise InvalidText(f"text {place} is {type(text).__name__}, not str")


def _windows(tokenizer: WordPiece, text: str) -> Iterable[Window]:
    pieces = tokenizer.pieces(text)
    step = WINDOW - 2
    for first in range(0, max(1, len(pieces)), step):
        yield (tokenizer.start, *pieces[first : first + step], tokenizer.end)


def _batches(windows: Sequence[Window], size: int) -> Iterable[Sequence[Window]]:
    """Neighbours whose lengths sum to at most ``size``, or to one window's length if that is more."""
    first = tokens = 0
    for place, window in enumerate(windows):
        if place > first and tokens + len(window) > size:
            yield windows[first:place]
            first, tokens = place, 0
        tokens += len(window)
    yield windows[first:]


def _processors() -> int:
    """How many processors this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
