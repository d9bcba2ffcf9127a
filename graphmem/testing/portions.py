"""The promise that a graph can be given out in parts and made again elsewhere."""

from __future__ import annotations

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.digest import Digest
from graphmem.domain.memory import Revision
from graphmem.domain.query import TextProbe, View
from graphmem.domain.scope import Scope
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.graph import NOW, GraphBuilder, later
from graphmem.testing.scenario import StoreScenarios, scenario

ANA, BEN = Scope(user_id="ana", run_id="monday"), Scope(agent_id="ben")


async def fill(store: GraphStore) -> None:
    """Two owners; what one knows has been corrected, and a part of it deleted."""
    graph = GraphBuilder(ANA)
    for number in range(7):
        text = f"Ana met guest {number} in Porto."
        graph.memory(f"mem_{number}", text, about="Ana", names=["Porto", f"Guest {number}"])
        graph.fact(f"fact_{number}", "Ana", "met", f"Guest {number}", by=[f"mem_{number}"])
    graph.entity("Porto", aliases=("Oporto",))
    await store.commit(graph.changes())
    closed = Retirement(id="fact_1", at=later(days=1), valid_to=later(days=1), superseded_by="fact_2")
    await store.commit(ChangeSet(owner=ANA.owner, retired_facts=(closed,), removed=("mem_5",)))
    other = GraphBuilder(BEN, episode="epi_ben")
    other.memory("mem_ben", "Ben repairs oboes.", about="Ben")
    await store.commit(other.changes())


async def digest_of(store: GraphStore, owner: str, limit: int) -> Digest:
    """Everything of an owner, taken in parts of so many rows."""
    digest, after = Digest(), None
    while True:
        part = await store.portion(owner, after, limit)
        assert part.changes.owner == owner
        digest.take(part.changes)
        if part.following is None:
            return digest
        after = part.following


class PortionContract(StoreScenarios):
    """`owners` and `portion`."""

    @scenario
    async def test_owners_come_in_order_and_in_pages(self, store: GraphStore) -> None:
        await fill(store)
        assert await store.owners(None, 10) == ["agent:ben", "user:ana"]
        assert await store.owners(None, 1) == ["agent:ben"]
        assert await store.owners("agent:ben", 1) == ["user:ana"]
        assert await store.owners("user:ana", 1) == []

    @scenario
    async def test_parts_of_any_size_make_the_same_whole(self, store: GraphStore) -> None:
        await fill(store)
        whole = await digest_of(store, ANA.owner, 1_000)
        assert whole.counts["memories"] == 6
        assert whole.counts["facts"] == 6
        assert whole.counts["vectors"] == whole.counts["entities"] + 6 + 6 + whole.counts["sentences"]
        for limit in (1, 2, 5):
            assert not whole.differing(await digest_of(store, ANA.owner, limit))

    @scenario
    async def test_what_a_deletion_took_away_comes_with_its_revision(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        gone = graph.memory("mem_1", "Ana met a guest.", metadata={"room": 7}, categories=("guests",))
        step = graph.revision("rev_1", "mem_gone", event="DELETE", old_text=gone.text, record=gone)
        await store.commit(graph.changes())
        assert await store.revisions(ANA, "mem_gone") == [step]
        told, after = list[Revision](), None
        while True:
            part = await store.portion(ANA.owner, after, 1_000)
            told += part.changes.revisions
            after = part.following
            if after is None:
                break
        assert told == [step]

    @scenario
    async def test_an_owner_gets_nothing_of_another(self, store: GraphStore) -> None:
        await fill(store)
        ben = await digest_of(store, BEN.owner, 10)
        assert (ben.counts["memories"], ben.counts["entities"]) == (1, 1)
        assert (await digest_of(store, "user:nobody", 10)).counts == {"vectors": 0}

    @scenario
    async def test_what_is_made_again_is_the_same_and_answers_the_same(self, store: GraphStore) -> None:
        await fill(store)
        before = await digest_of(store, ANA.owner, 4)
        probe = TextProbe(scope=ANA, text="guest in Porto", limit=10, view=View(now=later(days=2)))
        ranked = await store.matching(probe)
        parts, after = [], None
        while True:
            part = await store.portion(ANA.owner, after, 4)
            parts.append(part.changes)
            after = part.following
            if after is None:
                break
        fetched = await store.fetch(None, ["mem_3"], View(now=NOW, include_retired=True))
        await store.commit(ChangeSet(owner=ANA.owner, removed=tuple(f"mem_{number}" for number in range(7))))
        assert (await store.fetch(None, ["mem_3"], View(now=NOW, include_retired=True))).memories == {}
        for _ in range(2):
            for changes in parts:
                if not changes.is_empty:
                    await store.commit(changes)
        assert not before.differing(await digest_of(store, ANA.owner, 4))
        assert await store.matching(probe) == ranked
        assert await store.fetch(None, ["mem_3"], View(now=NOW, include_retired=True)) == fetched
