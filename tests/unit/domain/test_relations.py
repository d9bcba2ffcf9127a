"""The vocabulary of relations: what says the same, from which side, and of what there is one at a time."""

from __future__ import annotations

import pytest

from graphmem.domain.relations import DEFAULT, Meaning, Relation, Relations


def told(predicate: str) -> Meaning:
    meaning = DEFAULT.meaning(predicate)
    assert meaning is not None
    return meaning


def test_it_is_small_and_no_predicate_says_two_relations() -> None:
    assert 40 <= len(DEFAULT.known) <= 120
    names = [relation.name for relation in DEFAULT.known]
    assert len(set(names)) == len(names)
    for relation in DEFAULT.known:
        for predicate in (relation.name, *relation.says, *relation.begins, *relation.inverses):
            assert told(predicate).relation.name == relation.name, predicate


@pytest.mark.parametrize(
    ("predicate", "name", "inverted"),
    [
        ("reside_in", "live_in", False),
        ("lives_in", "live_in", False),
        ("works_for", "work_at", False),
        ("employ", "work_at", True),
        ("manager_of", "report_to", True),
        ("manages", "report_to", True),
        ("child_of", "parent_of", True),
        ("has_ceo", "ceo_of", True),
        ("ceo", "ceo_of", True),
        ("is_owned_by", "owner_of", True),
        ("phone", "phone_number", False),
        ("has_phone_number", "phone_number", False),
        ("phone_number_of", "phone_number", True),
        ("favorite_color", "favourite_colour", False),
        ("favourite_food_of", "favourite_food", True),
    ],
)
def test_ways_to_say_a_relation(predicate: str, name: str, inverted: bool) -> None:
    meaning = told(predicate)
    assert (meaning.relation.name, meaning.part, meaning.inverted) == (name, "says", inverted)


def test_a_relation_begins_and_is_over() -> None:
    assert (told("moved_to").part, told("moved_to").past) == ("begins", False)
    assert "work_at" in {one.relation.name for one in DEFAULT.ended_by("leave")}
    assert DEFAULT.meaning("quit") is None
    assert [(one.relation.name, one.inverted) for one in DEFAULT.ended_by("fire")] == [("work_at", True)]


def test_a_predicate_may_be_in_the_past() -> None:
    assert told("lived_in").past
    assert told("was_married_to").past
    assert not told("is_married_to").past


def test_how_many_there_are_at_a_time() -> None:
    assert told("live_in").relation.one_object
    assert told("ceo_of").relation.one_subject
    assert (told("age").relation.fills, told("email").relation.fills) == ("number", "mail")
    assert not told("like").relation.is_single
    assert DEFAULT.relation("polish") == Relation("polish")


def test_all_that_bears_on_a_predicate_is_asked_for() -> None:
    assert {"live_in", "lives_in", "move_to", "reside_in", "move_out_of"} <= DEFAULT.asked_with("reside_in")
    assert {"work_at", "play_for", "leave"} <= DEFAULT.asked_with("leave")
    assert {"like", "dislike", "hates"} <= DEFAULT.asked_with("like")
    assert {"favourite_colour", "favorite_color"} <= DEFAULT.asked_with("favorite_color")
    assert DEFAULT.asked_with("polish") == {"polish"}


@pytest.mark.parametrize(
    ("predicate", "by_subject", "by_object"),
    [
        ("reside_in", {"live_in", "move_to"}, set()),
        ("employ", {"work_at", "join"}, {"employ", "hire"}),
        ("own", {"owned_by"}, {"own", "buy"}),
        ("marry", {"married_to", "wed"}, {"married_to", "wed"}),
        ("favourite_drink", {"favourite_drink", "favorite_drink"}, set()),
    ],
)
def test_what_there_is_one_of_bears_on_others_by_the_end_that_they_share(
    predicate: str, by_subject: set[str], by_object: set[str]
) -> None:
    bearing = DEFAULT.bearing_on(predicate)
    assert by_subject <= bearing.by_subject
    assert by_object <= bearing.by_object
    assert not by_subject & bearing.by_object - by_object
    assert not by_object & bearing.by_subject - by_subject
    assert bearing.between == DEFAULT.asked_with(predicate)


@pytest.mark.parametrize("predicate", ["like", "leave", "quit", "born_in", "polish"])
def test_what_there_may_be_many_of_is_met_by_what_is_said_of_the_same_two(predicate: str) -> None:
    bearing = DEFAULT.bearing_on(predicate)
    assert (bearing.by_subject, bearing.by_object) == (frozenset(), frozenset())
    assert predicate in DEFAULT.bearing_on(predicate, correcting=True).by_subject


def test_other_vocabularies_are_values() -> None:
    flies = Relation("pilot_of", says=("fly",), one_subject=True)
    wider = DEFAULT.with_relations([flies, Relation("live_in")])
    assert wider.relation("fly") == flies
    assert not wider.relation("live_in").is_single
    assert wider.meaning("reside_in") is None
    assert Relations().meaning("live_in") is None
    assert DEFAULT.meaning("fly") is None


def test_what_is_said_alike_is_said_of_the_same_ends() -> None:
    homes = DEFAULT.said_alike("live_in")
    assert {"live_in", "reside_in", "lives_in", "move_to", "relocate_to"} <= homes
    assert not homes & {"leave", "work_at", "move_out_of"}
    assert DEFAULT.said_alike("reside_in") == homes
    moves = DEFAULT.said_alike("move_to")
    assert "relocate_to" in moves
    assert "live_in" not in moves
    assert DEFAULT.said_alike("parent_of").isdisjoint(DEFAULT.said_alike("child_of"))
    assert "favorite_color" in DEFAULT.said_alike("favourite_colour")
    assert DEFAULT.said_alike("zorg_with") == {"zorg_with"}
