"""Several processes on one file: nothing lost, nobody turned away, and a process that is killed leaves no half of anything.

GRAPHMEM_KILLS says how many writers are killed: 20 by default, 200 in the long suite; GRAPHMEM_PROCESSES how many write
at once.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from graphmem.domain.change import ChangeSet
from graphmem.domain.query import Selection, TextProbe, VectorProbe
from graphmem.domain.scope import Scope
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing import vector_of
from graphmem.testing.scenario import VIEW
from tests.support.integrity import faults_in
from tests.support.nursery import Nursery
from tests.support.store_writer import DIMENSION, MODEL, memory_id, statement

KILLS = int(os.environ.get("GRAPHMEM_KILLS", "20"))
PROCESSES = int(os.environ.get("GRAPHMEM_PROCESSES", "6"))
EACH = 25
ROOT = Path(__file__).parents[2]
Result = TypeVar("Result")


def start(path: Path, owner: str, first: int, count: int) -> subprocess.Popen[str]:
    """A writer in a process of its own."""
    command = [sys.executable, "-m", "tests.support.store_writer", str(path), owner, str(first), str(count)]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def with_store(path: Path, work: Callable[[SqliteStore], Awaitable[Result]]) -> Result:
    """Open the file, do something, close it."""

    async def run() -> Result:
        store = SqliteStore(path, dimension=DIMENSION, model=MODEL)
        await store.open()
        try:
            return await work(store)
        finally:
            await store.close()

    return asyncio.run(run())


async def ids_of(store: SqliteStore, owner: str) -> set[str]:
    """Ids of all memories of an owner."""
    rows = await store.memories(Selection(scope=Scope(owner), kind="memory", view=VIEW, limit=100_000))
    return {memory.id for memory in rows.items}


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Half of them write for one owner, who ends with one fact that all their writes support."""
    path = tmp_path / "shared.db"
    owners = ["ana" if i % 2 else f"user{i}" for i in range(PROCESSES)]
    writers = [start(path, owner, i * 1_000, EACH) for i, owner in enumerate(owners)]
    outputs = [writer.communicate(timeout=300) for writer in writers]
    assert [(writer.returncode, errors) for writer, (_, errors) in zip(writers, outputs, strict=True)] == [
        (0, "")
    ] * PROCESSES

    async def look(store: SqliteStore) -> None:
        for owner in set(owners):
            mine = [i for i, one in enumerate(owners) if one == owner]
            expected = {memory_id(owner, i * 1_000 + n) for i in mine for n in range(EACH)}
            assert await ids_of(store, owner) == expected
            assert await store.version(f"user:{owner}") == len(expected)
            facts = await store.facts(Selection(scope=Scope(owner), kind="fact", view=VIEW, limit=100_000))
            assert [fact.support_count for fact in facts.items if fact.object == "Hub"] == [len(expected)]
            assert facts.total == 2 * len(expected) + 1

    with_store(path, look)
    assert faults_in(path) == []


def after(there: set[str], number: int) -> set[str]:
    """What is there once write `number` of a writer that never stops is committed."""
    gone = {memory_id("ana", number - 2)} if number % 5 == 4 else set()
    return there - gone | {memory_id("ana", number)}


def test_a_killed_writer_leaves_what_it_acknowledged_and_no_half(tmp_path: Path) -> None:
    """After each kill there is exactly what was acknowledged, or that and the one write that was under way."""
    path = tmp_path / "killed.db"
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    there: set[str] = set()
    acknowledged = 0
    with Nursery("tests.support.store_writer") as nursery:
        for kill in range(KILLS):
            pid = nursery.start(str(path), "ana", str(kill * 10_000), "0")
            heard = [nursery.line() for _ in range(chance.randrange(12))]
            time.sleep(chance.uniform(0, 0.02))
            said = [line for line in (*heard, *nursery.kill(pid)) if line != "open"]
            for number in range(kill * 10_000, kill * 10_000 + len(said)):
                there = after(there, number)
            acknowledged += len(said)
            found = with_store(path, lambda store: ids_of(store, "ana"))
            assert found in (there, after(there, kill * 10_000 + len(said))), (seed, kill)
            there = found
            if kill % 20 == 19 or kill == KILLS - 1:
                assert faults_in(path) == [], (seed, kill)
    assert acknowledged > KILLS
    print(f"{KILLS} kills, {acknowledged} acknowledged, seed {seed}")


