"""Looks for what must not be in the graph, owner by owner, and sets right what can be set right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.flaw import EXAMPLES, Flaw
from graphmem.stores.neo4j import values
from graphmem.stores.neo4j.cascade import (
    PURGE_FACTS,
    RECOUNT,
    SWEEP,
    CountRow,
    IdsParams,
    OwnIdsParams,
    RowsParams,
    SweepParams,
)
from graphmem.stores.neo4j.connection import Connection, Writing
from graphmem.stores.neo4j.portions import owners
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties, fact_of
from graphmem.stores.stemmer import Stemmer
from graphmem.stores.words import marked, owner_mark, words_of

OWNERS, BATCH, PASSES = 1_000, 500, 3
"""Owners in a page, rows in a statement, and how often a repair looks again: what goes may leave something behind."""
RESTORE = "Restore a backup (graphmem restore) into a new database."
REEMBED = "They are found by words and names only; graphmem reembed makes them."
REMEDIES = {"broken_reference": RESTORE, "missing_vector": REEMBED}
"""Of the flaws that no repair takes away."""
Found = Mapping[str, Sequence[str]]
"""Ids by the kind of their flaw."""


@dataclass(frozen=True, slots=True)
class MarkedParams:
    owner: str
    mark: str


@dataclass(frozen=True, slots=True)
class OwnerParams:
    owner: str


class FlawRow(NamedTuple):
    kind: str
    id: str


class HoldRow(NamedTuple):
    version: int


class StrayRow(NamedTuple):
    sentences: int
    aliases: int


class EdgeRow(NamedTuple):
    fact: Properties


class SpokenRow(NamedTuple):
    id: str
    actor_id: str | None
    text: str


class CountedRow(NamedTuple):
    counted: int
    dropped: int


FLAWS = Query("check/flaws", MarkedParams, FlawRow, long=True)
STRAYS = Query("check/strays", type(None), FlawRow, long=True)
HOLD = Query("check/hold", OwnerParams, HoldRow)
REPAIR_STRAYS = Query("check/repair_strays", type(None), StrayRow)
REPAIR_STATEMENTS = Query("check/repair_statements", IdsParams, CountRow)
EDGES_TO_WRITE = Query("check/edges_to_write", IdsParams, EdgeRow)
REPAIR_EDGES = Query("check/repair_edges", RowsParams, CountRow)
DROP_STRAY_EDGES = Query("check/drop_stray_edges", OwnIdsParams, CountRow)
REPAIR_SUPERSEDES = Query("check/repair_supersedes", IdsParams, CountRow)
SPOKEN = Query("check/spoken", IdsParams, SpokenRow)
REPAIR_WORDS = Query("check/repair_words", RowsParams, CountRow)
REPAIR_COUNTS = Query("check/repair_counts", MarkedParams, CountedRow)
REPAIR_NEXT = Query("check/repair_next", OwnerParams, CountRow)


async def inspect(connection: Connection, repair: bool, stemmer: Stemmer) -> list[Flaw]:
    """Every kind of flaw that is there; with `repair`, set right owner by owner, each in one transaction."""
    found: dict[str, list[str]] = defaultdict(list)
    repaired: dict[str, int] = defaultdict(int)
    after: str | None = None
    while page := await owners(connection, after, OWNERS):
        for owner in page:
            flaws = _by_kind(await connection.read(FLAWS, MarkedParams(owner, owner_mark(owner))))
            if repair and flaws.keys() - REMEDIES.keys():
                flaws, done = await connection.write(_Repair(owner, stemmer))
                for kind in done:
                    repaired[kind] += len(flaws[kind])
            for kind, ids in flaws.items():
                found[kind] += ids
        after = page[-1]
    strays = _by_kind(await connection.read(STRAYS, None))
    if repair and strays.keys() - REMEDIES.keys():
        await connection.write(_repair_strays)
        repaired |= {kind: len(ids) for kind, ids in strays.items() if kind not in REMEDIES}
    for kind, ids in strays.items():
        found[kind] += ids
    return [_flaw(kind, ids, repaired[kind]) for kind, ids in sorted(found.items())]


def _by_kind(rows: Iterable[FlawRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row.id)
    return dict(found)


def _flaw(kind: str, ids: Sequence[str], repaired: int) -> Flaw:
    remedy = REMEDIES.get(kind, "" if repaired >= len(ids) else "graphmem check --repair sets it right.")
    return Flaw(kind=kind, count=len(ids), examples=tuple(sorted(ids)[:EXAMPLES]), repaired=repaired, remedy=remedy)


async def _repair_strays(writing: Writing) -> None:
    await writing.run(REPAIR_STRAYS, None)


class _Repair:
    """Repairs one owner's graph while nobody else writes to it."""

    def __init__(self, owner: str, stemmer: Stemmer) -> None:
        self._owner = owner
        self._mark = owner_mark(owner)
        self._stemmer = stemmer

    async def __call__(self, writing: Writing) -> tuple[dict[str, list[str]], set[str]]:
        """What was found, and the kinds of which nothing is left."""
        await writing.run(HOLD, OwnerParams(self._owner))
        seen: dict[str, list[str]] = {}
        left: set[str] = set()
        for _ in range(PASSES):
            flaws = _by_kind(await writing.run(FLAWS, MarkedParams(self._owner, self._mark)))
            seen = {kind: sorted({*seen.get(kind, ()), *flaws.get(kind, ())}) for kind in {*seen, *flaws}}
            left = set(flaws)
            if not left - REMEDIES.keys():
                break
            for kind in _REPAIRS:
                if kind in flaws:
                    await _REPAIRS[kind](self, writing, flaws[kind])
        return seen, set(seen) - left

    async def _facts(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(PURGE_FACTS, IdsParams(batch))

    async def _support_counts(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(RECOUNT, IdsParams(batch))

    async def _statements(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(REPAIR_STATEMENTS, IdsParams(batch))

    async def _stray_edges(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(DROP_STRAY_EDGES, OwnIdsParams(self._owner, batch))

    async def _edges(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            facts = [fact_of(row.fact) for row in await writing.run(EDGES_TO_WRITE, IdsParams(batch))]
            rows = [
                {"id": one.id, "type": values.edge_type(one.predicate), "edge": values.edge_values(one)}
                for one in facts
            ]
            await writing.run(REPAIR_EDGES, RowsParams(rows))

    async def _supersedes(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(REPAIR_SUPERSEDES, IdsParams(batch))

    async def _entities(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(SWEEP, SweepParams(self._owner, batch, [], []))

    async def _episodes(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            await writing.run(SWEEP, SweepParams(self._owner, [], batch, []))

    async def _words(self, writing: Writing, ids: Sequence[str]) -> None:
        for batch in _batches(ids):
            rows = [self._spoken(row) for row in await writing.run(SPOKEN, IdsParams(batch))]
            await writing.run(REPAIR_WORDS, RowsParams(rows))
        await self._counts(writing, ids)

    def _spoken(self, row: SpokenRow) -> dict[str, Any]:
        spoken = words_of(f"{row.actor_id}: {row.text}" if row.actor_id else row.text)
        stems = [self._stemmer.stem(word) for word in spoken]
        return {"id": row.id, "words": marked(self._mark, stems), "word_count": len(spoken)}

    async def _counts(self, writing: Writing, _: Sequence[str]) -> None:
        await writing.run(REPAIR_COUNTS, MarkedParams(self._owner, self._mark))

    async def _next(self, writing: Writing, _: Sequence[str]) -> None:
        await writing.run(REPAIR_NEXT, OwnerParams(self._owner))


def _batches(ids: Sequence[str]) -> Iterable[list[str]]:
    return (list(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH))


_REPAIRS: dict[str, Callable[[_Repair, Writing, Sequence[str]], Awaitable[None]]] = {
    "unsupported_fact": _Repair._facts,
    "wrong_support_count": _Repair._support_counts,
    "wrong_statement": _Repair._statements,
    "stray_edge": _Repair._stray_edges,
    "wrong_edge": _Repair._edges,
    "missing_supersedes": _Repair._supersedes,
    "unnamed_entity": _Repair._entities,
    "empty_episode": _Repair._episodes,
    "missing_words": _Repair._words,
    "wrong_count": _Repair._counts,
    "missing_next": _Repair._next,
}
"""In this order: a fact that goes may leave an entity that nothing names."""
