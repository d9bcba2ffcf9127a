"""Dates in a text, resolved against the day on which it was said.

A small resolver of its own: written and ISO dates, years, decades, ranges, and the relative expressions of ordinary
talk ("yesterday", "last Tuesday", "two years ago", "next month", "in May"). A date becomes the half-open interval of
UTC time that it names: "in 1965" is 1965-01-01 up to 1966-01-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december")  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
            "nine": 9, "ten": 10, "a couple of": 2, "a few": 3, "several": 3, "couple of": 2, "few": 3}  # fmt: skip
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_M = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_Y = r"(?P<year>1[0-9]{3}|20[0-9]{2})"
_N = r"(?P<number>\d{1,3}|a couple of|a few|couple of|several|few|one|two|three|four|five|six|seven|eight|nine|ten|an?)"
_UNIT = r"(?P<unit>day|week|weekend|month|year|decade)"
_WEEKDAY = "|".join(_DAYS)


class DateSpan(NamedTuple):
    """A date at characters `start:end`, naming the time from `first` up to (not including) `last`.

    `precision` is day, month, year or longer; `relation` is the word that says how it bounds what is told: "at",
    "since", "until" or "range"."""

    start: int
    end: int
    first: datetime
    last: datetime
    precision: str
    relation: str = "at"


def _moment(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def _day(year: int, month: int, day: int) -> tuple[datetime, datetime, str]:
    first = _moment(year, month, day)
    return first, first + timedelta(days=1), "day"


def _whole_month(year: int, month: int) -> tuple[datetime, datetime, str]:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return _moment(year, month), _moment(year + month // 12, month % 12 + 1), "month"


def _years(first: int, count: int = 1) -> tuple[datetime, datetime, str]:
    return _moment(first), _moment(first + count), "year" if count == 1 else "longer"


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(_MONTHS, 1) if month.startswith(name[:3].lower()))


_Interval = tuple[datetime, datetime, str]
_Resolve = Callable[["re.Match[str]", datetime, bool], "_Interval"]


def _written(match: re.Match[str], anchor: datetime, future: bool) -> _Interval:
    """A date with a month: its year, where it is missing, is the one that lies nearest on the side of the tense."""
    parts = match.groupdict()
    month, day, year = _month_number(parts["month"]), parts.get("day"), parts.get("year")
    if year is not None:
        return _day(int(year), month, int(day)) if day else _whole_month(int(year), month)
    guess = anchor.year
    here = (month, int(day or 1))
    if future and here < (anchor.month, anchor.day if day else 1):
        guess += 1
    elif not future and here > (anchor.month, anchor.day):
        guess -= 1
    return _day(guess, month, int(day)) if day else _whole_month(guess, month)


def _iso(match: re.Match[str], _anchor: datetime, _future: bool) -> _Interval:
    return _day(int(match["year"]), int(match["m"]), int(match["d"]))


def _year(match: re.Match[str], _anchor: datetime, _future: bool) -> _Interval:
    return _years(int(match["year"]))


def _decade(match: re.Match[str], _anchor: datetime, _future: bool) -> _Interval:
    return _years(int(match["year"]), 10)


def _year_range(match: re.Match[str], _anchor: datetime, _future: bool) -> _Interval:
    first, last = int(match["year"]), match["to"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end < first:
        raise ValueError("a range that ends before it starts")
    return _moment(first), _moment(end + 1), "range"


def _midnight(anchor: datetime) -> datetime:
    return anchor.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _near(match: re.Match[str], anchor: datetime, _future: bool) -> _Interval:
    word = match["near"].lower()
    shift = {
        "yesterday": -1,
        "last night": -1,
        "the day before yesterday": -2,
        "tomorrow": 1,
        "the day after tomorrow": 2,
    }
    first = _midnight(anchor) + timedelta(days=shift.get(word, 0))
    return first, first + timedelta(days=1), "day"


def _stretch(unit: str, anchor: datetime, count: int) -> _Interval:
    """The calendar unit `count` units after the one that `anchor` is in (before it, if negative)."""
    today = _midnight(anchor)
    if unit == "day":
        first = today + timedelta(days=count)
        return first, first + timedelta(days=1), "day"
    if unit in ("week", "weekend"):
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=count)
        first = monday + timedelta(days=5) if unit == "weekend" else monday
        return first, monday + timedelta(days=7), "week"
    if unit == "month":
        return _whole_month(anchor.year, anchor.month + count)
    return _years(anchor.year + count) if unit == "year" else _years(anchor.year // 10 * 10 + 10 * count, 10)


def _ago(match: re.Match[str], anchor: datetime, _future: bool) -> _Interval:
    count = match["number"].lower()
    number = int(count) if count.isdigit() else _NUMBERS[count]
    return _stretch(match["unit"].lower(), anchor, -number)


def _ahead(match: re.Match[str], anchor: datetime, _future: bool) -> _Interval:
    count = match["number"].lower()
    return _stretch(match["unit"].lower(), anchor, int(count) if count.isdigit() else _NUMBERS[count])


_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}


def _named_unit(match: re.Match[str], anchor: datetime, _future: bool) -> _Interval:
    return _stretch(match["unit"].lower(), anchor, _WHICH[match["which"].lower()])


def _weekday(match: re.Match[str], anchor: datetime, future: bool) -> _Interval:
    which, today = (match.groupdict().get("which") or "").lower(), _midnight(anchor)
    ahead = (_DAYS.index(match["weekday"].lower()) - today.weekday()) % 7
    forward = which in ("next", "coming") or (which in ("", "this") and future)
    shift = (ahead or 7) if forward else (ahead - 7 if ahead or which else 0)
    first = today + timedelta(days=shift)
    return first, first + timedelta(days=1), "day"


def _season(match: re.Match[str], anchor: datetime, _future: bool) -> _Interval:
    parts, month = match.groupdict(), _SEASONS[match["season"].lower()]
    if parts.get("year"):
        year = int(parts["year"])
    else:
        shift = _WHICH[(parts.get("which") or "this").lower()]
        year = anchor.year + shift + (1 if shift < 0 and anchor.month >= month + 3 else 0)
    first = _whole_month(year, month)[0]
    return first, _whole_month(year, month + 3)[0], "longer"


def _rule(pattern: str, resolve: _Resolve) -> tuple[re.Pattern[str], _Resolve]:
    return re.compile(rf"(?<![\w$€£.])(?:{pattern})(?![\w%])(?!\.\d)", re.IGNORECASE), resolve


# The order is the order of trust: a later rule takes only what no earlier one has taken.
_RULES = [
    _rule(r"(?P<year>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?", _iso),
    _rule(rf"{_D}(?:\s+of)?\s+{_M},?\s+{_Y}", _written),
    _rule(rf"{_M}\s+{_D},?\s+{_Y}", _written),
    _rule(rf"{_M},?\s+(?:of\s+)?{_Y}", _written),
    _rule(rf"{_Y}\s*[-–—/]\s*(?P<to>1[0-9]{{3}}|20[0-9]{{2}}|[0-9]{{2}})", _year_range),
    _rule(rf"(?:the\s+)?(?:early\s+|late\s+|mid-?\s*)?{_Y}'?s", _decade),
    _rule(rf"(?P<season>spring|summer|autumn|fall|winter)\s+(?:of\s+)?{_Y}", _season),
    _rule(r"(?P<near>the day before yesterday|the day after tomorrow|yesterday|tomorrow|today|tonight|last night|"
          r"this morning|this afternoon|this evening)", _near),
    _rule(rf"{_N}\s+{_UNIT}s?\s+ago", _ago),
    _rule(rf"in\s+{_N}\s+{_UNIT}s?(?:\s+time)?", _ahead),
    _rule(rf"(?:the\s+)?(?P<which>last|past|previous|this|next|coming)\s+{_UNIT}", _named_unit),
    _rule(r"(?P<which>last|past|this|next)\s+(?P<season>spring|summer|autumn|fall|winter)", _season),
    _rule(rf"(?:(?P<which>last|this|next|past|coming)\s+)?(?P<weekday>{_WEEKDAY})", _weekday),
    _rule(rf"{_D}(?:\s+of)?\s+{_M}", _written),
    _rule(rf"{_M}\s+{_D}", _written),
    _rule(_Y, _year),
    _rule(r"(?<=in )" + _M, _written),
    _rule(r"(?<=since )" + _M, _written),
    _rule(r"(?<=last )" + _M, _written),
    _rule(r"(?<=next )" + _M, _written),
]  # fmt: skip
_HINT = re.compile(
    r"\d|day|week|month|year|decade|tonight|morning|afternoon|evening|tomorrow|spring|summer|autumn|fall|winter|night|"
    r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE
)  # fmt: skip
_NOT_A_YEAR = re.compile(
    r"\s*(?:people|inhabitants|residents|votes|miles|km|kilometres|metres|meters|feet|acres|soldiers|men|points|goals|"
    r"yards|households|families)\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"\b(since|until|till|from|between|after|before|to|and|through)\s+(?:the\s+)?$", re.IGNORECASE)


def find_dates(text: str, start: int, end: int, anchor: datetime, future: bool = False) -> list[DateSpan]:
    """The dates in `text[start:end]`, in order, none overlapping another. `anchor` (aware) is the day it was said;
    `future` tells that the sentence looks ahead, which decides the year of "in May". Dates that do not exist
    ("31 February") and those outside datetime's range are no dates."""
    piece = text[start:end]
    if not _HINT.search(piece):
        return []
    found: list[DateSpan] = []
    for pattern, resolve in _RULES:
        for match in pattern.finditer(piece):
            first, last = match.start() + start, match.end() + start
            if any(first < other.end and other.start < last for other in found):
                continue
            if resolve is _year and _NOT_A_YEAR.match(piece, match.end()):
                continue
            try:
                interval = resolve(match, anchor, future)
            except (ValueError, OverflowError):
                continue
            found.append(DateSpan(first, last, *interval))
    return _bounded(text, start, sorted(found))


