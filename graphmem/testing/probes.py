"""The part of the contract that looks for what has not been named: by vector and by words."""

from __future__ import annotations

import random

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet
from graphmem.domain.filter import parse_filter
from graphmem.domain.query import NodeKind, TextProbe, VectorProbe
from graphmem.domain.scope import Scope
from graphmem.errors import DimensionMismatch, InvalidVector
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA, small_graph
from graphmem.testing.graph import GraphBuilder, direction, vector_of
from graphmem.testing.scenario import VIEW, StoreScenarios, scenario

TEXTS = (
    "the cat sat on the mat",
    "a dog chased the cat across the mat and the yard",
    "dogs are running in the yard",
    "Zoë's café in Ærøskøbing serves crème brûlée",
    "我住在里斯本",
    "Я живу в Лиссабоне",
    "नमस्ते दुनिया",
    "email: bob@example.org, see C++ and x_y",
)


async def tell(store: GraphStore, scope: Scope, texts: tuple[str, ...], prefix: str = "mem") -> None:
    """One memory for each text."""
    graph = GraphBuilder(scope, episode=f"epi_{prefix}")
    for i, text in enumerate(texts):
        graph.memory(f"{prefix}_{i}", text, metadata={"i": i})
    await store.commit(graph.changes())


async def found(store: GraphStore, text: str, scope: Scope = ANA, limit: int = 50, **more: object) -> list[str]:
    """Ids of what matches, best first."""
    probe = TextProbe.model_validate({"scope": scope, "text": text, "limit": limit, "view": VIEW, **more})
    return [row.id for row in await store.matching(probe)]


