"""Ties each file in cypher/ to the types of what goes in and what comes out, so that neither can drift unseen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar

from graphmem.shipped import shipped

Params = TypeVar("Params")
Row = TypeVar("Row", bound=tuple[Any, ...])

_SLOT = re.compile(r"^\s*// \[\[(\w+)\]\].*$", re.MULTILINE)
"""A comment line that a constant may take the place of: the file can be pasted into Neo4j Browser as it is."""
_NAME = re.compile(r"\$(\w+)")
GIVEN = "given"
"""The one parameter that a query is sent with: a map of its ``$names``."""


@cache
def cypher(path: str) -> str:
    """The text of ``cypher/<path>.cypher``."""
    return shipped("cypher", *f"{path}.cypher".split("/")).read_text(encoding="utf-8")


@lru_cache(maxsize=512)
def gathered(text: str) -> str:
    """The query with each ``$name`` as ``$given.name``, so that one plan serves all values.

    A server keeps a plan for each combination of the types of its parameters, a null and a string being two, and of the
    lengths of strings and lists to the power of ten (ADR 0007). Our searches would be planned again, in up to a second each,
    for dozens of combinations; a map is one type.
    """
    return _NAME.sub(rf"${GIVEN}.\1", text)


@dataclass(frozen=True)
class Query(Generic[Params, Row]):
    """The query in ``cypher/<path>.cypher``.

    `params`: a frozen dataclass (or None) whose fields are the ``$names`` of the text; `row`: a NamedTuple whose fields are its
    columns, in order. A line ``// [[slot]]`` is replaced by one of the constants that `slots` allows, never by a caller's value.
    `long`: it goes through everything that an owner or the database has, and may take its time.
    """

    path: str
    params: type[Params]
    row: type[Row]
    long: bool = False

    def text(self, **slots: str) -> str:
        """The query, its slots filled; a slot that is not given stays the comment that it is."""
        return _SLOT.sub(lambda line: slots.get(line[1], line[0]), cypher(self.path)) if slots else cypher(self.path)

    @property
    def columns(self) -> tuple[str, ...]:
        """What the query returns, in order."""
        fields: tuple[str, ...] = getattr(self.row, "_fields")  # noqa: B009 (a NamedTuple's, which its bound does not tell)
        return fields

    def rows(self, records: list[tuple[Any, ...]]) -> list[Row]:
        """The records as rows."""
        return [self.row(*record) for record in records]
