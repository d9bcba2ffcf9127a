"""What is stated is held to the ontology: named as it names it, turned round, typed, or dropped with the reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.memory import MemoryRecord
from graphmem.domain.scope import Scope
from graphmem.domain.triple import NameSpan, Reading, Span, Triple
from graphmem.ontology import EntityType, Ontology, Organization, Person, RelationType
from graphmem.remember.conform import Conforming, Stated, conform
from graphmem.remember.draft import Draft, GivenTriple

NOW = datetime(2026, 5, 1, tzinfo=UTC)


class Project(EntityType):
    """Something that is built."""


RELATIONS = [
    RelationType(
        "leads", subject=Person, object=Project, one="object", aliases=("heads up", "is in charge of"), inverse="led_by"
    ),
    RelationType("part_of", subject=Project, object=(Project, Organization), begins="join"),
    RelationType("works_with", subject=Person, object=Person, symmetric=True),
]
OPEN, CLOSED = Ontology([Project], RELATIONS), Ontology([Project], RELATIONS, strict=True)


def said(subject: str, predicate: str, object_: str) -> Stated:
    """``person:Ana`` is Ana, whom a reader took for a person."""
    ends = [one.split(":") if ":" in one else ["entity", one] for one in (subject, object_)]
    return Stated(ends[0][1], ends[0][0], predicate, ends[1][1], ends[1][0])


def told(one: Stated | None) -> str | None:
    """The same the other way round."""
    if one is None:
        return None
    return f"{one.subject_type}:{one.subject} {one.predicate} {one.object_type}:{one.object}"


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (("person:Ana", "head_up", "Apollo"), "person:Ana leads project:Apollo"),
        (("Apollo", "is_led_by", "person:Ana"), "person:Ana leads project:Apollo"),
        (("organization:Apollo", "lead", "person:Ana"), "person:Ana leads project:Apollo"),
        (("Ana", "lead", "location:Apollo"), "person:Ana leads project:Apollo"),
        (("user:Ana", "lead", "Apollo"), "user:Ana leads project:Apollo"),
        (("Apollo", "part_of", "Zephyr"), "project:Apollo part_of entity:Zephyr"),
        (("organization:Apollo", "join", "Acme"), "project:Apollo join entity:Acme"),
        (("person:Ana", "works_with", "person:Bo"), "person:Ana works_with person:Bo"),
        (("person:Ana", "is_in", "charge of Apollo now"), "person:Ana leads project:Apollo"),
        (("person:Ana", "is_in", "charge"), "person:Ana is_in entity:charge"),
        (("person:Ana", "like", "Tea"), "person:Ana like entity:Tea"),
        (("person:Ana", "lead", "person:Bo"), None),
        (("person:Ana", "lead", "date:2024"), None),
        (("person:Ana", "works_with", "organization:Acme"), None),
    ],
)
def test_a_statement_finds_its_place(parts: tuple[str, str, str], wanted: str | None) -> None:
    held = Conforming(OPEN)
    assert told(held.take(said(*parts))) == wanted
    assert (len(held.dropped) == 1) == (wanted is None)


NAMES = st.sampled_from(["Ana", "Bo", "Apollo", "Acme", "charge of Apollo", "project", "2024"])
TYPES = st.sampled_from(["person", "user", "organization", "location", "entity", "misc", "date", "value", "project"])
PREDICATES = st.sampled_from(
    ["lead", "leads", "led_by", "is_in", "is_in_charge_of", "join", "part_of", "is_a", "works_with", "like"]
)


@given(st.lists(st.tuples(TYPES, NAMES, PREDICATES, TYPES, NAMES), max_size=6), st.booleans())
def test_what_was_held_to_it_once_holds(rows: list[tuple[str, str, str, str, str]], strict: bool) -> None:
    ontology = CLOSED if strict else OPEN
    stated = [Stated(subject, kind, predicate, object_, other) for kind, subject, predicate, other, object_ in rows]
    held = Conforming(ontology)
    held.learn(stated)
    kept = [one for one in map(held.take, stated) if one is not None]
    again = Conforming(ontology)
    again.learn(kept)
    twice = [one for one in map(again.take, kept) if one is not None]
    assert [told(one) for one in twice] == [told(one) for one in kept]
    assert len(kept) + len(held.dropped) == len(rows)
    for one in kept:
        found = ontology.relation(one.predicate)
        assert found is not None or not strict or one.predicate == "is_a"
        if found is not None and found[1].part == "says":
            assert one.predicate == found[0].name
            assert ontology.fits(one.subject_type, found[0].subject)
            assert ontology.fits(one.object_type, found[0].object)


def test_what_is_dropped_says_why() -> None:
    held = Conforming(CLOSED)
    assert held.take(said("person:Ana", "like", "Tea")) is None
    assert held.take(said("person:Ana", "lead", "person:Bo")) is None
    assert [(one.fact, one.reason) for one in held.dropped] == [
        ("Ana like Tea", "the ontology has no relation 'like'"),
        ("Ana lead Bo", "leads joins person → project, and this is person → person"),
    ]


def test_a_text_says_of_what_type_a_name_is() -> None:
    held = Conforming(CLOSED)
    called = said("person:Apollo", "is_a", "project")
    held.learn([called])
    assert told(held.take(called)) == "project:Apollo is_a entity:project"
    assert told(held.take(said("person:Apollo", "led_by", "person:Ana"))) == "person:Ana leads project:Apollo"
    assert held.take(said("person:Ana", "is_a", "teacher")) is None


def test_a_type_is_learnt_from_the_place_in_a_relation() -> None:
    held = Conforming(OPEN)
    held.take(said("person:Ana", "lead", "organization:Apollo"))
    assert held.type_of("the Apollo", "organization") == "project"
    assert held.type_of("Apollo", "person") == "project"
    assert held.type_of("Zephyr", "organization") == "organization"


def draft_of(reading: Reading, triples: tuple[GivenTriple, ...] | None = None) -> Draft:
    record = MemoryRecord(
        id="mem_1", scope=Scope("ana"), text="…", episode_id="epi", created_at=NOW, updated_at=NOW, valid_from=NOW
    )
    return Draft(record, 0, None, None, reading=reading, triples=triples)


def test_readings_keep_their_spans_when_ends_change_places() -> None:
    apollo = NameSpan(name="Apollo", type="organization", span=Span(start=0, end=6))
    ana = NameSpan(name="Ana", type="person", span=Span(start=17, end=20))
    triple = Triple(subject=apollo, predicate="led_by", object=ana, sentence=0, span=Span(start=0, end=20))
    one = draft_of(Reading(triples=(triple,), mentions=((0, apollo), (0, ana)), about=apollo))
    conform([one], OPEN)
    (kept,) = one.reading.triples
    assert (kept.subject, kept.predicate, kept.span) == (ana, "leads", triple.span)
    assert kept.object == apollo.model_copy(update={"type": "project"})
    assert [name.type for _, name in one.reading.mentions] == ["project", "person"]
    assert one.reading.about is not None
    assert one.reading.about.type == "project"


def test_words_that_were_read_into_the_object_leave_it() -> None:
    text = "Ana is in charge of Apollo now"
    ana = NameSpan(name="Ana", type="person", span=Span(start=0, end=3))
    rest = NameSpan(name="charge of Apollo now", span=Span(start=10, end=30))
    apollo = NameSpan(name="Apollo", type="organization", span=Span(start=20, end=26))
    triple = Triple(subject=ana, predicate="is_in", object=rest, sentence=0, span=Span(start=0, end=30))
    one = draft_of(Reading(triples=(triple,), mentions=((0, ana), (0, apollo))))
    conform([one], OPEN)
    (kept,) = one.reading.triples
    assert (kept.predicate, kept.object.name, kept.object.type) == ("leads", "Apollo", "project")
    assert text[kept.object.span.start : kept.object.span.end] == "Apollo"


def test_the_callers_triples_are_held_to_it_too() -> None:
    said_so = (GivenTriple("Apollo", "was led by", "Ana"), GivenTriple("Ana", "likes", "Tea"))
    one = draft_of(Reading(), said_so)
    conform([one], CLOSED)
    assert one.triples == (GivenTriple("Ana", "leads", "Apollo", "person", "project", past=True),)
    assert [lost.fact for lost in one.reading.dropped] == ["Ana likes Tea"]
