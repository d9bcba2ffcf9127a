"""Reads from a query's text what it takes and what it gives, enough of it for queries of our own."""

from __future__ import annotations

import re

_ASIDE = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)
_OPEN, _SHUT = "([{", ")]}"


def bare(text: str) -> str:
    """The query without comments, strings and quoted names."""
    return _ASIDE.sub(" ", text)


def names_of(text: str) -> set[str]:
    """The parameters that a query names."""
    return set(re.findall(r"\$(\w+)", bare(text)))


def slots_of(text: str) -> set[str]:
    """The slots that a query leaves open for a constant."""
    return set(re.findall(r"^\s*// \[\[(\w+)\]\]", text, re.MULTILINE))


def columns_of(text: str) -> list[str]:
    """The columns of a query's last RETURN that stands in no braces, in order."""
    return [_name(part) for part in _parts(_last_return(bare(text)))]


def _last_return(text: str) -> str:
    """What follows the outermost RETURN, without ORDER BY, SKIP and LIMIT."""
    depth, start, end = 0, None, len(text)
    for found in re.finditer(r"[(\[{}\])]|\bRETURN\b(?:\s+DISTINCT\b)?|\b(?:ORDER\s+BY|SKIP|LIMIT)\b", text):
        word = found[0]
        depth += (word in _OPEN) - (word in _SHUT)
        if depth or word in _OPEN + _SHUT:
            continue
        if word.startswith("RETURN"):
            start, end = found.end(), len(text)
        elif start is not None:
            end = min(end, found.start())
    if start is None:
        raise ValueError("the query returns nothing")
    return text[start:end]


def _parts(text: str) -> list[str]:
    """The text cut at commas that stand in no brackets."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in _OPEN) - (char in _SHUT)
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _name(part: str) -> str:
    """What a column is called: after AS, or as it is written."""
    return re.split(r"\bAS\b", part)[-1].strip()
