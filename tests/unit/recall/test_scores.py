"""How memories are scored, by hand-computed examples."""

from __future__ import annotations

import math

import pytest

from graphmem.domain.subgraph import Link, Scored, Seeds, WordCount, WordCounts
from graphmem.recall.chain import Chains
from graphmem.recall.coverage import Coverage
from graphmem.recall.hop import arrivals, joint_cosine
from graphmem.recall.seed import LEAST_NEAR, Candidate, named_subjects, nearness, normalised, seed, speakers, topics
from graphmem.recall.walk import Walk
from graphmem.settings import RecallWeights

WEIGHTS = RecallWeights()
NO_WORDS = Coverage(WordCounts())


def test_normalised_runs_from_nought_to_one() -> None:
    assert normalised([Scored("a", 3.0), Scored("b", 1.0), Scored("c", 2.0)]) == {"a": 1.0, "b": 0.0, "c": 0.5}
    assert normalised([Scored("a", 0.4)]) == {"a": 1.0}
    assert normalised([]) == {}


def test_nearness_is_the_highest_cosine_within_bounds() -> None:
    assert nearness([Scored("a", 0.4), Scored("b", 0.7)]) == 0.7
    assert nearness([Scored("a", -0.2)]) == LEAST_NEAR
    assert nearness([Scored("a", 1.0000001)]) == 1.0
    assert nearness([]) == 1.0


def test_in_the_end_scores_are_times_the_nearness_and_keep_their_order() -> None:
    found = {id_: Candidate(id_, parts={"semantic": score, "about": 0.5}) for id_, score in (("a", 0.2), ("b", 0.4))}
    walk = Walk(found, NO_WORDS, Chains([]), WEIGHTS, nearness=0.5)
    assert [(one.id, one.parts) for one in walk.outcome(2)] == [
        ("b", {"semantic": 0.2, "about": 0.25}),
        ("a", {"semantic": 0.1, "about": 0.25}),
    ]


def test_seed_adds_the_parts_up() -> None:
    nearest, matching = (Scored("a", 0.9), Scored("b", 0.5)), (Scored("b", 7.0), Scored("c", 2.0))
    found = seed(Seeds(nearest=nearest, matching=matching), {"c": 1.0}, {}, set(), set(), WEIGHTS)
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
    reached = arrivals([director, actor], {"film": 2.0}, NO_WORDS, WEIGHTS)
    assert reached["person", "about"].gain == pytest.approx(2.0 * WEIGHTS.about)
    assert reached["other", "about"].gain == pytest.approx(2.0 * WEIGHTS.about * math.exp(WEIGHTS.sharpness * -0.3))


def test_the_best_way_to_a_memory_counts_once() -> None:
    ways = [Link("next", "a", "c", link_cosine=0.5), Link("next", "b", "c", link_cosine=0.5)]
    reached = arrivals(ways, {"a": 1.0, "b": 3.0}, NO_WORDS, WEIGHTS)
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


def test_the_best_target_of_each_entity_gets_the_whole_share() -> None:
    def way(entity: str, target: str, cosine: float) -> Link:
        return Link("shared", "s", target, entity, 0, 0.5, target_cosine=cosine, entity_degree=4)

    links = [way("e1", "near", 0.6), way("e1", "far", 0.3), way("e2", "only", 0.1)]
    reached = arrivals(links, {"s": 2.0}, NO_WORDS, WEIGHTS)
    assert reached["near", "shared"].gain == pytest.approx(2.0 * WEIGHTS.shared / 2)
    assert reached["only", "shared"].gain == pytest.approx(2.0 * WEIGHTS.shared / 2)
    assert reached["far", "shared"].gain == pytest.approx(WEIGHTS.shared / 2)


def test_a_target_weighs_more_by_what_the_source_leaves_open() -> None:
    rows = {"s": WordCount(5, (1, 0, 0)), "same": WordCount(5, (2, 0, 0)), "new": WordCount(5, (1, 1, 0))}
    coverage = Coverage(WordCounts(idf=(3.0, 2.0, 1.0), mean_length=5.0, rows=rows))
    assert coverage.added("s", "same") == 0
    assert coverage.added("s", "new") == pytest.approx(2 / 6)
    assert coverage.added("unknown", "same") == pytest.approx(3 / 6)
    assert coverage.added("s", "unknown") == 0
    links = [Link("about", "s", target, target, 0, 0.5) for target in ("same", "new")]
    reached = arrivals(links, {"s": 1.0}, coverage, WEIGHTS)
    assert reached["same", "about"].gain == pytest.approx(WEIGHTS.about)
    assert reached["new", "about"].gain == pytest.approx(WEIGHTS.about * (1 + WEIGHTS.coverage / 3))


def test_a_turn_gives_part_of_its_score_to_its_window() -> None:
    nearest = (Scored("turn", 0.9), Scored("passage", 0.9), Scored("z", 0.1))
    found = seed(Seeds(nearest=nearest), {}, {"turn": 0.5, "silent": 0.0}, {"turn", "passage"}, {"turn"}, WEIGHTS)
    assert found["passage"].parts == {"semantic": WEIGHTS.semantic}
    assert found["turn"].parts == pytest.approx(
        {
            "semantic": WEIGHTS.semantic * (1 - WEIGHTS.window),
            "window": 0.5 * WEIGHTS.window * (WEIGHTS.semantic + WEIGHTS.keyword),
            "speaker": WEIGHTS.speaker,
            "topic": WEIGHTS.topic,
        }
    )


def test_one_speaker_who_is_named_is_meant_and_two_are_not() -> None:
    actors = {"m1": "Nora", "m2": "Bo", "m3": "Nora"}
    assert speakers("What did Nora paint?", actors) == {"m1", "m3"}
    assert speakers("What did nora paint", actors) == {"m1", "m3"}
    assert speakers("What did Nora and Bo paint?", actors) == set()
    assert speakers("What was painted?", actors) == set()


def test_one_thing_that_is_meant_has_its_memories() -> None:
    links = [Link("about", "", "m1", "e1"), Link("about", "", "m2", "e2"), Link("next", "m1", "m3")]
    assert topics(links, {"e1"}) == {"m1"}
    assert topics(links, {"e1", "e2"}) == set()
