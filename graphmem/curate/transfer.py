"""Moves whole graphs between stores, owner by owner, and proves that what arrived is what left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass, field

from graphmem.domain.change import ChangeSet
from graphmem.domain.digest import Digest, marks_of
from graphmem.errors import Conflict, TargetDiffers
from graphmem.ports.graph_store import GraphStore

PORTION = 500
"""Rows in one transaction."""
OWNERS = 1_000
Progress = Callable[[str, int], None]
"""Called with an owner and how many rows of his have been moved since the last call."""


@dataclass(slots=True)
class Moved:
    """What a copy did: `copied` and `already_there` count owners, `digest` all rows that were looked at."""

    copied: int = 0
    already_there: int = 0
    digest: Digest = field(default_factory=Digest)


async def owners_of(store: GraphStore) -> AsyncIterator[str]:
    """All owners, in order."""
    after: str | None = None
    while names := await store.owners(after, OWNERS):
        for name in names:
            yield name
        after = names[-1]


async def portions_of(store: GraphStore, owner: str) -> AsyncIterator[ChangeSet]:
    """An owner's graph in parts. Raises Conflict when it was written to meanwhile: the parts would not fit together."""
    version = await store.version(owner)
    after: str | None = None
    while True:
        part = await store.portion(owner, after, PORTION)
        if not part.changes.is_empty:
            yield part.changes
        if part.following is None:
            break
        after = part.following
    if await store.version(owner) != version:
        raise Conflict(
            f"The memories of {owner!r} were written to while they were read: stop writers, and run it again."
        )


async def digest_of(store: GraphStore, owner: str) -> Digest:
    """Counts and checksums of an owner's graph."""
    digest = Digest()
    async for part in portions_of(store, owner):
        digest.take(part)
    return digest


async def must_continue(target: GraphStore, owner: str, marks: Collection[bytes]) -> None:
    """See that what the target has of an owner is a part of what will be written, as after a run that was interrupted.

    `marks`: `marks_of` everything that will be. Raises TargetDiffers: rows of two states of a memory would be mixed.
    """
    async for part in portions_of(target, owner):
        if any(mark not in marks for mark in marks_of(part)):
            raise TargetDiffers(
                f"The memories of {owner!r} in the target are not a part of those to come: one of the two has moved on since "
                "an earlier run, or they are others. Nothing of his was written; take an empty database."
            )


async def copy(source: GraphStore, target: GraphStore, progress: Progress | None = None) -> Moved:
    """Make every owner's graph of `source` again in `target`, and compare both. Each part is one transaction.

    What is there already is not copied again, so that a copy that was interrupted goes on where it stopped; it is no sync.
    What was deleted in the target comes back. Raises Conflict when an owner is written to meanwhile, and TargetDiffers when
    one has other rows in the target than in the source; of one whose memories have moved on since, before anything of his
    is written. Owners who came before him are copied then.
    """
    moved = Moved()
    async for owner in owners_of(source):
        if await target.version(owner):
            wanted = await digest_of(source, owner)
            if not wanted.missed(await digest_of(target, owner)):
                moved.already_there += 1
                moved.digest.merge(wanted)
                continue
            await must_continue(
                target, owner, {mark async for part in portions_of(source, owner) for mark in marks_of(part)}
            )
        moved.digest.merge(await _copy_owner(source, target, owner, progress))
        moved.copied += 1
    return moved


async def _copy_owner(source: GraphStore, target: GraphStore, owner: str, progress: Progress | None) -> Digest:
    wanted = Digest()
    async for part in portions_of(source, owner):
        await target.commit(part)
        wanted.take(part)
        if progress is not None:
            progress(owner, sum(len(getattr(part, kind)) for kind in ("entities", "memories", "facts", "mentions")))
    different = wanted.missed(await digest_of(target, owner))
    if different:
        raise TargetDiffers(
            f"The memories of {owner!r} were copied, and differ now ({', '.join(different)}): the target held others already, "
            "or was written to meanwhile. Copy into an empty database."
        )
    return wanted
