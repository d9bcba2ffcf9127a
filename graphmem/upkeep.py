"""What is done to a whole database rather than to memories: copying it, keeping it safe, getting it back, checking it,
moving it to another embedding model.

These open the stores by themselves and need no extractor; they are for whoever runs a database, not for an agent.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from graphmem import wiring
from graphmem.curate import archive, transfer
from graphmem.curate.transfer import Moved, Progress
from graphmem.domain.digest import Digest
from graphmem.domain.embedding import EmbeddingModel
from graphmem.domain.finding import Finding
from graphmem.domain.flaw import Flaw
from graphmem.errors import Conflict, InputError
from graphmem.guard import GuardedEmbedder
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.normalise import check_flag
from graphmem.settings import Settings
from graphmem.wiring import SystemClock, make_embedder, make_store, sqlite_path


@dataclass(frozen=True, slots=True)
class Reembedded:
    """What a move to another embedding model did: from which to which, and how many vectors this run made."""

    before: EmbeddingModel
    after: EmbeddingModel
    made: int


@asynccontextmanager
async def opened(
    settings: Settings, embedder: Embedder | None = None, *, any_model: bool = False
) -> AsyncIterator[tuple[GraphStore, Embedder]]:
    """The store that the settings name, open, and the embedder whose vectors it holds, or shall hold with `any_model`."""
    model = embedder or make_embedder(settings)
    store = make_store(settings, model, any_model=any_model)
    await store.open()
    try:
        yield store, model
    finally:
        await store.close()


async def copy(
    source: Settings, target: Settings, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Moved:
    """Make everything in `source` again in `target`, and compare both by counts and checksums.

    Owners that are there already, whole, are passed over, so that an interrupted copy goes on where it stopped. It is
    no sync (docs/archive.md).
    Raises Conflict when an owner is written to meanwhile, TargetDiffers when one has other rows there, InputError when both are the
    same database, and what the stores raise.
    """
    _must_be_there(source)
    if _place(source) == _place(target):
        raise InputError("Source and target are the same database: give two.")
    async with opened(source, embedder) as (start, _), opened(target, embedder) as (end, _):
        return await transfer.copy(start, end, progress)


def _place(settings: Settings) -> str:
    """Where a database is, the same however it was written."""
    return settings.url if _is_server(settings) else str(Path(sqlite_path(settings.url)).resolve())


def _is_server(settings: Settings) -> bool:
    return "://" in settings.url and not settings.url.startswith("sqlite:")


def _must_be_there(source: Settings) -> None:
    """Opening makes a file that is missing; to copy from one that was misspelt must not."""
    if not _is_server(source) and not Path(sqlite_path(source.url)).exists():
        raise InputError(f"There is no database {source.url}: check the path.")


async def backup(
    source: Settings, path: str | Path, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Digest:
    """Write everything in `source` into one compressed file, which is there whole or not at all (docs/archive.md).

    Raises Conflict when an owner is written to meanwhile, InputError when the file cannot be written.
    """
    _must_be_there(source)
    async with opened(source, embedder) as (store, model):
        try:
            return await archive.backup(
                store,
                Path(path),
                model=model.name,
                dimension=model.dimension,
                now=SystemClock().now(),
                progress=progress,
            )
        except OSError as error:
            raise InputError(f"The archive {path} cannot be written ({error.strerror or error}).") from error


async def restore(
    path: str | Path, target: Settings, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Moved:
    """Make what a backup holds again in `target`. The archive is read through first; nothing is written from a damaged one.

    Raises ArchiveDamaged, DimensionMismatch when another model made its vectors, TargetDiffers when an owner has other rows
    in the target, InputError when the file cannot be read.
    """
    model = embedder or make_embedder(target)
    try:
        await asyncio.to_thread(archive.check, Path(path), model.name, model.dimension)
        async with opened(target, model) as (store, _):
            return await archive.restore(
                store, Path(path), model=model.name, dimension=model.dimension, progress=progress
            )
    except OSError as error:
        raise InputError(f"The archive {path} cannot be read ({error.strerror or error}).") from error


async def check(target: Settings, *, repair: bool = False, embedder: Embedder | None = None) -> list[Flaw]:
    """Look for what must not be in a database: counts that are off, rows that nothing refers to, damage.

    With `repair`, set right in one transaction what can be without losing anything that was said; the rest says what to do.
    """
    check_flag(repair, "repair")
    _must_be_there(target)
    async with opened(target, embedder) as (store, _):
        return await store.inspect(repair)


async def checkup(target: Settings, *, embedder: Embedder | None = None) -> list[Finding]:
    """Look at a database and what it lives on: reachable, closed to what queries could do, complete, of this model.

    Changes nothing, and never raises for what it finds; a finding says what to do.
    """
    return await wiring.checkup(target, embedder or make_embedder(target))


async def reembed(
    target: Settings,
    *,
    embedder: Embedder | None = None,
    progress: Callable[[int, int], None] | None = None,
    batch_size: int = 256,
) -> Reembedded:
    """Move a database to the model of `embedder` (the bundled one, if none is given), while others search and write.

    The new vectors are made beside the old ones, `batch_size` in a transaction, and take their place in one transaction
    when every row has one; a process that still embeds with the old model then gets DimensionMismatch. Where it was
    interrupted it goes on when it is run again, with the same model; with another, it begins anew. For the model in use
    already, it makes the vectors that are missing. `progress` is called with how many were made, and of how many.

    Raises Conflict when a run for yet another model comes in between, and what the embedder and the store raise.
    """
    _must_be_there(target)
    if batch_size < 1:
        raise InputError(f"batch_size={batch_size}: give 1 or more.")
    async with opened(target, embedder, any_model=True) as (store, given):
        model = GuardedEmbedder(given)
        after = EmbeddingModel(model.name, model.dimension)
        before = await store.made_with()
        wanted = await store.begin_vectors(after)
        made, settled = 0, False
        while not settled:
            while rows := await store.without_vectors(after, batch_size):
                vectors = await asyncio.to_thread(model.embed, [row.text for row in rows])
                await store.put_vectors(after, dict(zip(rows, vectors, strict=True)))
                made += len(rows)
                if progress is not None:
                    progress(made, max(wanted, made))
            settled = await _switched(store, after, model)
            if not settled and not await store.without_vectors(after, 1):
                await store.begin_vectors(after)
    return Reembedded(before, after, made)


async def _switched(store: GraphStore, after: EmbeddingModel, model: Embedder) -> bool:
    """Whether the new vectors are in use; not when others have written more rows meanwhile than the switch itself embeds.
    (Should another run have come in between, whoever asks for these rows is told.)"""
    try:
        await store.switch_vectors(after, model.embed)
    except Conflict:
        return False
    return True
