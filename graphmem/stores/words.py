"""Cuts text into the words of a full-text index, the same for every store.

An index counts over the whole database; a score would tell one tenant about another's memories. So each word is written
with its owner's mark before it (``17_film``), and BM25 is computed from the owner's own counts. What reaches an index is
letters, digits and underscores of ASCII only: no text can forge another owner's mark or break a query.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

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


def owner_mark(owner: str) -> str:
    """A mark for an owner's words where owners have no numbers: 16 hexadecimal digits of BLAKE2b."""
    return hashlib.blake2b(owner.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def marked(owner: int | str, words: list[str]) -> str:
    """The words as they are indexed, each with its owner's number or mark."""
    return " ".join(f"{owner}_{word}" for word in words)


def phrase(owner: int, words: list[str]) -> str:
    """An FTS5 query for these words side by side."""
    return f'"{marked(owner, words)}"'


def content_words(words: list[str]) -> list[str]:
    """The words that say something, each once; all of them when there are none such."""
    return list(dict.fromkeys(word for word in words if word not in STOP_WORDS) or dict.fromkeys(words))
