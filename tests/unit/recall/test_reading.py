"""A question read from a name outward: which word a walk comes to first."""

from __future__ import annotations

import pytest

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.subgraph import Told
from graphmem.recall.reading import SKIPPED, Reading, asks_of_self, readings
from graphmem.recall.relations import Relation


def entity(name: str, *aliases: str) -> Entity:
    key = entity_key(name)
    return Entity(id=entity_id("u", key), owner="u", key=key, name=name, type="entity", aliases=aliases)


EMIL = entity("Emil Larsen", "Emil")


def from_emil(question: str) -> tuple[str, ...]:
    return readings(question, [EMIL])[EMIL.id].words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where does Emil Larsen live?", ("live",)),
        ("Where does the wife of Emil Larsen's father work?", ("father", "wife", "work")),
        ("Where does Emil’s father's sister live?", ("father", "sister", "live")),
        ("Who employs the husband of Emil Larsen?", ("husband", "employs")),
        (
            "In which town is the office of the company that Emil Larsen's father works for?",
            ("father", "works", "company", "office", "town"),
        ),
        ("where does emil larsen's mother live", ("mother", "live")),
        ("Emil Larsen", ()),
    ],
)
def test_words_come_in_the_order_of_the_walk(question: str, words: tuple[str, ...]) -> None:
    assert from_emil(question) == words


def test_a_question_that_does_not_say_the_name_is_not_read() -> None:
    assert readings("Where does Ana live?", [EMIL]) == {}


def test_other_names_are_no_words_but_have_to_be_met() -> None:
    ana = entity("Ana Silva")
    read = readings("Did Emil Larsen marry the sister of Ana Silva?", [EMIL, ana])
    assert read[EMIL.id] == Reading(("marry", "sister"), frozenset({ana.id}))
    assert read[EMIL.id].others == {ana.id}
    assert read[EMIL.id].share({0, 1}, 0, (EMIL.id,)) == pytest.approx(2 / 3)
    assert read[EMIL.id].share({0, 1}, 0, (EMIL.id, ana.id)) == 1.0


def test_a_name_within_a_longer_one_keeps_the_words_of_the_longer_one() -> None:
    father = entity("Emil Larsen's father")
    read = readings("Where does Emil Larsen's father work?", [EMIL, father])
    assert read[EMIL.id].words == ("father", "work")
    assert read[father.id].words == ("work",)
    assert read[EMIL.id].others == frozenset()


def relation(predicate: str, text: str = "") -> Relation:
    told = Told("fact_1", "ent_1", "Ana", predicate, "ent_2", "Bo", text or f"Ana {predicate} Bo.", False, "mem_1", 0)
    return Relation.of(told, forwards=False)


def test_a_word_that_comes_twice_is_taken_once_and_what_is_passed_over_counts() -> None:
    reading = Reading(("father", "wife", "father", "work", "company"))
    assert reading.take(frozenset(), relation("father_of")) == (frozenset({0}), frozenset())
    assert reading.take(frozenset({0}), relation("father_of")) == (frozenset({2}), frozenset({1}))
    assert reading.take(frozenset({0, 1, 2}), relation("work_for")) == (frozenset({3, 4}), frozenset())
    assert reading.take(frozenset(), relation("like")) == (frozenset(), frozenset())
    assert reading.share({0, 1, 2}, 1, ()) == pytest.approx((3 - SKIPPED) / 5)
    assert reading.share({0}, 9, ()) == 0.0
    assert Reading(()).share((), 0, ()) == 0.0


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where does Emil Larsen's best friend live?", ("friend", "live")),
        ("Who is the mother of the older sister of Emil Larsen?", ("sister", "mother")),
        ("Who is the married sister of Emil Larsen?", ("sister", "married")),
    ],
)
def test_a_word_that_only_says_more_of_a_role_is_left_out(question: str, words: tuple[str, ...]) -> None:
    assert from_emil(question) == words


def test_two_marriages_are_two_words_for_one_relation_and_each_fact_takes_one() -> None:
    reading = Reading(("husband", "father", "wife", "live"))
    assert reading.take(frozenset(), relation("married_to")) == (frozenset({0}), frozenset())
    assert reading.take(frozenset({0, 1}), relation("married_to")) == (frozenset({2}), frozenset())


def test_the_kind_of_thing_asked_for_may_say_a_relation_and_need_not() -> None:
    read = readings("In which town is the office of Emil Larsen?", [EMIL])[EMIL.id]
    assert (read.words, read.kind) == (("office", "town"), "town")
    assert read.share({0}, 0, ()) == 1.0
    assert read.share({0, 1}, 0, ()) == 1.0
    assert read.share({1}, 1, ()) == pytest.approx((1 - SKIPPED) / 2)
    assert readings("What is the job of Emil Larsen?", [EMIL])[EMIL.id].kind == ""


ASKER = entity("u-17")


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Where do I live?", ("live",)),
        ("where do i live now", ("live",)),
        ("Do you remember where I live?", ("live",)),
        ("Who is my boss?", ("boss",)),
        ("Where does my sister's husband work?", ("sister", "husband", "work")),
        ("Tell me the name of my dentist.", ("dentist", "name")),
        ("Do I know where my older sister lives?", ("sister", "lives")),
        ("Where do we live?", ("live",)),
        ("Who works with me.", ("works",)),
    ],
)
def test_who_asks_is_named_by_i_and_my(question: str, words: tuple[str, ...]) -> None:
    assert asks_of_self(question)
    assert readings(question, [], ASKER) == {ASKER.id: Reading(words, asker=ASKER.id)}


@pytest.mark.parametrize(
    "question",
    [
        "Where does Ana live?",
        "Who won the US Open?",
        "What is the U.S. capital?",
        "Is Mi a name?",
        "When did Albert I die?",
        "who fought in world war I and who in type i?",
        "Who sings We Sweat Blood and How I Met Your Mother?",
        'Who said "I think, therefore I am"?',
    ],
)
def test_a_question_about_others_is_not_of_the_asker(question: str) -> None:
    assert not asks_of_self(question)
    assert ASKER.id not in readings(question, [], ASKER)


def test_other_names_are_to_be_met_from_the_asker_and_not_the_other_way_round() -> None:
    read = readings("Where did I meet Emil Larsen?", [EMIL], ASKER)
    assert read[ASKER.id].others == {EMIL.id}
    assert read[EMIL.id].others == frozenset()


def test_what_is_told_of_the_asker_goes_by_its_predicate() -> None:
    told = Told(
        "f", ASKER.id, "u-17", "love", "h", "hills", "u-17 loves the hills near where u-17 lives.", False, "m", 0
    )
    (live,) = readings("Where do I live?", [], ASKER).values()
    assert Relation.of(told, forwards=True).says("live")
    assert live.take(frozenset(), Relation.of(told, forwards=True, asker=ASKER.id))[0] == frozenset()
    home = told._replace(predicate="move_to", text="u-17 moved to Lisbon.")
    assert live.take(frozenset(), Relation.of(home, forwards=True, asker=ASKER.id))[0] == {0}