class ProbeContract(StoreScenarios):
    """What `nearest` and `matching` promise."""

    @pytest.mark.parametrize("kind", ["memory", "fact", "entity"])
    @scenario
    async def test_nearest_is_exact(self, store: GraphStore, kind: NodeKind) -> None:
        graph = GraphBuilder(ANA)
        for i in range(150):
            graph.memory(f"mem_{i:03}", about=f"Entity {i}")
            graph.fact(f"fact_{i:03}", f"Entity {i}", "is", f"Entity {i}", by=[f"mem_{i:03}"])
        await store.commit(graph.changes())
        ids = {"memory": [*graph.memories], "fact": [*graph.facts], "entity": [*graph.entities]}[kind]
        question = vector_of("the question")
        exact = {id_: float(graph.vectors[id_].astype(float) @ question.astype(float)) for id_ in ids}
        best = sorted(exact, key=lambda id_: (-round(exact[id_], 6), id_))
        for limit in (1, 10, 149, 150, 500):
            probe = VectorProbe(scope=ANA, kind=kind, vector=question, limit=limit, view=VIEW)
            rows = await store.nearest(probe)
            assert [row.id for row in rows] == best[:limit]
            assert [row.score for row in rows] == pytest.approx([exact[row.id] for row in rows], abs=1e-6)

    @scenario
    async def test_equal_vectors_come_in_order_of_id(self, store: GraphStore) -> None:
        ids = [f"mem_{i:03}" for i in range(60)]
        random.Random(7).shuffle(ids)
        graph = GraphBuilder(ANA)
        for id_ in ids:
            graph.memory(id_, vector=direction(0.3, -0.5, 0.7, 0.1))
        await store.commit(graph.changes())
        probe = VectorProbe(scope=ANA, kind="memory", vector=direction(0.2, 0.9, -0.4), limit=25, view=VIEW)
        rows = await store.nearest(probe)
        assert [row.id for row in rows] == sorted(ids)[:25]
        assert len({row.score for row in rows}) == 1

    @scenario
    async def test_new_changed_and_removed_rows_are_seen_at_once(self, store: GraphStore) -> None:
        probe = VectorProbe(scope=ANA, kind="memory", vector=direction(1.0), limit=3, view=VIEW)
        expected: dict[str, tuple[float, ...]] = {}
        for i in range(30):
            graph = GraphBuilder(ANA)
            weights = (float(i % 7), float(i % 5) + 0.5)
            id_ = f"mem_{i % 12}"
            graph.memory(id_, vector=direction(*weights))
            removed = (f"mem_{(i + 5) % 12}",) if i % 3 == 2 else ()
            await store.commit(graph.changes(removed=removed))
            expected[id_] = weights
            for gone in removed:
                expected.pop(gone, None)
            scores = {key: float(direction(*value)[0]) for key, value in expected.items()}
            best = sorted(scores, key=lambda key: (-round(scores[key], 7), key))[:3]
            assert [row.id for row in await store.nearest(probe)] == best

    @scenario
    async def test_rows_without_a_vector_are_not_near(self, store: GraphStore) -> None:
        graph = small_graph()
        vectors = {key: value for key, value in graph.vectors.items() if key != "mem_1"}
        await store.commit(graph.changes(vectors=vectors))
        probe = VectorProbe(scope=ANA, kind="memory", vector=vector_of("x"), limit=9, view=VIEW)
        assert [row.id for row in await store.nearest(probe)] == ["mem_2"]
        assert await found(store, "works") == ["mem_1"]

    @scenario
    async def test_vectors_of_another_kind_are_refused(self, store: GraphStore) -> None:
        await store.commit(small_graph().changes())
        bad = {"scope": ANA, "kind": "memory", "limit": 3, "view": VIEW}
        with pytest.raises(DimensionMismatch):
            await store.nearest(VectorProbe.model_validate({**bad, "vector": vector_of("x", self.dimension + 1)}))
        with pytest.raises(InvalidVector):
            await store.nearest(VectorProbe.model_validate({**bad, "vector": np.full(self.dimension, np.inf)}))

    @scenario
    async def test_filters_restrict_both_probes(self, store: GraphStore) -> None:
        await tell(store, ANA, TEXTS)
        chosen = parse_filter({"i": {"in": [1, 2]}})
        probe = VectorProbe(scope=ANA, kind="memory", vector=vector_of("x"), limit=9, view=VIEW, filter=chosen)
        assert {row.id for row in await store.nearest(probe)} == {"mem_1", "mem_2"}
        assert set(await found(store, "cat yard mat", filter=chosen)) == {"mem_1", "mem_2"}
        nothing = parse_filter({"i": 99})
        assert await found(store, "cat", filter=nothing) == []

    @scenario
    async def test_words_are_found(self, store: GraphStore) -> None:
        await tell(store, ANA, TEXTS)
        assert await found(store, "CATS") == ["mem_0", "mem_1"]
        assert await found(store, "run dog") == ["mem_2", "mem_1"]
        assert await found(store, "zoe cafe creme") == ["mem_3"]
        assert await found(store, "里斯本") == ["mem_4"]
        assert await found(store, "лиссабоне") == ["mem_5"]
        assert await found(store, "दुनिया") == ["mem_6"]
        assert await found(store, "bob") == ["mem_7"]
        assert await found(store, "elephant") == []
        assert await found(store, "cat", limit=1) == ["mem_0"]

    @pytest.mark.parametrize(
        "text", ["", " ", "!?", '"', "'", "*", "(", "-", "\0", "\ud800", "🤖", "\u202e", "^", "::", "{}", "\\", "%"]
    )
    @scenario
    async def test_a_text_without_a_word_matches_nothing(self, store: GraphStore, text: str) -> None:
        await tell(store, ANA, TEXTS)
        assert await found(store, text) == []
        assert await found(store, text, phrase=True) == []

    @pytest.mark.parametrize(
        "text",
        [
            'AND cat OR NOT "',
            "NEAR(cat)",
            "cat*",
            "col:cat",
            "-cat",
            "(cat",
            'cat" OR "',
            "cat ^ dog",
            "{cat} : x",
            "cat + dog",
            "words: cat",
            "rowid:1 cat",
            "'; DROP TABLE memory; -- cat",
            "cat\0dog",
            "cat\ud800",
            "CAT 🐈",
        ],
    )
    @scenario
    async def test_any_text_is_taken_as_words(self, store: GraphStore, text: str) -> None:
        await tell(store, ANA, TEXTS)
        assert "mem_0" in await found(store, text)
        await found(store, text, phrase=True)

    @scenario
    async def test_a_phrase_stands_side_by_side(self, store: GraphStore) -> None:
        await tell(store, ANA, ("Bob Stone came", "Stone hit Bob", "bob, stone!", "Bob and Stone", "The Who sang"))
        assert set(await found(store, "Bob Stone", phrase=True)) == {"mem_0", "mem_2"}
        assert await found(store, "the who", phrase=True) == ["mem_4"]
        assert await found(store, "Stone Bob", phrase=True) == []

    @scenario
    async def test_rare_words_weigh_more_and_ties_go_by_id(self, store: GraphStore) -> None:
        await tell(store, ANA, ("apple pear", "apple plum", "apple fig", "apple pear"))
        assert await found(store, "apple fig") == ["mem_2", "mem_0", "mem_1", "mem_3"]
        probe = TextProbe(scope=ANA, text="pear", limit=9, view=VIEW)
        rows = await store.matching(probe)
        assert [row.id for row in rows] == ["mem_0", "mem_3"]
        assert rows[0].score == rows[1].score > 0

    @scenario
    async def test_another_owner_moves_no_score(self, store: GraphStore) -> None:
        await tell(store, ANA, TEXTS)
        questions = ["cat", "dog yard", "the mat", "crème"]
        alone = [await store.matching(TextProbe(scope=ANA, text=q, limit=9, view=VIEW)) for q in questions]
        for i, other in enumerate(["bea", "ANA", "ana2", "an"]):
            await tell(
                store, Scope(other), ("cat dog cat", "yard yard mat crème", "1_cat 2_dog user:ana_cat"), f"mem{i}"
            )
        beside = [await store.matching(TextProbe(scope=ANA, text=q, limit=9, view=VIEW)) for q in questions]
        assert beside == alone
        await store.commit(ChangeSet(owner="user:bea", removed=("mem0_0", "mem0_1")))
        assert [await store.matching(TextProbe(scope=ANA, text=q, limit=9, view=VIEW)) for q in questions] == alone

    @scenario
    async def test_no_text_forges_its_way_to_another_owner(self, store: GraphStore) -> None:
        await tell(store, ANA, ("secret plan",))
        await tell(store, Scope("eve"), ("nothing here",), "eve")
        for text in ("1_secret", "1 secret", "_1_secret", '1_secret" OR "1_secret', "𞤀1_secret", "1\u00ad_secret"):
            assert await found(store, text, Scope("eve")) == []
        await tell(store, Scope("eve"), ("1_lie", "𞤀1_lie", "1_lie 2_lie"), "mal")
        assert await found(store, "lie") == []
