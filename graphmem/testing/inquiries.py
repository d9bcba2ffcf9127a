"""The part of the contract that opens a write: how things stand, from one moment and in one call."""

from __future__ import annotations

from typing import Any

import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.query import Between, Inquiry, Selection, TextProbe
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Standing
from graphmem.errors import Conflict
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import NOW, GraphBuilder, later
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario
from graphmem.testing.views import READ, fill

BOT = Scope("ana", "bot")
RUN = Scope("ana", "bot", "r1")


async def life(store: GraphStore) -> None:
    """What Ana said of Bob, to nobody and in a run of her bot: where he lives, what he likes, and what has expired."""
    graph = GraphBuilder(ANA, episode="epi_ana")
    graph.entity("Robert Stone", aliases=["Bob"])
    graph.memory("mem_a1", "Bob lives in Porto. He likes tea.", about="Robert Stone", names=["Robert Stone", "Porto"])
    graph.sentence("mem_a1", 1, "Bob likes tea.")
    graph.memory("mem_a2", "Bob lives in Porto, still.", names=["Robert Stone"])
    graph.memory("mem_a3", "Bob lives at sea.", names=["Robert Stone"], expires_at=NOW)
    graph.fact("fact_a1", "Robert Stone", "live_in", "Porto", by=["mem_a1", "mem_a2", "mem_a3"])
    graph.fact("fact_a2", "Robert Stone", "like", "tea", by=["mem_a1"])
    graph.fact("fact_a3", "Robert Stone", "live_in", "the sea", by=["mem_a3"])
    graph.fact("fact_a4", "Porto", "lie_in", "Portugal", by=["mem_a2"])
    await store.commit(graph.changes())
    run = GraphBuilder(RUN, episode="epi_run")
    run.memory("mem_r1", "Bob moved to Lisbon.", about="Lisbon", names=["Lisbon"])
    run.memory("mem_r2", "Cleo is fond of Bob.", names=["Cleo"])
    run.fact("fact_r1", "Robert Stone", "move_to", "Lisbon", by=["mem_r1"])
    run.fact("fact_r2", "Cleo", "like", "Robert Stone", by=["mem_r2"])
    await store.commit(run.changes())
    closed = Retirement(id="fact_a1", at=NOW, valid_to=NOW, superseded_by="fact_r1")
    outdated = Retirement(id="mem_a2", at=NOW, valid_to=NOW, superseded_by="fact_r1")
    await store.commit(ChangeSet(owner=ANA.owner, retired_facts=(closed,), retired_memories=(outdated,)))


def whole(gathered: Gathered) -> dict[str, Any]:
    """What was gathered, in one order."""
    rows = gathered.model_dump()
    for name in ("sentences", "supports", "mentions"):
        rows[name] = sorted(rows[name], key=repr)
    return rows


async def ask(store: GraphStore, scope: Scope = ANA, **fields: Any) -> Standing:
    """Consult the store now."""
    return await store.consult(Inquiry(scope=scope, now=NOW, **fields))


async def tell_once(store: GraphStore, scope: Scope, id_: str, text: str, **fields: Any) -> MemoryRecord:
    """Commit one memory in an episode of its own."""
    graph = GraphBuilder(scope, episode=f"epi_{id_}")
    record = graph.memory(id_, text, **fields)
    await store.commit(graph.changes())
    return record


