"""Dates resolved against the day they were said on (Wednesday 10 May 2023)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    ],
)
def test_a_date_names_an_interval(text: str, first: datetime, last: datetime) -> None:
    (found,) = find_dates(text, 0, len(text), SAID_AT)
    assert (found.first, found.last) == (first, last)
    assert found.first.tzinfo is not None


def test_the_tense_decides_the_year_of_a_bare_month() -> None:
    text = "in June"
    assert find_dates(text, 0, len(text), SAID_AT, future=True)[0].first == _day(2023, 6)


@pytest.mark.parametrize("text", ["1965 people", "$1999", "may go", "page 12", "", "v1.2020"])
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
