"""Changes that the caller makes himself: other metadata, or away with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from graphmem.domain.change import ChangeSet, Receipt
from graphmem.domain.filter import Filter
from graphmem.domain.identity import new_id
from graphmem.domain.memory import Event, MemoryRecord, Revision
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.errors import NotFound
from graphmem.ports.graph_store import GraphStore

PAGE = 5_000


BEFORE_ALL_TIME = datetime.min.replace(tzinfo=UTC)
"""As seen from here nothing has expired yet: what has must still be found by whoever wants it gone."""


async def find(
    store: GraphStore, memory_id: str, scope: Scope | None, now: datetime = BEFORE_ALL_TIME
) -> tuple[MemoryRecord, Gathered]:
    """The memory with what ties it to the graph, retired or not; an expired one too, unless `now` is given. Raises
    NotFound, with the same words whether it is missing or another scope's."""
    gathered = await store.fetch(scope, [memory_id], View(now=now, include_retired=True))
    if memory_id not in gathered.memories:
        within = "" if scope is None else " in this scope"
        raise NotFound(f"There is no memory {memory_id!r}{within}: list what is there with get_all().")
    return gathered.memories[memory_id], gathered


async def replace(store: GraphStore, old: MemoryRecord, new: MemoryRecord, now: datetime) -> None:
    """Write the memory again with other metadata, categories or expiry; its words and facts stay."""
    version = await store.version(old.scope.owner)
    revision = _revision(old, "UPDATE", now, new_text=new.text, reason="metadata changed by the caller")
    await store.commit(ChangeSet(owner=old.scope.owner, basis=version, memories=(new,), revisions=(revision,)))


async def purge(store: GraphStore, memories: Sequence[MemoryRecord], now: datetime) -> Receipt:
    """Delete memories of one owner, and by provenance what only they vouched for. Their history stays."""
    revisions = tuple(_revision(memory, "DELETE", now, reason="deleted by the caller") for memory in memories)
    owner = memories[0].scope.owner
    return await store.commit(
        ChangeSet(owner=owner, removed=tuple(memory.id for memory in memories), revisions=revisions)
    )


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
    memory: MemoryRecord, event: Event, now: datetime, *, new_text: str | None = None, reason: str
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
    )
