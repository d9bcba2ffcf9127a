"""Reads a query clause by clause: only those that read, each with the names that it brings into reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import BOUNDARIES, CLAUSES, PROCEDURES
from graphmem.stores.neo4j.analysis.brackets import Group, Item, Items, find, is_group, split
from graphmem.stores.neo4j.analysis.calls import MOST_RANGE, ranged
from graphmem.stores.neo4j.analysis.context import Context
from graphmem.stores.neo4j.analysis.labels import is_name, new_name
from graphmem.stores.neo4j.analysis.lexer import Token, is_sign, is_word
from graphmem.stores.neo4j.analysis.shape import (
    MOST_CARRIED,
    MOST_SORTED,
    UNIT,
    Amount,
    Shape,
    carried,
    joined,
)

MOST_NEAREST = 10_000
"""Neighbours that an index may be asked for: the server makes room for all of them at once."""

MOST_ROWS = 10_001
"""Rows that may be sorted, those passed over too."""

Columns = Mapping[str, Amount]

_SEARCH = "SEARCH cannot be read: write SEARCH n IN (VECTOR INDEX name FOR $v LIMIT 10) SCORE AS s, then WHERE. Nothing was run."

_TAILS = ("ORDER", "SKIP", "OFFSET", "LIMIT", "WHERE")


def read(items: Items, context: Context) -> Columns:
    """The columns that a query returns, empty when it ends in a procedure. Raises QueryRefused."""
    columns: dict[str, Amount] = {}
    for part in _branches(items):
        for name, amount in _branch(part, context).items():
            shape = joined([amount.shape, columns[name].shape]) if name in columns else amount.shape
            columns[name] = Amount(shape, max(amount.steps, columns[name].steps if name in columns else 0))
    return columns


def is_open_ended(items: Items) -> bool:
    """Whether a query is one branch that ends in RETURN without a LIMIT, so that one can be put behind it."""
    starts = [at for at in range(len(items)) if _is_boundary(items, at)]
    if not starts or not is_word(items[starts[-1]], "RETURN") or any(is_word(items[at], "UNION") for at in starts):
        return False
    return not any(_is_boundary(items, at, {"LIMIT"}) for at in range(starts[-1], len(items)))


def _branches(items: Items) -> list[Items]:
    """What stands between UNIONs."""
    parts: list[Items] = []
    start = 0
    for at in range(len(items) + 1):
        if at == len(items) or _is_boundary(items, at, {"UNION"}):
            parts.append(items[start:at])
            start = at + 1
            if start < len(items) and is_word(items[start], "ALL", "DISTINCT"):
                start += 1
    return parts


def _is_boundary(items: Items, at: int, words: frozenset[str] | set[str] = BOUNDARIES) -> bool:
    """Whether a clause begins here: one of the words, and no property, label or alias of that name."""
    if not is_word(items[at], *words):
        return False
    before = items[at - 1] if at else None
    if is_sign(before, ".", ":", "|", "&", "!") or is_word(before, "AS"):
        return False
    return not (is_word(items[at], "WITH") and is_word(before, "STARTS", "ENDS"))


def _branch(items: Items, context: Context) -> Columns:
    if not items:
        raise QueryRefused("A query is missing before or after UNION, or between braces.")
    columns: Columns = {}
    at, name = 0, ""
    while at < len(items):
        word = items[at]
        if not isinstance(word, Token) or word.upper not in CLAUSES:
            raise QueryRefused(_unreadable(word))
        at += is_word(word, "OPTIONAL")
        named = items[at] if at < len(items) else None
        end = _end(items, at + 1)
        name = named.upper if isinstance(named, Token) else ""
        context, columns = _clause(name, items[at + 1 : end], context)
        at = end
    if name not in ("RETURN", "CALL") and context.outermost:
        raise QueryRefused("A query ends in RETURN, or in a procedure.")
    return columns


def _end(items: Items, at: int) -> int:
    return next((one for one in range(at, len(items)) if _is_boundary(items, one)), len(items))


def _unreadable(item: Item) -> str:
    if isinstance(item, Token) and item.kind == "word":
        return (
            f"{item.upper} is refused: a query here is made of MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL, FILTER, LET, UNION "
            "and RETURN. Indexes and settings are shown by `graphmem doctor`. Nothing was run."
        )
    return "A clause begins with MATCH, OPTIONAL MATCH, WITH, UNWIND, CALL, FILTER, LET or RETURN. Nothing was run."


def _clause(name: str, body: Items, context: Context) -> tuple[Context, Columns]:
    """The names in reach after a clause, and its columns if it is RETURN."""
    if name == "MATCH":
        return _match(body, context), {}
    if name in ("WITH", "RETURN"):
        columns = _projected(body, context, keeps=name == "WITH")
        return context.only({column: amount.shape for column, amount in columns.items()}), columns
    if name == "UNWIND":
        as_word = find(body, lambda item: is_word(item, "AS"))
        variable = body[as_word + 1] if as_word + 2 == len(body) else None
        if not isinstance(variable, Token) or not is_name(variable):
            raise QueryRefused("After UNWIND stand a list, the word as, and a name.")
        shape = _unwound(body[:as_word], context).each
        return context.multiplied().binding({new_name(variable): shape.settled}), {}
    if name == "CALL":
        return _called(body, context), {}
    if name == "FILTER":
        context.weigh(body[1:] if body and is_word(body[0], "WHERE") else body)
        return context, {}
    if name == "LET":
        return _let(body, context), {}
    raise QueryRefused("OPTIONAL stands before MATCH or CALL.")


def _let(body: Items, context: Context) -> Context:
    for part in split(body, ","):
        variable = part[0] if len(part) > 2 and is_sign(part[1], "=") else None
        if not isinstance(variable, Token) or not is_name(variable):
            raise QueryRefused("LET cannot be read: write LET x = value.")
        context = context.binding({new_name(variable): _made(part[2:], context).shape})
    return context


def _made(expression: Items, context: Context) -> Amount:
    """A value that each row carries on from here."""
    amount = context.weigh(expression)
    if context.single:
        return Amount(replace(amount.shape, gathered=True), amount.steps)
    if len(expression) > 1 or isinstance(expression[0], Group):
        carried(amount.shape, MOST_CARRIED)
    return amount


def _unwound(expression: Items, context: Context) -> Shape:
    """What is unwound: a range may be longer there, it is never held whole."""
    if len(expression) == 2 and is_word(expression[0], "RANGE") and isinstance(expression[1], Group):
        return ranged(split(expression[1].items, ","), context, MOST_RANGE).shape
    return context.weigh(expression).shape


def _match(body: Items, context: Context) -> Context:
    """``pattern [WHERE …] [SEARCH … [WHERE …]]``."""
    search = find(body, lambda item: is_word(item, "SEARCH"))
    where = find(body[:search], lambda item: is_word(item, "WHERE"))
    inside = context.binding(context.pattern(body[:where]))
    inside.weigh(body[where + 1 : search])
    if search < len(body):
        where = find(body, lambda item: is_word(item, "WHERE"), search)
        inside = _searched(body[search + 1 : where], inside)
        inside.weigh(body[where + 1 :])
    return inside.multiplied()


def _searched(body: Items, context: Context) -> Context:
    """``n IN (VECTOR INDEX name FOR $v [WHERE …] LIMIT k) [SCORE AS s]``."""
    group = body[2] if len(body) > 2 and is_word(body[1], "IN") else None
    if not isinstance(group, Group) or not is_name(body[0]) or not _of_index(group.items):
        raise QueryRefused(_SEARCH)
    items = group.items
    limit = find(items, lambda item: is_word(item, "LIMIT"))
    _hold_nearest(items[limit + 1 :], context)
    where = find(items[:limit], lambda item: is_word(item, "WHERE"))
    context.weigh(items[4:where])
    context.weigh(items[where + 1 : limit])
    if len(body) == 3:
        return context
    score = body[5] if len(body) == 6 and is_word(body[3], "SCORE") and is_word(body[4], "AS") else None
    if not isinstance(score, Token) or not is_name(score):
        raise QueryRefused(_SEARCH)
    return context.binding({new_name(score): UNIT})


def _of_index(items: Items) -> bool:
    """Whether it begins with ``VECTOR INDEX name FOR``."""
    return (
        len(items) > 4
        and is_word(items[0], "VECTOR", "FULLTEXT")
        and is_word(items[1], "INDEX")
        and is_name(items[2])
        and is_word(items[3], "FOR")
    )


def _hold_nearest(items: Items, context: Context) -> None:
    count = _count(items, context)
    if count is None or count > MOST_NEAREST:
        raise QueryRefused(f"How many neighbours are wanted is a number or a parameter, at most {MOST_NEAREST:,}.")


def _projected(body: Items, context: Context, keeps: bool) -> Columns:
    """``DISTINCT a, b AS c ORDER BY … SKIP … LIMIT … WHERE …``."""
    tails = [at for at in range(len(body)) if _is_boundary(body, at, set(_TAILS)) and not _is_known(body[at], context)]
    head = body[: tails[0]] if tails else body
    if head and is_word(head[0], "DISTINCT"):
        head = head[1:]
    columns: dict[str, Amount] = {}
    for number, part in enumerate(split(head, ",")):
        if len(part) == 1 and is_sign(part[0], "*"):
            columns.update({name: Amount(shape) for name, shape in context.variables.items()})
            continue
        name, expression = _named(part, number)
        columns[name] = context.weigh(expression) if context.outermost and not keeps else _made(expression, context)
    _hold_sorted(body, tails, columns, context)
    inside = context.binding({name: amount.shape for name, amount in columns.items()})
    for start, stop in pairwise([*tails, len(body)]):
        for expression in split(body[start + 1 : stop], ","):
            (inside if keeps or not is_word(body[start], "WHERE") else context).weigh(expression)
    return columns


def _is_known(item: Item, context: Context) -> bool:
    """Whether a word such as ``offset`` is the name of something here."""
    return isinstance(item, Token) and item.value in context.variables


def _hold_sorted(body: Items, tails: list[int], columns: Columns, context: Context) -> None:
    """What is sorted is cut: the server's memory limit does not see what the rows carry through a sort."""
    parts = {_upper(body[start]): body[start + 1 : stop] for start, stop in pairwise([*tails, len(body)])}
    if "ORDER" not in parts:
        return
    counts = [_count(parts[word], context) for word in ("LIMIT", "SKIP", "OFFSET") if word in parts]
    rows = sum(count or 0 for count in counts)
    if "LIMIT" not in parts or None in counts or rows > MOST_ROWS:
        raise QueryRefused(
            f"ORDER BY needs a LIMIT there, with SKIP at most {MOST_ROWS:,}: the server holds all rows that it sorts. "
            "Nothing was run."
        )
    large = [amount.shape for amount in columns.values() if amount.shape.total > 1 and not amount.shape.gathered]
    carried(Shape(sum(shape.total for shape in large)), MOST_SORTED / max(rows, 1))


