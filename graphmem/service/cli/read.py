"""Commands that look at what is remembered."""

from __future__ import annotations

from typing import Annotated

import typer

from graphmem.service.cli.options import (
    Agent,
    AsJson,
    AsOf,
    Categories,
    Cursor,
    Db,
    Filters,
    Limit,
    OfType,
    Retired,
    Run,
    User,
    filters_of,
    opened,
    scope_of,
)

Explain = Annotated[
    bool,
    typer.Option(
        "--explain", help="Also why: the parts of each score, where its path starts, what was left out, the time."
    ),
]
Reranker = Annotated[
    str | None,
    typer.Option("--reranker", metavar="URL", help="Let the model at this address read the best hits again."),
]
MemoryId = Annotated[str, typer.Argument(help="The memory's id.")]


def search(
    query: Annotated[str, typer.Argument(help="A question or a few words; '-' reads standard input.")],
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    hops: Annotated[int, typer.Option("--hops", min=0, max=3, help="How far to walk from memory to memory.")] = 2,
    limit: Limit = 5,
    explain: Explain = False,
    filters: Filters = None,
    memory_type: OfType = None,
    category: Categories = None,
    threshold: Annotated[float | None, typer.Option("--threshold", help="Leave out scores below this.")] = None,
    as_of: AsOf = None,
    include_retired: Retired = False,
    reranker: Reranker = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Find memories that answer a question, each with the path that leads to it."""
    from graphmem.service.cli import views
    from graphmem.service.cli.reading import words_or_stdin

    with opened(db, reranker) as memory:
        found = memory.search(
            words_or_stdin(query),
            **scope_of(user, agent, run),
            limit=limit,
            hops=hops,
            filters=filters_of(filters, memory_type),
            categories=category,
            threshold=threshold,
            as_of=as_of,
            include_retired=include_retired,
        )
    if as_json:
        views.give(found.model_dump(mode="json"), True)
    else:
        views.found(found, explain)


def get(
    memory_id: MemoryId, user: User = None, agent: Agent = None, run: Run = None, db: Db = None, as_json: AsJson = False
) -> None:
    """Show one memory."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        record = memory.get(memory_id, **scope_of(user, agent, run))
    steps = {"steps": record.steps} if record.steps else {}
    views.give({**record.model_dump(mode="json"), **steps}, as_json, views.memory)


def list_(
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    filters: Filters = None,
    memory_type: OfType = None,
    limit: Limit = 20,
    cursor: Cursor = None,
    as_of: AsOf = None,
    include_retired: Retired = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List memories, page by page."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        page = memory.get_all(
            **scope_of(user, agent, run),
            filters=filters_of(filters, memory_type),
            limit=limit,
            cursor=cursor,
            as_of=as_of,
            include_retired=include_retired,
        )
    views.give(page.model_dump(mode="json"), as_json, views.memories)


def facts(
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    subject: Annotated[
        str | None, typer.Option("--subject", "-s", metavar="NAME", help="Who or what it is said of.")
    ] = None,
    predicate: Annotated[
        str | None,
        typer.Option("--predicate", "-p", metavar="VERB", help="Such as live_in: finds reside_in and move_to, too."),
    ] = None,
    object_: Annotated[str | None, typer.Option("--object", "-o", metavar="NAME", help="The other end.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    as_of: AsOf = None,
    include_retired: Retired = False,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List facts: subject, predicate, object, and since when."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        page = memory.facts(
            **scope_of(user, agent, run),
            subject=subject,
            predicate=predicate,
            object=object_,
            limit=limit,
            cursor=cursor,
            as_of=as_of,
            include_retired=include_retired,
        )
    views.give(page.model_dump(mode="json"), as_json, views.facts)


def entities(
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """List the entities that memories name."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        page = memory.entities(**scope_of(user, agent, run), limit=limit, cursor=cursor)
    views.give(page.model_dump(mode="json"), as_json, views.entities)


def paths(
    source: Annotated[str, typer.Argument(help="The name of an entity.")],
    target: Annotated[str, typer.Argument(help="The name of another.")],
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    max_hops: Annotated[int, typer.Option("--max-hops", min=1, max=6, help="At most so many facts in a chain.")] = 3,
    limit: Limit = 5,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show the chains of facts from one entity to another."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        chains = memory.paths(source, target, **scope_of(user, agent, run), max_hops=max_hops, limit=limit)
    views.give({"paths": [chain.model_dump(mode="json") for chain in chains]}, as_json, views.paths)


def timeline(
    entity: Annotated[str, typer.Argument(metavar="NAME", help="The name of an entity.")],
    user: User = None,
    agent: Agent = None,
    run: Run = None,
    limit: Limit = 50,
    cursor: Cursor = None,
    db: Db = None,
    as_json: AsJson = False,
) -> None:
    """Show all facts about an entity in the order in which they held, past ones too, with what ended them and who says so."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        page = memory.timeline(entity, **scope_of(user, agent, run), limit=limit, cursor=cursor)
    views.give(page.model_dump(mode="json"), as_json, views.timeline)


def history(
    memory_id: MemoryId, user: User = None, agent: Agent = None, run: Run = None, db: Db = None, as_json: AsJson = False
) -> None:
    """Show what happened to a memory, oldest first; a deleted memory still has a history."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        revisions = memory.history(memory_id, **scope_of(user, agent, run))
    views.give({"revisions": [revision.model_dump(mode="json") for revision in revisions]}, as_json, views.history)


def stats(user: User = None, agent: Agent = None, run: Run = None, db: Db = None, as_json: AsJson = False) -> None:
    """Count memories, facts, entities and episodes: of a scope, or of the whole database."""
    from graphmem.service.cli import views

    with opened(db) as memory:
        counts = memory.stats(**scope_of(user, agent, run))
    views.give(counts.model_dump(mode="json"), as_json, views.stats)
