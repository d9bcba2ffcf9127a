"""The page about adding once and later: its blocks are run as they stand, in order, in one folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.documents import Block, blocks, run, steady

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ingest.md"
BLOCKS = [block for block in blocks(PAGE) if block.language in ("bash", "python")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ingest")


def test_there_are_blocks() -> None:
    assert len(BLOCKS) >= 2


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"line {block.line}")
def test_a_block_runs_and_shows_what_is_shown(block: Block, folder: Path) -> None:
    done = run(block, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steady(done.stdout) == steady(block.shows)
