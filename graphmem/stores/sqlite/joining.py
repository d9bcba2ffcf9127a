"""Lets one entity stand for another, and takes that back: rows keep what they name and belong to who stands for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from graphmem.domain.sameness import representatives
from graphmem.stores.sqlite.rows import as_list
from graphmem.stores.sqlite.statements import statement


def stand_again(connection: sqlite3.Connection, numbers: Iterable[int], touched: dict[str, set[int]]) -> None:
    """Find out anew who stands for these entities and all that are or were joined with them, and move the rows over.

    `touched` collects rows by kind for the change log."""
    asked = {"numbers": as_list(sorted(numbers))}
    members = connection.execute(statement("joined_with"), asked).fetchall()
    ids = {id_: number for number, id_, _ in members}
    pairs = connection.execute(statement("pairs_joined"), {"numbers": as_list(sorted(ids.values()))}).fetchall()
    leaders = representatives(pairs)
    for number, id_, before in members:
        touched["entity"].add(number)
        stands = ids[leaders.get(id_, id_)]
        if stands != before:
            _move(connection, number, stands, touched)


def _move(connection: sqlite3.Connection, number: int, stands: int, touched: dict[str, set[int]]) -> None:
    for kind, row in connection.execute(statement("rows_standing"), {"number": number}):
        touched[kind].add(row)
    apart = stands == number
    values = {
        "number": number,
        "stands": stands,
        "said": None if apart else number,
        "leader": None if apart else stands,
    }
    for name in ("stand_entity", "stand_mentions", "stand_memories", "stand_subjects", "stand_objects"):
        connection.execute(statement(name), values)


def leave(connection: sqlite3.Connection, gone: Iterable[int], touched: dict[str, set[int]]) -> None:
    """Take entities that nothing names any more out of what is said of them, so that no row belongs to them; what was decided of
    their pairs goes, and its history."""
    numbers = sorted(gone)
    members = connection.execute(statement("joined_with"), {"numbers": as_list(numbers)}).fetchall()
    for name in ("drop_same_history", "drop_same"):
        connection.executemany(statement(name), [{"number": number} for number in numbers])
    if any(stands != number for number, _, stands in members):
        stand_again(connection, [number for number, _, _ in members], touched)
