"""The part of the contract in which facts turn out to have held at other times."""

from __future__ import annotations

from datetime import datetime

from graphmem.domain.change import ChangeSet, Redating, Retirement
from graphmem.domain.query import View
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.cascades import removal, tell
from graphmem.testing.commits import ANA, facts_of
from graphmem.testing.graph import NOW, GraphBuilder, later
from graphmem.testing.inquiries import ask, life
from graphmem.testing.scenario import ALL_TIMES, StoreScenarios, scenario


async def redate(store: GraphStore, *redatings: Redating, owner: str = ANA.owner) -> None:
    """Commit nothing but these."""
    await store.commit(ChangeSet(owner=owner, redated_facts=redatings))


async def held(store: GraphStore, moment: datetime) -> set[str]:
    """The facts that held then."""
    return set(await facts_of(store, view=View(now=NOW, as_of=moment)))


class RedatingContract(StoreScenarios):
    """What `redated_facts` and `Inquiry.turned` promise."""

    @scenario
    async def test_a_fact_begins_earlier(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        graph.fact("fact_1", "Bob", "lives_in", "Porto", by=["mem_1"], valid_from=later(days=-1))
        await store.commit(graph.changes())
        assert await held(store, later(days=-5)) == set()
        await redate(store, Redating(id="fact_1", valid_from=later(days=-9)))
        assert await held(store, later(days=-5)) == {"fact_1"}
        fact = (await facts_of(store))["fact_1"]
        assert (fact.valid_from, fact.valid_to, fact.support_count) == (later(days=-9), None, 1)

    @scenario
    async def test_a_fact_never_held_or_holds_again(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        back = Redating(id="fact_2", retired_at=NOW, superseded_by="fact_1")
        await redate(store, Redating(id="fact_1"), back)
        assert set(await facts_of(store)) == {"fact_1"}
        assert await held(store, later(days=9)) == {"fact_1"}, "what never held did at no time"
        rows = await facts_of(store, view=ALL_TIMES)
        assert (rows["fact_1"].retired_at, rows["fact_1"].valid_to, rows["fact_1"].superseded_by) == (None, None, None)
        assert (rows["fact_2"].retired_at, rows["fact_2"].valid_to, rows["fact_2"].superseded_by) == (
            NOW,
            None,
            "fact_1",
        )
        await store.commit(removal("mem_1"))
        assert set(await facts_of(store)) == {"fact_2"}, "and is so again when what took it back goes"

    @scenario
    async def test_a_fact_is_closed_by_another_than_was_known(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon", "Faro")
        moved = Redating(id="fact_1", valid_to=later(hours=1), retired_at=NOW, superseded_by="fact_3")
        await redate(store, moved)
        await store.commit(removal("mem_2"))
        assert (await facts_of(store, view=ALL_TIMES))["fact_1"].superseded_by == "fact_3"
        await store.commit(removal("mem_3"))
        assert set(await facts_of(store)) == {"fact_1"}

    @scenario
    async def test_one_statement_takes_the_place_of_its_like(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        again = GraphBuilder(ANA, episode="epi_again")
        again.memory("mem_3")
        again.fact("fact_3", "Bob", "lives_in", "Lisbon", by=["mem_3"], valid_from=later(days=3))
        closed = Redating(id="fact_2", valid_to=later(days=2), retired_at=NOW, superseded_by="fact_3")
        await store.commit(again.changes(redated_facts=(closed,)))
        assert set(await facts_of(store)) == {"fact_3"}

    @scenario
    async def test_another_owner_redates_nothing(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon")
        before = await facts_of(store, view=ALL_TIMES)
        await redate(store, Redating(id="fact_1"), Redating(id="fact_2", retired_at=NOW), owner="user:eve")
        assert await facts_of(store, view=ALL_TIMES) == before

    @scenario
    async def test_facts_come_by_their_object_where_that_is_asked(self, store: GraphStore) -> None:
        await life(store)
        for turned, facts in (
            (("like",), ["fact_r2"]),
            (("lie_in",), []),
            (("like", "move_to", "live_in"), ["fact_r2"]),
            ((), []),
        ):
            got = await ask(store, keys=("bob",), turned=turned)
            assert [fact.id for fact in got.facts] == facts, turned
        got = await ask(store, keys=("bob", "porto", "lisbon"), predicates=("live_in",), turned=("move_to", "live_in"))
        assert [fact.id for fact in got.facts] == ["fact_a1", "fact_r1"], "each once, in order"
        got = await ask(store, keys=("bob",), turned=("like",), closable=("like",))
        assert set(got.supporters.memories) == {"mem_r2"}
        assert (await ask(store, turned=("like",))).facts == ()

    @scenario
    async def test_a_fact_closed_twice_has_one_closer(self, store: GraphStore) -> None:
        await tell(store, "Porto", "Lisbon", "Faro")
        earlier = Retirement(id="fact_1", at=NOW, valid_to=later(minutes=5), superseded_by="fact_3")
        await store.commit(ChangeSet(owner=ANA.owner, retired_facts=(earlier,)))
        await store.commit(removal("mem_2"))
        fact = (await facts_of(store, view=ALL_TIMES))["fact_1"]
        assert (fact.superseded_by, fact.valid_to) == ("fact_3", later(minutes=5))

    @scenario
    async def test_what_each_says_of_when_is_kept(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for number in (1, 2, 3):
            graph.memory(f"mem_{number}")
        graph.fact("fact_1", "Bob", "live_in", "Porto", by=["mem_1"])
        exact = later(days=-9).replace(microsecond=1)
        graph.support("mem_2", "fact_1", since=exact)
        graph.support("mem_3", "fact_1", since=exact, until=later(days=2))
        await store.commit(graph.changes())
        said = {(one.memory_id, one.since, one.until) for one in graph.supports}
        assert said == {("mem_1", None, None), ("mem_2", exact, None), ("mem_3", exact, later(days=2))}
        everything = View(now=NOW, include_retired=True)
        for got in (
            await store.fetch(ANA, ["mem_1", "mem_2", "mem_3"], everything),
            await store.fetch(ANA, ["fact_1"], everything),
            (await ask(store, facts=("fact_1",))).supporters,
        ):
            assert {(one.memory_id, one.since, one.until) for one in got.supports} == said
        part = await store.portion(ANA.owner, None, 100)
        while not part.changes.supports:
            part = await store.portion(ANA.owner, part.following, 100)
        assert {(one.memory_id, one.since, one.until) for one in part.changes.supports} == said

    @scenario
    async def test_what_each_says_of_when_stays_when_facts_become_one(self, store: GraphStore) -> None:
        """A fact that says what another current one says is not written, and its supports go to that one."""
        graph = GraphBuilder(ANA)
        graph.memory("mem_1")
        graph.fact("fact_1", "Bob", "live_in", "Porto", by=["mem_1"])
        await store.commit(graph.changes())
        more = GraphBuilder(ANA, episode="epi_2")
        more.memory("mem_2")
        more.fact("fact_2", "Bob", "live_in", "Porto")
        more.support("mem_2", "fact_2", since=later(days=-3), until=later(days=3))
        await store.commit(more.changes())
        (kept,) = (await store.fetch(ANA, ["mem_2"], View(now=NOW))).supports
        assert (kept.fact_id, kept.since, kept.until) == ("fact_1", later(days=-3), later(days=3))
