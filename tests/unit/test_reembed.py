"""Moving a file to another embedding model: nothing is lost, nothing is mixed, and nobody has to stop."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from graphmem import Memory, upkeep
from graphmem.domain.embedding import EmbeddingModel
from graphmem.errors import Conflict, DimensionMismatch, EmbeddingFailed, InputError
from graphmem.ports.embedder import Embedder
from graphmem.settings import Settings
from graphmem.upkeep import Reembedded
from tests.support.embedding import HashingEmbedder
from tests.support.models import OtherEmbedder, check_vectors
from tests.support.reading import PlainExtractor

BEFORE, AFTER = EmbeddingModel("hashing", 48), EmbeddingModel("other", 32)
LONG = "Bo grows Apples.\n" + " ".join(f"Bo grows Plant{number}." for number in range(120))


def memory_in(path: Path, embedder: Embedder | None = None) -> Memory:
    return Memory(str(path), embedder=embedder or HashingEmbedder(), extractor=PlainExtractor())


def reembed(path: Path, embedder: Embedder, **options: int) -> Reembedded:
    return asyncio.run(upkeep.reembed(Settings.of(url=str(path)), embedder=embedder, **options))


def vectors_in(path: Path, embedder: Embedder) -> int:
    return asyncio.run(check_vectors(path, embedder))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with memory_in(tmp_path / "m.db") as memory:
        memory.add("Ana knows Bo. Bo likes Tea.", user_id="u")
        memory.add([{"role": "user", "name": "Ana", "content": "Cy likes Rain."}], user_id="u", run_id="r")
        assert len(memory.add(LONG, user_id="u").results) == 3
        memory.add("Di owns Boats.", agent_id="a")
    return tmp_path / "m.db"


def test_it_is_as_if_the_other_model_had_been_there_from_the_beginning(path: Path, tmp_path: Path) -> None:
    shown: list[tuple[int, int]] = []
    done = asyncio.run(
        upkeep.reembed(
            Settings.of(url=str(path)),
            embedder=OtherEmbedder(),
            progress=lambda made, of: shown.append((made, of)),
            batch_size=50,
        )
    )
    assert (done.before, done.after, done.made) == (BEFORE, AFTER, vectors_in(path, OtherEmbedder()))
    assert shown[0] == (50, done.made)
    assert shown[-1] == (done.made, done.made)
    with memory_in(tmp_path / "new.db", OtherEmbedder()) as fresh, memory_in(path, OtherEmbedder()) as moved:
        fresh.add(LONG, user_id="u")
        later = [one for of in (fresh, moved) for one in of.get_all(user_id="u") if one.position]
        assert [one.heading for one in later] == ["Bo"] * 4
        assert [hit.memory.text for hit in moved.search("Cy likes Rain", user_id="u", limit=1)] == ["Cy likes Rain."]
        moved.add("Ana likes Snow.", user_id="u")
    assert vectors_in(path, OtherEmbedder()) == done.made + 4


def test_searches_and_writes_of_the_old_model_go_on_till_the_switch(path: Path) -> None:
    with memory_in(path) as memory:

        def meanwhile(batch: int) -> None:
            if batch <= 3:
                memory.add(f"Eve{batch} likes Tea{batch}.", user_id="u")
                assert memory.search(f"Eve{batch}", user_id="u", limit=1).hits[0].memory.text.startswith(f"Eve{batch}")
            if batch == 2:
                told = next(one for one in memory.get_all(user_id="u") if one.text.startswith("Ana knows"))
                memory.update(told.id, "Ana left Bo.")

        done = reembed(path, OtherEmbedder(before=meanwhile), batch_size=40)
        assert done.after == AFTER
        for call in (
            lambda: memory.search("Bo", user_id="u"),
            lambda: memory.add("Bo left Ana.", user_id="u"),
            lambda: memory.get_all(user_id="u"),
            lambda: memory.delete_all(user_id="u"),
        ):
            with pytest.raises(DimensionMismatch, match=r"other with 32 dimensions.*graphmem reembed"):
                call()
    vectors_in(path, OtherEmbedder())
    with memory_in(path, OtherEmbedder()) as moved:
        texts = {one.text for one in moved.get_all(user_id="u")}
        assert texts >= {"Eve1 likes Tea1.", "Eve2 likes Tea2.", "Eve3 likes Tea3.", "Ana left Bo."}
        assert "Bo left Ana." not in texts


def test_it_goes_on_where_it_stopped(path: Path) -> None:
    def stop(batch: int) -> None:
        if batch == 4:
            raise RuntimeError("no power")

    stopping = OtherEmbedder(before=stop)
    with pytest.raises(EmbeddingFailed, match="no power"):
        reembed(path, stopping, batch_size=50)
    assert len(stopping.texts) == 150
    total = vectors_in(path, HashingEmbedder())
    going_on = OtherEmbedder()
    assert reembed(path, going_on, batch_size=50).made == total - 150
    assert len(going_on.texts) == total - 150
    assert vectors_in(path, OtherEmbedder()) == total


def test_yet_another_model_begins_anew(path: Path) -> None:
    def stop(batch: int) -> None:
        if batch == 4:
            raise RuntimeError("no power")

    with pytest.raises(EmbeddingFailed):
        reembed(path, OtherEmbedder(before=stop), batch_size=50)
    total = vectors_in(path, HashingEmbedder())
    third = OtherEmbedder("third", 20)
    assert reembed(path, third) == Reembedded(BEFORE, EmbeddingModel("third", 20), total)
    assert vectors_in(path, OtherEmbedder("third", 20)) == total


def test_of_two_runs_for_two_models_one_is_told(path: Path) -> None:
    def overtake(batch: int) -> None:
        if batch == 2:
            reembed(path, OtherEmbedder("third", 20))

    with pytest.raises(Conflict, match=r"other \(32 dimensions\)"):
        reembed(path, OtherEmbedder(before=overtake), batch_size=50)
    vectors_in(path, OtherEmbedder("third", 20))


def test_the_model_in_use_only_gets_what_is_missing(path: Path) -> None:
    assert reembed(path, HashingEmbedder()) == Reembedded(BEFORE, BEFORE, 0)
    connection = sqlite3.connect(path)
    (number,) = connection.execute("SELECT number FROM fact ORDER BY number LIMIT 1").fetchone()
    with connection:
        connection.execute("DELETE FROM fact_vector WHERE number = ?", (number,))
    connection.close()
    (flaw,) = asyncio.run(upkeep.check(Settings.of(url=str(path)), embedder=HashingEmbedder()))
    assert (flaw.kind, flaw.count) == ("missing_vector", 1)
    assert "graphmem reembed" in flaw.remedy
    assert reembed(path, HashingEmbedder()).made == 1
    assert asyncio.run(upkeep.check(Settings.of(url=str(path)), embedder=HashingEmbedder())) == []
    vectors_in(path, HashingEmbedder())


def test_nothing_of_the_old_model_is_left_in_the_file(path: Path) -> None:
    connection = sqlite3.connect(path)
    old = [blob for (blob,) in connection.execute("SELECT vector FROM memory_vector")]
    connection.close()
    assert all(blob in path.read_bytes() for blob in old)
    reembed(path, OtherEmbedder())
    assert not [file for file in path.parent.iterdir() for blob in old if blob in file.read_bytes()]
    connection = sqlite3.connect(path)
    for table in ("memory_vector_next", "sentence_vector_next", "entity_vector_next", "fact_vector_next"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM store_next, vector_wanted").fetchone() == (0,)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()


def test_there_and_back_with_a_reader_open_all_the_time(path: Path) -> None:
    with memory_in(path) as memory:
        before = [hit.memory.id for hit in memory.search("who likes tea", user_id="u")]
        reembed(path, OtherEmbedder())
        with pytest.raises(DimensionMismatch):
            memory.search("who likes tea", user_id="u")
        with memory_in(path, OtherEmbedder()) as moved:
            moved.add("Fay likes Tea.", user_id="u")
        reembed(path, HashingEmbedder())
        after = [hit.memory.id for hit in memory.search("who likes tea", user_id="u", limit=11)]
        assert set(before) < set(after)


def test_mistakes_make_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no database"):
        reembed(tmp_path / "missing.db", OtherEmbedder())
    assert list(tmp_path.iterdir()) == []
    with memory_in(tmp_path / "m.db") as memory:
        memory.add("Ana knows Bo.", user_id="u")
    with pytest.raises(InputError, match="batch_size"):
        reembed(tmp_path / "m.db", OtherEmbedder(), batch_size=0)
    with pytest.raises(DimensionMismatch, match=r"hashing with 48 dimensions.*graphmem reembed"):
        memory_in(tmp_path / "m.db", OtherEmbedder()).get_all(user_id="u")
