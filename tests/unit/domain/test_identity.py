"""Ids sort by time and never repeat; keys join what is one name and nothing else."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.identity import entity_id, entity_key, new_id, text_hash
from graphmem.domain.names import is_proper, spelled_names, spoken_names, title_aliases


def test_ids_rise_within_a_process_and_never_repeat_across_threads() -> None:
    made: list[list[str]] = [[] for _ in range(4)]

    def make(into: list[str]) -> None:
        into.extend(new_id("mem") for _ in range(2_000))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(into == sorted(into) for into in made)
    assert len({one for into in made for one in into}) == 8_000


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Corp.", "acme corp"),
        ("The Beatles", "beatles"),
        ("Ana’s", "ana"),
        ("“Belle”", "belle"),
        ("Ｆｕｌｌ", "full"),
        ("a\u200bb", "ab"),
        ("New   York", "new york"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    assert entity_key(one) == entity_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Раура", "Paypa"), ("Lothair I", "Lothair II"), ("C", "C++"), ("1990", "1991")]
)
def test_names_that_stay_apart(one: str, other: str) -> None:
    assert entity_key(one) != entity_key(other)


@given(st.text(min_size=1))
def test_a_key_holds_no_invisible_marks_and_no_double_spaces(name: str) -> None:
    key = entity_key(name)
    assert "\u200b" not in key
    assert key == " ".join(key.split())


def test_entities_of_two_owners_are_two() -> None:
    assert entity_id("user:a", "acme") == entity_id("user:a", "acme")
    assert entity_id("user:a", "acme") != entity_id("user:b", "acme")


def test_hash_keeps_its_parts_apart() -> None:
    assert text_hash("a", "b") != text_hash("ab", None)
    assert text_hash("a", None) != text_hash("a", "")


def test_spelled_names_give_every_run_that_begins_and_ends_like_a_name() -> None:
    text = "Ermengarde of Tours married Lothair II in 823."
    found = {text[start:end] for _, start, end in spelled_names(text)}
    assert {"Ermengarde", "Ermengarde of Tours", "Lothair II", "Tours"} <= found
    assert "married" not in found


def test_spoken_names_find_names_in_any_case() -> None:
    assert {"ana", "acme corp", "lisbon"} <= {
        key for key, _, _ in spoken_names("does ana of acme corp live in lisbon?")
    }


def test_title_aliases() -> None:
    assert title_aliases("Belle (Disney song)") == ("Belle",)
    assert title_aliases("Belle") == ()
    assert title_aliases("(untitled)") == ()


def test_is_proper() -> None:
    assert is_proper("the Beatles")
    assert is_proper("7 Up")
    assert not is_proper("a small flat")
