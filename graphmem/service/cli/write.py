"""Commands that change what is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from graphmem.service.cli.options import (
    Agent,
    AsJson,
    Categories,
    Db,
    Filters,
    Metadata,
    Run,
    User,
    Yes,
    confirm,
    filters_of,
    metadata_of,
    opened,
    scope_of,
)

BATCH_SIZE = 32

Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        "-f",
        metavar="FILE",
        help="A .txt or .md file (one item) or a .jsonl file (an item a line); may be repeated.",
    ),
]
Words = Annotated[
    str | None,
    typer.Argument(help="The words to remember; '-' reads them from standard input.", show_default=False),
]
OntologyFile = Annotated[
    str | None,
    typer.Option("--ontology", metavar="FILE", help="A JSON file with the types and relations that facts are held to."),
]
Actor = Annotated[str | None, typer.Option("--actor", metavar="NAME", help="Who says it.")]
OccurredAt = Annotated[str | None, typer.Option("--occurred-at", metavar="DATE", help="When it was said (ISO 8601).")]
Kind = Annotated[str | None, typer.Option("--type", metavar="TYPE", help="semantic, episodic or procedural.")]
Key = Annotated[
    str | None,
    typer.Option("--key", metavar="KEY", help="Add this once: again with the same key in the same scope does nothing."),
]
Defer = Annotated[bool, typer.Option("--defer", help="Store the words now; `graphmem work` reads the facts later.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]

Where: TypeAlias = tuple[str | None, str | None]
"""The database, and the file of the ontology."""


def add(
    text: Words = None,
    file: Files = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    infer: Annotated[bool, typer.Option("--infer/--no-infer", help="Whether to look for facts in the words.")] = True,
    metadata: Metadata = None,
    occurred_at: OccurredAt = None,
    actor: Actor = None,
    memory_type: Kind = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Standard input is JSON lines, like a .jsonl file.")] = False,
    key: Key = None,
    dry_run: DryRun = False,
    defer: Defer = False,
    ontology: OntologyFile = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Remember words: an argument, standard input, or files.

    A line of a .jsonl file is a string, or an object with "text" (and a "title") or "messages", and if wanted
    "metadata", "occurred_at", "actor_id", "memory_type", "triples", "prompt" and "idempotency_key".
    """
    from graphmem.domain.scope import Scope
    from graphmem.service.cli.reading import items_given

    scope = scope_of(user, agent, run)
    Scope(**scope)
    shared = {
        "metadata": metadata_of(metadata),
        "occurred_at": occurred_at,
        "actor_id": actor,
        "memory_type": memory_type,
        "idempotency_key": key,
    }
    items = items_given(text, file or (), jsonl, {field: value for field, value in shared.items() if value is not None})
    if dry_run:
        _try_out(items, scope | {"infer": infer}, (db, ontology), as_json)
    else:
        _take_in(items, scope | {"infer": infer, "defer": defer}, (db, ontology), as_json)


def _try_out(items: list[dict[str, Any]], given: dict[str, Any], where: Where, as_json: bool) -> None:
    from graphmem.service.cli import screen, views

    with opened(where[0], ontology=where[1], new=True) as memory:
        results = [memory.add(**given, **item, dry_run=True) for item in items]
    screen.note("A dry run: nothing was written.")
    views.give(views.added_document(results) | {"dry_run": True}, as_json, views.added)


def _take_in(items: list[dict[str, Any]], given: dict[str, Any], where: Where, as_json: bool) -> None:
    from graphmem.errors import InputError
    from graphmem.service.cli import screen, views

    stored = 0
    with (
        opened(where[0], ontology=where[1], new=True) as memory,
        screen.progress("remembering", len(items)) as show,
    ):

        def on_progress(done: int) -> None:
            nonlocal stored
            stored = done
            show(done)

        try:
            results = memory.add_many(items, **given, batch_size=BATCH_SIZE, on_progress=on_progress)
        except BaseException as error:
            if len(items) == 1 and isinstance(error, InputError):
                raise type(error)(str(error).removeprefix("items[0]: ")) from error
            if stored:
                screen.note(
                    f"{stored} of {len(items)} items were remembered before this; adding them again is harmless."
                )
            raise
    views.give(views.added_document(results), as_json, views.added)


def update(
    memory_id: Annotated[str, typer.Argument(help="The memory's id.")],
    text: Annotated[
        str | None, typer.Argument(help="The new words; '-' reads standard input.", show_default=False)
    ] = None,
    metadata: Metadata = None,
    category: Categories = None,
    expires_at: Annotated[
        str | None,
        typer.Option("--expires-at", metavar="DATE", help="When it stops counting; 'never' takes that back."),
    ] = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Correct a memory: its words (facts are read anew), its metadata, its categories, its expiry."""
    from graphmem.service.cli import views
    from graphmem.service.cli.reading import words_or_stdin

    changes: dict[str, Any] = {}
    if expires_at is not None:
        changes["expires_at"] = None if expires_at == "never" else expires_at
    if metadata is not None:
        changes["metadata"] = metadata_of(metadata)
    if category is not None:
        changes["categories"] = category
    words = None if text is None else words_or_stdin(text)
    with opened(db) as memory:
        result = memory.update(memory_id, words, **changes, **scope_of(user, agent, run))
    views.give(result.model_dump(mode="json"), as_json, views.updated)


def revert(
    memory_id: Annotated[str, typer.Argument(help="The memory's id.")],
    revision: Annotated[
        str | None,
        typer.Option("--revision", metavar="ID", help="Its words as this step of `graphmem history` left them."),
    ] = None,
    infer: Annotated[
        bool, typer.Option("--infer/--no-infer", help="Whether to look for facts in a memory that was deleted.")
    ] = True,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Bring back the words that a memory had before its last change, also when it was deleted."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        result = memory.restore(memory_id, revision, **scope_of(user, agent, run), infer=infer)
    views.give(result.model_dump(mode="json"), as_json, views.updated)


def feedback(
    memory_id: Annotated[str, typer.Argument(help="The memory's id.")],
    value: Annotated[
        str, typer.Argument(metavar="good|bad|very_bad|none|NUMBER", help="How well it served; a number from -1 to 1.")
    ],
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say how well a memory served, so that later searches rank it higher or lower."""
    from graphmem.service.cli import views
    from graphmem.service.cli.reading import number_or_word

    with opened(db) as memory:
        record = memory.feedback(memory_id, number_or_word(value), **scope_of(user, agent, run))
    views.give(record.model_dump(mode="json"), as_json, views.memory)


def delete(
    memory_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[MEMORY_ID]...", help="Ids of memories.", show_default=False)
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All memories of the scope (that match --filter).")] = False,
    filters: Filters = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    yes: Yes = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Take memories away for good, with the facts and entities that nothing else supports."""
    from graphmem.errors import InputError
    from graphmem.service.cli import views

    if everything == bool(memory_ids):
        raise InputError("Give either ids of memories, or --all with a scope (-u, -a, -r).")
    if filters is not None and not everything:
        raise InputError("--filter goes with --all.")
    chosen, scope = filters_of(filters), scope_of(user, agent, run)
    what = "all memories of the scope" if everything else f"{len(memory_ids or ())} memories"
    confirm(f"This deletes {what}.", yes, as_json)
    removed: dict[str, int] = {}
    with opened(db) as memory:
        if everything:
            removed = dict(memory.delete_all(**scope, filters=chosen).removed)
        for memory_id in memory_ids or ():
            for kind, count in memory.delete(memory_id, **scope).removed.items():
                removed[kind] = removed.get(kind, 0) + count
    views.give({"removed": removed}, as_json, views.deleted)