def test_readers_see_whole_commits_while_another_process_writes(tmp_path: Path) -> None:
    """What a reader finds, by vector, by word and by page, is never less than before, and complete with its facts."""
    path = tmp_path / "read.db"
    with_store(path, lambda store: store.version("user:ana"))
    writer = start(path, "ana", 0, 60)
    problems: list[str] = []

    async def read(store: SqliteStore) -> None:
        seen: set[str] = set()
        probe = VectorProbe(
            scope=Scope("ana"), kind="memory", vector=vector_of("x", DIMENSION), limit=10_000, view=VIEW
        )
        text = TextProbe(scope=Scope("ana"), text="likes", limit=10_000, view=VIEW)
        while writer.poll() is None:
            for found in (
                {row.id for row in await store.nearest(probe)},
                {row.id for row in await store.matching(text)},
            ):
                if not seen <= found:
                    problems.append(f"lost {seen - found}")
                seen |= found
            got = await store.fetch(Scope("ana"), sorted(seen), VIEW)
            told = {support.memory_id for support in got.supports}
            if told != seen or len(got.sentences) != 2 * len(seen):
                problems.append("a memory without its facts or sentences")

    readers = [threading.Thread(target=with_store, args=(path, read)) for _ in range(2)]
    for reader in readers:
        reader.start()
    _, errors = writer.communicate(timeout=300)
    for reader in readers:
        reader.join(timeout=60)
    assert (writer.returncode, errors, problems) == (0, "", [])
    assert len(with_store(path, lambda store: ids_of(store, "ana"))) == 60


def test_the_next_search_sees_what_another_process_wrote(tmp_path: Path) -> None:
    """Two stores, each with its own copies in memory: adding, changing and removing in one shows in the other at once."""
    path = tmp_path / "fresh.db"
    probe = VectorProbe(scope=Scope("ana"), kind="memory", vector=vector_of("x", DIMENSION), limit=1_000, view=VIEW)

    async def ids(store: SqliteStore) -> set[str]:
        return {row.id for row in await store.nearest(probe)}

    async def look(store: SqliteStore) -> None:
        assert await ids(store) == set()
        for i in range(3):
            writer = start(path, "ana", i * 10, 3)
            assert writer.communicate(timeout=60)[1] == ""
            expected = {memory_id("ana", j * 10 + n) for j in range(i + 1) for n in range(3)}
            assert await ids(store) == expected
        second = SqliteStore(path, dimension=DIMENSION, model=MODEL)
        await second.open()
        removed = ChangeSet(owner="user:ana", removed=(memory_id("ana", 0),))
        for round_ in range(20):
            await second.commit(removed)
            assert memory_id("ana", 0) not in await ids(store), round_
            await second.commit(statement("ana", 0).changes())
            assert memory_id("ana", 0) in await ids(store), round_
        await second.close()

    with_store(path, look)


def test_processes_that_open_a_new_file_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    owners = [f"user{i}" for i in range(5)]
    writers = [start(path, owner, 0, 1) for owner in owners]
    for writer in writers:
        _, errors = writer.communicate(timeout=120)
        assert (writer.returncode, errors) == (0, "")
    assert faults_in(path) == []

    async def versions(store: SqliteStore) -> list[int]:
        return [await store.version(f"user:{owner}") for owner in owners]

    assert with_store(path, versions) == [1] * 5
