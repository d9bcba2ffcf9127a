"""Reads a pattern of nodes and relationships: no path in it is longer than ten steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.brackets import Group, Item, Items, find, is_group, split
from graphmem.stores.neo4j.analysis.context import Context
from graphmem.stores.neo4j.analysis.labels import after_labels, is_name, new_name
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word
from graphmem.stores.neo4j.analysis.shape import SMALL_LIST, UNIT, Shape, held_steps, listed

MOST_HOPS = 10
"""Steps of a path whose length is left open."""

MOST_PATHS = 100
"""Paths that SHORTEST may be asked for."""

_MODES = """
ACYCLIC ALL ANY BINDINGS DIFFERENT EDGE EDGES ELEMENT ELEMENTS GROUP GROUPS PATH PATHS RELATIONSHIP RELATIONSHIPS REPEATABLE
SHORTEST SIMPLE TRAIL WALK
"""
MODES = frozenset(_MODES.split())
"""Words before a path that say which of the paths are wanted."""

_OPEN_LENGTH = (
    f"A path without an end to its length is refused: write at most {MOST_HOPS} steps, "
    "such as -[:KNOWS*1..4]- or (()-[:KNOWS]-()){1,4}."
)


@dataclass(slots=True)
class _Found:
    """What a pattern holds: the names it binds, and expressions to be read when all of them are known."""

    context: Context
    names: dict[str, Shape] = field(default_factory=dict)
    expressions: list[Items] = field(default_factory=list)

    def name(self, token: Token, shape: Shape) -> None:
        """A name that is bound here, or was before."""
        self.names[new_name(token)] = max(
            self.context.variables.get(token.value, UNIT),
            self.names.get(token.value, UNIT),
            shape,
            key=lambda s: s.total,
        )


def read(items: Items, context: Context) -> Mapping[str, Shape]:
    """The names that a pattern binds. Raises QueryRefused for a path of open length and what cannot be read."""
    found = _Found(context)
    for path in split(items, ","):
        _path(path, found, UNIT)
    inside = context.binding(found.names)
    held_steps(sum(inside.weigh(one).steps for one in found.expressions))
    return found.names


def _path(items: Items, found: _Found, shape: Shape) -> None:
    """A path; `shape` is what a name in it stands for: a list where the path is repeated."""
    at = 0
    while at < len(items):
        item = items[at]
        if is_group(item, "(") and isinstance(item, Group):
            _round(item, found, listed(MOST_HOPS, UNIT) if _repeated(items, at + 1) else shape)
        elif is_group(item, "[") and isinstance(item, Group):
            _relationship(item, found, listed(MOST_HOPS, UNIT) if _repeated(items, _arrow_end(items, at)) else shape)
        elif isinstance(item, Token):
            at = _word(items, at, found)
        elif not _repeated(items, at):
            raise QueryRefused("A bracket in a pattern cannot be read.")
        at += 1


def _arrow_end(items: Items, at: int) -> int:
    return find(items, lambda item: not is_sign(item, "-", ">"), at + 1)


def _repeated(items: Items, at: int) -> bool:
    """Whether what ends before `at` is repeated. Raises QueryRefused for a repetition without an upper bound."""
    item = items[at] if at < len(items) else None
    if is_sign(item, "+", "*"):
        raise QueryRefused(_OPEN_LENGTH)
    if not isinstance(item, Group) or item.open != "{":
        return False
    parts = split(item.items, ",")
    _hold_hops(parts[-1] if parts else [])
    return True


def _hold_hops(upper: Items) -> None:
    last = upper[0] if len(upper) == 1 else None
    if not isinstance(last, Token) or last.kind != "number" or not last.text.isdigit() or int(last.text) > MOST_HOPS:
        raise QueryRefused(_OPEN_LENGTH)


def _word(items: Items, at: int, found: _Found) -> int:
    """A word or sign between nodes and relationships; where it ends."""
    item = items[at]
    assert isinstance(item, Token)
    following = items[at + 1] if at + 1 < len(items) else None
    if is_sign(item, "-", "<", ">"):
        _repeated(items, at + 1)  # an arrow without brackets may be repeated too: ()-->{1,3}()
        return at
    if is_sign(item, "+", "*"):
        raise QueryRefused(_OPEN_LENGTH)
    if is_name(item) and is_sign(following, "="):
        found.name(item, listed(SMALL_LIST, UNIT))
        return at + 1
    if is_word(item, "SHORTESTPATH", "ALLSHORTESTPATHS") and is_group(following, "("):
        assert isinstance(following, Group)
        _path(following.items, found, UNIT)
        return at + 1
    if is_word(item, *MODES):
        return at
    if at and is_word(items[at - 1], "SHORTEST", "ANY") and _few(item, found.context):
        return at
    raise QueryRefused(f"{item.text} at character {item.start + 1} cannot be read in a pattern.")


def _few(item: Token, context: Context) -> bool:
    wanted = context.parameter(item) if item.kind == "param" else item.text
    if not str(wanted).isdigit() or int(str(wanted)) > MOST_PATHS:
        raise QueryRefused(f"At most {MOST_PATHS} shortest paths can be asked for.")
    return True


def _round(group: Group, found: _Found, shape: Shape) -> None:
    """A node, or a path in brackets with its own WHERE."""
    items = group.items
    where = find(items, lambda item: is_word(item, "WHERE"))
    if any(is_group(item, "(", "[") for item in _without_labels(items[:where])):
        _path(items[:where], found, shape)
        _condition(items, where, found)
        return
    _element(items, 0, where, found, shape)


def _without_labels(items: Items) -> list[Item]:
    """A node's parts without its label expression, which may hold brackets too."""
    colon = find(items, lambda item: is_sign(item, ":"))
    return [*items[:colon], *(items[after_labels(items, colon) :] if colon < len(items) else [])]


def _condition(items: Items, where: int, found: _Found) -> None:
    if where < len(items):
        found.expressions.append(items[where + 1 :])


def _relationship(group: Group, found: _Found, shape: Shape) -> None:
    items = group.items
    where = find(items, lambda item: is_word(item, "WHERE"))
    star = find(items[:where], lambda item: is_sign(item, "*"))
    if star == where:
        _element(items, 0, where, found, shape)
        return
    end = find(
        items, lambda item: not (is_sign(item, "*", "..") or (isinstance(item, Token) and item.kind == "number")), star
    )
    length = items[star + 1 : end]
    dots = find(length, lambda item: is_sign(item, ".."))
    _hold_hops(length[dots + 1 :] if dots < len(length) else length)
    _element([*items[:star], *items[end:]], 0, where - (end - star), found, listed(MOST_HOPS, UNIT))


def _element(items: Items, at: int, where: int, found: _Found, shape: Shape) -> None:
    """``name :Labels {key: value} WHERE condition``, each part of it or none."""
    first = items[at] if at < where else None
    if isinstance(first, Token) and is_name(first) and not is_word(first, "IS"):
        found.name(first, shape)
        at += 1
    if at < where and is_word(items[at], "IS"):
        at = after_labels([*items[:at], Token("sign", ":", ":", 0), *items[at + 1 :]], at)
    elif at < where and is_sign(items[at], ":"):
        at = after_labels(items, at)
    properties = items[at] if at < where else None
    if isinstance(properties, Group) and properties.open == "{":
        found.expressions.append([properties])
        at += 1
    if at != where:
        raise QueryRefused("A node or relationship cannot be read: write (n:Label {key: $value} WHERE condition).")
    _condition(items, where, found)
