"""Answers the two questions that open a search and a write, each in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from graphmem.domain.fact import VALUE_TYPE
from graphmem.domain.identity import entity_key
from graphmem.domain.query import MOST_NEIGHBOURS, Frontier, Inquiry, SeedProbe, TextProbe, View
from graphmem.domain.subgraph import Seeds, Standing, WordCount, WordCounts
from graphmem.stores.faces import is_narrow, shown, shown_whole, worded
from graphmem.stores.neo4j.bm25 import K1, MOST_TERMS, B, wording
from graphmem.stores.neo4j.gathering import Stock, fetch
from graphmem.stores.neo4j.likeness import asked_of, faces_of
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties, ScopeParams, entity_of, in_utc, lookup, sayable, scope_values
from graphmem.stores.neo4j.seeking import (
    AT_LEAST,
    EVERYTHING,
    FEW,
    GROWTH,
    MOST_REACH,
    SPARE,
    WORDS_AT_LEAST,
    Ground,
    Sieve,
    inside,
    matching,
    scored,
)
from graphmem.stores.neo4j.walking import ABOUT, Ranked, Walk, WalkParams, beside, sayable_counts, tellings, walk_values


@dataclass(frozen=True, slots=True)
class SeedsParams(WalkParams):
    reach: int
    reach_words: int
    kept: int
    mark: str
    stems: list[str]
    most_terms: int
    k1: float
    b: float
    keys: list[str]


@dataclass(frozen=True, slots=True)
class PlainSeedsParams(SeedsParams):
    exact: int


class SeedsRow(NamedTuple):
    nearest: list[Sequence[Any]]
    near_complete: bool
    matching: list[Sequence[Any]]
    matching_complete: bool
    idf: list[float]
    mean_length: float | None
    named: list[Properties]
    hubs: list[tuple[str, int, int]]
    ranked: list[Ranked]
    beside: list[Sequence[Any]]
    actors: list[tuple[str, str]]
    told: list[Sequence[Any]]
    crowded: list[str]
    outlines: list[Properties]


@dataclass(frozen=True, slots=True)
class ConsultParams(ScopeParams):
    now: datetime
    keys: list[str]
    predicates: list[str]
    lookups: list[str]
    turned: list[str]
    turned_lookups: list[str]
    between: list[dict[str, Any]]
    facts: list[str]
    closable: list[str]
    hashes: list[str]
    phrases: list[dict[str, Any]]
    late: int
    mark: str
    most_terms: int
    k1: float
    b: float
    reach: int
    names: list[dict[str, Any]]
    near: int
    neighbours: int
    value_type: str


class ConsultRow(NamedTuple):
    """`held`: for each phrase that was looked for, the memories that hold it; `sought`: these phrases, and whether the index
    had no more."""

    version: int
    entities: list[Properties]
    standing: list[str]
    twins: list[str]
    supporters: list[str]
    held: list[list[str]]
    sought: list[tuple[str, bool]]
    memories: list[Properties]
    facts: list[Properties]
    others: list[Properties]
    episodes: list[Properties]
    sentences: list[Properties]
    supports: list[Properties]
    mentions: list[Properties]
    near: list[tuple[Properties, list[str], bool]]
    crowded: list[str]
    unheard: list[str]


SEEDS = Query("read/filtered/seeds", SeedsParams, SeedsRow)
PLAIN_SEEDS = Query("read/plain/seeds", PlainSeedsParams, SeedsRow)
CONSULT = Query("read/consult", ConsultParams, ConsultRow)


async def seeds(ground: Ground, probe: SeedProbe) -> Seeds:
    """See `GraphStore.seeds`."""
    sieve = Sieve.of(probe.filter)
    reach, reach_words, exact = max(AT_LEAST, SPARE * probe.limit), max(WORDS_AT_LEAST, SPARE * probe.limit), FEW
    while True:
        row = await _asked(ground, probe, sieve, reach, reach_words, exact)
        if row is None:
            return Seeds()
        taken = sieve.taken(row.outlines)
        near, match = sieve.sifted(row.nearest, taken), sieve.sifted(row.matching, taken)
        more_near = len(near) < probe.limit and not row.near_complete
        more_words = len(match) < probe.limit and not row.matching_complete
        if not more_near and not more_words:
            found = _seeds(row, near[: probe.limit], match[: probe.limit], probe, sieve, taken)
            known = await faces_of(ground.connection, probe.scope, found.named)
            return found.model_copy(update={"named": tuple(shown(one, known) for one in found.named)})
        reach *= GROWTH if more_near else 1
        reach_words *= GROWTH if more_words else 1
        exact = exact if ground.filtered or reach <= MOST_REACH else EVERYTHING


async def _asked(
    ground: Ground, probe: SeedProbe, sieve: Sieve, reach: int, reach_words: int, exact: int
) -> SeedsRow | None:
    """One try; None when the owner has nothing."""
    frontier = Frontier(
        scope=probe.scope, view=probe.view, vector=probe.vector, fanout=probe.fanout - 1, facts=probe.facts
    )
    said = wording(probe.text, probe.scope.owner, ground.stemmer)
    values = {
        **walk_values(ground, frontier, sieve),
        "reach": reach,
        "reach_words": reach_words,
        "kept": sieve.kept(max(probe.limit, 0), EVERYTHING),
        "mark": said.mark,
        "stems": said.stems,
        "most_terms": MOST_TERMS,
        "k1": K1,
        "b": B,
        "keys": [lookup(key) for key in sayable(probe.keys)],
    }
    if ground.filtered:
        slots = inside("memory", probe.scope, probe.view)
        rows = await ground.connection.read(SEEDS, SeedsParams(**values), **slots)
    else:
        rows = await ground.connection.read(PLAIN_SEEDS, PlainSeedsParams(**values, exact=exact))
    return rows[0] if rows else None


def _seeds(
    row: SeedsRow,
    near: Sequence[Sequence[Any]],
    match: Sequence[Sequence[Any]],
    probe: SeedProbe,
    sieve: Sieve,
    taken: frozenset[str],
) -> Seeds:
    """Put together what came; where the filter was not done yet, links from rows that it does not take go, too."""
    walk = Walk(row.ranked, sayable_counts(probe.scope, row.hubs), [ABOUT], probe.fanout, sieve, taken)
    named = tuple(entity_of(one) for one in row.named)
    about = list(walk.from_entities([one.id for one in named if one.type != VALUE_TYPE]))
    about.sort(key=lambda link: link.entity_id)
    found = {one[0] for one in (*near, *match)} | {link.target for link in about}
    links = [link for link in beside(sieve.sifted(row.beside, taken, 1)) if link.source in found]
    reached = found | {link.target for link in links}
    return Seeds(
        named=named,
        nearest=tuple(scored(near)),
        matching=tuple(scored(match)),
        words=_words(row, match),
        actors={id_: actor for id_, actor in row.actors if id_ in reached},
        links=(*about, *links),
        told=tellings(row.told, sieve, taken),
        suppressed=walk.suppressed,
        crowded=tuple(sorted(row.crowded)),
    )


def _words(row: SeedsRow, match: Sequence[Sequence[Any]]) -> WordCounts:
    """What the scores of the rows were computed from."""
    if not match or row.mean_length is None:
        return WordCounts()
    rows = {one[0]: WordCount(one[2], tuple(one[3])) for one in match}
    return WordCounts(idf=tuple(row.idf), mean_length=row.mean_length, rows=rows)


async def consult(ground: Ground, inquiry: Inquiry) -> Standing:
    """See `GraphStore.consult`."""
    wide, current = inquiry.scope.widest, View(now=inquiry.now)
    all_times = View(now=inquiry.now, include_retired=True)
    rows = await ground.connection.read(CONSULT, _consult_params(ground, inquiry))
    if not rows:
        return Standing()
    row = rows[0]
    stock = Stock(row)
    holders = stock.taken(dict.fromkeys(id_ for held in row.held for id_ in held), current)
    short = [text for text, complete in row.sought if not complete]
    if short:
        held = dict.fromkeys(
            id_ for (_, complete), held in zip(row.sought, row.held, strict=True) if complete for id_ in held
        )
        for text in short:
            probe = TextProbe(scope=wide, text=text, limit=inquiry.late, view=current, phrase=True)
            held.update(dict.fromkeys(one.id for one in await matching(ground, probe)))
        holders = await fetch(ground.connection, wide, list(held), current)
    facts = [stock.facts[id_] for id_ in row.standing]
    twins = stock.taken(row.twins, all_times)
    known = await faces_of(ground.connection, inquiry.scope, twins.entities.values(), [*facts, *twins.facts.values()])
    return Standing(
        version=row.version,
        entities=tuple(entity_of(one) for one in row.entities),
        facts=tuple(worded(fact, known) for fact in facts),
        unheard=tuple(sorted(row.unheard)) if is_narrow(inquiry.scope) else (),
        twins=shown_whole(twins, known),
        supporters=stock.taken(row.supporters, all_times),
        holders=holders,
        near=tuple(sorted((entity_of(one) for one, _, _ in row.near), key=lambda one: one.id)),
        beside={one["id"]: tuple(sorted(beside)) for one, beside, _ in row.near},
        crowded=tuple(row.crowded),
        theirs=tuple(sorted(one["id"] for one, _, theirs in row.near if theirs)),
    )


def _consult_params(ground: Ground, inquiry: Inquiry) -> ConsultParams:
    owner = inquiry.scope.owner
    said = {text: wording(text, owner, ground.stemmer) for text in dict.fromkeys(inquiry.phrases)}
    phrases = [
        {"text": text, "key": lookup(key), "stems": one.stems, "line": f'"{one.phrase}"'}
        for text, one in said.items()
        if one.stems and sayable([key := entity_key(text)])
    ]
    return ConsultParams(
        **scope_values(inquiry.scope),
        now=in_utc(inquiry.now),
        keys=[lookup(key) for key in sayable(inquiry.keys)],
        predicates=sayable(inquiry.predicates),
        lookups=[lookup(predicate) for predicate in sayable(inquiry.predicates)],
        turned=sayable(inquiry.turned),
        turned_lookups=[lookup(predicate) for predicate in sayable(inquiry.turned)],
        between=[
            {"one": lookup(pair.one), "other": lookup(pair.other), "predicates": sayable(pair.predicates)}
            for pair in inquiry.between
            if len(sayable([pair.one, pair.other])) == len({pair.one, pair.other})
        ],
        facts=sayable(inquiry.facts),
        closable=sayable(inquiry.closable),
        hashes=sayable(inquiry.hashes),
        phrases=phrases if inquiry.late > 0 else [],
        late=inquiry.late,
        mark=wording("", owner, ground.stemmer).mark,
        most_terms=MOST_TERMS,
        k1=K1,
        b=B,
        reach=max(WORDS_AT_LEAST, SPARE * inquiry.late),
        names=asked_of(inquiry.names),
        near=inquiry.near,
        neighbours=MOST_NEIGHBOURS,
        value_type=VALUE_TYPE,
    )
