"""Puts whole rows together with what ties them, from what a query gives as lists of maps."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.query import View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.stores.faces import shown_whole
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.likeness import faces_of
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import (
    Properties,
    ViewParams,
    entity_of,
    episode_of,
    fact_of,
    memory_of,
    mention_of,
    sayable,
    sentence_of,
    support_of,
    view_values,
)


@dataclass(frozen=True, slots=True)
class FetchParams(ViewParams):
    ids: list[str]
    brief: bool


class FetchRow(NamedTuple):
    memories: list[Properties]
    facts: list[Properties]
    entities: list[Properties]
    episodes: list[Properties]
    sentences: list[Properties]
    supports: list[Properties]
    mentions: list[Properties]


FETCH = Query("read/fetch", FetchParams, FetchRow)


async def fetch(
    connection: Connection, scope: Scope | None, ids: Sequence[str], view: View, brief: bool = False
) -> Gathered:
    """See `GraphStore.fetch`."""
    wanted = sayable(ids)
    if not wanted:
        return Gathered()
    (row,) = await connection.read(FETCH, FetchParams(**view_values(scope, view), ids=wanted, brief=brief))
    gathered = Gathered(
        memories={one["id"]: memory_of(one) for one in row.memories},
        facts={one["id"]: fact_of(one) for one in row.facts},
        entities={one["id"]: entity_of(one) for one in row.entities},
        episodes={one["id"]: episode_of(one) for one in row.episodes},
        sentences=tuple(sentence_of(one) for one in sorted(row.sentences, key=_place)),
        supports=tuple(support_of(one) for one in sorted(row.supports, key=_says)),
        mentions=tuple(mention_of(one) for one in sorted(row.mentions, key=_names)),
    )
    known = await faces_of(connection, scope, gathered.entities.values(), gathered.facts.values())
    return shown_whole(gathered, known) if known else gathered


def _place(row: Properties) -> tuple[Any, ...]:
    return row["memory_id"], row["position"]


def _says(row: Properties) -> tuple[Any, ...]:
    return row["memory_id"], row["fact_id"]


def _names(row: Properties) -> tuple[Any, ...]:
    return row["memory_id"], row["entity_id"], row["sentence"]


@dataclass(frozen=True)
class Stock:
    """Memories with all that ties them, out of which several `Gathered` are taken; each row is made once."""

    rows: Any

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """All facts by id."""
        return {row["id"]: fact_of(row) for row in self.rows.facts}

    @cached_property
    def _memories(self) -> Mapping[str, MemoryRecord]:
        return {row["id"]: memory_of(row) for row in self.rows.memories}

    @cached_property
    def _entities(self) -> Mapping[str, Entity]:
        return {row["id"]: entity_of(row) for row in self.rows.others}

    @cached_property
    def _episodes(self) -> Mapping[str, Episode]:
        return {row["id"]: episode_of(row) for row in self.rows.episodes}

    def taken(self, ids: Collection[str], view: View) -> Gathered:
        """These memories as `GraphStore.fetch` gives them; the view holds for the facts that they support."""
        wanted = {id_: self._memories[id_] for id_ in ids if id_ in self._memories}
        facts = {id_: fact for id_, fact in self.facts.items() if view.include_retired or _is_current(fact, view)}
        supports = [row for row in self.rows.supports if row["memory_id"] in wanted and row["fact_id"] in facts]
        mentions = [row for row in self.rows.mentions if row["memory_id"] in wanted]
        said = {row["fact_id"]: facts[row["fact_id"]] for row in supports}
        ends = {end for fact in said.values() for end in (fact.subject_id, fact.object_id)}
        ends |= {row["entity_id"] for row in mentions}
        ends |= {memory.about_id for memory in wanted.values() if memory.about_id is not None}
        return Gathered(
            memories=wanted,
            facts=said,
            entities={id_: entity for id_, entity in self._entities.items() if id_ in ends},
            episodes={memory.episode_id: self._episodes[memory.episode_id] for memory in wanted.values()},
            sentences=tuple(
                sentence_of(row) for row in sorted(self.rows.sentences, key=_place) if row["memory_id"] in wanted
            ),
            supports=tuple(support_of(row) for row in sorted(supports, key=_says)),
            mentions=tuple(mention_of(row) for row in sorted(mentions, key=_names)),
        )


def _is_current(fact: Fact, view: View) -> bool:
    return fact.retired_at is None and (fact.valid_to is None or fact.valid_to > view.now)
