"""The page about ranking: its example is run as it stands, and what it lists is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphmem.settings import RankingFactors, RecallBudget, RecallWeights
from tests.support.documents import blocks, run, steady

PAGE = Path(__file__).resolve().parents[2] / "docs" / "recall.md"
(EXAMPLE,) = [block for block in blocks(PAGE) if block.language == "bash"]


def test_the_example_runs_and_shows_what_is_shown(tmp_path: Path) -> None:
    done = run(EXAMPLE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steady(done.stdout) == steady(EXAMPLE.shows)


def test_the_parts_that_are_shown_add_up() -> None:
    hits = [hit for hit in EXAMPLE.shows.split("\n\n") if " score " in hit]
    assert len(hits) == 3
    for hit in hits:
        parts = [float(part) for part in re.findall(r" ([+-]\d\.\d{3}) ", hit)]
        (score,) = re.findall(r" score +([+-]\d\.\d{3})$", hit, re.MULTILINE)
        assert sum(parts) == pytest.approx(float(score), abs=0.0005 * (len(parts) + 1))


@pytest.mark.parametrize(
    "name", [name for kind in (RecallWeights, RankingFactors, RecallBudget) for name in kind.model_fields]
)
def test_every_weight_factor_and_budget_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


def test_budgets_are_listed_with_their_defaults() -> None:
    table = dict(re.findall(r"^\| (`.+?`) \| ([\d, ]+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    listed = {
        name.strip("`"): float(value.replace(",", ""))
        for names, values in table.items()
        for name, value in zip(names.split(", "), values.split(", ") if ", " in names else [values], strict=True)
    }
    assert listed == RecallBudget().model_dump()
