"""kill -9 at any moment of an add: what was acknowledged is whole, and nothing is there by halves.

Real processes die at random points. GRAPHMEM_KILLS sets how many: 20 by default, 200 in the long suite.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

KILLS = int(os.environ.get("GRAPHMEM_KILLS", "20"))
ROOT = Path(__file__).parents[2]

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor
memory = Memory(sys.argv[1], embedder=HashingEmbedder(), extractor=PlainExtractor())
number = int(sys.argv[3])
while True:
    result = memory.add(f"Ana{number} knows Bo{number}. Bo{number} likes Tea{number}.", user_id="ana")
    print(number, result.results[0].id, flush=True)
    number += 1
"""


def write_and_kill(path: Path, start: int, moment: float) -> list[tuple[int, str]]:
    """What a writer acknowledged before it died `moment` seconds after its first add."""
    command = [sys.executable, "-c", WRITER, str(path), str(ROOT), str(start)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    first = writer.stdout.readline()
    time.sleep(moment)
    writer.send_signal(signal.SIGKILL)
    rest, _ = writer.communicate()
    lines = [line for line in (first + rest).split("\n") if len(line.split()) == 2 and len(line.split()[1]) > 20]
    return [(int(line.split()[0]), line.split()[1]) for line in lines]


def test_every_acknowledged_add_is_whole_and_none_is_half_there(tmp_path: Path) -> None:
    path = tmp_path / "killed.db"
    seed = random.randrange(1 << 30)
    chance = random.Random(seed)
    acknowledged: list[tuple[int, str]] = []
    for round_ in range(KILLS):
        acknowledged += write_and_kill(path, round_ * 100_000, chance.uniform(0, 0.08))
    with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        there = {}
        cursor = None
        while True:
            page = memory.get_all(user_id="ana", limit=5_000, cursor=cursor)
            there.update({one.id: one for one in page})
            cursor = page.next_cursor
            if cursor is None:
                break
        lost = [one for one in acknowledged if one[1] not in there]
        assert not lost, f"seed {seed}: {lost[:5]}"
        facts = memory.facts(user_id="ana", limit=10_000)
        assert facts.total == 2 * len(there), f"seed {seed}: a memory without its facts, or facts without a memory"
        assert memory.search("Ana0 knows", user_id="ana", limit=1).hits
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert not connection.execute("PRAGMA foreign_key_check").fetchall()
