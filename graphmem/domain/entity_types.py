"""Types of entities: those that every reader knows, and those that an application declares as classes of its own."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import ClassVar, TypeAlias

from pydantic import BaseModel, ConfigDict

from graphmem.errors import quoted

GENERIC = frozenset({"entity", "misc", ""})
"""What a reader says of a name that it cannot place."""
PERSONS = frozenset({"user", "agent"})
"""What a reader says of the two who talk: they are persons too."""


class EntityType(BaseModel):
    """A type of entity: a class is one, its docstring says what it is, a subclass is a kind of it.

    ::

        class Project(EntityType):
            \"\"\"Something that is built, with a beginning and an end.\"\"\"
            aliases = ("initiative",)
            members = ("Apollo",)

    * `aliases`: other words for the type itself.
    * `members`: names that are known to be of it, whatever a reader takes them for.
    * `seen_as`: what a reader may take one for besides what it cannot place; by default, what the class above is seen as, and
      for a class right below this one an organization or a location, since readers take projects and products for these.

    A field is an attribute with one value at a time: ``deadline: date`` is a relation from a project to a date.
    """

    model_config = ConfigDict(frozen=True)

    aliases: ClassVar[Sequence[str]] = ()
    members: ClassVar[Sequence[str]] = ()
    seen_as: ClassVar[Sequence[str] | None] = None


class Person(EntityType):
    """Somebody."""


class Organization(EntityType):
    """A company, an office, a club, a team."""


class Location(EntityType):
    """A place: a city, a country, a building."""


class Date(EntityType):
    """A day, a month or a year."""


class Value(EntityType):
    """A number, an amount, a word that describes."""


BUILT_IN: tuple[type[EntityType], ...] = (Person, Organization, Location, Date, Value)
LITERALS = frozenset({"date", "value"})


class EntityKind(BaseModel):
    """A type of entity as a value. `parent`: the name of the type that it is a kind of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    description: str = ""
    aliases: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    parent: str | None = None
    seen_as: tuple[str, ...] | None = None


TypeInput: TypeAlias = type[EntityType] | EntityKind | str


def type_name(given: TypeInput) -> str:
    """The name of a type as it is stored: ``ResearchProject`` is ``research_project``."""
    if isinstance(given, EntityKind):
        return given.name
    name = given if isinstance(given, str) else given.__name__
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name.strip())
    return re.sub(r"[\W_]+", "_", parted).strip("_").casefold()


def kind_of(declared: type[EntityType]) -> EntityKind:
    """What a class declares; what it inherits is its parent's."""
    above = next((base for base in declared.__bases__ if isinstance(base, type) and issubclass(base, EntityType)), None)
    own = vars(declared)
    seen = own.get("seen_as")
    return EntityKind(
        name=type_name(declared),
        description=" ".join((declared.__doc__ or "").split()),
        aliases=_words(declared, "aliases"),
        members=_words(declared, "members"),
        parent=None if above in (None, EntityType) else type_name(above),
        seen_as=None if seen is None else _words(declared, "seen_as"),
    )


def _words(declared: type[EntityType], attribute: str) -> tuple[str, ...]:
    """What a class itself says there. Raises ValueError."""
    given = vars(declared).get(attribute, ())
    listed = (given,) if isinstance(given, str) else given
    if not isinstance(listed, Collection) or not all(isinstance(one, str) for one in listed):
        raise ValueError(f"{declared.__name__}.{attribute} is {quoted(given)}: give words, or a list of them")
    return tuple(listed)
