"""What a write has to know before it is decided, worked out from its drafts alone, so that the store is asked once. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_key
from graphmem.domain.names import is_proper, title_aliases
from graphmem.domain.query import Between, Inquiry
from graphmem.domain.relations import DEFAULT, Bearing, Relations
from graphmem.domain.roles import PARTNER_PREDICATES, ROLE_PREDICATES
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Standing
from graphmem.remember.assemble import Known
from graphmem.remember.draft import Draft, canonical_predicate
from graphmem.remember.introductions import introduced
from graphmem.remember.likeness import probe_of
from graphmem.remember.resolve import LITERAL_TYPES, keys_in, names_in
from graphmem.remember.sighting import NewName, sightings
from graphmem.remember.telling import partners_told, roles_told

_APART = LITERAL_TYPES | {"user", "agent"}
"""Types whose names are like no others."""
LATE_LINKS = 60
"""At most so many earlier memories are searched for the name of a new subject."""


def inquiry_of(scope: Scope, drafts: Sequence[Draft], now: datetime, relations: Relations = DEFAULT) -> Inquiry:
    """The question whose answer is all that deciding on these drafts needs, but for the rare cases of
    `closing` and `naming`. Facts are wanted whatever their time: a statement that arrives late has to find its place."""
    stated = [one for draft in drafts for one in _stated(draft, relations)]
    bearing = [relations.bearing_on(one.predicate, correcting=one.corrects) for one in stated]
    roles = {ends for one in drafts for ends in roles_told(one)}
    partners = PARTNER_PREDICATES if any(map(partners_told, drafts)) else frozenset()
    closing = [near for one, near in zip(stated, bearing, strict=True) if one.closes]
    return Inquiry(
        scope=scope,
        now=now,
        keys=tuple(sorted(keys_in(drafts).union(*roles))),
        predicates=tuple(sorted(partners.union(*(one.by_subject for one in bearing)))),
        turned=tuple(sorted(partners.union(*(one.by_object for one in bearing)))),
        between=_between(zip(stated, bearing, strict=True), roles, _short_titles(drafts)),
        facts=tuple(sorted({id_ for one in drafts for id_ in one.counsel.facts})),
        closable=tuple(sorted(frozenset().union(*(one.between | one.by_subject | one.by_object for one in closing)))),
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
    joined = {key: {seen.key for seen in one.alike if seen.joined} for key, one in known.sightings.items()}
    keys = tuple(sorted({*inquiry.keys}.union(*joined.values())))
    said = {(pair.one, pair.other): set(pair.predicates) for pair in inquiry.between}
    between = _grouped(said, joined)
    if (keys, between) == (inquiry.keys, inquiry.between):
        return None
    return inquiry.model_copy(update={"keys": keys, "between": between})


class _Stated(NamedTuple):
    """What a draft says, as far as it tells what has to be known: the keys of its two ends, whether it may close other facts
    (what has any number of values does not), and whether it takes others back."""

    ends: tuple[str, str]
    predicate: str
    closes: bool
    corrects: bool = False


def _stated(one: Draft, relations: Relations) -> Iterator[_Stated]:
    if one.triples is None:
        for triple, ends in zip(one.reading.triples, _ends(one), strict=True):
            against = triple.negated or triple.corrects or triple.tense == "past" or triple.valid_to is not None
            closes = triple.modality == "asserted" and (against or relations.may_close(triple.predicate))
            yield _Stated(ends, triple.predicate, closes, triple.corrects)
        return
    for given, ends in zip(one.triples, _ends(one), strict=True):
        predicate = canonical_predicate(given.predicate)
        yield _Stated(ends, predicate, relations.may_close(predicate))


def _short_titles(drafts: Sequence[Draft]) -> dict[str, set[str]]:
    """By the key of a short title, those of the full ones that it may stand for in these drafts."""
    found: dict[str, set[str]] = {}
    for one in drafts:
        for name in (name for name in (one.reading.about, one.heading) if name is not None):
            for alias in title_aliases(name.name):
                found.setdefault(entity_key(alias), set()).add(entity_key(name.name))
    return found


def _between(
    stated: Iterable[tuple[_Stated, Bearing]], roles: Iterable[tuple[str, str]], also: Mapping[str, Set[str]]
) -> tuple[Between, ...]:
    """The pairs of things that statements join, each with the predicates that could bear on one of these. Of a pair of which it is
    told what the one is to the other, all that the two are known to be: it may be another of that name."""
    said: dict[tuple[str, str], set[str]] = {ends: set(ROLE_PREDICATES) for ends in roles}
    for one, bearing in stated:
        said.setdefault(one.ends, set()).update(bearing.between)
    return _grouped(said, also)


def _grouped(said: Mapping[tuple[str, str], Set[str]], also: Mapping[str, Set[str]]) -> tuple[Between, ...]:
    """Each pair once, whichever way round; a key stands for those that are `also` meant by it, too."""
    grouped: dict[tuple[str, str], set[str]] = {}
    for (one, other), predicates in said.items():
        for first in {one, *also.get(one, ())}:
            for second in {other, *also.get(other, ())}:
                grouped.setdefault((min(first, second), max(first, second)), set()).update(predicates)
    return tuple(
        Between(one=one, other=other, predicates=tuple(sorted(predicates)))
        for (one, other), predicates in sorted(grouped.items())
    )


def _subject_names(one: Draft) -> Iterator[str]:
    """How the entity that the draft is about may be written in earlier memories."""
    name = one.reading.about or one.heading
    if name is not None and name.type not in LITERAL_TYPES and is_proper(name.name):
        yield name.name.strip()
        yield from title_aliases(name.name)


def known_from(inquiry: Inquiry, standing: Standing, drafts: Sequence[Draft] = ()) -> Known:
    """The store's answer, with what it leaves open: which phrases it did not look for, and which facts' supporters."""
    borne = {key for one in standing.entities for key in (one.key, *map(entity_key, one.aliases))}
    alike = sightings([one for one in new_names(drafts) if one.key not in borne], standing)
    return Known(
        version=standing.version,
        entities=standing.entities,
        unheard=frozenset(standing.unheard),
        facts=standing.facts,
        same_words=standing.twins,
        supporters=standing.supporters,
        vouched=frozenset(fact.id for fact in standing.facts if fact.predicate in inquiry.closable) | {*inquiry.facts},
        holders=standing.holders,
        sought=frozenset(words for words in inquiry.phrases if entity_key(words) not in borne),
        sightings=alike | introduced(drafts, standing, alike),
    )


def closing(scope: Scope, closed: Sequence[str], known: Known, now: datetime) -> Inquiry | None:
    """The question for the memories that support facts that turned out to be closed; None when all are known.

    A contradiction can close a fact of any predicate: too many to ask for beforehand.
    """
    if known.vouched.issuperset(closed):
        return None
    return Inquiry(scope=scope, now=now, facts=tuple(sorted(closed)))


def naming(scope: Scope, subjects: Sequence[Entity], known: Known, now: datetime) -> Inquiry | None:
    """The question for the earlier memories that name these new subjects; None when all were looked for.

    A short title that some other entity bears is looked for only when it proves to be a new subject's, too.
    """
    names = tuple(dict.fromkeys(name for entity in subjects for name in (entity.name, *entity.aliases)))
    if known.sought.issuperset(names):
        return None
    return Inquiry(scope=scope, now=now, phrases=names, late=LATE_LINKS)
