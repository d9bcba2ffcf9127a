"""The README's blocks are run as they stand, in order, in an empty folder: what it shows is what happens."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.support.documents import Block, blocks, run, steady
from tests.support.neo4j_server import JARS

README = Path(__file__).resolve().parents[2] / "README.md"
STARTS_SERVER = "neo4j start"
SET_UP = ("make ", "pip ", "git clone")
"""How the blocks begin that install or build something: the suite runs where that is done."""


def lend_jars(home: Path) -> None:
    """Let a server be started from the jars that the suite has, or gets: fetching them twice shows nothing new."""
    JARS.mkdir(parents=True, exist_ok=True)
    (home / "graphmem").mkdir(parents=True, exist_ok=True)
    (home / "graphmem" / "neo4j-jars").symlink_to(JARS, target_is_directory=True)


def can_start_server() -> bool:
    """CI has to; elsewhere without Maven and without jars the block is left out."""
    return bool(os.environ.get("CI") or shutil.which("mvn") or JARS.is_dir())


def to_run() -> list[Block]:
    """Those that are run: all Python, and shell blocks that do not set up."""
    return [
        block
        for block in blocks(README)
        if block.language == "python" or (block.language == "bash" and not block.text.startswith(SET_UP))
    ]


def test_it_opens_with_the_two_commands() -> None:
    shell = [block for block in blocks(README) if block.language == "bash"]
    assert [line.split("#")[0].strip() for line in shell[0].text.splitlines()] == ["make run", "make test"]
    assert shell[0].line < 15


def test_there_is_something_to_run() -> None:
    languages = [block.language for block in to_run()]
    assert languages.count("python") >= 2
    assert languages.count("bash") >= 2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the whole README: later blocks go on with what earlier ones left."""
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize("block", to_run(), ids=lambda block: f"line {block.line}")
def test_block_runs(block: Block, folder: Path) -> None:
    if STARTS_SERVER in block.text:
        if not can_start_server():
            pytest.skip("Maven brings the server's jars: install it.")
        lend_jars(folder / "home")
    done = run(block, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    if block.shows:
        assert steady(done.stdout) == steady(block.shows)
