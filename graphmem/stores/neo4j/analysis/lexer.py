"""Cuts a query into words so that it is judged by what the server will read, not by how it looks.

The server reads more spellings than people write: escapes that stand for any letter, a dozen kinds of space and dash,
numbers in hexadecimal. What has two spellings is refused here; what is left is read alike on both sides. Comments are
taken out, and the text that is judged is the text that is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from graphmem.errors import QueryRefused

Kind: TypeAlias = Literal["word", "quoted", "string", "number", "param", "sign"]

LONGEST = 20_000
"""Characters in a query."""

MOST_TOKENS = 4_000

_BLANK = re.compile(r"[ \t\n]+")
_LINE_COMMENT = re.compile(r"//[^\n]*")
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"", re.DOTALL)
_QUOTED = re.compile(r"`(?:[^`]|``)*`")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"\.\.|=~|<>|<=|>=|\|\||[-()\[\]{},.:;|+*/%^<>=&!]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_SPOKEN = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\\": "\\", "'": "'", '"': '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a query. `value`: a string's content, a name without its backticks, a parameter's name; else the text."""

    kind: Kind
    text: str
    value: str
    start: int

    @property
    def upper(self) -> str:
        """The keyword that this may be; empty for what cannot be one."""
        return self.text.upper() if self.kind == "word" else ""


def is_sign(token: object, *signs: str) -> bool:
    """Whether this is one of the signs."""
    return isinstance(token, Token) and token.kind == "sign" and token.text in signs


def is_word(token: object, *words: str) -> bool:
    """Whether this is one of the keywords (upper case), not in backticks."""
    return isinstance(token, Token) and token.upper in words


def plain_text(query: object) -> str:
    """`query` without comments, with one kind of line end and no semicolon at its end. Raises QueryRefused."""
    if not isinstance(query, str) or not query.strip():
        raise QueryRefused("The query is empty: write one that begins with MATCH, WITH, UNWIND, CALL or RETURN.")
    if len(query) > LONGEST:
        raise QueryRefused(f"The query has {len(query):,} characters; at most {LONGEST:,} are read.")
    text = query.replace("\r\n", "\n")
    if re.search(r"\\[uU]", text):
        raise QueryRefused(r"\u escapes are refused: write the character itself, or pass the text as a parameter.")
    wrong = next((c for c in text if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") and c not in "\n\t"), None)
    if wrong is not None:
        raise QueryRefused(f"The query holds the control character U+{ord(wrong):04X}: take it out.")
    return _without_comments(text)


def _without_comments(text: str) -> str:
    pieces = []
    for piece, is_comment in _pieces(text):
        pieces.append(" " if is_comment else piece)
    return "".join(pieces).strip().rstrip(";").strip()


def _pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text in order, comments apart from what is none."""
    at = 0
    while at < len(text):
        for pattern, is_comment in ((_LINE_COMMENT, True), (_BLOCK_COMMENT, True), (_STRING, False), (_QUOTED, False)):
            if found := pattern.match(text, at):
                yield found.group(), is_comment
                at = found.end()
                break
        else:
            if text[at] in "'\"`" or text.startswith("/*", at):
                raise QueryRefused(f"What opens with {text[at]} at character {at + 1} never closes.")
            yield text[at], False
            at += 1


def tokens(text: str) -> list[Token]:
    """The words of a text without comments. Raises QueryRefused for what could be read in two ways."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        if blank := _BLANK.match(text, at):
            at = blank.end()
            continue
        token = _token(text, at)
        if found and is_sign(found[-1], "."):
            token = _property(token, found)
        found.append(token)
        at += len(token.text)
        if len(found) > MOST_TOKENS:
            raise QueryRefused(f"The query has more than {MOST_TOKENS:,} words: pass long lists as parameters.")
    return found


def _property(token: Token, before: list[Token]) -> Token:
    """What stands behind a dot: a name, never a keyword."""
    if len(before) > 1 and before[-2].kind == "number":
        raise QueryRefused(f"A number ends in a dot at character {token.start}: write 1.0.")
    return replace(token, kind="quoted") if token.kind == "word" else token


def _token(text: str, at: int) -> Token:
    if word := _WORD.match(text, at):
        return Token("word", word.group(), _plain_name(word.group()), at)
    if number := _NUMBER.match(text, at):
        if _WORD.match(text, number.end()):
            raise QueryRefused(f"Write the number {number.group()}… in plain decimal digits, apart from the next word.")
        return Token("number", number.group(), number.group(), at)
    if string := _STRING.match(text, at):
        return Token("string", string.group(), _unescaped(string.group()[1:-1]), at)
    if quoted := _QUOTED.match(text, at):
        return Token("quoted", quoted.group(), quoted.group()[1:-1].replace("``", "`"), at)
    if text[at] == "$":
        return _parameter(text, at)
    if sign := _SIGN.match(text, at):
        return Token("sign", sign.group(), sign.group(), at)
    raise QueryRefused(
        f"The character {text[at]!r} (U+{ord(text[at]):04X}) is refused outside of quotes: use plain ASCII signs and spaces."
    )


def _parameter(text: str, at: int) -> Token:
    name = _WORD.match(text, at + 1) or re.compile(r"\d+").match(text, at + 1) or _QUOTED.match(text, at + 1)
    if name is None or text[at - 1 : at].isalnum() or text[at - 1 : at] == "_":
        raise QueryRefused(
            "Names computed as $(…) are refused: write the label or type out, or test it: WHERE $label IN labels(n)."
        )
    value = name.group().strip("`").replace("``", "`")
    return Token("param", text[at : name.end()], _plain_name(value), at)


def _plain_name(name: str) -> str:
    """A name as it is. Refuses letters that turn into ASCII ones when their case is changed, such as the Kelvin sign."""
    if not name.isascii():
        for char in name:
            folded = unicodedata.normalize("NFKC", char).casefold()
            if not char.isascii() and any(c.isascii() for c in folded):
                raise QueryRefused(f"The letter {char!r} in {name!r} looks like another: put the name in backticks.")
    return name


def _unescaped(content: str) -> str:
    def spoken(escape: re.Match[str]) -> str:
        if escape[1] not in _SPOKEN:
            raise QueryRefused(f"The escape \\{escape[1]} is refused: pass the text as a parameter.")
        return _SPOKEN[escape[1]]

    return _ESCAPE.sub(spoken, content)
