"""Several processes add to one file at once, for the same user and for different ones: nothing is lost, and no
"database is locked" reaches anybody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

ROOT = Path(__file__).parents[2]
PROCESSES = int(os.environ.get("GRAPHMEM_WRITERS", "2"))
ADDS = 40

WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from graphmem import Memory
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor
with Memory(sys.argv[1], embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
    for number in range(int(sys.argv[5])):
        memory.add(f"Writer{sys.argv[3]} sent Letter{number}. Ana likes Tea.", user_id=sys.argv[4])
"""


@pytest.mark.parametrize("shared", [True, False], ids=["same user", "a user each"])
def test_writers_at_once(tmp_path: Path, shared: bool) -> None:
    path = tmp_path / "shared.db"
    users = ["ana" if shared else f"user{number}" for number in range(PROCESSES)]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(ROOT), str(number), user, str(ADDS)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, user in enumerate(users)
    ]
    errors = [writer.communicate(timeout=300)[1] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * PROCESSES, errors
    with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        assert memory.stats().memories == PROCESSES * ADDS
        for user in set(users):
            tea = memory.facts(user_id=user, subject="Ana", predicate="likes")
            assert tea.total == 1, "the same statement in the same scope is one fact"
            assert tea.items[0].support_count == ADDS * users.count(user)


def test_a_reader_sees_what_another_process_wrote(tmp_path: Path) -> None:
    path = tmp_path / "seen.db"
    with Memory(str(path), embedder=HashingEmbedder(), extractor=PlainExtractor()) as memory:
        memory.add("Ana knows Bo.", user_id="ana")
        assert len(memory.search("letters of the writer", user_id="ana")) == 1
        command = [sys.executable, "-c", WRITER, str(path), str(ROOT), "9", "ana", "1"]
        subprocess.run(command, check=True, timeout=120)
        assert len(memory.search("letters of the writer", user_id="ana")) == 2
