"""What an application says there is: its types of entities, the relations between them, and how many of each there can be.

An `Ontology` is a value: it is checked when it is made, can be written as JSON, described to a language model, and gives the
vocabulary that reconciliation decides by. What it does to a statement is told in `remember.conform`.
"""

from __future__ import annotations

import datetime as dates
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, field_validator, model_validator

from graphmem.domain.entity_types import (
    BUILT_IN,
    GENERIC,
    LITERALS,
    PERSONS,
    EntityKind,
    EntityType,
    TypeInput,
    kind_of,
    type_name,
)
from graphmem.domain.identity import entity_key
from graphmem.domain.ontology_faults import check_members, check_printable, with_error
from graphmem.domain.relations import DEFAULT, Meaning, Relation, Relations
from graphmem.errors import quoted

One: TypeAlias = Literal["object", "subject", "both"]
Types: TypeAlias = TypeInput | Sequence[TypeInput]
Words: TypeAlias = str | Sequence[str]

_OTHER_SORTS = frozenset({"organization", "location"})
"""What readers take the things of an application for."""
_BE = frozenset(["be", "is", "are", "am", "was", "were", "being", "been"])
_THIRD = re.compile(r"(?:(?<=[sxz])es|(?<=[cs]h)es|(?<=[^su])s)$")
_DATES = (dates.date, dates.datetime)


def predicate_of(words: str) -> str:
    """Words as a predicate: "is in charge of" → ``is_in_charge_of``."""
    return re.sub(r"[\W_]+", "_", words.strip().casefold()).strip("_")


def _base(predicate: str) -> str:
    """A predicate without what its form adds: ``heads_up`` → ``head_up``, ``is_in_charge_of`` → ``in_charge_of``."""
    first, _, rest = predicate.partition("_")
    if rest and first in _BE:
        return rest
    bare = _THIRD.sub("", first) if len(first) > 3 and rest != "of" else first
    return "_".join(part for part in (re.sub(r"ie$", "y", bare) if bare != first else first, rest) if part)


def declared_words(words: str) -> str:
    """The predicate that these words declare. Raises ValueError."""
    check_printable(words)
    return predicate_of(words)


