"""kill -9 of the server at any moment of an add: what was acknowledged is whole, and nothing is there by halves.

A tenth of GRAPHMEM_KILLS sets how many, and no fewer than 2: each takes the server's start. The long suite kills 20 times.
"""

from __future__ import annotations

import asyncio
import os
import random

import pytest

from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, StoreError
from graphmem.stores.neo4j.store import Neo4jStore
from graphmem.testing.graph import NOW
from tests.integration.test_neo4j_writers import saying
from tests.support.neo4j_graph import faults_in, store_on
from tests.support.neo4j_server import Neo4jServer

KILLS = max(2, int(os.environ.get("GRAPHMEM_KILLS", "20")) // 10)
PEOPLE = [Scope("ana"), Scope("ana"), Scope("ben"), Scope("cem")]
"""Who writes: two writers share an owner."""
VIEW = View(now=NOW)


async def write(store: Neo4jStore, scope: Scope, first: int, acknowledged: set[str]) -> int:
    """Commit one memory after the other until the server is gone; the number of the one that was not acknowledged."""
    number = first
    while True:
        try:
            await store.commit(saying(number, scope).changes())
        except StoreError:
            return number
        acknowledged.add(f"mem_{scope.user_id}_{number:04}")
        number += 1


async def killed_while_writing(
    server: Neo4jServer, stores: list[Neo4jStore], round_: int, moment: float
) -> tuple[set[str], list[int]]:
    """What was acknowledged before the server was killed, `moment` seconds after each had written, and what each was at."""
    assert server.kill is not None
    acknowledged: set[str] = set()
    writers = [
        asyncio.create_task(write(store, scope, 2_000 * place + 100 * round_, acknowledged))
        for place, (store, scope) in enumerate(zip(stores, PEOPLE, strict=True))
    ]
    while len(acknowledged) < len(PEOPLE) and not any(one.done() for one in writers):  # noqa: ASYNC110 (a set tells nobody)
        await asyncio.sleep(0.01)
    await asyncio.sleep(moment)
    await asyncio.to_thread(server.kill)
    return acknowledged, list(await asyncio.gather(*writers))


def test_every_acknowledged_write_is_whole_and_none_is_half_there(fresh_neo4j: Neo4jServer) -> None:
    server = fresh_neo4j
    if server.kill is None or server.restart is None:
        pytest.skip("This server is not ours to kill.")
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)

    async def rounds() -> set[str]:
        acknowledged: set[str] = set()
        stores = [store_on(server, timeout=2.0) for _ in PEOPLE]
        for store in stores:
            await store.open()
        for round_ in range(KILLS):
            kept, interrupted = await killed_while_writing(server, stores, round_, chance.uniform(0, 0.5))
            acknowledged |= kept
            await asyncio.to_thread(server.restart)
            for store, scope, number in zip(stores, PEOPLE, interrupted, strict=True):
                await again(store, scope, number)
                acknowledged.add(f"mem_{scope.user_id}_{number:04}")
        for store in stores:
            assert await store.inspect(False) == []
            await store.close()
        return acknowledged

    acknowledged = asyncio.run(rounds())
    there = asyncio.run(everything(server))
    assert len(acknowledged) >= KILLS * len(PEOPLE)
    assert acknowledged == there, f"seed {seed}: lost {sorted(acknowledged - there)[:5]}"
    assert faults_in(server) == [], f"seed {seed}"


async def again(store: Neo4jStore, scope: Scope, number: int) -> None:
    """The same write once more, whether or not the first attempt came through; the server has only just come back."""
    for _ in range(20):
        try:
            await store.commit(saying(number, scope).changes())
            return
        except (StoreError, Conflict) as error:
            if not error.retryable:
                raise
    pytest.fail("the server is back and takes no writes")


async def everything(server: Neo4jServer) -> set[str]:
    """The ids of all memories."""
    store = store_on(server)
    await store.open()
    found = set()
    for scope in set(PEOPLE):
        page = await store.memories(Selection(scope=scope, kind="memory", view=VIEW, limit=10_000))
        found |= {one.id for one in page.items}
    await store.close()
    return found
