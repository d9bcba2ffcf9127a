"""What counts besides the question, by hand-computed examples."""

from __future__ import annotations

import pytest

from graphmem.domain.scope import Scope
from graphmem.recall.factors import confidence, recency, weigh
from graphmem.recall.seed import Candidate
from graphmem.settings import RankingFactors
from graphmem.testing.graph import NOW, GraphBuilder, later


def test_recency_halves_with_each_half_life() -> None:
    assert recency(NOW, NOW, 30) == 1.0
    assert recency(later(days=-30), NOW, 30) == pytest.approx(0.5)
    assert recency(later(days=-90), NOW, 30) == pytest.approx(0.125)
    assert recency(later(days=4), NOW, 30) == 1.0, "what is yet to come is not old"
    assert recency(later(days=-400_000), NOW, 0.001) == 0.0


def test_confidence_is_the_mean_over_the_facts() -> None:
    graph = GraphBuilder(Scope("ana"))
    facts = [graph.fact(f"fact_{at}", "Bo", f"did_{at}", "it", confidence=at / 4) for at in (1, 2)]
    assert confidence(facts) == pytest.approx(0.375)
    assert confidence([]) == 0.0


def test_each_factor_adds_its_share_as_a_part_of_its_own() -> None:
    graph = GraphBuilder(Scope("ana"))
    graph.memory("mem_1", feedback=-0.5, valid_from=later(days=-10))
    fact = graph.fact("fact_1", "Bo", "likes", "tea", confidence=0.8)
    candidate = Candidate("mem_1", parts={"semantic": 0.5})
    factors = RankingFactors(recency=0.4, half_life=10, confidence=0.5, feedback=0.2)
    weigh([candidate, Candidate("mem_gone")], graph.memories, {"mem_1": [fact]}, NOW, factors)
    assert candidate.parts == pytest.approx({"semantic": 0.5, "recency": 0.2, "confidence": 0.4, "feedback": -0.1})
    assert candidate.score == sum(candidate.parts.values())


def test_nothing_changes_by_default_where_nobody_said_anything() -> None:
    graph = GraphBuilder(Scope("ana"))
    graph.memory("mem_1")
    fact = graph.fact("fact_1", "Bo", "likes", "tea", confidence=0.8)
    candidate = Candidate("mem_1", parts={"semantic": 0.5})
    weigh([candidate], graph.memories, {"mem_1": [fact]}, later(days=3), RankingFactors())
    assert candidate.parts == {"semantic": 0.5}
