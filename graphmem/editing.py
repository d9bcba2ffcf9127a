"""An edit by the caller, decided on what is there: looked up, changed, written, and again if another writer came between."""

from __future__ import annotations

from typing import Any

from graphmem.curate import edit
from graphmem.domain.results import AddedMemory
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.pipeline import Remember
from graphmem.remember.revise import revise

ATTEMPTS = 50
"""How often an edit is decided again when other writers come in between."""


async def edited(
    store: GraphStore, remember: Remember, clock: Clock, memory_id: str, scope: Scope | None, changed: dict[str, Any]
) -> AddedMemory:
    """The memory with `changed` fields. A new text is read again. Raises NotFound, and Conflict after 50 attempts."""
    attempts = ATTEMPTS
    while True:
        now = clock.now()
        old, gathered = await edit.find(store, memory_id, scope)
        new = old.model_copy(update={**changed, "updated_at": now})
        attempts -= 1
        try:
            if new.text != old.text:
                return await revise(remember, old, new, gathered, now)
            await edit.replace(store, old, new, now)
            return AddedMemory(id=new.id, memory=new.text, event="UPDATE", reason="metadata changed by the caller")
        except Conflict:
            if not attempts:
                raise
