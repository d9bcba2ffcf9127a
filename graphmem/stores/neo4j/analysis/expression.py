"""Reads an expression: every function in it is allowed, and neither its value nor the work for it can run away."""

from __future__ import annotations

import re
from itertools import pairwise

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import COMPARING, EXPRESSION_WORDS
from graphmem.stores.neo4j.analysis.brackets import Group, Item, Items, is_group, split
from graphmem.stores.neo4j.analysis.calls import call, called_name
from graphmem.stores.neo4j.analysis.context import Context
from graphmem.stores.neo4j.analysis.labels import after_labels, is_name
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word
from graphmem.stores.neo4j.analysis.lists import bracketed, cut, is_pattern, sub_query
from graphmem.stores.neo4j.analysis.shape import (
    LONGEST_TEXT,
    UNIT,
    Amount,
    Shape,
    held_steps,
    joined,
    largest,
    record,
    shape_of,
)

_PLAIN_REGEX = re.compile(
    r"(?:\(\?[ims]+\))?\^?(?:\.\*)?(?:[^\\.*+?{}()\[\]^$]|\\[^a-zA-Z0-9]|\\[dswDSW]|\.(?![*+?{])|\[[^\[\]\\]*\])*"
    r"(?:\.\*)?\$?"
)
"""Regular expressions that match in linear time: no repetition but ``.*`` at either end."""
_AFTER_REGEX = ("AND", "OR", "XOR", "ASC", "ASCENDING", "DESC", "DESCENDING")
"""Words that may follow a regular expression."""

DEEPEST_CASE = 10


def weigh(items: Items, context: Context) -> Amount:
    """The bounds of one expression."""
    operands: list[Amount] = []
    at, boolean, plus, follows = 0, False, False, False
    while at < len(items):
        item = items[at]
        boolean = boolean or _compares(item)
        plus = plus or is_sign(item, "+", "||")
        if is_sign(item, "=~"):
            _check_regex(items, at + 1)
        amount, at = _operand(items, at, context)
        if amount is not None and follows:
            raise QueryRefused(
                f"Something at character {item.start + 1} follows on another without a sign between them."
            )
        follows = amount is not None
        if amount is not None:
            operands.append(amount)
    steps = held_steps(1 + sum(amount.steps for amount in operands))
    if boolean and not any(is_word(item, "CASE") for item in items):
        return Amount(UNIT, steps)
    shapes = [amount.shape for amount in operands]
    return Amount(joined(shapes) if plus or len(shapes) == 1 else largest(shapes), steps)


def _compares(item: Item) -> bool:
    return is_sign(item, "=", "<>", "<", ">", "<=", ">=", "=~") or is_word(item, *COMPARING)


def _operand(items: Items, at: int, context: Context) -> tuple[Amount | None, int]:
    """What begins at `at` and where it ends; None for a word or sign between operands."""
    item = items[at]
    if is_word(item, "CASE"):
        return _case(items, at, context)
    if is_word(item, "EXISTS", "COUNT", "COLLECT") and at + 1 < len(items) and is_group(items[at + 1], "{"):
        return _followed(items, at + 2, sub_query(item, items[at + 1], context), context)
    name, after = called_name(items, at)
    if name:
        return _followed(items, after + 1, call(name, _group(items[after]), context), context)
    if isinstance(item, Group):
        return _grouped(items, at, context)
    if item.kind == "sign":
        bare = item.text in (",", ":") and at == 0
        bare = bare or (item.text == "." and not (at + 1 < len(items) and _is_number(items[at + 1])))
        if item.text in (";", "..", "|") or bare:
            raise QueryRefused(
                f"A {item.text} at character {item.start + 1} cannot be read here: write one plain query."
            )
        return None, at + 1
    if item.kind == "word" and item.upper in EXPRESSION_WORDS and item.value not in context.variables:
        return None, at + 2 if item.upper == "IS" and _is_label(items, at + 1) else at + 1
    return _followed(items, at + 1, _single(item, context), context)


def _is_number(item: Item) -> bool:
    return isinstance(item, Token) and item.kind == "number"


def _is_label(items: Items, at: int) -> bool:
    return at < len(items) and is_name(items[at]) and not is_word(items[at], *EXPRESSION_WORDS)


