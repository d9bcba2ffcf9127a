"""Looks for what has not been named: by vector and by words.

An index gives more than is asked for, the query scores that exactly and keeps what the scope sees. When too little is left
and the index had more to give, the question is asked again for four times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from graphmem.domain.filter import Filter, matches
from graphmem.domain.query import NodeKind, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Scored
from graphmem.domain.vector import Vector
from graphmem.stores.neo4j.bm25 import K1, MOST_TERMS, B, wording
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.filtering import Required, required
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import Properties, ViewParams, outline_of, view_values
from graphmem.stores.stemmer import Stemmer
from graphmem.stores.vectors import checked

AT_LEAST, SPARE = 100, 10
"""A vector index is asked for at least so many rows, and for so many times the limit: it is approximate, and knows no time."""
WORDS_AT_LEAST = 200
"""The same for words: Lucene orders by the counts of all owners, and with lengths rounded to a byte."""
GROWTH = 4
FEW = 20_000
"""Where an index cannot filter, an owner with up to so many memories is searched exactly, row by row."""
MOST_REACH = 25_600
"""Beyond so many rows of an index that cannot filter, the owner's own rows are searched after all."""
EVERYTHING = 2**31 - 1
"""More rows than there are: the longest that a part of a list may be on the server."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every question needs. `filtered`: whether the vector indexes know whose each row is."""

    connection: Connection
    dimension: int
    filtered: bool
    stemmer: Stemmer

    def vector(self, vector: Vector, what: str) -> list[float]:
        """The vector as a parameter. Raises DimensionMismatch and InvalidVector."""
        values: list[float] = checked(vector, self.dimension, what).tolist()
        return values


@dataclass(frozen=True, slots=True)
class NearestParams(ViewParams):
    vector: list[float]
    reach: int
    kept: int


@dataclass(frozen=True, slots=True)
class NearestMemoriesParams(NearestParams):
    required: Sequence[Sequence[str]]
    checked: bool


@dataclass(frozen=True, slots=True)
class PlainNearestParams(NearestParams):
    exact: int


@dataclass(frozen=True, slots=True)
class PlainNearestMemoriesParams(NearestMemoriesParams):
    exact: int


@dataclass(frozen=True, slots=True)
class MatchingParams(ViewParams):
    mark: str
    stems: list[str]
    phrase: str | None
    most_terms: int
    k1: float
    b: float
    reach: int
    kept: int
    required: Sequence[Sequence[str]]
    checked: bool


class Found(NamedTuple):
    """Rows as id and score; `outlines`: memories without their text, for a filter that only Python can judge; `complete`:
    whether the index had no more."""

    found: list[tuple[str, float]]
    outlines: list[Properties]
    complete: bool


NEAREST: dict[NodeKind, Query[Any, Found]] = {
    "memory": Query("read/filtered/nearest_memories", NearestMemoriesParams, Found),
    "fact": Query("read/filtered/nearest_facts", NearestParams, Found),
    "entity": Query("read/filtered/nearest_entities", NearestParams, Found),
}
PLAIN_NEAREST: dict[NodeKind, Query[Any, Found]] = {
    "memory": Query("read/plain/nearest_memories", PlainNearestMemoriesParams, Found),
    "fact": Query("read/plain/nearest_facts", PlainNearestParams, Found),
    "entity": Query("read/plain/nearest_entities", PlainNearestParams, Found),
}
MATCHING = Query("read/matching", MatchingParams, Found)

Row = TypeVar("Row", bound=Sequence[Any])
_AGENT = {"memory": "AND m.agent_id = $agent_id", "fact": "AND f.agent_id = $agent_id"}
_RUN = {"memory": "AND m.run_id = $run_id", "fact": "AND f.run_id = $run_id"}
_CURRENT = {"memory": "AND m.retired_at IS NULL", "fact": "AND f.retired_at IS NULL"}


def inside(kind: NodeKind, scope: Scope, view: View) -> dict[str, str]:
    """What an index that filters can be told of a scope and a view, as the slots of a search."""
    if kind == "entity":
        return {}
    slots = {"agent": _AGENT[kind]} if scope.agent_id is not None else {}
    if scope.run_id is not None:
        slots["run"] = _RUN[kind]
    if view.as_of is None and not view.include_retired:
        slots["current"] = _CURRENT[kind]
    return slots


