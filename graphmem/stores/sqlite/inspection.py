"""Looks for what must not be in a file that opens, and sets right what can be set right."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from graphmem.domain.flaw import EXAMPLES, Flaw
from graphmem.stores.sqlite.rows import as_list
from graphmem.stores.sqlite.statements import statement
from graphmem.stores.words import marked, words_of

RESTORE = "Restore a backup (graphmem restore) into a new file."
REPAIRABLE = (
    "wrong_support_count",
    "unsupported_fact",
    "unnamed_entity",
    "empty_episode",
    "stray_words",
    "missing_words",
)
"""In this order: a fact that goes may leave an entity that nothing names."""


def inspect(connection: sqlite3.Connection, repair: bool) -> list[Flaw]:
    """Every kind of flaw that is there; with `repair`, in one transaction set right where that loses nothing that was said."""
    damage = [row[0] for row in connection.execute(statement("integrity")) if row[0] != "ok"]
    if damage:
        return [Flaw(kind="damaged_file", count=len(damage), examples=tuple(damage[:EXAMPLES]), remedy=RESTORE)]
    flaws = []
    broken = [f"{table} row {row}" for table, row, *_ in connection.execute(statement("broken_references"))]
    if broken:
        flaws.append(
            Flaw(kind="broken_reference", count=len(broken), examples=tuple(broken[:EXAMPLES]), remedy=RESTORE)
        )
    for kind in REPAIRABLE:
        ids = _found(connection, kind)
        if ids:
            repaired = _repair(connection, kind, ids) if repair else 0
            remedy = "" if repaired else "graphmem check --repair sets it right."
            flaws.append(_flaw(kind, ids, repaired, remedy))
    ids = _found(connection, "missing_vector")
    if ids:
        flaws.append(
            _flaw("missing_vector", ids, 0, "They are found by words and names only; graphmem reembed makes them.")
        )
    if any(flaw.repaired for flaw in flaws):
        connection.execute(statement("forget_the_log"))
    return flaws


def _found(connection: sqlite3.Connection, kind: str) -> list[str]:
    return [row[0] for row in connection.execute(statement(f"find_{kind}"))]


def _flaw(kind: str, ids: Sequence[str], repaired: int, remedy: str) -> Flaw:
    return Flaw(kind=kind, count=len(ids), examples=tuple(ids[:EXAMPLES]), repaired=repaired, remedy=remedy)


def _repair(connection: sqlite3.Connection, kind: str, ids: Sequence[str]) -> int:
    if kind != "missing_words":
        connection.execute(statement(f"repair_{kind}"), {"ids": as_list(ids)})
        return len(ids)
    rows = connection.execute(statement("words_to_write_again"), {"ids": as_list(ids)}).fetchall()
    for number, owner, actor, text in rows:
        spoken = words_of(f"{actor}: {text}" if actor else text)
        connection.execute(statement("add_words"), {"number": number, "words": marked(owner, spoken)})
    return len(rows)
