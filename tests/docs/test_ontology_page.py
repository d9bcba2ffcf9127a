"""The page about ontologies: its example is run as it stands, its file is read, and what it lists is complete."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from graphmem.domain.entity_types import BUILT_IN
from graphmem.ontology import Ontology, RelationType
from tests.support.documents import blocks, run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "ontology.md"


def test_the_example_runs_and_shows_what_is_shown(tmp_path: Path) -> None:
    (example,) = [block for block in blocks(PAGE) if block.language == "python"]
    done = run(example, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == example.shows


def test_the_file_that_is_shown_is_one() -> None:
    (file,) = [block for block in blocks(PAGE) if block.language == "json"]
    made = Ontology.model_validate(json.loads(file.text))
    assert made.relation("led_by") == Ontology.model_validate_json(made.model_dump_json()).relation("is_led_by")


@pytest.mark.parametrize("name", [*RelationType.model_fields, *(kind.__name__ for kind in BUILT_IN)])
def test_every_argument_and_type_is_named(name: str) -> None:
    assert f"`{name}`" in PAGE.read_text(encoding="utf-8")
