"""A date that a model states stands in the text, however it is said there; what the text does not say is not kept."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.triple import Span
from graphmem.extraction.llm.dating import Calendar, Side, period

SATURDAY = datetime(2024, 9, 7, 12, tzinfo=UTC)


def kept(stated: str, text: str, side: Side | None = "from") -> str | None:
    named = period(stated)
    assert named is not None
    found = Calendar(text, SATURDAY).vouched(named, Span(start=0, end=len(text)), side)
    return found.name if found else None


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("since 3 May 2019", "2019-05-03"),
        ("since 3 May 2019", "2019-05"),
        ("since 3 May 2019", "2019"),
        ("on 2019-05-03", "2019-05-03"),
        ("since May 2019", "2019-05"),
        ("since May 2019", "2019-05-01"),
        ("in 2019", "2019"),
        ("in 2019", "2019-01-01"),
        ("since yesterday", "2024-09-06"),
        ("last Tuesday", "2024-09-03"),
        ("two years ago", "2022"),
        ("last May", "2024-05"),
        ("in October", "2024-10"),
        ("in October", "2023-10"),
        ("in the 1990s", "1990"),
        ("from 2019 to 2021", "2019"),
        ("2019年5月3日", "2019-05-03"),
        ("seit dem 03.05.2019", "2019-05-03"),
    ],
)
def test_what_the_text_says_is_kept(text: str, stated: str) -> None:
    assert kept(stated, f"I lived there {text}.") == stated


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("", "2019"),
        ("in 2018", "2019"),
        ("in 2018", "2019-05-03"),
        ("since 3 May 2019", "2019-05-04"),
        ("since 3 May 2019", "2020-05-03"),
        ("yesterday", "2024-09-05"),
        ("last Tuesday", "2024-09-02"),
        ("two years ago", "2021"),
        ("with 2,019 others", "2019"),
        ("for 2019.50 euros", "2019"),
        ("in May", "2019-05"),
    ],
)
def test_what_it_does_not_say_is_not(text: str, stated: str) -> None:
    assert kept(stated, f"I lived there {text}.") is None


@pytest.mark.parametrize(
    ("text", "stated", "instead"),
    [
        ("in 2019", "2019-05-03", "2019"),
        ("in May 2019", "2019-05-03", "2019-05"),
        ("two years ago", "2022-09", "2022"),
        ("in the 1990s", "1995", "1990s"),
        ("seit Mai 2019", "2019-05", "2019"),
        ("2019年五月", "2019-05", "2019"),
    ],
)
def test_a_date_finer_than_the_text_is_the_text_s_own(text: str, stated: str, instead: str) -> None:
    assert kept(stated, f"I lived there {text}.") == instead


@pytest.mark.parametrize(
    ("side", "stated", "found"),
    [
        ("from", "2019-01-01", "2019-01-01"),
        ("to", "2019-01-01", "2019"),
        ("to", "2019-12-31", "2019-12-31"),
        ("from", "2019-12-31", "2019"),
        (None, "2019-01-01", "2019"),
    ],
)
def test_an_edge_counts_on_its_own_side(side: Side | None, stated: str, found: str) -> None:
    assert kept(stated, "It was in 2019.", side) == found


def test_only_the_words_around_count() -> None:
    text = "It rained in 2019. I live here."
    named = period("2019")
    assert named is not None
    assert Calendar(text, SATURDAY).vouched(named, Span(start=19, end=len(text))) is None


@given(st.text(max_size=60), st.dates(datetime(1000, 1, 1).date(), datetime(9000, 1, 1).date()))
def test_a_date_that_is_kept_is_not_finer_than_any_in_the_text(text: str, day: object) -> None:
    """Without a figure or a word for a date there is none."""
    letters = "".join("x" if c.isalnum() else c for c in text)
    assert kept(str(day), letters) is None
    assert kept(str(day), f"{letters} {day} {letters}") == str(day)


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", (2024, 1, 1), (2025, 1, 1)),
        ("2024-12", (2024, 12, 1), (2025, 1, 1)),
        ("2024-02-28", (2024, 2, 28), (2024, 2, 29)),
        ("2024-05-07T10:00:00Z", (2024, 5, 7), (2024, 5, 8)),
    ],
)
def test_dates_name_periods(written: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert period(written) == (datetime(*first, tzinfo=UTC), datetime(*last, tzinfo=UTC), written[:10])


@pytest.mark.parametrize(
    "written", ["", "soon", "0000", "9999", "9999-12-31", "2024-13", "2023-02-29", "24", "2024-5-7"]
)
def test_dates_that_cannot_be_are_none(written: str) -> None:
    assert period(written) is None
