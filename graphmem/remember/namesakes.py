"""Tells people of one name apart by what they are to somebody: "my sister Anna" is not "my colleague Anna". Pure.

Done before a write is planned, with the drafts that were read and what is known: the names of whom a role sets apart are
replaced by names that hold it, "Anna (colleague)", and everything after that goes by names as ever. A name without a role is
the one last spoken of in the same conversation; where several bear it and none was spoken of, it is nobody's but its own:
unsure means apart. Roles come from statements, whoever read or gave them; those of the known from facts that the write's scope
sees, so that what one agent was told decides nothing for another.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import NamedTuple

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.names import spelled_names
from graphmem.domain.triple import NameSpan, Reading
from graphmem.remember.casting import Cast, Doubt, Person
from graphmem.remember.draft import Draft
from graphmem.remember.resolve import names_in
from graphmem.remember.sighting import Sighting
from graphmem.remember.telling import Told, is_introduced, roles_told, set_right_in, told_in


class Apart(NamedTuple):
    """The drafts with the names of their people, and those of whom only a role tells that they are not somebody known.
    `doubts`: by key, the plain names of which nobody knows whom they mean."""

    drafts: list[Draft]
    people: tuple[Person, ...] = ()
    doubts: Mapping[str, Doubt] = MappingProxyType({})


class Occurrence(NamedTuple):
    """A name where it stands. `told`: the roles that are told of it there; `introduced`: right beside it; `denied`: where a
    statement there sets another right, the roles that it denies; `spelled`: it is the name itself, and no word for it ("she")."""

    key: str
    name: str
    told: Sequence[Told] = ()
    denied: Sequence[Told] | None = None
    introduced: bool = False
    spelled: bool = True


@dataclass(slots=True)
class _Walk:
    """The drafts of one write, in order. `last`: by conversation and key, who was spoken of last."""

    cast: Cast
    keys: frozenset[str]
    last: dict[tuple[int, str], Person] = field(default_factory=dict)

    def meet(self, one: Draft, name: Occurrence) -> Person:
        """Who a name stands for, here."""
        spoken = self.last.get((one.item, name.key)) or self.cast.bearer(name.key, one.was_about)
        if name.denied is not None:
            person = spoken or self.cast.having(name.key, name.denied) or self.cast.bare(name.key, name.name)
        elif name.told and name.spelled and (name.introduced or spoken is None):
            stated = None if name.introduced else self.cast.becoming(name.key, name.told)
            person = stated or self.cast.introduced(name.key, name.name, name.told, spoken)
        else:
            person = spoken or self.cast.bare(name.key, name.name)
        self.cast.learn(person, name.told)
        self.last[one.item, name.key] = person
        return person

    def given(self, one: Draft) -> Draft:
        """A draft with triples of the caller's, in which a name is one person wherever it stands."""
        triples, text = one.triples or (), one.record.text
        by_key: dict[str, list[Told]] = {}
        stated = told_in(one, self.cast.anchor, given=True)
        for (key, _), roles in (*stated.items(), *told_in(one, self.cast.anchor).items()):
            if (key, -1) not in stated or roles is stated[key, -1]:
                by_key.setdefault(key, []).extend(roles)
        spoken = [(key, text[start:end]) for key, start, end in spelled_names(text)]
        spoken += [(entity_key(end), end.strip()) for triple in triples for end in (triple.subject, triple.object)]
        people: dict[str, Person] = {}
        for key, name in spoken:
            if key in self.keys and key not in people:
                people[key] = self.meet(one, Occurrence(key, name, by_key.get(key, ()), introduced=True))
        return replace(
            one,
            triples=tuple(
                replace(triple, subject=_named(triple.subject, people), object=_named(triple.object, people))
                for triple in triples
            ),
            reading=_renamed(one, lambda name: people.get(entity_key(name.name))),
            meant={(key, start): people[key].key for key, start, _ in spelled_names(text) if key in people},
        )

    def read(self, one: Draft) -> Draft:
        """A draft whose statements were read, or in which only names are known."""
        people: dict[tuple[str, int], Person] = {}
        if one.heading is not None and (key := entity_key(one.heading.name)) in self.keys:
            people[key, -1] = self.meet(one, Occurrence(key, one.heading.name))
        for start, name in self._occurrences(one):
            people[name.key, start] = self.meet(one, name)
        return replace(
            one,
            heading=one.heading and _respelled(one.heading, people.get((entity_key(one.heading.name), -1))),
            reading=_renamed(one, lambda name: people.get((entity_key(name.name), name.span.start))),
            meant={place: person.key for place, person in people.items()},
        )

    def _occurrences(self, one: Draft) -> list[tuple[int, Occurrence]]:
        """Where the text of a draft names people that have to be told apart, in order."""
        text, told, denied = one.record.text, told_in(one, self.cast.anchor), set_right_in(one, self.cast.anchor)
        found = {
            (name.span.start, entity_key(name.name)): (name.name.strip(), name.span.end)
            for name in names_in(one)
            if name is not one.heading and entity_key(name.name) in self.keys
        }
        if one.passage:
            for key, start, end in spelled_names(text):
                if key in self.keys:
                    found.setdefault((start, key), (text[start:end], end))
        return [
            (
                start,
                Occurrence(
                    key,
                    name,
                    told.get((key, start), ()),
                    denied.get((key, start)),
                    introduced=is_introduced(text, start, end),
                    spelled=key in entity_key(text[start:end]),
                ),
            )
            for (start, key), (name, end) in sorted(found.items())
        ]


