"""Lists that were read once and are asked for again: which rows a crowded name or a common word leads to."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Kept:
    """Arrays of numbers by key. The oldest go when all together hold more numbers than they may."""

    _found: dict[Hashable, Numbers] = field(default_factory=dict)
    _size: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> Numbers | None:
        """The numbers, None where they are not here."""
        return self._found.get(key)

    def put(self, key: Hashable, numbers: Numbers, most: int) -> None:
        """Keep these beside others, at most `most` numbers in all."""
        with self._guard:
            before = self._found.pop(key, None)
            self._size -= 0 if before is None else before.size
            if numbers.size <= most:
                self._found[key] = numbers
                self._size += numbers.size
            while self._size > most:
                self._size -= self._found.pop(next(iter(self._found))).size
