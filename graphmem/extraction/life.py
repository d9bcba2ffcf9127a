"""Dates of birth and death from the brackets behind a name: "(born 5 May 1960 in Oslo)", "(7 July 1839 – 10 February
1872)".

A parser makes little of these brackets, and encyclopedic text says them nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from graphmem.extraction.dates import DateSpan
from graphmem.extraction.names import Name

_BRACKET = re.compile(r"\(([^()]{4,200})\)")
_BORN = re.compile(r"\b(?:born|b\.)\s", re.IGNORECASE)
_DIED = re.compile(r"\b(?:died|d\.)\s", re.IGNORECASE)
_DASH = re.compile(r"[^\d;]{0,30}?(?:[-–—]|\bto\b)\s*|\s+")


class LifeDate(NamedTuple):
    """`predicate` (``born_on``, ``die_in`` …) holds of what is named right before the bracket at `start:end`. The
    object is a date or a name in the bracket."""

    predicate: str
    object: DateSpan | Name
    start: int
    end: int


def life_dates(
    text: str, start: int, end: int, dates: list[DateSpan], names: list[Name], person: bool
) -> Iterator[LifeDate]:
    """What the brackets of `text[start:end]` tell. A bare range of years counts only for a `person`: a band and a war
    have such ranges too."""
    for bracket in _BRACKET.finditer(text, start, end):
        inside = [date for date in dates if bracket.start() < date.start and date.end < bracket.end()]
        if not inside and not _BORN.search(bracket[0]):
            continue
        for predicate, found in _told(text, bracket, inside, names, person):
            yield LifeDate(predicate, found, bracket.start(), bracket.end())


def _told(
    text: str, bracket: re.Match[str], dates: list[DateSpan], names: list[Name], person: bool
) -> Iterator[tuple[str, DateSpan | Name]]:
    born, died = _BORN.search(bracket[0]), _DIED.search(bracket[0])
    if born is not None:
        after = bracket.start() + born.end()
        yield from _first_after("born", after, dates)
        yield from _born_as_or_in(text, after, bracket.end(), names)
    if died is not None:
        yield from _first_after("die", bracket.start() + died.end(), dates)
    if born is not None or died is not None or not dates:
        return
    text_before = text[bracket.start() + 1 : dates[0].start].strip()
    if len(dates) == 1 and text_before in ("-", "–", "—"):
        yield _dated("die", dates[0]), dates[0]
        return
    if (
        len(dates) >= 2
        and _DASH.fullmatch(text, dates[0].end, dates[1].start)
        and (person or dates[0].precision == "day")
    ):
        for verb, date, end in zip(("born", "die"), dates, (dates[1].start, bracket.end()), strict=False):
            yield _dated(verb, date), date
            yield from _place_after(text, verb, date, end, names)
    elif len(dates) == 1 and dates[0].precision == "range" and person:
        for verb, date in zip(("born", "die"), _ends(text, dates[0]), strict=False):
            yield f"{verb}_in", date


def _first_after(verb: str, at: int, dates: list[DateSpan]) -> Iterator[tuple[str, DateSpan]]:
    found = next((date for date in dates if date.start >= at), None)
    if found is not None:
        yield _dated(verb, found), found


def _place_after(
    text: str, verb: str, date: DateSpan, end: int, names: list[Name]
) -> Iterator[tuple[str, DateSpan | Name]]:
    """The place that follows a date in a bracket: "14 February 1640, Strasbourg" or "10 April 1909 in Vienna"."""
    for name in names:
        if date.end < name.start < end and re.fullmatch(r"\s*,?\s*(?:in\s+)?", text[date.end : name.start]):
            yield f"{verb}_in", name


def _dated(verb: str, date: DateSpan) -> str:
    return f"{verb}_{'on' if date.precision == 'day' else 'in'}"


def _born_as_or_in(text: str, at: int, end: int, names: list[Name]) -> Iterator[tuple[str, Name]]:
    """The name after "born" (the one given at birth), and the place after "in"."""
    for name in names:
        if at <= name.start and name.end <= end:
            before = text[at : name.start]
            if not before.strip():
                yield "also_known_as", name
            elif re.search(r"\bin\s+(?:the\s+)?$", before):
                yield "born_in", name


def _ends(text: str, date: DateSpan) -> Iterator[DateSpan]:
    """The two years of a range of years as dates of their own."""
    years = list(re.finditer(r"\d+", text[date.start : date.end]))
    if len(years) == 2 and len(years[1][0]) == 4:
        for match, first in zip(
            years, (date.first, (date.last - timedelta(days=1)).replace(month=1, day=1)), strict=True
        ):
            last = first.replace(year=first.year + 1)
            yield DateSpan(date.start + match.start(), date.start + match.end(), first, last, "year")
