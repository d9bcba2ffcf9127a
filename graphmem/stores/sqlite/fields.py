"""Lays metadata and categories out, a row for each value, so that a filter finds them by an index."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphmem.domain.memory import MemoryRecord
from graphmem.stores.sqlite.filter_sql import CATEGORIES, kind_of
from graphmem.stores.sqlite.rows import as_json


def fields_of(memory: MemoryRecord) -> Iterator[dict[str, Any]]:
    """The rows of `memory_field` for a memory. A null is a field that is missing, but for an element of a list."""
    for category in memory.categories:
        yield _row(CATEGORIES, category, in_list=1)
    pending: list[tuple[list[str], Any]] = [([], memory.metadata)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending += [([*path, key], inner) for key, inner in value.items()]
        if path and value is not None:
            yield _row(as_json(path), value)
            if isinstance(value, list):
                simple = (one for one in value if not isinstance(one, list | dict))
                yield from (_row(as_json(path), one, in_list=1) for one in simple)


def _row(path: str, value: Any, in_list: int = 0) -> dict[str, Any]:
    kind = kind_of(value)
    simple = kind in ("string", "number", "boolean")
    return {"path": path, "kind": kind, "value": value if simple else 0, "in_list": in_list}
