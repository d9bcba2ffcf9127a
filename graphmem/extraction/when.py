"""What a phrase of time means, by the library dateparser: kept English only, off the machine's clock, and remembered.

It is asked for phrases that `dates` has found to look like a date, never for running text, since it would see dates in
numbers and names there. The calendar unit that it says a phrase speaks of ("two years ago": a year) becomes the
interval.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

from graphmem.errors import MissingExtra

Interval: TypeAlias = tuple[datetime, datetime, str]
"""From the first moment up to (not including) the last, UTC, and how precise it is: day, week, month, year or longer."""

_PHRASES, _DAYS = 4_096, 128
"""Most phrases, and most days on which they were said, that are kept ready."""


def moment(year: int, month: int = 1, day: int = 1) -> datetime:
    """Midnight at the start of a day, UTC."""
    return datetime(year, month, day, tzinfo=UTC)


def whole_month(year: int, month: int) -> Interval:
    """A month, counted on over the end of a year: month 13 is the next January."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return moment(year, month), moment(year + month // 12, month % 12 + 1), "month"


def whole_years(first: int, count: int = 1) -> Interval:
    """`count` years from the start of the first."""
    return moment(first), moment(first + count), "year" if count == 1 else "longer"


def week_of(day: datetime) -> Interval:
    """The week, from Monday, that a midnight lies in."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7), "week"


def midnight(anchor: datetime) -> datetime:
    """The start of the day, UTC, that an aware moment lies in."""
    return anchor.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def meant(phrase: str, base: datetime, future: bool = False) -> Interval:
    """The calendar unit that `phrase` names when it is said at `base` (aware); where it leaves the year or week open, the
    nearest one after or before. Raises ValueError for what is no date, OverflowError beyond the calendar."""
    found = _asked(" ".join(phrase.lower().split()), base.astimezone(UTC), future)
    if found is None:
        raise ValueError(f"{phrase!r} is no date")
    first, period = found
    if period == "year":
        return whole_years(first.year)
    if period == "month":
        return whole_month(first.year, first.month)
    return week_of(first) if period == "week" else (first, first + timedelta(days=1), "day")


@functools.lru_cache(maxsize=_PHRASES)
def _asked(phrase: str, base: datetime, future: bool) -> tuple[datetime, str] | None:
    found = _reader(base, future).get_date_data(phrase)
    return (midnight(found.date_obj), found.period) if found.date_obj is not None else None


@functools.lru_cache(maxsize=_DAYS)
def _reader(base: datetime, future: bool) -> Any:
    """The library's reader for what is said at a moment. Everything that it would otherwise take from the clock, the
    place or the language of the machine is set."""
    try:
        from dateparser.date import DateDataParser
    except ImportError as error:
        message = 'reading dates needs dateparser, which is not installed: pip install "graphmem[local]"'
        raise MissingExtra(message) from error
    return DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": base.replace(tzinfo=None),
            "TIMEZONE": "UTC",
            "TO_TIMEZONE": "UTC",
            "RETURN_AS_TIMEZONE_AWARE": True,
            "DATE_ORDER": "DMY",
            "PREFER_DATES_FROM": "future" if future else "past",
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_MONTH_OF_YEAR": "first",
        },
    )
