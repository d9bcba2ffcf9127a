"""BERT's uncased WordPiece tokenizer in plain Python, so that the embedder needs no tokenizer package.

The same steps as the reference implementation (google-research/bert ``tokenization.py`` and the ``BertNormalizer``
and ``BertPreTokenizer`` of the ``tokenizers`` package): drop control characters, space out Chinese characters,
decompose and drop accents, lower-case, split at white space and punctuation, then take the longest known piece from
the left. All that happens to single characters is folded into one translation table that fills as characters are met.
Compared over all of Unicode, ids differ from the ``tokenizers`` package only next to about 500 rare marks that its
older Unicode tables do not know.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Final

from graphmem.errors import InvalidText

PADDING, UNKNOWN, START, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"

LONGEST_WORD: Final = 100
REMEMBERED: Final = 65_536

_SPECIAL: Final = re.compile(r"(\[(?:PAD|UNK|CLS|SEP|MASK)\])")
_ASCII_PUNCTUATION: Final = r"!-/:-@\[-`{-~"
_WORDS: Final = re.compile(rf"[^ {_ASCII_PUNCTUATION}]+|[{_ASCII_PUNCTUATION}]")
_WHITE_SPACE: Final = frozenset("\t\n\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000") | {
    chr(code) for code in range(0x2000, 0x200B)
}
_CHINESE: Final = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2B73F),
    (0x2B740, 0x2B81F),
    (0x2B920, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)


class WordPiece:
    """Turns text into word-piece ids. Safe to share between threads: its two caches only ever gain equal entries."""

    def __init__(self, vocabulary: list[str]) -> None:
        """``vocabulary``: the pieces, whose places in the list are their ids."""
        self._ids = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown = (self._ids[UNKNOWN],)
        self._words: dict[str, tuple[int, ...]] = {}
        self._characters = _Characters()
        self.start = self._ids[START]
        self.end = self._ids[END]

    @classmethod
    def read(cls, path: Path) -> WordPiece:
        """Read a ``vocab.txt``: one piece a line."""
        return cls(path.read_text(encoding="utf-8").splitlines())

    def pieces(self, text: str) -> list[int]:
        """The ids of ``text``, without the start and end marks; raise InvalidText at a lone surrogate.

        The model's own marks written in the text, such as ``[SEP]``, become those marks, as in the reference.
        """
        ids: list[int] = []
        for number, part in enumerate(_SPECIAL.split(text) if "[" in text else (text,)):
            if number % 2:
                ids.append(self._ids[part])
            else:
                self._append(part, ids)
        return ids

    def _append(self, text: str, ids: list[int]) -> None:
        known = self._words
        for word in _WORDS.findall(text.translate(self._characters)):
            pieces = known.get(word)
            if pieces is None:
                pieces = self._split(word)
                if len(known) >= REMEMBERED:
                    known.clear()
                known[word] = pieces
            ids += pieces

    def _split(self, word: str) -> tuple[int, ...]:
        """Greedy longest match from the left; a word with a part that no piece covers is unknown as a whole."""
        length = len(word)
        if length > LONGEST_WORD:
            return self._unknown
        pieces: list[int] = []
        first, prefix = 0, ""
        while first < length:
            last = length
            while (piece := self._ids.get(prefix + word[first:last])) is None:
                last -= 1
                if last == first:
                    return self._unknown
            pieces.append(piece)
            first, prefix = last, "##"
        return tuple(pieces)


class _Characters(dict[int, str]):
    """What each character turns into, for ``str.translate``; filled on first meeting, so only scripts in use cost."""

    def __missing__(self, code: int) -> str:
        replacement = _normalised(chr(code))
        if len(self) < REMEMBERED:
            self[code] = replacement
        return replacement


def _normalised(character: str) -> str:
    """One character cleaned, lower-cased, without accents, with spaces around what is a word of its own."""
    category = unicodedata.category(character)
    if category == "Cs":
        raise InvalidText("the text holds a lone surrogate; decode it with the right encoding, or drop it")
    if character in _WHITE_SPACE:
        return " "
    if character == "\ufffd" or category in {"Cc", "Cf", "Co"}:
        return ""
    if any(first <= ord(character) <= last for first, last in _CHINESE):
        character = f" {character} "
    decomposed = unicodedata.normalize("NFD", character)
    plain = "".join(c.lower() for c in decomposed if unicodedata.category(c) != "Mn")
    if category[0] == "P" and not character.isascii():
        return f" {plain} "
    return plain
