"""kill -9 at any moment of a move to another model, with a writer at work: nothing is lost, no vector is of the wrong model.

Real processes die at random points. GRAPHMEM_KILLS sets how many: 20 by default, more in the long suite.
"""

from __future__ import annotations

import asyncio
import os
import random
import sqlite3
import threading
import time
from pathlib import Path

from graphmem import Memory
from graphmem.errors import DimensionMismatch
from tests.support.models import check_vectors
from tests.support.nursery import Nursery
from tests.support.reading import PlainExtractor
from tests.support.reembedder import MODELS

KILLS = int(os.environ.get("GRAPHMEM_KILLS", "20"))


def memory_in(path: Path, model: str) -> Memory:
    return Memory(str(path), embedder=MODELS[model], extractor=PlainExtractor())


def model_of(path: Path) -> str:
    """The model whose vectors are in use."""
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("SELECT model FROM store").fetchone()[0])
    finally:
        connection.close()


class Writer(threading.Thread):
    """Adds and searches without a pause, with the model that the file has; told that it has another now, with that one."""

    def __init__(self, path: Path) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._done = threading.Event()
        self.acknowledged: list[str] = []
        self.told = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            while not self._done.is_set():
                with memory_in(self._path, model_of(self._path)) as memory:
                    self._work(memory)
        except BaseException as error:  # noqa: BLE001 (told by the test, on its own thread)
            self.failure = error

    def _work(self, memory: Memory) -> None:
        try:
            while not self._done.is_set():
                number = len(self.acknowledged)
                added = memory.add(f"Eve{number} likes Tea{number % 9}.", user_id="u").results[0]
                self.acknowledged.append(added.id)
                if number % 7 == 6:
                    memory.update(added.id, f"Eve{number} left Tea{number % 9}.")
                found = memory.search(f"Eve{number}", user_id="u", limit=1).hits[0].memory
                assert found.id == added.id, found.text
                time.sleep(0.01)
        except DimensionMismatch:
            self.told += 1

    def stop(self) -> None:
        self._done.set()
        self.join(60)


def move(nursery: Nursery, path: Path, model: str, seed: int) -> float:
    """Move it and let nobody kill it; how long it took, in seconds."""
    start = time.monotonic()
    child = nursery.start(str(path), model)
    assert nursery.until_dead(child) == ["begun", "moved"], f"seed {seed}"
    lasted = time.monotonic() - start
    assert model_of(path) == model
    check(path)
    return lasted


def check(path: Path) -> None:
    """Every row has a vector of the model in use, whether or not others are being made."""
    asyncio.run(check_vectors(path, MODELS[model_of(path)]))


def test_a_move_that_is_killed_goes_on_and_mixes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "moved.db"
    with memory_in(path, "hashing") as memory:
        memory.add_many([f"Ana{n} knows Bo{n}. Bo{n} likes Tea{n % 9}." for n in range(60)], user_id="u")
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    writer = Writer(path)
    writer.start()
    moved = 0
    with Nursery("tests.support.reembedder") as nursery:
        lasts = move(nursery, path, "other", seed)
        for _ in range(KILLS):
            before = model_of(path)
            child = nursery.start(str(path), "other" if before == "hashing" else "hashing", "stay")
            assert nursery.line() == "begun"
            time.sleep(chance.uniform(0.0, 1.2 * lasts))
            nursery.kill(child)
            moved += model_of(path) != before
            check(path)
        for model in ("hashing", "other"):
            move(nursery, path, model, seed)
    writer.stop()
    assert writer.failure is None, f"seed {seed}: {writer.failure!r}"
    assert 0 < moved < KILLS, f"seed {seed}: {moved} of {KILLS} were killed after the switch"
    assert writer.told >= moved, f"seed {seed}"
    with memory_in(path, "other") as memory:
        there = {one.id for one in memory.get_all(user_id="u", limit=10_000)}
    assert there >= set(writer.acknowledged), f"seed {seed}"
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    assert connection.execute(
        "SELECT (SELECT count(*) FROM store_next), (SELECT count(*) FROM vector_wanted)"
    ).fetchone() == (0, 0)
    connection.close()