@dataclass(frozen=True, slots=True)
class Sieve:
    """A filter: what the query asks of its rows, and what is left to ask when they are here."""

    chosen: Filter | None
    asked: Required

    @staticmethod
    def of(chosen: Filter | None) -> Sieve:
        """The sieve of a filter."""
        return Sieve(chosen, required(chosen))

    @property
    def values(self) -> dict[str, Any]:
        """The parameters of a query that sifts."""
        return {"required": self.asked.groups, "checked": not self.asked.exact}

    def kept(self, limit: int, reach: int) -> int:
        """How many rows the query may leave out of: the limit, or all when some will yet fall through."""
        return limit if self.asked.exact else max(limit, reach)

    def taken(self, outlines: Sequence[Properties]) -> frozenset[str]:
        """Which memories the filter takes, of those whose outlines came because it could not be done on the server."""
        if self.asked.exact:
            return frozenset()
        return frozenset(row["id"] for row in outlines if matches(self.chosen, outline_of(row)))

    def sifted(self, rows: Sequence[Row], taken: frozenset[str], place: int = 0) -> list[Row]:
        """The rows that the filter takes; the value at `place` is the id of the memory."""
        return list(rows) if self.asked.exact else [row for row in rows if row[place] in taken]


def scored(rows: Sequence[Sequence[Any]]) -> list[Scored]:
    """The rows as they are given back."""
    return [Scored(row[0], row[1]) for row in rows]


async def nearest(ground: Ground, probe: VectorProbe) -> list[Scored]:
    """See `GraphStore.nearest`."""
    vector = ground.vector(probe.vector, "The probe's vector")
    if probe.limit < 1:
        return []
    sieve = Sieve.of(probe.filter if probe.kind == "memory" else None)
    slots = inside(probe.kind, probe.scope, probe.view) if ground.filtered else {}
    reach, exact = max(AT_LEAST, SPARE * probe.limit), FEW
    while True:
        kept = sieve.kept(probe.limit, reach if ground.filtered else EVERYTHING)
        values = {**view_values(probe.scope, probe.view), "vector": vector, "reach": reach, "kept": kept}
        if probe.kind == "memory":
            values |= sieve.values
        rows = await _nearest(ground, probe.kind, values, exact, slots)
        found = sieve.sifted(rows[0].found, sieve.taken(rows[0].outlines)) if rows else []
        if not rows or rows[0].complete or len(found) >= probe.limit:
            return scored(found[: probe.limit])
        reach *= GROWTH
        exact = exact if ground.filtered or reach <= MOST_REACH else EVERYTHING


async def _nearest(
    ground: Ground, kind: NodeKind, values: dict[str, Any], exact: int, slots: dict[str, str]
) -> list[Found]:
    query: Query[Any, Found] = NEAREST[kind] if ground.filtered else PLAIN_NEAREST[kind]
    if not ground.filtered:
        values = {**values, "exact": exact}
    return await ground.connection.read(query, query.params(**values), **slots)


async def matching(ground: Ground, probe: TextProbe) -> list[Scored]:
    """See `GraphStore.matching`."""
    said = wording(probe.text, probe.scope.owner, ground.stemmer)
    if not said.stems or probe.limit < 1:
        return []
    sieve = Sieve.of(probe.filter)
    reach = max(WORDS_AT_LEAST, SPARE * probe.limit)
    while True:
        params = MatchingParams(
            **view_values(probe.scope, probe.view),
            mark=said.mark,
            stems=said.stems,
            phrase=said.phrase if probe.phrase else None,
            most_terms=MOST_TERMS,
            k1=K1,
            b=B,
            reach=reach,
            kept=sieve.kept(probe.limit, reach),
            **sieve.values,
        )
        rows = await ground.connection.read(MATCHING, params)
        found = sieve.sifted(rows[0].found, sieve.taken(rows[0].outlines)) if rows else []
        if not rows or rows[0].complete or len(found) >= probe.limit:
            return scored(found[: probe.limit])
        reach *= GROWTH
