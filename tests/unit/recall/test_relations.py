"""Words for relations, from either end."""

from __future__ import annotations

import pytest

from graphmem.domain.subgraph import Told
from graphmem.recall.relations import Relation, act


def relation(subject: str, predicate: str, object_: str, text: str, forwards: bool) -> Relation:
    told = Told("fact_1", "ent_1", subject, predicate, "ent_2", object_, text, False, "mem_1", 0)
    return Relation.of(told, forwards)


@pytest.mark.parametrize(
    ("predicate", "text", "forwards", "yes", "no"),
    [
        ("wife_of", "Ana is the wife of Bo.", False, {"wife", "spouse"}, {"husband", "sister", "live"}),
        ("wife_of", "Ana is the wife of Bo.", True, {"husband", "wife", "spouse"}, {"brother"}),
        ("mother_of", "Bo's mother is Ana.", False, {"mother", "parent", "parents"}, {"father", "son"}),
        ("mother_of", "Bo's mother is Ana.", True, {"son", "daughter", "child"}, {"mother", "parent"}),
        ("have", "Ana has a sister, Bo.", True, {"sister", "sibling"}, {"brother", "wife"}),
        ("have", "Ana has a sister, Bo.", False, {"sister", "brother"}, {"mother"}),
        ("married_to", "Ana is married to Bo.", True, {"husband", "wife", "married"}, {"sister"}),
        ("boss_of", "Ana is Bo's boss.", True, {"employee"}, {"boss"}),
        ("reside_in", "Ana resides in Bo.", True, {"live", "lives", "residing", "home"}, {"work", "wife"}),
        ("move_to", "Ana moved to Bo.", False, {"live", "moved"}, {"work"}),
        ("employ", "Ana employs Bo.", False, {"work", "works", "company", "employer"}, {"live"}),
        ("directed_by", "Ana was directed by Bo.", True, {"director", "direct", "directed"}, {"wrote"}),
    ],
)
def test_what_a_fact_may_be_asked_as(predicate: str, text: str, forwards: bool, yes: set[str], no: set[str]) -> None:
    said = relation("Ana", predicate, "Bo", text, forwards)
    assert {word for word in yes | no if said.says(word)} == yes


def test_a_name_is_no_word_of_its_fact() -> None:
    said = relation("Mother Teresa", "visit", "Delft", "Mother Teresa visited Delft.", forwards=True)
    assert not said.says("mother")
    assert said.says("visit")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("found", "founder", True),
        ("works", "work", True),
        ("write", "author", True),
        ("living", "reside", True),
        ("mother", "motherland", False),
        ("son", "song", False),
        ("wife", "husband", True),
        ("brother", "brothers", False),
        ("live", "work", False),
    ],
)
def test_words_that_say_the_same_have_one_act(one: str, other: str, same: bool) -> None:
    assert (act(one) == act(other)) is same
