"""Answers the two questions that open a search and a write: much at once, all of it from one moment."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.query import Frontier, Inquiry, LinkKind, SeedProbe, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Seeds, Standing, Subgraph
from graphmem.stores.faces import shown, worded
from graphmem.stores.sqlite import gather, likeness, probing
from graphmem.stores.sqlite.expand import expand
from graphmem.stores.sqlite.rows import entity_of, fact_of
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.stemmer import Stemmer


def bearers(snapshot: Snapshot, scope: Scope, keys: Sequence[str]) -> dict[int, Entity]:
    """The entities that bear one of these keys, or have it among their aliases' keys, by number, in order of id."""
    rows = snapshot.rows("entities_by_key", snapshot.values(scope), keys=keys) if keys else []
    found = {row[0]: entity_of(row) for row in rows}
    known = likeness.faces_of(snapshot, scope, found.values())
    return {number: shown(one, known) for number, one in found.items()}


def seeds(snapshot: Snapshot, probe: SeedProbe, dimension: int, stemmer: Stemmer) -> Seeds:
    """See `GraphStore.seeds`."""
    scope, view, limit, chosen = probe.scope, probe.view, probe.limit, probe.filter
    by_vector = VectorProbe(scope=scope, kind="memory", vector=probe.vector, limit=limit, view=view, filter=chosen)
    by_words = TextProbe(scope=scope, text=probe.text, limit=limit, view=view, filter=chosen)
    nearest = probing.nearest(snapshot, by_vector, dimension)
    matching, words = probing.matching_counted(snapshot, by_words, stemmer)
    named = tuple(bearers(snapshot, scope, probe.keys).values())
    about = _step(snapshot, probe, dimension, "about", entities=[entity.id for entity in named])
    found = dict.fromkeys([*(row.id for row in (*nearest, *matching)), *(link.target for link in about.links)])
    beside = _step(snapshot, probe, dimension, "next", memories=list(found))
    reached = [*found, *(link.target for link in beside.links)]
    return Seeds.model_construct(
        named=named,
        nearest=tuple(nearest),
        matching=tuple(matching),
        words=words,
        actors=_actors(snapshot, scope, reached),
        links=(*about.links, *beside.links),
        told=about.told,
        suppressed=about.suppressed,
        crowded=about.crowded,
    )


def _actors(snapshot: Snapshot, scope: Scope, ids: Sequence[str]) -> dict[str, str]:
    """Who said each of these memories, where somebody did."""
    shelf = snapshot.shelf(scope, "memory")
    numbers = shelf.numbers[shelf.rows_with(ids)].tolist()
    return dict(snapshot.rows("actors_of", snapshot.values(scope), numbers=numbers))


def _step(
    snapshot: Snapshot,
    probe: SeedProbe,
    dimension: int,
    kind: LinkKind,
    *,
    memories: Sequence[str] = (),
    entities: Sequence[str] = (),
) -> Subgraph:
    """One step by one kind of link, with what the probe says of scope, view and filter."""
    if not memories and not entities:
        return Subgraph()
    frontier = Frontier(
        scope=probe.scope,
        view=probe.view,
        vector=probe.vector,
        memory_ids=tuple(memories),
        entity_ids=tuple(entities),
        fanout=probe.fanout,
        kinds=frozenset({kind}),
        filter=probe.filter,
        subjects=tuple(entities) if probe.facts > 0 else (),
        facts=probe.facts,
    )
    return expand(snapshot, frontier, dimension)


