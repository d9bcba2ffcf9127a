"""Words of the question in a turn and in those around it."""

from __future__ import annotations

from itertools import pairwise

import pytest

from graphmem.domain.subgraph import Link, WordCount, WordCounts
from graphmem.recall.window import beside, window, windowed


def chain(*memories: str) -> list[Link]:
    """Neighbours in this order, each pair told from one side only."""
    return [Link("next", one, other) for one, other in pairwise(memories)]


def test_neighbours_are_known_from_either_side() -> None:
    assert beside([*chain("a", "b", "c"), Link("about", "a", "x", "e")]) == {"a": ["b"], "b": ["a", "c"], "c": ["b"]}


def test_a_window_grows_to_both_sides_and_ends_with_the_conversation() -> None:
    sides = beside(chain(*"abcdef"))
    assert sorted(window("c", sides, 1)) == list("bcd")
    assert sorted(window("c", sides, 2)) == list("abcde")
    assert sorted(window("a", sides, 4)) == list("abcde")


def test_words_beside_a_turn_count_for_it_and_those_far_away_do_not() -> None:
    sides = beside(chain(*(f"m{n:02}" for n in range(12))))
    words = WordCounts(idf=(2.0, 1.0), mean_length=6.0, rows={"m03": WordCount(6, (1, 0)), "m05": WordCount(6, (0, 1))})
    scores = windowed(words, sides)
    assert set(scores) == set(sides)
    assert max(scores, key=lambda one: (scores[one], one)) == "m04", "between the two words of the question"
    assert scores["m03"] > scores["m05"] > scores["m10"] == 0
    assert all(0 <= score <= 1 for score in scores.values())


def test_a_window_is_scored_as_one_text() -> None:
    """By hand: two turns of 4 and 8 words against a mean of 6 are a text of just the mean length."""
    words = WordCounts(idf=(2.0,), mean_length=6.0, rows={"a": WordCount(4, (1,)), "b": WordCount(8, (2,))})
    alone = WordCounts(idf=(2.0,), mean_length=6.0, rows={"a": WordCount(6, (3,))})
    assert windowed(words, beside(chain("a", "b"))) == pytest.approx({"a": 1.0, "b": 1.0})
    assert windowed(alone, beside(chain("a", "b"))) == pytest.approx({"a": 1.0, "b": 1.0})


def test_without_words_or_neighbours_there_is_nothing_to_read() -> None:
    assert windowed(WordCounts(), beside(chain("a", "b"))) == {"a": 0.0, "b": 0.0}
    assert windowed(WordCounts(idf=(1.0,), mean_length=2.0, rows={"a": WordCount(2, (1,))}), {}) == {}
