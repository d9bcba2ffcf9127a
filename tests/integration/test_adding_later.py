"""What an add puts off is done later, on one file: once, in order, whoever else writes, and whatever happens to the worker."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphmem import Memory, Settings
from tests.support.adding_later import AddingLater, MoodyExtractor
from tests.support.adding_once import Place
from tests.support.embedding import HashingEmbedder
from tests.support.losing import LosingAnswers

LEASE = 2.0
"""Seconds: long beside what a busy machine takes to renew it."""


def opened(place: Place, extractor: MoodyExtractor) -> Memory:
    """A memory with the time of the machine."""
    return Memory(Settings.of(**place), embedder=HashingEmbedder(), extractor=extractor)


class TestOnOneFile(AddingLater, LosingAnswers):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return {"url": f"sqlite:///{tmp_path / 'later.db'}"}

    def test_a_lease_lasts_as_long_as_its_worker_reads(self, place: Place) -> None:
        with opened(place, MoodyExtractor()) as memory:
            memory.add("Ana works_at Acme.", user_id="u", defer=True)
        slow, other = MoodyExtractor(), MoodyExtractor()
        reading = threading.Event()

        def before(text: str) -> None:
            reading.set()
            time.sleep(3 * LEASE)

        slow.before = before
        with opened(place, slow) as memory, opened(place, other) as second, ThreadPoolExecutor() as threads:
            working = threads.submit(memory.work, lease=LEASE)
            assert reading.wait(60)
            while not working.done():
                assert len(second.work(lease=LEASE)) == 0
                time.sleep(LEASE / 10)
            assert [one.state for one in working.result()] == ["done"]
            assert (len(slow.texts), other.texts) == (1, [])
            assert [fact.object for fact in memory.facts(user_id="u")] == ["Acme"]
