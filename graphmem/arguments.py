"""Checks of arguments that several public calls share."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from graphmem.domain.filter import And, Filter, parse_filter
from graphmem.domain.ontology import Ontology
from graphmem.domain.relations import DEFAULT
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, InvalidTime, quoted
from graphmem.remember.draft import canonical_predicate
from graphmem.remember.normalise import TimeInput, check_categories, check_text, moment

MOST_ROWS = 10_000
_CURSOR = re.compile(r"(?:mem|fact|ent|ing)_[0-9a-v]{26}")


class Unset:
    """The type of UNSET: "leave as it is", where None means "none"."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset()


def optional_scope(user_id: str | None, agent_id: str | None, run_id: str | None) -> Scope | None:
    """The scope of a call that may do without one."""
    if user_id is None and agent_id is None and run_id is None:
        return None
    return Scope(user_id, agent_id, run_id)


def between(name: str, value: int, low: int, high: int) -> int:
    """`value` if it is a whole number in range. Raises InputError."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise InputError(f"{name}={quoted(value)}: give a whole number from {low} to {high:,}.")
    return value


def combined(filters: Mapping[str, Any] | Filter | None, categories: Sequence[str] | None) -> Filter | None:
    """`filters`, and any of `categories` besides. Raises InvalidFilter or InvalidMetadata."""
    parsed = parse_filter(filters)
    if not categories:
        return parsed
    within = parse_filter({"categories": {"in": list(check_categories(categories))}})
    assert within is not None
    return within if parsed is None else And((parsed, within))


def check_id_given(given: object, name: str = "memory_id") -> str:
    """An id as text, a memory's if nothing else is said. Raises InputError for anything else."""
    if not isinstance(given, str) or not given:
        raise InputError(f"{name} must be a non-empty string, not {quoted(given)}.")
    check_text(given, name)
    return given


def cursor_of(cursor: object) -> str | None:
    """A page's `next_cursor`. Raises InputError for what no page can have given."""
    if cursor is None:
        return None
    if not isinstance(cursor, str) or not _CURSOR.fullmatch(cursor):
        raise InputError(f"cursor={quoted(cursor)} is none that a page gave: pass its next_cursor, or leave it out.")
    return cursor


def number(name: str, value: object) -> float | None:
    """A finite number, or None. Raises InputError."""
    if value is None:
        return None
    try:
        if not isinstance(value, bool) and isinstance(value, int | float) and math.isfinite(value):
            return float(value)
    except OverflowError:  # a whole number that no float can hold
        pass
    raise InputError(f"{name}={quoted(value)}: give a number.")


def expiry(value: TimeInput, now: datetime) -> datetime | None:
    """When a memory expires. Raises InvalidTime for a time that has passed: nobody could ever read it."""
    when = moment(value, "expires_at")
    if when is not None and when <= now:
        raise InvalidTime(f"expires_at={value} has passed already: give a later time, or delete the memory.")
    return when


def name_of(name: str | None, what: str) -> str | None:
    """An entity's name, or None. Raises InvalidText."""
    return None if name is None else check_text(name, what)


def predicate_forms(predicate: str | None, ontology: Ontology | None = None) -> tuple[str, ...] | None:
    """A predicate as it may be stored: "works at", ``works_at`` and ``work_at`` are asked for alike, and so is what says the same by the
    vocabulary or the ontology: ``live_in`` finds ``reside_in`` and ``move_to``. Raises InvalidText."""
    if predicate is None:
        return None
    check_text(predicate, "predicate")
    canonical = canonical_predicate(predicate)
    verb, _, rest = canonical.partition("_")
    base = re.sub(r"(?:(?<=[sxz])es|(?<=[cs]h)es|(?<=[^su])s)$", "", verb) if len(verb) > 3 else verb
    base = re.sub(r"ie$", "y", base) if base != verb else base
    forms = [canonical, "_".join(part for part in (base, rest) if part)]
    vocabulary = DEFAULT if ontology is None else ontology.vocabulary
    known = next((form for form in forms if vocabulary.meaning(form)), canonical)
    return tuple(dict.fromkeys([*forms, *sorted(vocabulary.said_alike(known))]))
