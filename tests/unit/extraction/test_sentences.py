"""Headings, windows, and where sentences start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.extraction.parser import load_pipeline
from graphmem.extraction.sentences import WINDOW, chunks, find_heading, prepare


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ana Lopez\nAna Lopez is a painter.", "Ana Lopez"),
        ("# Ana Lopez\n\nShe is a painter.", "Ana Lopez"),
        ("Red Sky (1960 film)\nRed Sky is a film.", "Red Sky"),
        ("Who Was Ana?\nWho Was Ana? is a film by Bob Wood.", "Who Was Ana?"),
        ("quicksort\nQuicksort is a sorting algorithm.", "quicksort"),
    ],
)
def test_a_short_first_line_names_the_subject(text: str, name: str) -> None:
    heading = find_heading(text)
    assert heading is not None
    assert heading.name == name
    assert text[heading.start : heading.end].startswith(name)


@pytest.mark.parametrize(
    "text",
    [
        "Ana Lopez is a painter.",
        "Ana Lopez is a painter.\nShe lives in Rome.",
        "Hey Bob\nI went to Rome.",
        "Ana Lopez\n",
        "\n\n",
        "",
        "went to the shop\nbought some bread",
        "Rome, Oslo and Bergen, which I have all seen more than once and liked a lot, each\nRome is warm.",
    ],
)
def test_a_sentence_a_greeting_or_a_lone_line_is_no_heading(text: str) -> None:
    assert find_heading(text) is None


def test_a_line_end_parts_chunks() -> None:
    text = "Ana left\nBob stayed\r\n\n  Eva came"
    found = list(chunks(text))
    assert [chunk.text.strip() for chunk in found] == ["Ana left", "Bob stayed", "Eva came"]
    assert [text[chunk.start :].startswith(chunk.text) for chunk in found] == [True, True, True]


def test_a_long_line_is_cut_at_sentence_ends() -> None:
    text = "Ana went to Rome with Bob. " * 300
    found = list(chunks(text))
    assert len(found) > 1
    assert all(len(chunk.text) <= WINDOW and chunk.text.startswith("Ana") for chunk in found)
    assert " ".join(chunk.text for chunk in found) == text.strip()


def test_misplaced_space_is_put_right_without_moving_words() -> None:
    text = 'Ana( born in Rome) sang" The Red Sky" to her sister- in- law.'
    (chunk,) = chunks(text)
    assert chunk.text == 'Ana (born in Rome) sang "The Red Sky" to her sister-in-law.'
    assert len(chunk.text) + len(chunk.omitted) == len(text)


def test_the_second_of_two_spaces_is_left_out() -> None:
    (chunk,) = chunks("  Ana   left.")
    assert chunk == (2, "Ana left.", (4, 4))


def test_a_rulers_number_is_not_taken_for_the_pronoun() -> None:
    parsed = [
        chunk.text for chunk in chunks("Ana was the son of Bob I of Oslo.\nWhen I, and Eva, left.\nBob and I left.")
    ]
    assert parsed == ["Ana was the son of Bob V of Oslo.", "When I, and Eva, left.", "Bob and I left."]


def test_a_hanging_hyphen_keeps_its_space() -> None:
    (chunk,) = chunks("the pre- and post-war years")
    assert chunk.omitted == ()


@given(st.text(max_size=400))
def test_chunks_hold_every_word_of_any_text(text: str) -> None:
    found = list(chunks(text))
    for chunk in found:
        assert 0 <= chunk.start < len(text)
        assert chunk.start + len(chunk.text) + len(chunk.omitted) <= len(text)
    kept = "".join("".join(chunk.text.split()) for chunk in found)
    assert sorted(kept) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    "sentences",
    [
        ["Ana left Rome.", "She went to Oslo."],
        ["Is Bob here?", "Yes!", "Eva saw him."],
        ["J. B. Wood met Dr. Lopez in St. Ives.", "They talked."],
        ['Ana said "It is late."', "Bob agreed."],
        ["Bob (born in 1960. See below) is a baker.", "Eva is a poet."],
    ],
)
def test_punctuation_decides_where_it_is_clear(sentences: list[str]) -> None:
    nlp = load_pipeline()
    doc = nlp(prepare(nlp, " ".join(sentences)))
    assert [sentence.text for sentence in doc.sents] == sentences
