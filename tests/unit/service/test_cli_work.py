"""The commands for what was put off: `work` and `ingests`, and `add --defer`."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem import upkeep
from graphmem.domain.change import ChangeSet
from graphmem.settings import settings_of
from tests.unit.service.test_cli_commands import ANA, Shell


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "memory.db", capsys)


def test_what_is_put_off_is_worked(shell: Shell) -> None:
    assert shell.json("add", "Rita lives in Porto.", *ANA, "--defer", "--key", "k")["results"][0]["facts"] == []
    (waiting,) = shell.json("ingests", *ANA)["items"]
    assert (waiting["state"], waiting["key"]) == ("pending", "k")
    code, out, _ = shell.run("ingests", *ANA)
    assert (code, out.split()[:2]) == (0, ["pending", waiting["id"]])
    assert shell.json("work", "-u", "ben")["ingests"] == []
    assert shell.json("work", "--limit", "5")["counts"] == {"done": 1}
    assert "Porto" in shell.run("facts", *ANA)[1]
    assert shell.run("work")[1] == "Nothing is due.\n"
    assert shell.json("ingests", *ANA, "--state", "pending")["items"] == []
    (done,) = shell.json("ingests", waiting["id"], *ANA)["items"]
    assert done["state"] == "done"


def test_what_another_worker_has_begun_is_told(shell: Shell) -> None:
    for key in ("one", "two"):
        shell.run("add", f"Rita lives in Porto, said {key}.", *ANA, "--defer", "--key", key)

    async def begin() -> None:
        async with upkeep.opened(settings_of(str(shell.db))) as (store, _):
            now = datetime.now(UTC)
            (first,) = await store.due(None, now, 5)
            claimed = first.claimed("worker_killed", now, datetime(2200, 1, 1, tzinfo=UTC))
            await store.commit(ChangeSet(owner=first.scope.owner, ingests=(claimed,)))

    asyncio.run(begin())
    wanted = "Nothing is due; 1 being read by another worker, until 2200-01-01T00:00:00 at the latest; 1 waiting.\n"
    assert shell.run("work")[1] == wanted
    told = shell.json("work", *ANA)
    assert (told["working"], told["waiting"]) == (1, 1)
    assert shell.run("work", "-u", "ben")[1] == "Nothing is due.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("ingests",), 2, "-u USER"),
        (("ingests", *ANA, "--state", "lost"), 2, "--state 'lost' is unknown"),
        (("ingests", *ANA, "--retry"), 2, "Give the ids"),
        (("ingests", "ing_none", *ANA), 3, "There is no ingest 'ing_none' in this scope"),
    ],
)
def test_what_cannot_be_done_is_told(shell: Shell, arguments: tuple[str, ...], code: int, told: str) -> None:
    shell.run("work")  # makes the database
    found = shell.run(*arguments)
    assert found[0] == code
    assert told in found[2]


def test_a_watching_worker_does_what_comes(shell: Shell, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graphmem.service.cli", "work", "--watch", "--every", "0.05", "--json"]
    shell.run("work")
    worker = subprocess.Popen(
        [*command, "--db", str(shell.db)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a suite in the background ignores Ctrl-C
    )
    try:
        shell.run("add", "Rita lives in Porto.", *ANA, "--defer")
        assert worker.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            text += worker.stdout.readline()
        assert json.loads(text)["counts"] == {"done": 1}
    finally:
        worker.send_signal(signal.SIGINT)
        worker.communicate(timeout=60)
    assert worker.returncode == 130
    assert "Porto" in shell.run("facts", *ANA)[1]
