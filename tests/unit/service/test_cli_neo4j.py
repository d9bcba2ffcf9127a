"""`graphmem neo4j` as a shell sees it: the commands that it tells are those of the folder that was given."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from graphmem.service.cli import main
from graphmem.service.local_neo4j import CURRENT
from graphmem.service.local_neo4j.life import Record, homes, write_record


def told_by_status(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    capsys.readouterr()
    code = main(["neo4j", "status", *map(str, arguments)])
    return code, capsys.readouterr().out


def test_the_command_that_starts_a_server_names_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Ana's graph"
    code, out = told_by_status(capsys, "--folder", folder)
    assert code == 3
    told = out.strip().partition("To start it: ")[2]
    assert shlex.split(told) == ["graphmem", "neo4j", "start", "--folder", str(folder)]


def test_without_a_folder_none_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    code, out = told_by_status(capsys)
    assert (code, out) == (3, "No Neo4j server is running there. To start it: graphmem neo4j start\n")


def test_the_line_for_the_shell_names_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "Ana's graph"
    folder.mkdir()
    code = "import time; print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, *homes(folder)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        write_record(folder, Record(child.pid, 7777, CURRENT))
        ended, out = told_by_status(capsys, "--folder", folder)
        child.kill()
    assert ended == 0
    line = out.partition("To use it from this shell: ")[2].strip()
    assert line == f'eval "$(graphmem neo4j start --env --folder {shlex.quote(str(folder))})"'
