"""A store whose answer to a write is lost now and then: the write is there, and its writer is told that the store is gone. And what
every store promises of leases that were renewed so; derive from it with a fixture `place` (fields of Settings)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

import graphmem.memory
from graphmem import Memory, Settings
from graphmem.domain.change import ChangeSet, Receipt
from graphmem.errors import ExtractionFailed, ModelUnavailable, StoreUnavailable
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.testing import FixedClock
from graphmem.wiring import make_store
from tests.support.adding_later import MoodyExtractor
from tests.support.adding_once import NOON, Place
from tests.support.embedding import HashingEmbedder


class LosingStore:
    """Hands every call on to a real store. `loses`: of which commits the answer is lost, each time after the commit; `lost`: set
    when one was."""

    def __init__(self, inner: GraphStore, loses: Callable[[ChangeSet], bool]) -> None:
        self._inner, self._loses = inner, loses
        self.lost = threading.Event()

    async def commit(self, changes: ChangeSet) -> Receipt:
        receipt = await self._inner.commit(changes)
        if self._loses(changes):
            self.lost.set()
            raise StoreUnavailable("The connection broke.")
        return receipt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


class LosingAnswers:
    """A lease whose renewal is there goes on, whether or not its worker was told."""

    @pytest.mark.parametrize("ends", ["done", "pending", "failed"])
    @pytest.mark.parametrize("times", [1, 3])
    def test_a_renewal_whose_answer_is_lost_is_no_lost_lease(
        self, place: Place, monkeypatch: pytest.MonkeyPatch, ends: str, times: int
    ) -> None:
        extractor = MoodyExtractor()
        renewals: list[int] = []

        def loses(changes: ChangeSet) -> bool:
            renewals.extend(one.revision for one in changes.ingests if one.state == "working" and one.revision > 1)
            return 0 < len(renewals) <= times and not changes.memories and changes.ingests[0].state == "working"

        stores: list[LosingStore] = []

        def losing(settings: Settings, embedder: Embedder) -> LosingStore:
            stores.append(LosingStore(make_store(settings, embedder), loses))
            return stores[-1]

        def meanwhile(_: str) -> None:
            deadline = time.monotonic() + 60
            while len(renewals) < times and time.monotonic() < deadline:
                time.sleep(0.01)

        monkeypatch.setattr(graphmem.memory, "make_store", losing)
        settings = Settings.of(**place)
        if ends != "done":
            extractor.raises = (
                {"Bo": ModelUnavailable("Away.")} if ends == "pending" else {"Bo": ExtractionFailed("No.")}
            )
        with Memory(settings, embedder=HashingEmbedder(), extractor=extractor, clock=FixedClock(NOON)) as memory:
            memory.add("Ana knows Bo.", user_id="ana", defer=True)
            extractor.before = meanwhile
            assert [one.state for one in memory.work(lease=0.3)] == [ends]
            assert stores[0].lost.is_set()
            (left,) = memory.ingests(user_id="ana")
            assert (left.state, left.attempts, len(extractor.texts)) == (ends, 1, 1)
            assert memory.facts(user_id="ana").total == (1 if ends == "done" else 0)
