"""Reads label and type expressions, ``:Memory``, ``:A|B``, ``:!(A&B)``: names and signs, nothing that is worked out."""

from __future__ import annotations

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import RESERVED
from graphmem.stores.neo4j.analysis.brackets import Group, Item, Items, is_group
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign


def is_name(item: object) -> bool:
    """Whether this is a name, in backticks or not."""
    return isinstance(item, Token) and item.kind in ("word", "quoted")


def new_name(token: Token) -> str:
    """A name that is given here to something. Raises QueryRefused for a keyword."""
    if token.upper in RESERVED:
        raise QueryRefused(f"{token.text} at character {token.start + 1} is a keyword: as a name, put it in backticks.")
    return token.value


def after_labels(items: Items, at: int) -> int:
    """Where a label expression ends that begins with the colon at `at`. Raises QueryRefused for labels worked out."""
    wanted = False
    while at < len(items):
        item = items[at]
        if is_sign(item, ":", "|", "&", "!"):
            wanted, at = True, at + 1
        elif wanted and _is_label(item):
            wanted, at = False, at + 1
        else:
            break
    if wanted:
        raise QueryRefused(
            "Labels and types are written out here, or tested: WHERE $label IN labels(n), type(r) = $type."
        )
    return at


def _is_label(item: Item) -> bool:
    if isinstance(item, Group):
        return (
            is_group(item, "(")
            and after_labels([Token("sign", ":", ":", item.start), *item.items], 0) == len(item.items) + 1
        )
    return is_name(item) or is_sign(item, "%")
