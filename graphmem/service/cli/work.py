"""The commands for what was put off: the worker, and a look at how things stand."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from graphmem.service.cli.options import Agent, AsJson, Cursor, Db, Limit, Run, User, opened, scope_of

if TYPE_CHECKING:
    from graphmem.domain.results import Worked
    from graphmem.service.cli.screen import Screen

Watch = Annotated[
    bool,
    typer.Option("--watch/--once", help="Go on when nothing is due, until it is stopped; or end then (the default)."),
]
Every = Annotated[float, typer.Option("--every", min=0.05, metavar="SECONDS", help="How often --watch looks.")]
Most = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many, then end.")]
Lease = Annotated[
    float,
    typer.Option("--lease", min=1, metavar="SECONDS", help="After so long another worker takes over what one began."),
]
Attempts = Annotated[int, typer.Option("--attempts", min=1, help="How often one is begun before it has failed.")]
State = Annotated[
    str | None, typer.Option("--state", metavar="STATE", help="Only those: pending, working, done or failed.")
]


def work(
    watch: Watch = False,
    every: Every = 2.0,
    limit: Most = None,
    lease: Lease = 300.0,
    attempts: Attempts = 5,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Read the facts of what was added with --defer, of everybody or of one scope.

    Any number of workers may run at the same time. One that is killed loses nothing: what it had begun is done by another
    when its lease is over. With --json it prints a document whenever something was done, and one in the end.
    """
    from graphmem.service.cli import views

    given = {**scope_of(user, agent, run), "lease": lease, "attempts": attempts}
    left = limit
    with opened(db, new=True) as memory:
        while True:
            done = memory.work(limit=left, **given)
            left = None if left is None else left - len(done)
            ends = not watch or left == 0
            if len(done) or ends:
                views.give(_document(done), as_json, _worked)
            if ends:
                return
            time.sleep(every)


def ingests(
    ingest_ids: Annotated[
        list[str] | None, typer.Argument(metavar="[INGEST_ID]...", help="Only these.", show_default=False)
    ] = None,
    state: State = None,
    retry: Annotated[bool, typer.Option("--retry", help="Let these, which have failed, be tried again.")] = False,
    limit: Limit = 20,
    cursor: Cursor = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """How adds stand that had a key or were put off: pending, working, done or failed, and why."""
    from graphmem.errors import InputError
    from graphmem.service.cli import views

    if retry and not ingest_ids:
        raise InputError("Give the ids of what is to be tried again: graphmem ingests --state failed lists them.")
    scope = scope_of(user, agent, run)
    with opened(db) as memory:
        if ingest_ids:
            look = memory.retry_ingest if retry else memory.ingest
            rows = [look(one, **scope).model_dump(mode="json") for one in ingest_ids]
            document: dict[str, Any] = {"items": rows, "total": len(rows), "next_cursor": None}
        else:
            chosen: Any = state
            page = memory.ingests(**scope, state=chosen, limit=limit, cursor=cursor)
            document = page.model_dump(mode="json")
    views.give(document, as_json, _listed)


def _document(done: Worked) -> dict[str, Any]:
    """What a worker did, and how often it came to which end."""
    counts: dict[str, int] = {}
    for one in done:
        counts[one.state] = counts.get(one.state, 0) + 1
    return {**done.model_dump(mode="json"), "counts": counts}


def _worked(screen: Screen, document: dict[str, Any]) -> None:
    for row in document["ingests"]:
        _row(screen, row)
    if not document["ingests"]:
        begun, waiting = document["working"], document["waiting"]
        until = f", until {document['until'][:19]} at the latest" if document["until"] else ""
        screen.line(
            "Nothing is due"
            + (f"; {begun} being read by another worker{until}" if begun else "")
            + (f"; {waiting} waiting" if waiting else "")
            + "."
        )


def _listed(screen: Screen, document: dict[str, Any]) -> None:
    from graphmem.service.cli import views

    for row in document["items"]:
        _row(screen, row)
    views.page_end(document, "ingests")


def _row(screen: Screen, row: dict[str, Any]) -> None:
    """One ingest: its state, what it is of, and why it is not done."""
    style = {"done": "bold green", "failed": "bold red"}.get(row["state"], "yellow")
    memories = f"{len(row['memory_ids'])} {'memory' if len(row['memory_ids']) == 1 else 'memories'}"
    key = f"  key {row['key']}" if row["key"] else ""
    screen.line((row["state"], style), "  ", (row["id"], "dim"), f"  {memories}  {row['added_at'][:19]}{key}")
    for told in (row["error"], row["note"]):
        if told:
            screen.line(told, indent=2)
