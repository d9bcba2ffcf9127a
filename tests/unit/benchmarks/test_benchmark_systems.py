"""Each baseline finds the obvious passage, in its own corpus only, and fuses as its formula says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from benchmarks.datasets import Passage, load
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.extraction import Extraction
from benchmarks.systems import Setup, System
from benchmarks.systems.catalogue import NAMES, ON_SERVER, chosen, maker
from benchmarks.systems.fusion import MinMaxSum, ReciprocalRank
from benchmarks.systems.graphmem_system import turn_of_each
from benchmarks.systems.ranking import best_first
from graphmem.providers.minilm.embedder import MiniLmEmbedder


@pytest.fixture(scope="module")
def embedder() -> CachedEmbedder:
    return CachedEmbedder(MiniLmEmbedder)


@pytest.fixture
def setup(embedder: CachedEmbedder, tmp_path: Path) -> Setup:
    embedder.build_begins()
    return Setup(embedder, Extraction(), tmp_path)


@pytest.fixture(params=[name for name in NAMES if name != ON_SERVER])
def system(request: pytest.FixtureRequest, setup: Setup) -> Iterator[System]:
    made = maker(request.param)(setup)
    yield made
    made.close()


def test_the_obvious_passage_comes_first(system: System, folder: Path) -> None:
    passages = load("musique", folder).passages
    done: list[int] = []
    system.build(passages, done.append)
    assert done[-1] == len(passages)
    for search in system.searches.values():
        assert search("What is pear chutney cooked with?", "benchmark", 3)[0] == "p4"
        assert search("In which year was the Harrow Quartet founded?", "benchmark", 3)[0] == "p6"


def test_a_ranking_is_at_most_k_long_and_names_nothing_twice(system: System, folder: Path) -> None:
    system.build(load("musique", folder).passages, lambda done: None)
    for search in system.searches.values():
        ranking = search("Who designed the bridge over the Wend?", "benchmark", 3)
        assert 1 <= len(ranking) <= 3
        assert len(set(ranking)) == len(ranking)


def test_a_conversation_searches_only_itself(system: System, folder: Path) -> None:
    system.build(load("locomo", folder).passages, lambda done: None)
    for scope in ("conv-a", "conv-b"):
        for search in system.searches.values():
            ranking = search("Who sold a motorcycle?", scope, 10)
            assert ranking[0] == f"{scope}/D1:2"
            assert all(found.startswith(f"{scope}/") for found in ranking)


def test_long_turns_own_their_pieces() -> None:
    turns = [Passage("t1", "Yes."), Passage("t2", "One. Two. Yes."), Passage("t3", "Yes.")]
    owners = turn_of_each(turns, ["Yes.", "One. Two.", "Yes.", "Yes."])
    assert [turn.id for turn in owners] == ["t1", "t2", "t2", "t3"]
    assert turn_of_each(turns, ["a", "b", "c"]) == turns
    with pytest.raises(ValueError, match="none of its turns"):
        turn_of_each(turns, ["Yes.", "Three."])


def test_equal_words_are_found_as_every_turn_that_said_them(setup: Setup) -> None:
    said = {"speaker": "Nora", "occurred_at": datetime(2024, 5, 1, tzinfo=UTC), "scope": "c"}
    turns = [Passage(f"c/D{n}:1", "The ferry was late.", session=f"c/session_{n}", **said) for n in (1, 2)]
    long = Passage("c/D2:2", "We planted a row of beans. " * 200, session="c/session_2", **said)
    system = maker("graphmem")(setup)
    with closing(system):
        system.build([*turns, long], lambda _: None)
        ranking = system.searches["graphmem"]("Was the ferry late?", "c", 5)
    assert set(ranking[:2]) == {"c/D1:1", "c/D2:1"}
    assert ranking[2:] == ["c/D2:2"]


def test_bm25_leaves_out_what_shares_no_word(setup: Setup, folder: Path) -> None:
    system = maker("bm25")(setup)
    system.build(load("musique", folder).passages, lambda done: None)
    search = system.searches["bm25"]
    assert search("lighthouses", "benchmark", 10) == ["p3"]
    assert search("zzz qqq", "benchmark", 10) == []
    assert search("", "benchmark", 10) == []


def test_reciprocal_ranks_add_up(embedder: CachedEmbedder) -> None:
    words = np.array([3.0, 0.0, 1.0], np.float32)
    meaning = np.array([0.1, 0.9, 0.5], np.float32)
    expected = [1 / 61 + 1 / 63, 1 / 61, 1 / 62 + 1 / 62]
    assert ReciprocalRank(embedder).fuse(words, meaning).tolist() == pytest.approx(expected)


def test_stretched_scores_add_up(embedder: CachedEmbedder) -> None:
    words = np.array([3.0, 0.0, 1.0], np.float32)
    meaning = np.array([0.1, 0.9, 0.5], np.float32)
    assert MinMaxSum(embedder).fuse(words, meaning).tolist() == pytest.approx([0.3, 0.5, 0.1 + 0.25])
    flat = MinMaxSum(embedder).fuse(np.zeros(3, np.float32), meaning)
    assert flat.tolist() == pytest.approx([0.0, 0.5, 0.25])


def test_equal_scores_keep_their_order() -> None:
    assert best_first(np.array([0.5, 0.9, 0.5, 0.9]), 3) == [1, 3, 0]


def test_an_unknown_system_is_named() -> None:
    assert chosen(["rrf", "bm25", "rrf"]) == ("rrf", "bm25")
    with pytest.raises(BenchmarkError, match="'tfidf'"):
        chosen(["bm25", "tfidf"])
