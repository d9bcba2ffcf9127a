"""Numbers with what belongs to them: found whole, kept as values, never cut and never taken for names or dates."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.triple import Triple
from graphmem.extraction.dates import date_name, find_dates
from graphmem.extraction.extractor import RuleExtractor
from graphmem.extraction.quantities import find_quantities, without_quantities
from graphmem.ports.extractor import Passage

SAID_AT = datetime(2023, 5, 10, 12, tzinfo=UTC)


def literals(text: str) -> list[str]:
    dates = find_dates(text, 0, len(text), SAID_AT)
    return [text[found.start : found.end] for found in find_quantities(text, 0, len(text), dates)]


@pytest.mark.parametrize(
    "quantity",
    [
        "12 kg", "65.5 kg", "1,200 metres long", "324 m tall", "34 years old", "5'11\" tall", "20 m²", "-5 °C", "9 hours",
        "12.5 square kilometres", "2 1/2 cups", "two hours", "twenty-five miles", "120 km/h", "60 miles per hour", "2012 km",
        "$70,000 a year", "70,000 dollars a year", "€1,250 per month", "£350k", "US$3.5 million", "$5", "12.5%",
        "3.5 million", "70k", "1.2 bn", "+45 20 12 34 56", "555-123-4567", "(415) 555-2671", "+1 (415) 555-2671",
        "DE89 3704 0044 0532 0130 00", "2.3.1", "192.168.0.1", "4711-AB", "version 2.3.1",
    ],
)  # fmt: skip
def test_a_quantity_is_found_whole(quantity: str) -> None:
    assert literals(f"It is {quantity}, they say.") == [quantity]
    assert literals(f"It is {quantity}.") == [quantity]


@pytest.mark.parametrize(
    "text",
    ["", "in 1999", "12 May 2019", "from 2015 to 2018", "2019-05-03", "two years ago", "Apollo 11", "COVID-19", "an F-16",
     "a day off", "one day she left", "two dogs", "1, 2, 3 and 4", "the 3rd year", "won 3-2", "2001 2002 2003", "the 1990s"],
)  # fmt: skip
def test_what_is_no_quantity_is_none(text: str) -> None:
    assert literals(text) == []


def test_a_year_inside_a_number_is_no_date() -> None:
    text = "It is 2012 km to Rome, she said in 2013."
    dates = find_dates(text, 0, len(text), SAID_AT)
    found = find_quantities(text, 0, len(text), dates)
    assert [date_name(date) for date in without_quantities(dates, found)] == ["2013"]


@given(st.text(alphabet="0123456789 +-.,/()$€%kmgyear'\"ABtwo", max_size=60))
def test_quantities_of_any_text_stand_in_it_apart_from_each_other_and_from_dates(text: str) -> None:
    dates = find_dates(text, 0, len(text), SAID_AT)
    found = find_quantities(text, 0, len(text), dates)
    kept = without_quantities(dates, found)
    spans = sorted([(one.start, one.end) for one in found] + [(one.start, one.end) for one in kept])
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


def triples(text: str) -> tuple[Triple, ...]:
    return RuleExtractor().read([Passage(text, SAID_AT)])[0].triples


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("The parcel weighs 12 kg.", ("parcel", "weigh", "12 kg")),
        ("Bob paid Acme $70,000 a year.", ("Bob", "pay", "$70,000 a year")),
        ("Bob ran 42.195 km in 3 hours.", ("Bob", "run_in", "3 hours")),
        ("Ana's phone number is +45 20 12 34 56.", ("Ana", "phone_number", "+45 20 12 34 56")),
        ("Bob's salary is 70k.", ("Bob", "salary", "70k")),
        ("The number of the office is 555-123-4567.", ("office", "number", "555-123-4567")),
        ("The city has a population of 3.5 million.", ("city", "population", "3.5 million")),
        ("Oslo has 3.5 million inhabitants.", ("Oslo", "have", "3.5 million inhabitants")),
        ("The bridge is 1,200 metres long.", ("bridge", "is", "1,200 metres long")),
        ("The tower is 120 years old.", ("tower", "is", "120 years old")),
        ("The recipe needs 2 1/2 cups of flour.", ("recipe", "need", "2 1/2 cups of flour")),
        ("The company raised $3.5 million from Acme.", ("company", "raise", "$3.5 million")),
        ("The package is version 2.3.1.", ("package", "is", "version 2.3.1")),
    ],
)
def test_a_quantity_is_a_value_as_it_stands_in_the_text(text: str, stated: tuple[str, str, str]) -> None:
    found = {(t.subject.name, t.predicate, t.object.name): t.object for t in triples(text)}
    assert stated in found
    value = found[stated]
    assert value.type == "value"
    assert text[value.span.start : value.span.end].endswith(value.name)


def test_no_name_is_made_of_a_number() -> None:
    text = "Ana's IBAN is DE89 3704 0044 0532 0130 00 and her number is +45 20 12 34 56."
    (reading,) = RuleExtractor().read([Passage(text, SAID_AT)])
    assert {name.name for _, name in reading.mentions} <= {"Ana", "IBAN"}


def test_how_long_something_took_is_no_date() -> None:
    assert all(triple.valid_from is None for triple in triples("Bob ran 42.195 km in 3 hours."))
    (ahead,) = [t for t in triples("Bob will leave Oslo in 3 days.") if t.object.name == "Oslo"]
    assert ahead.valid_from == datetime(2023, 5, 13, tzinfo=UTC)
