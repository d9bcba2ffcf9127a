"""The options that commands share, each written once. Nothing here imports the engine until a command opens it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

import typer

if TYPE_CHECKING:
    from graphmem.settings import Settings
    from graphmem.sync import Memory

User: TypeAlias = Annotated[
    str | None, typer.Option("--user", "-u", metavar="ID", help="The user that the memories belong to.")
]
Agent: TypeAlias = Annotated[
    str | None, typer.Option("--agent", "-a", metavar="ID", help="The agent that they belong to.")
]
Run: TypeAlias = Annotated[
    str | None, typer.Option("--run", "-r", metavar="ID", help="The run or session that they belong to.")
]
Db: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--db",
        envvar="GRAPHMEM_URL",
        metavar="FILE|URL",
        help="The database: a file, sqlite:///file.db, or a server, neo4j://host:7687. Default: $NEO4J_URI, else a file in "
        "the user's data folder.",
    ),
]
AsJson: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")]
Cursor: TypeAlias = Annotated[
    str | None, typer.Option("--cursor", help="Go on where the page that printed this ended.")
]
Filters: TypeAlias = Annotated[
    str | None,
    typer.Option("--filter", metavar="JSON", help='Only what matches, for example \'{"year": {"gte": 2020}}\'.'),
]
OfType: TypeAlias = Annotated[
    str | None,
    typer.Option("--type", metavar="TYPE", help="Only memories of this type: semantic, episodic or procedural."),
]
AsOf: TypeAlias = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="What held in the world on that date (ISO 8601).")
]
Retired: TypeAlias = Annotated[
    bool, typer.Option("--include-retired", help="Also what has been superseded or has run out.")
]
Categories: TypeAlias = Annotated[
    list[str] | None, typer.Option("--category", "-c", metavar="NAME", help="A category; may be repeated.")
]
Metadata: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata",
        "-m",
        metavar="KEY=VALUE",
        help="May be repeated. A value that is JSON is read as JSON, else as text.",
    ),
]
Yes: TypeAlias = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def opened(db: str | None, reranker: str | None = None, ontology: str | None = None, *, new: bool = False) -> Memory:
    """The Memory that `--db` names, every other setting from the environment but the reranker's address and the ontology's file,
    if they are given; use it as a context manager. Raises StoreMisplaced for a file that is not there, unless the command may make
    a `new` one."""
    from graphmem.settings import Settings
    from graphmem.sync import Memory

    settings = Settings.from_env()
    said = {"url": db, "rerank_url": reranker, "ontology": ontology}
    given = {name: value for name, value in said.items() if value is not None}
    settings = Settings.of(**{**settings.model_dump(exclude_unset=True), **given}) if given else settings
    if not new:
        _must_be_there(settings)
    return Memory(settings)


def _must_be_there(settings: Settings) -> None:
    """Who looks into a database, or changes what is in it, means one that is there: a name that was mistyped makes no empty file."""
    from graphmem.errors import StoreMisplaced
    from graphmem.wiring import MEMORY, sqlite_path

    path = MEMORY if settings.is_server else sqlite_path(settings.url)
    if path != MEMORY and not Path(path).exists():
        raise StoreMisplaced(f"There is no database {path}: --db names another, and graphmem add makes one.")


def scope_of(user: str | None, agent: str | None, run: str | None) -> dict[str, Any]:
    """The scope options as the keyword arguments of Memory's methods."""
    return {"user_id": user, "agent_id": agent, "run_id": run}


def filters_of(given: str | None, memory_type: str | None = None) -> dict[str, Any] | None:
    """`--filter` as data, and `--type` besides. Raises InvalidFilter when it is not a JSON object, InputError for another type."""
    if memory_type is not None:
        from graphmem.remember.items import type_of

        of_type = {"memory_type": type_of(memory_type).value}
        filters = filters_of(given)
        return of_type if filters is None else {"AND": [of_type, filters]}
    from graphmem.errors import InvalidFilter

    if given is None:
        return None
    try:
        filters = json.loads(given)
    except ValueError as error:
        raise InvalidFilter(f"--filter is not JSON ({error}): write it like '{{\"year\": 2020}}'.") from error
    if not isinstance(filters, dict):
        raise InvalidFilter(f"--filter must be a JSON object, not {given!r}.")
    return filters


def metadata_of(pairs: list[str] | None) -> dict[str, Any]:
    """`--metadata` pairs as a mapping. Raises InvalidMetadata for one without an equals sign."""
    from graphmem.errors import InvalidMetadata

    metadata: dict[str, Any] = {}
    for pair in pairs or ():
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise InvalidMetadata(f"--metadata {pair!r}: write KEY=VALUE.")
        try:
            metadata[key] = json.loads(value)
        except ValueError:
            metadata[key] = value
    return metadata


def confirm(question: str, yes: bool, as_json: bool) -> None:
    """Ask before something is taken away. Raises InputError when there is nobody to ask and no `--yes`."""
    from graphmem.errors import InputError

    if yes:
        return
    if as_json or not sys.stdin.isatty():
        raise InputError(f"{question} Add --yes to do it without being asked.")
    typer.confirm(question, abort=True, err=True)
