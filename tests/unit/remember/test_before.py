"""Which texts cost a question about what was said before: those that open with a bare correction, and no others."""

from __future__ import annotations

import pytest

from graphmem.remember.before import LONGEST, is_alone, looks_like_correction


@pytest.mark.parametrize(
    "text",
    [
        "No, I meant Leiria.",
        "no i meant leiria",
        "Oops, I meant 35",
        "Sorry, Porto, not Lisbon",
        "Actually it's Acme, not Acne.",
        "I mean Acme.",
        "Wait, it was 3.5 km",
        "Make that two.",
        "Rather Oslo.",
        "It's Acme, not Acne.",
        "Not Acne but Acme.",
        "Acme, I mean.",
        "Leiria, rather!",
        "No, I meant Leiria. I have lived there for years.",
        "“No, it’s Leiria”",
    ],
)
def test_what_may_be_a_correction(text: str) -> None:
    assert looks_like_correction(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "I live in Porto.",
        "No, I live in Porto.",
        "It's late.",
        "It is raining.",
        "Well, I like tea.",
        "Sorry, Bob.",
        "Actually, my sister moved to Rome.",
        "Nothing but trouble.",
        "I said that I meant Leiria.",
        "No, I meant Leiria?",
        "My mistake was that I never learnt to swim.",
        "Notwithstanding all but one.",
        "I live in Porto. No, I meant Leiria.",
        "No, I meant " + "x" * LONGEST,
    ],
)
def test_what_states_something_of_its_own_costs_nothing(text: str) -> None:
    assert not looks_like_correction(text)


def test_a_sentence_alone_is_told_from_one_with_more_behind_it() -> None:
    assert is_alone(" No, I meant 3.5 km. ")
    assert not is_alone("No, I meant Leiria. I have lived there for years.")
    assert not is_alone("No, I meant Leiria\nIt is lovely")
