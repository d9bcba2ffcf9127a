"""Any text becomes words that FTS5 takes, and no text reaches another owner's words."""

from __future__ import annotations

import random
import re
import sqlite3
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.stores.stemmer import Stemmer
from graphmem.stores.words import STOP_WORDS, content_words, marked, phrase, words_of

FUZZ = 10_000
SAID = re.compile(r"_?[a-z0-9]+")


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """The index as the schema makes it, with something in it."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        """CREATE VIRTUAL TABLE memory_words USING fts5 (words, tokenize = "porter ascii tokenchars '_'", columnsize = 0)"""
    )
    connection.execute("CREATE VIRTUAL TABLE memory_word USING fts5vocab (memory_words, instance)")
    connection.execute("INSERT INTO memory_words VALUES (?)", [marked(1, words_of("The cats run to the café"))])
    yield connection
    connection.close()


def odd_text(chance: random.Random) -> str:
    """A text of whatever could upset a query language."""
    kinds = [
        lambda: chance.choice(
            ['"', "'", "*", "(", ")", "-", "+", ":", "^", "{", "}", "AND", "OR", "NOT", "NEAR(", "\0", "\\"]
        ),
        lambda: chr(chance.randrange(sys.maxunicode + 1)),
        lambda: chr(chance.randrange(128)),
        lambda: chance.choice(
            ["cat", "run", "1_cat", "2_", "_", "words", "memory_words", "café", "日本", "\u202e", "\ud800", "ﬀ", "İ"]
        ),
        lambda: " ",
    ]
    return "".join(chance.choice(kinds)() for _ in range(chance.randrange(1, 30)))


def test_fts5_takes_every_text(index: sqlite3.Connection) -> None:
    chance = random.Random(11)
    for _ in range(FUZZ):
        words = words_of(odd_text(chance))
        assert all(SAID.fullmatch(word) and len(word) <= 48 for word in words)
        if words:
            index.execute("SELECT rowid FROM memory_words WHERE memory_words MATCH ?", [phrase(1, words)]).fetchall()
            index.execute("SELECT rowid FROM memory_words WHERE memory_words MATCH ?", [phrase(2, words)]).fetchone()


def test_every_word_is_indexed_as_one_word_of_its_owner(index: sqlite3.Connection) -> None:
    chance = random.Random(12)
    index.execute("SAVEPOINT fuzz")
    for _ in range(500):
        words = words_of(odd_text(chance))
        number = index.execute("INSERT INTO memory_words VALUES (?)", [marked(7, words)]).lastrowid
        terms = [term for (term,) in index.execute("SELECT term FROM memory_word WHERE doc = ?", [number])]
        assert len(terms) == len(words)
        assert all(term.startswith("7_") for term in terms)
    index.execute("ROLLBACK TO fuzz")


def test_the_stem_of_a_word_is_the_index_s_own(index: sqlite3.Connection) -> None:
    stemmer = Stemmer()
    chance = random.Random(13)
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    given_words = ["running", "films", "happily", "relational", "yes", "sky", "ing", "a", "ed", "university", "_c3a90"]
    given_words += [
        "".join(chance.choices(letters, k=chance.randrange(1, 20))) + chance.choice(["", "s", "ing", "ed"])
        for _ in range(500)
    ]
    index.execute("SAVEPOINT stems")
    for owner in (1, 17, 123_456):
        for word in given_words:
            number = index.execute("INSERT INTO memory_words VALUES (?)", [marked(owner, [word])]).lastrowid
            ((term,),) = index.execute("SELECT term FROM memory_word WHERE doc = ?", [number]).fetchall()
            assert term == f"{owner}_{stemmer.stem(word)}"
    index.execute("ROLLBACK TO stems")
    assert stemmer.stem("films") == stemmer.stem("film") == "film"
    stemmer.close()


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_words_do_not_hang_on_case_and_composition(text: str) -> None:
    import unicodedata

    if not any("\ud800" <= char <= "\udfff" for char in text):
        assert (
            words_of(text)
            == words_of(unicodedata.normalize("NFC", text))
            == words_of(unicodedata.normalize("NFD", text))
        )
    assert words_of(text.casefold()) == words_of(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Café's CRÈME", ["the", "cafe", "s", "creme"]),
        ("x_y-z 3.14", ["x", "y", "z", "3", "14"]),
        ("ﬁne", ["fine"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("🤖!", []),
        ("", []),
    ],
)
def test_how_a_text_is_cut(text: str, words: list[str]) -> None:
    assert words_of(text) == words


def test_scripts_without_spaces_are_cut_into_characters() -> None:
    assert len(words_of("里斯本")) == 3
    assert len(set(words_of("里斯本 里"))) == 3


def test_long_words_stay_apart() -> None:
    one, other = words_of("a" * 500 + " " + "a" * 501)
    assert one != other
    assert max(len(one), len(other)) <= 48


def test_stop_words_count_only_when_there_is_nothing_else() -> None:
    assert content_words(["the", "who", "sang", "sang"]) == ["sang"]
    assert content_words(["the", "who", "the"]) == ["the", "who"]
    assert all(words_of(word) == [word] for word in STOP_WORDS)
