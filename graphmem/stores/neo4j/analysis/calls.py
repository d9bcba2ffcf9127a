"""Reads a call of a function: whether it is one of those allowed, and how large what it gives can be."""

from __future__ import annotations

from dataclasses import replace

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import (
    CHEAP_FUNCTIONS,
    EXPRESSION_WORDS,
    FUNCTIONS,
    PASSING_FUNCTIONS,
    PLAIN_FUNCTIONS,
    SMALL_LISTS,
)
from graphmem.stores.neo4j.analysis.brackets import Group, Items, find, is_group, split
from graphmem.stores.neo4j.analysis.context import Context
from graphmem.stores.neo4j.analysis.labels import new_name
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word
from graphmem.stores.neo4j.analysis.shape import (
    LONGEST_TEXT,
    SMALL_LIST,
    UNIT,
    Amount,
    Shape,
    collected,
    gone_through,
    held_steps,
    joined,
    listed,
)

MOST_RANGE = 100_000
"""Elements of a `range` that is unwound."""

MOST_IN_PLACE = 1_000
"""Elements of a `range` anywhere else."""

ALWAYS = float("inf")
"""So many steps that a list of rows has to be cut."""

MOST_REDUCED = 1_000
"""Elements that `reduce` may go through: what it builds is copied at each."""


def called_name(items: Items, at: int) -> tuple[str, int]:
    """The lower-case name of the function called at `at`, and where its bracket stands; an empty name when none is."""
    item, end = items[at], at
    if not isinstance(item, Token) or item.kind not in ("word", "quoted") or _is_word_of_expression(items, at):
        return "", at
    parts = [item.value]
    while end + 2 < len(items) and is_sign(items[end + 1], ".") and _names(items[end + 2]):
        part = items[end + 2]
        assert isinstance(part, Token)
        parts.append(part.value)
        end += 2
    if end + 1 < len(items) and is_group(items[end + 1], "("):
        return ".".join(parts).lower(), end + 1
    return "", at


def _names(item: object) -> bool:
    return isinstance(item, Token) and item.kind in ("word", "quoted")


def _is_word_of_expression(items: Items, at: int) -> bool:
    """A keyword before a bracket, as in ``IN (…)``; `all` is both."""
    return is_word(items[at], *(EXPRESSION_WORDS - {"ALL", "LEFT", "RIGHT"}))


def call(name: str, group: Group, context: Context) -> Amount:
    """The bounds of what a function gives. Raises QueryRefused for a function that is not allowed."""
    if name not in FUNCTIONS:
        raise QueryRefused(
            f"The function {name}() is not allowed: only Cypher's own functions that read and count are."
        )
    if name in ("shortestpath", "allshortestpaths"):
        context.pattern(group.items)
        return Amount(listed(SMALL_LIST, UNIT))
    if name in ("all", "any", "none", "single"):
        return _quantified(group, context)
    if name == "reduce":
        return _reduced(group, context)
    if name == "exists" and group.items and is_group(group.items[0], "("):
        context.pattern(group.items)
        return Amount()
    return _applied(name, [context.weigh(part) for part in split(group.items, ",")], group, context)


def _applied(name: str, given: list[Amount], group: Group, context: Context) -> Amount:
    steps = 1 + sum(
        min(amount.steps, 2) if name in CHEAP_FUNCTIONS and _plain(group) else amount.steps for amount in given
    )
    if name in PLAIN_FUNCTIONS:
        return Amount(UNIT, steps)
    if name in SMALL_LISTS:
        return Amount(listed(SMALL_LIST, UNIT), steps + SMALL_LIST)
    if name == "range":
        return ranged(split(group.items, ","), context)
    shape = joined([amount.shape for amount in given] or [UNIT])
    if name in PASSING_FUNCTIONS:
        if name.endswith("list"):
            gone_through(shape, ALWAYS)
        return Amount(shape, steps)
    if name == "collect":
        return Amount(collected(shape, gathered=True), steps)
    if name == "split":
        return Amount(listed(given[0].shape.total * LONGEST_TEXT, UNIT), steps + given[0].shape.total * LONGEST_TEXT)
    if name == "replace":
        return _replaced(given, split(group.items, ","), steps)
    return Amount(shape.each, steps)  # head and last


def _plain(group: Group) -> bool:
    """Whether the argument is a name or a property, so that there is nothing to work out in it."""
    return all(isinstance(item, Token) for item in group.items)


def _replaced(given: list[Amount], parts: list[Items], steps: float) -> Amount:
    if len(parts) != 3:
        raise QueryRefused("replace() takes a text, what to look for, and what to put there.")
    by = parts[2][0]
    literal = len(parts[2]) == 1 and isinstance(by, Token) and by.kind == "string"
    length = len(by.value) if literal and isinstance(by, Token) else given[2].shape.total * LONGEST_TEXT
    total = given[0].shape.total * max(1, length)
    return Amount(joined([Shape(total), Shape(0)]), steps + total)