class InquiryContract(StoreScenarios):
    """What `consult` promises."""

    @pytest.mark.parametrize("scope", [ANA, BOT, RUN])
    @scenario
    async def test_standing_is_what_the_single_questions_find(self, store: GraphStore, scope: Scope) -> None:
        await life(store)
        told = await tell_once(store, scope, "mem_t", "Bob lives in Porto.")
        keys, predicates = ("bob", "porto", "nobody"), ("live_in", "move_to", "lie_in")
        got = await ask(
            store,
            scope,
            keys=keys,
            predicates=predicates,
            closable=predicates,
            hashes=(told.hash,),
            phrases=("fond of",),
        )
        entities = await store.entities(ANA, keys)
        subjects = tuple(entity.id for entity in entities)
        chosen: dict[str, Any] = {"subjects": subjects, "predicates": predicates, "limit": 1000}
        facts = (await store.facts(Selection(scope=ANA, kind="fact", view=ALL_TIMES, **chosen))).items
        said = (await store.fetch(ANA, [fact.id for fact in facts], ALL_TIMES)).memories
        held = await store.matching(TextProbe(scope=ANA, text="fond of", limit=50, view=VIEW, phrase=True))
        assert len(entities) == 2
        assert got.version == await store.version(ANA.owner)
        assert got.entities == tuple(entities)
        assert got.facts == facts
        assert whole(got.twins) == whole(await store.fetch(ANA, ["mem_t"], ALL_TIMES))
        assert whole(got.supporters) == whole(await store.fetch(ANA, sorted(said), ALL_TIMES))
        assert whole(got.holders) == whole(await store.fetch(ANA, [row.id for row in held], VIEW))
        assert set(got.holders.memories) == {"mem_r2"}

    @scenario
    async def test_an_empty_inquiry_learns_the_version_only(self, store: GraphStore) -> None:
        assert await ask(store) == Standing()
        await life(store)
        assert await ask(store) == Standing(version=3)
        assert await ask(store, Scope("nobody"), keys=("bob",), phrases=("Bob",)) == Standing()

    @scenario
    async def test_the_version_is_a_basis_for_the_write(self, store: GraphStore) -> None:
        await life(store)
        version = (await ask(store, RUN)).version
        graph = GraphBuilder(RUN, episode="epi_new")
        graph.memory("mem_new")
        await store.commit(graph.changes(basis=version))
        with pytest.raises(Conflict):
            await store.commit(GraphBuilder(RUN).changes(basis=version, removed=("mem_new",)))
        assert (await ask(store, ANA)).version == version + 1

    @scenario
    async def test_names_are_found_by_key_and_by_alias(self, store: GraphStore) -> None:
        await life(store)
        for keys, names in (
            (("bob",), ["Robert Stone"]),
            (("robert stone", "bob"), ["Robert Stone"]),
            (("cleo", "Porto", "the sea", "sea"), ["Cleo", "the sea"]),
        ):
            for scope in (ANA, RUN, Scope("ana", "another")):
                got = await ask(store, scope, keys=keys)
                assert sorted(entity.name for entity in got.entities) == names
                assert [entity.id for entity in got.entities] == sorted(entity.id for entity in got.entities)
        assert got.facts == ()

    @scenario
    async def test_facts_come_whatever_their_scope_and_time(self, store: GraphStore) -> None:
        await life(store)
        for scope in (ANA, BOT, RUN, Scope("ana", "another", "r9")):
            got = await ask(store, scope, keys=("bob",), predicates=("live_in", "move_to"))
            assert [fact.id for fact in got.facts] == ["fact_a1", "fact_r1"]
            assert [fact.superseded_by for fact in got.facts] == ["fact_r1", None]
            assert [fact.support_count for fact in got.facts] == [3, 1]
        assert (got.supporters, got.twins, got.holders) == (Gathered(), Gathered(), Gathered())

    @scenario
    async def test_only_facts_of_the_subjects_and_predicates_come(self, store: GraphStore) -> None:
        await life(store)
        for keys, predicates, facts in (
            (("bob",), ("like",), ["fact_a2"]),
            (("cleo", "bob"), ("like",), ["fact_a2", "fact_r2"]),
            (("lisbon", "tea"), ("move_to", "like"), []),
            (("porto",), ("live_in", "lie_in"), ["fact_a4"]),
            (("bob",), (), []),
            ((), ("like",), []),
        ):
            got = await ask(store, keys=keys, predicates=predicates)
            assert [fact.id for fact in got.facts] == facts, keys

    @scenario
    async def test_facts_between_two_things_come_alone(self, store: GraphStore) -> None:
        await life(store)
        keys, between = ("bob", "porto", "lisbon", "cleo", "tea", "nobody"), Between(one="bob", other="", predicates=())
        for other, predicates, facts in (
            ("porto", ("live_in", "lie_in"), ["fact_a1"]),
            ("porto", ("move_to",), []),
            ("lisbon", ("live_in", "move_to"), ["fact_a1", "fact_r1"]),
            ("cleo", ("like",), ["fact_r2"]),
            ("tea", ("like", "hate"), ["fact_a2"]),
            ("bob", ("like", "live_in"), []),
            ("nobody", ("like",), []),
        ):
            for pair in ({"one": "bob", "other": other}, {"one": other, "other": "bob"}):
                asked = between.model_copy(update={**pair, "predicates": predicates})
                for scope in (ANA, RUN):
                    got = await ask(store, scope, keys=keys, between=(asked,))
                    assert [fact.id for fact in got.facts] == facts, "with what a newer one of them superseded"
                assert (await ask(store, Scope("bea"), keys=keys, between=(asked,))).facts == ()
        both = tuple(Between(one="bob", other=one, predicates=("like", "live_in")) for one in ("porto", "tea"))
        assert [fact.id for fact in (await ask(store, keys=keys, between=both)).facts] == ["fact_a1", "fact_a2"]
        assert (await ask(store, between=both)).facts == (), "of names that were not asked for nothing is known"

    @scenario
    async def test_facts_by_id_come_with_who_says_them_and_what_they_superseded(self, store: GraphStore) -> None:
        await life(store)
        got = await ask(store, RUN, facts=("fact_r1", "fact_a3", "no_such_fact"))
        assert [fact.id for fact in got.facts] == ["fact_a1", "fact_r1"], "and nothing that has expired"
        assert set(got.supporters.memories) == {"mem_r1"}
        got = await ask(store, facts=("fact_a1",), closable=("live_in",))
        assert [fact.id for fact in got.facts] == ["fact_a1"]
        assert set(got.supporters.memories) == {"mem_a1", "mem_a2"}
        assert (await ask(store, Scope("bea"), facts=("fact_a1",))).facts == ()

    @scenario
    async def test_facts_by_their_object_come_for_turned_predicates(self, store: GraphStore) -> None:
        await life(store)
        for keys, turned, facts in (
            (("lisbon", "porto"), ("live_in",), ["fact_a1"]),
            (("bob",), ("like",), ["fact_r2"]),
            (("bob",), ("live_in",), []),
        ):
            got = await ask(store, keys=keys, turned=turned)
            assert [fact.id for fact in got.facts] == facts, keys

    @scenario
    async def test_what_has_expired_does_not_count(self, store: GraphStore) -> None:
        await life(store)
        told = await tell_once(store, ANA, "mem_t", "Gone soon.", expires_at=later(days=1))
        wanted: dict[str, Any] = {
            "keys": ("bob",),
            "predicates": ("live_in",),
            "closable": ("live_in",),
            "hashes": (told.hash,),
            "phrases": ("at sea", "Gone soon"),
        }
        for now, facts, twins, supporters, holders in (
            (later(days=-1), {"fact_a1", "fact_a3"}, {"mem_t"}, {"mem_a1", "mem_a2", "mem_a3"}, {"mem_a3", "mem_t"}),
            (NOW, {"fact_a1"}, {"mem_t"}, {"mem_a1", "mem_a2"}, {"mem_t"}),
            (later(days=1), {"fact_a1"}, set(), {"mem_a1", "mem_a2"}, set()),
        ):
            got = await store.consult(Inquiry(scope=ANA, now=now, **wanted))
            assert {fact.id for fact in got.facts} == facts
            assert set(got.twins.memories) == twins
            assert set(got.supporters.memories) == supporters
            assert set(got.holders.memories) == holders

    @scenario
    async def test_all_facts_come_however_many(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "Bob counts.", names=["Bob"])
        for i in range(250):
            graph.fact(f"fact_{i:03}", "Bob", "count", f"Number {i}", by=["mem_1"])
        await store.commit(graph.changes())
        got = await ask(store, keys=("bob",), predicates=("count",), closable=("count",))
        assert [fact.id for fact in got.facts] == [f"fact_{i:03}" for i in range(250)]
        assert set(got.supporters.memories) == {"mem_1"}
        assert len(got.supporters.facts) == 250

    @scenario
    async def test_supporters_are_those_of_closable_facts(self, store: GraphStore) -> None:
        await life(store)
        wanted: dict[str, Any] = {"keys": ("bob", "cleo"), "predicates": ("live_in", "move_to", "like")}
        for closable, memories in (
            (("live_in",), {"mem_a1", "mem_a2"}),
            (("move_to", "live_in"), {"mem_a1", "mem_a2", "mem_r1"}),
            (("like",), {"mem_a1", "mem_r2"}),
            (("lie_in",), set()),
            ((), set()),
        ):
            got = await ask(store, BOT, **wanted, closable=closable)
            assert set(got.supporters.memories) == memories, closable
        got = await ask(store, keys=("bob",), predicates=("live_in",), closable=("live_in",))
        assert set(got.supporters.facts) == {"fact_a1", "fact_a2", "fact_a4"}, "with all that they say, closed or not"
        assert got.supporters.memories["mem_a2"].retired_at == NOW
        assert {(one.memory_id, one.position) for one in got.supporters.sentences} == {
            ("mem_a1", 0),
            ("mem_a1", 1),
            ("mem_a2", 0),
        }

    @scenario
    async def test_twins_are_current_and_of_exactly_this_scope(self, store: GraphStore) -> None:
        scopes = [ANA, BOT, RUN, Scope("ana", None, "r1"), Scope("ana", "bot2"), Scope("bea"), Scope(None, "bot")]
        for i, scope in enumerate(scopes):
            told = await tell_once(store, scope, f"mem_{i}", "The same words.")
        await tell_once(store, ANA, "mem_other", "Other words.")
        for i, scope in enumerate(scopes):
            got = await ask(store, scope, hashes=(told.hash, "no such hash"))
            assert set(got.twins.memories) == {f"mem_{i}"}, scope
        away = (Retirement(id="mem_1", at=NOW),)
        await store.commit(ChangeSet(owner=ANA.owner, retired_memories=away))
        assert (await ask(store, BOT, hashes=(told.hash,))).twins == Gathered()
        assert (await ask(store, BOT)).twins == Gathered()

    @scenario
    async def test_a_twin_comes_with_what_it_said_though_closed_since(self, store: GraphStore) -> None:
        await life(store)
        twin = (await store.fetch(ANA, ["mem_a1"], VIEW)).memories["mem_a1"]
        got = (await ask(store, hashes=(twin.hash,))).twins
        assert got.memories == {"mem_a1": twin}
        assert {id_: fact.retired_at for id_, fact in got.facts.items()} == {"fact_a1": NOW, "fact_a2": None}
        assert {(one.memory_id, one.fact_id) for one in got.supports} == {("mem_a1", "fact_a1"), ("mem_a1", "fact_a2")}

    @scenario
    async def test_phrases_are_looked_for_among_what_is_current(self, store: GraphStore) -> None:
        await life(store)
        for phrases, memories in (
            (("lives in",), {"mem_a1"}),
            (("in lives",), set()),
            (("Moved to Lisbon", "fond of"), {"mem_r1", "mem_r2"}),
            (("?!", ""), set()),
        ):
            for scope in (ANA, RUN, Scope("ana", "another")):
                got = await ask(store, scope, phrases=phrases)
                assert set(got.holders.memories) == memories, phrases
        got = await ask(store, phrases=("lives in",))
        assert {one.position for one in got.holders.sentences} == {0, 1}
        assert set(got.holders.facts) == {"fact_a2"}, "what is closed is not current"

    @scenario
    async def test_each_phrase_brings_its_best_memories(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for i in range(6):
            graph.memory(f"mem_{i}", "Red Fox runs." + " And on it goes." * (6 - i))
        graph.memory("mem_6", "Blue Jay sings.")
        await store.commit(graph.changes())
        got = await ask(store, phrases=("Red Fox", "Blue Jay"), late=2)
        assert set(got.holders.memories) == {"mem_4", "mem_5", "mem_6"}
        assert len((await ask(store, phrases=("Red Fox",))).holders.memories) == 6

    @scenario
    async def test_a_phrase_that_a_known_entity_bears_is_not_looked_for(self, store: GraphStore) -> None:
        await life(store)
        asked = ("Bob", "ROBERT STONE", "Lisbon")
        for keys, memories in (
            ((), {"mem_a1", "mem_r1", "mem_r2"}),
            (("lisbon",), {"mem_a1", "mem_r1", "mem_r2"}),
            (("robert stone",), {"mem_r1"}),
            (("bob", "lisbon"), set()),
        ):
            got = await ask(store, keys=keys, phrases=asked)
            assert set(got.holders.memories) == memories, keys

    @scenario
    async def test_nothing_of_another_owner_is_learnt(self, store: GraphStore) -> None:
        await fill(store)
        told = (await store.fetch(None, ["mem_0_a"], VIEW)).memories["mem_0_a"]
        wanted: dict[str, Any] = {"predicates": ("works_at",), "closable": ("works_at",), "hashes": (told.hash,)}
        for reader in READ:
            wide = reader.widest
            got = await ask(store, reader, keys=("bob", "acme", "porto"), phrases=("Acme is", "Porto"), **wanted)
            facts = (await store.facts(Selection(scope=wide, kind="fact", view=VIEW, limit=200))).items
            memories = (await store.memories(Selection(scope=wide, kind="memory", view=VIEW, limit=200))).items
            assert got.version == await store.version(reader.owner)
            assert {entity.owner for entity in got.entities} <= {reader.owner}
            assert got.facts == facts, reader
            assert set(got.supporters.memories) == {one.id for one in memories if one.id.endswith("_a")}, reader
            assert set(got.holders.memories) == {one.id for one in memories if one.id.endswith("_b")}, reader
            twins = {one.id for one in memories if one.scope == reader and one.id.endswith("_a")}
            assert set(got.twins.memories) == twins, reader
            assert {one.memory_id for one in got.twins.supports} == twins, reader
