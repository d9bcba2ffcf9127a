"""Gives an owner's graph out in parts that another store can take in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from graphmem.domain.change import ChangeSet, Portion
from graphmem.domain.vector import Vector
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.ingesting import ingest_of
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import (
    Properties,
    entity_of,
    episode_of,
    fact_of,
    memory_of,
    mention_of,
    revision_of,
    same_of,
    sayable,
    sentence_of,
    support_of,
)

Part: TypeAlias = tuple[dict[str, Any], list[Any]]
"""Fields of a ChangeSet, and the place in the order of each row that was taken."""


@dataclass(frozen=True, slots=True)
class OwnersParams:
    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class KeyedParams:
    owner: str
    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class NumberedParams:
    owner: str
    after: int
    limit: int


class OwnerRow(NamedTuple):
    owner: str


class EntityPart(NamedTuple):
    cursor: str
    entity: Properties


class SamePart(NamedTuple):
    cursor: str
    same: Properties


class MemoryPart(NamedTuple):
    cursor: int
    memory: Properties
    episodes: list[Properties]
    sentences: list[dict[str, Any]]


class FactPart(NamedTuple):
    cursor: int
    fact: Properties


class LinkPart(NamedTuple):
    cursor: int
    supports: list[Properties]
    mentions: list[Properties]


class RevisionPart(NamedTuple):
    cursor: int
    revision: Properties


OWNERS = Query("portion/owners", OwnersParams, OwnerRow)


class IngestPart(NamedTuple):
    cursor: int
    ingest: Properties


ENTITIES = Query("portion/entities", KeyedParams, EntityPart)
SAME = Query("portion/same", KeyedParams, SamePart)
MEMORIES = Query("portion/memories", NumberedParams, MemoryPart)
FACTS = Query("portion/facts", NumberedParams, FactPart)
LINKS = Query("portion/links", NumberedParams, LinkPart)
REVISIONS = Query("portion/revisions", NumberedParams, RevisionPart)
INGESTS = Query("portion/ingests", NumberedParams, IngestPart)


async def owners(connection: Connection, after: str | None, limit: int) -> list[str]:
    """Who has a graph here, in order."""
    return [row.owner for row in await connection.read(OWNERS, OwnersParams(after or "", limit))]


async def portion(connection: Connection, owner: str, after: str | None, limit: int) -> Portion:
    """See `GraphStore.portion`. `after` is the kind that was being given out and the place of its last row."""
    kind, _, place = (after or f"{KINDS[0]}:").partition(":")
    fields, places = await _PARTS[kind](connection, owner, place, limit) if sayable([owner]) else ({}, [])
    following = f"{kind}:{places[-1]}" if len(places) == limit else None
    if following is None and kind != KINDS[-1]:
        following = f"{KINDS[KINDS.index(kind) + 1]}:"
    return Portion(changes=ChangeSet(owner=owner, **fields), following=following)


def _vectors(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Vector]:
    """The embeddings of the rows that have one, float32, by the key that a ChangeSet gives each."""
    return {key: np.asarray(row["embedding"], dtype=np.float32) for key, row in rows if row["embedding"] is not None}


def _numbered(owner: str, place: str, limit: int) -> NumberedParams:
    return NumberedParams(owner, int(place or 0), limit)


async def _entities(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(ENTITIES, KeyedParams(owner, place, limit))
    vectors = _vectors((row.entity["id"], row.entity) for row in rows)
    return {"entities": tuple(entity_of(row.entity) for row in rows), "vectors": vectors}, [row.cursor for row in rows]


async def _same(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(SAME, KeyedParams(owner, place, limit))
    return {"same": tuple(same_of(row.same) for row in rows)}, [row.cursor for row in rows]


async def _memories(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(MEMORIES, _numbered(owner, place, limit))
    told = [(sentence_of(_without_vector(one)), one) for row in rows for one in row.sentences]
    episodes = {one["id"]: one for row in rows for one in row.episodes}
    fields = {
        "episodes": tuple(episode_of(one) for one in episodes.values()),
        "memories": tuple(memory_of(row.memory) for row in rows),
        "sentences": tuple(sentence for sentence, _ in told),
        "vectors": _vectors((row.memory["id"], row.memory) for row in rows)
        | _vectors((sentence.id, one) for sentence, one in told),
    }
    return fields, [row.cursor for row in rows]


def _without_vector(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "embedding"}


async def _facts(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(FACTS, _numbered(owner, place, limit))
    vectors = _vectors((row.fact["id"], row.fact) for row in rows)
    return {"facts": tuple(fact_of(row.fact) for row in rows), "vectors": vectors}, [row.cursor for row in rows]


async def _links(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(LINKS, _numbered(owner, place, limit))
    supports = tuple(support_of(one) for row in rows for one in row.supports)
    mentions = tuple(mention_of(one) for row in rows for one in row.mentions)
    return {"supports": supports, "mentions": mentions}, [row.cursor for row in rows]


async def _revisions(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(REVISIONS, _numbered(owner, place, limit))
    return {"revisions": tuple(revision_of(row.revision) for row in rows)}, [row.cursor for row in rows]


async def _ingests(connection: Connection, owner: str, place: str, limit: int) -> Part:
    rows = await connection.read(INGESTS, _numbered(owner, place, limit))
    return {"ingests": tuple(ingest_of(row.ingest) for row in rows)}, [row.cursor for row in rows]


_PARTS: dict[str, Callable[[Connection, str, str, int], Awaitable[Part]]] = {
    "entities": _entities,
    "same": _same,
    "memories": _memories,
    "facts": _facts,
    "links": _links,
    "revisions": _revisions,
    "ingests": _ingests,
}
KINDS = tuple(_PARTS)
"""In this order nothing comes before what it refers to."""
