"""Who is known by a name that several people may have, and which of them a name stands for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from graphmem.domain.fact import VALUE_TYPE, Entity, Fact
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.names import is_proper
from graphmem.domain.namesakes import UNCLEAR, full_name, is_namesake, keys_of_user, role_in, short_forms
from graphmem.domain.roles import Role, role_called, roles_said
from graphmem.domain.scope import Scope
from graphmem.remember.telling import Told

Held: TypeAlias = tuple[Role, str]
"""A role, and whose: the id of who stands for that one, empty for the user."""


@dataclass(frozen=True, slots=True)
class Person:
    """One of those who bear a name. `name`: by which this one alone is called; `stands`: the id of the entity that stands for it;
    `apart_from`: where a role makes it a new one, the ids of those that it is not, with the reason."""

    key: str
    name: str
    stands: str
    aliases: tuple[str, ...] = ()
    apart_from: tuple[tuple[str, str], ...] = ()

    @property
    def is_unclear(self) -> bool:
        """Whether it is a name that nobody could be told from."""
        return role_in(self.name)[0] == UNCLEAR


class Doubt(NamedTuple):
    """A plain name, and the ids of those who bear it."""

    name: str
    bearers: frozenset[str]


class Cast:
    """The people of a write by the keys of their names, and what is known of their roles. `joined`: by key, who stands for a name
    that is new; `foremost`: whom a plain name means, of several who bear it. `doubts`: by key, the plain names of which nobody knows
    whom they mean."""

    def __init__(
        self,
        scope: Scope,
        entities: Iterable[Entity],
        facts: Iterable[Fact],
        joined: Mapping[str, str],
        foremost: Mapping[str, str],
    ) -> None:
        self._owner, self._joined, self._foremost = scope.owner, joined, foremost
        self.doubts: dict[str, Doubt] = {}
        self.made: list[Person] = []
        self._people: dict[str, list[Person]] = {}
        self._held: dict[str, set[Held]] = {}
        known = sorted(entities, key=lambda one: one.id)
        self._stands = {one.id: one.stands for one in known}
        self._me = {self._standing(key) for key in keys_of_user(scope)}
        namesakes = [one for one in known if is_namesake(one)]
        self.namesakes = frozenset(entity_key(short_forms(one.name)[0]) for one in namesakes)
        for one in known:
            self._take_in(one)
        for fact in facts:
            taken_back = fact.retired_at is not None and fact.valid_to is None
            if fact.modality == "asserted" and not fact.negated and not taken_back and scope.covers(fact.scope):
                ends = (fact.subject_id, fact.object_id)
                for one_id, other, role in zip(ends, ends[::-1], roles_said(fact.predicate), strict=True):
                    anchor = "" if other in self._me else other
                    if role is not None and not (role.derived and anchor):
                        former = role.former or fact.valid_to is not None
                        self._held.setdefault(one_id, set()).add((role._replace(former=former), anchor))

    def _take_in(self, one: Entity) -> None:
        if one.type == VALUE_TYPE or not is_proper(one.name):
            return
        person = Person(one.key, one.name, one.stands, one.aliases)
        keys = {one.key, *map(entity_key, one.aliases)}
        if is_namesake(one):
            keys = {entity_key(short_forms(one.name)[0]), one.key}
            word, of = role_in(one.name)
            role = role_called(word.replace(" ", "_"))
            if role is not None:
                held = (role, self.anchor(entity_key(of)) if of else "")
                self._held.setdefault(one.stands, set()).add(held)
        for key in keys:
            self._people.setdefault(key, []).append(person)

    def _standing(self, key: str) -> str:
        id_ = entity_id(self._owner, key)
        return self._stands.get(id_, self._joined.get(key, id_))

    def anchor(self, key: str) -> str:
        """What stands for whose role it is: nothing for the user."""
        id_ = self._standing(key)
        return "" if id_ in self._me else id_

    def _bearers(self, key: str) -> list[Person]:
        """Those that may be meant: who has the name itself (or is the only one to have it as another name) comes first, then those
        that a role tells from it; one for each that stands for others."""
        people = self._people.get(key, [])
        own = [one for one in people if one.key == key]
        others = [one for one in people if one.key != key and not role_in(one.name)[0]]
        first = own or (others if len(others) == 1 else [])
        apart = [one for one in people if one.key != key and role_in(one.name)[0]]
        return [*first, *sorted(apart, key=lambda one: one.key)]

    def bearer(self, key: str, id_: str | None) -> Person | None:
        """Who bears a name and is the entity with this id: what a memory was about, before its words are changed."""
        return next((one for one in self._bearers(key) if id_ is not None and one.stands == id_), None)

    def having(self, key: str, told: Sequence[Told]) -> Person | None:
        """Who bears a name and has one of these roles."""
        roles = [(one.role, one.anchor) for one in told]
        return next((one for one in self._bearers(key) if self._shares(one, roles)), None)

    def introduced(self, key: str, name: str, told: Sequence[Told], spoken: Person | None) -> Person:
        """Who is named together with a role."""
        people = [one for one in self._bearers(key) if not one.is_unclear]
        roles = [(one.role, one.anchor) for one in told]
        same = [one for one in people if self._shares(one, roles)]
        fitting = [one for one in people if not self._excludes(one, roles)]
        for some in ([one for one in same if one in fitting], same):
            if some:
                return min(some, key=lambda one: (not _is_called(one, told), one.key != key, one.key))
        if spoken in fitting:
            return spoken
        if len({one.stands for one in fitting}) == 1:
            return fitting[0]
        if not people and not (self._standing(key) in self._me and any(not one.anchor for one in told)):
            return self._first(key, name)
        return self._made(key, name, told[0], people)

    def becoming(self, key: str, told: Sequence[Told]) -> Person | None:
        """The only one who bears a name, of whom it is stated that he has a role, if he may have come to it."""
        people = [one for one in self._bearers(key) if not one.is_unclear]
        if len({one.stands for one in people}) != 1:
            return None
        roles = [(one.role, one.anchor) for one in told]
        return None if self._excludes(people[0], roles, stated=True) else people[0]

    def bare(self, key: str, name: str) -> Person:
        """Who is named without a role, and was not spoken of before."""
        people = self._bearers(key)
        if key in self._joined and all(one.key != key for one in people):
            return self._first(key, name)
        known = [one for one in people if not one.is_unclear]
        if len({one.stands for one in known}) == 1:
            return known[0]
        if not people:
            return self._first(key, name)
        meant = next((one for one in known if one.stands == self._foremost.get(key)), None)
        if meant is not None:
            return meant
        self.doubts[key] = Doubt(name, frozenset(one.stands for one in known))
        unclear = next((one for one in people if one.is_unclear), None)
        return unclear or self._made(key, name, None, known)

    def learn(self, person: Person, told: Sequence[Told]) -> None:
        """Take in the roles that somebody is told to have."""
        if not person.is_unclear:
            self._held.setdefault(person.stands, set()).update((one.role, one.anchor) for one in told)

    def _first(self, key: str, name: str) -> Person:
        person = Person(key, name, self._standing(key))
        self._people.setdefault(key, []).append(person)
        return person

    def _made(self, key: str, name: str, told: Told | None, others: Sequence[Person]) -> Person:
        role = UNCLEAR if told is None else told.role.word.replace("_", " ")
        of = told.to if told is not None and told.anchor else ""
        full = full_name(name, role, of)
        own = entity_key(full)
        reasons = tuple((self._id_of(one), self._reason(one, f"{role} of {of}" if of else role)) for one in others)
        person = Person(own, full, self._standing(own), short_forms(full), reasons)
        self._people.setdefault(key, []).append(person)
        self._people.setdefault(own, []).append(person)
        self.made.append(person)
        return person

    def _id_of(self, person: Person) -> str:
        return entity_id(self._owner, person.key)

    def _reason(self, other: Person, role: str) -> str:
        if role == UNCLEAR:
            return "the same name, said without a role"
        held = sorted({one.word.replace("_", " ") for one, _ in self._held.get(other.stands, ())})
        return f"the same name, told apart by a role: {role}" + (f", not {' and '.join(held)}" if held else "")

    def _shares(self, person: Person, roles: Sequence[Held]) -> bool:
        held = self._held.get(person.stands, ())
        return any(
            to == anchor and role.kind == other.kind and not role.excludes(other)
            for role, to in roles
            for other, anchor in held
        )

    def _excludes(self, person: Person, roles: Sequence[Held], *, stated: bool = False) -> bool:
        """Whether somebody cannot have these roles; those that are `stated` of him may be new ones."""
        if person.stands in self._me and any(not to for _, to in roles):
            return True  # nobody is his own sister
        held = self._held.get(person.stands, ())
        if stated:
            return any(to == anchor and not role.may_come_beside(other) for role, to in roles for other, anchor in held)
        return any(
            role.excludes(other)
            if to == anchor
            else not (to and anchor) and role.excludes_elsewhere(other)  # "my brother" and "Bob" may be one
            for role, to in roles
            for other, anchor in held
        )


def _is_called(person: Person, told: Sequence[Told]) -> bool:
    """Whether a name holds one of these roles."""
    return role_in(person.name)[0] in {one.role.word.replace("_", " ") for one in told}
