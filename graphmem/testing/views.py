"""The part of the contract that hides: scopes by owner, agent and run, and rows by their times."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem.domain.identity import entity_key
from graphmem.domain.query import Frontier, NodeKind, Selection, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA, EMPTY, small_graph
from graphmem.testing.graph import NOW, GraphBuilder, later, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario

WRITTEN = (
    Scope("ana"),
    Scope("ana", "bot"),
    Scope("ana", "bot", "r1"),
    Scope("ana", None, "r1"),
    Scope("ana", "bot2", "r1"),
    Scope("bea"),
    Scope("bea", "bot"),
    Scope(None, "bot"),
    Scope(None, "bot", "r1"),
    Scope(None, None, "r1"),
    Scope("ANA"),
    Scope("an"),
    Scope("ana%"),
    Scope("ana_"),
    Scope("a_a"),
    Scope("%"),
    Scope("аna"),  # a Cyrillic а
    Scope("ana\u0301"),
    Scope("ana:bot"),
    Scope("agent:bot"),
    Scope("user:ana"),
    Scope(None, "user:ana"),
    Scope("ana' OR '1'='1"),
)
"""Scopes that must not be mistaken for each other."""
READ = (*WRITTEN, Scope("ana", "bo"), Scope("nobody"), Scope(None, "bot2"), Scope("bea", None, "r1"))


async def fill(store: GraphStore) -> None:
    """The same little world in every scope; row i carries its number."""
    for i, scope in enumerate(WRITTEN):
        graph = GraphBuilder(scope, episode=f"epi_{i}")
        graph.memory(f"mem_{i}_a", "Bob works at Acme.", about="Bob", names=["Acme"])
        graph.memory(f"mem_{i}_b", "Acme is in Porto.", about="Acme", names=["Bob", "Acme", "Porto"])
        graph.fact(f"fact_{i}", "Bob", "works_at", "Acme", by=[f"mem_{i}_a"])
        graph.revision(f"rev_{i}", f"mem_{i}_a")
        await store.commit(graph.changes())


class ViewContract(StoreScenarios):
    """Who sees what, and when."""

    @scenario
    async def test_every_read_keeps_to_its_scope(self, store: GraphStore) -> None:
        await fill(store)
        for reader in READ:
            seen = {i for i, scope in enumerate(WRITTEN) if reader.covers(scope)}
            memories = {f"mem_{i}_{letter}" for i in seen for letter in "ab"}
            facts = {f"fact_{i}" for i in seen}
            assert await self._memories_seen(store, reader) == [memories] * 3, reader
            assert await self._facts_seen(store, reader) == [facts] * 2, reader
            names = {"Bob", "Acme", "Porto"} if seen else set()
            assert await self._entities_seen(store, reader) == [names] * 3, reader
            assert await store.counts(reader, VIEW) == {
                "memories": len(memories),
                "facts": len(facts),
                "entities": len(names),
                "episodes": len(seen),
            }

    async def _memories_seen(self, store: GraphStore, reader: Scope) -> list[set[str]]:
        near = VectorProbe(scope=reader, kind="memory", vector=vector_of("x"), limit=200, view=VIEW)
        text = TextProbe(scope=reader, text="Bob Acme", limit=200, view=VIEW)
        page = Selection(scope=reader, kind="memory", view=VIEW, limit=200)
        rows = await store.memories(page)
        assert rows.total == len(rows.items)
        return [
            {row.id for row in await store.nearest(near)},
            {row.id for row in await store.matching(text)},
            {memory.id for memory in rows.items},
        ]

    async def _facts_seen(self, store: GraphStore, reader: Scope) -> list[set[str]]:
        near = VectorProbe(scope=reader, kind="fact", vector=vector_of("x"), limit=200, view=VIEW)
        rows = await store.facts(Selection(scope=reader, kind="fact", view=VIEW, limit=200))
        assert rows.total == len(rows.items)
        return [{row.id for row in await store.nearest(near)}, {fact.id for fact in rows.items}]

    async def _entities_seen(self, store: GraphStore, reader: Scope) -> list[set[str]]:
        near = VectorProbe(scope=reader, kind="entity", vector=vector_of("x"), limit=200, view=VIEW)
        rows = await store.browse_entities(Selection(scope=reader, kind="entity", view=VIEW, limit=200))
        assert rows.total == len(rows.items)
        ids = [row.id for row in await store.nearest(near)]
        fetched = (await store.fetch(reader, ids, VIEW)).entities
        keyed = await store.entities(reader, [entity_key(name) for name in ("Bob", "Acme", "Porto")])
        assert {entity.owner for entity in (*rows.items, *keyed)} <= {reader.owner}
        return [{e.name for e in group} for group in (rows.items, fetched.values(), keyed)]

    @scenario
    async def test_by_id_and_by_link_nothing_of_another_scope_is_reached(self, store: GraphStore) -> None:
        await fill(store)
        ids = [f"mem_{i}_{letter}" for i in range(len(WRITTEN)) for letter in "ab"]
        ids += [f"fact_{i}" for i in range(len(WRITTEN))] + [f"epi_{i}" for i in range(len(WRITTEN))]
        everyone = (await store.fetch(None, ids, VIEW)).entities
        assert len((await store.fetch(None, ids, VIEW)).memories) == 2 * len(WRITTEN)
        for reader in READ:
            seen = {str(i) for i, scope in enumerate(WRITTEN) if reader.covers(scope)}
            got = await store.fetch(reader, [*ids, *everyone], VIEW)
            reached = [*got.memories, *got.facts, *got.episodes, *(s.memory_id for s in got.sentences)]
            reached += [end for s in got.supports for end in (s.memory_id, s.fact_id)]
            reached += [m.memory_id for m in got.mentions]
            assert {id_.split("_")[1] for id_ in reached} == seen, reader
            assert {entity.owner for entity in got.entities.values()} <= {reader.owner}
            frontier = Frontier(
                scope=reader, view=VIEW, vector=vector_of("x"), memory_ids=tuple(ids), entity_ids=tuple(everyone)
            )
            links = (await store.expand(frontier)).links
            assert {link.target.split("_")[1] for link in links} == seen, reader
            assert {link.source.split("_")[1] for link in links if link.source} == seen
            for i in range(len(WRITTEN)):
                assert [r.id for r in await store.revisions(reader, f"mem_{i}_a")] == (
                    [f"rev_{i}"] if str(i) in seen else []
                )

    @pytest.mark.parametrize("kind", ["memory", "fact"])
    @pytest.mark.parametrize(
        ("fields", "seen_now", "seen_then", "seen_always"),
        [
            ({}, True, True, True),
            ({"valid_to": later(days=1)}, True, True, True),
            ({"valid_to": NOW}, False, True, True),
            ({"valid_to": later(days=-10)}, False, False, True),
            ({"valid_to": later(days=-20)}, False, False, True),
            ({"retired_at": NOW}, False, False, True),
            ({"retired_at": NOW, "valid_to": later(days=-1)}, False, True, True),
            ({"retired_at": NOW, "valid_to": later(days=-11)}, False, False, True),
            ({"valid_from": later(days=-9)}, True, False, True),
            ({"valid_from": later(days=-10)}, True, True, True),
        ],
    )
    @scenario
    async def test_rows_are_seen_at_their_time(
        self,
        store: GraphStore,
        kind: NodeKind,
        fields: dict[str, Any],
        seen_now: bool,
        seen_then: bool,
        seen_always: bool,
    ) -> None:
        """`then` is ten days before NOW."""
        graph = GraphBuilder(ANA)
        fields = {"valid_from": later(days=-30), **fields}
        graph.memory(
            "mem_1", "Bob works.", about="Bob", **(fields if kind == "memory" else {"valid_from": later(days=-30)})
        )
        graph.fact("fact_1", "Bob", "does", "work", by=["mem_1"], **(fields if kind == "fact" else {}))
        await store.commit(graph.changes())
        for view, seen in (
            (VIEW, seen_now),
            (View(now=NOW, as_of=later(days=-10)), seen_then),
            (ALL_TIMES, seen_always),
            (View(now=NOW, as_of=later(days=-99), include_retired=True), seen_always),
        ):
            assert await self._sees(store, kind, view) == [seen] * 4, view

    async def _sees(self, store: GraphStore, kind: NodeKind, view: View) -> list[bool]:
        id_ = "mem_1" if kind == "memory" else "fact_1"
        probe = VectorProbe(scope=ANA, kind=kind, vector=vector_of("x"), limit=5, view=view)
        page = Selection(scope=ANA, kind=kind, view=view)
        rows: Any = await (store.memories(page) if kind == "memory" else store.facts(page))
        got = await store.fetch(ANA, [id_], view)
        counts = await store.counts(ANA, view)
        return [
            [row.id for row in await store.nearest(probe)] == [id_],
            [row.id for row in rows.items] == [id_],
            id_ in got.memories or id_ in got.facts,
            counts["memories" if kind == "memory" else "facts"] == 1,
        ]

    @pytest.mark.parametrize("view", [VIEW, ALL_TIMES, View(now=NOW, as_of=NOW)], ids=["now", "all", "as_of"])
    @pytest.mark.parametrize(("seconds", "seen"), [(-1, False), (0, False), (1, True)])
    @scenario
    async def test_what_has_expired_is_never_seen(
        self, store: GraphStore, seconds: int, seen: bool, view: View
    ) -> None:
        graph = small_graph()
        expired = {
            id_: memory.model_copy(update={"expires_at": later(seconds=seconds)})
            for id_, memory in graph.memories.items()
        }
        await store.commit(graph.changes(memories=tuple(expired.values())))
        assert (await store.counts(ANA, view) != EMPTY) is seen
        assert (await store.matching(TextProbe(scope=ANA, text="Bob", limit=5, view=view)) != []) is seen
        kinds: tuple[NodeKind, ...] = ("memory", "fact", "entity")
        for kind in kinds:
            probe = VectorProbe(scope=ANA, kind=kind, vector=vector_of("x"), limit=5, view=view)
            assert (await store.nearest(probe) != []) is seen
        got = await store.fetch(ANA, ["mem_1", "fact_1", "epi_1", *graph.entities], view)
        assert any((got.memories, got.facts, got.entities, got.episodes)) is seen
        frontier = Frontier(
            scope=ANA, view=view, vector=vector_of("x"), memory_ids=("mem_1",), entity_ids=tuple(graph.entities)
        )
        assert bool((await store.expand(frontier)).links) is seen

    @scenario
    async def test_a_fact_expires_with_the_last_that_supports_it(self, store: GraphStore) -> None:
        graph = small_graph()
        soon = graph.memories["mem_1"].model_copy(update={"expires_at": later(hours=1)})
        await store.commit(graph.changes(memories=(soon, graph.memories["mem_2"])))
        after = View(now=later(hours=2))
        page = Selection(scope=ANA, kind="fact", view=after)
        assert [fact.id for fact in (await store.facts(page)).items] == ["fact_1"]
        sooner = graph.memories["mem_2"].model_copy(update={"expires_at": later(minutes=1)})
        await store.commit(GraphBuilder(ANA).changes(memories=(sooner,)))
        assert (await store.facts(page)).items == ()
        kept = sooner.model_copy(update={"expires_at": None})
        await store.commit(GraphBuilder(ANA).changes(memories=(kept,)))
        assert [fact.id for fact in (await store.facts(page)).items] == ["fact_1"]

    @scenario
    async def test_only_what_is_seen_comes_with_what_is_fetched(self, store: GraphStore) -> None:
        await store.commit(small_graph(Scope("ana", "bot")).changes())
        other = GraphBuilder(Scope("ana", "bot2"), episode="epi_2")
        other.memory("mem_9", "Yes.")
        other.support("mem_9", "fact_1")
        await store.commit(other.changes())
        got = await store.fetch(Scope("ana", "bot"), ["fact_1"], VIEW)
        assert set(got.memories) == {"mem_1", "mem_2"}
        assert {support.memory_id for support in got.supports} == {"mem_1", "mem_2"}
        alone = await store.fetch(Scope("ana", "bot2"), ["mem_9"], VIEW)
        assert (alone.facts, alone.supports) == ({}, ())