def _upper(item: Item) -> str:
    return item.upper if isinstance(item, Token) else ""


def _count(items: Items, context: Context) -> int | None:
    """A number that is written out or a parameter."""
    item = items[0] if len(items) == 1 else None
    if not isinstance(item, Token):
        return None
    value = context.parameter(item) if item.kind == "param" else item.text
    return int(str(value)) if str(value).isdigit() else None


def _named(part: Items, number: int) -> tuple[str, Items]:
    """A column's name and its expression; a name that nothing can refer to where none is given."""
    alias = part[-1] if len(part) > 2 and is_word(part[-2], "AS") else None
    if isinstance(alias, Token):
        return new_name(alias), part[:-2]
    only = part[0] if len(part) == 1 else None
    return (only.value if isinstance(only, Token) and is_name(only) else f"{number}. column"), part


def _called(body: Items, context: Context) -> Context:
    """A query in braces, or a procedure."""
    at = 1 if body and is_group(body[0], "(") else 0
    braces = body[at] if at < len(body) else None
    if not isinstance(braces, Group) or braces.open != "{":
        return _procedure(body, context)
    if len(body) > at + 1:
        raise QueryRefused(
            "CALL { … } IN TRANSACTIONS is refused, it is for writing: leave out what follows the braces."
        )
    inside = context
    taken = body[0]
    if at and isinstance(taken, Group) and not any(is_sign(item, "*") for item in taken.items):
        names = [part[0] for part in split(taken.items, ",")]
        inside = context.only({one.value: context.variable(one) for one in names if isinstance(one, Token)})
    columns = inside.query(braces.items)
    return context.multiplied().binding({name: amount.shape for name, amount in columns.items()})


