"""An embedder that breaks at a text of one's choice: what a run meets when the machine is switched off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from graphmem.providers.minilm.embedder import MiniLmEmbedder


class Breaking:
    """The bundled embedder, which fails when it meets the text `at`."""

    def __init__(self, at: str = "") -> None:
        self._at = at
        self._inner = MiniLmEmbedder()
        self.name, self.dimension = self._inner.name, self._inner.dimension

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if self._at in texts:
            raise RuntimeError("the machine was switched off")
        return self._inner.embed(texts)
