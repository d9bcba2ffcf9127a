"""The page about models: its example is run as it stands, and what it lists is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graphmem import errors
from graphmem.settings import ENVIRONMENT, ModelLimits
from tests.support.documents import blocks, run, steady

PAGE = Path(__file__).resolve().parents[2] / "docs" / "models.md"
(EXAMPLE,) = [block for block in blocks(PAGE) if block.language == "python"]


def test_the_example_runs_and_shows_what_is_shown(tmp_path: Path) -> None:
    pytest.importorskip("openai")
    done = run(EXAMPLE, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert steady(done.stdout) == steady(EXAMPLE.shows)


def test_limits_are_listed_with_their_defaults() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## Limits")[2]
    table = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| ([\d, none]+) \|", section, re.MULTILINE)
    listed: dict[str, float | None] = {}
    for names, values in table:
        for name, value in zip(names.split(", "), values.split(", "), strict=True):
            listed[name.strip("`")] = None if value == "none" else float(value.replace(",", ""))
    assert listed == ModelLimits().model_dump()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type)
        and issubclass(kind, errors.ModelError)
        and kind not in (errors.ModelError, errors.ExtractionFailed, errors.RerankingFailed)
    ],
)
def test_every_error_of_a_model_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")


def test_the_variables_that_it_sets_are_variables() -> None:
    set_there = re.findall(r"^export (\w+)=", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(set_there) <= set(ENVIRONMENT.values())
    assert len(set_there) > 3
