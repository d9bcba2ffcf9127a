"""Names that list somebody's pets or relatives are all read, each for itself."""

from __future__ import annotations

import pytest

from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from tests.unit.extraction.conftest import SAID_AT


def _told(text: str) -> set[tuple[str, str, str]]:
    read = RuleExtractor().read([Passage(text=text, occurred_at=SAID_AT, role="user")])[0]
    return {(one.subject.name, one.predicate, one.object.name) for one in read.triples}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I have two cats, Milo and Luna.", {("Milo", "cat_of", "user"), ("Luna", "cat_of", "user")}),
        (
            "We have a dog called Rex and two cats, Milo and Luna.",
            {("Rex", "dog_of", "user"), ("Milo", "cat_of", "user"), ("Luna", "cat_of", "user")},
        ),
        ("I have three dogs: Rex, Fido and Bo.", {(name, "dog_of", "user") for name in ("Rex", "Fido", "Bo")}),
        ("I have two sisters, Ann and Joan.", {("Ann", "sister_of", "user"), ("Joan", "sister_of", "user")}),
        ("Ana has two sons, Ben and Tom Lee.", {("Ben", "son_of", "Ana"), ("Tom Lee", "son_of", "Ana")}),
    ],
)
def test_each_name_of_a_list_is_one_of_them(text: str, told: set[tuple[str, str, str]]) -> None:
    assert _told(text) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("My parents, Joe and Mary, live in Utah.", {(name, "live_in", "Utah") for name in ("Joe", "Mary")}),
        ("My kids Lea and Max go to school in Rome.", {(name, "go_in", "Rome") for name in ("Lea", "Max")}),
        ("My friends Ann Lee and Bob work at Acme.", {(name, "work_at", "Acme") for name in ("Ann Lee", "Bob")}),
    ],
)
def test_what_is_told_of_a_list_is_told_of_each(text: str, told: set[tuple[str, str, str]]) -> None:
    assert told <= _told(text)


def test_who_is_named_in_another_clause_is_none_of_them() -> None:
    assert not {one for one in _told("My sisters live in Rome, and Ann lives in Bern.") if one[1] == "sister_of"}
