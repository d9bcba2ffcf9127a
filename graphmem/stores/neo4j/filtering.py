"""Lays what filters ask for out as tokens, so that a query passes over most memories that a filter cannot take.

Cypher cannot look into metadata, which is JSON text. So each memory bears its fields as tokens, such as ``city="Lisbon"``,
and a filter becomes groups of tokens of which each memory it takes has one. Where that is all the filter says it is
`exact`; otherwise what comes back is asked `graphmem.domain.filter.matches`, whose meaning counts.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphmem.domain.filter import And, Comparison, Filter
from graphmem.domain.memory import MemoryRecord

CATEGORIES = "categories"
COLUMNS = ("memory_type", "role", "actor_id")
"""Fields besides metadata and categories that are laid out, too; the others are compared when the row is here."""
LONGEST = 120
"""Characters of a token that are kept as they are; of a longer one, a digest."""


@dataclass(frozen=True, slots=True)
class Required:
    """What a memory must bear for a filter to take it: of each group at least one token. `exact`: and that is enough."""

    groups: tuple[tuple[str, ...], ...] = ()
    exact: bool = True


def tokens_of(memory: MemoryRecord) -> list[str]:
    """The tokens of a memory, each once, in order."""
    found = {_token(CATEGORIES, category, listed=True) for category in memory.categories}
    found |= {_token(name, value) for name in COLUMNS if (value := getattr(memory, name)) is not None}
    found |= set(_metadata_tokens(memory.metadata))
    return sorted(found)


def _metadata_tokens(metadata: dict[str, Any]) -> Iterator[str]:
    pending: list[tuple[tuple[str, ...], Any]] = [((), metadata)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*path, key), inner) for key, inner in value.items()]
        elif isinstance(value, list | tuple):
            yield from (_token(path, one, listed=True) for one in value if not isinstance(one, list | tuple | dict))
        elif value is not None:
            yield _token(path, value)


def required(chosen: Filter | None) -> Required:
    """The tokens that a filter asks for."""
    if chosen is None:
        return Required()
    if isinstance(chosen, And):
        parts = [required(part) for part in chosen.parts]
        return Required(tuple(group for part in parts for group in part.groups), all(part.exact for part in parts))
    group = _group(chosen) if isinstance(chosen, Comparison) else None
    return Required(exact=False) if group is None else Required((group,))


def _group(test: Comparison) -> tuple[str, ...] | None:
    """The tokens of which a memory has one exactly when the test holds; None for a test that tokens cannot tell."""
    listed = test.field == CATEGORIES
    if isinstance(test.field, str) and not listed and test.field not in COLUMNS:
        return None
    if test.operator == "contains" and (listed or not isinstance(test.operand, str)):
        return None if isinstance(test.field, str) and not listed else _tokens(test.field, [test.operand], listed=True)
    operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    if test.operator not in ("eq", "in") or (None in operands and not listed):
        return None
    return _tokens(test.field, operands, listed=listed)


def _tokens(field: str | tuple[str, ...], operands: Sequence[Any], *, listed: bool) -> tuple[str, ...]:
    return tuple(_token(field, operand, listed=listed) for operand in operands)


def _token(field: str | tuple[str, ...], value: Any, *, listed: bool = False) -> str:
    """``field=value``; ``metadata.a.b=value`` for a path, its steps as JSON where they hold a dot; ``[]`` for an element."""
    name = field if isinstance(field, str) else "metadata" + "".join(f".{_step(step)}" for step in field)
    token = f"{name}{'[]' if listed else ''}={_written(value)}"
    if len(token) <= LONGEST:
        return token
    return f"#{hashlib.blake2b(token.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def _step(step: str) -> str:
    return step if step.isalnum() else json.dumps(step)


def _written(value: Any) -> str:
    """JSON, the same for numbers that are equal."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False, default=str)
