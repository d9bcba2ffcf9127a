"""Whether a text vouches for what a model says of it: quotes that stand there, names that are spelled there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graphmem.domain.triple import Span

LONGEST_QUOTE = 2_000
LONGEST_NAME = 120
"""Characters."""
_WORD = re.compile(r"\w+")
_ALIKE = {**dict.fromkeys("'’‘`´", "['’‘`´]"), **dict.fromkeys('"“”„«»', '["“”„«»]'), **dict.fromkeys("-–—", "[-–—]")}
_END = re.compile(r"[.!?][\"'”’)\]]*\s+|[。！？][」』”]*\s*|[^\S\n]*[\n\r\x0b\x0c\x85\u2028\u2029]\s*")
_SHORTENED = re.compile(
    r"(?:^|\s)(?:\w|dr|mr|mrs|ms|prof|st|no|vs|jr|sr|inc|ltd|co|e\.g|i\.e|etc|approx|ca)\.\s+$", re.IGNORECASE
)


def sentence_spans(text: str, start: int = 0) -> list[Span]:
    """The sentences of a text from character `start` on: stretches up to a full stop, question or exclamation mark, or the end
    of a line, without the white space around them."""
    spans, begun = [], start
    for end in [*_ends(text, start), len(text)]:
        piece = text[begun:end]
        if any(c.isalnum() for c in piece):
            first = begun + len(piece) - len(piece.lstrip())
            spans.append(Span(start=first, end=begun + len(piece.rstrip())))
        begun = end
    return spans


def _ends(text: str, start: int) -> Iterator[int]:
    for match in _END.finditer(text, start):
        if not (match[0].startswith(".") and _SHORTENED.search(text[max(start, match.start() - 8) : match.end()])):
            yield match.end()


def find_quote(quote: str, text: str) -> Span | None:
    """Where a quote stands in a text: as it is, else with other white space, quotation marks, dashes or case, or without the
    marks at its ends. None where it does not, and for one without a letter or digit."""
    quote = quote.strip()
    if not any(c.isalnum() for c in quote) or len(quote) > LONGEST_QUOTE:
        return None
    at = text.find(quote)
    if at >= 0:
        return Span(start=at, end=at + len(quote))
    inner = quote.strip("\"'“”„«»…. ")
    spelled = r"\s+".join("".join(_ALIKE.get(c, re.escape(c)) for c in word) for word in inner.split())
    match = re.search(spelled, text, re.IGNORECASE) if spelled else None
    return Span(start=match.start(), end=match.end()) if match else None


def find_name(name: str, text: str, within: Span) -> Span | None:
    """Where a name is spelled in `within` of a text, as a whole word where it is one; None where it is not."""
    spelled = r"\s+".join(re.escape(word) for word in name.split())
    bounded = rf"(?<!\w){spelled}(?!\w)" if name[:1].isascii() else spelled
    match = re.compile(bounded, re.IGNORECASE).search(text, within.start, within.end)
    return Span(start=match.start(), end=match.end()) if match else None


class Vocabulary:
    """What the texts of one conversation spell, and who takes part in it: the names that can be pointed to."""

    def __init__(self, texts: Iterable[str], people: Iterable[str]) -> None:
        self._text = " ".join(" ".join(texts).casefold().split())
        self._people = {" ".join(name.casefold().split()) for name in people}
        self._words = {_stem(word) for word in _WORD.findall(self._text)}
        self._words |= {_stem(word) for name in self._people for word in _WORD.findall(name)}

    def holds(self, name: str) -> bool:
        """Whether a name is one of the people's, is spelled in the texts, or is made of their words."""
        folded = " ".join(name.casefold().split())
        if folded in self._people or _spelled(folded, self._text):
            return True
        words = _WORD.findall(folded)
        return bool(words) and all(_stem(word) in self._words for word in words)


def _spelled(name: str, text: str) -> bool:
    """Whether a name stands in a text: as whole words, but in scripts that are written without spaces."""
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    return name in text and (any(c >= "\u2e80" for c in name) or re.search(whole, text) is not None)


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def tidy_name(name: str) -> str | None:
    """A name on one line; None for one that is empty, too long, or holds what is no text."""
    line = " ".join(name.split())
    usable = 0 < len(line) <= LONGEST_NAME and any(c.isalnum() for c in line)
    return line if usable and line.isprintable() else None


def tidy_predicate(predicate: str) -> str | None:
    """A predicate as lower snake, ``work_at``; None for one that is none, or a clause."""
    words = re.sub(r"[\W_]+", "_", predicate.strip().casefold()).strip("_")
    return words if 0 < len(words) <= 60 and words.count("_") < 6 and any(c.isalpha() for c in words) else None
