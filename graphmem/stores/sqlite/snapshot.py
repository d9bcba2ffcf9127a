"""One read: a connection in a transaction, with what every question needs at hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from graphmem.domain.filter import Filter
from graphmem.domain.query import View
from graphmem.domain.scope import Scope
from graphmem.stores.sqlite.filter_sql import Condition
from graphmem.stores.sqlite.mirror import Mask, Mirror, Numbers, Shelf, ShelfKind
from graphmem.stores.sqlite.rows import as_list, scope_values, view_values
from graphmem.stores.sqlite.statements import statement

NO_OWNER = -1
"""Bound for an owner that has no rows: it matches nothing."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment. It lives as long as the transaction that it was made in."""

    connection: sqlite3.Connection
    mirror: Mirror

    def owner_state(self, owner: str) -> tuple[int, int, int]:
        """Number, version and start of the change log; (-1, 0, 0) for an owner that has written nothing."""
        found = self.connection.execute(statement("owner_state"), {"name": owner}).fetchone()
        return found or (NO_OWNER, 0, 0)

    def shelf(self, scope: Scope, kind: ShelfKind) -> Shelf:
        """The rows of a kind of the scope's owner, all of them."""
        number, version, log_since = self.owner_state(scope.owner)
        return self.mirror.shelf(self.connection, number, kind, version, log_since)

    def ties(self, scope: Scope) -> Shelf | None:
        """The facts of the scope's owner without their vectors; None while it is better to ask the file."""
        number, version, log_since = self.owner_state(scope.owner)
        if not self.mirror.is_worth_ties(number):
            return None
        return self.mirror.shelf(self.connection, number, "tie", version, log_since)

    def values(self, scope: Scope | None, view: View | None = None) -> dict[str, Any]:
        """What the fragments `scope`, `scope_by_row` and `view` bind; without a scope, everything is in it."""
        values: dict[str, Any] = {"owner": None, "user_id": None, "agent_id": None, "run_id": None}
        if scope is not None:
            values = {"owner": self.owner_state(scope.owner)[0], **scope_values(scope)}
        return values | (view_values(view) if view is not None else {})

    def rows(
        self, name: str, values: Mapping[str, Any], slots: Mapping[str, str] | None = None, **lists: Iterable[Any]
    ) -> list[Any]:
        """All rows of a statement; `lists` are bound as JSON arrays."""
        bound = {key: as_list(one) for key, one in lists.items()}
        return self.connection.execute(statement(name, **(slots or {})), {**values, **bound}).fetchall()

    def integers(self, name: str, width: int, values: Mapping[str, Any], **lists: Iterable[Any]) -> Numbers:
        """The same for a statement of whole numbers: int64 [n, width], and never a thousand tuples at once, which would set off
        the collector."""
        bound = {key: as_list(one) for key, one in lists.items()}
        found = self.connection.execute(statement(name), {**values, **bound})
        return np.fromiter(chain.from_iterable(found), dtype=np.int64).reshape(-1, width)

    def filtered(self, scope: Scope, shelf: Shelf, chosen: Filter | None) -> Mask | None:
        """Which memories of the shelf a filter takes; None when there is no filter."""
        if chosen is None:
            return None
        condition = Condition(chosen)
        values = self.values(scope) | condition.values
        rows = self.rows("memory_numbers_filtered", values, {"filter": condition.text})
        return shelf.marked(numbers_of(row[0] for row in rows))


def numbers_of(numbers: Iterable[int]) -> Numbers:
    """Row numbers as an array."""
    return np.fromiter(numbers, dtype=np.int64)
