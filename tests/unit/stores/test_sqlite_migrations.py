"""A file of every earlier schema is brought up to date with nothing lost. `made_by_V001.db.gz` was written by that release."""

from __future__ import annotations

import asyncio
import gzip
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory, upkeep
from graphmem.settings import Settings
from graphmem.stores.sqlite import migrations
from graphmem.stores.sqlite.store import SqliteStore
from tests.support.embedding import HashingEmbedder
from tests.support.models import OtherEmbedder, check_vectors
from tests.support.reading import PlainExtractor

HASHING = {"model": HashingEmbedder.name, "dimension": HashingEmbedder.dimension}


@pytest.fixture
def old(tmp_path: Path) -> Path:
    packed = Path(__file__).with_name("made_by_V001.db.gz").read_bytes()
    (tmp_path / "old.db").write_bytes(gzip.decompress(packed))
    return tmp_path / "old.db"


def rows(path: Path, command: str) -> list[Any]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute(command).fetchall()
    finally:
        connection.close()


def test_the_first_migration_is_the_one_that_files_were_made_with(old: Path) -> None:
    ((checksum,),) = rows(old, "SELECT checksum FROM schema_migration")
    assert migrations.migrations()[0].checksum == checksum


def test_everything_in_an_old_file_is_there_as_before(old: Path, use: Any) -> None:
    kept = "SELECT id, text, actor_id, role, metadata, valid_from FROM memory ORDER BY id"
    before, facts = rows(old, kept), rows(old, "SELECT id, text, support_count FROM fact ORDER BY id")

    async def nothing(store: SqliteStore) -> list[Any]:
        return await store.inspect(False)

    assert use(old, nothing, **HASHING) == []
    assert rows(old, kept) == before
    assert rows(old, "SELECT id, text, support_count FROM fact ORDER BY id") == facts
    applied = [(step.version, step.name) for step in migrations.migrations()]
    assert rows(old, "SELECT version, name FROM schema_migration") == applied
    with Memory(str(old), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        assert memory.stats().memories == len(before) == 6
        assert memory.search("Cy owns Boats", user_id="ana", limit=1).hits[0].memory.text == "Cy owns Boats."
        memory.add("Ana likes Rain.", user_id="ana")


def test_what_a_piece_of_a_long_text_continues_is_found_out(old: Path, use: Any) -> None:
    async def nothing(store: SqliteStore) -> None:
        pass

    use(old, nothing, **HASHING)
    headed = rows(old, "SELECT position, heading FROM memory WHERE heading IS NOT NULL")
    assert headed == [(1, "Bo's garden")]
    assert rows(old, "SELECT count(*) FROM memory WHERE position = 1 AND heading IS NULL") == [(1,)]
    assert asyncio.run(check_vectors(old, HashingEmbedder())) > 400


def test_a_file_of_the_second_schema_gets_a_place_for_feedback(tmp_path: Path) -> None:
    """`made_by_V002.db.gz` was written by the release before memories had feedback."""
    path = tmp_path / "second.db"
    path.write_bytes(gzip.decompress(Path(__file__).with_name("made_by_V002.db.gz").read_bytes()))
    assert rows(path, "SELECT version, name FROM schema_migration") == [(1, "graph"), (2, "vectors")]
    checksums = [checksum for (checksum,) in rows(path, "SELECT checksum FROM schema_migration")]
    assert checksums == [step.checksum for step in migrations.migrations()[:2]]
    before = rows(path, "SELECT id, text FROM memory ORDER BY id")
    with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        told = memory.get_all(user_id="ana").items
        assert [one.feedback for one in told] == [0.0] * 3
        memory.feedback(told[0].id, -1)
        assert memory.get(told[0].id) == told[0].model_copy(
            update={"feedback": -1.0, "updated_at": memory.get(told[0].id).updated_at}
        )
    assert rows(path, "SELECT id, text FROM memory ORDER BY id") == before
    assert rows(path, "SELECT sum(feedback) FROM v_memories") == [(-1.0,)]


def test_an_old_file_is_moved_to_another_model(old: Path) -> None:
    done = asyncio.run(upkeep.reembed(Settings.of(url=str(old)), embedder=OtherEmbedder()))
    assert asyncio.run(check_vectors(old, OtherEmbedder())) == done.made > 400
