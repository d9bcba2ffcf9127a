"""What people say of entities: that two are one thing, that they are not, and what is still to be looked at."""

from __future__ import annotations

from typing import Literal, Protocol

from graphmem.arguments import MOST_ROWS, between, check_id_given, cursor_of
from graphmem.curate import sameness
from graphmem.curate.sameness import EVERY, Deciding, pair_of
from graphmem.domain.query import SameSelection
from graphmem.domain.results import Page, SamePair
from graphmem.domain.scope import Scope, check_id
from graphmem.errors import InputError, quoted
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.normalise import check_short, check_text

LONGEST_REASON = 1_000


class Joining(Protocol):
    """What a memory has to have so that its entities can be joined."""

    _store: GraphStore
    _clock: Clock

    async def _ready(self) -> None: ...


async def same_as(
    self: Joining,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    status: Literal["candidate", "same", "apart", "all"] = "candidate",
    limit: int = 100,
    cursor: str | None = None,
) -> Page[SamePair]:
    """Pairs of entities that may be one thing (``candidate``), are (``same``) or are not (``apart``), a page at a time.

    A candidate says how much speaks for it (`score`, 0 to 1) and what (`reason`); `merge` joins the two, `dismiss` takes it
    off the list. A pair is told to a scope whose words name both. Raises InputError kinds.
    """
    scope = Scope(user_id, agent_id, run_id)
    if status not in (*EVERY, "all"):
        raise InputError(f"status={quoted(status)}: give candidate, same, apart or all.")
    rows = between("limit", limit, 1, MOST_ROWS)
    asked = EVERY if status == "all" else (status,)
    selection = SameSelection(scope=scope, statuses=asked, limit=rows, after=cursor_of(cursor))
    await self._ready()
    found = await self._store.same(selection)
    items = tuple(pair_of(one, found.entities) for one in found.items)
    return Page(items=items, total=found.total, next_cursor=found.next_after)


async def merge(
    self: Joining,
    entity: str,
    other: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    reason: str = "joined by the caller",
    actor_id: str | None = None,
) -> SamePair:
    """Say that two entities, given by name, are one thing: from here on both read as `entity`, under either name.

    Nothing is rewritten: each row keeps the name that it was said with, so that `split`, given the `id` of what comes back,
    tells the two apart again. `history(id)` has who decided what, when and why. Facts that contradict each other stay as they
    are until something new is said. Raises NotFound and InputError kinds.
    """
    by = _deciding(self, Scope(user_id, agent_id, run_id), reason, actor_id)
    check_text(entity, "entity")
    check_text(other, "other")
    await self._ready()
    return await sameness.merge(self._store, entity, other, by)


async def split(
    self: Joining,
    merge_id: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    reason: str = "split by the caller",
    actor_id: str | None = None,
) -> SamePair:
    """Tell two entities apart that were joined, by `merge` or by a rule: everything is as if they never had been.

    What was added meanwhile belongs to the entity whose name it was said with, and what a fact of the one closed of the other
    is current again. The two are not proposed again. Raises NotFound and InputError kinds.
    """
    by = _deciding(self, Scope(user_id, agent_id, run_id), reason, actor_id)
    await self._ready()
    return await sameness.part(self._store, check_id_given(merge_id, "merge_id"), by, joined=True)


async def dismiss(
    self: Joining,
    candidate_id: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    reason: str = "dismissed by the caller",
    actor_id: str | None = None,
) -> SamePair:
    """Say that a candidate is two things: it is not listed or proposed again, as long as both are there.

    Raises NotFound and InputError kinds.
    """
    by = _deciding(self, Scope(user_id, agent_id, run_id), reason, actor_id)
    await self._ready()
    return await sameness.part(self._store, check_id_given(candidate_id, "candidate_id"), by, joined=False)


def _deciding(self: Joining, scope: Scope, reason: str, actor_id: str | None) -> Deciding:
    """Raises InputError kinds."""
    who = None if actor_id is None else check_id("actor_id", actor_id)
    return Deciding(scope, who, check_short(reason, "reason", LONGEST_REASON), self._clock.now())
