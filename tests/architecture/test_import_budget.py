"""Importing graphmem costs next to nothing: the heavy packages are loaded when they are first used."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = ("numpy", "neo4j", "openai", "spacy", "thinc")
MOST_SECONDS = 0.3
TRIES = 7
MOST_HELP_SECONDS = 0.6
"""Of the processor: wall time would measure what else the machine does."""

TIMED = """
import json, sys, time
began = time.perf_counter()
import graphmem
seconds = time.perf_counter() - began
print(json.dumps({"seconds": seconds, "modules": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def _python(*arguments: str) -> str:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True, timeout=60).stdout


def test_import_is_light_and_fast() -> None:
    runs = [json.loads(_python("-c", TIMED)) for _ in range(TRIES)]
    assert set(runs[0]["modules"]).isdisjoint(HEAVY)
    assert min(run["seconds"] for run in runs) < MOST_SECONDS


@pytest.mark.parametrize("name", ["AsyncMemory", "Memory", "Settings"])
def test_a_public_name_loads_no_server_and_no_parser(name: str) -> None:
    modules = _python("-c", f"import sys; from graphmem import {name}; print(*sys.modules)").split()
    assert set(modules).isdisjoint({"neo4j", "openai", "spacy", "thinc"})


@pytest.mark.parametrize("arguments", [["--help"], ["search", "--help"], ["--version"]])
def test_the_command_line_helps_without_the_engine(arguments: list[str]) -> None:
    code = (
        f"import sys; from graphmem.service.cli import main; assert main({arguments}) == 0; print('\\n', *sys.modules)"
    )
    modules = _python("-c", code).splitlines()[-1].split()
    assert set(modules).isdisjoint(HEAVY)


def test_the_command_line_helps_at_once() -> None:
    before = os.times()
    for _ in range(TRIES):
        _python("-m", "graphmem.service.cli", "--help")
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    assert spent / TRIES < MOST_HELP_SECONDS
