"""Backups: whole or not at all on the way out, checked before anything is written on the way in."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
from pathlib import Path

import pytest

from graphmem.curate.archive import backup, check, restore
from graphmem.curate.transfer import copy, digest_of, owners_of
from graphmem.domain.change import ChangeSet, Portion, Receipt
from graphmem.domain.fact import Entity
from graphmem.domain.memory import Revision
from graphmem.domain.query import Selection, View
from graphmem.errors import ArchiveDamaged, Conflict, DimensionMismatch, StoreFull, TargetDiffers
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.graph import DIMENSION, NOW, GraphBuilder
from graphmem.testing.portions import ANA, BEN, fill

MADE_BY = {"model": "numbers", "dimension": DIMENSION}


def store_in(path: Path | str) -> SqliteStore:
    return SqliteStore(path, dimension=DIMENSION, model="numbers")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    async def make() -> Path:
        store = store_in(":memory:")
        await store.open()
        await fill(store)
        await backup(store, tmp_path / "all.jsonl.gz", **MADE_BY, now=NOW, progress=None)
        await store.close()
        return tmp_path / "all.jsonl.gz"

    return asyncio.run(make())


async def restored(path: Path, store: SqliteStore) -> dict[str, dict[str, int]]:
    await store.open()
    await restore(store, path, **MADE_BY, progress=None)
    return {owner: (await digest_of(store, owner)).counts for owner in await store.owners(None, 10)}


def test_a_backup_makes_the_same_graph_again(archive: Path) -> None:
    async def run() -> None:
        first, second = store_in(":memory:"), store_in(":memory:")
        await first.open()
        await fill(first)
        counts = await restored(archive, second)
        assert set(counts) == {ANA.owner, BEN.owner}
        for owner in counts:
            assert not (await digest_of(first, owner)).differing(await digest_of(second, owner))
        again = await copy(first, second)
        assert (again.copied, again.already_there) == (0, 2)
        await first.close()
        await second.close()

    asyncio.run(run())


def test_the_archive_says_what_it_is_and_what_it_holds(archive: Path) -> None:
    lines = [json.loads(line) for line in gzip.decompress(archive.read_bytes()).splitlines()]
    assert lines[0]["format"] == "graphmem archive"
    assert (lines[0]["version"], lines[0]["model"], lines[0]["dimension"]) == (3, "numbers", DIMENSION)
    assert lines[-1]["counts"]["memories"] == 7
    assert sum(line.get("kind") == "facts" for line in lines) == lines[-1]["counts"]["facts"]


def test_an_archive_of_an_earlier_version_is_read() -> None:
    """`version_1.jsonl.gz` was written by the release before memories had feedback."""

    async def run() -> None:
        first, second = store_in(":memory:"), store_in(":memory:")
        await first.open()
        await fill(first)
        assert set(await restored(Path(__file__).with_name("version_1.jsonl.gz"), second)) == {ANA.owner, BEN.owner}
        for owner in (ANA.owner, BEN.owner):
            assert not (await digest_of(first, owner)).differing(await digest_of(second, owner))
        await first.close()
        await second.close()

    asyncio.run(run())


def test_feedback_goes_along_and_counts_as_a_difference(tmp_path: Path) -> None:
    async def run() -> None:
        first, second = store_in(":memory:"), store_in(":memory:")
        await first.open()
        await fill(first)
        before = await digest_of(first, ANA.owner)
        one = (await first.memories(Selection(scope=ANA, kind="memory", view=View(now=NOW), limit=1))).items[0]
        judged = one.model_copy(update={"feedback": -0.5})
        await first.commit(ChangeSet(owner=ANA.owner, memories=(judged,)))
        assert (await digest_of(first, ANA.owner)).differing(before) == ("memories",)
        await backup(first, tmp_path / "all.jsonl.gz", **MADE_BY, now=NOW, progress=None)
        await restored(tmp_path / "all.jsonl.gz", second)
        got = await second.fetch(ANA, [one.id], View(now=NOW))
        assert got.memories[one.id].feedback == -0.5
        await first.close()
        await second.close()

    asyncio.run(run())


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_only_its_owner_may_read_an_archive(archive: Path) -> None:
    assert archive.stat().st_mode & 0o777 == 0o600


def damages(archive: Path) -> dict[str, bytes]:
    whole = archive.read_bytes()
    lines = gzip.decompress(whole).decode().splitlines(keepends=True)
    second_owner = next(i for i, line in enumerate(lines) if '"owner":"user:ana"' in line)
    changed = [line.replace("guest 3", "guest 4") for line in lines]
    wrong_vector = [line.replace('"vector":"', '"vector":"!', 1) for line in lines]

    def packed(some: list[str]) -> bytes:
        return gzip.compress("".join(some).encode())

    return {
        "cut in the middle": whole[: len(whole) // 2],
        "last line missing": packed(lines[:-1]),
        "a row missing": packed(lines[: second_owner + 3] + lines[second_owner + 4 :]),
        "a text changed": packed(changed),
        "a vector that is none": packed(wrong_vector),
        "not JSON": packed([*lines[:4], "{oops\n", *lines[4:]]),
        "of a later version": packed([lines[0].replace('"version":3', '"version":4'), *lines[1:]]),
        "something else": gzip.compress(b'{"hello": 1}\n'),
        "not compressed": b"hello",
        "empty": b"",
        "a line after the end": packed([*lines, lines[1]]),
    }


def test_a_damaged_archive_writes_nothing(archive: Path, tmp_path: Path) -> None:
    for name, content in damages(archive).items():
        (tmp_path / "bad.gz").write_bytes(content)

        async def run() -> list[str]:
            store = store_in(":memory:")
            await store.open()
            with pytest.raises(ArchiveDamaged, match=r"bad\.gz"):
                await restore(store, tmp_path / "bad.gz", **MADE_BY, progress=None)
            return await store.owners(None, 10)

        assert asyncio.run(run()) == [], name


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("of a later version", r"bad\.gz is an archive of version 4; this release reads up to 3: upgrade graphmem\."),
        ("something else", r"bad\.gz is not a graphmem archive: make one with `graphmem backup`\."),
        ("not compressed", r"bad\.gz is not a graphmem archive: make one with `graphmem backup`\."),
        ("empty", r"bad\.gz is empty: take another copy\."),
        ("not JSON", r"bad\.gz is damaged: what follows line \d+ cannot be read \(.+\)\. Take another copy\."),
    ],
)
def test_what_is_wrong_with_an_archive_is_told(archive: Path, tmp_path: Path, what: str, said: str) -> None:
    (tmp_path / "bad.gz").write_bytes(damages(archive)[what])
    with pytest.raises(ArchiveDamaged) as caught:
        check(tmp_path / "bad.gz", "numbers", DIMENSION)
    assert re.search(rf"/{said}$", str(caught.value))


def test_vectors_of_another_model_are_refused(archive: Path) -> None:
    async def run() -> None:
        store = SqliteStore(":memory:", dimension=DIMENSION, model="words")
        await store.open()
        with pytest.raises(DimensionMismatch, match=r"numbers.*words"):
            await restore(store, archive, model="words", dimension=DIMENSION, progress=None)

    asyncio.run(run())


@pytest.mark.parametrize("way", ["copy", "restore"])
def test_what_was_deleted_comes_back_beside_its_history(archive: Path, way: str) -> None:
    async def run() -> None:
        source, target = store_in(":memory:"), store_in(":memory:")
        await source.open()
        await target.open()
        await fill(source)
        await copy(source, target)
        page = await target.memories(Selection(scope=ANA, kind="memory", view=View(now=NOW, include_retired=True)))
        ids = tuple(one.id for one in page.items)
        gone = tuple(
            Revision(id=f"rev_{n}", memory_id=one.id, scope=one.scope, event="DELETE", old_text=one.text, at=NOW)
            for n, one in enumerate(page.items)
        )
        await target.commit(ChangeSet(owner=ANA.owner, removed=ids, revisions=gone))
        assert "memories" not in (await digest_of(target, ANA.owner)).counts
        for _ in range(2):
            if way == "copy":
                moved = await copy(source, target)
            else:
                moved = await restore(target, archive, **MADE_BY, progress=None)
        wanted, found = await digest_of(source, ANA.owner), await digest_of(target, ANA.owner)
        assert wanted.differing(found) == ("revisions",)
        assert wanted.missed(found) == ()
        assert found.missed(wanted) == ("revisions",), "less history is a difference"
        if way == "copy":
            assert (moved.copied, moved.already_there) == (0, len([one async for one in owners_of(source)]))

    asyncio.run(run())


def test_what_was_there_already_and_differs_is_told(archive: Path) -> None:
    async def run() -> None:
        store = store_in(":memory:")
        await store.open()
        stranger = Entity(id="ent_x", owner=ANA.owner, key="stranger", name="Stranger")
        await store.commit(ChangeSet(owner=ANA.owner, entities=(stranger,)))
        with pytest.raises(TargetDiffers, match="entities"):
            await restore(store, archive, **MADE_BY, progress=None)

    asyncio.run(run())


async def revised(store: SqliteStore) -> None:
    """Another text for a memory, as after an update: fewer words, another sentence, no facts."""
    graph = GraphBuilder(ANA, episode="epi_1")
    graph.memory("mem_1", "Short.")
    graph.revision("rev_new", "mem_1", event="UPDATE", new_text="Short.")
    await store.commit(graph.changes(cleared=("mem_1",)))


@pytest.mark.parametrize("which", ["source", "target"])
@pytest.mark.parametrize("way", ["copy", "restore"])
def test_two_states_of_a_memory_are_not_mixed(archive: Path, way: str, which: str) -> None:
    async def run() -> None:
        source, target = store_in(":memory:"), store_in(":memory:")
        await source.open()
        await target.open()
        await fill(source)
        await copy(source, target)
        await revised(source if which == "source" else target)
        if which == "source":
            await backup(source, archive, **MADE_BY, now=NOW, progress=None)
        before = await digest_of(target, ANA.owner)
        with pytest.raises(TargetDiffers, match="Nothing of his was written"):
            await (copy(source, target) if way == "copy" else restore(target, archive, **MADE_BY, progress=None))
        assert not before.differing(await digest_of(target, ANA.owner))

    asyncio.run(run())


class Failing(SqliteStore):
    """Fails at the n-th call of a method; everything before and after is real."""

    fail_at: dict[str, int]

    def _count(self, what: str) -> None:
        self.fail_at[what] = self.fail_at.get(what, 0) - 1
        if self.fail_at[what] == 0:
            raise StoreFull("no room")

    async def commit(self, changes: ChangeSet) -> Receipt:
        self._count("commit")
        return await super().commit(changes)

    async def portion(self, owner: str, after: str | None, limit: int) -> Portion:
        self._count("portion")
        return await super().portion(owner, after, limit)


@pytest.mark.parametrize("nth", range(1, 7))
def test_an_interrupted_copy_goes_on_when_it_is_run_again(nth: int) -> None:
    async def run() -> None:
        source = store_in(":memory:")
        target = Failing(":memory:", dimension=DIMENSION, model="numbers")
        target.fail_at = {"commit": nth}
        await source.open()
        await target.open()
        await fill(source)
        with pytest.raises(StoreFull):
            await copy(source, target)
        await copy(source, target)
        for owner in (ANA.owner, BEN.owner):
            assert not (await digest_of(source, owner)).differing(await digest_of(target, owner))

    asyncio.run(run())


def test_a_backup_that_fails_leaves_the_old_one(archive: Path) -> None:
    before = archive.read_bytes()

    async def run() -> None:
        store = Failing(":memory:", dimension=DIMENSION, model="numbers")
        store.fail_at = {}
        await store.open()
        await fill(store)
        store.fail_at = {"portion": 3}
        with pytest.raises(StoreFull):
            await backup(store, archive, **MADE_BY, now=NOW, progress=None)

    asyncio.run(run())
    assert archive.read_bytes() == before
    assert [one.name for one in archive.parent.iterdir()] == [archive.name]


def test_a_writer_in_between_is_noticed() -> None:
    async def run() -> None:
        source, target = store_in(":memory:"), store_in(":memory:")
        await source.open()
        await target.open()
        await fill(source)

        calls = 0

        async def write(_: str, __: int) -> None:
            await source.commit(ChangeSet(owner=BEN.owner, removed=("mem_ben",)))

        def progress(owner: str, rows: int) -> None:
            nonlocal calls
            calls += 1
            tasks.append(asyncio.get_running_loop().create_task(write(owner, rows)))

        tasks: list[asyncio.Task[None]] = []
        with pytest.raises(Conflict, match="written to"):
            await copy(source, target, progress)
        assert calls
        await asyncio.gather(*tasks)

    asyncio.run(run())
