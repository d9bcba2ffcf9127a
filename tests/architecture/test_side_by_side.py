"""The suite in several processes: who takes what, tried out on a small suite of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.neo4j_server import GIVEN, SERIES
from tests.support.side_by_side import piece_of, rank

ROOT = Path(__file__).resolve().parents[2]
CONFTEST = """
import os, pytest
from tests.conftest import pytest_xdist_make_scheduler

@pytest.fixture(scope="session", params=["2026", "5.26"], ids="neo4j-{}".format)
def server(request):
    return request.param

@pytest.fixture(autouse=True)
def _told(request):
    with open(os.environ["TOLD"], "a") as told:
        told.write(f"{os.environ['PYTEST_XDIST_WORKER']} {request.node.nodeid}\\n")
"""
WITH_SERVER = """
import pytest, time

@pytest.mark.parametrize("number", range(4))
def test_it(server, number):
    time.sleep(0.05)
"""
WITHOUT = """
import pytest

@pytest.mark.parametrize("number", range(40))
def test_it(number):
    pass
"""


def test_each_piece_is_one_process_s_and_the_servers_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "conftest": CONFTEST,
        "test_a": WITHOUT,
        "test_b": WITHOUT,
        "test_one": WITH_SERVER,
        "test_two": WITH_SERVER,
    }
    for name, text in files.items():
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.setenv("TOLD", str(tmp_path / "told"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    run = subprocess.run(
        [*command, "-q", "-n", "2", str(tmp_path)], cwd=tmp_path, capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines()[-1].startswith("96 passed in ")
    told = [line.split(" ", 1) for line in (tmp_path / "told").read_text(encoding="utf-8").splitlines()]
    workers: dict[str, set[str]] = {}
    for worker, nodeid in told:
        workers.setdefault(piece_of(nodeid), set()).add(worker)
    assert sorted(workers) == ["neo4j-2026", "neo4j-5.26", "test_a.py", "test_b.py"]
    assert all(len(by) == 1 for by in workers.values())
    assert workers["neo4j-2026"] != workers["neo4j-5.26"]


@pytest.mark.parametrize("which", [GIVEN, *SERIES])
def test_a_test_s_name_says_its_server(which: str) -> None:
    for parameters in (f"neo4j-{which}", f"neo4j-{which}-more", f"more-neo4j-{which}"):
        assert piece_of(f"tests/contract/test_it.py::TestIt::test_it[{parameters}]") == f"neo4j-{which}"


def test_servers_come_first_and_the_quickest_last() -> None:
    pieces = [
        "neo4j-5.26",
        "tests/acceptance/test_demo.py",
        "tests/integration/test_kill.py",
        "tests/unit/test_aside.py",
    ]
    assert sorted({*pieces}, key=rank) == pieces
    assert piece_of("tests/unit/test_aside.py::test_it[2026]") == "tests/unit/test_aside.py"
