"""Bringing back what a memory said before, also after it was deleted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from graphmem.arguments import check_id_given, optional_scope
from graphmem.curate import edit
from graphmem.curate.edit import ATTEMPTS
from graphmem.curate.past import Earlier, deleted_memory, earlier, episode_of
from graphmem.domain.memory import Revision
from graphmem.domain.results import AddedMemory
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, NotFound
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.normalise import check_flag, check_text
from graphmem.remember.pipeline import Remember
from graphmem.remember.revise import Rewriting


class Restoring(Protocol):
    """What a memory has to have so that something can be brought back in it."""

    _store: GraphStore
    _clock: Clock
    _remember: Remember

    async def _ready(self) -> None: ...


async def restore(
    self: Restoring,
    memory_id: str,
    revision: str | None = None,
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    infer: bool = True,
) -> AddedMemory:
    """Bring back the words that a memory had, also after `delete`: in one transaction, under its own id, read anew without a model.

    `revision`: the id of one of its `history`, whose words are wanted; without it, those before the last change of words, or
    those that were deleted. What they say holds since it was said, and outdates nothing newer. A deleted memory comes back with
    its type, metadata, categories and times; with `infer=False` no facts are read from it. Facts that the caller had given as
    `triples` do not come back, and no expiry is undone. The history tells of it. Raises NotFound, also for another scope's, and InputError
    kinds.
    """
    scope = optional_scope(user_id, agent_id, run_id)
    check_flag(infer, "infer")
    wanted = None if revision is None else check_text(revision, "revision")
    memory_id = check_id_given(memory_id)
    await self._ready()
    rewriting = Rewriting(self._remember)
    attempts = ATTEMPTS
    while True:
        attempts -= 1
        try:
            return await _restored(self._store, rewriting, memory_id, wanted, scope, infer, self._clock.now())
        except Conflict:
            if not attempts:
                raise


async def _restored(
    store: GraphStore,
    rewriting: Rewriting,
    memory_id: str,
    wanted: str | None,
    scope: Scope | None,
    infer: bool,
    now: datetime,
) -> AddedMemory:
    """One attempt. The version is read before what is decided on, so that a write in between is a Conflict."""
    owner = scope.owner if scope is not None else (await edit.history(store, memory_id, None))[0].scope.owner
    basis = await store.version(owner)
    revisions = await edit.history(store, memory_id, scope)
    if not any(one.event in ("ADD", "UPDATE", "DELETE") for one in revisions):
        raise NotFound(f"{memory_id!r} is no memory: nothing that it says can be brought back.")
    try:
        there, gathered = await edit.find(store, memory_id, scope, going=True)
    except NotFound:
        return await _brought_back(rewriting, revisions, wanted, infer, basis, now)
    if edit.is_going(there):
        raise NotFound(f"The memory {memory_id!r} is being deleted: once delete_all has ended, it can be brought back.")
    found = earlier(revisions, wanted, is_there=True)
    if found.text == there.text:
        return AddedMemory(id=there.id, memory=there.text, event="NOOP", reason="these are its words already")
    new = there.model_copy(update={"text": found.text, "updated_at": now, "feedback": 0.0})
    return await rewriting(there, new, gathered, basis, now, reason=_reason(found), dated=there.valid_from)


async def _brought_back(
    rewriting: Rewriting, revisions: Sequence[Revision], wanted: str | None, infer: bool, basis: int, now: datetime
) -> AddedMemory:
    if all(one.event != "DELETE" for one in revisions):
        raise Conflict(f"The memory {revisions[0].memory_id!r} was deleted while it was looked up.")
    gone, found = deleted_memory(revisions), earlier(revisions, wanted, is_there=False)
    if gone.expires_at is not None and gone.expires_at <= now:
        raise NotFound(f"The memory {gone.id!r} expired on {gone.expires_at:%Y-%m-%d}: it cannot be brought back.")
    changed = {} if found.text == gone.text else {"text": found.text, "feedback": 0.0}
    gone = gone.model_copy(update={**changed, "updated_at": now})
    return await rewriting.again(gone, episode_of(gone), infer, basis, now, _reason(found))


def _reason(found: Earlier) -> str:
    return f"restored from {found.revision.id}"
