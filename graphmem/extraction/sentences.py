"""Where sentences begin and end, and which first line is a heading.

A line end is a hard boundary, and so is the end of a passage. Within a line the parser finds sentences as it parses,
but punctuation is the better witness where it speaks clearly: a full stop before a capital ends a sentence, a comma
or a lower-case word never starts one. Only unclear places are left to the parser. Long lines are cut into windows at
sentence ends, so that a text of any length is parsed in bounded memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from graphmem.extraction.lexicon import words

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

WINDOW = 2_000
"""Characters that are parsed at once."""

_HEADING_WORDS = 14
_TERMINAL = frozenset({".", "!", "?", "。", "！", "？"})
_CLOSING = frozenset({'"', "'", "''", "”", "’", ")", "]", "»"})
_OPENING = frozenset({'"', "'", "``", "“", "‘", "(", "[", "«", "-", "*", "•"})
_ABBREVIATED = words(
    "A B C D E F G H J K L M N O P Q R S T U V W X Y Z St Mohd Md Dr Mr Mrs Ms Prof Gen Col Lt Capt Sgt "
    "Maj Rev Hon Fr Gov Sen Rep Adm Mt Ft vs approx ca Jr Sr Ph Messrs Mme Mlle Fig No Vol Op Bros"
)
"""Words after which a full stop that the tokenizer has cut off ends no sentence."""
_SENTENCE_END = re.compile(r"[.!?][\"'”’)\]]*\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_SPACED_BRACKET = re.compile(r"(?<=[^\s(])([(\[]) (?=\S)")
_SUPERFLUOUS = re.compile(r"(?<=[^\W\d_][-]) (?=[^\W\d_])(?!(?:and|or|to|nor|but)\b)|(?<= ) ")
_REGNAL = re.compile(
    r"\b(?!(?:When|While|What|Where|Why|How|Who|That|This|Then|Than|Since|Because|And|But|For|Yet|Also|Before|After)\b)"
    r"([A-Z][^\W\d_]{2,}) I(?= (?:of|and|or)\b|[,;)]| \(|\.(?: |$))"
)
"""A ruler's number "I", which a parser takes for the pronoun; it is parsed as "V", and named as it stands."""
_GREETING = re.compile(
    r"\s*(hi|hey|hello|dear|thanks|thank|ok|okay|yes|no|yeah|wow|i|my|we|please|note|re|fw)\b", re.IGNORECASE
)
_SMALL = words("a an the of in on at to for and or with from by as is de la le der und et von van vs vs. du di")


class Chunk(NamedTuple):
    """A stretch of a passage that is parsed at once: its first character there, its text as it is parsed, and where in
    that text a space of the passage has been left out. White space that stands on the wrong side of a bracket or
    quotation mark is exchanged with it, so that all words keep their places."""

    start: int
    text: str
    omitted: tuple[int, ...] = ()


class Heading(NamedTuple):
    """A first line that names what the text is about. `name` lacks a bracket that only tells namesakes apart."""

    start: int
    end: int
    name: str


def find_heading(text: str) -> Heading | None:
    """The heading of a text: a short first line that is no sentence, with more text below it."""
    first = re.match(r"\s*(?:#+\s*)?([^\n]+?)[ \t]*\n", text)
    body = text[first.end() :].strip() if first else ""
    if first is None or not body:
        return None
    line, lowered = first[1], body.lower()
    words = line.split()
    if len(words) > _HEADING_WORDS or len(line) > 120 or not any(c.isalnum() for c in line) or _GREETING.match(line):
        return None
    name = re.sub(r"\s*\([^()]*\)\s*$", "", line).strip() or line
    resumed = _resumed(name, lowered)
    if line[-1] in ".!?:;,…" and not resumed:
        return None
    proper = [word for word in words if word.lower() not in _SMALL]
    capital = sum(not word[0].islower() for word in proper)
    if not resumed and not (proper and capital * 2 > len(proper) and not words[0][0].islower()):
        return None
    return Heading(first.start(1), first.end(1), name)


