"""The life of an entity: all facts about it, past ones too, in the order in which they held in the world."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from graphmem.curate.about import facts_about
from graphmem.curate.naming import named
from graphmem.domain.fact import Fact
from graphmem.domain.query import View
from graphmem.domain.results import Page, Source, TimelineEntry
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.ports.graph_store import GraphStore


class Place(NamedTuple):
    """Where a fact stands in a life: by when it began to hold, equals by id."""

    since: datetime
    id: str


def place_of(fact: Fact) -> Place:
    """A fact's place. One that says no time holds since it was recorded."""
    return Place(fact.valid_from or fact.recorded_at, fact.id)


async def timeline(
    store: GraphStore, scope: Scope, name: str, now: datetime, limit: int, after: Place | None
) -> tuple[Page[TimelineEntry], Place | None]:
    """At most `limit` facts with the entity at either end, after that place, oldest first, and where the next page begins.

    All facts of the entity are read, to put them in order; their sources are those of the page only.
    """
    view = View(now=now, include_retired=True)
    ids = await named(store, scope, name, now) or ()
    facts = {fact.id: fact for fact in await facts_about(store, scope, view, ids)} if ids else {}
    ordered = sorted(facts.values(), key=place_of)
    rest = ordered if after is None else [fact for fact in ordered if place_of(fact) > after]
    shown = rest[:limit]
    gathered = await store.fetch(scope, [fact.id for fact in shown], view) if shown else Gathered()
    closers = {fact.superseded_by for fact in shown if fact.superseded_by} - facts.keys()
    others = (await store.fetch(scope, sorted(closers), view)).facts if closers else {}
    page = Page(
        items=tuple(_entries(shown, facts, {**others, **facts}, gathered, now)),
        total=len(ordered),
    )
    return page, place_of(shown[-1]) if len(rest) > limit else None


def _entries(
    shown: Sequence[Fact], facts: Mapping[str, Fact], known: Mapping[str, Fact], gathered: Gathered, now: datetime
) -> Iterable[TimelineEntry]:
    closed: dict[str, list[Fact]] = {}
    for fact in facts.values():
        if fact.superseded_by:
            closed.setdefault(fact.superseded_by, []).append(fact)
    sources = _sources(gathered)
    for fact in shown:
        yield TimelineEntry(
            fact=fact,
            since=place_of(fact).since,
            until=fact.valid_to,
            state=_state(fact, now),
            superseded_by=known.get(fact.superseded_by or ""),
            supersedes=tuple(sorted(closed.get(fact.id, ()), key=place_of)),
            sources=tuple(sources.get(fact.id, ())),
        )


def _state(fact: Fact, now: datetime) -> Literal["current", "ended", "superseded", "retracted"]:
    if fact.superseded_by:
        return "superseded"
    if fact.valid_to is not None and fact.valid_to <= now:
        return "ended"
    return "current" if fact.retired_at is None else "retracted"


def _sources(gathered: Gathered) -> dict[str, list[Source]]:
    """The words that say each fact, by its id, in the order in which they were said."""
    sources: dict[str, list[Source]] = {}
    for support in sorted(gathered.supports, key=lambda one: (one.memory_id, one.span_start)):
        memory = gathered.memories.get(support.memory_id)
        if memory is not None:
            source = Source(
                memory_id=memory.id,
                episode_id=memory.episode_id,
                quote=memory.text[support.span_start : support.span_end],
                span_start=support.span_start,
                span_end=support.span_end,
            )
            sources.setdefault(support.fact_id, []).append(source)
    return sources
