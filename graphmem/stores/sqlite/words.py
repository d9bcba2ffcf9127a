"""Cuts text into the words of the full-text index, so that every owner's postings are his alone.

FTS5 counts over the whole table; a score would tell one tenant about another's memories. So each word is written with
its owner's number before it (``17_film``), and BM25 is computed from the owner's own counts. What reaches FTS5 is
letters, digits and underscores of ASCII only: no text can forge another owner's prefix or break a query.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
import threading
import unicodedata
from functools import lru_cache

from graphmem.stores.sqlite.statements import statement

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|[^\W_{_IDEOGRAPHS}]+")
"""A run of letters and digits; of scripts written without spaces, each character."""

_LONGEST = 48
"""Bytes of a word that are kept as they are: FTS5 stems no token of more than 64."""

_STOP_LIST = """
a about above after again against all am an and any are as at be because been before being below between
both but by can could d did do does doing down during each few for from further had has have having he
her here hers herself him himself his how i if in into is it its itself just ll m me more most my myself
no nor not now of off on once only or other our ours ourselves out over own re s same she should so some
such t than that the their theirs them themselves then there these they this those through to too under
until up ve very was we were what when where which while who whom why will with would you your yours
yourself yourselves
"""
STOP_WORDS = frozenset(_STOP_LIST.split())
"""Words that say little of what is asked; a question of nothing else is taken as it stands."""


def words_of(text: str) -> list[str]:
    """The words of a text in order: lower case, without accents, in ASCII (others in a code of their own)."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    if not folded.isascii():
        folded = "".join(char for char in folded if not unicodedata.combining(char))
    return [_plain(word) for word in _WORD.findall(folded)]


def _plain(word: str) -> str:
    if word.isascii() and len(word) <= _LONGEST:
        return word
    raw = word.encode("utf-8", "surrogatepass")
    code = raw.hex() if len(raw) <= 20 else hashlib.blake2b(raw, digest_size=16).hexdigest()
    return f"_{code}0"


def marked(owner: int, words: list[str]) -> str:
    """The words as they are indexed, each with its owner's number."""
    return " ".join(f"{owner}_{word}" for word in words)


def phrase(owner: int, words: list[str]) -> str:
    """An FTS5 query for these words side by side."""
    return f'"{marked(owner, words)}"'


def content_words(words: list[str]) -> list[str]:
    """The words that say something, each once; all of them when there are none such."""
    return list(dict.fromkeys(word for word in words if word not in STOP_WORDS) or dict.fromkeys(words))


class Stemmer:
    """Asks FTS5 itself for the stem of a word, in a database of its own, so that both ends of a search agree.

    The stems are Porter's (M. F. Porter, An algorithm for suffix stripping, Program 14(3), 1980).
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self._connection.execute(statement("stemmer_table"))
        self._connection.execute(statement("stemmer_terms"))
        self._guard = threading.Lock()
        self.stem = lru_cache(maxsize=65_536)(self._stem)

    def _stem(self, word: str) -> str:
        with self._guard:
            self._connection.execute(statement("stemmer_say"), {"word": f"0_{word}"})
            (term,) = self._connection.execute(statement("stemmer_hear")).fetchone()
            self._connection.execute(statement("stemmer_forget"))
        return str(term)[2:]

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()
