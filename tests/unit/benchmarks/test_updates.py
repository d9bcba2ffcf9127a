"""The suite of knowledge updates: its cases are well made, its two parts differ, and its judge sees what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.embedding import CachedEmbedder
from benchmarks.updates.asking import run
from benchmarks.updates.cases import Ask, Case, Tell, cases
from benchmarks.updates.wordings import PARTS, relations, wordings
from tests.support.embedding import HashingEmbedder

CHANGED = "change/0/residence/0"


def case(part: str, key: str) -> Case:
    return next(one for one in cases(wordings(part), 0) if one.id == key)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_as_large_as_it_is_said_to_be(part: str) -> None:
    made = cases(wordings(part), 0)
    assert len(made) >= 600
    assert len({one.relation.name for one in made}) >= 35
    assert len({one.id for one in made}) == len(made)


@pytest.mark.parametrize("part", PARTS)
def test_the_seed_decides_the_cases(part: str) -> None:
    assert cases(wordings(part), 3) == cases(wordings(part), 3)
    assert cases(wordings(part), 3) != cases(wordings(part), 4)


@pytest.mark.parametrize("part", PARTS)
def test_no_text_has_a_gap_and_every_case_asks_for_what_must_stay(part: str) -> None:
    for one in cases(wordings(part), 1):
        told = [text for step in one.steps if isinstance(step, Tell) for text in step.texts]
        asked = [step for step in one.steps if isinstance(step, Ask)]
        assert not any("{" in text for text in told)
        assert any(step.expected for step in asked[:-1])
        assert asked[-1].subject in told[0]


@pytest.mark.parametrize("other", ["dev", "more"])
def test_the_held_part_shares_no_wording(other: str) -> None:
    given, held = wordings(other), wordings("held")
    for relation in relations():
        for role, listed in held.roles[relation].items():
            assert not set(listed) & set(given.roles[relation].get(role, ())), (relation, role)
    for kind in ("place", "company", "woman", "man", "food", "book"):
        assert not set(given.values[kind]) & set(held.values[kind])


def test_a_change_that_is_read_is_right_and_a_wrong_state_is_told(tmp_path: Path) -> None:
    right = case("dev", CHANGED)
    expected = next(step for step in right.steps if isinstance(step, Ask))
    wrong = replace(right, id="wrong", steps=(*right.steps, replace(expected, expected=frozenset({"Nowhere"}))))
    outcomes, _ = run(
        [right, wrong], f"sqlite:///{tmp_path}/updates.db", CachedEmbedder(HashingEmbedder), lambda _: None
    )
    assert outcomes[0].right, outcomes[0].failures
    assert [one.expected for one in outcomes[1].failures] == ["nowhere"]
    assert [one.found for one in outcomes[1].failures] == [next(iter(expected.expected)).lower()]


def test_nothing_told_nothing_right(tmp_path: Path) -> None:
    told = case("dev", CHANGED)
    silent = replace(told, steps=tuple(step for step in told.steps if isinstance(step, Ask)))
    outcomes, _ = run([silent], f"sqlite:///{tmp_path}/updates.db", CachedEmbedder(HashingEmbedder), lambda _: None)
    assert {one.found for one in outcomes[0].failures} == {"nothing"}


def test_the_command_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "updates.json"
    assert main(["updates", "--kind", "scope", "--out", str(out)]) == 0
    document = json.loads(out.read_text())
    row = document["systems"]["graphmem"]
    wrong = round((1 - row["right"]) * document["cases"])
    assert list(row["by_kind"]) == ["scope"]
    assert len(document["failures"]) == wrong < document["cases"]
    assert main(["updates", "--kind", "nonsense"]) == 2
    assert "nonsense" in capsys.readouterr().err
