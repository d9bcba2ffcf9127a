"""What was put off: to see how it stands, to try it again, and the worker that does it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from graphmem.arguments import MOST_ROWS, between, check_id_given, cursor_of, number, optional_scope
from graphmem.domain.change import ChangeSet
from graphmem.domain.ingest import INGEST_STATES, Ingest, IngestSelection, IngestState
from graphmem.domain.results import Page, Worked
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, NotFound, quoted
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.ports.meter import metering
from graphmem.remember.later import Later
from graphmem.remember.pipeline import Remember

LONGEST_LEASE = 86_400
AT_A_TIME = 16
"""Owners whose first ingest a worker asks for at once."""


class Deferring(Protocol):
    """What a memory has to have so that something can be put off and done later."""

    _store: GraphStore
    _clock: Clock
    _remember: Remember

    async def _ready(self) -> None: ...


async def ingest(
    self: Deferring,
    ingest_id: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
) -> Ingest:
    """How an `add` with a key or with `defer` stands, by the `ingest_id` of its receipt. Raises NotFound, also for another
    scope's when one is given, and when its memories were deleted."""
    scope = optional_scope(user_id, agent_id, run_id)
    await self._ready()
    return await _found(self._store, check_id_given(ingest_id, "ingest_id"), scope)


async def ingests(
    self: Deferring,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    state: IngestState | Sequence[IngestState] | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Ingest]:
    """The adds of the scope that had a key or were put off, oldest first; only those in one of these states, if given:
    ``pending``, ``working``, ``done``, ``failed``."""
    scope = Scope(user_id, agent_id, run_id)
    chosen = IngestSelection(
        scope=scope, states=_states(state), limit=between("limit", limit, 1, MOST_ROWS), after=cursor_of(cursor)
    )
    await self._ready()
    rows = await self._store.ingests(chosen)
    return Page(items=rows.items, total=rows.total, next_cursor=rows.next_after)


async def retry_ingest(
    self: Deferring,
    ingest_id: str,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
) -> Ingest:
    """Let a failed ingest be tried again, with as many attempts as a new one. Raises NotFound, InputError for one that has
    not failed, and Conflict when somebody else does the same at this moment."""
    scope = optional_scope(user_id, agent_id, run_id)
    await self._ready()
    there = await _found(self._store, check_id_given(ingest_id, "ingest_id"), scope)
    if there.state != "failed":
        raise InputError(f"The ingest {quoted(there.id)} is {there.state}: only one that failed can be tried again.")
    again = there.again(self._clock.now())
    await self._store.commit(ChangeSet(owner=again.scope.owner, ingests=(again,)))
    return again


async def work(
    self: Deferring,
    *,
    limit: int | None = None,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    attempts: int = 5,
    lease: float = 300.0,
) -> Worked:
    """Read what was put off, of the scope or, without one, of the whole store, until nothing is due or `limit` ingests are done.

    Those of one owner are done in the order in which they were added. Several workers may run at the same time, in any number
    of processes: each ingest is one worker's for `lease` seconds, and another's after that, should the first have died. What
    fails and may succeed later is tried again after 5, 10, 20 … seconds, by a later call, `attempts` times in all; what fails
    otherwise has ``failed``. Raises what is wrong for all of them: a store that is gone, a key that is refused, a budget that
    is spent; what was begun is put back then."""
    most = MOST_ROWS if limit is None else between("limit", limit, 1, MOST_ROWS)
    between("attempts", attempts, 1, 100)
    seconds = number("lease", lease) or 0.0
    if not 0 < seconds <= LONGEST_LEASE:
        raise InputError(f"lease={quoted(lease)}: give seconds, more than 0 and at most {LONGEST_LEASE:,}.")
    scope = optional_scope(user_id, agent_id, run_id)
    await self._ready()
    later = Later(self._remember, self._store, self._clock, seconds, attempts)
    done: list[Ingest] = []
    with metering() as meter:
        while len(done) < most or limit is None:
            wanted = AT_A_TIME if limit is None else min(AT_A_TIME, most - len(done))
            due = await self._store.due(scope, self._clock.now(), wanted)
            if not due:
                break
            done += [left for one in due if (left := await later(one)) is not None]
    worked = Worked(ingests=tuple(done), usage=meter.usage)
    return worked if done else await _with_open(worked, self._store, scope)


async def _with_open(worked: Worked, store: GraphStore, scope: Scope | None) -> Worked:
    """With what is open though nothing was due."""
    waiting = await store.ingests(IngestSelection(scope=scope, states=("pending",), limit=1))
    begun = await store.ingests(IngestSelection(scope=scope, states=("working",), limit=MOST_ROWS))
    until = max((one.due_at for one in begun.items if one.due_at is not None), default=None)
    return worked.model_copy(update={"waiting": waiting.total, "working": begun.total, "until": until})


def _states(given: IngestState | Sequence[IngestState] | None) -> tuple[IngestState, ...]:
    """Raises InputError."""
    if given is None:
        return INGEST_STATES
    if not isinstance(given, str | list | tuple) or not given:
        raise InputError(f"state={quoted(given)}: give one of {', '.join(INGEST_STATES)}, or a list of them.")
    states: tuple[IngestState, ...] = (given,) if isinstance(given, str) else tuple(given)
    for one in states:
        if one not in INGEST_STATES:
            raise InputError(f"state={quoted(one)} is unknown: use {', '.join(INGEST_STATES)}.")
    return states


async def _found(store: GraphStore, ingest_id: str, scope: Scope | None) -> Ingest:
    rows = await store.ingests(IngestSelection(scope=scope, ids=(ingest_id,), limit=1))
    if not rows.items:
        within = "" if scope is None else " in this scope"
        raise NotFound(f"There is no ingest {quoted(ingest_id)}{within}: list what is there with ingests().")
    return rows.items[0]
