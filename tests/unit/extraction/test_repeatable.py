"""The same texts give the same reading in every process: hashes of strings, and with them the order of sets, differ."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

TWICE_NAMED = """Blue Harbor
Blue Harbor is a 1998 novel by Ida Moss. "Blue Harbor" won the Oslo Prize, and Ida Moss wrote "Blue Harbor" in Turin."""
"""Names at the same place, found as the heading and as a quoted title."""

READ = f"""
from datetime import UTC, datetime
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from graphmem.service import demo

said = datetime(2026, 1, 1, tzinfo=UTC)
texts = [{TWICE_NAMED!r}, *(f"{{title}}\\n{{text}}" for title, text in demo.passages().items())][:40]
talk = [Passage(turn.text, said, "user", turn.speaker, None, "talk") for turn in demo.sessions()[0].turns]
for reading in RuleExtractor().read([*(Passage(text, said) for text in texts), *talk]):
    print(reading.model_dump_json())
"""


def read(seed: str) -> list[str]:
    """Every reading, sentences, names, triples and all, by a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(
        [sys.executable, "-c", READ], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=True
    )
    return run.stdout.splitlines()


def test_two_processes_read_the_same() -> None:
    first = read("1")
    assert len(first) > 40
    for seed in ("2", "3"):
        assert read(seed) == first
