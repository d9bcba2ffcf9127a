"""A relative by marriage is one word, and no sister or mother."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graphmem.domain.triple import Reading

Read = Callable[..., Reading]


def _told(read: Read, text: str) -> set[tuple[str, str, str]]:
    triples = read(text, role="user", speaker="u").triples
    return {(one.subject.name, one.predicate, one.object.name) for one in triples}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("My sister-in-law Ana moved to Rome.", {("Ana", "move_to", "Rome"), ("Ana", "sister_in_law_of", "u")}),
        ("Ana is my sister-in-law.", {("Ana", "sister_in_law_of", "u")}),
        (
            "My father-in-law works at Acme.",
            {("u's father-in-law", "work_at", "Acme"), ("u's father-in-law", "father_in_law_of", "u")},
        ),
        ("My sister Ana moved to Rome.", {("Ana", "move_to", "Rome"), ("Ana", "sister_of", "u")}),
    ],
)
def test_a_relative_by_marriage_is_one_word(read: Read, text: str, told: set[tuple[str, str, str]]) -> None:
    assert _told(read, text) == told


def test_the_word_stands_where_it_stands_in_the_text(read: Read) -> None:
    text = "My father-in-law works at Acme."
    named = next(one.subject for one in read(text, role="user", speaker="u").triples if one.predicate == "work_at")
    assert text[named.span.start : named.span.end] == "My father-in-law"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I met Tom, Maya's brother.", ("Tom", "brother_of", "Maya")),
        ("I'm Tom, Maya's husband.", ("u", "husband_of", "Maya")),
        ("I'm Tom, Maya is my wife.", ("Maya", "wife_of", "u")),
    ],
)
def test_a_relative_without_an_article_is_somebodys(read: Read, text: str, told: tuple[str, str, str]) -> None:
    found = _told(read, text)
    assert told in found
    assert "is_a" not in {predicate for _, predicate, _ in found}