class RelationType(BaseModel):
    """A relation between types of entities.

    * `name`: its predicate; facts are kept under it, whichever of the `aliases` was said.
    * `subject`, `object`: the types that it joins, by class or name; empty: any.
    * `one`: of what there is one at a time: ``object`` (a person leads one project), ``subject`` (a project is led by one person),
      ``both``; None: any number. A new value closes the old one.
    * `inverse`: predicates that say it from the other side: ``led_by``. `symmetric`: both sides are alike.
    * `begins`, `ends`: predicates that say that it begins or is over.
    * `description`: what a language model is told of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    subject: tuple[str, ...] = ()
    object: tuple[str, ...] = ()
    one: One | None = None
    aliases: tuple[str, ...] = ()
    inverse: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    symmetric: bool = False
    description: str = ""

    def __init__(
        self,
        name: str = "",
        *,
        subject: Types = (),
        object: Types = (),
        one: One | None = None,
        aliases: Words = (),
        inverse: Words = (),
        begins: Words = (),
        ends: Words = (),
        symmetric: bool = False,
        description: str = "",
        **unknown: Any,
    ) -> None:
        given = {"name": name, "subject": subject, "object": object, "one": one, "aliases": aliases, "inverse": inverse}
        more = {"begins": begins, "ends": ends, "symmetric": symmetric, "description": description}
        with_error(lambda: super(RelationType, self).__init__(**given, **more, **unknown))

    @field_validator("name", mode="after")
    @classmethod
    def _named(cls, name: str) -> str:
        predicate = declared_words(name)
        if not predicate:
            raise ValueError(f"{quoted(name)} is no predicate: give a verb, such as works_at")
        return predicate

    @field_validator("subject", "object", mode="before")
    @classmethod
    def _typed(cls, given: Any) -> Any:
        return _each(given, (str, type, EntityKind), type_name)

    @field_validator("aliases", "inverse", "begins", "ends", mode="before")
    @classmethod
    def _said(cls, given: Any) -> Any:
        return _each(given, (str,), declared_words)

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.symmetric and self.one in ("object", "subject"):
            raise ValueError(f"{self.name} is symmetric: there is one on both sides (one='both') or any number")
        if self.symmetric and set(self.subject) != set(self.object):
            raise ValueError(f"{self.name} is symmetric: its subject and object are of the same types")
        if self.symmetric and self.inverse:
            raise ValueError(f"{self.name} is symmetric: it is its own inverse")
        return self

    @property
    def said(self) -> Relation:
        """The relation as reconciliation reads it, in every form of its predicates."""
        return Relation(
            name=self.name,
            says=_bases((self.name, *self.aliases)),
            begins=_bases(self.begins),
            ends=_bases(self.ends),
            inverses=_bases(self.inverse),
            symmetric=self.symmetric,
            one_object=self.one in ("object", "both"),
            one_subject=self.one in ("subject", "both"),
            fills="any" if LITERALS & set(self.object) else "name",
        )

    def described(self) -> str:
        """One line for a language model."""
        ends = " → ".join(" or ".join(types) or "anything" for types in (self.subject, self.object))
        told = [f"- `{self.name}`: {ends}."]
        told += [self.description] if self.description else []
        told += [f"Also said: {', '.join(self.aliases)}."] if self.aliases else []
        told += [f"Never the other way round ({', '.join(self.inverse)})."] if self.inverse else []
        return " ".join(told)


def _each(given: Any, kinds: tuple[type, ...], read: Callable[[Any], str]) -> Any:
    """One or several of these kinds, each read once; anything else is given back, for pydantic to refuse."""
    listed = [given] if isinstance(given, kinds) else given
    if not isinstance(listed, list | tuple) or not all(isinstance(one, kinds) for one in listed):
        return listed
    return tuple(dict.fromkeys(map(read, listed)))


def _bases(predicates: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(form for one in predicates for form in (one, _base(one))))


class Ontology(BaseModel):
    """Types and relations. `entities`: classes or values; those that every reader knows (person, organization, location, date,
    value) are there already. `strict`: the ontology is closed, what it does not have is not kept.

    Raises InvalidOntology: for an unknown type, a predicate that two relations claim, a cardinality that cannot be.
    `model_dump_json` writes it down, `model_validate_json` reads it again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    entities: tuple[EntityKind, ...] = ()
    relations: tuple[RelationType, ...] = ()
    strict: bool = False

    def __init__(self, entities: Any = (), relations: Any = (), *, strict: bool = False, **unknown: Any) -> None:
        given = {"entities": entities, "relations": relations, "strict": strict, **unknown}
        with_error(lambda: super(Ontology, self).__init__(**given))

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """The ontology that a mapping writes down. Raises InvalidOntology."""
        made: Self = with_error(lambda: super(Ontology, cls).model_validate(obj, **options))
        return made

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """The ontology that a JSON text writes down. Raises InvalidOntology."""
        made: Self = with_error(lambda: super(Ontology, cls).model_validate_json(json_data, **options))
        return made

    @model_validator(mode="before")
    @classmethod
    def _read_classes(cls, given: Any) -> Any:
        if not isinstance(given, dict) or not all(
            isinstance(given.get(part, ()), list | tuple) for part in ("entities", "relations")
        ):
            return given
        declared = [one for one in given.get("entities", ()) if isinstance(one, type) and issubclass(one, EntityType)]
        with_above = [
            one
            for low in declared
            for one in reversed(low.__mro__)
            if issubclass(one, EntityType) and one is not EntityType
        ]
        own = [one for one in dict.fromkeys(with_above) if one not in BUILT_IN]
        values = [one for one in given.get("entities", ()) if one not in declared]
        fields = [made for one in own for made in _attributes(one)]
        return {
            **given,
            "entities": (*map(kind_of, own), *values),
            "relations": (*given.get("relations", ()), *fields),
        }

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _check_types(self.entities)
        known = self.kinds.keys()
        for relation in self.relations:
            for name in (*relation.subject, *relation.object):
                if name not in known:
                    raise ValueError(
                        f"{relation.name} joins the unknown type {quoted(name)}: declare it, or use {', '.join(sorted(known))}"
                    )
        _check_predicates(self.relations)
        return self

    @cached_property
    def kinds(self) -> Mapping[str, EntityKind]:
        """All types by name, those that every reader knows among them."""
        return {kind.name: kind for kind in (*map(kind_of, BUILT_IN), *self.entities)}

    @cached_property
    def vocabulary(self) -> Relations:
        """What reconciliation decides by: these relations, and those of everyday life."""
        return DEFAULT.with_relations(one.said for one in self.relations)

    @cached_property
    def _by_name(self) -> Mapping[str, RelationType]:
        return {one.name: one for one in self.relations}

    @cached_property
    def _own(self) -> Relations:
        return Relations(tuple(one.said for one in self.relations))

    @cached_property
    def _types_by_word(self) -> Mapping[str, str]:
        named = {entity_key(word): kind.name for kind in self.kinds.values() for word in (*kind.aliases, kind.name)}
        return named | {key.replace("_", " "): name for key, name in named.items()}

    @cached_property
    def _members(self) -> Mapping[str, str]:
        return {entity_key(name): kind.name for kind in self.kinds.values() for name in kind.members}

    def relation(self, predicate: str) -> tuple[RelationType, Meaning] | None:
        """The relation that a predicate tells of, and what it says of it; None for one outside the ontology."""
        found = self._own.meaning(predicate) or next(iter(self._own.ended_by(predicate)), None)
        return (self._by_name[found.relation.name], found) if found and found.relation.name in self._by_name else None

    def type_called(self, word: str) -> str | None:
        """The type that a word names: its name or an alias."""
        return self._types_by_word.get(entity_key(word))

    def type_of(self, name: str, seen: str) -> str:
        """The type of an entity that a reader took for `seen`: that of a member, or of an alias of a type."""
        return self._members.get(entity_key(name)) or self._types_by_word.get(entity_key(seen)) or seen

    def is_own(self, kind: str) -> bool:
        """Whether a type is one that this ontology declares, not one that every reader knows."""
        return kind in self.kinds and kind not in _BUILT_IN_NAMES

    def fits(self, seen: str, allowed: Sequence[str]) -> bool:
        """Whether what a reader took for `seen` may be of one of these types; of any, when none is named."""
        return not allowed or any(self._may_be(seen, wanted) for wanted in allowed)

    def is_other_sort(self, seen: str, wanted: str) -> bool:
        """Whether a reader that says `seen` can mean `wanted`, which it has no word for."""
        return seen != wanted and seen in self._seen_as(wanted)

    def _may_be(self, seen: str, wanted: str) -> bool:
        if wanted in self._lineage(seen) or (seen in PERSONS and "person" in self._lineage(wanted)):
            return True
        if wanted == "value" and seen in LITERALS:
            return True
        return seen in GENERIC or (seen not in LITERALS and seen in self._seen_as(wanted))

    def _lineage(self, name: str) -> Iterator[str]:
        """A type, what it is a kind of, and so on."""
        at: str | None = name
        while at is not None:
            yield at
            at = self.kinds[at].parent if at in self.kinds else None

    def _seen_as(self, wanted: str) -> frozenset[str]:
        for name in self._lineage(wanted):
            kind = self.kinds.get(name)
            if kind is not None and kind.seen_as is not None:
                return frozenset(kind.seen_as)
            if kind is None or name in _BUILT_IN_NAMES:
                return frozenset({name})
        return _OTHER_SORTS

    def describe(self) -> str:
        """What a language model is told."""
        types = [
            f"- `{kind.name}`: {kind.description}"
            + (f" Also called {', '.join(kind.aliases)}." if kind.aliases else "")
            for kind in self.entities
        ]
        rule = (
            "Note facts with these predicates only; leave out all others."
            if self.strict
            else "Where one of these predicates says what a text says, use it, with exactly this spelling and direction."
        )
        parts = [rule, *(one.described() for one in self.relations)]
        return "\n".join([*parts, *(["Kinds of things that they join:", *types] if types else [])])


