"""What one person can be at once to the same somebody, and what a predicate says of its two ends."""

from __future__ import annotations

import pytest

from graphmem.domain.fact import Entity
from graphmem.domain.namesakes import full_name, is_namesake, role_in, short_forms, told_by_role
from graphmem.domain.roles import ROLE_PREDICATES, ROLES, role_called, roles_said

ONE = """
sister sibling | brother sibling | sister twin | mum mother | dad father | grandma grandmother | half_sister sister
step_brother brother | older_sister sister | aunt auntie | ex_wife wife | girlfriend wife | fiancée girlfriend | partner husband
husband spouse | former_boss boss | coworker colleague | friend colleague | boss neighbour | teacher dentist | roommate friend
friend girlfriend | colleague partner | boss fiancée | roommate boyfriend | best_friend client | dog puppy | cat pet
"""
TWO = """
sister aunt | sister mother | sister brother | mother father | mother stepmother | mother mother_in_law | sister sister_in_law
wife husband | wife sister | cousin uncle | niece daughter | grandmother mother | colleague sister | friend cousin | boss aunt
neighbour brother | teacher mother | dentist sister | wife colleague | husband boss | ex_wife friend | dog son | cat dog
girlfriend sister | pet colleague | client cousin | landlord landlady
"""


def pairs(lines: str) -> list[tuple[str, str]]:
    return [
        (one, other) for pair in lines.replace("\n", " | ").split("|") if pair.strip() for one, other in [pair.split()]
    ]


@pytest.mark.parametrize(
    ("one", "other", "excludes"), [*((*p, False) for p in pairs(ONE)), *((*p, True) for p in pairs(TWO))]
)
def test_what_one_person_can_be_at_once(one: str, other: str, excludes: bool) -> None:
    first, second = role_called(one), role_called(other)
    assert first is not None
    assert second is not None
    assert (first.excludes(second), second.excludes(first)) == (excludes, excludes)


@pytest.mark.parametrize(
    ("one", "other", "excludes"),
    [
        ("wife", "wife", True),
        ("wife", "husband", True),
        ("girlfriend", "wife", True),
        ("ex_wife", "wife", False),
        ("late_husband", "husband", False),
        ("sister", "wife", False),
        ("sister", "sister", False),
        ("boss", "boss", False),
    ],
)
def test_nobody_is_the_partner_of_two(one: str, other: str, excludes: bool) -> None:
    first, second = role_called(one), role_called(other)
    assert first is not None
    assert second is not None
    assert (first.excludes_elsewhere(second), second.excludes_elsewhere(first)) == (excludes, excludes)


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("colleague", "husband", True),
        ("friend", "sister_in_law", True),
        ("girlfriend", "wife", True),
        ("sister", "aunt", False),
        ("brother", "husband", False),
        ("dog", "colleague", False),
    ],
)
def test_what_one_person_may_come_to_be(one: str, other: str, may: bool) -> None:
    first, second = role_called(one), role_called(other)
    assert first is not None
    assert second is not None
    assert (first.may_come_beside(second), second.may_come_beside(first)) == (may, may)


def test_nothing_excludes_itself() -> None:
    assert not any(role.excludes(role) for role in ROLES.values())


@pytest.mark.parametrize(
    ("predicate", "subject", "object_"),
    [
        ("sister_of", "sister", "sibling"),
        ("is_sister_of", "sister", "sibling"),
        ("has_sister", "sibling", "sister"),
        ("sister", "sibling", "sister"),
        ("uncle_of", "uncle", "niece_or_nephew"),
        ("boss_of", "boss", "report"),
        ("dentist_of", "dentist", ""),
        ("step_mother_of", "stepmother", ""),
        ("mother_in_law_of", "mother_in_law", "child_in_law"),
        ("fiancée_of", "fiancee", "partner"),
        ("married_to", "spouse", "spouse"),
        ("marry", "spouse", "spouse"),
        ("live_in", "", ""),
        ("great_grandmother_of", "", ""),
        ("parent_of", "", ""),
    ],
)
def test_what_a_predicate_says_of_its_ends(predicate: str, subject: str, object_: str) -> None:
    first, second = roles_said(predicate)
    assert ((first.word if first else ""), (second.word if second else "")) == (subject, object_)


def test_the_predicates_that_are_asked_for_say_roles() -> None:
    assert all(any(roles_said(one)) for one in ROLE_PREDICATES - {"parent_of", "child_of"})


def entity(name: str, *aliases: str) -> Entity:
    return Entity(id=f"ent_{name}", owner="user:ana", key=name.lower().rstrip(")"), name=name, aliases=aliases)


def test_how_namesakes_are_called() -> None:
    name = full_name("Anna", "sister in law", "Bob")
    assert (name, role_in(name)) == ("Anna (sister in law of Bob)", ("sister in law", "Bob"))
    assert short_forms(name) == ("Anna", "Bob's sister in law Anna")
    assert short_forms("Anna (colleague)") == ("Anna", "colleague Anna")
    assert short_forms("Belle (Disney song)") == () == short_forms("Anna")
    assert is_namesake(entity("Anna (colleague)", *short_forms("Anna (colleague)")))
    assert not is_namesake(entity("Laika (dog)", "Laika"))


def test_a_name_with_its_role_is_of_that_one_only() -> None:
    plain, song = entity("Anna"), entity("Belle (song)", "Belle")
    colleague, aunt = (entity(name, *short_forms(name)) for name in ("Anna (colleague)", "Anna (aunt)"))
    every = [plain, colleague, aunt, song]
    assert told_by_role(every, {"anna", "colleague anna", "my colleague anna", "belle"}) == [colleague, song]
    assert told_by_role(every, {"anna", "aunt anna", "colleague anna"}) == [colleague, aunt, song]
    assert told_by_role(every, {"anna", "belle"}) == every
