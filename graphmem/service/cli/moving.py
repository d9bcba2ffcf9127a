"""Commands for whole databases: copy, backup, restore, check."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.service.cli.options import AsJson, Db, confirm

if TYPE_CHECKING:
    from graphmem.domain.digest import Digest
    from graphmem.service.cli.screen import Screen
    from graphmem.settings import Settings

SHOWN = ("memories", "facts", "entities", "episodes")
EVERY = 10_000
"""Rows between two lines of progress where there is no terminal."""


def settings_of(url: str | None) -> Settings:
    """The settings of the environment, on the database that `--db` names."""
    from graphmem.settings import Settings

    settings = Settings.from_env()
    return settings if url is None else Settings.of(**{**settings.model_dump(exclude_unset=True), "url": url})


@contextmanager
def _unfinished(target: Settings) -> Iterator[None]:
    """Say, to whoever stops it, what is left behind and how it is completed."""
    from graphmem.service.cli.screen import note

    try:
        yield
    except KeyboardInterrupt:
        note(f"Interrupted: {target.url} may hold a part only. Run the same command again to complete it.")
        raise


def _owners(count: int) -> str:
    return "1 owner" if count == 1 else f"{count:,} owners"


@contextmanager
def _counting(what: str) -> Iterator[Callable[[str, int], None]]:
    """Rows moved so far: a running count on a terminal's standard error, elsewhere a line now and then."""
    from rich.console import Console

    from graphmem.service.cli.screen import note

    console = Console(stderr=True, markup=False, highlight=False)
    moved = told = 0
    with console.status(f"{what} …") if console.is_terminal else _silence() as status:

        def tell(_: str, rows: int) -> None:
            nonlocal moved, told
            moved += rows
            if status is not None:
                status.update(f"{what}: {moved:,} rows")
            elif moved - told >= EVERY:
                told = moved
                note(f"{what}: {moved:,} rows")

        yield tell


@contextmanager
def _silence() -> Iterator[None]:
    yield None


def _document(digest: Digest, **more: Any) -> dict[str, Any]:
    return {**more, "counts": dict(digest.counts), "checksums": digest.checksums()}


def _say(what: str) -> Callable[[Screen, dict[str, Any]], None]:
    def view(screen: Screen, document: dict[str, Any]) -> None:
        counts = ", ".join(f"{document['counts'].get(kind, 0):,} {kind}" for kind in SHOWN)
        screen.line(f"{what}: {counts}; counts and checksums agree.")

    return view


def copy(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The database to copy: a file or a URL.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where to: a file or a URL.")],
    as_json: AsJson = False,
) -> None:
    """Copy everything from one database to another, of the same kind or not, and compare both afterwards.

    Run it again when it was interrupted: owners that are there already are passed over, and one that is half there is completed.
    It is no sync: a target that has moved on, or whose source has, is a conflict; copy into an empty database.
    """
    from graphmem import upkeep
    from graphmem.service.cli import views

    start, end = settings_of(source), settings_of(target)
    with _unfinished(end), _counting("copying") as progress:
        moved = asyncio.run(upkeep.copy(start, end, progress=progress))
    document = _document(moved.digest, copied=moved.copied, already_there=moved.already_there)
    what = f"{_owners(moved.copied)} copied" + (
        f", {moved.already_there:,} already there" if moved.already_there else ""
    )
    views.give(document, as_json, _say(what))


def backup(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="The archive to write, for example memories.jsonl.gz.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Overwrite a file that is there.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Write a whole database into one compressed file that any graphmem store can take in."""
    from graphmem import upkeep
    from graphmem.errors import InputError
    from graphmem.service.cli import views

    if path.is_dir():
        raise InputError(f"{path} is a folder: give the path of a file in it.")
    if path.exists():
        confirm(f"{path} is there already: overwrite it?", yes, as_json)
    with _counting("writing") as progress:
        digest = asyncio.run(upkeep.backup(settings_of(db), path, progress=progress))
    views.give(_document(digest, archive=str(path)), as_json, _say(f"{path} written"))


def restore(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An archive that `graphmem backup` wrote.")],
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Make what a backup holds again in a database. The archive is checked first; what is there already stays.

    Run it again when it was interrupted.
    """
    from graphmem import upkeep
    from graphmem.service.cli import views

    target = settings_of(db)
    with _unfinished(target), _counting("restoring") as progress:
        moved = asyncio.run(upkeep.restore(path, target, progress=progress))
    views.give(_document(moved.digest, owners=moved.copied), as_json, _say(f"{_owners(moved.copied)} restored"))


def check(
    repair: Annotated[bool, typer.Option("--repair", help="Set right what can be without losing anything.")] = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Look for what must not be in a database: counts that are off, rows that nothing refers to, damage.

    Exit code 4 when something is wrong and was not repaired.
    """
    from graphmem import upkeep
    from graphmem.service.cli import views
    from graphmem.service.cli.faults import STORE

    flaws = asyncio.run(upkeep.check(settings_of(db), repair=repair))
    left = sum(flaw.count - flaw.repaired for flaw in flaws)
    views.give({"flaws": [flaw.model_dump() for flaw in flaws], "left": left}, as_json, _flaws)
    if left:
        raise typer.Exit(STORE)


def _flaws(screen: Screen, document: dict[str, Any]) -> None:
    for flaw in document["flaws"]:
        done = f", {flaw['repaired']:,} repaired" if flaw["repaired"] else ""
        screen.line(f"{flaw['count']:,} × {flaw['kind'].replace('_', ' ')}{done}: {', '.join(flaw['examples'])}")
        if flaw["remedy"]:
            screen.line(flaw["remedy"], indent=2)
    if not document["flaws"]:
        screen.line("Nothing is wrong.")