def _resumed(name: str, lowered: str) -> bool:
    """Whether the text goes on with the heading's own words."""
    opening = lowered[:300]
    words = [word for word in re.findall(r"\w+", name.lower()) if word not in _SMALL]
    return bool(words) and sum(word in opening for word in words) * 2 > len(words)


def chunks(text: str, start: int = 0) -> Iterator[Chunk]:
    """The lines of `text` from character `start` on, cut into windows; blank ones are left out."""
    for line in re.finditer(r"[^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+", text[start:]):
        at, rest = line.start() + start, line[0]
        while rest:
            piece = rest if len(rest) <= WINDOW else rest[: _cut(rest)]
            if piece.strip():
                indent = len(piece) - len(piece.lstrip())
                yield Chunk(at + indent, *_joined(_evened(piece.strip())))
            at, rest = at + len(piece), rest[len(piece) :]


def _cut(line: str) -> int:
    """Where to cut a long line: after the last sentence end in the window, else at its last space, else hard."""
    ends = [match.end() for match in _SENTENCE_END.finditer(line, 0, WINDOW)]
    if ends and ends[-1] > WINDOW // 4:
        return ends[-1]
    space = line.rfind(" ", WINDOW // 2, WINDOW)
    return space + 1 if space > 0 else WINDOW


def _joined(line: str) -> tuple[str, tuple[int, ...]]:
    """The line without the space in "son-in- law" and without the second of two spaces, and where they stood;
    "pre- and post-war" keeps its own."""
    parts, places, size = [], [], 0
    at = 0
    for match in _SUPERFLUOUS.finditer(line):
        parts.append(line[at : match.start()])
        size += match.start() - at
        places.append(size)
        at = match.end()
    return "".join([*parts, line[at:]]), tuple(places)


def _evened(line: str) -> str:
    """The line with its white space in the places where the parser expects it: "Ana( born" becomes "Ana (born"."""
    line = _REGNAL.sub(r"\1 V", re.sub(r"\s", " ", line))
    line = _SPACED_BRACKET.sub(r" \1", line)
    if '" ' not in line:
        return line
    parts = line.split('"')
    for opening in range(0, len(parts) - 1, 2):
        before, inside = parts[opening], parts[opening + 1]
        if inside.startswith(" ") and before and not before.endswith((" ", "(")):
            parts[opening], parts[opening + 1] = before + " ", inside[1:]
    return '"'.join(parts)


def prepare(nlp: Language, text: str) -> Doc:
    """The tokens of a chunk, with the sentence starts marked that are certain either way."""
    doc = nlp.make_doc(text)
    depth = 0
    words = [token.text for token in doc]
    for i, word in enumerate(words):
        if i:
            certain = False if depth > 0 else _starts_sentence(words, i)
            if certain is not None:
                doc[i].is_sent_start = certain
        if word in ("(", "["):
            depth = 40
        elif word in (")", "]"):
            depth = 0
        depth -= depth > 0
    return doc


def _starts_sentence(words: list[str], i: int) -> bool | None:
    """Whether a sentence starts at token `i`: True, False, or None where only the parser can say."""
    word, before = words[i], i - 1
    while before > 0 and words[before] in _CLOSING:
        before -= 1
    last = words[before]
    if last == "." and before and words[before - 1] in _ABBREVIATED:
        return False
    if len(last) == 2 and last[0].isupper() and last[1] == "." and word[0].isupper():
        return False
    if last not in _TERMINAL:
        if last[-1] in ".!?…" or last in (":", ";", "-", "–", "—") or not last.isascii() or word == "I":
            return False if word[0].islower() or word[0] in ",.;:!?)" else None
        return False
    if word in _CLOSING and words[before + 1 : i].count(word) == 0 and word not in ('"', "'"):
        return False
    first = next((w for w in words[i : i + 3] if w not in _OPENING), word)
    if word == '"' and words[:i].count('"') % 2 == 1:
        return False
    return True if first[0].isupper() or first[0].isdigit() else None
