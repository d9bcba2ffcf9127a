"""How memories are scored, by hand-computed examples."""

from __future__ import annotations

import math

import pytest

from graphmem.domain.subgraph import Link, Scored
from graphmem.recall.hop import arrivals, joint_cosine
from graphmem.recall.seed import named_subjects, normalised, seed
from graphmem.settings import RecallWeights

WEIGHTS = RecallWeights()


def test_normalised_runs_from_nought_to_one() -> None:
    assert normalised([Scored("a", 3.0), Scored("b", 1.0), Scored("c", 2.0)]) == {"a": 1.0, "b": 0.0, "c": 0.5}
    assert normalised([Scored("a", 0.4)]) == {"a": 1.0}
    assert normalised([]) == {}


def test_seed_adds_the_parts_up() -> None:
    found = seed([Scored("a", 0.9), Scored("b", 0.5)], [Scored("b", 7.0), Scored("c", 2.0)], {"c": 1.0}, WEIGHTS)
    assert found["a"].score == pytest.approx(WEIGHTS.semantic)
    assert found["b"].score == pytest.approx(WEIGHTS.keyword)
    assert found["c"].score == pytest.approx(WEIGHTS.named)
    assert found["a"].cosine == pytest.approx(0.9)


def test_the_only_memory_about_a_named_thing_is_meant_most() -> None:
    links = [Link("about", "", "only", "e1"), *(Link("about", "", f"m{n}", "e2") for n in range(3))]
    strengths = named_subjects([*links, Link("mentions", "", "other", "e1")])
    assert strengths == pytest.approx({"only": 1.0, "m0": 1 / 3, "m1": 1 / 3, "m2": 1 / 3})


def test_an_about_link_through_the_best_sentence_hands_on_its_full_share() -> None:
    director = Link("about", "film", "person", "e1", 0, link_cosine=0.8)
    actor = Link("about", "film", "other", "e2", 1, link_cosine=0.5)
    reached = arrivals([director, actor], {"film": 2.0}, WEIGHTS)
    assert reached["person", "about"].gain == pytest.approx(2.0 * WEIGHTS.about)
    assert reached["other", "about"].gain == pytest.approx(2.0 * WEIGHTS.about * math.exp(WEIGHTS.sharpness * -0.3))


def test_the_best_way_to_a_memory_counts_once() -> None:
    ways = [Link("next", "a", "c", link_cosine=0.5), Link("next", "b", "c", link_cosine=0.5)]
    reached = arrivals(ways, {"a": 1.0, "b": 3.0}, WEIGHTS)
    assert len(reached) == 1
    assert reached["c", "next"].link.source == "b"


def test_joint_cosine_is_that_of_the_summed_vectors() -> None:
    import numpy as np

    rng = np.random.default_rng(3)
    question, entity, target = (v / np.linalg.norm(v) for v in rng.normal(size=(3, 16)))
    link = Link(
        "shared", "s", "t", "e", 0, 0.5, float(question @ target), float(question @ entity), float(entity @ target), 4
    )
    both = question + entity
    assert joint_cosine(link) == pytest.approx(float(both @ target / np.linalg.norm(both)))
