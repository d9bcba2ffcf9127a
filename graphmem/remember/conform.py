"""Holds what is stated to the application's ontology, before anything is resolved or decided. Pure.

* A predicate that says one of its relations becomes that relation's name; one that says it from the other side changes the ends round.
  What a reader parted is joined again: "is in charge of Apollo", read as ``is_in`` "charge of Apollo".
* A name gets the type that the ontology knows it by, or that its place in a relation leaves for it.
* Ends of types that a relation does not join: the two change places if that is what fits, else the statement is dropped, unless what
  is known of the names from before makes it fit.
* Of a strict ontology all that is left outside is dropped. What is dropped is told, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from graphmem.domain.entity_types import GENERIC
from graphmem.domain.identity import entity_key
from graphmem.domain.ontology import Ontology, RelationType, predicate_of
from graphmem.domain.relations import Meaning
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Standing
from graphmem.domain.triple import Dropped, NameSpan, Span, Triple
from graphmem.remember.draft import Draft, GivenTriple

IS_A = frozenset({"is_a", "be_a", "is_an", "instance_of", "is", "be"})
"""What names a type may follow: "Apollo is a project"."""

MOST_LENT = 4
"""Words of an object that may belong to its predicate."""
_NOW = re.compile(r"\s+(?:now|today|again|currently)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement as far as an ontology has a say in it: the ends by name and type, and the predicate. `turned`: the ends have
    changed places; `lent`: characters at the beginning of the object's name that belong to the predicate."""

    subject: str
    subject_type: str
    predicate: str
    object: str
    object_type: str
    turned: bool = False
    past: bool = False
    lent: int = 0

    def __str__(self) -> str:
        return f"{self.subject} {self.predicate.replace('_', ' ')} {self.object}"


