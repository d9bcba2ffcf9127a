"""A change by the caller to one memory, decided on what is there: looked up, changed, written, and again if another writer
came between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from graphmem.curate import edit
from graphmem.curate.edit import ATTEMPTS, Found
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.results import AddedMemory, Deleted
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.pipeline import Remember
from graphmem.remember.revise import Rewriting

Result = TypeVar("Result")

CORRECTED = "metadata changed by the caller"


async def edited(
    store: GraphStore, remember: Remember, clock: Clock, memory_id: str, scope: Scope | None, changed: dict[str, Any]
) -> AddedMemory:
    """The memory with `changed` fields. A new text is read again, and what people said of the old one no longer counts.
    Raises NotFound, and Conflict after 50 attempts."""
    rewrite = Rewriting(remember)

    async def write(found: Found) -> AddedMemory:
        now, old = clock.now(), found.memory
        new = old.model_copy(update={**changed, "updated_at": now})
        if new.text != old.text:
            unjudged = new.model_copy(update={"feedback": 0.0})
            return await rewrite(old, unjudged, found.gathered, found.basis, now)
        await edit.replace(store, old, new, found.basis, now, CORRECTED)
        return AddedMemory(id=new.id, memory=new.text, event="UPDATE", reason=CORRECTED)

    return await _decided(store, memory_id, scope, write)


async def judged(store: GraphStore, clock: Clock, memory_id: str, scope: Scope | None, value: float) -> MemoryRecord:
    """The memory with what was now said of it, −1…1, in place of what was said before. Raises as `edited` does."""

    async def write(found: Found) -> MemoryRecord:
        now, old = clock.now(), found.memory
        new = old.model_copy(update={"feedback": value, "updated_at": now})
        await edit.replace(store, old, new, found.basis, now, f"feedback {value:+g} by the caller")
        return new

    return await _decided(store, memory_id, scope, write)


async def deleted(store: GraphStore, clock: Clock, memory_id: str, scope: Scope | None) -> Deleted:
    """What went with the memory. Raises NotFound, also when another writer deleted it first, and Conflict after 50
    attempts."""

    async def write(found: Found) -> Deleted:
        return Deleted(removed=(await edit.purge(store, [found.memory], clock.now(), found.basis)).removed)

    return await _decided(store, memory_id, scope, write, going=True)


async def _decided(
    store: GraphStore,
    memory_id: str,
    scope: Scope | None,
    write: Callable[[Found], Awaitable[Result]],
    *,
    going: bool = False,
) -> Result:
    """What `write` leads to. `going`: also of a memory that `delete_all` has hidden, and is about to take away."""
    attempts = ATTEMPTS
    while True:
        found = await edit.find_to_change(store, memory_id, scope, going=going)
        attempts -= 1
        try:
            return await write(found)
        except Conflict:
            if not attempts:
                raise
