"""The CaRB score on tuples small enough to reckon by hand, the n-ary view, and the command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks import calibration
from benchmarks.carb import Extraction, Gold, read_gold, score
from benchmarks.errors import BenchmarkError
from benchmarks.nary import binary, nary
from benchmarks.openie import main
from graphmem.extraction.tree import Tree

SENTENCE = "Ana moved to Rome in 1965 ."
GOLD = {SENTENCE: [Gold("moved to", ("Ana", "Rome", "in 1965"))]}


def _tuple(*parts: str, confidence: float = 1.0) -> Extraction:
    return Extraction(confidence, *parts)


def test_the_same_tuple_scores_one() -> None:
    found = score(GOLD, {SENTENCE: [_tuple("Ana", "moved to", "Rome in 1965")]})
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_words_are_counted() -> None:
    found = score(GOLD, {SENTENCE: [_tuple("Ana", "moved", "Rome yesterday")]})
    assert found.precision == pytest.approx(3 / 4)
    assert found.recall == pytest.approx(3 / 6)


def test_a_tuple_that_shares_no_word_of_the_relation_scores_nothing() -> None:
    found = score(GOLD, {SENTENCE: [_tuple("Ana", "went", "Rome in 1965")]})
    assert (found.precision, found.recall) == (0.0, 0.0)


def test_one_reference_tuple_pays_one_extraction() -> None:
    twice = [_tuple("Ana", "moved to", "Rome in 1965"), _tuple("Ana", "moved to", "Rome in 1965 .")]
    found = score(GOLD, {SENTENCE: twice})
    assert found.precision == pytest.approx(1 / 2)
    assert found.recall == 1.0


def test_the_best_threshold_leaves_out_what_is_unsure_and_wrong() -> None:
    sure, unsure = _tuple("Ana", "moved to", "Rome in 1965"), _tuple("Rome", "is", "Ana", confidence=0.2)
    found = score(GOLD, {SENTENCE: [sure, unsure]})
    assert (found.f1, found.threshold) == (1.0, 1.0)
    assert found.all_precision == pytest.approx(1 / 2)


def test_a_bare_be_matches_any_form_of_it() -> None:
    gold = {"Ana , a poet .": [Gold("was", ("Ana", "a poet"))]}
    found = score(gold, {"Ana , a poet .": [_tuple("Ana", "be", "a poet")]})
    assert found.recall == 1.0


def test_the_area_of_one_perfect_point_is_the_whole() -> None:
    assert score(GOLD, {SENTENCE: [_tuple("Ana", "moved to", "Rome in 1965")]}).auc == pytest.approx(1.0)


def test_nothing_extracted_cannot_be_scored() -> None:
    with pytest.raises(BenchmarkError):
        score(GOLD, {SENTENCE: []})


def _view(found: list[Extraction]) -> set[tuple[str, str, str]]:
    return {(extraction.subject, extraction.relation, extraction.rest) for extraction in found}


def test_the_nary_view_joins_what_the_binary_view_parts(trees: dict[str, Tree]) -> None:
    tree = trees["light_verb"]
    assert _view(nary(tree, tree.words)) == {("Eva", "made", "a debut in London")}
    assert _view(binary(tree, tree.words)) == {("Eva", "made", "a debut"), ("Eva", "made in", "London")}


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("passive_agent", ("The film", "was directed by", "Ana Lopez in Rome")),
        ("particle", ("Bob", "gave up on", "the project")),
        ("subject_control", ("Eva", "wants to visit", "Oslo")),
        ("copula_relation", ("Bob", "is the director of", "the museum")),
        ("participle", ("The novel", "be written by", "Eva Wood")),
        ("said", ("Eva", "said that", "Bob sold the boat")),
        ("apposition_kind", ("Bob Wood", "be", "a baker")),
        ("relative_subject", ("a nurse", "works in", "Bergen")),
    ],
)
def test_the_nary_view_uses_the_words_of_the_sentence(
    trees: dict[str, Tree], sentence: str, found: tuple[str, str, str]
) -> None:
    tree = trees[sentence]
    assert found in _view(nary(tree, tree.words))


def test_the_command_writes_figures_of_both_views(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "carb"
    folder.mkdir()
    (folder / "dev.tsv").write_text(
        "Ana directed the film .\tdirected\tAna\tthe film\nBob `` moved '' to Rome .\tmoved to\tBob\tRome\n"
    )
    out = tmp_path / "figures.json"
    assert main(["--data", str(tmp_path), "--out", str(out)]) == 0
    document = json.loads(out.read_text())
    assert document["sentences"] == document["gold_tuples"] == 2
    assert set(document["systems"]) == {"graphmem n-ary", "graphmem binary"}
    assert document["systems"]["graphmem n-ary"]["f1"] > 0.8
    assert "words per CPU second" in capsys.readouterr().out


def test_weights_are_fitted_to_what_is_right_and_bias_is_free() -> None:
    """A sign that is right three times in four, beside none that is right once in four."""
    values = np.array([[1.0]] * 400 + [[0.0]] * 400)
    right = np.array([1.0, 1.0, 1.0, 0.0] * 100 + [1.0, 0.0, 0.0, 0.0] * 100)
    weights = calibration.fit(values, right)
    assert weights[0] > 1.5
    with_sign, without = calibration.predict(np.array([[1.0], [0.0]]), weights)
    assert with_sign == pytest.approx(0.75, abs=0.05)
    assert without == pytest.approx(0.25, abs=0.05)


def test_what_is_confirmed_is_measured_clause_by_clause(tmp_path: Path) -> None:
    path = tmp_path / "dev.tsv"
    path.write_text("Ana directed the film .\tdirected\tAna\tthe film\nBob moved to Rome .\tsang\tBob\tin Rome\n")
    names, values, right, _ = calibration.measured(path)
    assert values.shape == (2, len(names))
    assert right.tolist() == [1.0, 0.0]


def test_missing_data_is_one_line_and_exit_code_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2
    assert "cannot read" in capsys.readouterr().err


def test_a_line_without_a_relation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dev.tsv"
    path.write_text("only a sentence\n")
    with pytest.raises(BenchmarkError):
        read_gold(path)
