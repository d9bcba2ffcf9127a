"""The figures: recall of the gold passages at a depth, by kind of question, and whether a gain could be chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Values: TypeAlias = NDArray[np.float64]

DEPTHS = (2, 5, 10, 20)
DEPTH = max(DEPTHS)
ALL_GOLD_DEPTH = 5
ANSWER = "answer@5"
RESAMPLES = 10_000
_CHUNK = 100


class Interval(NamedTuple):
    """A mean difference and the bounds of its 95 % bootstrap interval."""

    difference: float
    low: float
    high: float


def recall(ranking: Sequence[str], gold: Sequence[str], depth: int) -> float:
    """The share of `gold` among the first `depth` of `ranking`: |gold ∩ top k| / |gold|."""
    return len(set(ranking[:depth]) & set(gold)) / len(set(gold))


def all_gold(ranking: Sequence[str], gold: Sequence[str], depth: int) -> float:
    """1.0 if the first `depth` hold every gold passage, else 0.0."""
    return float(set(gold) <= set(ranking[:depth]))


def per_question(rankings: Sequence[Sequence[str]], golds: Sequence[Sequence[str]]) -> dict[str, Values]:
    """Every metric for every question: {"recall@2": float64 [n], …, "all_gold@5": float64 [n]}."""
    pairs = list(zip(rankings, golds, strict=True))
    values = {
        f"recall@{depth}": np.array([recall(ranking, gold, depth) for ranking, gold in pairs]) for depth in DEPTHS
    }
    values[f"all_gold@{ALL_GOLD_DEPTH}"] = np.array([all_gold(found, gold, ALL_GOLD_DEPTH) for found, gold in pairs])
    return values


def answered(rankings: Sequence[Sequence[str]], answers: Sequence[str]) -> Values:
    """1.0 for each question whose answer's passage is among the first five, else 0.0: float64 [n]."""
    return np.array([float(answer in found[:5]) for found, answer in zip(rankings, answers, strict=True)])


def outdated_first(rankings: Sequence[Sequence[str]], pairs: Sequence[tuple[str, str]]) -> float | None:
    """Of the questions whose `pairs` (answer, what it replaced) have both, the share where the outdated one stands before
    the answer, or is found and the answer is not; None where there is no such question."""
    wrong = [
        old in found and (answer not in found or found.index(old) < found.index(answer))
        for found, (answer, old) in zip(rankings, pairs, strict=True)
        if answer and old
    ]
    return sum(wrong) / len(wrong) if wrong else None


def means(values: Mapping[str, Values], chosen: Sequence[bool]) -> dict[str, float]:
    """The mean of each metric over the questions marked in `chosen`, of which there is at least one."""
    mask = np.array(chosen, dtype=bool)
    return {name: float(column[mask].mean()) for name, column in values.items()}


def mean_interval(values: Values, seed: int, groups: Sequence[str] = ()) -> Interval:
    """The mean of `values` (float64 [n]) itself and its 95 % interval, in the same way."""
    return paired_bootstrap(values, np.zeros(len(values)), seed, groups)


def paired_bootstrap(
    ours: Values, theirs: Values, seed: int, groups: Sequence[str] = (), resamples: int = RESAMPLES
) -> Interval:
    """The mean of `ours` minus `theirs` and its 95 % percentile interval over `resamples` draws of questions.

    Both hold one value a question in the same order (float64 [n]); a draw takes a question with both its values
    (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13). Questions that have a corpus in common, such
    as those of one conversation, stand and fall together: with more than one name in `groups` (one a question), a draw
    takes whole groups (Davison and Hinkley, Bootstrap Methods and their Application, 1997, §3.8). The same seed gives the
    same interval.
    """
    differences = ours - theirs
    names = sorted(set(groups))
    place = np.searchsorted(names, groups) if len(names) > 1 else np.arange(len(differences))
    sums, sizes = np.bincount(place, differences), np.bincount(place)
    generator = np.random.default_rng(seed)
    draws = []
    for first in range(0, resamples, _CHUNK):
        taken = generator.integers(0, len(sums), (min(_CHUNK, resamples - first), len(sums)))
        draws.append(sums[taken].sum(axis=1) / sizes[taken].sum(axis=1))
    low, high = np.quantile(np.concatenate(draws), (0.025, 0.975))
    return Interval(float(differences.mean()), float(low), float(high))
