"""The page about kinds of memory: its example is run as it stands, and what it lists is complete."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from graphmem.domain.memory import MemoryType
from graphmem.domain.results import TimelineEntry
from tests.support.documents import blocks, run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "kinds.md"
(EXAMPLE,) = [block for block in blocks(PAGE) if block.language == "python"]


def test_the_example_runs_and_shows_what_is_shown(tmp_path: Path) -> None:
    done = run(EXAMPLE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == EXAMPLE.shows


@pytest.mark.parametrize("name", [*MemoryType, *get_args(TimelineEntry.model_fields["state"].annotation)])
def test_every_kind_and_state_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")
