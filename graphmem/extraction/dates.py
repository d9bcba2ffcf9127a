"""Dates in a text, resolved against the day on which it was said.

Which words are a date is decided here, by their shape, so that numbers, versions and names are left alone; what a date
means is asked of a library (`when`). Years, decades, seasons, weekends and ranges, which it does not know, are reckoned
here. A date becomes the half-open interval of UTC time that it names: "in 1965" is 1965-01-01 up to 1966-01-01.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from graphmem.extraction.when import Interval, meant, midnight, moment, week_of, whole_month, whole_years

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_ABOUT = {"a couple of": "2", "couple of": "2", "a few": "3", "few": "3", "several": "3"}
_HALF = {"year": "6 months", "decade": "5 years", "hour": "30 minutes", "day": "12 hours"}
_WHICH = {"last": -1, "past": -1, "previous": -1, "this": 0, "next": 1, "coming": 1}

_M = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_M2 = _M.replace("<month>", "<month2>")
_D = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_D2 = _D.replace("<day>", "<day2>")
_Y = r"(?P<year>1[0-9]{3}|20[0-9]{2})"
_N = (
    r"(?P<number>\d{1,3}|a couple of|a few|couple of|several|few|one|two|three|four|five|six|seven|eight|nine|ten|"
    r"eleven|twelve|fifteen|twenty|thirty|forty|fifty|half an?|an?)"
)
_UNIT = r"(?P<unit>minute|hour|day|week|weekend|fortnight|month|year|decade)"
_WHOLE = r"(?P<unit>week|weekend|month|year|decade)"
_WEEKDAY = r"(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_PART = r"(?:\s+(?:morning|afternoon|evening|night))"
_SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
_TO = r"(?:\s*[-–—]\s*|\s+(?:to|until|till|through)\s+)"


class DateSpan(NamedTuple):
    """A date at characters `start:end`, naming the time from `first` up to (not including) `last`.

    `precision` is day, month, year or longer, or yearly, for a day of any year; `relation` is the word that says how it bounds
    what is told: "at", "since", "until" or "range"."""

    start: int
    end: int
    first: datetime
    last: datetime
    precision: str
    relation: str = "at"


_Resolve = Callable[["re.Match[str]", datetime, bool], Interval]


def _whole(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """A date with its year, or one that says how far from today it is."""
    return meant(match[0], midnight(anchor))


def _iso(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    return meant(f"{match['year']}-{match['m']}-{match['d']}", midnight(anchor))


def _numeric(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """Day, month and year as numbers, if only one of the first two can be the month."""
    day, month = int(match["d"]), int(match["m"])
    if month > 12:
        day, month = month, day
    elif day <= 12 and day != month:
        raise ValueError("day and month cannot be told apart")
    return meant(f"{match['year']}-{month:02}-{day:02}", midnight(anchor))


def _yearless(match: re.Match[str], anchor: datetime, future: bool) -> Interval:
    """A date with a month and no year: the nearest on the side of the tense; this month, or today, is on either side."""
    today, day = midnight(anchor), match.groupdict().get("day")
    if match["month"] in ("may", "march", "mar") and day and not re.search(r"\d(?:st|nd|rd|th)", match[0]):
        raise ValueError("a verb and a number")
    phrase = f"{match['month']} {day}" if day else match["month"]
    if not future:
        return meant(phrase, today)
    return meant(phrase, (today if day else today.replace(day=1)) - timedelta(days=1), True)


def _month_of(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """ "last March", "next March": never the one that it is now."""
    today, ahead = midnight(anchor), match["which"].lower() == "next"
    return meant(match["month"], today if ahead else today.replace(day=1) - timedelta(days=1), ahead)


def _days(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """ "7–9 May 2019", "from March to May 2019": the year stands behind the last one only."""
    parts = match.groupdict()
    first, last = parts["month"], parts.get("month2") or parts["month"]
    base = midnight(anchor)
    opened = meant(f"{parts.get('day') or ''} {first} {parts['year']}", base)
    closed = meant(f"{parts.get('day2') or ''} {last} {parts['year']}", base)
    if closed[0] < opened[0]:
        raise ValueError("a range that ends before it starts")
    return opened[0], closed[1], "range"


def _year(match: re.Match[str], _anchor: datetime, _future: bool) -> Interval:
    return whole_years(int(match["year"]))


def _decade(match: re.Match[str], _anchor: datetime, _future: bool) -> Interval:
    return whole_years(int(match["year"]), 10)


def _year_range(match: re.Match[str], _anchor: datetime, _future: bool) -> Interval:
    first, last = int(match["year"]), match["to"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if end < first:
        raise ValueError("a range that ends before it starts")
    return moment(first), moment(end + 1), "range"


def _counted(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """ "two years ago", "in three weeks"; "a few" is three. Hours are counted from the moment, all else from the day."""
    unit, count = match["unit"].lower(), match["number"].lower()
    base = anchor if unit in ("minute", "hour") else midnight(anchor)
    back = match[0].lower().endswith("ago")
    one = "" if count in ("a", "an", "one", "1") else "s"
    counted = f"{_ABOUT.get(count, count)} {'week' if unit == 'weekend' else unit}{one}"
    if count.startswith("half"):
        counted, unit = _HALF.get(unit, ""), "day"
    return _as(unit, meant(f"{counted} ago" if back else f"in {counted}", base))


def _as(unit: str, found: Interval) -> Interval:
    """The weekend of a week, the decade of a year."""
    if unit == "weekend":
        return found[0] + timedelta(days=5), found[1], "week"
    return whole_years(found[0].year // 10 * 10, 10) if unit == "decade" else found


def _named_unit(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    """ "last week", "this month", "next year"."""
    unit, shift = match["unit"].lower(), _WHICH[match["which"].lower()]
    which = {-1: "last", 0: "this", 1: "next"}[shift]
    return _as(unit, meant(f"{which} {'week' if unit == 'weekend' else unit}", midnight(anchor)))


def _weekday(match: re.Match[str], anchor: datetime, future: bool) -> Interval:
    """ "last Tuesday", "next Friday", "this Friday" of the same week; a bare one is the nearest on the side of the tense,
    today included in the past."""
    which, today = (match["which"] or "").lower(), midnight(anchor)
    if not which and _NAME_BEFORE.search(match.string, 0, match.start()):
        raise ValueError("part of a name")
    if not which and _EVERY.search(match.string, 0, match.start()):
        raise ValueError("any of them")
    if which in ("next", "coming"):
        return meant(f"next {match['weekday']}", today)
    if which == "this":
        found = meant(f"next {match['weekday']}", week_of(today)[0] - timedelta(days=1))
        return meant(f"next {match['weekday']}", today) if future and found[0] < today else found
    if which:
        return meant(f"last {match['weekday']}", today)
    return meant(match["weekday"], today if future else today + timedelta(days=1), future)


def _season(match: re.Match[str], anchor: datetime, _future: bool) -> Interval:
    parts, month = match.groupdict(), _SEASONS[match["season"].lower()]
    if parts.get("year"):
        year = int(parts["year"])
    else:
        shift = _WHICH[(parts.get("which") or "this").lower()]
        year = anchor.year + shift + (1 if shift < 0 and anchor.month >= month + 3 else 0)
    return whole_month(year, month)[0], whole_month(year, month + 3)[0], "longer"


class _Rule(NamedTuple):
    """What a date of one shape looks like, what it means, and a pattern without which it need not be looked for."""

    pattern: re.Pattern[str]
    resolve: _Resolve
    sign: re.Pattern[str]


def _rule(pattern: str, resolve: _Resolve) -> _Rule:
    whole = re.compile(rf"(?<![\w$€£.])(?:{pattern})(?![\w%])(?!\.\d)", re.IGNORECASE)
    return _Rule(whole, resolve, _MONTH if "<month>" in pattern else _DIGIT if "<year>" in pattern else _SPOKEN)


_DIGIT = re.compile(r"\d")
_MONTH = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_SPOKEN = re.compile(
    r"day|week|weekend|month|year|decade|tonight|tomorrow|spring|summer|autumn|fall|winter|morning|afternoon|evening|night|"
    r"\bago\b|hour|minute|now\b|fortnight", re.IGNORECASE
)  # fmt: skip
# The order is the order of trust: a later rule takes only what no earlier one has taken.
_RULES = [
    _rule(r"(?P<year>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?", _iso),
    _rule(rf"{_Y}/(?P<m>\d{{2}})/(?P<d>\d{{2}})", _iso),
    _rule(rf"(?P<d>[0-3]?\d)(?P<mark>[./-])(?P<m>[0-3]?\d)(?P=mark){_Y}", _numeric),
    _rule(rf"{_D}{_TO}{_D2}(?:\s+of)?\s+{_M},?\s+{_Y}", _days),
    _rule(rf"{_M}\s+{_D}{_TO}{_D2},?\s+{_Y}", _days),
    _rule(rf"{_D}\s+{_M}{_TO}{_D2}\s+{_M2},?\s+{_Y}", _days),
    _rule(rf"{_M}\s+{_D}{_TO}{_M2}\s+{_D2},?\s+{_Y}", _days),
    _rule(rf"(?:{_WEEKDAY},?\s+)?{_D}(?:\s+of)?\s+{_M},?\s+{_Y}", _whole),
    _rule(rf"(?:{_WEEKDAY},?\s+)?{_M}\s+{_D},?\s+{_Y}", _whole),
    _rule(rf"{_M}{_TO}{_M2},?\s+(?:of\s+)?{_Y}", _days),
    _rule(rf"{_M},?\s+(?:of\s+)?{_Y}", _whole),
    _rule(rf"{_Y}\s*[-–—/]\s*(?P<to>1[0-9]{{3}}|20[0-9]{{2}}|[0-9]{{2}})", _year_range),
    _rule(rf"(?:the\s+)?(?:early\s+|late\s+|mid-?\s*)?{_Y}'?s", _decade),
    _rule(rf"(?:the\s+)?{_SEASON}\s+(?:of\s+)?{_Y}", _season),
    _rule(rf"the day before yesterday|the day after tomorrow|(?:yesterday|tomorrow){_PART}?|today|tonight|last night|"
          r"this (?:morning|afternoon|evening)", _whole),
    _rule(rf"{_N}\s+{_UNIT}s?\s+ago", _counted),
    _rule(rf"in\s+{_N}\s+{_UNIT}s?(?:\s+time)?", _counted),
    _rule(rf"{_N}\s+{_UNIT}s?\s+from\s+(?:now|today)", _counted),
    _rule(rf"(?:the\s+)?(?P<which>last|past|previous|this|next|coming)\s+{_WHOLE}", _named_unit),
    _rule(rf"(?P<which>last|past|this|next)\s+{_SEASON}", _season),
    _rule(rf"(?:(?:this\s+)?(?P<which>last|this|next|past|coming)\s+)?{_WEEKDAY}{_PART}?", _weekday),
    _rule(rf"{_D}(?:\s+of)?\s+{_M}", _yearless),
    _rule(rf"{_M}\s+{_D}", _yearless),
    _rule(_Y, _year),
    _rule(rf"(?P<which>last|next)\s+{_M}", _month_of),
    *(_rule(rf"(?<={word}){_M}", _yearless) for word in ("in ", "since ", "until ", "mid-", "early ", "late ")),
]  # fmt: skip
_COUNTED = re.compile(
    r"\s*(?:people|inhabitants|residents|votes|miles|km|kilometres|metres|meters|feet|acres|soldiers|men|points|goals|"
    r"yards|households|families|times|euros|dollars|pounds|students|pages)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:\d[-./]|[+#]|\b(?:(?i:number|no\.|room|code|pin|id|flight|locker|extension|ext\.?|postcode|badge|bus|route|suite|"
    r"apartment|apt\.?|box|gate|platform|page|order|ticket|invoice|account|model)(?:\s+(?i:is|was|number|code|id))*[:#]?|"
    r"[A-Z]{2,3})\s)\s*$"
)
"""What makes a number of a year's length the number of something: "room 2040", "555-1998", "flight KL 2025"."""
_NAME_BEFORE = re.compile(
    r"\b(?!On|By|Every|Each|Since|Until|From|And|Or|But|Then|So|Is|Was|Do|Does|Did|With|For|Yes|No|Hi|Hey|Not|Ok|Oh)"
    r"[A-Z][\w'’]*\s$"
)
"""A word that makes a name of a weekday: "Sheffield Wednesday", "Good Friday"."""
_EVERY = re.compile(r"\b(?:every|each|any|most)\s+(?:other\s+|single\s+)?$", re.IGNORECASE)
_YEARLY = re.compile(r"\bbirthday\s*(?:is|was|['’]s)\s+(?:on\s+)?(?:the\s+)?$", re.IGNORECASE)
"""What makes a day and month one of each year."""
_SINCE = re.compile(r"\b(?:since|after)\s+$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(since|until|till|from|between|after|before|to|and|through)\s+(?:the\s+)?$", re.IGNORECASE)


