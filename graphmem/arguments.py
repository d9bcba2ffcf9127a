"""Checks of arguments that several public calls share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from graphmem.domain.filter import And, Filter, parse_filter
from graphmem.domain.scope import Scope
from graphmem.errors import InputError
from graphmem.remember.normalise import check_categories


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
        raise InputError(f"{name}={value!r}: give a whole number from {low} to {high:,}.")
    return value


def combined(filters: Mapping[str, Any] | Filter | None, categories: Sequence[str] | None) -> Filter | None:
    """`filters`, and any of `categories` besides. Raises InvalidFilter or InvalidMetadata."""
    parsed = parse_filter(filters)
    if not categories:
        return parsed
    within = parse_filter({"categories": {"in": list(check_categories(categories))}})
    assert within is not None
    return within if parsed is None else And((parsed, within))
