"""A change by the caller is decided on what is there, even when another writer comes in at the worst moment."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import graphmem.memory
from graphmem import AsyncMemory
from graphmem.domain.memory import MemoryRecord
from graphmem.errors import Conflict, NotFound
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings
from graphmem.testing import FixedClock
from graphmem.wiring import make_store
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor


class InterruptedStore:
    """Hands everything on to a real store. `between` runs once, right after the store's next answer to `after`."""

    def __init__(self, inner: GraphStore) -> None:
        self._inner = inner
        self.between: Callable[[], Awaitable[object]] | None = None
        self.after = ""

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._inner, name)

        async def handed_on(*arguments: Any, **named: Any) -> Any:
            answer = await method(*arguments, **named)
            if name == self.after and self.between is not None:
                between, self.between = self.between, None
                await between()
            return answer

        return handed_on


@pytest.fixture
def stores(monkeypatch: pytest.MonkeyPatch) -> list[InterruptedStore]:
    made: list[InterruptedStore] = []

    def interrupted(settings: Settings, embedder: Embedder) -> InterruptedStore:
        made.append(InterruptedStore(make_store(settings, embedder)))
        return made[-1]

    monkeypatch.setattr(graphmem.memory, "make_store", interrupted)
    return made


def memory_in(path: Path) -> AsyncMemory:
    clock = FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))
    return AsyncMemory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor(), clock=clock)


async def interrupted(
    path: Path,
    stores: list[InterruptedStore],
    after: str,
    first: Callable[[AsyncMemory, str], Awaitable[object]],
    second: Callable[[AsyncMemory, str], Awaitable[object]],
) -> MemoryRecord:
    """A memory that `first` changes while `second`, another process's change, comes in after a call of the store."""
    async with memory_in(path) as one, memory_in(path) as other:
        id_ = (await one.add("Ana knows Bo.", user_id="u")).results[0].id
        stores[0].after, stores[0].between = after, lambda: second(other, id_)
        await first(one, id_)
        assert stores[0].between is None, f"{after} was never called"
        return await one.get(id_, user_id="u")


async def add_tea(memory: AsyncMemory, id_: str) -> None:
    await memory.update(id_, "Ana likes Tea.", user_id="u")


async def label(memory: AsyncMemory, id_: str) -> None:
    await memory.update(id_, metadata={"seen": True})


@pytest.mark.parametrize("after", ["fetch", "version"])
def test_metadata_that_are_changed_do_not_bring_old_words_back(
    tmp_path: Path, stores: list[InterruptedStore], after: str
) -> None:
    there = asyncio.run(interrupted(tmp_path / "m.db", stores, after, label, add_tea))
    assert (there.text, there.metadata) == ("Ana likes Tea.", {"seen": True})


@pytest.mark.parametrize("after", ["fetch", "version", "consult"])
def test_words_that_are_changed_do_not_bring_old_metadata_back(
    tmp_path: Path, stores: list[InterruptedStore], after: str
) -> None:
    there = asyncio.run(interrupted(tmp_path / "m.db", stores, after, add_tea, label))
    assert (there.text, there.metadata) == ("Ana likes Tea.", {"seen": True})


@pytest.mark.parametrize("after", ["fetch", "version"])
def test_what_was_deleted_in_between_is_not_found(tmp_path: Path, stores: list[InterruptedStore], after: str) -> None:
    async def delete(memory: AsyncMemory, id_: str) -> None:
        await memory.delete(id_, user_id="u")

    for change in (delete, label, add_tea):
        with pytest.raises(NotFound):
            asyncio.run(interrupted(tmp_path / f"{change.__name__}.db", stores, after, change, delete))
        stores.clear()


def test_a_deletion_tells_the_words_that_were_there(tmp_path: Path, stores: list[InterruptedStore]) -> None:
    async def run() -> list[str | None]:
        async with memory_in(tmp_path / "m.db") as one, memory_in(tmp_path / "m.db") as other:
            id_ = (await one.add("Ana knows Bo.", user_id="u")).results[0].id
            stores[0].after, stores[0].between = "fetch", lambda: add_tea(other, id_)
            await one.delete(id_, user_id="u")
            return [revision.old_text for revision in await one.history(id_, user_id="u")]

    assert asyncio.run(run()) == [None, "Ana knows Bo.", "Ana likes Tea."]


def test_a_change_that_is_always_overtaken_is_a_conflict(tmp_path: Path, stores: list[InterruptedStore]) -> None:
    async def run() -> int:
        async with memory_in(tmp_path / "m.db") as one, memory_in(tmp_path / "m.db") as other:
            id_ = (await one.add("Ana knows Bo.", user_id="u")).results[0].id
            overtaken = 0

            async def overtake() -> None:
                nonlocal overtaken
                overtaken += 1
                await other.add(f"Bo likes Drink{overtaken}.", user_id="u")
                stores[0].between = overtake

            stores[0].after, stores[0].between = "fetch", overtake
            with pytest.raises(Conflict):
                await one.update(id_, metadata={"seen": True}, user_id="u")
            return overtaken

    assert asyncio.run(run()) == 50
