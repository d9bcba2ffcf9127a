"""Numbers that have to stay whole: with their unit, their currency, what they are counted by, or as a code.

"12 kg", "$70,000 a year", "3.5 million", "+45 20 12 34 56", "2.3.1" are literals: a tokenizer cuts them, a recogniser of
names takes parts of them for names, and two of them are the same only if they are the same to the last digit. They are
found by their shape, before the parse is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from graphmem.extraction.dates import DateSpan
from graphmem.extraction.units import COINS, CURRENCIES


class Quantity(NamedTuple):
    """A literal at characters `start:end`."""

    start: int
    end: int


_DIGITS = r"[+\-−]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+\-−]?\d+(?:[.,]\d+)?(?:\s\d/\d)?|\d/\d"
_WORDS = (
    r"(?:half an?|(?!one day)one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred)(?:[ -](?:one|two|three|four|five|six|seven|eight|nine|hundred|thousand))?"
)
_SCALE = r"(?:\s?(?:k|m|bn|hundred|thousand|million|billion|trillion)\b)"
_TIME = r"(?:seconds?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?|decades?|centuries)"
_LENGTH = r"(?:millimet|centimet|kilomet|met)(?:re|er)s?|inch(?:es)?|f(?:oo|ee)t|yards?|miles?"
_UNIT = (
    rf"(?:(?:square |cubic )?(?:{_LENGTH})|km/h|m/s|kph|mph|knots|mm|cm|m|km|ft|mi|yd|m²|km²|m2|km2|m³|acres?|hectares?|ha|"
    r"kilo(?:gram)?s?|grams?|kg|mg|g|lbs?|pounds?|ounces?|oz|tons?|tonnes?|stone|lit(?:re|er)s?|ml|l|gallons?|pints?|cups?|"
    r"°\s?[CF]?|degrees(?: (?:Celsius|Fahrenheit))?|%|percent|per cent|percentage points?|"
    rf"kWh|[kMG]?W|volts?|[kMG]?Hz|[KMGT]B|k?cal|calories|cents|{'|'.join(sorted(COINS, key=len, reverse=True))}|"
    rf"{'|'.join(sorted(CURRENCIES)).upper()})"
)
_MONEY = rf"(?:US|C|A)?[$€£¥₹]\s?(?:{_DIGITS}){_SCALE}?"
_RATE = rf"(?:\s?(?:/|per |an? |each )(?:person|head|{_TIME}))"
_EXTENT = r"(?:[ -](?:long|tall|high|wide|deep|thick|old|heavy|away|apart))"
_GROUPS = r"(?:[ .-]\d{2,4})"
_PHONE = (
    rf"(?:\+\d{{1,3}}[ .-]?(?:\(\d{{1,4}}\)[ .-]?)?\d{{1,4}}{_GROUPS}{{1,6}}|\(\d{{1,4}}\)[ .-]?\d{{2,4}}{_GROUPS}{{1,5}}|"
    rf"\d{{2,4}}{_GROUPS}{{2,6}})"
)
_CODE = r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?|\d+(?:\.\d+){2,3}|\d+-[A-Z]+\d*"
_STREET = (
    r"\d{1,5}[A-Za-z]? (?:[A-Z][\w'’.-]*\s){1,3}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Way|Square|Court|Place|Boulevard|Blvd|Terrace|Close|Crescent|Row|Hill)\b(?:\.(?=,))?"
    r"(?:, [A-Z][\w'’-]*(?: [A-Z\d][\w'’-]*){0,3}){0,3}"
)
"""A street with its number, and the town where nothing comes behind it."""

_QUANTITY = re.compile(
    rf"(?<![\w.,$€£-])(?:"
    rf"(?P<street>{_STREET})(?=\s*(?:[.!;]|$))"
    rf"|(?P<money>{_MONEY}{_RATE}?)"
    rf"|(?P<long>{_PHONE})"
    rf"|(?P<height>\d'\s?\d{{1,2}}(?:\"|''|”)?)"
    rf"|(?P<code>(?:version |v)?(?:{_CODE})|version \d+(?:\.\d+)?)"
    rf"|(?P<measure>(?:{_DIGITS}){_SCALE}?(?:[ -]?{_UNIT}(?!\w)|[ -]{_TIME}\b){_RATE}?|{_WORDS}[ -](?:{_TIME}|{_UNIT})\b{_RATE}?)"
    rf"|(?P<scaled>(?:{_DIGITS}){_SCALE})"
    rf")(?P<extent>{_EXTENT}\b)?(?![\w])"
)
_SIGN = re.compile(rf"\d|\b(?:{_TIME}|{_LENGTH})\b", re.IGNORECASE)
_FEWEST_DIGITS = 7
"""Digits in groups that make a telephone number; with fewer it is a list, a score or a range."""


def find_quantities(text: str, start: int, end: int, dates: Sequence[DateSpan]) -> list[Quantity]:
    """The literals in `text[start:end]`, in order, none overlapping another or a date; what looks like a year inside a longer
    number ("2012 km") is that number's."""
    found: list[Quantity] = []
    if not _SIGN.search(text, start, end):
        return found
    for match in _QUANTITY.finditer(text, start, end):
        if match["long"] and sum(c.isdigit() for c in match["long"]) < _FEWEST_DIGITS:
            continue
        shared = [date for date in dates if date.start < match.end() and match.start() < date.end]
        if all(_inside(date, match) for date in shared):
            found.append(Quantity(*match.span()))
    return found


def without_quantities(dates: Sequence[DateSpan], quantities: Sequence[Quantity]) -> list[DateSpan]:
    """The dates that are no part of a quantity."""
    return [date for date in dates if not any(q.start <= date.start < q.end for q in quantities)]


def _inside(date: DateSpan, match: re.Match[str]) -> bool:
    """Whether a date is a bare year inside a longer number, and not in a row of years."""
    if match["long"] and match["long"][0] not in "+(":
        return False
    return match.start() <= date.start and date.end <= match.end() and date.end - date.start == len("1999")
