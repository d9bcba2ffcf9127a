"""Puts the words of a query into their brackets, so that what stands inside one never reads as what stands outside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign

DEEPEST = 40
"""Brackets inside brackets: the server's parser is recursive too."""

_CLOSE = {"(": ")", "[": "]", "{": "}"}


@dataclass(slots=True)
class Group:
    """A pair of brackets and what is between them."""

    open: str
    start: int
    items: list[Item] = field(default_factory=list)


Item: TypeAlias = Token | Group
Items: TypeAlias = Sequence[Item]


def nested(words: Sequence[Token]) -> list[Item]:
    """The words with each pair of brackets as one `Group`. Raises QueryRefused where brackets do not match."""
    outside = Group("", 0)
    around = [outside]
    for word in words:
        if is_sign(word, "(", "[", "{"):
            group = Group(word.text, word.start)
            around[-1].items.append(group)
            around.append(group)
            if len(around) > DEEPEST:
                raise QueryRefused(f"Brackets are nested more than {DEEPEST} deep: split the query with WITH.")
        elif is_sign(word, ")", "]", "}"):
            if _CLOSE.get(around[-1].open) != word.text:
                raise QueryRefused(f"A {word.text} at character {word.start + 1} closes nothing.")
            around.pop()
        else:
            around[-1].items.append(word)
    if len(around) > 1:
        raise QueryRefused(f"A {around[-1].open} at character {around[-1].start + 1} is never closed.")
    return outside.items


def is_group(item: object, *opens: str) -> bool:
    """Whether this is a pair of one of these brackets."""
    return isinstance(item, Group) and item.open in opens


def split(items: Items, *signs: str) -> list[Items]:
    """The parts between signs of this level; no part for nothing at all."""
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_sign(item, *signs):
            parts.append([])
        else:
            parts[-1].append(item)
    return [] if parts == [[]] else list(parts)


def find(items: Items, wanted: Callable[[Item], bool], start: int = 0) -> int:
    """Where the first item that is wanted stands; the length when none is."""
    return next((at for at in range(start, len(items)) if wanted(items[at])), len(items))
