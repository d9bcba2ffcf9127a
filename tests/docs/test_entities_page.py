"""The page about who is who: its example is run as it stands."""

from __future__ import annotations

from pathlib import Path

from tests.support.documents import blocks, run, steady

PAGE = Path(__file__).resolve().parents[2] / "docs" / "entities.md"
(EXAMPLE,) = [block for block in blocks(PAGE) if block.language == "python"]


def test_the_example_runs_and_shows_what_is_shown(tmp_path: Path) -> None:
    done = run(EXAMPLE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steady(done.stdout) == steady(EXAMPLE.shows)
