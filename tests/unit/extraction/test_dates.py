"""Dates resolved against the day they were said on (Wednesday 10 May 2023)."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.extraction import when
from graphmem.extraction.dates import date_name, find_dates, validity

SAID_AT = datetime(2023, 5, 10, 12, tzinfo=UTC)


def _day(year: int, month: int = 1, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("on 2021-03-07", _day(2021, 3, 7), _day(2021, 3, 8)),
        ("on 7 March 2021", _day(2021, 3, 7), _day(2021, 3, 8)),
        ("on March 7th, 2021", _day(2021, 3, 7), _day(2021, 3, 8)),
        ("in March 2021", _day(2021, 3), _day(2021, 4)),
        ("in December 2021", _day(2021, 12), _day(2022)),
        ("in 1965", _day(1965), _day(1966)),
        ("in the 1970s", _day(1970), _day(1980)),
        ("(1990–1995)", _day(1990), _day(1996)),
        ("from 1990 to 1995", _day(1990), _day(1996)),
        ("between 1990 and 1995", _day(1990), _day(1996)),
        ("yesterday", _day(2023, 5, 9), _day(2023, 5, 10)),
        ("tomorrow", _day(2023, 5, 11), _day(2023, 5, 12)),
        ("last Tuesday", _day(2023, 5, 9), _day(2023, 5, 10)),
        ("last Wednesday", _day(2023, 5, 3), _day(2023, 5, 4)),
        ("next Friday", _day(2023, 5, 12), _day(2023, 5, 13)),
        ("two years ago", _day(2021), _day(2022)),
        ("3 days ago", _day(2023, 5, 7), _day(2023, 5, 8)),
        ("a week ago", _day(2023, 5, 1), _day(2023, 5, 8)),
        ("next month", _day(2023, 6), _day(2023, 7)),
        ("last month", _day(2023, 4), _day(2023, 5)),
        ("last year", _day(2022), _day(2023)),
        ("last weekend", _day(2023, 5, 6), _day(2023, 5, 8)),
        ("in April", _day(2023, 4), _day(2023, 5)),
        ("in June", _day(2022, 6), _day(2022, 7)),
        ("last summer", _day(2022, 6), _day(2022, 9)),
        ("the summer of 1998", _day(1998, 6), _day(1998, 9)),
        ("last winter", _day(2022, 12), _day(2023, 3)),
        ("yesterday evening", _day(2023, 5, 9), _day(2023, 5, 10)),
        ("tomorrow night", _day(2023, 5, 11), _day(2023, 5, 12)),
        ("the day before yesterday", _day(2023, 5, 8), _day(2023, 5, 9)),
        ("an hour ago", _day(2023, 5, 10), _day(2023, 5, 11)),
        ("half a year ago", _day(2022, 11), _day(2022, 12)),
        ("a couple of weeks ago", _day(2023, 4, 24), _day(2023, 5, 1)),
        ("a fortnight ago", _day(2023, 4, 24), _day(2023, 5, 1)),
        ("two weekends ago", _day(2023, 4, 29), _day(2023, 5, 1)),
        ("twenty years ago", _day(2003), _day(2004)),
        ("a decade ago", _day(2010), _day(2020)),
        ("three weeks from now", _day(2023, 5, 29), _day(2023, 6, 5)),
        ("in two months", _day(2023, 7), _day(2023, 8)),
        ("next week", _day(2023, 5, 15), _day(2023, 5, 22)),
        ("this Friday", _day(2023, 5, 12), _day(2023, 5, 13)),
        ("this Monday", _day(2023, 5, 8), _day(2023, 5, 9)),
        ("this past Friday", _day(2023, 5, 5), _day(2023, 5, 6)),
        ("Wednesday", _day(2023, 5, 10), _day(2023, 5, 11)),
        ("Friday", _day(2023, 5, 5), _day(2023, 5, 6)),
        ("last March", _day(2023, 3), _day(2023, 4)),
        ("last May", _day(2022, 5), _day(2022, 6)),
        ("next March", _day(2024, 3), _day(2024, 4)),
        ("in May", _day(2023, 5), _day(2023, 6)),
        ("in early June", _day(2022, 6), _day(2022, 7)),
        ("7–9 May 2019", _day(2019, 5, 7), _day(2019, 5, 10)),
        ("from March to May 2019", _day(2019, 3), _day(2019, 6)),
        ("June 23 to August 12, 2014", _day(2014, 6, 23), _day(2014, 8, 13)),
        ("Sunday, January 15, 1939", _day(1939, 1, 15), _day(1939, 1, 16)),
        ("13.05.2019", _day(2019, 5, 13), _day(2019, 5, 14)),
        ("05/13/2019", _day(2019, 5, 13), _day(2019, 5, 14)),
        ("2019/05/13", _day(2019, 5, 13), _day(2019, 5, 14)),
        ("29 February 2020", _day(2020, 2, 29), _day(2020, 3)),
    ],
)
def test_a_date_names_an_interval(text: str, first: datetime, last: datetime) -> None:
    (found,) = find_dates(text, 0, len(text), SAID_AT)
    assert (found.first, found.last) == (first, last)
    assert found.first.tzinfo is not None


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("in May", _day(2023, 5)),
        ("in March", _day(2024, 3)),
        ("on 10 May", _day(2023, 5, 10)),
        ("on 9 May", _day(2024, 5, 9)),
        ("on Wednesday", _day(2023, 5, 17)),
        ("this Monday", _day(2023, 5, 15)),
    ],
)
def test_what_is_looked_forward_to_lies_ahead(text: str, first: datetime) -> None:
    assert find_dates(text, 0, len(text), SAID_AT, future=True)[0].first == first


def test_hours_are_counted_from_the_moment_and_days_from_its_day_in_utc() -> None:
    late = datetime(2023, 5, 10, 0, 30, tzinfo=UTC)
    assert find_dates("an hour ago", 0, 11, late)[0].first == _day(2023, 5, 9)
    east = datetime(2023, 5, 11, 1, tzinfo=timezone(timedelta(hours=9)))
    assert find_dates("yesterday", 0, 9, east)[0].first == _day(2023, 5, 9)


def test_the_machine_is_not_asked_for_its_time_place_or_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same readings where the clock, the time zone and the locale are other ones."""
    phrases = ("in March", "on Monday", "5 May", "two weeks ago", "an hour ago", "May 2019", "next month", "03/13/2019")

    def readings() -> list[object]:
        when._asked.cache_clear()
        when._reader.cache_clear()
        return [find_dates(phrase, 0, len(phrase), SAID_AT) for phrase in phrases]

    here = readings()
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    time.tzset()
    try:
        with monkeypatch.context() as patched:
            for name, module in list(sys.modules.items()):
                if name.startswith("dateparser") and getattr(module, "datetime", None) is datetime:
                    patched.setattr(module, "datetime", _AnotherDay)
            assert readings() == here
    finally:
        monkeypatch.undo()
        time.tzset()


