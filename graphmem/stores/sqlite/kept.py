"""What was read once and is asked for again: the rows that a crowded name or a common word leads to, vectors of crowded facts."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

ENTRY = 32
"""Numbers that an entry counts for beside its own: what a key and the arrays' heads take, about."""


@dataclass(slots=True)
class Kept:
    """Arrays by key. Those not asked for the longest go when all together hold more numbers than they may."""

    _found: dict[Hashable, tuple[NDArray[Any], ...]] = field(default_factory=dict)
    _size: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def get(self, key: Hashable) -> tuple[NDArray[Any], ...] | None:
        """The arrays, None where they are not here."""
        with self._guard:
            found = self._found.pop(key, None)
            if found is not None:
                self._found[key] = found
            return found

    def put(self, key: Hashable, arrays: tuple[NDArray[Any], ...], most: int) -> None:
        """Keep these beside others, at most `most` numbers in all. An array that is a part of another is copied, so that it
        does not hold on to all of that one."""
        arrays = tuple(one if one.base is None else one.copy() for one in arrays)
        with self._guard:
            self._drop(key)
            if _size(arrays) <= most:
                self._found[key] = arrays
                self._size += _size(arrays)
            while self._size > most:
                self._drop(next(iter(self._found)))

    def _drop(self, key: Hashable) -> None:
        found = self._found.pop(key, None)
        self._size -= 0 if found is None else _size(found)


def _size(arrays: tuple[NDArray[Any], ...]) -> int:
    return ENTRY + sum(one.size for one in arrays)
