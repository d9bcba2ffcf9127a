"""Finds the stems of words, the same for every store: those that SQLite's full-text search gives."""

from __future__ import annotations

import re
import sqlite3
import threading
from functools import cache, lru_cache
from importlib.resources import files

_BLOCK = re.compile(r"^-- name: (\w+)\n(.*?)(?=^-- name: |\Z)", re.MULTILINE | re.DOTALL)


@cache
def _statements() -> dict[str, str]:
    text = files(__package__).joinpath("stemmer.sql").read_text(encoding="utf-8")
    return {name: body.strip() for name, body in _BLOCK.findall(text)}


def _said(name: str) -> str:
    return _statements()[name]


class Stemmer:
    """Asks FTS5 itself for the stem of a word, in a database of its own, so that both ends of a search agree.

    The stems are Porter's (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980).
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(_said("table"))
        self._connection.execute(_said("terms"))
        self._guard = threading.Lock()
        self.stem = lru_cache(maxsize=65_536)(self._stem)

    def _stem(self, word: str) -> str:
        with self._guard:
            self._connection.execute(_said("say"), {"word": f"0_{word}"})
            (term,) = self._connection.execute(_said("hear")).fetchone()
            self._connection.execute(_said("forget"))
        return str(term)[2:]

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