def _procedure(body: Items, context: Context) -> Context:
    at = find(body, lambda item: isinstance(item, Group) or is_word(item, "YIELD"))
    words = [item for item in body[:at] if isinstance(item, Token)]
    name = "".join(word.value for word in words)
    most = PROCEDURES.get(name.lower())
    if most is None or any(not (is_name(word) or is_sign(word, ".")) for word in words):
        raise QueryRefused(f"The procedure {name} is not allowed. These are: {', '.join(PROCEDURES)}. Nothing was run.")
    group = body[at] if at < len(body) else None
    arguments = split(group.items, ",") if isinstance(group, Group) else []
    if len(arguments) != most:
        raise QueryRefused(f"{name} takes {most} arguments here.")
    for argument in arguments:
        context.weigh(argument)
    if most == 3:
        _hold_nearest(arguments[1], context)
    return _yielded(body[at + isinstance(group, Group) :], context)


def _yielded(items: Items, context: Context) -> Context:
    if not items:
        return context.multiplied()
    if not is_word(items[0], "YIELD"):
        raise QueryRefused("What follows a procedure cannot be read: write CALL db.labels() YIELD label.")
    where = find(items, lambda item: is_word(item, "WHERE"))
    names: dict[str, Shape] = {}
    for part in split(items[1:where], ","):
        last = part[-1]
        if not isinstance(last, Token) or not is_name(last) or len(part) not in (1, 3):
            raise QueryRefused("Write out what a procedure yields: YIELD node, score.")
        names[new_name(last)] = UNIT
    inside = context.multiplied().binding(names)
    inside.weigh(items[where + 1 :])
    return inside