def told_apart(
    drafts: Sequence[Draft],
    entities: Iterable[Entity],
    unheard: Collection[str],
    facts: Iterable[Fact],
    sightings: Mapping[str, Sighting],
    foremost: Mapping[str, str],
) -> Apart:
    """The drafts with each name that a role tells apart from another replaced by one that holds the role. `entities`: those known
    that bear a name in the drafts; those in `unheard`, by id, are known by their own name only; `foremost`: by key, whom a plain
    name means."""
    if not drafts:
        return Apart([])
    heard = [one.model_copy(update={"aliases": ()}) if one.id in unheard else one for one in entities]
    scope = drafts[0].record.scope
    joined = {
        key: one.stands or entity_id(scope.owner, seen.key)
        for key, one in sightings.items()
        for seen in one.alike
        if seen.joined
    }
    cast = Cast(scope, heard, facts, joined, foremost)
    keys = cast.namesakes.union(key for one in drafts for key, _ in roles_told(one))
    if not keys:
        return Apart(list(drafts))
    walk = _Walk(cast, keys)
    walked = [walk.read(one) if one.triples is None else walk.given(one) for one in drafts]
    return Apart(walked, tuple(cast.made), cast.doubts)


def _named(name: str, people: Mapping[str, Person]) -> str:
    person = people.get(entity_key(name))
    return name if person is None or person.key == entity_key(name) else person.name


def _respelled(name: NameSpan, person: Person | None) -> NameSpan:
    if person is None or person.key == entity_key(name.name):
        return name
    return name.model_copy(update={"name": person.name})


def _renamed(one: Draft, who: Callable[[NameSpan], Person | None]) -> Reading:
    """What was read, with its people by their own names."""
    reading = one.reading

    def name(span: NameSpan) -> NameSpan:
        return _respelled(span, who(span))

    return reading.model_copy(
        update={
            "mentions": tuple((sentence, name(span)) for sentence, span in reading.mentions),
            "triples": tuple(
                triple.model_copy(
                    update={
                        "subject": name(triple.subject),
                        "object": name(triple.object),
                        "instead_of": triple.instead_of and name(triple.instead_of),
                    }
                )
                for triple in reading.triples
            ),
            "about": reading.about and name(reading.about),
        }
    )
