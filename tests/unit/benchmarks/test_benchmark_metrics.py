"""The figures, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.metrics import all_gold, means, paired_bootstrap, per_question, recall

RANKING = ["a", "x", "b", "y", "z", "c"]


@pytest.mark.parametrize(("depth", "share"), [(1, 1 / 3), (2, 1 / 3), (3, 2 / 3), (5, 2 / 3), (6, 1.0), (20, 1.0)])
def test_recall_is_the_share_of_gold_within_the_depth(depth: int, share: float) -> None:
    assert recall(RANKING, ["a", "b", "c"], depth) == pytest.approx(share)


def test_all_gold_asks_for_every_gold_passage() -> None:
    assert all_gold(RANKING, ["a", "b"], 5) == 1.0
    assert all_gold(RANKING, ["a", "c"], 5) == 0.0


def test_a_short_or_empty_ranking_finds_what_it_holds() -> None:
    assert recall([], ["a"], 5) == 0.0
    assert recall(["a"], ["a", "b"], 5) == 0.5


def test_means_are_over_the_chosen_questions() -> None:
    values = per_question([["a", "b"], ["x", "b"], []], [["a", "b"], ["a", "b"], ["a"]])
    assert values["recall@2"].tolist() == [1.0, 0.5, 0.0]
    assert means(values, [True, True, False])["recall@2"] == 0.75
    assert means(values, [True, True, True])["recall@20"] == 0.5
    assert means(values, [True, True, False])["all_gold@5"] == 0.5


def test_a_ranking_is_needed_for_every_question() -> None:
    with pytest.raises(ValueError, match="zip"):
        per_question([["a"]], [["a"], ["b"]])


def test_a_constant_gain_has_no_width() -> None:
    theirs = np.array([0.0, 0.25, 0.5])
    assert paired_bootstrap(theirs + 0.25, theirs, seed=3) == pytest.approx((0.25, 0.25, 0.25))


def test_the_interval_is_as_wide_as_theory_says() -> None:
    """200 differences of ±1 with mean 0: the standard error is 1/√200 = .0707, so the bounds are ± 1.96 of it."""
    ours = np.array([1.0, 0.0] * 100)
    interval = paired_bootstrap(ours, 1.0 - ours, seed=7)
    assert interval.difference == 0.0
    assert interval.low == pytest.approx(-0.139, abs=0.01)
    assert interval.high == pytest.approx(0.139, abs=0.01)


def test_the_seed_decides_the_interval() -> None:
    ours, theirs = np.arange(30) / 30, np.arange(30)[::-1] / 40
    assert paired_bootstrap(ours, theirs, seed=1) == paired_bootstrap(ours, theirs, seed=1)
    assert paired_bootstrap(ours, theirs, seed=1) != paired_bootstrap(ours, theirs, seed=2)


def test_questions_of_one_conversation_are_drawn_together() -> None:
    """Ten conversations of twenty questions: where each wins or loses as a whole, the interval is as wide as that of ten."""
    by_group = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0])
    ours, theirs = np.repeat(by_group, 20), np.zeros(200)
    groups = [f"talk {place}" for place in range(10) for _ in range(20)]
    alone, together = paired_bootstrap(ours, theirs, 1), paired_bootstrap(ours, theirs, 1, groups)
    assert alone.difference == together.difference == pytest.approx(0.6)
    assert together == pytest.approx(paired_bootstrap(by_group, np.zeros(10), 1))
    assert together.high - together.low > 3 * (alone.high - alone.low)
    assert paired_bootstrap(ours, theirs, 1, ["one corpus"] * 200) == alone
