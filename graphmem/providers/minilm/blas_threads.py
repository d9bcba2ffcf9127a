"""Holds numpy's matrix library to one thread while the encoder runs.

Small products gain nothing from several BLAS threads, and the waiting ones spin: on a busy machine a call of 30 ms was
measured to take up to a second. The encoder spreads batches over threads of its own instead. The count is a setting of
the whole process, so it is put back when the last of the calls that asked for it ends.

numpy's own wheels carry OpenBLAS, which is reached through ctypes; for other builds (MKL, BLIS, a system OpenBLAS) the
package threadpoolctl is used where it is installed, and where it is not the setting is left alone.
"""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np


@dataclass(frozen=True, slots=True)
class Pool:
    """One BLAS library's thread count, read and set."""

    size: Callable[[], int]
    resize: Callable[[int], object]


class _Limit:
    """Counts the calls inside `one_thread`; the first sets the pools to one, the last restores them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._sizes: list[tuple[Pool, int]] = []

    def enter(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._sizes = [(pool, pool.size()) for pool in pools()]
                for pool, _ in self._sizes:
                    pool.resize(1)

    def leave(self) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0:
                for pool, size in self._sizes:
                    pool.resize(size)


_LIMIT: Final = _Limit()


@contextmanager
def one_thread() -> Iterator[None]:
    """Within this block numpy's matrix products run on the calling thread. Nests, also across threads."""
    _LIMIT.enter()
    try:
        yield
    finally:
        _LIMIT.leave()


@cache
def pools() -> tuple[Pool, ...]:
    """The thread pools behind numpy's products that can be reached here; empty if none can."""
    bundled = _bundled_openblas()
    if bundled is not None:
        return (bundled,)
    if find_spec("threadpoolctl") is None:
        return ()
    from threadpoolctl import ThreadpoolController

    libraries = ThreadpoolController().lib_controllers
    return tuple(Pool(it.get_num_threads, it.set_num_threads) for it in libraries if it.user_api == "blas")


def _bundled_openblas() -> Pool | None:
    """The OpenBLAS inside numpy's wheel: already loaded, so opening it by its path gives the one in use."""
    package = Path(np.__file__).parent
    folders = (package.parent / "numpy.libs", package / ".dylibs")
    for library in (file for folder in folders for file in folder.glob("*openblas*")):
        loaded = ctypes.CDLL(str(library))
        for prefix in ("scipy_openblas", "openblas"):
            for suffix in ("64_", ""):
                size = getattr(loaded, f"{prefix}_get_num_threads{suffix}", None)
                resize = getattr(loaded, f"{prefix}_set_num_threads{suffix}", None)
                if size is not None and resize is not None:
                    return Pool(size, resize)
    return None
