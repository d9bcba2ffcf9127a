"""The demo from end to end: real texts in, questions that need several of them answered, no network touched."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).resolve().parents[2] / "README.md"

GUARDED = """
import sys

def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname", "urllib.Request"):
        raise RuntimeError(f"network touched: {event} {arguments}")

sys.addaudithook(refuse)
from graphmem.service.cli import main
sys.exit(main(sys.argv[1:]))
"""


def _graphmem(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in `folder`, with any use of the network made an error."""
    command = [sys.executable, "-c", GUARDED, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def _steady(output: str) -> list[str]:
    """Output without places and scores, since near ties and last digits may differ from machine to machine."""
    return [re.sub(r"^ ?\d+  \d\.\d{3}\b", "#", line).rstrip() for line in output.splitlines()]


def _shown_in_readme() -> list[str]:
    """The answer of the demo that the README prints."""
    found = re.search(r"^```text\n(\? .*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert found
    return _steady(found[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def shown(folder: Path) -> dict[str, Any]:
    done = _graphmem(folder, "demo", "--db", "demo.db", "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_everything_was_taken_in(shown: dict[str, Any]) -> None:
    assert shown["counts"]["memories"] >= 340 + 42
    assert shown["counts"]["facts"] > shown["counts"]["memories"]


def test_every_answer_is_among_the_first_five(shown: dict[str, Any]) -> None:
    assert len(shown["answers"]) >= 8
    assert {answer["question"]: answer["found_at"] for answer in shown["answers"] if answer["found_at"] is None} == {}


def test_answers_that_need_several_texts_come_with_a_path(shown: dict[str, Any]) -> None:
    hits = [answer["hits"][answer["found_at"] - 1] for answer in shown["answers"] if answer["of"] == "library"]
    assert sum(bool(hit["path"]) for hit in hits) >= 5


def test_the_older_home_is_no_longer_current(folder: Path, shown: dict[str, Any]) -> None:
    done = _graphmem(
        folder, "facts", "-u", "friends", "--subject", "Maya", "--db", "demo.db", "--include-retired", "--json"
    )
    homes = {
        fact["object"]: fact["retired_at"]
        for fact in json.loads(done.stdout)["items"]
        if fact["predicate"] == "live_in"
    }
    assert homes["Porto"] is not None
    assert homes["Rotterdam"] is None


def test_a_second_run_asks_again_without_reading_again(folder: Path, shown: dict[str, Any]) -> None:
    done = _graphmem(folder, "demo", "--db", "demo.db")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("? ") >= len(shown["answers"])
    assert f"{len(shown['answers'])} of {len(shown['answers'])} answers stand in the first 5 hits." in done.stdout
    assert "graphmem stats --db demo.db" in done.stdout
    assert [line for line in _shown_in_readme() if line not in _steady(done.stdout)] == []
    after = json.loads(_graphmem(folder, "stats", "--db", "demo.db", "--json").stdout)
    assert after["memories"] == shown["counts"]["memories"]
