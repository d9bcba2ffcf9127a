"""Changes that the caller makes himself: other metadata, or away with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, TypeAlias

from graphmem.domain.change import ChangeSet, Receipt
from graphmem.domain.filter import Filter, matches, parse_filter
from graphmem.domain.identity import new_id
from graphmem.domain.memory import Event, MemoryRecord, Revision
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.errors import Conflict, NotFound, quoted
from graphmem.ports.graph_store import GraphStore

PAGE = 5_000
ATTEMPTS = 50
"""How often a change is decided again when other writers come in between."""
PORTION = 200
"""Memories that are deleted in one transaction, with some dozen facts each: a server holds all of it in memory until the end."""
GOING = datetime(1970, 1, 1, tzinfo=UTC)
"""The expiry of what is being deleted in portions: nobody can give one before the memory is there."""

BEFORE_ALL_TIME = datetime.min.replace(tzinfo=UTC)
"""As seen from here nothing has expired yet: what has must still be found by whoever wants it gone."""


async def find(
    store: GraphStore,
    memory_id: str,
    scope: Scope | None,
    now: datetime = BEFORE_ALL_TIME,
    *,
    going: bool = False,
) -> tuple[MemoryRecord, Gathered]:
    """The memory with what ties it to the graph, retired or not; an expired one too, unless `now` is given, and one that is being
    deleted only with `going`. Raises NotFound, with the same words whether it is missing or another scope's."""
    gathered = await store.fetch(scope, [memory_id], View(now=now, include_retired=True))
    if memory_id not in gathered.memories or (is_going(gathered.memories[memory_id]) and not going):
        within = "" if scope is None else " in this scope"
        raise NotFound(f"There is no memory {quoted(memory_id)}{within}: list what is there with get_all().")
    return gathered.memories[memory_id], gathered


class Found(NamedTuple):
    """A memory as it was at or after version `basis` of its owner's graph, with what ties it to the graph."""

    memory: MemoryRecord
    gathered: Gathered
    basis: int


async def find_to_change(store: GraphStore, memory_id: str, scope: Scope | None, *, going: bool = False) -> Found:
    """Like `find`, with the version to commit a change on. Raises NotFound.

    The version is read first: should another writer come in between, the commit is refused rather than made of what was
    there before.
    """
    owner = scope.owner if scope is not None else (await find(store, memory_id, None, going=going))[0].scope.owner
    basis = await store.version(owner)
    memory, gathered = await find(store, memory_id, scope, going=going)
    return Found(memory, gathered, basis)


async def history(store: GraphStore, memory_id: str, scope: Scope | None) -> list[Revision]:
    """All that happened to a memory, oldest first. Raises NotFound."""
    revisions = await store.revisions(scope, memory_id)
    if not revisions:
        what = "pair" if memory_id.startswith("same_") else "memory"
        within = "" if scope is None else " in this scope"
        raise NotFound(f"There is no history of a {what} {quoted(memory_id)}{within}.")
    return revisions


async def replace(
    store: GraphStore, old: MemoryRecord, new: MemoryRecord, basis: int, now: datetime, reason: str
) -> None:
    """Write the memory again with other metadata, categories, expiry or feedback; its words and facts stay.

    Raises Conflict when the owner's graph has changed since version `basis`."""
    revision = _revision(old, "UPDATE", now, new_text=new.text, reason=reason)
    await store.commit(ChangeSet(owner=old.scope.owner, basis=basis, memories=(new,), revisions=(revision,)))


async def purge(
    store: GraphStore, memories: Sequence[MemoryRecord], now: datetime, basis: int | None = None, *, told: bool = False
) -> Receipt:
    """Delete memories of one owner in one transaction, and by provenance what only they vouched for. Their history stays, and
    tells of it, unless it was `told` already when they were hidden.

    Raises Conflict when the owner's graph has changed since version `basis`, if one is given."""
    revisions = tuple(_deletion(memory, now) for memory in memories if not (told or is_going(memory)))
    owner = memories[0].scope.owner
    return await store.commit(
        ChangeSet(owner=owner, basis=basis, removed=tuple(memory.id for memory in memories), revisions=revisions)
    )


