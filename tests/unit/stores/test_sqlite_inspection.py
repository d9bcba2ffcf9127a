"""`inspect` finds each kind of flaw that is put into a sound file, and repairs it without touching the rest."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from graphmem.domain.flaw import Flaw
from graphmem.domain.query import TextProbe, View
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.graph import DIMENSION, NOW
from graphmem.testing.portions import ANA, BEN, digest_of, fill

HARM = {
    "wrong_support_count": "UPDATE fact SET support_count = 7 WHERE id = 'fact_2'",
    "unsupported_fact": "DELETE FROM support WHERE fact_number = (SELECT number FROM fact WHERE id = 'fact_3')",
    "unnamed_entity": """PRAGMA foreign_keys = ON; DELETE FROM mention; UPDATE memory SET about_number = NULL;
                         DELETE FROM support; DELETE FROM fact""",
    "empty_episode": """INSERT INTO episode (id, owner_number, user_id, messages, occurred_at, recorded_at)
                        SELECT 'epi_x', number, 'ana', '[]', '2026', '2026' FROM owner WHERE owner = 'user:ana'""",
    "stray_words": "INSERT INTO memory_words (rowid, words) VALUES (9999, '1_ghost')",
    "missing_words": "DELETE FROM memory_words WHERE rowid = (SELECT number FROM memory WHERE id = 'mem_3')",
}


def sound(path: Path) -> SqliteStore:
    return SqliteStore(path, dimension=DIMENSION, model="numbers")


async def inspected(path: Path, repair: bool) -> list[Flaw]:
    store = sound(path)
    await store.open()
    try:
        return await store.inspect(repair)
    finally:
        await store.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    async def make() -> Path:
        store = sound(tmp_path / "graph.db")
        await store.open()
        await fill(store)
        await store.close()
        return tmp_path / "graph.db"

    return asyncio.run(make())


def harm(file: Path, script: str) -> None:
    connection = sqlite3.connect(file)
    connection.executescript(script)
    connection.close()


def test_a_sound_file_has_no_flaw(file: Path) -> None:
    assert asyncio.run(inspected(file, repair=True)) == []


@pytest.mark.parametrize("kind", sorted(HARM))
def test_each_kind_is_found_and_repaired(file: Path, kind: str) -> None:
    harm(file, HARM[kind])
    found = {flaw.kind: flaw for flaw in asyncio.run(inspected(file, repair=False))}
    assert kind in found
    assert found[kind].count
    assert found[kind].examples
    assert (found[kind].repaired, "--repair" in found[kind].remedy) == (0, True)
    repaired = {flaw.kind: flaw for flaw in asyncio.run(inspected(file, repair=True))}
    assert repaired[kind].repaired == repaired[kind].count
    assert asyncio.run(inspected(file, repair=False)) == []


def test_a_repair_leaves_what_was_said_and_reaches_who_has_the_file_open(file: Path) -> None:
    async def run() -> None:
        probe = TextProbe(scope=ANA, text="guest 3", limit=10, view=View(now=NOW))
        store = sound(file)
        await store.open()
        before = await digest_of(store, ANA.owner, 100)
        ranked = await store.matching(probe)
        await asyncio.to_thread(harm, file, HARM["missing_words"])
        assert (await store.inspect(repair=True))[0].kind == "missing_words"
        assert not before.differing(await digest_of(store, ANA.owner, 100))
        assert await store.matching(probe) == ranked
        assert (await digest_of(store, BEN.owner, 100)).counts["memories"] == 1
        await store.close()

    asyncio.run(run())


def test_a_missing_vector_is_told(file: Path) -> None:
    harm(file, "DELETE FROM memory_vector WHERE number = (SELECT number FROM memory WHERE id = 'mem_3')")
    (flaw,) = asyncio.run(inspected(file, repair=True))
    assert (flaw.kind, flaw.examples, flaw.repaired) == ("missing_vector", ("mem_3",), 0)
    assert "reembed" in flaw.remedy


def test_a_broken_reference_is_told(file: Path) -> None:
    harm(file, "PRAGMA foreign_keys = OFF; DELETE FROM entity WHERE name = 'Guest 3'")
    kinds = {flaw.kind for flaw in asyncio.run(inspected(file, repair=False))}
    assert "broken_reference" in kinds
