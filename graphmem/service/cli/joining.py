"""Commands that say which entities are one thing."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.service.cli.options import Agent, AsJson, Cursor, Db, Limit, Run, User, opened, scope_of

PairId = Annotated[str, typer.Argument(help="The pair's id, as `graphmem same` shows it.")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the pair's history.")]
Actor = Annotated[str | None, typer.Option("--by", metavar="NAME", help="Who decides so.")]


def same(
    status: Annotated[
        str, typer.Option("--status", metavar="STATUS", help="candidate, same, apart or all.")
    ] = "candidate",
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List pairs of entities that may be one thing, and why; or that are, or are not."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        page = memory.same_as(**scope_of(user, agent, run), status=status, limit=limit, cursor=cursor)  # type: ignore[arg-type]
    views.give(page.model_dump(mode="json"), as_json, views.pairs)


def merge(
    entity: Annotated[str, typer.Argument(help="The name that is to stand for both.")],
    other: Annotated[str, typer.Argument(help="The other name.")],
    reason: Reason = None,
    actor: Actor = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Join two entities that are one thing; `graphmem split` takes it back."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        pair = memory.merge(entity, other, **scope_of(user, agent, run), **_told(reason, actor))
    views.give(pair.model_dump(mode="json"), as_json, views.pair)


def split(
    merge_id: PairId,
    reason: Reason = None,
    actor: Actor = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Tell two entities apart that were joined."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        pair = memory.split(merge_id, **scope_of(user, agent, run), **_told(reason, actor))
    views.give(pair.model_dump(mode="json"), as_json, views.pair)


def dismiss(
    candidate_id: PairId,
    reason: Reason = None,
    actor: Actor = None,
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Say that a candidate is two things, so that it is not listed again."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        pair = memory.dismiss(candidate_id, **scope_of(user, agent, run), **_told(reason, actor))
    views.give(pair.model_dump(mode="json"), as_json, views.pair)


def _told(reason: str | None, actor: str | None) -> dict[str, str]:
    """What was given of who decides and why."""
    return {name: value for name, value in (("reason", reason), ("actor_id", actor)) if value is not None}
