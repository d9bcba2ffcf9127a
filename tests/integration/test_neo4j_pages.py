"""A page whose filter only Python can judge: what is held at a time does not grow with what the owner has."""

from __future__ import annotations

import asyncio

import pytest

from graphmem.domain.filter import parse_filter
from graphmem.domain.query import Selection
from graphmem.domain.scope import Scope
from graphmem.stores.neo4j import pages
from graphmem.testing.graph import GraphBuilder
from graphmem.testing.scenario import VIEW
from tests.support.neo4j_server import Neo4jServer
from tests.support.neo4j_store import emptied, opened

ANA = Scope("ana")
MEMORIES = 7


@pytest.mark.parametrize(("at_once", "parts"), [(3, 3), (7, 2), (8, 1)])
@pytest.mark.parametrize("descending", [False, True])
def test_memories_are_judged_some_at_a_time(
    neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch, at_once: int, parts: int, descending: bool
) -> None:
    emptied(neo4j_server)
    monkeypatch.setattr(pages, "OUTLINES", at_once)
    graph = GraphBuilder(ANA)
    for number in range(MEMORIES):
        graph.memory(f"mem_{number}", metadata={"year": number})
    chosen = parse_filter({"year": {"gte": 2}})

    async def scenario() -> None:
        async with opened(neo4j_server) as store:
            await store.commit(graph.changes())
            selection = Selection(scope=ANA, kind="memory", view=VIEW, limit=2, filter=chosen, descending=descending)
            seen: list[str] = []
            while True:
                before = store.sent
                page = await store.memories(selection)
                assert store.sent - before == parts + 1
                assert page.total == 5
                seen += [one.id for one in page.items]
                if page.next_after is None:
                    break
                selection = selection.model_copy(update={"after": page.next_after})
            assert seen == sorted((f"mem_{number}" for number in range(2, MEMORIES)), reverse=descending)

    asyncio.run(scenario())
