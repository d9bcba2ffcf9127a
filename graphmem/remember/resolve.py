"""Decides which entity each name is. Unsure means apart: a name is joined only to the one entity that bears it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.domain.fact import VALUE_TYPE, Entity, Mention
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.names import is_proper, spelled_names, title_aliases
from graphmem.domain.namesakes import is_namesake
from graphmem.domain.sameness import SameAs, same_id
from graphmem.domain.triple import NameSpan
from graphmem.remember.casting import Person
from graphmem.remember.draft import Draft
from graphmem.remember.sighting import Sighting

LITERAL_TYPES = frozenset({"value", "date"})
MOST_HOMONYMS = 3
"""A name that more known entities bear than this is linked to none of them."""
MAY_BE_ONE = 0.3
"""How much an equal name speaks for two that a role tells apart."""


@dataclass(slots=True)
class Register:
    """The owner's entities as far as this write has to do with them: those known, and those that it makes. `namesakes`: by key,
    those that a role tells from others of their name."""

    owner: str
    by_key: dict[str, list[Entity]] = field(default_factory=dict)
    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    namesakes: Mapping[str, Person] = field(default_factory=dict)
    made: dict[str, Entity] = field(default_factory=dict)
    grown: dict[str, Entity] = field(default_factory=dict)

    def learn(self, known: Iterable[Entity], unheard: Collection[str] = ()) -> None:
        """Take in entities from the store. Those in `unheard`, by id, are known by their own name only: what another agent calls
        them for short says nothing to this one."""
        for entity in known:
            self._index(entity, () if entity.id in unheard else entity.aliases)

    def _index(self, entity: Entity, aliases: Iterable[str]) -> None:
        for key in (entity.key, *map(entity_key, aliases)):
            bearers = self.by_key.setdefault(key, [])
            if all(other.id != entity.id for other in bearers):
                bearers.append(entity)

    def entity(self, name: str, kind: str, aliases: tuple[str, ...] = ()) -> Entity:
        """The entity of this name: the one with that key, else the only one with such an alias, else a new one."""
        key = entity_key(name)
        bearers = self.by_key.get(key, [])
        exact = [entity for entity in bearers if entity.key == key]
        others = [entity for entity in bearers if not is_namesake(entity)]
        if exact or len(others) == 1:
            found = (exact or others)[0]
            return self._with_aliases(found, aliases)
        kind = VALUE_TYPE if kind in LITERAL_TYPES else kind
        id_ = entity_id(self.owner, key)
        stands = self.sightings[key].stands if key in self.sightings and kind != VALUE_TYPE else None
        aliases = self.namesakes[key].aliases if key in self.namesakes else aliases
        fields = {"id": id_, "owner": self.owner, "key": key, "name": name.strip(), "type": kind}
        made = Entity(**fields, aliases=aliases, same_as=stands)
        self.made[made.id] = made
        self._index(made, aliases)
        return made

    def _with_aliases(self, entity: Entity, aliases: tuple[str, ...]) -> Entity:
        new = tuple(alias for alias in aliases if alias not in entity.aliases and entity_key(alias) != entity.key)
        if not new:
            return entity
        grown = entity.model_copy(update={"aliases": (*entity.aliases, *new)})
        (self.made if entity.id in self.made else self.grown)[entity.id] = grown
        for bearers in self.by_key.values():
            bearers[:] = [grown if other.id == grown.id else other for other in bearers]
        self._index(grown, grown.aliases)
        return grown

    def bearers(self, key: str, meant: str | None = None) -> list[Entity]:
        """The entities, few enough to be told apart by what is asked, that a spelled name may stand for: only the one with the key
        that is `meant`, where that is known."""
        found = [e for e in self.by_key.get(key, []) if e.type != VALUE_TYPE and is_proper(e.name)]
        found = [e for e in found if meant in (None, e.key)]
        return found if len(found) <= MOST_HOMONYMS else []

    def sameness(self, now: datetime) -> list[SameAs]:
        """What is now said of the new entities and others like them."""
        said: dict[str, SameAs] = {}
        for made in self.made.values():
            sighting = self.sightings.get(made.key)
            if sighting is None or made.type == VALUE_TYPE:
                continue
            for seen in sighting.alike:
                other = seen.entity if seen.entity is not None else self.made.get(entity_id(self.owner, seen.key))
                if other is not None and other.id != made.id:
                    pair = seen.said_of(made, other, now)
                    said.setdefault(pair.id, pair)
        for person in self.namesakes.values():
            said |= {pair.id: pair for pair in self._perhaps(person, now)}
        return list(said.values())

    def _perhaps(self, person: Person, now: datetime) -> Iterator[SameAs]:
        """That somebody whom a role tells from others may be one of them after all, for somebody to look at."""
        there = {one.id for bearers in self.by_key.values() for one in bearers}
        source = entity_id(self.owner, person.key)
        for target, reason in person.apart_from if source in there else ():  # known, it may be so to another agent only
            if target in there:
                yield SameAs(
                    id=same_id(source, target),
                    owner=self.owner,
                    source_id=source,
                    target_id=target,
                    score=MAY_BE_ONE,
                    reason=reason,
                    decided_at=now,
                )


def names_in(draft: Draft) -> Iterator[NameSpan]:
    """The names that were read from a draft, wherever they stand."""
    reading = draft.reading
    yield from (name for _, name in reading.mentions)
    yield from (end for triple in reading.triples for end in (triple.subject, triple.object))
    yield from (triple.instead_of for triple in reading.triples if triple.instead_of)
    yield from (name for name in (reading.about, draft.heading) if name)


def keys_in(drafts: Sequence[Draft]) -> set[str]:
    """Every key that a draft's entities or spelled names could have: what to ask the store for."""
    keys: set[str] = set()
    for draft in drafts:
        keys.update(entity_key(name.name) for name in names_in(draft))
        keys.update(entity_key(part) for triple in draft.triples or () for part in (triple.subject, triple.object))
        if draft.passage:
            keys.update(key for key, _, _ in spelled_names(draft.record.text))
    return keys