def consult(snapshot: Snapshot, inquiry: Inquiry, stemmer: Stemmer) -> Standing:
    """See `GraphStore.consult`."""
    wide, current = inquiry.scope.widest, View(now=inquiry.now)
    all_times = View(now=inquiry.now, include_retired=True)
    borne = likeness.bearers(snapshot, wide, inquiry.keys)
    entities = {number: entity for number, (entity, _) in borne.items()}
    facts = _facts(snapshot, inquiry, borne.values(), all_times)
    alike = likeness.alike(snapshot, inquiry, entities.values())
    asked = {*inquiry.facts}
    closable = [number for number, fact in facts.items() if fact.predicate in inquiry.closable or fact.id in asked]
    known = likeness.faces_of(snapshot, inquiry.scope, facts=facts.values())
    saying = snapshot.rows("memories_saying", snapshot.values(wide), numbers=closable) if closable else []
    holding = _holding(snapshot, inquiry, entities.values(), stemmer)
    return Standing(
        version=snapshot.owner_state(wide.owner)[1],
        entities=tuple(entities.values()),
        facts=tuple(worded(fact, known) for fact in facts.values()),
        unheard=likeness.unheard(snapshot, inquiry.scope, entities, set(inquiry.keys)),
        twins=_gathered(snapshot, inquiry.scope, _twins(snapshot, inquiry, current), all_times),
        supporters=_gathered(snapshot, wide, [row[0] for row in saying], all_times),
        holders=_gathered(snapshot, wide, holding, current),
        **alike._asdict(),
    )


def _gathered(snapshot: Snapshot, scope: Scope, ids: Sequence[str], view: View) -> Gathered:
    return gather.fetch(snapshot, scope, ids, view) if ids else Gathered()


def _facts(snapshot: Snapshot, inquiry: Inquiry, borne: Collection[tuple[Entity, int]], view: View) -> dict[int, Fact]:
    """The facts that an inquiry wants, by number, in order of id. `borne`: the entities that bear its keys, each with the number
    of who stands for it."""
    values = snapshot.values(inquiry.scope.widest, view)

    def found(query: str, **lists: Iterable[Any]) -> dict[int, Fact]:
        wanted = all(lists.values())
        return {row[0]: fact_of(row) for row in snapshot.rows(query, values, None, **lists)} if wanted else {}

    subjects = sorted({stands for _, stands in borne})
    near = found("facts_between", triples=sorted(_triples(inquiry, borne)))
    near |= found("facts_asked", ids=inquiry.facts)
    near |= found("facts_they_superseded", ids=[fact.id for fact in near.values()])
    near |= found("facts_of_subjects", numbers=subjects, predicates=inquiry.predicates)
    near |= found("facts_of_objects", numbers=subjects, predicates=inquiry.turned)
    return dict(sorted(near.items(), key=lambda item: item[1].id))


def _triples(inquiry: Inquiry, borne: Iterable[tuple[Entity, int]]) -> set[tuple[int, str, int]]:
    """What the facts in `Inquiry.between` say: subject and object by number, either way round."""
    bearing: dict[str, set[int]] = {}
    for entity, stands in borne:
        for key in (entity.key, *map(entity_key, entity.aliases)):
            bearing.setdefault(key, set()).add(stands)
    ends = (
        (one, other, pair.predicates)
        for pair in inquiry.between
        for one in bearing.get(pair.one, ())
        for other in bearing.get(pair.other, ())
    )
    return {
        (first, predicate, second)
        for one, other, predicates in ends
        for first, second in ((one, other), (other, one))
        for predicate in predicates
    }


def _twins(snapshot: Snapshot, inquiry: Inquiry, view: View) -> list[str]:
    """The current memories of exactly this scope that have one of the hashes."""
    if not inquiry.hashes:
        return []
    rows = snapshot.rows("memory_twins", snapshot.values(inquiry.scope, view), hashes=inquiry.hashes)
    return [row[0] for row in rows]


def _holding(snapshot: Snapshot, inquiry: Inquiry, known: Iterable[Entity], stemmer: Stemmer) -> list[str]:
    """The memories that hold the words of a phrase that is the name of no entity known."""
    borne = {key for entity in known for key in (entity.key, *map(entity_key, entity.aliases))}
    view = View(now=inquiry.now)
    held: dict[str, None] = {}
    for words in inquiry.phrases:
        if entity_key(words) not in borne:
            probe = TextProbe(scope=inquiry.scope.widest, text=words, limit=inquiry.late, view=view, phrase=True)
            held.update(dict.fromkeys(row.id for row in probing.matching(snapshot, probe, stemmer)))
    return list(held)
