"""Whether a text vouches for a date that a model states: an expression in it has to resolve to that day, month or year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple, TypeAlias

from graphmem.domain.triple import Span
from graphmem.extraction.dates import date_name, find_dates

_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NUMBER = re.compile(r"\d+")
_FIGURES = re.compile(r"(?<!\d)\d{1,4}(?:[^\d\n]{1,3}\d{1,4}){1,2}(?!\d)")
"""A date in figures, in whichever order and script: 03.05.2019, 2019年5月3日."""
_YEAR = re.compile(r"(?<![\d.,])\d{4}(?![\d%]|[.,]\d)")
Side: TypeAlias = Literal["from", "to"]


class Period(NamedTuple):
    """A half-open interval in UTC, and how it is written: YYYY, YYYY-MM or YYYY-MM-DD, or longer for other stretches."""

    first: datetime
    last: datetime
    name: str


def period(written: str) -> Period | None:
    """What YYYY, YYYY-MM or YYYY-MM-DD names, whatever stands behind it; None for anything else."""
    match = _WRITTEN.fullmatch(written.strip()[:10])
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = datetime(year or 0, month or 1, day or 1, tzinfo=UTC)
        if day:
            last = first + timedelta(days=1)
        elif month:
            last = first.replace(year=first.year + month // 12, month=month % 12 + 1)
        else:
            last = first.replace(year=first.year + 1)
    except (ValueError, OverflowError):
        return None
    return Period(first, last, match[0])


class Calendar:
    """The dates of one text, which was said at `said` (aware)."""

    def __init__(self, text: str, said: datetime) -> None:
        self._text, self._said = text, said

    def vouched(self, stated: Period, within: Span, side: Side | None = None) -> Period | None:
        """A date as the text has it in characters `within`: as stated, if an expression there says that day, month or year, or,
        for the `side` of an interval, begins or ends with it; the expression's own, wider one, if the stated date is finer than
        the text; else None.

        The tense is not looked at: "in May" may be the last one or the next. Of an expression in another language only the
        figures are understood.
        """
        found = sorted(self._periods(within), key=lambda one: one.last - one.first)
        if any(_says(one, stated, side) for one in found):
            return stated
        wider = (one for one in found if one.first <= stated.first and stated.last <= one.last)
        return next(wider, None) or self._in_figures(stated, within, bool(found))

    def _periods(self, within: Span) -> Iterator[Period]:
        for future in (False, True):
            for date in find_dates(self._text, within.start, within.end, self._said, future):
                yield Period(date.first, date.last, date_name(date))

    def _in_figures(self, stated: Period, within: Span, understood: bool) -> Period | None:
        """A date in figures; a year alone only where no expression was understood, for that may be a part of one."""
        parts = sorted(int(part) for part in stated.name.split("-"))
        for figures in _FIGURES.finditer(self._text, within.start, within.end):
            if sorted(int(one) for one in _NUMBER.findall(figures[0])) == parts:
                return stated
        if understood:
            return None
        years = {int(one) for one in _YEAR.findall(self._text, within.start, within.end)}
        return period(stated.name[:4]) if stated.first.year in years else None


def _says(found: Period, stated: Period, side: Side | None) -> bool:
    """Whether an expression says a stated date: a day or month in it, itself, or a stretch that has its edge on that side."""
    if stated.first <= found.first and found.last <= stated.last:
        return True
    return (side == "from" and found.first == stated.first) or (side == "to" and found.last == stated.last)