def _closes(opening: DateSpan, date: DateSpan) -> bool:
    """Whether `date` is the end of the range that `opening` has begun."""
    near = date.start - opening.end <= 12
    return opening.relation in ("from", "between") and near and date.last > opening.first


def _bounded(text: str, start: int, dates: list[DateSpan]) -> list[DateSpan]:
    """Dates with the relation that the word before them gives; "from A to B" and "between A and B" become one range."""
    joined: list[DateSpan] = []
    for date in dates:
        if date.precision == "range":
            date = date._replace(relation="range")
        before = _BEFORE.search(text, max(start, date.start - 16), date.start)
        word = before[1].lower() if before else ""
        previous = joined[-1] if joined else None
        if previous and word in ("to", "and", "until", "till", "through") and _closes(previous, date):
            joined[-1] = DateSpan(previous.start, date.end, previous.first, date.last, "range", "range")
            continue
        relation = {"since": "since", "until": "until", "till": "until", "from": "from", "between": "between"}.get(word)
        joined.append(date._replace(relation=relation) if relation else date)
    return [d._replace(relation="since") if d.relation in ("from", "between") else d for d in joined]


def date_name(date: DateSpan) -> str:
    """The name of a date as a node: ISO 8601, as long as it is precise ("1965", "1965-03", "1965-03-07"), a decade as
    "1970s", anything longer as first and last day with a slash."""
    if date.precision == "day":
        return date.first.date().isoformat()
    if date.precision == "month":
        return f"{date.first:%Y-%m}"
    if date.precision == "year":
        return f"{date.first.year:04}"
    if (date.first.month, date.first.day, date.last.month, date.last.day) == (1, 1, 1, 1):
        decade = date.relation == "at" and date.last.year - date.first.year == 10
        return f"{date.first.year}s" if decade else f"{date.first.year}/{date.last.year - 1}"
    return f"{date.first.date().isoformat()}/{(date.last - timedelta(days=1)).date().isoformat()}"


def validity(dates: list[DateSpan]) -> tuple[datetime | None, datetime | None]:
    """`(valid_from, valid_to)` that the dates of a clause give it.

    A range and "until" close the interval. A plain date opens it only: what happened in 1965 stays true afterwards, and
    a state that held then may hold still.
    """
    opened, closed = None, None
    for date in dates:
        if date.relation == "until":
            closed = closed or date.last
            continue
        opened = opened or date.first
        if date.relation == "range":
            closed = closed or date.last
    return opened, closed
