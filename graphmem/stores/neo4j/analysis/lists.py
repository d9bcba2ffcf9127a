"""Reads what stands in square brackets and in the braces of EXISTS, COUNT and COLLECT."""

from __future__ import annotations

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import CLAUSES
from graphmem.stores.neo4j.analysis.brackets import Group, Item, Items, find, is_group, split
from graphmem.stores.neo4j.analysis.calls import ALWAYS, loop
from graphmem.stores.neo4j.analysis.context import Context
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word
from graphmem.stores.neo4j.analysis.shape import (
    UNIT,
    Amount,
    collected,
    gone_through,
    held_steps,
    joined,
    listed,
    record,
)


def is_pattern(items: Items, at: int) -> bool:
    """Whether a bracket begins a path, ``(a)-[…]-(b)``, rather than a part of a sum."""
    rest = items[at + 1 : at + 4]
    if is_group(items[at], "("):
        if len(rest) >= 2 and is_sign(rest[0], "-") and (is_sign(rest[1], "-") or is_group(rest[1], "[")):
            return is_sign(rest[1], "-") or (len(rest) == 3 and is_sign(rest[2], "-"))
        return len(rest) >= 2 and is_sign(rest[0], "<") and is_sign(rest[1], "-")
    return False


def bracketed(group: Group, context: Context) -> Amount:
    """A list written out, made from another, or made from a pattern."""
    items = group.items
    if len(items) >= 2 and isinstance(items[0], Token) and is_word(items[1], "IN"):
        return _comprehension(items, context)
    bar = find(items, lambda item: is_sign(item, "|"))
    if bar < len(items):
        return _from_pattern(items, bar, context)
    amounts = [context.weigh(part) for part in split(items, ",")]
    return Amount(record([amount.shape for amount in amounts]), 1 + sum(amount.steps for amount in amounts))


def _comprehension(items: Items, context: Context) -> Amount:
    inside, source, condition, result = loop(items, context)
    made = inside.weigh(result) if result else Amount(source.shape.each)
    steps = 1 + made.steps + (inside.weigh(condition).steps if condition else 0)
    length = gone_through(source.shape, ALWAYS)
    return Amount(listed(length, made.shape), held_steps(source.steps + length * steps))


def _from_pattern(items: Items, bar: int, context: Context) -> Amount:
    where = find(items[:bar], lambda item: is_word(item, "WHERE"))
    inside = context.binding(context.pattern(items[:where]))
    steps = inside.weigh(items[where + 1 : bar]).steps if where < bar else 0
    made = inside.weigh(items[bar + 1 :])
    return Amount(collected(made.shape, gathered=False), 1 + steps + made.steps)


def cut(amount: Amount, group: Group, context: Context) -> Amount:
    """An element of a list, or a piece of it: ``xs[0]``, ``xs[..1000]``."""
    dots = find(group.items, lambda item: is_sign(item, ".."))
    if dots == len(group.items):
        inside = context.weigh(group.items)
        return Amount(amount.shape.each, min(amount.steps, 2) + inside.steps)
    low, high = group.items[:dots], group.items[dots + 1 :]
    steps = amount.steps + sum(context.weigh(bound).steps for bound in (low, high) if bound)
    first, last = _whole(low) if low else 0, _whole(high)
    if first is None or last is None or amount.shape.element is None:
        return Amount(amount.shape, steps)
    count = min(amount.shape.count, max(0, last - first))
    return Amount(listed(count, amount.shape.element), min(steps, 2 + count))


def _whole(items: Items) -> int | None:
    """A whole number that is written out."""
    first = items[0] if len(items) == 1 else None
    return int(first.text) if isinstance(first, Token) and first.kind == "number" and first.text.isdigit() else None


def sub_query(word: Item, braces: Item, context: Context) -> Amount:
    """``EXISTS { }``, ``COUNT { }`` and ``COLLECT { }``, over a pattern or a whole query."""
    assert isinstance(braces, Group)
    items = braces.items
    if not items:
        raise QueryRefused("Braces after EXISTS, COUNT or COLLECT hold a pattern or a query.")
    if is_word(items[0], *CLAUSES):
        columns = context.query(items)
    else:
        where = find(items, lambda item: is_word(item, "WHERE"))
        inside = context.binding(context.pattern(items[:where]))
        columns = {"": Amount(UNIT, inside.weigh(items[where + 1 :]).steps if where < len(items) else 1)}
    steps = 1 + sum(amount.steps for amount in columns.values())
    if is_word(word, "COLLECT"):
        made = joined([amount.shape for amount in columns.values()])
        return Amount(collected(made, gathered=False), steps)
    return Amount(UNIT, steps)
