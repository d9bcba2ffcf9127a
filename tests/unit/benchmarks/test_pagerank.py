"""The PageRank baseline against values worked out by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.datasets import Passage
from benchmarks.embedding import CachedEmbedder
from benchmarks.systems.pagerank import DAMPING, PASSAGE_WEIGHT, Graph, graph_of, synonyms


class Directions:
    """A vector for each text: those named here, else a direction of the text's own."""

    name, dimension = "directions", 64

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = []
        for text in texts:
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            vector = np.random.default_rng(seed).normal(size=self.dimension)
            rows.append(vector / np.linalg.norm(vector))
        return np.array(rows, np.float32)


PASSAGES = [Passage("p0", "one"), Passage("p1", "two"), Passage("p2", "three")]
TRIPLES = [[("Ada", "knows", "Bo"), ("ada", "likes", "bo")], [("Bo", "lives in", "Cork")], []]


@pytest.fixture
def graph() -> Graph:
    return graph_of(PASSAGES, TRIPLES, CachedEmbedder(Directions))


def test_phrases_are_joined_by_facts_and_to_their_passages(graph: Graph) -> None:
    """Nodes: ada 0, bo 1, cork 2, then the passages 3, 4, 5; two facts join ada and bo."""
    shares = {(int(s), int(t)): w for s, t, w in zip(graph.source, graph.target, graph.share, strict=True)}
    assert shares[0, 1] == pytest.approx(2 / 3)
    assert shares[0, 3] == pytest.approx(1 / 3)
    assert shares[1, 0] == pytest.approx(2 / 5)
    assert shares[1, 2] == shares[1, 3] == shares[1, 4] == pytest.approx(1 / 5)
    assert shares[3, 0] == shares[3, 1] == pytest.approx(1 / 2)
    assert 5 not in graph.source
    assert graph.holders.tolist() == [1, 2, 1]
    assert len(graph.facts) == 3


def test_seeds_are_the_phrases_of_the_nearest_facts_and_a_little_of_each_passage(graph: Graph) -> None:
    question = graph.facts[2]
    start = graph.seeds(question)
    assert start.sum() == pytest.approx(1)
    scores = graph.facts @ question
    stretched = (scores - scores.min()) / (scores.max() - scores.min())
    expected = np.array([(stretched[0] + stretched[1]) / 2, (stretched.sum() / 3) / 2, 1.0])
    assert start[:3] / start[2] == pytest.approx(expected, abs=1e-5)
    assert start[3:].max() / start[2] == pytest.approx(PASSAGE_WEIGHT)


def test_the_walk_ends_where_its_equation_says(graph: Graph) -> None:
    start = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1])
    matrix = np.zeros((6, 6))
    matrix[graph.target, graph.source] = graph.share
    matrix[:, 5] = start
    exact = np.linalg.solve(np.eye(6) - DAMPING * matrix, (1 - DAMPING) * start)
    assert graph.walk(start) == pytest.approx(exact, abs=1e-5)


def test_phrases_that_mean_the_same_are_joined_once() -> None:
    angles = np.array([0.0, 0.5, 0.9, 0.1])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    found = {(one, other): cosine for one, other, cosine in synonyms(["river", "stream", "pond", "a1"], vectors)}
    assert found == pytest.approx({(0, 1): np.cos(0.5), (1, 2): np.cos(0.4)}, abs=1e-6)


def test_without_triples_it_ranks_by_cosine() -> None:
    embedder = CachedEmbedder(Directions)
    graph = graph_of(PASSAGES, [[], [], []], embedder)
    question = embedder.embed(["anything"])[0]
    walked = graph.walk(graph.seeds(question))
    assert np.argsort(-walked).tolist() == np.argsort(-(graph.passages @ question)).tolist()
