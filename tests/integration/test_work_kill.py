"""kill -9 at any moment of a worker: what was put off is done by the next one, whole and once.

Real processes die at random points. GRAPHMEM_KILLS sets how many, at most 20 here.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from graphmem import Memory
from tests.integration.test_kill import KILLS
from tests.support.adding_later import MoodyExtractor
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

ROOT = Path(__file__).parents[2]
ROUNDS = min(KILLS, 20)
EACH, LEASE = 12, 0.3

WORKER = """
import sys, time
sys.path.insert(0, sys.argv[2])
from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

class Slow(PlainExtractor):
    def read(self, passages):
        print("reading", flush=True)
        time.sleep(0.005)
        return super().read(passages)

with Memory(sys.argv[1], embedder=HashingEmbedder(), extractor=Slow()) as memory:
    while True:
        memory.work(lease=float(sys.argv[3]), attempts=100)
        print("idle", flush=True)
        time.sleep(0.01)
"""


def work_and_kill(path: Path, moment: float) -> None:
    """A worker that dies `moment` seconds after it began to read, or to have nothing to read."""
    command = [sys.executable, "-c", WORKER, str(path), str(ROOT), str(LEASE)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    assert worker.stdout.readline() in ("reading\n", "idle\n")
    time.sleep(moment)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()


def test_a_dead_workers_ingests_are_done_once_by_the_next(tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    told = 0
    for _ in range(ROUNDS):
        with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
            for _ in range(EACH):
                owner, told = f"user{told % 3}", told + 1
                memory.add(f"Ana{told} knows Bo{told}. Ana{told} likes Tea.", user_id=owner, defer=True)
        work_and_kill(path, chance.uniform(0, 0.12))
    time.sleep(LEASE)
    extractor = MoodyExtractor()
    with Memory(str(path), embedder=HashingEmbedder(), extractor=extractor) as memory:
        memory.work(attempts=100)
        for owner in range(3):
            ingests = memory.ingests(user_id=f"user{owner}", limit=10_000)
            assert {one.state for one in ingests} == {"done"}, f"seed {seed}"
            facts = memory.facts(user_id=f"user{owner}", limit=10_000)
            assert facts.total == 2 * ingests.total, f"seed {seed}: facts are missing, or there twice"
            assert {one.support_count for one in facts} == {1}, f"seed {seed}"
            assert {len(memory.history(one.memory_ids[0])) for one in ingests} == {1}, f"seed {seed}"


def test_a_claim_ends_with_its_lease(tmp_path: Path) -> None:
    path = tmp_path / "claimed.db"
    with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo.", user_id="ana", defer=True)
        code = WORKER.replace("time.sleep(0.005)", "time.sleep(60)")
        command = [sys.executable, "-c", code, str(path), str(ROOT), "0.5"]
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        assert worker.stdout.readline() == "reading\n"
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
        (held,) = memory.ingests(user_id="ana")
        assert (held.state, held.attempts) == ("working", 1)
        while not (worked := memory.work()).ingests:
            time.sleep(0.05)
        assert [(one.state, one.attempts) for one in worked] == [("done", 2)]
        assert memory.facts(user_id="ana").total == 1
