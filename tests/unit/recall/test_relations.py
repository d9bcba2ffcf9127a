"""Words for relations, from either end."""

from __future__ import annotations

import pytest

from graphmem.domain.subgraph import Told
from graphmem.recall.relations import Relation, act, signs_of


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


def test_a_text_that_says_a_relation_holds_a_sign_of_the_word_that_asks_for_it() -> None:
    known = "live wife husband marry mother mums child boss work employer founder study wrote born home friend cousin"
    others = "direct director directed directing painter painted capital war action used house houses"
    asked = f"{known} {others}".split()
    told = [word + ending for word in asked for ending in ("", "s", "d", "ed", "ing", "er", "ers", "or", "ion", "es")]
    told += [word.removesuffix("e") + "ing" for word in asked]
    said = 0
    for word in asked:
        signs = signs_of([word])
        for other in told:
            for forwards in (True, False):
                if relation("Ana", other, "Bo", f"Ana {other} Bo.", forwards).says(word):
                    said += 1
                    assert any(sign in f"ana {other} bo." for sign in signs), (word, other)
    assert said > 500
    assert not any(sign in "ana likes bo." for sign in signs_of(["capital", "wife"]))
