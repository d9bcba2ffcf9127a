"""The copy of which facts join which entities: it tells what the file tells, whoever asks and whatever was written."""

from __future__ import annotations

import random
import sqlite3
from datetime import timedelta
from typing import Any

import pytest

from graphmem.domain.identity import entity_id
from graphmem.domain.query import Frontier, View
from graphmem.domain.scope import Scope
from graphmem.stores.sqlite import telling
from graphmem.stores.sqlite.expand import expand
from graphmem.stores.sqlite.mirror import PATIENCE, Mirror, ShelfKind
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import DIMENSION, NOW, GraphBuilder, later, vector_of
from graphmem.testing.scenario import VIEW
from tests.unit.stores.test_sqlite_mirror import random_change, shelf

ENTITIES = tuple(entity_id(ANA.owner, f"e{i}") for i in range(6))
SCOPES = (ANA, Scope("ana", "bot"), Scope("ana", None, "r1"), Scope("ana", "nobody"))
VIEWS = (
    VIEW,
    View(now=NOW, include_retired=True),
    View(now=NOW, as_of=NOW - timedelta(days=1)),
    View(now=later(days=5)),
)


@pytest.fixture(autouse=True)
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MANY", 1)


def asking(scope: Scope, view: View, facts: int = 2) -> Frontier:
    return Frontier(
        scope=scope, view=view, vector=vector_of("question"), kinds=frozenset(), subjects=ENTITIES, facts=facts
    )


def one_fact() -> GraphBuilder:
    graph = GraphBuilder(ANA)
    graph.memory("mem_0", about="E0")
    graph.fact("fact_0", "E0", "is", "E1", by=["mem_0"])
    return graph


@pytest.mark.parametrize("seed", range(4))
def test_the_copy_tells_what_the_file_tells(seed: int, use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(seed)
        session = await store._opened()
        told = 0
        for number in range(50):
            await store.commit(random_change(chance, number))
            if chance.random() < 0.3:
                continue  # so that the copy has several commits to catch up with
            for scope in SCOPES:
                for view in VIEWS:
                    asked = asking(scope, view, chance.choice([1, 2, 50]))
                    fresh = Mirror(DIMENSION, 10**9)
                    copied, filed = [
                        await session.database.read(
                            lambda connection, mirror=mirror, asked=asked: expand(
                                Snapshot(connection, mirror), asked, DIMENSION
                            )
                        )
                        for mirror in (session.mirror, fresh)
                    ]
                    assert copied == filed, (number, scope, view)
                    assert "tie" not in {kind for _, kind in fresh._shelves}
                    told += len(filed.told)
        assert told > 300
        assert "tie" in {kind for _, kind in session.mirror._shelves}

    use(":memory:", play)


def test_ties_are_read_for_who_asks_often_and_only_where_they_have_room(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        await store.commit(one_fact().changes())
        session = await store._opened()
        room = (await shelf(store, "memory")).bytes
        assert room > 0
        for most, kept in ((10**6, ["memory", "tie"]), (room + 1, ["memory"])):
            mirror = Mirror(DIMENSION, most)
            for _ in range(2):
                for _ in range(PATIENCE + 1):
                    assert sorted({kind for _, kind in mirror._shelves} - {"memory"}) in ([], ["tie"])
                    told = await session.database.read(
                        lambda connection, mirror=mirror: expand(
                            Snapshot(connection, mirror), asking(ANA, VIEW), DIMENSION
                        )
                    )
                    assert [one.fact_id for one in told.told] == ["fact_0"]
                assert sorted(kind for _, kind in mirror._shelves) == kept
            assert bool(mirror._too_many) == (kept == ["memory"])

    use(":memory:", play)


def test_ties_that_had_to_go_are_waited_for_again(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        await store.commit(one_fact().changes())
        session = await store._opened()
        mirror = Mirror(DIMENSION, (await shelf(store, "memory")).bytes + (await shelf(store, "tie")).bytes + 1)

        def look(kinds: tuple[ShelfKind, ...]) -> Any:
            def work(connection: sqlite3.Connection) -> list[str]:
                snapshot = Snapshot(connection, mirror)
                for kind in kinds:
                    snapshot.shelf(ANA, kind)
                if not kinds:
                    expand(snapshot, asking(ANA, VIEW), DIMENSION)
                return sorted(kind for _, kind in mirror._shelves)

            return session.database.read(work)

        for _ in range(PATIENCE):
            assert await look(()) == ["memory"]
        assert await look(()) == ["memory", "tie"]
        assert "tie" not in await look(("memory", "entity", "memory"))
        for _ in range(PATIENCE):
            assert "tie" not in await look(())
        assert "tie" in await look(())

    use(":memory:", play)
