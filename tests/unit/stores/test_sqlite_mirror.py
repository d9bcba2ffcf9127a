"""Copies in memory: the same as the file after whatever was done to it, within their room, and in a fork."""

from __future__ import annotations

import asyncio
import os
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.query import VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.errors import ClosedError, StoreUnavailable
from graphmem.stores.sqlite.commit import KEPT_VERSIONS
from graphmem.stores.sqlite.mirror import _FLAT, Mirror, Shelf, ShelfKind
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import DIMENSION, NOW, GraphBuilder, later, vector_of
from graphmem.testing.scenario import VIEW

KINDS: tuple[ShelfKind, ...] = ("memory", "fact", "entity", "tie")


def random_change(chance: random.Random, number: int) -> ChangeSet:
    """Add, rewrite, retire and remove memories and their facts."""
    graph = GraphBuilder(Scope("ana", chance.choice([None, "bot", "bot2"]), chance.choice([None, "r1"])))
    for _ in range(chance.randrange(3)):
        i = chance.randrange(25)
        graph.memory(
            f"mem_{i}",
            f"Text {chance.randrange(4)} of {i}",
            about=f"E{chance.randrange(6)}",
            episode_id=f"epi_{number}",
            valid_from=NOW - timedelta(days=chance.randrange(3)),
            valid_to=chance.choice([None, NOW + timedelta(days=1)]),
            expires_at=chance.choice([None, later(days=chance.randrange(1, 9))]),
        )
        graph.fact(f"fact_{number}_{i}", f"E{i % 6}", "is", f"E{number % 6}", by=[f"mem_{i}"], negated=bool(i % 2))
    gone = tuple(f"mem_{chance.randrange(25)}" for _ in range(chance.randrange(2)))
    closed = tuple(Retirement(id=f"mem_{chance.randrange(25)}", at=NOW) for _ in range(chance.randrange(2)))
    drop = {f"mem_{i}#0" for i in range(25)} if chance.random() < 0.2 else set()
    vectors = {key: value for key, value in graph.vectors.items() if key not in drop}
    revision = graph.revision(f"rev_{number}", "mem_0")
    return graph.changes(removed=gone, retired_memories=closed, vectors=vectors, revisions=(revision,))


async def shelf(store: SqliteStore, kind: ShelfKind, mirror: Mirror | None = None) -> Shelf:
    """The store's own copy, or a fresh one."""
    session = await store._opened()
    return await session.database.read(
        lambda connection: Snapshot(connection, mirror or session.mirror).shelf(ANA, kind)
    )


