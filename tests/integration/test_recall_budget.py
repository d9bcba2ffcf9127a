"""A search keeps to its budget, says what it left out, and tells where every point of a score comes from.

Run with GRAPHMEM_HUB=100000 for the long suite (-k bounded: each search makes its store).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphmem.domain.identity import entity_id
from graphmem.domain.query import View
from graphmem.domain.results import SearchResult
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Matrix
from graphmem.recall.pipeline import Recall, RecallQuery
from graphmem.recall.reranking import LastLook
from graphmem.settings import RankingFactors, RecallBudget, RecallWeights
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.testing.graph import DIMENSION, GraphBuilder, later, vector_of
from graphmem.testing.scenario import VIEW

ANA = Scope("ana")
MENTIONS = int(os.environ.get("GRAPHMEM_HUB", "3000"))
SECONDS = 5.0
NAMES = ("Sun", "Bo", "Cy", "Di", "Eve", "2024")


class Numbers:
    """The vectors that GraphBuilder gives to texts."""

    name = "numbers"
    dimension = DIMENSION

    def embed(self, texts: Sequence[str]) -> Matrix:
        return np.stack([vector_of(text) for text in texts])


class Lengths:
    """A reranker: the longer, the better."""

    name = "lengths"

    def rerank(self, query: str, texts: Sequence[str]) -> Any:
        return [min(len(text), 100) / 100 for text in texts]


def search(
    graph: GraphBuilder, text: str, hops: int = 2, view: View = VIEW, limit: int = 10, **parts: Any
) -> SearchResult:
    """One search of one graph. `parts`: what Recall takes, and a `threshold`."""
    query = RecallQuery(scope=ANA, text=text, limit=limit, hops=hops, view=view, threshold=parts.pop("threshold", None))

    async def run() -> SearchResult:
        store = SqliteStore(":memory:", dimension=DIMENSION, model="numbers")
        await store.open()
        try:
            await store.commit(graph.changes())
            return await Recall(store, Numbers(), RecallWeights(), **parts)(query)
        finally:
            await store.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def hub() -> GraphBuilder:
    """Memories that all name the Sun and are about it; a few lead on to others."""
    graph = GraphBuilder(ANA)
    for number in range(MENTIONS):
        names = ["Sun", f"Star {number % 7}"] if number < 50 else ["Sun"]
        graph.memory(f"mem_{number:06}", f"The Sun is warm on day {number}.", about="Sun", names=names)
    return graph


def test_a_search_over_a_hub_is_bounded_and_says_so(hub: GraphBuilder) -> None:
    trace = search(hub, "How warm is the Sun?").trace
    assert trace.seconds["seed"] + trace.seconds["hop"] < SECONDS
    budget, sun = RecallBudget(), entity_id(ANA.owner, "sun")
    assert trace.suppressed[sun] >= MENTIONS - budget.named
    assert trace.names[sun] == "Sun"
    assert "fanout" in trace.exhausted
    assert sum(trace.links.values()) <= budget.edges
    assert trace.counts["calls"] <= 2 + trace.counts["hops"]


def test_each_budget_is_kept_and_told(hub: GraphBuilder) -> None:
    few = search(hub, "How warm is the Sun?", budget=RecallBudget(edges=40)).trace
    assert sum(few.links.values()) <= 40
    assert "edges" in few.exhausted
    assert few.left_out["links"] > 0
    late = search(hub, "How warm is the Sun?", budget=RecallBudget(seconds=0))
    assert (late.trace.counts["hops"], "seconds" in late.trace.exhausted) == (0, True)
    assert len(late.hits) == 10
    one = search(hub, "How warm is the Sun?", hops=3, budget=RecallBudget(hops=1)).trace
    assert (one.counts["hops"], "hops" in one.exhausted) == (1, True)
    narrow = search(hub, "How warm is the Sun?", budget=RecallBudget(named=10, fanout=2, beam=1)).trace
    assert narrow.suppressed[entity_id(ANA.owner, "sun")] >= MENTIONS - 10
    assert len(narrow.seeds) == 1


def test_what_is_over_and_what_is_below_the_threshold_is_counted() -> None:
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bo lives in Faro.", about="Bo", names=["Faro"])
    graph.memory("mem_2", "Bo lives in Porto.", about="Bo", names=["Porto"])
    graph.fact("fact_1", "Bo", "live_in", "Faro", by=["mem_1"], retired_at=later(days=-1), valid_to=later(days=-1))
    graph.fact("fact_2", "Bo", "live_in", "Porto", by=["mem_2"])
    found = search(graph, "Where does Bo live in 2024?")
    assert (found.trace.left_out["outdated"], found.trace.left_out["retired_facts"]) == (1, 1)
    assert {hit.memory.id: "outdated" in hit.score_parts for hit in found} == {"mem_1": True, "mem_2": False}
    lowest = min(hit.score for hit in found)
    fewer = search(graph, "Where does Bo live in 2024?", threshold=lowest + 1e-9)
    assert fewer.trace.left_out["below_threshold"] == 1
    assert len(fewer) == 1


def test_a_reranker_changes_the_order_by_a_part_and_a_broken_one_nothing() -> None:
    graph = GraphBuilder(ANA)
    for number in range(4):
        graph.memory(f"mem_{number}", "Bo sings" + " loudly" * number + ".", about="Bo")
    plain = search(graph, "Who sings?")
    reranked = search(graph, "Who sings?", last_look=LastLook(Lengths(), 5), factors=RankingFactors(rerank=9))
    assert [hit.memory.id for hit in reranked] == ["mem_3", "mem_2", "mem_1", "mem_0"]
    assert all(hit.score_parts["rerank"] > 0 for hit in reranked)
    assert (plain.trace.reranker, reranked.trace.reranker) == ("", "lengths")
    assert "rerank" in reranked.trace.seconds

    class Broken(Lengths):
        def rerank(self, query: str, texts: Sequence[str]) -> Any:
            raise ConnectionError("away")

    without = search(graph, "Who sings?", last_look=LastLook(Broken(), 5))
    assert without.hits == plain.hits
    assert without.trace.reranker == "failed: ConnectionError: away"


@pytest.mark.parametrize(("limit", "depth", "shown"), [(3, 30, 30), (3, 5, 5), (40, 50, 50), (3, 1, 1)])
def test_a_reranker_is_shown_as_many_as_said_however_few_are_asked_for(limit: int, depth: int, shown: int) -> None:
    graph = GraphBuilder(ANA)
    for number in range(60):
        graph.memory(f"mem_{number:02}", f"Bo sang song {number}.", about="Bo")
    seen: list[int] = []

    class Counting(Lengths):
        def rerank(self, query: str, texts: Sequence[str]) -> Any:
            seen.append(len(texts))
            return super().rerank(query, texts)

    factors = RankingFactors(rerank_depth=depth)
    found = search(graph, "Who sang?", limit=limit, last_look=LastLook(Counting(), 5), factors=factors)
    assert (seen, len(found)) == ([shown], limit)


@st.composite
def worlds(draw: st.DrawFn) -> GraphBuilder:
    """A few memories with names, facts that hold or are over, judgements and times."""
    graph = GraphBuilder(ANA)
    for number in range(draw(st.integers(1, 12))):
        about, name = draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES))
        fields = {"feedback": draw(st.floats(-1, 1)), "valid_from": later(days=-draw(st.integers(0, 900)))}
        run = draw(st.sampled_from(["epi_1", "epi_2"]))
        text = f"{about} met {name} on day {number}."
        graph.memory(f"mem_{number:02}", text, about=about, names=[about, name], episode_id=run, **fields)
        if draw(st.booleans()):
            over = {"retired_at": later(days=-1), "valid_to": later(days=-1)} if draw(st.booleans()) else {}
            confidence = draw(st.floats(0, 1))
            made = f"fact_{number:02}"
            graph.fact(made, about, f"met_{number}", name, by=[f"mem_{number:02}"], confidence=confidence, **over)
    return graph


weights = st.floats(0, 3)
FACTORS = st.builds(RankingFactors, recency=weights, confidence=weights, feedback=weights, rerank=weights)


@settings(max_examples=40, deadline=None)
@given(worlds(), st.sampled_from(["When did Bo meet Cy?", "Sun", "nothing known"]), FACTORS, st.integers(0, 3))
def test_the_parts_of_a_score_are_the_score(graph: GraphBuilder, text: str, factors: RankingFactors, hops: int) -> None:
    found = search(graph, text, hops=hops, factors=factors, last_look=LastLook(Lengths(), 5))
    assert found.hits
    for hit in found:
        assert sum(hit.score_parts.values()) == hit.score
        assert hit.seed == (hit.path[0].source_id if hit.path else hit.memory.id)
    assert [hit.score for hit in found] == sorted((hit.score for hit in found), reverse=True)
    again = SearchResult.model_validate(found.model_dump(mode="json"))
    assert again.hits == found.hits