class _AnyDatetime(type(datetime)):  # type: ignore[misc]
    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, datetime)


class _AnotherDay(datetime, metaclass=_AnyDatetime):
    """A clock that says the year 1999."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        return datetime(1999, 12, 31, 23, 59, tzinfo=tz)

    @classmethod
    def utcnow(cls) -> datetime:  # type: ignore[override]
        return cls.now()


def test_the_tense_decides_the_year_of_a_bare_month() -> None:
    text = "in June"
    assert find_dates(text, 0, len(text), SAID_AT, future=True)[0].first == _day(2023, 6)


@pytest.mark.parametrize(
    "text",
    [
        "1965 people", "$1999", "may go", "page 12", "", "v1.2020", "v2.3.2019", "192.168.2019", "1.2.3", "room 1999b", "3:30",
        "Theresa May spoke", "The March on Rome", "we may 3 times", "march 10 miles", "+45 20 12 34 56", "iPhone 12",
        "Sheffield Wednesday", "Good Friday", "12.05.2019", "1158 students", "half a week ago", "3000 years ago", "Mon 5",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_dates(text, 0, len(text), SAID_AT) == []


def test_a_day_that_does_not_exist_leaves_its_month() -> None:
    text = "31 February 2020"
    assert [date_name(date) for date in find_dates(text, 0, len(text), SAID_AT)] == ["2020-02"]


def test_a_date_stands_where_it_says() -> None:
    text = "Ana left on 7 March 2021, and Bob in 2022."
    found = find_dates(text, 0, len(text), SAID_AT)
    assert [text[date.start : date.end] for date in found] == ["7 March 2021", "2022"]


@pytest.mark.parametrize(
    ("text", "opened", "closed"),
    [
        ("in 1965", _day(1965), None),
        ("since 1965", _day(1965), None),
        ("until 1965", None, _day(1966)),
        ("from 1965 to 1970", _day(1965), _day(1971)),
        ("1965–1970", _day(1965), _day(1971)),
        ("from March to May 2019", _day(2019, 3), _day(2019, 6)),
        ("since 3 March 2019", _day(2019, 3, 3), None),
    ],
)
def test_only_a_range_or_an_end_closes_validity(text: str, opened: datetime | None, closed: datetime | None) -> None:
    assert validity(find_dates(text, 0, len(text), SAID_AT)) == (opened, closed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("7 March 2021", "2021-03-07"),
        ("March 7, 2021", "2021-03-07"),
        ("in March 2021", "2021-03"),
        ("in 1965", "1965"),
        ("the 1970s", "1970s"),
        ("from 1990 to 1995", "1990/1995"),
        ("a week ago", "2023-05-01/2023-05-07"),
    ],
)
def test_one_date_has_one_name(text: str, name: str) -> None:
    assert date_name(find_dates(text, 0, len(text), SAID_AT)[0]) == name


@given(st.text(alphabet="0123456789 -–/.,adeghilnorstuyJMSTW", max_size=60), st.datetimes(timezones=st.just(UTC)))
def test_any_text_on_any_day_gives_intervals_inside_it(text: str, said_at: datetime) -> None:
    for date in find_dates(text, 0, len(text), said_at):
        assert 0 <= date.start < date.end <= len(text)
        assert date.first < date.last
        assert date.last - date.first >= timedelta(days=1)
        assert date_name(date)


@pytest.mark.parametrize("text", ["I run every Friday.", "I run each Monday.", "Most Mondays I run, any Friday too."])
def test_any_day_of_a_kind_is_no_date(text: str) -> None:
    assert find_dates(text, 0, len(text), SAID_AT) == []
