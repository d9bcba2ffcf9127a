"""Turns a filter into a condition on memories that means the same as `graphmem.domain.filter.matches`.

The text is put together from the closed set of fragments in queries/filter.sql; every value is bound.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from graphmem.domain.filter import TIME_FIELDS, And, Filter, Not, Or
from graphmem.stores.sqlite.rows import as_json, written
from graphmem.stores.sqlite.statements import fragment

CATEGORIES = "categories"
"""Stands for a path in `memory_field`: no JSON array is written like this."""
ALWAYS, NEVER = "1", "0"
_OPPOSITES = {"ne": "eq", "nin": "in"}


class Condition:
    """A filter as SQL: `text` to stand in a WHERE, `values` to bind by name."""

    def __init__(self, chosen: Filter | None) -> None:
        self.values: dict[str, Any] = {}
        self.text = ALWAYS if chosen is None else self._of(chosen)

    def _bind(self, value: object) -> str:
        name = f"filter_{len(self.values)}"
        self.values[name] = written(value) if isinstance(value, datetime) else value
        return f":{name}"

    def _of(self, chosen: Filter) -> str:
        if isinstance(chosen, And):
            return _joined([self._of(part) for part in chosen.parts], " AND ", ALWAYS)
        if isinstance(chosen, Or):
            return _joined([self._of(part) for part in chosen.parts], " OR ", NEVER)
        if isinstance(chosen, Not):
            return f"(NOT {self._of(chosen.part)})"
        if chosen.operator in _OPPOSITES:
            return f"(NOT {self._test(chosen.field, _OPPOSITES[chosen.operator], chosen.operand)})"
        return self._test(chosen.field, chosen.operator, chosen.operand)

    def _test(self, field: str | tuple[str, ...], operator: str, operand: Any) -> str:
        if operator == "in":
            return _joined([self._test(field, "eq", one) for one in operand], " OR ", NEVER)
        if field == CATEGORIES:
            return self._category(operator, operand)
        if isinstance(field, str):
            return self._column(field, operator, operand)
        return self._metadata(as_json(list(field)), operator, operand)

    def _column(self, field: str, operator: str, operand: Any) -> str:
        column = fragment(f"text_{field}")
        if operator == "exists":
            missing = fragment("column_missing", column)
            return f"(NOT {missing})" if operand else missing
        if operand is None:
            return fragment("column_missing", column) if operator == "eq" else NEVER
        if not isinstance(operand, datetime if field in TIME_FIELDS else str):
            return NEVER
        if operator == "icontains":
            operand = str(operand).casefold()
        return _filled(fragment(f"column_{operator}", column), VALUE=self._bind(operand))

    def _category(self, operator: str, operand: Any) -> str:
        if operator == "exists":
            some = self._field(CATEGORIES, 1, fragment("test_any"))
            return some if operand else f"(NOT {some})"
        if not isinstance(operand, str):
            return NEVER
        if operator == "icontains":
            return self._field(CATEGORIES, 1, self._compared("ieq", operand.casefold()))
        return self._field(CATEGORIES, 1, self._compared("eq", operand)) if operator in ("eq", "contains") else NEVER

    def _metadata(self, path: str, operator: str, operand: Any) -> str:
        if operator == "exists" or (operator == "eq" and operand is None):
            there = self._field(path, 0, fragment("test_any"))
            return there if operator == "exists" and operand else f"(NOT {there})"
        if operator == "contains":
            element = self._field(path, 1, self._compared("eq", operand))
            if not isinstance(operand, str):
                return element
            return _joined([self._field(path, 0, self._compared("contains", operand)), element], " OR ", NEVER)
        if operator == "icontains":
            within = self._field(path, 0, self._compared("icontains", operand.casefold()))
            return _joined([within, self._field(path, 1, self._compared("ieq", operand.casefold()))], " OR ", NEVER)
        if kind_of(operand) == "boolean" and operator != "eq":
            return NEVER
        return self._field(path, 0, self._compared(operator, operand))

    def _compared(self, test: str, operand: Any) -> str:
        kind = kind_of(operand)
        value = 0 if operand is None else int(operand) if isinstance(operand, bool) else operand
        return _filled(fragment(f"test_{test}"), KIND=self._bind(kind), VALUE=self._bind(value))

    def _field(self, path: str, listed: int, test: str) -> str:
        return _filled(fragment("field"), PATH=self._bind(path), LISTED=str(listed), TEST=test)


def _filled(text: str, **parts: str) -> str:
    """Put bound names and tests into a fragment, all at once: what is put in is not looked at again."""
    return re.sub(r"\b(PATH|LISTED|TEST|KIND|VALUE)\b", lambda found: parts.get(found[1], found[1]), text)


def _joined(parts: Sequence[str], word: str, empty: str) -> str:
    """All parts in one condition, as a balanced tree: SQLite limits how deep an expression may be."""
    if len(parts) < 2:
        return parts[0] if parts else empty
    middle = len(parts) // 2
    return f"({_joined(parts[:middle], word, empty)}{word}{_joined(parts[middle:], word, empty)})"


def kind_of(value: object) -> str:
    """The kind under which a JSON value stands in `memory_field`."""
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "null" if value is None else "list" if isinstance(value, list | tuple) else "object"
