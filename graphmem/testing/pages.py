"""The part of the contract that lists: pages, restrictions, names and filters."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from graphmem.domain.filter import OPERATORS, And, Filter, matches, parse_filter
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.query import Selection
from graphmem.domain.scope import Scope
from graphmem.errors import InvalidFilter
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA, small_graph
from graphmem.testing.graph import NOW, GraphBuilder
from graphmem.testing.scenario import VIEW, StoreScenarios, scenario

ODD_IDS = (
    "a",
    "A",
    "a%",
    "a_",
    "ab",
    "a b",
    "ä",
    "a\u0308",
    "а",
    "a'b",
    'a"b',
    "a]",
    "a\\",
    "[1]",
    "x" * 200,
    "ß",
    "😀",
)
ODD_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2.5, 1.0, 2**53, 2**53 + 1, float(2**53), 2**63 - 1, -(2**63), 1e300, 0.1 + 0.2,
    "", "1", "true", "Straße", "STRASSE", "a", "A", "ä", "a%", "😀", [], [1, "a", None], ["A"], [[1]], {}, {"k": 1},
)  # fmt: skip


def odd_memories() -> GraphBuilder:
    """Memories whose fields hold all that could be mistaken for something else."""
    graph = GraphBuilder(ANA)
    for i, value in enumerate(ODD_VALUES):
        graph.memory(
            f"mem_{i:02}",
            role=("user", "assistant", None)[i % 3],
            actor_id=(None, "Bob", "bob", "b%")[i % 4],
            about=("Bob", None)[i % 2],
            categories=((), ("a",), ("a", "B"), ("straße",))[i % 4],
            metadata={"v": value, "deep": {"v": value, "a.b": i}, **({"n": i} if i % 2 else {})},
            created_at=NOW + timedelta(microseconds=i),
            valid_to=None if i % 3 else NOW + timedelta(days=i + 1),
        )
    graph.memory("mem_bare")
    return graph


def random_filter(rng: random.Random, depth: int = 0) -> Any:
    """A filter as a caller could write it; some are not valid."""
    if depth < 3 and rng.random() < 0.4:
        parts = [random_filter(rng, depth + 1) for _ in range(rng.randint(1, 3))]
        return {rng.choice(["AND", "OR", "NOT"]): parts}
    fields = ["v", "metadata.v", "metadata.deep.v", "metadata.deep", "n", "metadata.deep.a.b", "deep.v", "missing"]
    fields += ["categories", "memory_type", "role", "actor_id", "about_id", "episode_id", "id"]
    fields += ["created_at", "valid_from", "valid_to", "expires_at"]
    values = [one for one in ODD_VALUES if not isinstance(one, list | dict)]
    values += ["user", "Bob", "b", "B", "semantic", "mem_05", NOW.isoformat(), (NOW + timedelta(days=10)).isoformat()]
    operator = rng.choice(OPERATORS)
    operand: Any = rng.choice(values)
    if operator in ("in", "nin"):
        operand = [rng.choice(values) for _ in range(rng.randint(0, 4))]
    if operator == "exists":
        operand = rng.random() < 0.5
    return {rng.choice(fields): {operator: operand}}


def random_filters(seed: int, number: int) -> list[Filter]:
    """So many valid filters."""
    rng = random.Random(seed)
    filters: list[Filter] = []
    while len(filters) < number:
        try:
            parsed = parse_filter(random_filter(rng))
        except InvalidFilter:
            continue
        if parsed is not None:
            filters.append(parsed)
    return filters


async def listed(store: GraphStore, chosen: Filter | None = None, **more: Any) -> list[str]:
    """Ids of the memories that a filter takes."""
    selection = {"scope": ANA, "kind": "memory", "view": VIEW, "limit": 1000, "filter": chosen, **more}
    rows = await store.memories(Selection.model_validate(selection))
    assert rows.total == len(rows.items)
    return [memory.id for memory in rows.items]


class PageContract(StoreScenarios):
    """What `memories`, `facts`, `browse_entities` and `entities` promise."""

    @pytest.mark.parametrize("kind", ["memory", "fact", "entity"])
    @pytest.mark.parametrize("descending", [False, True])
    @scenario
    async def test_pages_cover_everything_once(self, store: GraphStore, kind: str, descending: bool) -> None:
        graph = GraphBuilder(ANA)
        for i in random.Random(3).sample(range(23), 23):
            graph.memory(f"mem_{i:02}", about=f"E{i}")
            graph.fact(f"fact_{i:02}", f"E{i}", "is", f"E{i}", by=[f"mem_{i:02}"])
        await store.commit(graph.changes())
        ids = {"memory": [*graph.memories], "fact": [*graph.facts], "entity": [*graph.entities]}[kind]
        read: Any = {"memory": store.memories, "fact": store.facts, "entity": store.browse_entities}[kind]
        for limit in (1, 5, 22, 23, 24):
            got: list[str] = []
            after = None
            while True:
                selection = Selection(scope=ANA, kind=kind, view=VIEW, limit=limit, after=after, descending=descending)  # type: ignore[arg-type]
                rows = await read(selection)
                assert rows.total == 23
                assert len(rows.items) <= limit
                got += [row.id for row in rows.items]
                after = rows.next_after
                if after is None:
                    break
            assert got == sorted(ids, reverse=descending)

    @scenario
    async def test_facts_by_their_parts(self, store: GraphStore) -> None:
        graph = small_graph()
        graph.fact("fact_3", "Acme", "located_in", "Lisbon", by=["mem_2"])
        await store.commit(graph.changes())
        bob, acme, lisbon = (graph.entity(name) for name in ("Bob", "Acme", "Lisbon"))

        async def ids(**parts: Sequence[str]) -> set[str]:
            restricted = {name: tuple(values) for name, values in parts.items()}
            rows = await store.facts(
                Selection.model_validate({"scope": ANA, "kind": "fact", "view": VIEW, **restricted})
            )
            assert rows.total == len(rows.items)
            return {fact.id for fact in rows.items}

        assert await ids(subjects=[bob]) == {"fact_1", "fact_2"}
        assert await ids(objects=[lisbon]) == {"fact_2", "fact_3"}
        assert await ids(subjects=[bob], objects=[lisbon]) == {"fact_2"}
        assert await ids(subjects=[bob, acme], predicates=["works_at", "located_in"]) == {"fact_1", "fact_3"}
        assert await ids(memory_ids=["mem_2"]) == {"fact_1", "fact_3"}
        assert await ids(memory_ids=["mem_1"], predicates=["born_in"]) == {"fact_2"}
        assert await ids(subjects=[]) == set()
        assert await ids(predicates=["WORKS_AT"]) == set()
        assert await ids(subjects=["' OR 1=1 --", "%"]) == set()

    @scenario
    async def test_entities_of_memories(self, store: GraphStore) -> None:
        graph = small_graph()
        await store.commit(graph.changes())
        selection = Selection(scope=ANA, kind="entity", view=VIEW, memory_ids=("mem_2",))
        assert [entity.name for entity in (await store.browse_entities(selection)).items] == ["Acme"]

    @scenario
    async def test_memories_of_another_scope_restrict_to_nothing(self, store: GraphStore) -> None:
        """Whether they support what this scope sees is not told."""
        await store.commit(small_graph(Scope("ana", "bot")).changes())
        other = GraphBuilder(Scope("ana", "bot2"), episode="epi_2")
        other.memory("mem_9", names=["Acme"])
        other.support("mem_9", "fact_1")
        await store.commit(other.changes())
        parts = {"scope": Scope("ana", "bot"), "view": VIEW, "memory_ids": ("mem_9",)}
        assert (await store.facts(Selection.model_validate({"kind": "fact", **parts}))).items == ()
        assert (await store.browse_entities(Selection.model_validate({"kind": "entity", **parts}))).items == ()

    @scenario
    async def test_memories_by_the_digest_of_their_words(self, store: GraphStore) -> None:
        graph = small_graph()
        graph.memory("mem_3", "Bob works at Acme.")
        graph.memory("mem_4", "Bob works at Acme.", actor_id="bob")
        await store.commit(graph.changes())
        assert await listed(store, hashes=(graph.memories["mem_1"].hash,)) == ["mem_1", "mem_3"]
        assert await listed(store, hashes=(graph.memories["mem_4"].hash, "?")) == ["mem_4"]
        assert await listed(store, hashes=()) == []

    @pytest.mark.parametrize("chosen", [None, {"OR": [{"metadata.n": 1}, {"metadata.n": {"exists": False}}]}])
    @scenario
    async def test_memories_of_the_very_same_scope(self, store: GraphStore, chosen: Any) -> None:
        scopes = [
            Scope(*ids) for ids in itertools.product(("ana", None), ("bot", "bo", None), ("1", "11", None)) if any(ids)
        ]
        for number, scope in enumerate(scopes):
            graph = GraphBuilder(scope, episode=f"epi_{number}")
            graph.memory(f"mem_{number:02}")
            graph.memory(f"mem_{number:02}_old", retired_at=NOW)
            await store.commit(graph.changes())
        for number, scope in enumerate(scopes):
            found = await listed(store, parse_filter(chosen), scope=scope, exactly=True)
            assert found == [f"mem_{number:02}"], scope
            assert found[0] in await listed(store, parse_filter(chosen), scope=scope)

    @scenario
    async def test_entities_by_key_and_alias(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.entity("The Acme Corporation", aliases=["ACME", "Acme (company)"])
        graph.entity("acme", aliases=["%"])
        graph.entity("Unnamed")
        graph.memory("mem_1", names=["The Acme Corporation", "acme"])
        await store.commit(graph.changes())
        assert [e.name for e in await store.entities(ANA, ["acme corporation"])] == ["The Acme Corporation"]
        assert {e.name for e in await store.entities(ANA, ["acme"])} == {"The Acme Corporation", "acme"}
        assert await store.entities(ANA, ["Acme", "ac%", "unnamed", ""]) == []
        assert await store.entities(ANA, []) == []
        assert await store.entities(Scope("bea"), ["acme"]) == []

    @scenario
    async def test_odd_ids_are_told_apart(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for id_ in ODD_IDS:
            graph.memory(f"mem_{id_}", f"About {id_}.")
        await store.commit(graph.changes())
        assert await listed(store) == sorted(f"mem_{id_}" for id_ in ODD_IDS)
        for id_ in ODD_IDS:
            assert set((await store.fetch(ANA, [f"mem_{id_}"], VIEW)).memories) == {f"mem_{id_}"}
            assert await listed(store, parse_filter({"id": f"mem_{id_}"})) == [f"mem_{id_}"]
        for near in ("mem_a\0", "\0mem_a", "mem_\ud800", "", "mem_a "):
            assert (await store.fetch(ANA, [near], VIEW)).memories == {}
            assert await store.entities(ANA, [near]) == []

    @scenario
    async def test_large_values_come_back_whole(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        text = "Ein großes Wort. " * 60_000
        graph.memory("mem_1", text, metadata={"list": list(range(5_000)), "text": "x" * 50_000})
        graph.fact("fact_1", "Bob " * 1_000, "says", "y" * 20_000, by=["mem_1"])
        await store.commit(graph.changes())
        got = await store.fetch(ANA, ["mem_1"], VIEW)
        assert got.memories == graph.memories
        assert got.entities == graph.entities
        assert await listed(store, parse_filter({"list": {"contains": 4_999}})) == ["mem_1"]

    @pytest.mark.parametrize("seed", range(8))
    @scenario
    async def test_filters_mean_what_matches_says(self, store: GraphStore, seed: int) -> None:
        graph = odd_memories()
        await store.commit(graph.changes())
        memories: list[MemoryRecord] = sorted(graph.memories.values(), key=lambda memory: memory.id)
        for chosen in random_filters(seed, 60):
            assert await listed(store, chosen) == [memory.id for memory in memories if matches(chosen, memory)], chosen

    @scenario
    async def test_long_filters_are_taken(self, store: GraphStore) -> None:
        await store.commit(odd_memories().changes())
        many = parse_filter({"OR": [{"n": i} for i in range(450)]})
        assert len(await listed(store, many)) == len(ODD_VALUES) // 2
        values = parse_filter({"n": {"in": list(range(990))}})
        assert await listed(store, values) == await listed(store, many)
        nested: Any = {"n": 1}
        for _ in range(9):
            nested = {"NOT": {"AND": [nested]}}
        assert await listed(store, parse_filter(nested)) == [id_ for id_ in await listed(store) if id_ != "mem_01"]
        assert await listed(store, And(())) == await listed(store)
