"""Judges the plan that EXPLAIN gives: its type, each of its operators, and what they say they do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphmem.errors import QueryRefused
from graphmem.stores.neo4j.analysis.allowed import OPERATORS, PROCEDURES

_PROCEDURE = re.compile(r"\s*([\w.]+)\s*\(")
_IN_DETAILS = re.compile(
    r"\bLOAD\s+CSV\b|\bIN\s+(?:\w+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS\b|\bCALL\s+(?:dbms|tx|apoc|genai)\b"
)
"""What a subquery inside of a list would show of itself: it has no operators of its own in the plan."""


def check_plan(plan: Mapping[str, Any] | None, query_type: str | None) -> None:
    """Raises QueryRefused for a plan that does more than read the graph."""
    if query_type != "r" or plan is None:
        raise QueryRefused("The server takes the query for one that does more than read. Nothing was run.")
    for operator, details in _operators(plan):
        name = re.sub(r"\(.*\)$", "", operator.split("@", 1)[0], flags=re.DOTALL)
        if name not in OPERATORS:
            raise QueryRefused(f"The plan holds {name}, which is not among the operators that read. Nothing was run.")
        if name == "ProcedureCall":
            _check_procedure(details)
        if found := _IN_DETAILS.search(_STRINGS.sub("''", details)):
            raise QueryRefused(f"The plan holds {found.group()}. Nothing was run.")


_STRINGS = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`", re.DOTALL)


def _check_procedure(details: str) -> None:
    called = _PROCEDURE.match(details)
    if called is None or called[1].lower() not in PROCEDURES:
        raise QueryRefused(
            f"The plan calls {called[1] if called else 'a procedure'}, which is not allowed. Nothing was run."
        )


def _operators(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each operator's name and details, from the plan as the driver gives it."""
    waiting = [plan]
    while waiting:
        one = waiting.pop()
        yield str(one.get("operatorType", "")), str((one.get("args") or {}).get("Details", ""))
        waiting.extend(one.get("children") or ())
