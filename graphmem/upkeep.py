"""What is done to a whole database rather than to memories: copying it, keeping it safe, getting it back, checking it.

These open the stores by themselves and need no extractor; they are for whoever runs a database, not for an agent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from graphmem.curate import archive, transfer
from graphmem.curate.transfer import Moved, Progress
from graphmem.domain.digest import Digest
from graphmem.domain.flaw import Flaw
from graphmem.errors import InputError
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings
from graphmem.wiring import SystemClock, make_embedder, make_store, sqlite_path


@asynccontextmanager
async def opened(settings: Settings, embedder: Embedder | None = None) -> AsyncIterator[tuple[GraphStore, Embedder]]:
    """The store that the settings name, open, and the embedder whose vectors it holds (never asked to embed here)."""
    model = embedder or make_embedder(settings)
    store = make_store(settings, model)
    await store.open()
    try:
        yield store, model
    finally:
        await store.close()


async def copy(
    source: Settings, target: Settings, *, embedder: Embedder | None = None, progress: Progress | None = None
) -> Moved:
    """Make everything in `source` again in `target`, and compare both by counts and checksums.

    Owners that are there already, whole, are passed over, so that an interrupted copy goes on where it stopped.
    Raises Conflict when an owner is written to meanwhile or has other rows in the target, InputError when both are the
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

    Raises ArchiveDamaged, DimensionMismatch when another model made its vectors, Conflict when an owner has other rows
    in the target, InputError when the file cannot be read.
    """
    model = embedder or make_embedder(target)
    try:
        archive.check(Path(path), model.name, model.dimension)
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
    _must_be_there(target)
    async with opened(target, embedder) as (store, _):
        return await store.inspect(repair)