def _group(item: Item) -> Group:
    assert isinstance(item, Group)
    return item


def _single(token: Token, context: Context) -> Amount:
    if token.kind == "param":
        shape = shape_of(context.parameter(token))
        return Amount(shape, shape.total)
    if token.kind == "string":
        return Amount(Shape(max(1, len(token.value) / LONGEST_TEXT)))
    if token.kind == "number":
        return Amount()
    shape = context.variable(token)
    return Amount(shape, shape.total)


def _grouped(items: Items, at: int, context: Context) -> tuple[Amount, int]:
    group = _group(items[at])
    if group.open == "(" and is_pattern(items, at):
        end = at + 1
        while end < len(items) and (is_sign(items[end], "-", "<", ">") or is_group(items[end], "(", "[", "{")):
            end += 1
        context.pattern(items[at:end])
        return Amount(Shape(1)), end
    if group.open == "(":
        amount = context.weigh(group.items)
    elif group.open == "[":
        amount = bracketed(group, context)
    else:
        amount = map_of(group, context)
    return _followed(items, at + 1, amount, context)


def _followed(items: Items, at: int, amount: Amount, context: Context) -> tuple[Amount, int]:
    """An operand with what stands right behind it: properties, an index, labels, a map of its properties."""
    while at < len(items):
        item = items[at]
        if is_sign(item, ".") and at + 1 < len(items) and is_name(items[at + 1]):
            amount, at = Amount(amount.shape.each, min(amount.steps, 2)), at + 2
        elif is_group(item, "["):
            amount, at = cut(amount, _group(item), context), at + 1
        elif is_group(item, "{"):
            amount, at = map_of(_group(item), context), at + 1
        elif is_sign(item, ":"):
            amount, at = Amount(UNIT, 1), after_labels(items, at)
        else:
            break
    return amount, at


def map_of(group: Group, context: Context) -> Amount:
    """A map, or what is taken of a node: ``{a: 1}``, ``{.name, .*, also: x}``."""
    amounts = []
    for entry in split(group.items, ","):
        if is_sign(entry[0], "."):
            if len(entry) != 2:
                raise QueryRefused("A part of a map of properties cannot be read: write {.name, .type} or {.*}.")
            amounts.append(Amount())
        elif len(entry) > 1 and is_sign(entry[1], ":"):
            amounts.append(context.weigh(entry[2:]))
        else:
            amounts.append(context.weigh(entry))
    return Amount(record([amount.shape for amount in amounts]), 1 + sum(amount.steps for amount in amounts))


def _case(items: Items, at: int, context: Context) -> tuple[Amount, int]:
    """``CASE … END``: all of it is work, one branch is the value."""
    depth, marks = 0, [at]
    for end in range(at, len(items)):
        depth += is_word(items[end], "CASE") - is_word(items[end], "END")
        if depth > DEEPEST_CASE:
            raise QueryRefused(f"CASE stands inside of CASE more than {DEEPEST_CASE} deep.")
        if depth == 1 and is_word(items[end], "WHEN", "THEN", "ELSE"):
            marks.append(end)
        if depth == 0:
            break
    else:
        raise QueryRefused("A CASE has no END.")
    marks.append(end)
    parts = [(items[start], context.weigh(items[start + 1 : stop])) for start, stop in pairwise(marks)]
    shape = largest(amount.shape for word, amount in parts if is_word(word, "THEN", "ELSE"))
    return _followed(items, end + 1, Amount(shape, sum(amount.steps for _, amount in parts)), context)


def _check_regex(items: Items, at: int) -> None:
    """The pattern is one string and nothing is put to it: what is added up, ``'a' + '(b+)+'``, is the pattern too."""
    pattern = items[at] if at < len(items) else None
    alone = at + 1 >= len(items) or is_word(items[at + 1], *_AFTER_REGEX) or is_sign(items[at + 1], ",")
    plain = isinstance(pattern, Token) and pattern.kind == "string" and _PLAIN_REGEX.fullmatch(pattern.value)
    if not plain or not alone:
        raise QueryRefused(
            "=~ takes a plain pattern written out, such as '(?i).*acme.*': repetitions can run for ever. "
            "Use CONTAINS, STARTS WITH, ENDS WITH and toLower() for the rest."
        )