def subject_entity(draft: Draft, register: Register) -> Entity | None:
    """The entity that the memory is about, made if it is new. A title's short form becomes an alias."""
    name = draft.reading.about or draft.heading
    if name is None or name.type in LITERAL_TYPES:
        return None
    return register.entity(name.name, name.type, title_aliases(name.name))


def full_title(name: NameSpan | None, text: str) -> NameSpan | None:
    """A heading's name as it is written, with the bracket that tells it from its namesakes: "Belle (Disney song)"."""
    if name is None:
        return None
    written = text[name.span.start : name.span.end].strip()
    return name.model_copy(update={"name": written}) if title_aliases(written) == (name.name,) else name


def known_as(name: NameSpan, subject: Entity | None, register: Register) -> Entity:
    """The entity that a name stands for in a text about `subject`: the subject itself under its short title."""
    short = () if subject is None or is_namesake(subject) else title_aliases(subject.name)
    if subject is not None and entity_key(name.name) in (subject.key, *map(entity_key, short)):
        return subject
    return register.entity(name.name, name.type)


def mentions(draft: Draft, subject: Entity | None, register: Register) -> list[Mention]:
    """One mention for each entity and sentence: the names that the extractor saw, and the known ones that it did not."""
    found: dict[tuple[str, int], Mention] = {}

    def note(entity: Entity, sentence: int, start: int, end: int) -> None:
        found.setdefault(
            (entity.id, sentence),
            Mention(memory_id=draft.record.id, entity_id=entity.id, sentence=sentence, span_start=start, span_end=end),
        )

    for sentence, name in draft.reading.mentions:
        if name.type not in LITERAL_TYPES:
            note(known_as(name, subject, register), sentence, name.span.start, name.span.end)
    if draft.passage:
        for key, start, end in spelled_names(draft.record.text):
            for entity in register.bearers(key, draft.meant.get((key, start))):
                note(entity, sentence_at(draft, start), start, end)
    return list(found.values())


def sentence_at(draft: Draft, offset: int) -> int:
    """The index of the sentence that holds a character; the first one, for what stands before it (a heading)."""
    place = 0
    for index, sentence in enumerate(draft.reading.sentences):
        if sentence.span.start <= offset:
            place = index
    return place
