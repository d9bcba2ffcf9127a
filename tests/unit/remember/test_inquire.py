"""What a write asks of the store is worked out from its drafts alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from graphmem.domain.episode import Message
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.query import Between
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Standing
from graphmem.domain.triple import NameSpan, Reading, Span, Triple
from graphmem.remember.advice import Advice
from graphmem.remember.counsel import Counsel
from graphmem.remember.draft import Draft, GivenTriple, Intake, draft
from graphmem.remember.inquire import closing, inquiry_of, known_from, naming

NOW = datetime(2026, 5, 1, tzinfo=UTC)
ANA = Scope(user_id="ana", agent_id="helper")
NOWHERE = Span(start=0, end=1)


def name(text: str, kind: str = "entity") -> NameSpan:
    return NameSpan(name=text, type=kind, span=NOWHERE)


def entity(text: str, *aliases: str) -> Entity:
    key = entity_key(text)
    return Entity(id=entity_id(ANA.owner, key), owner=ANA.owner, key=key, name=text, aliases=aliases)


def drafts(
    *, triples: tuple[GivenTriple, ...] | None = None, about: NameSpan | None = None, **said: Any
) -> list[Draft]:
    """One draft whose reading holds one triple, Ana live_in Paris unless `said` otherwise."""
    _, made = draft([Intake(ANA, (Message(content="…"),), is_text=True, triples=triples)], NOW, 100)
    values = {"subject": name("Ana"), "predicate": "live_in", "object": name("Paris"), **said}
    made[0].reading = Reading(triples=(Triple(sentence=0, span=NOWHERE, **values),), about=about)
    return made


def fact(id_: str, subject: Entity, predicate: str) -> Fact:
    ends: dict[str, Any] = {"subject_id": subject.id, "subject": subject.name, "object_id": "ent_x", "object": "X"}
    return Fact(id=id_, scope=ANA, predicate=predicate, text="…", recorded_at=NOW, **ends)


@pytest.mark.parametrize(
    ("said", "closable"),
    [
        ({}, True),
        ({"predicate": "breed"}, False),
        ({"negated": True}, True),
        ({"modality": "possible"}, False),
        ({"object": name("a small flat")}, True),
        ({"triples": (GivenTriple("Ana", "Lives in", "Rome"),), "predicate": "like"}, True),
        ({"triples": (GivenTriple("Ana", "knows", "Bo"),)}, False),
        ({"triples": ()}, False),
    ],
)
def test_supporters_are_wanted_only_of_what_can_be_closed(said: dict[str, Any], closable: bool) -> None:
    inquiry = inquiry_of(ANA, drafts(**said), NOW)
    assert set(inquiry.closable) <= {predicate for pair in inquiry.between for predicate in pair.predicates}
    assert ("move_to" in inquiry.closable) == closable
    assert bool(inquiry.closable) == closable


def test_who_says_the_opposite_is_wanted() -> None:
    closable = set(inquiry_of(ANA, drafts(predicate="like", object=name("Tea")), NOW).closable)
    assert {"like", "hate"} <= closable
    assert "live_in" not in closable


def test_names_words_and_predicates_are_asked_for() -> None:
    (one,) = drafts(predicate="breed", object=name("Tea"))
    inquiry = inquiry_of(ANA, [one], NOW)
    assert (inquiry.scope, inquiry.now) == (ANA, NOW)
    assert inquiry.keys == ("ana", "tea")
    assert inquiry.between == (Between(one="ana", other="tea", predicates=("breed",)),)
    assert (inquiry.predicates, inquiry.turned) == ((), ())
    assert inquiry.hashes == (one.record.hash,)
    assert inquiry.phrases == ()


@pytest.mark.parametrize(
    ("about", "phrases"),
    [
        (name("Belle (Disney song)"), ("Belle (Disney song)", "Belle")),
        (name(" Belle "), ("Belle",)),
        (name("a belle"), ()),
        (name("1975", "date"), ()),
        (None, ()),
    ],
)
def test_the_names_of_a_subject_are_looked_for(about: NameSpan | None, phrases: tuple[str, ...]) -> None:
    assert inquiry_of(ANA, drafts(about=about), NOW).phrases == phrases


def test_a_later_piece_is_about_what_the_text_is_about() -> None:
    (one,) = drafts()
    one.heading = name("Belle")
    assert inquiry_of(ANA, [one], NOW).phrases == ("Belle",)


def test_what_there_is_one_of_is_asked_for_whatever_its_value() -> None:
    inquiry = inquiry_of(ANA, drafts(), NOW)
    assert {"live_in", "move_to", "reside_in"} <= set(inquiry.predicates)
    assert "leave" not in inquiry.predicates
    assert inquiry.turned == ()
    owned = inquiry_of(ANA, drafts(predicate="own"), NOW)
    assert "own" in owned.turned
    assert "own" not in owned.predicates


def test_a_correction_asks_for_all_that_it_may_take_back() -> None:
    inquiry = inquiry_of(ANA, drafts(predicate="like", corrects=True), NOW)
    assert {"like", "hate"} <= set(inquiry.predicates)


def test_a_short_title_is_paired_as_what_it_may_stand_for() -> None:
    made = drafts(about=name("Belle (Disney song)"), subject=name("Belle"), predicate="praise")
    pairs = {(pair.one, pair.other) for pair in inquiry_of(ANA, made, NOW).between}
    assert pairs == {("belle", "paris"), (entity_key("Belle (Disney song)"), "paris")}


def test_facts_that_advice_is_about_are_asked_for_by_id() -> None:
    (one,) = drafts(predicate="breed")
    one.counsel = Counsel("m", {("s", "breed", "o", False, "asserted"): Advice("outdates", ("fact_1",))})
    inquiry = inquiry_of(ANA, [one], NOW)
    assert inquiry.facts == ("fact_1",)
    known = known_from(inquiry, Standing(facts=(fact("fact_1", entity("Ana"), "breed"),)))
    assert closing(ANA, ["fact_1"], known, NOW) is None


def test_facts_closed_against_expectation_are_asked_for() -> None:
    ana, bo = entity("Ana"), entity("Bo")
    facts = (fact("fact_1", ana, "live_in"), fact("fact_2", ana, "like"), fact("fact_3", bo, "love"))
    known = known_from(inquiry_of(ANA, drafts(), NOW), Standing(entities=(ana, bo), facts=facts))
    assert closing(ANA, [], known, NOW) is None
    assert closing(ANA, ["fact_1"], known, NOW) is None
    again = closing(ANA, ["fact_1", "fact_2"], known, NOW)
    assert again is not None
    assert (again.facts, again.keys, again.predicates) == (("fact_1", "fact_2"), (), ())
    assert (again.scope, again.hashes, again.phrases) == (ANA, (), ())


def test_a_new_subjects_name_that_another_bears_is_asked_for() -> None:
    inquiry = inquiry_of(ANA, drafts(about=name("Belle (Disney song)")), NOW)
    made = entity("Belle (Disney song)", "Belle")
    assert naming(ANA, [made], known_from(inquiry, Standing()), NOW) is None
    known = known_from(inquiry, Standing(entities=(entity("Villeneuve", "Belle"),)))
    assert naming(ANA, [], known, NOW) is None
    again = naming(ANA, [made], known, NOW)
    assert again is not None
    assert (again.phrases, again.keys, again.late) == (("Belle (Disney song)", "Belle"), (), inquiry.late)
