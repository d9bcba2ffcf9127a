"""Holds embedders and extractors to what their ports promise, whoever wrote them: a broken one must not reach the store."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphmem.domain.episode import Message
from graphmem.domain.triple import Reading
from graphmem.domain.vector import Matrix
from graphmem.errors import EmbeddingFailed, ExtractionFailed, GraphmemError, InvalidVector
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Extractor, Passage, ProcedureWriter, Rereader


class GuardedEmbedder:
    """An embedder whose vectors are checked and whose failures are typed."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.name: str = embedder.name
        self.dimension: int = embedder.dimension
        self.remote: bool = getattr(embedder, "remote", False)

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32 [len(texts), dimension], unit length. Raises EmbeddingFailed, or InvalidVector for NaN, infinity,
        zero and a wrong shape."""
        import numpy as np

        try:
            rows = np.asarray(self._embedder.embed(texts), dtype=np.float32)
        except GraphmemError:
            raise
        except Exception as error:
            raise EmbeddingFailed(
                f"The embedder {self.name} failed ({type(error).__name__}: {error}); nothing was written."
            ) from error
        if rows.shape != (len(texts), self.dimension):
            raise InvalidVector(
                f"The embedder {self.name} gave an array of shape {rows.shape} for {len(texts)} texts; "
                f"({len(texts)}, {self.dimension}) was promised."
            )
        lengths = np.linalg.norm(rows, axis=1)
        wrong = ~np.isfinite(lengths) | (lengths < 1e-6)
        if wrong.any():
            text = texts[int(np.argmax(wrong))]
            raise InvalidVector(
                f"The embedder {self.name} gave NaN, infinity or zero for {text[:60]!r}; nothing was written."
            )
        unit: Matrix = rows / lengths[:, None]
        return unit


class GuardedExtractor:
    """An extractor whose readings are checked and whose failures are typed."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self.remote: bool = getattr(extractor, "remote", False)

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage. Raises ExtractionFailed, also for a span outside of its text."""
        return self._checked(self._extractor.read, passages)

    def reread(self, passages: Sequence[Passage]) -> list[Reading]:
        """The same of rewritten memories: with the extractor's own `reread`, if it has one."""
        reader = self._extractor
        return self._checked(reader.reread if isinstance(reader, Rereader) else reader.read, passages)

    def write_procedure(self, messages: Sequence[Message], wishes: str | None = None) -> str | None:
        """The extractor's own, if it writes any; else None. Raises ExtractionFailed, also for a text without words."""
        if not isinstance(self._extractor, ProcedureWriter):
            return None
        try:
            text = self._extractor.write_procedure(messages, wishes)
        except GraphmemError:
            raise
        except Exception as error:
            raise ExtractionFailed(
                f"The extractor failed to write a procedure ({type(error).__name__}: {error}); nothing was written."
            ) from error
        if text is not None and not (isinstance(text, str) and text.strip()):
            raise ExtractionFailed("The extractor wrote a procedure without words; nothing was written.")
        return text

    def _checked(
        self, read: Callable[[Sequence[Passage]], list[Reading]], passages: Sequence[Passage]
    ) -> list[Reading]:
        try:
            readings = read(passages)
        except GraphmemError:
            raise
        except Exception as error:
            raise ExtractionFailed(
                f"The extractor failed ({type(error).__name__}: {error}); nothing was written."
            ) from error
        if len(readings) != len(passages):
            raise ExtractionFailed(f"The extractor gave {len(readings)} readings for {len(passages)} passages.")
        for passage, reading in zip(passages, readings, strict=True):
            _check_spans(passage, reading)
        return readings


def _check_spans(passage: Passage, reading: Reading) -> None:
    spans = [sentence.span for sentence in reading.sentences]
    spans += [span for triple in reading.triples for span in (triple.span, triple.subject.span, triple.object.span)]
    spans += [name.span for _, name in reading.mentions]
    last = max(len(reading.sentences) - 1, 0)
    sentences = [triple.sentence for triple in reading.triples] + [sentence for sentence, _ in reading.mentions]
    if any(not 0 <= span.start <= span.end <= len(passage.text) for span in spans) or any(
        not 0 <= s <= last for s in sentences
    ):
        raise ExtractionFailed(
            f"The extractor gave a span or sentence outside of its text {passage.text[:60]!r}; nothing was written."
        )
