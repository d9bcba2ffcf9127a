"""An add that is sent twice under a key happens once, on one file: in every scope of its own, and by many processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphmem.memory
from graphmem import Memory, Settings, upkeep
from graphmem.domain.scope import Scope
from graphmem.errors import KeyReused
from graphmem.ports.embedder import Embedder
from graphmem.wiring import make_store
from tests.integration.test_isolation import keywords, scopes
from tests.support.adding_once import AddingOnce, CountingExtractor, Place, ids, opened
from tests.support.counting import CountingStore
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

ROOT = Path(__file__).parents[2]
PROCESSES, KEYS = 4, 12

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor
with Memory(sys.argv[1], embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
    memory.stats()
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[3])):
        done = memory.add(f"Ana saw Thing{number}.", user_id="ana", idempotency_key=f"key {number}")
        print(number, done.results[0].id, done.receipt.repeated, flush=True)
"""


class TestOnOneFile(AddingOnce):
    @pytest.fixture
    def place(self, tmp_path: Path) -> Place:
        return {"url": f"sqlite:///{tmp_path / 'keys.db'}"}

    def test_processes_at_once_with_the_same_keys_give_the_same_results(self, tmp_path: Path) -> None:
        path = tmp_path / "shared.db"
        opened({"url": f"sqlite:///{path}"}, PlainExtractor()).close()
        command = [sys.executable, "-c", WRITER, str(path), str(ROOT), str(KEYS)]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        writers = [subprocess.Popen(command, **pipes) for _ in range(PROCESSES)]
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
        for writer in writers:
            assert writer.stdin is not None
            writer.stdin.write("\n")
            writer.stdin.flush()
        lines = [line.split() for writer in writers for line in writer.communicate(timeout=300)[0].splitlines()]
        assert len(lines) == PROCESSES * KEYS
        for number in range(KEYS):
            mine = [line for line in lines if line[0] == str(number)]
            assert len({line[1] for line in mine}) == 1
            assert [line[2] for line in mine].count("False") == 1
        with opened({"url": f"sqlite:///{path}"}, PlainExtractor()) as memory:
            assert memory.stats().memories == KEYS

    async def _copied(self, place: Place, other: Place) -> None:
        await upkeep.copy(Settings.of(**place), Settings.of(**other), embedder=HashingEmbedder())

    def test_a_copy_and_a_backup_know_the_keys(self, place: Place, memory: Memory, tmp_path: Path) -> None:
        import asyncio

        first = memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        memory.close()
        copy, back = {"url": f"sqlite:///{tmp_path / 'copy.db'}"}, {"url": f"sqlite:///{tmp_path / 'back.db'}"}
        asyncio.run(self._copied(place, copy))
        archive = tmp_path / "a.gz"
        asyncio.run(upkeep.backup(Settings.of(**place), archive, embedder=HashingEmbedder()))
        asyncio.run(upkeep.restore(archive, Settings.of(**back), embedder=HashingEmbedder()))
        for there in (copy, back):
            with opened(there, PlainExtractor()) as made:
                again = made.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
                assert (ids(again), again.receipt.repeated) == (ids(first), True)


def test_a_key_costs_one_question_and_a_repeat_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[CountingStore] = []

    def counting(settings: Settings, embedder: Embedder) -> CountingStore:
        made.append(CountingStore(make_store(settings, embedder)))
        return made[-1]

    monkeypatch.setattr(graphmem.memory, "make_store", counting)
    extractor = CountingExtractor()
    with Memory(":memory:", embedder=HashingEmbedder(), extractor=extractor) as memory:
        memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        assert made[0].calls == ["keyed", "consult", "commit"]
        made[0].calls.clear()
        memory.add("Ana knows Bo.", user_id="ana", idempotency_key="k")
        assert made[0].calls[0] == "keyed"
        assert not {"consult", "commit"} & set(made[0].calls)
        made[0].calls.clear()
        memory.add("Ana knows Cy.", user_id="ana", dry_run=True)
        assert made[0].calls == ["consult"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(scopes, st.sampled_from(["k", "K", "k%", "k_"]), st.integers(0, 1)), max_size=14))
def test_no_key_leads_into_another_scope(adds: list[tuple[Scope, str, int]]) -> None:
    """Against a model that is a dict: whose key led where."""
    model: dict[tuple[Scope, str], tuple[int, list[str]]] = {}
    with Memory(":memory:", embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        for scope, key, number in adds:
            told = {"messages": f"Ana knows Thing{number}.", "idempotency_key": key, **keywords(scope)}
            known = model.get((scope, key))
            if known is not None and known[0] != number:
                with pytest.raises(KeyReused):
                    memory.add(**told)
                continue
            done = memory.add(**told)
            assert done.receipt.repeated == (known is not None)
            assert known is None or known[1] == ids(done)
            model[scope, key] = (number, ids(done))
            for one in done:
                assert memory.get(one.id).scope == scope
