"""Tells who closes a row, and when, once what had closed it is gone: the first that stays, from where it began."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Closing(NamedTuple):
    """What closed a row (None: nothing did), and when it ended in the world, as the store writes it (None: not at all, or it never
    held)."""

    by: str | None
    at: Any = None


OPEN = Closing(None)


def heir(by: str | None, gone: Mapping[str, Closing]) -> Closing:
    """Who closes a row that `by` had closed once those in `gone`, by id with what had closed each, are purged: the first that
    stays, where the last of those between ended for it; OPEN if there is none."""
    at = None
    seen: set[str] = set()
    while by is not None and by in gone and by not in seen:
        seen.add(by)
        by, at = gone[by]
    return OPEN if by is None or by in gone else Closing(by, at)
