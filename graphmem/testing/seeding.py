"""The part of the contract that opens a search: one call that answers what four others answer apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.filter import parse_filter
from graphmem.domain.query import Frontier, SeedProbe, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Link, Scored, Seeds
from graphmem.errors import DimensionMismatch, InvalidVector
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import NOW, GraphBuilder, direction, later, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario
from graphmem.testing.views import READ, fill
from graphmem.testing.walks import QUESTION, ends

TEAM = Scope("ana", "bot", "r1")


def library() -> GraphBuilder:
    """Films and people told in two episodes; a subject with two memories, one that nobody else names, and a year."""
    graph = GraphBuilder(ANA, episode="epi_films")
    graph.entity("Steven Allan", aliases=["Steven"])
    graph.memory("mem_0", "Jaws was made by Steven.", about="Jaws", names=["Jaws", "Steven Allan"])
    graph.memory("mem_1", "Steven lives in Porto.", about="Steven Allan", names=["Steven Allan", "Porto"])
    graph.memory("mem_2", "Jaws came out in 1975.", about="Jaws", names=["Jaws"], metadata={"kind": "date"})
    graph.entity("1975", "value")
    graph.memory("mem_3", "Much happened in that year.", about="1975", names=["1975"])
    graph.memory("mem_4", "Steven likes tea.", episode_id="epi_talk", position=0, metadata={"kind": "talk"})
    graph.memory("mem_5", "So does Porto.", names=["Porto"], episode_id="epi_talk", position=1)
    graph.memory("mem_6", "Nobody asked.", episode_id="epi_talk", position=2, metadata={"kind": "talk"})
    return graph


def probe_of(**fields: Any) -> SeedProbe:
    """What is asked of the library, unless said otherwise."""
    asked: dict[str, Any] = {"scope": ANA, "view": VIEW, "vector": QUESTION, "text": "Steven tea", "limit": 3}
    return SeedProbe.model_validate({**asked, **fields})


async def asked_apart(store: GraphStore, probe: SeedProbe) -> Seeds:
    """The same from the single questions."""
    same: dict[str, Any] = {"scope": probe.scope, "view": probe.view, "filter": probe.filter}
    nearest = await store.nearest(VectorProbe(kind="memory", vector=probe.vector, limit=probe.limit, **same))
    matching = await store.matching(TextProbe(text=probe.text, limit=probe.limit, **same))
    named = await store.entities(probe.scope, probe.keys)
    start = tuple(entity.id for entity in named if entity.type != "value")
    step: dict[str, Any] = {**same, "vector": probe.vector, "fanout": probe.fanout}
    about = await store.expand(Frontier(entity_ids=start, kinds=frozenset({"about"}), **step))
    found = {row.id for row in (*nearest, *matching)} | {link.target for link in about.links}
    beside = await store.expand(Frontier(memory_ids=tuple(sorted(found)), kinds=frozenset({"next"}), **step))
    return Seeds(
        named=tuple(named),
        nearest=tuple(nearest),
        matching=tuple(matching),
        links=(*about.links, *beside.links),
        suppressed=about.suppressed,
    )


def plain(links: Iterable[Link]) -> list[tuple[object, ...]]:
    """Links without their cosines, in one order."""
    return sorted((one.kind, one.source, one.target, one.entity_id, one.sentence, one.entity_degree) for one in links)


def cosines(links: Sequence[Link]) -> list[float]:
    """All cosines of the links, in the order of `plain`."""
    ordered = sorted(links, key=lambda one: plain([one]))
    return [
        cosine
        for one in ordered
        for cosine in (one.link_cosine, one.target_cosine, one.entity_cosine, one.entity_target_cosine)
    ]


def same_rows(got: Sequence[Scored], expected: Sequence[Scored]) -> bool:
    """Whether these are the same rows in the same order with the same scores."""
    scores = [row.score for row in expected]
    return [row.id for row in got] == [row.id for row in expected] and [row.score for row in got] == pytest.approx(
        scores, abs=1e-6
    )


def ids(rows: Iterable[Scored]) -> set[str]:
    """Which rows these are."""
    return {row.id for row in rows}


class SeedContract(StoreScenarios):
    """What `seeds` promises."""

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"keys": ("jaws", "porto", "steven", "1975", "nobody")},
            {"keys": ("jaws",), "limit": 1, "text": "tea"},
            {"keys": ("jaws", "steven allan"), "limit": 50, "fanout": 1},
            {"keys": ("jaws",), "filter": parse_filter({"kind": {"in": ["date", "talk"]}})},
            {"keys": ("jaws",), "text": "?!", "limit": 2},
            {"keys": ("bob", "acme"), "scope": Scope("ana", "bot"), "text": "Acme", "limit": 9},
            {"keys": ("bob",), "scope": Scope("ana", None, "r1"), "view": ALL_TIMES, "limit": 9},
        ],
    )
    @scenario
    async def test_seeds_are_what_the_single_questions_find(self, store: GraphStore, fields: dict[str, Any]) -> None:
        await store.commit(library().changes())
        await fill(store)
        probe = probe_of(**fields)
        got, apart = await store.seeds(probe), await asked_apart(store, probe)
        assert apart.nearest, "a probe that finds nothing shows nothing"
        assert got.named == apart.named
        assert same_rows(got.nearest, apart.nearest)
        assert same_rows(got.matching, apart.matching)
        assert plain(got.links) == plain(apart.links)
        assert cosines(got.links) == pytest.approx(cosines(apart.links), abs=1e-6)
        assert set(got.words.rows) == ids(apart.matching)
        assert got.suppressed == apart.suppressed
        kinds = [link.kind for link in got.links]
        assert kinds == sorted(kinds), "about comes before next"

    @scenario
    async def test_word_counts_give_the_scores_of_the_rows(self, store: GraphStore) -> None:
        """A mean length and a rarity that were made up, or those of others, would not."""
        await store.commit(library().changes())
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_6",)))
        await fill(store)
        got = await store.seeds(
            probe_of(text="Was Jaws made by Steven, Steven, or in the tea of 1975, or by xyzzy?", limit=9)
        )
        words = got.words
        assert len(got.matching) >= 4
        assert set(words.rows) == ids(got.matching)
        assert list(words.idf) == sorted(words.idf, reverse=True)
        for row in got.matching:
            length, counts = words.rows[row.id]
            norm = 1.2 * (1 - 0.75 + 0.75 * length / words.mean_length)
            pairs = zip(words.idf, counts, strict=True)
            assert sum(idf * n * 2.2 / (n + norm) for idf, n in pairs) == pytest.approx(row.score, abs=1e-6)
        made = words.rows["mem_0"]
        assert made.length == 5, "every word counts for the length"
        assert sorted(made.counts) == [0] * (len(words.idf) - 3) + [1, 1, 1]

    @scenario
    async def test_actors_of_all_that_was_found_and_nobody_else(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA, episode="epi_talk")
        for place, actor in enumerate(("Nora", "Bo", None, "Nora", "Bo")):
            text = "Tea, please." if place == 1 else f"Word {place}."
            graph.memory(f"mem_{place}", text, position=place, actor_id=actor, vector=direction(1 - place / 10, 1))
        await store.commit(graph.changes())
        probe = probe_of(vector=direction(1), text="tea", limit=1)
        got = await store.seeds(probe)
        assert (ids(got.nearest), ids(got.matching)) == ({"mem_0"}, {"mem_1"})
        assert got.actors == {"mem_0": "Nora", "mem_1": "Bo"}, "mem_2 is beside, and nobody's"
        everyone = await store.seeds(probe.model_copy(update={"limit": 9, "text": "?"}))
        assert everyone.actors == {"mem_0": "Nora", "mem_1": "Bo", "mem_3": "Nora", "mem_4": "Bo"}

    @scenario
    async def test_names_are_found_by_key_and_by_alias(self, store: GraphStore) -> None:
        graph = library()
        await store.commit(graph.changes())
        by_alias = await store.seeds(probe_of(keys=("steven",)))
        assert [(entity.name, entity.aliases) for entity in by_alias.named] == [("Steven Allan", ("Steven",))]
        assert ends(list(by_alias.links), "about") == {("", "mem_1")}
        both = await store.seeds(probe_of(keys=("porto", "steven allan", "Porto")))
        expected = sorted(graph.entity(name) for name in ("Porto", "Steven Allan"))
        assert [entity.id for entity in both.named] == expected
        assert (await store.seeds(probe_of())).named == ()

    @scenario
    async def test_a_value_is_named_and_leads_nowhere(self, store: GraphStore) -> None:
        await store.commit(library().changes())
        got = await store.seeds(probe_of(keys=("1975", "jaws")))
        assert {entity.name for entity in got.named} == {"1975", "Jaws"}
        assert ends(list(got.links), "about") == {("", "mem_0"), ("", "mem_2")}

    @scenario
    async def test_neighbours_of_all_that_was_found(self, store: GraphStore) -> None:
        graph = library()
        await store.commit(graph.changes())
        nearest = graph.vectors["mem_6"]
        probe = probe_of(vector=nearest, text="tea", limit=1, keys=("jaws",))
        got = await store.seeds(probe)
        assert (ids(got.nearest), ids(got.matching)) == ({"mem_6"}, {"mem_4"})
        by_probes = {("mem_4", "mem_5"), ("mem_6", "mem_5")}
        by_name = {("mem_0", "mem_1"), ("mem_2", "mem_1"), ("mem_2", "mem_3")}
        assert ends(list(got.links), "next") == by_probes | by_name
        unnamed = await store.seeds(probe.model_copy(update={"keys": ()}))
        assert ends(list(unnamed.links), "next") == by_probes

    @scenario
    async def test_a_filter_holds_for_rows_and_targets_and_not_for_names(self, store: GraphStore) -> None:
        await store.commit(library().changes())
        chosen = parse_filter({"kind": {"in": ["date", "talk"]}})
        got = await store.seeds(probe_of(keys=("jaws", "porto"), text="Jaws tea", limit=9, filter=chosen))
        assert {entity.name for entity in got.named} == {"Jaws", "Porto"}
        assert (ids(got.nearest), ids(got.matching)) == ({"mem_2", "mem_4", "mem_6"}, {"mem_2", "mem_4"})
        assert ends(list(got.links), "about") == {("", "mem_2")}
        assert ends(list(got.links), "next") == set()

    @scenario
    async def test_fanout_keeps_the_nearest_and_counts_the_rest(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        weights = {f"mem_{i}": ((i * 3) % 7) / 7 for i in range(7)}
        for id_, weight in weights.items():
            graph.memory(id_, about="Hub", vector=direction(weight, (1 - weight**2) ** 0.5))
        graph.memory("mem_x", about="Other", vector=direction(0.1, 0.9))
        await store.commit(graph.changes())
        got = await store.seeds(probe_of(keys=("hub", "other"), vector=direction(1), fanout=2, limit=1))
        best = sorted(weights, key=lambda id_: (-weights[id_], id_))[:2]
        assert ends(list(got.links), "about") == {("", id_) for id_ in (*best, "mem_x")}
        assert got.suppressed == {graph.entity("Hub"): 5}

    @scenario
    async def test_what_is_not_seen_is_no_seed(self, store: GraphStore) -> None:
        graph = library()
        graph.memory("mem_7", "Steven drank tea.", about="Jaws", expires_at=NOW)
        graph.memory("mem_8", "Steven will drink tea.", about="Jaws", valid_from=later(days=2))
        await store.commit(graph.changes())
        ended = Retirement(id="mem_2", at=NOW, valid_to=later(days=-1))
        away = (ended, Retirement(id="mem_4", at=NOW))
        await store.commit(ChangeSet(owner=ANA.owner, retired_memories=away))
        asked = {"keys": ("jaws",), "limit": 99}
        for view, hidden in (
            (VIEW, {"mem_2", "mem_4", "mem_7"}),
            (ALL_TIMES, {"mem_7"}),
            (View(now=NOW, as_of=NOW), {"mem_2", "mem_4", "mem_7", "mem_8"}),
        ):
            got = await store.seeds(probe_of(**asked, view=view))
            assert ids(got.nearest) == {f"mem_{i}" for i in range(9)} - hidden
            assert ids(got.matching) == {"mem_0", "mem_1", "mem_4", "mem_8"} - hidden
            about = {link.target for link in got.links if link.kind == "about"}
            assert about == {"mem_0", "mem_2", "mem_8"} - hidden
            assert not hidden & {end for link in got.links for end in (link.source, link.target)}

    @scenario
    async def test_seeds_keep_to_their_scope(self, store: GraphStore) -> None:
        await fill(store)
        for reader in READ:
            probe = probe_of(scope=reader, text="Bob Acme", limit=200, keys=("bob", "acme", "porto"))
            got, apart = await store.seeds(probe), await asked_apart(store, probe)
            assert {entity.owner for entity in got.named} <= {reader.owner}
            assert (ids(got.nearest), ids(got.matching)) == (ids(apart.nearest), ids(apart.matching)), reader
            assert plain(got.links) == plain(apart.links), reader

    @scenario
    async def test_nothing_is_found_where_nothing_is(self, store: GraphStore) -> None:
        assert await store.seeds(probe_of(keys=("jaws",))) == Seeds()
        await store.commit(library().changes())
        assert await store.seeds(probe_of(keys=("jaws",), scope=Scope("nobody"))) == Seeds()
        assert await store.seeds(probe_of(keys=("jaws",), scope=TEAM)) == Seeds()

    @scenario
    async def test_vectors_of_another_kind_are_refused(self, store: GraphStore) -> None:
        await store.commit(library().changes())
        with pytest.raises(DimensionMismatch):
            await store.seeds(probe_of(vector=vector_of("x", self.dimension + 1)))
        with pytest.raises(InvalidVector):
            await store.seeds(probe_of(vector=np.full(self.dimension, np.nan, dtype=np.float32)))