_BUILT_IN_NAMES = frozenset(type_name(one) for one in BUILT_IN)


def _attributes(declared: type[EntityType]) -> Iterator[RelationType]:
    """The fields of a class as relations to values, each with one at a time."""
    for name, field in declared.model_fields.items():
        if any(name in base.model_fields for base in declared.__bases__ if issubclass(base, EntityType)):
            continue
        wanted = "date" if field.annotation in _DATES else "value"
        yield RelationType(
            name, subject=declared, object=wanted, one="object", description=field.description or "", aliases=()
        )


def _check_types(entities: Sequence[EntityKind]) -> None:
    """Raises ValueError."""
    owners: dict[str, str] = {}
    kinds = {kind.name: kind for kind in (*map(kind_of, BUILT_IN), *entities)}
    for kind in entities:
        if kind.name != type_name(kind.name) or not kind.name:
            raise ValueError(f"{quoted(kind.name)} is no name of a type: write {type_name(kind.name) or 'project'!r}")
        for word in (kind.name, *kind.aliases):
            key = entity_key(word)
            if key in owners or key in _BUILT_IN_NAMES:
                raise ValueError(
                    f"{quoted(word)} names two types, {owners.get(key, key)} and {kind.name}: leave one out"
                )
            owners[key] = kind.name
        seen, at = [kind.name], kind.parent
        while at is not None:
            if at not in kinds or at in seen:
                raise ValueError(
                    f"{kind.name} is a kind of {quoted(at)}, which is {'itself' if at in seen else 'unknown'}"
                )
            seen.append(at)
            at = kinds[at].parent
    check_members(kinds)


def _check_predicates(relations: Sequence[RelationType]) -> None:
    """Each predicate says one relation, from one side. Raises ValueError."""
    owners: dict[str, tuple[str, str]] = {}
    for relation in relations:
        roles = {
            "name": (relation.name,),
            "aliases": relation.aliases,
            "inverse": relation.inverse,
            "begins": relation.begins,
        }
        for role, predicates in roles.items():
            for predicate in predicates:
                other = owners.setdefault(_base(predicate), (relation.name, role))
                if other[0] != relation.name or (other[1] == "name" and role == "name" and _twice(relations, relation)):
                    raise ValueError(
                        f"{quoted(predicate)} is claimed twice, by {other[0]} ({other[1]}) and {relation.name} ({role}): leave one out"
                    )
                if {other[1], role} & {"inverse"} and other[1] != role:
                    raise ValueError(f"{quoted(predicate)} cannot say {relation.name} and its inverse")


def _twice(relations: Sequence[RelationType], relation: RelationType) -> bool:
    return sum(one.name == relation.name for one in relations) > 1
