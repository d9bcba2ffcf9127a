"""What is known of an entity, from its first fact to its last."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from graphmem.arguments import MOST_ROWS, between
from graphmem.curate.timeline import Place
from graphmem.curate.timeline import timeline as life_of
from graphmem.domain.results import Page, TimelineEntry
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, quoted
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.normalise import check_text


class Told(Protocol):
    """What a memory has to have so that it can tell of an entity."""

    _store: GraphStore
    _clock: Clock

    async def _ready(self) -> None: ...


async def timeline(
    self: Told,
    entity: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[TimelineEntry]:
    """All facts about an entity, given by name, in the order in which they held in the world: a page at a time.

    A fact has it at either end. Those that are over, were superseded or taken back are among them and say so (`state`), each
    with the fact that closed it and the words that say it. A fact without a time stands where it was recorded. Empty when
    nothing bears that name. Raises InputError kinds.
    """
    scope = Scope(user_id, agent_id, run_id)
    check_text(entity, "entity")
    rows, after = between("limit", limit, 1, MOST_ROWS), _place_in(cursor)
    await self._ready()
    page, following = await life_of(self._store, scope, entity, self._clock.now(), rows, after)
    return page.model_copy(update={"next_cursor": None if following is None else _cursor_at(following)})


def _cursor_at(place: Place) -> str:
    return f"{place.since.isoformat()}_{place.id}"


def _place_in(cursor: object) -> Place | None:
    """Where a page goes on. Raises InputError for what no page can have given."""
    if cursor is None:
        return None
    try:
        if isinstance(cursor, str):
            moment, _, fact = cursor.partition("_")
            since = datetime.fromisoformat(moment)
            if since.tzinfo is not None and fact.startswith("fact_"):
                return Place(since, fact)
    except ValueError:
        pass
    raise InputError(f"cursor={quoted(cursor)} is none that a page gave: pass its next_cursor, or leave it out.")