def same(one: Shelf, other: Shelf) -> bool:
    """Whether two copies say the same; agents and runs may be coded in another way."""
    plain = [name for name in _FLAT if name not in ("agents", "runs")]
    for copy in (one, other):
        assert len({len(getattr(copy, name)) for name in (*_FLAT, "matrix")}) == 1
    names = [{code: id_ for id_, code in copy.codes.items()} | {-1: None} for copy in (one, other)]
    return (
        one.version == other.version
        and all(np.array_equal(getattr(one, name), getattr(other, name)) for name in (*plain, "matrix"))
        and all(
            [names[0][code] for code in getattr(one, column).tolist()]
            == [names[1][code] for code in getattr(other, column).tolist()]
            for column in ("agents", "runs")
        )
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_copy_that_caught_up_is_the_copy_that_is_read_anew(seed: int, use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(seed)
        for number in range(120):
            await store.commit(random_change(chance, number))
            for kind in KINDS if number % (1 + number % 3) == 0 else ():
                assert same(await shelf(store, kind), await shelf(store, kind, Mirror(DIMENSION, 10**9))), (
                    number,
                    kind,
                )

    use(":memory:", play)


def test_an_old_copy_is_not_changed_by_a_newer_one(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(9)
        kept: list[tuple[Shelf, Any]] = []
        for number in range(60):
            await store.commit(random_change(chance, number))
            one = await shelf(store, "memory")
            kept.append((one, [getattr(one, name).copy() for name in (*_FLAT, "matrix")]))
        for one, before in kept:
            for name, column in zip((*_FLAT, "matrix"), before, strict=True):
                assert np.array_equal(getattr(one, name), column)

    use(":memory:", play)


def test_a_copy_from_before_the_log_is_read_anew(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(5)
        await store.commit(random_change(chance, 0))
        await shelf(store, "memory")
        for number in range(1, 2 * KEPT_VERSIONS + 30):
            await store.commit(random_change(chance, number))
        session = await store._opened()
        _, version, since = await session.database.read(
            lambda connection: Snapshot(connection, session.mirror).owner_state(ANA.owner)
        )
        assert 0 < since <= version - KEPT_VERSIONS
        logged = await session.database.read(
            lambda connection: connection.execute("SELECT min(version), max(version) FROM change_log").fetchone()
        )
        assert logged[0] > since
        for kind in KINDS:
            assert same(await shelf(store, kind), await shelf(store, kind, Mirror(DIMENSION, 10**9)))

    use(":memory:", play)


def test_many_small_owners_stay_within_the_room(use: Any) -> None:
    room = 20_000

    async def play(store: SqliteStore) -> None:
        for i in range(60):
            graph = GraphBuilder(Scope(f"user{i}"), episode=f"epi_{i}")
            for j in range(5):
                graph.memory(f"mem_{i}_{j}")
            await store.commit(graph.changes())
        for _ in range(2):
            for i in range(60):
                scope = Scope(f"user{i}")
                probe = VectorProbe(scope=scope, kind="memory", vector=vector_of("x"), limit=9, view=VIEW)
                assert {row.id for row in await store.nearest(probe)} == {f"mem_{i}_{j}" for j in range(5)}
        mirror = (await store._opened()).mirror
        assert 1 < len(mirror._shelves) < 60
        assert mirror._room == sum(one.bytes for one in mirror._shelves.values()) <= room
        assert len(mirror._locks) == len(mirror._shelves)

    use(":memory:", play, mirror_bytes=room)


def test_many_tasks_at_once_on_one_store(tmp_path: Path, use: Any) -> None:
    """Searches run while commits do, in threads, and each sees a whole state."""

    async def play(store: SqliteStore) -> None:
        async def writer(who: int) -> None:
            for i in range(8):
                graph = GraphBuilder(ANA, episode=f"epi_{who}_{i}")
                graph.memory(f"mem_{who}_{i}_a", "Pair")
                graph.memory(f"mem_{who}_{i}_b", "Pair")
                await store.commit(graph.changes())

        async def reader() -> None:
            probe = VectorProbe(scope=ANA, kind="memory", vector=vector_of("x"), limit=999, view=VIEW)
            for _ in range(30):
                found = {row.id for row in await store.nearest(probe)}
                assert {id_[:-1] + "b" for id_ in found if id_.endswith("a")} == {
                    id_ for id_ in found if id_.endswith("b")
                }

        await asyncio.gather(*(writer(who) for who in range(6)), *(reader() for _ in range(6)))
        assert (await store.counts(ANA, VIEW))["memories"] == 6 * 8 * 2
        assert await store.version(ANA.owner) == 48

    use(tmp_path / "a.db", play)


def test_a_fork_opens_the_file_anew(tmp_path: Path, use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        await store.commit(graph.changes())
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.write(writer, in_child(store).encode())
            os._exit(0)
        os.close(writer)
        with os.fdopen(reader) as told:
            assert await asyncio.to_thread(told.read) == "1 2"
        await asyncio.to_thread(os.waitpid, pid, 0)
        assert (await store.counts(ANA, VIEW))["memories"] == 2
        third = GraphBuilder(ANA)
        third.memory("mem_3")
        await store.commit(third.changes())

    use(tmp_path / "a.db", play)


def in_child(store: SqliteStore) -> str:
    """What a forked process finds, before and after a write of its own."""

    async def work() -> str:
        before = (await store.counts(ANA, VIEW))["memories"]
        graph = GraphBuilder(ANA)
        graph.memory("mem_2")
        await store.commit(graph.changes())
        return f"{before} {(await store.counts(ANA, VIEW))['memories']}"

    loop = asyncio.new_event_loop()
    asyncio._set_running_loop(None)
    try:
        return loop.run_until_complete(work())
    except Exception as error:  # noqa: BLE001 - the parent has to hear of it
        return repr(error)


def test_a_database_in_memory_does_not_survive_a_fork(use: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def play(store: SqliteStore) -> None:
        monkeypatch.setattr("graphmem.stores.sqlite.store.os.getpid", lambda: 1)
        with pytest.raises(StoreUnavailable, match="use a file"):
            await store.version("user:ana")
        monkeypatch.undo()

    use(":memory:", play)


def test_a_store_can_be_opened_again(tmp_path: Path) -> None:
    async def play() -> None:
        store = SqliteStore(tmp_path / "a.db", dimension=DIMENSION, model="numbers")
        with pytest.raises(ClosedError):
            await store.version("user:ana")
        for expected in (0, 1):
            await store.open()
            await store.open()
            assert (await store.counts(ANA, View(now=NOW)))["memories"] == expected
            graph = GraphBuilder(ANA)
            graph.memory("mem_1")
            await store.commit(graph.changes())
            await store.close()

    asyncio.run(play())


def test_opening_twice_at_once_opens_once(tmp_path: Path) -> None:
    async def play() -> None:
        store = SqliteStore(tmp_path / "a.db", dimension=DIMENSION, model="numbers")
        await asyncio.gather(*(store.open() for _ in range(5)))
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        await store.commit(graph.changes())
        assert (await store.counts(ANA, VIEW))["memories"] == 1
        await store.close()

    asyncio.run(play())
