"""Quotes and names are in the text, or are not: no statement is kept that cannot be pointed to."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.triple import Span
from graphmem.extraction.llm.evidence import (
    Vocabulary,
    find_name,
    find_quote,
    sentence_spans,
    tidy_name,
    tidy_predicate,
)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("I came. I saw! Did I win? Yes", ["I came.", "I saw!", "Did I win?", "Yes"]),
        ("Dr. Ana met J. Smith, e.g. here. Then left.", ["Dr. Ana met J. Smith, e.g. here.", "Then left."]),
        ('He said "Go." She went.', ['He said "Go."', "She went."]),
        ("One line\n\n  another line \n- third", ["One line", "another line", "- third"]),
        ("我住在柏林。我喜欢猫！", ["我住在柏林。", "我喜欢猫！"]),
        ("3.5 km in 2.1 hours.", ["3.5 km in 2.1 hours."]),
        ("... !?\n", []),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentence_spans(text)] == sentences


@given(st.text(alphabet="Ab .!?\n\"'。é\u2028", max_size=60), st.integers(0, 5))
def test_sentences_lose_no_word_and_never_overlap(text: str, start: int) -> None:
    spans = sentence_spans(text, min(start, len(text)))
    assert all(a.end <= b.start for a, b in pairwise(spans))
    covered = "".join(text[span.start : span.end] for span in spans)
    wanted = [c for c in text[min(start, len(text)) :] if c.isalnum()]
    assert [c for c in covered if c.isalnum()] == wanted


TEXT = "Maya said: “I don’t eat  meat –\never.” She lives in Köln (Cologne)."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("She lives in Köln", "She lives in Köln"),
        ("she LIVES in köln", "She lives in Köln"),
        ("I don't eat meat - ever", "I don’t eat  meat –\never"),
        ('"I don’t eat meat"', "I don’t eat  meat"),
        ("...She lives in Köln…", "She lives in Köln"),
        ("Köln (Cologne).", "Köln (Cologne)."),
    ],
)
def test_a_quote_is_found_as_people_copy(quote: str, found: str) -> None:
    span = find_quote(quote, TEXT)
    assert span is not None
    assert TEXT[span.start : span.end] == found


@pytest.mark.parametrize(
    "quote", ["", " ", "…", "I do eat meat", "She lives … Cologne", ".*", "(She|He)", "Köln [Cologne]", TEXT * 100]
)
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert find_quote(quote, TEXT) is None


@given(st.text(max_size=40), st.text(max_size=80))
def test_what_is_found_has_the_letters_of_the_quote(quote: str, text: str) -> None:
    span = find_quote(quote, text)
    if span is not None:
        found = [c.casefold() for c in text[span.start : span.end] if c.isalnum()]
        wanted = [c.casefold() for c in quote if c.isalnum()]
        assert 0 <= span.start < span.end <= len(text)
        assert len(found) == len(wanted)


def test_a_name_is_found_as_a_whole_word() -> None:
    text = "Anabel knows  Ana Maria, and 東京 too."
    whole = Span(start=0, end=len(text))
    assert find_name("ana maria", text, whole) == Span(start=14, end=23)
    assert find_name("Ana", text, Span(start=0, end=10)) is None
    assert find_name("東京", text, whole) is not None


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("Tidewater", True),
        ("tidewater labs", True),
        ("Maya", True),
        ("Rotterdam office", True),
        ("the Labs of Tidewater", True),
        ("oboe", True),
        ("Al", False),
        ("Northwind", False),
        ("Tidewater Holdings", False),
        ("東京", True),
        ("京都", False),
        ("—", False),
    ],
)
def test_a_name_is_spelled_or_made_of_words_that_are(name: str, there: bool) -> None:
    texts = ["Also, the Tidewater\nLabs of Rotterdam have an office.", "She repairs oboes. 私は東京に住んでいます。"]
    assert Vocabulary(texts, ["Maya", "assistant"]).holds(name) is there


@pytest.mark.parametrize(
    ("name", "tidy"),
    [
        (" Ana \n Maria ", "Ana Maria"),
        ("", None),
        ("—", None),
        ("a\0b", None),
        ("a\ud800b", None),
        ("x\u202ey", None),
        ("a" * 121, None),
    ],
)
def test_names_are_text_on_one_line(name: str, tidy: str | None) -> None:
    assert tidy_name(name) == tidy


@pytest.mark.parametrize(
    ("predicate", "tidy"),
    [
        ("Works at", "works_at"),
        ("live_in", "live_in"),
        (" is-a ", "is_a"),
        ("]->(n) DETACH DELETE n", "n_detach_delete_n"),
        ("42", None),
        ("!", None),
        ("has been known to have often said", None),
        ("x" * 61, None),
    ],
)
def test_predicates_are_lower_snake(predicate: str, tidy: str | None) -> None:
    assert tidy_predicate(predicate) == tidy