@dataclass(slots=True)
class Conforming:
    """The statements of one text, held to the ontology in order. `mentioned`: what a reader took its names for; `types`: what was
    learnt of them; both by key. `misplaced`: the keys of names that a relation does not join as what they are taken for."""

    ontology: Ontology
    mentioned: Mapping[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    dropped: list[Dropped] = field(default_factory=list)
    misplaced: set[str] = field(default_factory=set)

    def learn(self, stated: Sequence[Stated]) -> None:
        """Take in which names a text calls by a type."""
        for one in stated:
            called = self.ontology.type_called(one.object) if one.predicate in IS_A else None
            if called is not None:
                self.types[entity_key(one.subject)] = called

    def type_of(self, name: str, seen: str) -> str:
        """The type of a name that a reader took for `seen`."""
        learnt = self.types.get(entity_key(name))
        known = self.ontology.type_of(name, seen)
        return learnt if learnt is not None and known == seen else known

    def take(self, stated: Stated) -> Stated | None:
        """The statement as it is kept; None where it is not."""
        stated = self._rejoined(stated)
        one = replace(
            stated,
            subject_type=self.type_of(stated.subject, stated.subject_type),
            object_type=self.type_of(stated.object, stated.object_type),
        )
        found = self.ontology.relation(one.predicate)
        if found is None:
            calls_type = one.predicate in IS_A and self.ontology.type_called(one.object) is not None
            if self.ontology.strict and not calls_type:
                self._drop(one, f"the ontology has no relation {one.predicate!r}")
                return None
            return one
        return self._placed(one, *found)

    def _rejoined(self, one: Stated) -> Stated:
        """The statement with the words of its object that belong to a predicate of the ontology."""
        if self.ontology.relation(one.predicate) is not None:
            return one
        for gap in reversed(list(re.finditer(r"\s+", one.object))[:MOST_LENT]):
            predicate = predicate_of(f"{one.predicate} {one.object[: gap.start()]}")
            if self.ontology.relation(predicate) is not None:
                name = _NOW.sub("", one.object[gap.end() :])
                seen = self.mentioned.get(entity_key(name), one.object_type)
                return replace(one, predicate=predicate, object=name, object_type=seen, lent=gap.end())
        return one

    def _placed(self, one: Stated, relation: RelationType, meaning: Meaning) -> Stated | None:
        fits = self._fits(one, relation, turned=meaning.inverted)
        turned = meaning.inverted
        if not fits:
            turned = not turned
            if not self._fits(one, relation, turned=turned) or relation.symmetric:
                self.misplaced |= {entity_key(one.subject), entity_key(one.object)}
                wanted = " → ".join(" or ".join(types) or "anything" for types in (relation.subject, relation.object))
                self._drop(one, f"{relation.name} joins {wanted}, and this is {one.subject_type} → {one.object_type}")
                return None
        kept = _turned(one) if turned and meaning.part == "says" else one
        kept = replace(
            kept, predicate=relation.name if meaning.part == "says" else kept.predicate, past=kept.past or meaning.past
        )
        subject, object_ = (
            (relation.object, relation.subject) if turned and kept is one else (relation.subject, relation.object)
        )
        return self._typed(kept, subject, object_)

    def _fits(self, one: Stated, relation: RelationType, *, turned: bool) -> bool:
        ends = (one.object_type, one.subject_type) if turned else (one.subject_type, one.object_type)
        return self.ontology.fits(ends[0], relation.subject) and self.ontology.fits(ends[1], relation.object)

    def _typed(self, one: Stated, subject: Sequence[str], object_: Sequence[str]) -> Stated:
        """The ends with the types that their places leave for them."""
        types = []
        for name, seen, allowed in (
            (one.subject, one.subject_type, subject),
            (one.object, one.object_type, object_),
        ):
            kind = self._narrowed(seen, allowed)
            if kind != seen:
                self.types.setdefault(entity_key(name), kind)
            types.append(kind)
        return replace(one, subject_type=types[0], object_type=types[1])

    def _narrowed(self, seen: str, allowed: Sequence[str]) -> str:
        if len(allowed) != 1 or seen in allowed or not self.ontology.fits(seen, allowed):
            return seen
        return allowed[0] if seen in GENERIC or self.ontology.is_other_sort(seen, allowed[0]) else seen

    def _drop(self, one: Stated, reason: str) -> None:
        self.dropped.append(Dropped(fact=str(one)[:200], reason=reason))


def _turned(one: Stated) -> Stated:
    return replace(
        one,
        subject=one.object,
        subject_type=one.object_type,
        object=one.subject,
        object_type=one.subject_type,
        turned=not one.turned,
    )


def conform(drafts: Sequence[Draft], ontology: Ontology, known: Mapping[str, str] = MappingProxyType({})) -> None:
    """Hold what these drafts state, and the names in them, to the ontology. `known`: by key, the types that entities have already."""
    told = {key: kind for key, kind in known.items() if ontology.is_own(kind)}
    for draft in drafts:
        held = _held(draft, ontology, told)
        if draft.triples is None:
            triples = _of_reading(draft.reading.triples, held)
            draft.reading = draft.reading.model_copy(update={"triples": triples})
        else:
            draft.triples = _of_caller(draft.triples, held)
        mentions = tuple((place, _typed_name(name, held)) for place, name in draft.reading.mentions)
        about = draft.reading.about
        draft.reading = draft.reading.model_copy(
            update={
                "mentions": mentions,
                "about": None if about is None else _typed_name(about, held),
                "dropped": (*draft.reading.dropped, *held.dropped),
            }
        )


def misplaced(drafts: Sequence[Draft], ontology: Ontology) -> set[str]:
    """The keys of names that would be kept from a relation for what a reader takes them for, so that it is worth asking what they
    are known as."""
    found: set[str] = set()
    for draft in drafts:
        held = _held(draft, ontology)
        if draft.triples is None:
            _of_reading(draft.reading.triples, held)
        else:
            _of_caller(draft.triples, held)
        found |= held.misplaced
    return found


def known_types(scope: Scope, standing: Standing, ontology: Ontology) -> dict[str, str]:
    """By key, the types of this ontology that the entities which a store told of have: what they were called last in the same
    scope, else what they were made as. What only others of the same user call for short is left out."""
    entities = [one for one in standing.entities if one.id not in standing.unheard]
    types = {one.key: one.type for one in entities}
    named = {one.stands: one.key for one in entities}
    for fact in standing.facts:
        called = ontology.type_called(fact.object) if fact.predicate in IS_A and not fact.negated else None
        if called and fact.retired_at is None and fact.scope.agent_id == scope.agent_id and fact.subject_id in named:
            types[named[fact.subject_id]] = called
    return types


def _held(draft: Draft, ontology: Ontology, known: Mapping[str, str] = MappingProxyType({})) -> Conforming:
    mentioned = {entity_key(name.name): name.type for _, name in draft.reading.mentions}
    return Conforming(ontology, mentioned, dict(known))


def _typed_name(name: NameSpan, held: Conforming) -> NameSpan:
    return name.model_copy(update={"type": held.type_of(name.name, name.type)})


def _shortened(name: NameSpan, taken: Stated) -> NameSpan:
    """The object without what it lent to the predicate."""
    if not taken.lent:
        return name
    kept = taken.subject if taken.turned else taken.object
    start = name.span.start + taken.lent if name.span.end - name.span.start == len(name.name) else name.span.start
    end = start + len(kept) if start != name.span.start else name.span.end
    return NameSpan(name=kept, type=name.type, span=Span(start=start, end=end))


def _of_reading(triples: Sequence[Triple], held: Conforming) -> tuple[Triple, ...]:
    stated = [
        Stated(one.subject.name, one.subject.type, one.predicate, one.object.name, one.object.type) for one in triples
    ]
    held.learn(stated)
    kept = []
    for triple, one in zip(triples, stated, strict=True):
        taken = held.take(one)
        if taken is not None:
            object_ = _shortened(triple.object, taken)
            ends = (object_, triple.subject) if taken.turned else (triple.subject, object_)
            kept.append(
                triple.model_copy(
                    update={
                        "subject": ends[0].model_copy(update={"type": taken.subject_type}),
                        "predicate": taken.predicate,
                        "object": ends[1].model_copy(update={"type": taken.object_type}),
                    }
                )
            )
    return tuple(kept)


def _of_caller(triples: Sequence[GivenTriple], held: Conforming) -> tuple[GivenTriple, ...]:
    """The caller's word counts as any other; a past form of it ("led") says that it is over."""
    stated = [
        Stated(one.subject, one.subject_type, predicate_of(one.predicate), one.object, one.object_type)
        for one in triples
    ]
    held.learn(stated)
    taken = [held.take(one) for one in stated]
    return tuple(
        GivenTriple(one.subject, one.predicate, one.object, one.subject_type, one.object_type, one.past)
        for one in taken
        if one is not None
    )
