"""What a write has to know before it is decided, worked out from its drafts alone, so that the store is asked once. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_key
from graphmem.domain.names import is_proper, title_aliases
from graphmem.domain.query import Inquiry
from graphmem.domain.relations import DEFAULT, Relations
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Standing
from graphmem.remember.assemble import Known, canonical_predicate
from graphmem.remember.draft import Draft
from graphmem.remember.likeness import probe_of
from graphmem.remember.reconcile import predicates_to_ask
from graphmem.remember.resolve import LITERAL_TYPES, keys_in, names_in
from graphmem.remember.sighting import NewName, sightings

_APART = LITERAL_TYPES | {"user", "agent"}
"""Types whose names are like no others."""
LATE_LINKS = 60
"""At most so many earlier memories are searched for the name of a new subject."""


def inquiry_of(scope: Scope, drafts: Sequence[Draft], now: datetime, relations: Relations = DEFAULT) -> Inquiry:
    """The question whose answer is all that deciding on these drafts needs, but for the rare cases of
    `closing` and `naming`. Facts are wanted whatever their time: a statement that arrives late has to find its place."""
    stated = [one for draft in drafts for one in _stated(draft, relations)]
    advised = {predicate for one in drafts for predicate in one.counsel.predicates}
    said = predicates_to_ask(advised | {predicate for predicate, _ in stated}, relations)
    return Inquiry(
        scope=scope,
        now=now,
        keys=tuple(sorted(keys_in(drafts))),
        predicates=said,
        closable=predicates_to_ask(advised | {predicate for predicate, closes in stated if closes}, relations),
        turned=tuple(predicate for predicate in said if relations.is_turned(predicate)),
        hashes=tuple(sorted({one.record.hash for one in drafts})),
        phrases=tuple(dict.fromkeys(name for one in drafts for name in _subject_names(one))),
        late=LATE_LINKS,
        names=tuple(one.probe for one in new_names(drafts)),
    )


def new_names(drafts: Sequence[Draft]) -> list[NewName]:
    """The names of things and people in the drafts that could be like those of entities known, once each."""
    types: dict[str, tuple[str, str]] = {}
    beside: dict[str, set[str]] = {}
    for one in drafts:
        spans = [(name.name, name.type) for name in names_in(one)]
        spans += [(end, "entity") for given in one.triples or () for end in (given.subject, given.object)]
        for name, kind in spans:
            key = entity_key(name)
            if kind not in _APART and is_proper(name) and types.get(key, ("", "entity"))[1] == "entity":
                types[key] = (name.strip(), kind)
        for ends in _ends(one):
            for end, other in (ends, ends[::-1]):
                beside.setdefault(end, set()).add(other)
    probes = ((key, name, kind, probe_of(key, name, kind)) for key, (name, kind) in sorted(types.items()))
    return [
        NewName(key, name, kind, frozenset(beside.get(key, ())) & types.keys(), probe)
        for key, name, kind, probe in probes
        if probe is not None
    ]


def _ends(one: Draft) -> Iterator[tuple[str, str]]:
    """The keys of what each triple of the draft joins."""
    if one.triples is None:
        yield from ((entity_key(t.subject.name), entity_key(t.object.name)) for t in one.reading.triples)
    else:
        yield from ((entity_key(given.subject), entity_key(given.object)) for given in one.triples)


def joining(inquiry: Inquiry, known: Known) -> Inquiry | None:
    """The same question with the names of the entities that new names are joined to, so that what is known of them counts
    for these as well; None when no name is."""
    joined = {seen.key for one in known.sightings.values() for seen in one.alike if seen.joined}
    if joined <= set(inquiry.keys):
        return None
    return inquiry.model_copy(update={"keys": tuple(sorted({*inquiry.keys, *joined}))})


def _stated(one: Draft, relations: Relations) -> Iterator[tuple[str, bool]]:
    """The predicates of what the draft says, and whether each may close others: not what has any number of values."""
    if one.triples is None:
        for triple in one.reading.triples:
            against = triple.negated or triple.corrects or triple.tense == "past" or triple.valid_to is not None
            yield triple.predicate, triple.modality == "asserted" and (against or relations.may_close(triple.predicate))
        return
    for given in one.triples:
        predicate = canonical_predicate(given.predicate)
        yield predicate, relations.may_close(predicate)


def _subject_names(one: Draft) -> Iterator[str]:
    """How the entity that the draft is about may be written in earlier memories."""
    name = one.reading.about or one.heading
    if name is not None and name.type not in LITERAL_TYPES and is_proper(name.name):
        yield name.name.strip()
        yield from title_aliases(name.name)


def known_from(inquiry: Inquiry, standing: Standing, drafts: Sequence[Draft] = ()) -> Known:
    """The store's answer, with what it leaves open: which phrases it did not look for, and which facts' supporters."""
    borne = {key for one in standing.entities for key in (one.key, *map(entity_key, one.aliases))}
    return Known(
        version=standing.version,
        entities=standing.entities,
        unheard=frozenset(standing.unheard),
        facts=standing.facts,
        same_words=standing.twins,
        supporters=standing.supporters,
        vouched=frozenset(fact.id for fact in standing.facts if fact.predicate in inquiry.closable),
        holders=standing.holders,
        sought=frozenset(words for words in inquiry.phrases if entity_key(words) not in borne),
        sightings=sightings([one for one in new_names(drafts) if one.key not in borne], standing),
    )


def closing(scope: Scope, closed: Sequence[str], known: Known, now: datetime) -> Inquiry | None:
    """The question for the memories that support facts that turned out to be closed; None when all are known.

    A contradiction can close a fact of any predicate: too many to ask for beforehand.
    """
    if known.vouched.issuperset(closed):
        return None
    facts = [fact for fact in known.facts if fact.id in closed]
    subjects = {fact.subject_id for fact in facts}
    predicates = tuple(sorted({fact.predicate for fact in facts}))
    keys = tuple(sorted(entity.key for entity in known.entities if entity.stands in subjects))
    return Inquiry(scope=scope, now=now, keys=keys, predicates=predicates, closable=predicates)


def naming(scope: Scope, subjects: Sequence[Entity], known: Known, now: datetime) -> Inquiry | None:
    """The question for the earlier memories that name these new subjects; None when all were looked for.

    A short title that some other entity bears is looked for only when it proves to be a new subject's, too.
    """
    names = tuple(dict.fromkeys(name for entity in subjects for name in (entity.name, *entity.aliases)))
    if known.sought.issuperset(names):
        return None
    return Inquiry(scope=scope, now=now, phrases=names, late=LATE_LINKS)