async def purge_all(store: GraphStore, scope: Scope, chosen: Filter | None, now: datetime) -> dict[str, int]:
    """Delete every memory of the scope that the filter takes; what went, by kind.

    More than a PORTION of them go in portions, after all were hidden: from then on no read returns them and nobody changes them,
    and what goes first lets nothing come back that was to go, too. A call that was interrupted is finished by the next one of
    the scope. Raises Conflict when other writers change or take away what is to be deleted, time and again.
    """
    removed: Counter[str] = Counter()
    attempts = ATTEMPTS
    while True:
        attempts -= 1
        going = _Going(store, scope, chosen, now, await store.version(scope.owner))
        memories = await select_all(store, scope, chosen)
        if chosen is not None:
            hidden = await select_all(store, scope, parse_filter({"expires_at": {"lte": GOING}}))
            memories = list({one.id: one for one in (*memories, *hidden)}.values())
        try:
            if len(memories) <= PORTION:
                await going.settle(memories, partial(_purged, removed=removed))
                return dict(removed)
            hidden = [one for some in _portions(memories) for one in await going.settle(some, _hidden)]
            for some in _portions(hidden):
                removed.update((await purge(store, some, now, told=True)).removed)
        except Conflict:
            if not attempts:
                raise
        else:
            return dict(removed)


@dataclass(slots=True)
class _Going:
    """What is to be deleted, as it is when it goes: who changed one in between is not written over. `basis`: the owner's version at
    which the memories were looked up, as long as nobody came in between."""

    store: GraphStore
    scope: Scope
    chosen: Filter | None
    now: datetime
    basis: int
    overtaken: bool = False

    async def settle(self, memories: Sequence[MemoryRecord], change: _Change) -> Sequence[MemoryRecord]:
        """Change the memories in one transaction, and say which these are: those that are still there and still to go. Raises
        Conflict after 50 attempts."""
        attempts = ATTEMPTS
        while True:
            attempts -= 1
            if self.overtaken:
                self.basis = await self.store.version(self.scope.owner)
                memories = await self._as_they_are(memories)
            try:
                self.basis = await change(self, memories) if memories else self.basis
            except Conflict:
                if not attempts:
                    raise
                self.overtaken = True
            else:
                return memories

    async def _as_they_are(self, memories: Sequence[MemoryRecord]) -> list[MemoryRecord]:
        view = View(now=BEFORE_ALL_TIME, include_retired=True)
        there = (await self.store.fetch(self.scope, [one.id for one in memories], view, brief=True)).memories
        found = [there[one.id] for one in memories if one.id in there]
        return [one for one in found if is_going(one) or matches(self.chosen, one)]


_Change: TypeAlias = Callable[[_Going, Sequence[MemoryRecord]], Awaitable[int]]
"""Writes a portion on its basis, and gives the version after it."""


async def _purged(going: _Going, some: Sequence[MemoryRecord], *, removed: Counter[str]) -> int:
    receipt = await purge(going.store, some, going.now, going.basis)
    removed.update(receipt.removed)
    return receipt.version


async def _hidden(going: _Going, some: Sequence[MemoryRecord]) -> int:
    """Let the memories have expired, which hides the facts that only they say as well, and write down that they are deleted."""
    staying = [one for one in some if not is_going(one)]
    if not staying:
        return going.basis
    gone = tuple(one.model_copy(update={"expires_at": GOING}) for one in staying)
    told = tuple(_deletion(one, going.now) for one in staying)
    changes = ChangeSet(owner=going.scope.owner, basis=going.basis, memories=gone, revisions=told)
    return (await going.store.commit(changes)).version


def is_going(memory: MemoryRecord) -> bool:
    """Whether it is hidden and will be gone: no read returns it, and nobody changes it any more."""
    return memory.expires_at is not None and memory.expires_at <= GOING


def _portions(memories: Sequence[MemoryRecord]) -> Iterator[Sequence[MemoryRecord]]:
    return (memories[start : start + PORTION] for start in range(0, len(memories), PORTION))


def _deletion(memory: MemoryRecord, now: datetime) -> Revision:
    return _revision(memory, "DELETE", now, reason="deleted by the caller", record=memory)


async def select_all(store: GraphStore, scope: Scope, chosen: Filter | None) -> list[MemoryRecord]:
    """Every memory of the scope that the filter takes, retired and expired ones too."""
    view = View(now=BEFORE_ALL_TIME, include_retired=True)
    selection = Selection(scope=scope, kind="memory", view=view, limit=PAGE, filter=chosen)
    memories: list[MemoryRecord] = []
    while True:
        page = await store.memories(selection)
        memories.extend(page.items)
        if page.next_after is None:
            return memories
        selection = selection.model_copy(update={"after": page.next_after})


def _revision(
    memory: MemoryRecord,
    event: Event,
    now: datetime,
    *,
    new_text: str | None = None,
    reason: str,
    record: MemoryRecord | None = None,
) -> Revision:
    return Revision(
        id=new_id("rev"),
        memory_id=memory.id,
        scope=memory.scope,
        event=event,
        old_text=memory.text,
        new_text=new_text,
        actor_id=memory.actor_id,
        reason=reason,
        at=now,
        record=record,
    )
