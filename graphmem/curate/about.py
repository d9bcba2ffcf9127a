"""All facts that have entities at one of their ends, page after page: what a timeline, a role and a split are read from."""

from __future__ import annotations

from collections.abc import Iterable

from graphmem.domain.fact import Fact
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore

PAGE = 5_000
"""Facts that a store is asked for at a time."""


async def facts_about(
    store: GraphStore, scope: Scope, view: View, ids: tuple[str, ...], predicates: Iterable[str] | None = None
) -> list[Fact]:
    """All facts with one of these entities at an end, of these predicates if any are given; one between two of them comes twice."""
    wanted = None if predicates is None else tuple(sorted(predicates))
    found: list[Fact] = []
    for subjects, objects in ((ids, None), (None, ids)):
        after: str | None = None
        while True:
            selection = Selection(
                scope=scope,
                kind="fact",
                view=view,
                limit=PAGE,
                after=after,
                subjects=subjects,
                predicates=wanted,
                objects=objects,
            )
            rows = await store.facts(selection)
            found.extend(rows.items)
            after = rows.next_after
            if after is None:
                break
    return found
