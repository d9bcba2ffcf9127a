"""The filter grammar, as values: one for search, get_all and delete_all, the same meaning in every store.

Written as a mapping::

    {"city": "Lisbon"}                                  equal (`city` is a metadata key; `metadata.city` says so outright)
    {"metadata.address.zip": {"exists": True}}          nested keys, by dots after `metadata.`
    {"score": {"gte": 3, "lt": 9}}                      several operators on one field must all hold
    {"AND": [...]}, {"OR": [...]}, {"NOT": {...}}       several keys in one mapping must all hold; NOT of a list means none

What `memory_type` and `role` may be is known: a value that no memory has is refused in eq, ne, in and nin.

Operators: eq ne gt gte lt lte in nin contains icontains exists.
Fields besides metadata: categories, memory_type, role, actor_id, about_id, episode_id, id, and the times created_at,
updated_at, valid_from, valid_to, expires_at (a datetime or an ISO 8601 string). The ids of a scope are no fields: a
scope is an argument.

Meaning, exactly:

* A field that is missing or null equals only null, and none of gt, gte, lt, lte, in (without null in the list),
  contains and icontains holds of it. `ne` and `nin` are the negations of `eq` and `in`, so they hold of it.
* Values of different types are never equal and never ordered: a number is not a string, a boolean is not a number.
  Integers and floats compare by value. Strings are ordered by code point.
* `contains`: a string has the operand (a string) within it, a list has it as an element. `icontains`: the same for
  strings without regard to the case of letters; a list, an element equal without regard to case.
* On `categories`, which is a list, `eq` and `in` ask whether any category is equal; `exists` whether there is any.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final, Literal, TypeAlias, cast

from graphmem.domain.episode import ROLES
from graphmem.domain.memory import MemoryRecord, MemoryType
from graphmem.errors import InvalidFilter, quoted

Operator: TypeAlias = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "contains", "icontains", "exists"]
OPERATORS: Final[tuple[str, ...]] = (
    "eq",
    "ne",
    "gt",
    "gte",
    "lt",
    "lte",
    "in",
    "nin",
    "contains",
    "icontains",
    "exists",
)
IDENTITY_FIELDS: Final = frozenset({"user_id", "agent_id", "run_id", "owner", "scope"})
CLOSED_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "memory_type": tuple(kind.value for kind in MemoryType),
    "role": ROLES,
}
"""All that these fields may hold."""
TEXT_FIELDS: Final = frozenset({"memory_type", "role", "actor_id", "about_id", "episode_id", "id"})
TIME_FIELDS: Final = frozenset({"created_at", "updated_at", "valid_from", "valid_to", "expires_at"})
ORDERINGS: Final = frozenset({"gt", "gte", "lt", "lte"})
MAX_DEPTH = 20
MAX_NODES = 1000
_JOINS = ("AND", "OR", "NOT")

Scalar: TypeAlias = str | int | float | bool | None
Operand: TypeAlias = Scalar | datetime | tuple[Scalar | datetime, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One test of one field. `field` is a name above, or a path into the metadata as a tuple of keys."""

    field: str | tuple[str, ...]
    operator: Operator
    operand: Operand


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts hold."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """At least one of the parts holds."""

    parts: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Filter


Filter: TypeAlias = Comparison | And | Or | Not


def parse_filter(raw: Mapping[str, Any] | Filter | None) -> Filter | None:
    """The filter that a mapping writes down; a Filter and None are given back. Raises InvalidFilter, saying what is wrong."""
    if raw is None or isinstance(raw, Comparison | And | Or | Not):
        return raw
    return _Parser().mapping(raw, "filters", 1)


class _Parser:
    """Counts as it goes, so that no filter can grow without bound."""

    def __init__(self) -> None:
        self._nodes = 0

    def mapping(self, raw: object, where: str, depth: int) -> Filter:
        if not isinstance(raw, Mapping):
            raise InvalidFilter(f"{where} must be a mapping such as {{'city': 'Lisbon'}}, not {type(raw).__name__}.")
        if not raw:
            raise InvalidFilter(f"{where} is empty: leave it out, or name a field.")
        if depth > MAX_DEPTH:
            raise InvalidFilter(f"filters are nested more than {MAX_DEPTH} deep.")
        parts: list[Filter] = []
        for key, value in raw.items():
            self._count()
            if not isinstance(key, str) or not key:
                raise InvalidFilter(f"{where} has the key {quoted(key)}: a field is a non-empty string.")
            join = key.upper()
            parts.append(self._join(join, value, where, depth) if join in _JOINS else self._field(key, value))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _count(self, more: int = 1) -> None:
        self._nodes += more
        if self._nodes > MAX_NODES:
            raise InvalidFilter(f"filters have more than {MAX_NODES} conditions and listed values.")

    def _join(self, join: str, value: object, where: str, depth: int) -> Filter:
        inner = f"{where}.{join}"
        if join == "NOT" and isinstance(value, Mapping):
            return Not(self.mapping(value, inner, depth + 1))
        if not isinstance(value, Sequence) or isinstance(value, str) or not value:
            raise InvalidFilter(f"{inner} needs a list of at least one filter.")
        parts = tuple(self.mapping(part, f"{inner}[{i}]", depth + 1) for i, part in enumerate(value))
        return And(parts) if join == "AND" else Or(parts) if join == "OR" else Not(Or(parts))

    def _field(self, key: str, value: object) -> Filter:
        field = _field_of(key)
        tests = value if isinstance(value, Mapping) else {"eq": value}
        if not tests:
            raise InvalidFilter(f"{key} has an empty mapping: give an operator, one of {', '.join(OPERATORS)}.")
        parts: list[Filter] = []
        for operator, operand in tests.items():
            self._count()
            if operator not in OPERATORS:
                raise InvalidFilter(
                    f"{key} has the unknown operator {quoted(operator)}: use one of {', '.join(OPERATORS)}."
                )
            if operator in ("in", "nin") and isinstance(operand, list | tuple | set | frozenset):
                self._count(len(operand))
            parts.append(Comparison(field, cast(Operator, operator), _operand(key, field, operator, operand)))
        return parts[0] if len(parts) == 1 else And(tuple(parts))


def _field_of(key: str) -> str | tuple[str, ...]:
    if key in IDENTITY_FIELDS:
        raise InvalidFilter(f"{key} is not a field: scope is an argument of the call.")
    if key in TEXT_FIELDS or key in TIME_FIELDS or key == "categories":
        return key
    if key.startswith("metadata."):
        path = tuple(key.removeprefix("metadata.").split("."))
        if not all(path):
            raise InvalidFilter(f"{quoted(key)} has an empty step: write metadata.outer.inner.")
        return path
    return (key,)


def _operand(key: str, field: str | tuple[str, ...], operator: str, operand: object) -> Operand:
    if operator == "exists":
        if not isinstance(operand, bool):
            raise InvalidFilter(f"{key}: exists takes true or false.")
        return operand
    if operator in ("in", "nin"):
        if not isinstance(operand, list | tuple | set | frozenset):
            raise InvalidFilter(f"{key}: {operator} takes a list.")
        return tuple(_known(key, field, _single(key, field, one)) for one in operand)
    single = _single(key, field, operand)
    if operator in ("eq", "ne"):
        return _known(key, field, single)
    if operator == "icontains" and not isinstance(single, str):
        raise InvalidFilter(f"{key}: icontains takes a string.")
    if operator in ("contains", "icontains") and field in TIME_FIELDS:
        raise InvalidFilter(f"{key} is a time: compare it with eq, ne, gt, gte, lt, lte.")
    if operator in ORDERINGS and (single is None or isinstance(single, bool)):
        raise InvalidFilter(f"{key}: {operator} takes a number, a string or a time, not {quoted(operand)}.")
    if operator in ORDERINGS and field == "categories":
        raise InvalidFilter("categories have no order: use contains, in, eq or exists.")
    return single


def _known(key: str, field: str | tuple[str, ...], value: Scalar | datetime) -> Scalar | datetime:
    """The value, if the field can be equal to it. ``procedural_memory``, as mem0 has it, is ``procedural``."""
    allowed = CLOSED_FIELDS.get(field) if isinstance(field, str) else None
    if allowed is None or value is None:
        return value
    said = str(value).removesuffix("_memory") if field == "memory_type" else str(value)
    if said not in allowed:
        raise InvalidFilter(f"{key}: {quoted(value)} is unknown: use {', '.join(allowed)}.")
    return said


def _single(key: str, field: str | tuple[str, ...], value: object) -> Scalar | datetime:
    if field in TIME_FIELDS:
        return None if value is None else _moment(key, value)
    if isinstance(value, float) and value != value:
        raise InvalidFilter(f"{key}: NaN equals nothing.")
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        raise InvalidFilter(f"{key}: {value} does not fit in 64 bits.")
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= c <= "\udfff" for c in value)):
        raise InvalidFilter(f"{key}: the value holds NUL or a lone surrogate.")
    if (
        value is None
        or isinstance(value, str)
        or (isinstance(value, bool | int | float) and not isinstance(field, str))
    ):
        return value
    expected = "a string or null" if isinstance(field, str) else "a string, number, boolean or null"
    raise InvalidFilter(f"{key}: {quoted(value)} is a {type(value).__name__}; give {expected}.")


def _moment(key: str, value: object) -> datetime:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise InvalidFilter(f"{key}: {quoted(value)} is not an ISO 8601 date or time.") from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise InvalidFilter(f"{key} is a time: give a datetime or an ISO 8601 string, not {quoted(value)}.")
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise InvalidFilter(f"{key}: {quoted(value)} is out of range.") from error


def matches(chosen: Filter | None, memory: MemoryRecord) -> bool:
    """Whether the filter takes this memory: the meaning that every store has to give it."""
    if chosen is None:
        return True
    if isinstance(chosen, And):
        return all(matches(part, memory) for part in chosen.parts)
    if isinstance(chosen, Or):
        return any(matches(part, memory) for part in chosen.parts)
    if isinstance(chosen, Not):
        return not matches(chosen.part, memory)
    return _holds(chosen, _value(chosen.field, memory))


def _value(field: str | tuple[str, ...], memory: MemoryRecord) -> Any:
    if isinstance(field, str):
        value = getattr(memory, field)
        return list(value) if field == "categories" else value
    value = memory.metadata
    for key in field:
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def _holds(test: Comparison, value: Any) -> bool:
    operator, operand = test.operator, test.operand
    if operator in ("ne", "nin"):
        positive = Comparison(test.field, "eq" if operator == "ne" else "in", operand)
        return not _holds(positive, value)
    if test.field == "categories" and operator in ("eq", "in", "exists"):
        wanted = operand if isinstance(operand, tuple) else (operand,)
        return bool(value) == operand if operator == "exists" else any(category in wanted for category in value)
    if operator == "exists":
        return (value is not None) == operand
    if operator == "eq":
        return _equal(value, operand)
    if operator == "in":
        return any(_equal(value, one) for one in cast(tuple[Any, ...], operand))
    if operator == "contains":
        if isinstance(value, str):
            return isinstance(operand, str) and operand in value
        return isinstance(value, list) and any(_equal(one, operand) for one in value)
    if operator == "icontains":
        folded = cast(str, operand).casefold()
        if isinstance(value, str):
            return folded in value.casefold()
        return isinstance(value, list) and any(isinstance(one, str) and one.casefold() == folded for one in value)
    return _ordered(value, operator, operand)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "str"
    return "null" if value is None else type(value).__name__


def _equal(value: object, operand: object) -> bool:
    return (
        _kind(value) == _kind(operand)
        and _kind(value) in ("boolean", "number", "null", "str", "datetime")
        and value == operand
    )


def _ordered(value: Any, operator: str, operand: Any) -> bool:
    if _kind(value) != _kind(operand) or _kind(value) not in ("number", "str", "datetime"):
        return False
    if operator == "gt":
        return bool(value > operand)
    if operator == "gte":
        return bool(value >= operand)
    return bool(value < operand) if operator == "lt" else bool(value <= operand)
