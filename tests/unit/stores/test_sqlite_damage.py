"""Disks that are full, files that may not be written, files that are damaged: a typed error, and nothing half done."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem.domain.query import Selection, TextProbe, VectorProbe
from graphmem.errors import SchemaOutdated, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.commits import ANA, small_graph
from graphmem.testing.graph import DIMENSION, GraphBuilder, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW
from tests.support.integrity import faults_in

NOBODY = 65534


def in_a_fork(work: Callable[[], str]) -> str:
    """What `work` says in a process of its own, which may change its limits and rights; an error's name if it fails."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            said = work()
        except BaseException as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
            said = f"{type(error).__name__}: {error}"
        os.write(writer, said.encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        said = told.read()
    assert os.waitpid(pid, 0)[1] == 0
    return said


async def opened(path: Path, work: Callable[[SqliteStore], Awaitable[str]]) -> str:
    """Run `work` on a store on the file."""
    store = SqliteStore(path, dimension=DIMENSION, model="numbers", timeout=2)
    await store.open()
    try:
        return await work(store)
    finally:
        await store.close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that others may look into."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


def fill(path: Path, number: int = 40) -> GraphBuilder:
    """A file with a good many memories, long and short."""
    graph = small_graph()
    for i in range(number):
        text = f"Person {i} lives in Town {i % 5}. " * (1 + i % 4 * 60)
        graph.memory(f"mem_x{i}", text, about=f"Person {i}", names=[f"Town {i % 5}"], metadata={"i": i})
        graph.fact(f"fact_x{i}", f"Person {i}", "lives_in", f"Town {i % 5}", by=[f"mem_x{i}"])

    async def write(store: SqliteStore) -> str:
        await store.commit(graph.changes())
        return ""

    asyncio.run(opened(path, write))
    return graph


def test_a_full_disk_is_said_and_leaves_what_was_acknowledged(tmp_path: Path) -> None:
    """The limit on file size plays the full disk: it needs no rights, and fails the same write calls."""
    path = tmp_path / "a.db"
    fill(path)

    async def until_full(store: SqliteStore) -> str:
        acknowledged = 0
        errors: list[str] = []
        for i in range(120):
            graph = GraphBuilder(ANA, episode=f"epi_{i}")
            graph.memory(f"mem_{i:03}", "Long words. " * 400)
            graph.fact(f"fact_{i:03}", f"A{i}", "is", "B", by=[f"mem_{i:03}"])
            try:
                await store.commit(graph.changes())
                acknowledged += 1
            except StoreFull as error:
                errors.append(type(error).__name__)
        rows = await store.memories(Selection(scope=ANA, kind="memory", view=VIEW, limit=1))
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        again = GraphBuilder(ANA, episode="epi_again")
        again.memory("mem_again")
        await store.commit(again.changes())
        return f"{acknowledged} {len(errors)} {rows.total}"

    def limited() -> str:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        return asyncio.run(opened(path, until_full))

    acknowledged, failed, seen = map(int, in_a_fork(limited).split())
    assert 0 < acknowledged < 120
    assert failed == 120 - acknowledged
    assert seen == 42 + acknowledged
    assert faults_in(path) == []


def as_nobody(work: Callable[[], str]) -> str:
    """Run in a process that file permissions apply to."""

    def dropped() -> str:
        if os.getuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        return work()

    return in_a_fork(dropped)


async def read_and_write(store: SqliteStore) -> str:
    """Everything that only reads works; a write says that it may not."""
    near = await store.nearest(VectorProbe(scope=ANA, kind="memory", vector=vector_of("x"), limit=3, view=VIEW))
    words = await store.matching(TextProbe(scope=ANA, text="works", limit=3, view=VIEW))
    counts = await store.counts(ANA, VIEW)
    try:
        await store.commit(small_graph().changes())
    except StoreReadOnly as error:
        return f"{len(near)} {len(words)} {counts['memories']} {type(error).__name__}"
    return "written"


@pytest.mark.parametrize("closed", ["file", "folder", "both"])
def test_a_read_only_file_is_read_and_not_written(folder: Path, closed: str) -> None:
    path = folder / "a.db"
    fill(path)
    path.chmod(0o444 if closed != "folder" else 0o666)
    folder.chmod(0o555 if closed != "file" else 0o777)
    before = sorted(folder.iterdir())
    assert as_nobody(lambda: asyncio.run(opened(path, read_and_write))) == "3 1 42 StoreReadOnly"
    if closed != "file":
        assert sorted(folder.iterdir()) == before


def close_off(path: Path) -> None:
    """Let nobody else write to a database that is in use."""
    assert Path(f"{path}-wal").stat().st_size > 0
    for end in ("", "-wal", "-shm"):
        Path(f"{path}{end}").chmod(0o444)
    path.parent.chmod(0o555)


def test_a_read_only_file_in_use_is_read_with_what_the_log_holds(folder: Path) -> None:
    """The log of a writer that still runs is read too, where its index file can be opened."""
    path = folder / "a.db"

    async def beside(store: SqliteStore) -> str:
        await store.commit(small_graph().changes())
        await asyncio.to_thread(close_off, path)
        return await asyncio.to_thread(as_nobody, lambda: asyncio.run(opened(path, read_and_write)))

    assert asyncio.run(opened(path, beside)) == "2 1 2 StoreReadOnly"


def test_a_new_file_in_a_read_only_folder(folder: Path) -> None:
    folder.chmod(0o555)
    said = as_nobody(lambda: asyncio.run(opened(folder / "a.db", read_and_write)))
    assert said.startswith("StoreReadOnly:")
    assert "may not be written to" in said


def test_a_file_that_may_not_be_read(folder: Path) -> None:
    fill(folder / "a.db")
    (folder / "a.db").chmod(0)
    said = as_nobody(lambda: asyncio.run(opened(folder / "a.db", read_and_write)))
    assert said.startswith("StoreMisplaced:")
    assert "may not be read" in said


def test_an_outdated_read_only_file_says_so(folder: Path) -> None:
    path = folder / "a.db"
    path.touch()
    path.chmod(0o444)
    folder.chmod(0o555)
    said = as_nobody(lambda: asyncio.run(opened(path, read_and_write)))
    assert said.startswith(SchemaOutdated.__name__)


async def everything(store: SqliteStore, graph: GraphBuilder) -> list[Any]:
    """All that can be read back, in one form."""
    got = await store.fetch(ANA, [*graph.memories, *graph.facts, *graph.entities], ALL_TIMES)
    words = await store.matching(TextProbe(scope=ANA, text="lives town works", limit=99, view=VIEW))
    near = await store.nearest(VectorProbe(scope=ANA, kind="memory", vector=vector_of("x"), limit=99, view=VIEW))
    pages = (await store.memories(Selection(scope=ANA, kind="memory", view=ALL_TIMES, limit=99))).items
    return [got.memories, got.facts, got.entities, sorted(got.mentions, key=str), words, near, pages]


def read_damaged(path: Path, graph: GraphBuilder, expected: list[Any]) -> str:
    """'right', or the name of the error; anything else but these is a failure of the test."""
    result: list[Any] = []

    async def look(store: SqliteStore) -> str:
        result.extend(await everything(store, graph))
        return ""

    try:
        asyncio.run(opened(path, look))
    except StoreError as error:
        return type(error).__name__
    assert result == expected, "wrong data without a word"
    return "right"


def intact(path: Path, graph: GraphBuilder) -> list[Any]:
    """What a sound file says."""
    result: list[Any] = []

    async def look(store: SqliteStore) -> str:
        result.extend(await everything(store, graph))
        return ""

    asyncio.run(opened(path, look))
    return result


def test_a_truncated_file_is_an_error_or_right(tmp_path: Path) -> None:
    path, damaged = tmp_path / "a.db", tmp_path / "damaged.db"
    graph = fill(path)
    expected = intact(path, graph)
    whole = path.read_bytes()
    outcomes = set()
    for size in range(4096, len(whole), 4096):
        damaged.write_bytes(whole[:size])
        outcomes.add(read_damaged(damaged, graph, expected))
    assert "StoreCorrupt" in outcomes
    damaged.write_bytes(whole[:100])
    assert read_damaged(damaged, graph, expected) == "StoreCorrupt"


@pytest.mark.parametrize("seed", range(3))
def test_pages_overwritten_with_rubbish_are_an_error_or_right(tmp_path: Path, seed: int) -> None:
    path, damaged = tmp_path / "a.db", tmp_path / "damaged.db"
    graph = fill(path, 15)
    expected = intact(path, graph)
    whole = path.read_bytes()
    chance = random.Random(seed)
    outcomes = []
    for page in range(len(whole) // 4096):
        rubbish = [chance.randbytes(4096), bytes(4096), whole[:4096]][seed]
        damaged.write_bytes(whole[: page * 4096] + rubbish + whole[(page + 1) * 4096 :])
        outcomes.append(read_damaged(damaged, graph, expected))
    assert outcomes.count("StoreCorrupt") > len(outcomes) / 4


def test_words_that_are_not_those_written_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    graph = fill(path, 3)
    expected = intact(path, graph)
    content = path.read_bytes()
    assert content.count(b"Bob works at Acme.") >= 1
    path.write_bytes(content.replace(b"Bob works at Acme.", b"Eve works at Acme."))
    assert read_damaged(path, graph, expected) == StoreCorrupt.__name__


def test_rows_that_make_no_sense_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    for command in (
        "UPDATE memory SET metadata = '{' WHERE id = 'mem_1'",
        "UPDATE memory SET created_at = 'yesterday' WHERE id = 'mem_1'",
        "UPDATE memory SET memory_type = 'odd' WHERE id = 'mem_1'",
        "UPDATE memory_vector SET vector = x'00' WHERE number = 1",
        "UPDATE fact SET modality = 'odd' WHERE id = 'fact_1'",
        "UPDATE memory SET text = CAST(x'ff41' AS TEXT) WHERE id = 'mem_1'",
    ):
        path.unlink(missing_ok=True)
        graph = fill(path, 0)
        expected = intact(path, graph)
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(command)
        connection.close()
        assert read_damaged(path, graph, expected) == StoreCorrupt.__name__, command