def find_dates(
    text: str,
    start: int,
    end: int,
    anchor: datetime,
    future: bool = False,
    past: bool = False,
    ahead: Callable[[int], bool] = lambda _: False,
) -> list[DateSpan]:
    """The dates in `text[start:end]`, in order, none overlapping another. `anchor` (aware) is the day it was said;
    `future` tells that the sentence looks ahead, which decides the year of "in May", and
    `past` that it looks back, where "in two hours" is how long something took; `ahead` tells the same as `future` of the one
    weekday or month at a character ("My exam is in March"). Dates that do not exist
    ("31 February") and those outside datetime's range are no dates."""
    piece = text[start:end]
    found: list[DateSpan] = []
    signs = [sign for sign in (_DIGIT, _MONTH, _SPOKEN) if sign.search(piece)]
    for pattern, resolve, sign in _RULES if signs else ():
        for match in pattern.finditer(piece) if sign in signs else ():
            first, last = match.start() + start, match.end() + start
            if any(first < other.end and other.start < last for other in found):
                continue
            if past and resolve is _counted and match[0][:2].lower() == "in":
                continue
            if resolve in (_year, _yearless) and _COUNTED.match(piece, match.end()):
                continue
            if resolve in (_year, _year_range) and _NUMBERED.search(piece, 0, match.start()):
                continue
            try:
                bare = resolve in (_weekday, _yearless) and not _SINCE.search(piece, 0, match.start())
                interval = resolve(match, anchor, future or (bare and ahead(first)))
            except (ValueError, OverflowError):
                continue
            if resolve is _yearless and _YEARLY.search(piece, 0, match.start()):
                interval = (*interval[:2], "yearly")
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
            joined.append(date._replace(relation="range"))
            continue
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
    """The name of a date as a node: ISO 8601, as long as it is precise ("1965", "1965-03", "1965-03-07"), the day of a birthday
    as "--03-07", a decade as "1970s", anything longer as first and last day with a slash."""
    if date.precision == "day":
        return date.first.date().isoformat()
    if date.precision == "yearly":
        return f"--{date.first:%m-%d}"
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
