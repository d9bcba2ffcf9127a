"""What is only for a while or another thing by the words beside it has a predicate of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphmem.domain.triple import Reading

Read = Callable[..., Reading]


def _told(read: Read, text: str) -> set[tuple[str, str]]:
    return {(one.predicate, one.object.name) for one in read(text, role="user", speaker="u").triples}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I'm based in Rome this week.", ("stay_in", "Rome")),
        ("I live in Rome for two weeks.", ("stay_in", "Rome")),
        ("I joined the Globex meeting.", ("take_part_in", "Globex meeting")),
        ("I work out at the gym.", ("work_out_at", "gym")),
        ("My office phone number is 555-0199.", ("office_phone_number", "555-0199")),
        ("My mobile number is 555-0199.", ("phone_number", "555-0199")),
        ("My bonus is 5,000 dollars.", ("bonus", "5,000 dollars")),
        ("I'm based in Rome.", ("based_in", "Rome")),
        ("I joined Globex.", ("join", "Globex")),
        ("I work over in Rome.", ("work_in", "Rome")),
    ],
)
def test_the_words_beside_it_tell_what_it_is(read: Read, text: str, told: tuple[str, str]) -> None:
    assert told in _told(read, text)


@pytest.mark.parametrize(
    "text",
    ["I'm single-minded.", "My husband Tom is single-handedly cooking.", "I'm engaged in a project."],
)
def test_a_longer_word_is_no_status(read: Read, text: str) -> None:
    assert not {told for told in _told(read, text) if told[0] == "marital_status" or told[1] == "single"}


@pytest.mark.parametrize("text", ["I'm engaged.", "I got engaged in May.", "I got engaged in 2020."])
def test_who_is_engaged_is_told_to_be(read: Read, text: str) -> None:
    assert ("marital_status", "engaged") in _told(read, text)


def test_what_is_dreamt_is_not_so(read: Read) -> None:
    moves = read("I moved to Rome in my dream.", role="user", speaker="u").triples
    assert {one.modality for one in moves} == {"possible"}
    (home,) = (
        one
        for one in read("I live in Rome in my dream house.", role="user", speaker="u").triples
        if one.object.name == "Rome"
    )
    assert home.modality == "asserted"