def ranged(parts: list[Items], context: Context, most: int = MOST_IN_PLACE) -> Amount:
    """`range(from, to, step)`, its bounds written out or taken from the length of a list in reach."""
    bounds = [_bound(part, context) for part in parts]
    if len(bounds) not in (2, 3) or None in bounds:
        raise QueryRefused(
            "range() takes numbers that are written out, or size(list) and length(path) plus or minus a number. "
            "Write range(0, 99), or UNWIND a parameter."
        )
    low, high = bounds[0] or 0, bounds[1] or 0
    signed = any(is_sign(item, "-", "+") for part in parts for item in part)
    count = low + high + 1 if signed or high < low else high - low + 1
    lists = [shape for part in parts if (shape := _measured(part, context))]
    if count > (2 * MOST_RANGE if lists else most):
        raise QueryRefused(
            f"range() of up to {count:,.0f} elements: UNWIND range(…) takes {MOST_RANGE:,}, other places {MOST_IN_PLACE:,}."
        )
    shape = listed(count, UNIT, any(shape.gathered for shape in lists))
    return Amount(replace(shape, uncut=any(shape.uncut for shape in lists)))


def _measured(part: Items, context: Context) -> Shape | None:
    """The list whose length a bound is."""
    at = find(part, lambda item: is_word(item, "SIZE", "LENGTH"))
    group = part[at + 1] if at + 1 < len(part) else None
    return context.weigh(group.items).shape if isinstance(group, Group) else None


def _bound(part: Items, context: Context) -> float | None:
    """The largest absolute value of a bound; None for what cannot be told."""
    words = [item for item in part if not is_sign(item, "-", "+")]
    if not words or len(part) > 4:
        return None
    first = words[0]
    if len(words) == 1 and isinstance(first, Token) and first.kind == "number" and first.text.isdigit():
        return float(first.text)
    if len(words) == 1 and isinstance(first, Token) and first.kind == "param":
        value = context.parameter(first)
        return abs(float(value)) if isinstance(value, int) and not isinstance(value, bool) else None
    if is_word(first, "SIZE", "LENGTH") and len(words) in (2, 3) and isinstance(words[1], Group):
        extra = _bound(words[2:], context) if len(words) == 3 else 0
        shape = context.weigh(words[1].items).shape
        return None if extra is None or shape.element is None else shape.count + extra
    return None


def loop(items: Items, context: Context) -> tuple[Context, Amount, Items, Items]:
    """``x IN list [WHERE condition] [| result]``: the context with x, the list, the condition, and the result."""
    if len(items) < 3 or not _names(items[0]) or not is_word(items[1], "IN"):
        raise QueryRefused("A list cannot be read: write [x IN list WHERE condition | result].")
    name = items[0]
    assert isinstance(name, Token)
    bar = find(items, lambda item: is_sign(item, "|"))
    where = find(items[:bar], lambda item: is_word(item, "WHERE"))
    source = context.weigh(items[2:where])
    return context.binding({new_name(name): source.shape.each}), source, items[where + 1 : bar], items[bar + 1 :]


def _quantified(group: Group, context: Context) -> Amount:
    inside, source, condition, _ = loop(group.items, context)
    steps = inside.weigh(condition).steps
    return Amount(UNIT, held_steps(source.steps + gone_through(source.shape, steps) * steps))


def _reduced(group: Group, context: Context) -> Amount:
    """``reduce(total = start, x IN list | next)``. What is built may grow by as much at each step, never double."""
    parts = split(group.items, ",")
    if len(parts) < 2 or len(parts[0]) < 3 or not is_sign(parts[0][1], "="):
        raise QueryRefused("reduce() cannot be read: write reduce(total = 0, x IN list | total + x).")
    name = parts[0][0]
    assert isinstance(name, Token)
    new_name(name)
    _used_plainly(name, group.items)
    comma = find(group.items, lambda item: is_sign(item, ","))
    start = context.weigh(parts[0][2:])
    inside, source, _, body = loop(group.items[comma + 1 :], context)
    if gone_through(source.shape, ALWAYS) > MOST_REDUCED:
        raise QueryRefused(
            f"reduce() over a list that may have more than {MOST_REDUCED:,} elements: cut it, xs[..1000], or UNWIND it and "
            "use sum() or collect()."
        )
    small, large = (inside.binding({name.value: Shape(size)}).weigh(body) for size in (1.0, 51.0))
    if large.shape.total - small.shape.total > 50:
        raise QueryRefused(f"reduce() may double {name.text} at each step: use it once in what is added up.")
    each = Shape(max(small.shape.total, 1))
    grown = listed(max(1, source.shape.length), each) if source.shape.length else start.shape
    return Amount(joined([start.shape, grown]), held_steps(source.steps + source.shape.length * small.steps))


def _used_plainly(name: Token, items: Items, inside: bool = False) -> None:
    """What is built up is not put into a list or map of itself: a thousand brackets deep, no client could read it."""
    for item in items:
        if isinstance(item, Group):
            _used_plainly(name, item.items, inside or item.open != "(")
        elif inside and isinstance(item, Token) and item.kind in ("word", "quoted") and item.value == name.value:
            raise QueryRefused(f"reduce() puts {name.text} inside of brackets: add to it instead, {name.text} + [x].")
