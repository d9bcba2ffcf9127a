"""An ontology is checked when it is made, is a value that can be written down, and knows every form of its predicates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, cast

import pytest
from pydantic import Field

from graphmem.domain.entity_types import type_name
from graphmem.errors import InvalidOntology, SettingsError
from graphmem.ontology import Date, EntityKind, EntityType, Location, Ontology, Organization, Person, RelationType


class Project(EntityType):
    """Something that is built,
    with an end."""

    aliases = ("initiative",)
    members = ("Apollo",)

    deadline: date | None = Field(None, description="The day on which it must be done.")
    budget: float = 0.0


class City(Location):
    """A town."""


class Supplier(Organization):
    seen_as = ("organization", "person")


LEADS = RelationType(
    "leads",
    subject=Person,
    object=Project,
    one="object",
    aliases=("heads up", "is in charge of"),
    inverse="led by",
    ends="steps down from",
)
ONTOLOGY = Ontology(
    [Project, City, Supplier], [LEADS, RelationType("mayor of", subject=Person, object=City, one="both")]
)


@pytest.mark.parametrize(
    ("predicate", "wanted"),
    [
        ("leads", ("leads", False, "says")),
        ("lead", ("leads", False, "says")),
        ("head_up", ("leads", False, "says")),
        ("heads_up", ("leads", False, "says")),
        ("be_in_charge_of", ("leads", False, "says")),
        ("in_charge_of", ("leads", False, "says")),
        ("led_by", ("leads", True, "says")),
        ("is_led_by", ("leads", True, "says")),
        ("steps_down_from", ("leads", False, "ends")),
        ("step_down_from", ("leads", False, "ends")),
        ("is_mayor_of", ("mayor_of", False, "says")),
        ("deadline", ("deadline", False, "says")),
        ("has_deadline", ("deadline", False, "says")),
        ("live_in", None),
    ],
)
def test_every_form_of_a_predicate_is_known(predicate: str, wanted: tuple[str, bool, str] | None) -> None:
    found = ONTOLOGY.relation(predicate)
    assert (None if found is None else (found[0].name, found[1].inverted, found[1].part)) == wanted


def test_it_can_be_written_down_and_read_again() -> None:
    read = Ontology.model_validate_json(ONTOLOGY.model_dump_json())
    assert read == ONTOLOGY
    assert Ontology.model_validate(ONTOLOGY.model_dump()) == ONTOLOGY
    assert read.relation("head_up") == ONTOLOGY.relation("head_up")


def test_classes_are_read_with_what_they_inherit() -> None:
    class Capital(City):
        """Where a state is led from."""

    kinds = Ontology([Capital]).kinds
    assert kinds["capital"].parent == "city"
    assert kinds["city"].parent == "location"
    assert ONTOLOGY.kinds["project"] == EntityKind(
        name="project",
        description="Something that is built, with an end.",
        aliases=("initiative",),
        members=("Apollo",),
    )
    assert [(one.name, one.subject, one.object, one.one) for one in ONTOLOGY.relations[2:]] == [
        ("deadline", ("project",), ("value",), "object"),
        ("budget", ("project",), ("value",), "object"),
    ]
    assert type_name("ResearchProject") == type_name("research project") == "research_project"


@pytest.mark.parametrize(
    ("seen", "allowed", "wanted"),
    [
        ("person", ("person",), True),
        ("user", ("person",), True),
        ("agent", ("person",), True),
        ("person", ("project",), False),
        ("organization", ("project",), True),
        ("location", ("project",), True),
        ("date", ("project",), False),
        ("entity", ("project",), True),
        ("project", ("person",), False),
        ("city", ("location",), True),
        ("location", ("city",), True),
        ("organization", ("city",), False),
        ("person", ("supplier",), True),
        ("location", ("supplier",), False),
        ("date", ("value",), True),
        ("value", ("date",), False),
        ("person", ("project", "person"), True),
        ("anything", (), True),
    ],
)
def test_what_may_be_of_which_type(seen: str, allowed: tuple[str, ...], wanted: bool) -> None:
    assert ONTOLOGY.fits(seen, allowed) is wanted


def test_names_and_words_of_types() -> None:
    assert ONTOLOGY.type_of("the Apollo", "person") == "project"
    assert ONTOLOGY.type_of("Zephyr", "initiative") == "project"
    assert ONTOLOGY.type_of("Zephyr", "misc") == "misc"
    assert ONTOLOGY.type_called("an initiative") == "project"
    assert ONTOLOGY.type_called("tea") is None


FAULTS: dict[str, tuple[Callable[[], Any], str]] = {
    "unknown type": (
        lambda: Ontology(relations=[RelationType("leads", object="projekt")]),
        "leads joins the unknown type 'projekt': declare it",
    ),
    "an alias of two relations": (
        lambda: Ontology(relations=[RelationType("leads"), RelationType("runs", aliases="leads")]),
        r"'leads' is claimed twice, by leads \(name\) and runs \(aliases\)",
    ),
    "an alias in another form": (
        lambda: Ontology(relations=[LEADS_ANYTHING, RelationType("runs", aliases="lead")]),
        "'lead' is claimed twice",
    ),
    "an inverse that is a relation": (
        lambda: Ontology(relations=[RelationType("leads", inverse="led_by"), RelationType("led_by")]),
        "'led_by' is claimed twice",
    ),
    "its own inverse": (lambda: Ontology(relations=[RelationType("a", inverse="a")]), "cannot say a and its inverse"),
    "declared twice with another cardinality": (
        lambda: Ontology(relations=[RelationType("leads", one="object"), RelationType("leads", one="subject")]),
        "'leads' is claimed twice",
    ),
    "symmetric with one on one side": (
        lambda: RelationType("married_to", symmetric=True, one="object"),
        "married_to is symmetric: there is one on both sides",
    ),
    "symmetric between two types": (
        lambda: RelationType("next_to", symmetric=True, subject=Person, object=City),
        "next_to is symmetric: its subject and object are of the same types",
    ),
    "symmetric with an inverse": (lambda: RelationType("a", symmetric=True, inverse="b"), "its own inverse"),
    "another cardinality": (lambda: RelationType("leads", one="many"), "one: Input should be 'object'"),  # type: ignore[arg-type]
    "no predicate": (lambda: RelationType("…"), "is no predicate"),
    "a field that is none": (lambda: RelationType("leads", objects=Person), "objects: Extra inputs"),
    "two types of one name": (
        lambda: Ontology([Project, EntityKind(name="programme", aliases=("initiative",))]),
        "'initiative' names two types, project and programme",
    ),
    "a type of a name that is taken": (lambda: Ontology([EntityKind(name="person")]), "'person' names two types"),
    "a parent that is unknown": (
        lambda: Ontology([EntityKind(name="a", parent="b")]),
        "a is a kind of 'b', which is unknown",
    ),
    "a circle of types": (
        lambda: Ontology([EntityKind(name="a", parent="b"), EntityKind(name="b", parent="a")]),
        "a is a kind of 'a', which is itself",
    ),
    "no name of a type": (lambda: Ontology([EntityKind(name="Big Thing")]), "write 'big_thing'"),
    "no JSON": (lambda: Ontology.model_validate_json("{"), "Invalid JSON"),
    "another form": (lambda: Ontology.model_validate([1]), "mapping with entities"),
    "deep inside": (
        lambda: Ontology.model_validate({"relations": [{"name": "x", "one": "all"}]}),
        r"relations\.0: one:",
    ),
    "a relation that is no mapping": (lambda: Ontology.model_validate({"relations": [3]}), r"relations\.0"),
    "a list that is none": (lambda: Ontology.model_validate({"relations": 3}), "relations"),
    "an end that is no type": (lambda: RelationType("x", subject=3), "subject"),  # type: ignore[arg-type]
    "an alias that is no text": (lambda: RelationType("x", aliases=[3]), "aliases"),  # type: ignore[list-item]
}
LEADS_ANYTHING: RelationType = RelationType("leads")


@pytest.mark.parametrize("what", FAULTS)
def test_contradictions_are_refused_when_it_is_made(what: str) -> None:
    make, told = FAULTS[what]
    with pytest.raises(InvalidOntology, match=told) as caught:
        make()
    assert isinstance(caught.value, SettingsError)
    assert "\n" not in str(caught.value)


def test_several_relations_may_end_by_the_same_word() -> None:
    made = Ontology(relations=[RelationType("works_at", ends="leave"), RelationType("member_of", ends="leaves")])
    assert {one.relation.name for one in made.vocabulary.ended_by("leave")} >= {"works_at", "member_of"}


def test_a_language_model_is_told_all_that_counts() -> None:
    told = ONTOLOGY.describe()
    assert "`leads`: person → project. Also said: heads_up, is_in_charge_of." in told
    assert "`deadline`: project → value. The day on which it must be done." in told
    assert "`project`: Something that is built, with an end. Also called initiative." in told
    assert "predicates only" in Ontology(relations=[LEADS_ANYTHING], strict=True).describe()
    assert "- `on`: anything → date." in Ontology(relations=[RelationType("on", object=Date)]).describe()


def test_a_name_is_a_member_of_one_type_or_of_a_kind_of_it() -> None:
    class Other(EntityType):
        members = ("apollo",)

    class Mission(Project):
        members = ("Apollo",)

    with pytest.raises(InvalidOntology, match=r"'[Aa]pollo' is a member of two types, project and other"):
        Ontology([Project, Other])
    assert Ontology([Mission]).type_of("Apollo", "entity") == "mission"


class Wrong(EntityType):
    aliases = 5  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Ontology(None), "entities: give a list of types"),
        (lambda: Ontology([RelationType("leads")]), r"entities\.0: give a list of types"),
        (lambda: Ontology([], 5), "relations: give a list of RelationType"),
        (lambda: Ontology([Wrong]), "Wrong.aliases is 5: give words"),
        (lambda: RelationType("leads", aliases=cast(Any, 5)), "aliases: give words"),
        (lambda: RelationType("leads", subject=cast(Any, 5)), "subject: give a type"),
        (lambda: RelationType("a\0b"), "control character"),
        (lambda: RelationType("leads", aliases="a\0b"), "control character"),
        (lambda: Ontology.model_validate({"relations": [{}]}), r"relations\.0: name: .*give a verb"),
        (lambda: Ontology.model_validate(5), "Give an Ontology, or a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_what_is_right(make: Callable[[], object], told: str) -> None:
    with pytest.raises(InvalidOntology, match=told):
        make()
