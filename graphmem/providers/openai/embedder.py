"""An embedder behind an address, whose vectors are taken only if they are what was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graphmem.domain.usage import Usage
from graphmem.errors import AnswerMalformed, EmbeddingFailed, ModelAccessDenied, ModelRefused
from graphmem.providers.openai.server import ModelServer
from graphmem.providers.openai.tokens import estimated, reported

if TYPE_CHECKING:
    from graphmem.domain.vector import Matrix


class OpenAIEmbedder:
    """`model` of a server, with vectors of length `dimension`.

    The length is asked for (`dimensions`), for some models can shorten their vectors; a server that refuses to be asked so is
    asked without, and its own length has to be the one expected. A text without a word gets the vector of a full stop: servers
    refuse it.
    """

    remote = True

    def __init__(self, server: ModelServer, model: str, dimension: int) -> None:
        self._server, self._model = server, model
        self.name = model
        self.dimension = dimension
        self._asks_length = True

    def embed(self, texts: Sequence[str]) -> Matrix:
        """float32 [len(texts), dimension], rows of unit length, in order; a call for each `limits.batch` texts.

        Raises EmbeddingFailed for vectors of another length or number, and the ModelError kinds of a server that does not answer.
        """
        import numpy as np

        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        size = self._server.limits.batch
        for start in range(0, len(texts), size):
            batch = [text if text.strip() else "." for text in texts[start : start + size]]
            answer = self._asked(batch)
            used = reported(answer, "prompt_tokens")
            self._server.budget.count(Usage(embedding_tokens=estimated(*batch) if used is None else used))
            rows[start : start + len(batch)] = self._rows(answer, len(batch))
        return rows

    def _asked(self, texts: list[str]) -> Any:
        document: dict[str, Any] = {"model": self._model, "input": texts, "encoding_format": "float"}
        if self._asks_length:
            try:
                return self._answer({**document, "dimensions": self.dimension})
            except ModelAccessDenied:
                raise
            except ModelRefused:
                answer = self._answer(document)
                self._asks_length = False
                return answer
        return self._answer(document)

    def _answer(self, document: dict[str, Any]) -> Any:
        """What the server answers; what is no JSON is asked for once more."""
        tokens = estimated(*document["input"])
        try:
            return self._server.ask("embeddings", document, tokens)
        except AnswerMalformed:
            try:
                return self._server.ask("embeddings", document, tokens)
            except AnswerMalformed as error:
                raise EmbeddingFailed(f"{error}, also when it was asked again: nothing was written.") from error

    def _rows(self, answer: Any, count: int) -> Matrix:
        """The vectors by their `index`, whatever order they came in."""
        import numpy as np

        where = f"{self._model} at {self._server.where}"
        given = answer.get("data") if isinstance(answer, dict) else None
        try:
            by_index = {row["index"]: row["embedding"] for row in given or []}
            ordered = [by_index[index] for index in range(count)]
        except (KeyError, TypeError) as error:
            raise EmbeddingFailed(
                f"{where} did not give a vector for each of {count} texts: nothing was written."
            ) from error
        lengths = {len(row) if isinstance(row, list) else 0 for row in ordered}
        if len(given or []) != count or lengths != {self.dimension}:
            found = ", ".join(str(length) for length in sorted(lengths))
            raise EmbeddingFailed(
                f"{where} gave {len(given or [])} vectors of length {found} for {count} texts, and {self.dimension} is expected: "
                "nothing was written. Set GRAPHMEM_EMBEDDING_DIMENSION to the model's length."
            )
        try:
            rows = np.array(ordered, dtype=np.float32)
        except (TypeError, ValueError, OverflowError) as error:
            raise EmbeddingFailed(f"{where} gave vectors with what are no numbers: nothing was written.") from error
        lengths_of = np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)
        if not np.isfinite(lengths_of).all() or (lengths_of < 1e-6).any():
            raise EmbeddingFailed(f"{where} gave NaN, infinity or zero for a text: nothing was written.")
        unit: Matrix = (rows / lengths_of).astype(np.float32)
        return unit
