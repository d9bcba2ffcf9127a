"""The promises about adds that are followed up: one to a key of a scope, one worker to a change, one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from graphmem.domain.change import ChangeSet
from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, InvalidScope
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.graph import NOW, GraphBuilder, later
from graphmem.testing.portions import digest_of
from graphmem.testing.scenario import StoreScenarios, scenario

ANA, ANA_AT_WORK, BEN = Scope(user_id="ana"), Scope(user_id="ana", agent_id="bot"), Scope(user_id="ben")


def told(id_: str, scope: Scope = ANA, *memories: str, **fields: Any) -> Ingest:
    """An ingest as an `add` at NOW would leave it."""
    listed = memories or (f"mem_{id_}",)
    return Ingest(id=f"ing_{id_}", scope=scope, memory_ids=listed, **{"added_at": NOW, "updated_at": NOW} | fields)


def put_off(id_: str, scope: Scope = ANA, due_at: datetime = NOW, **fields: Any) -> Ingest:
    """One whose memory is still to be read."""
    return told(id_, scope, state="pending", unread=(f"mem_{id_}",), due_at=due_at, **fields)


def begun(one: Ingest, worker: str, until: datetime) -> Ingest:
    """The ingest as a worker claims it."""
    changed = {"state": "working", "claimed_by": worker, "due_at": until, "updated_at": NOW}
    return one.model_copy(update={**changed, "attempts": one.attempts + 1, "revision": one.revision + 1})


def ended(one: Ingest, state: str = "done") -> Ingest:
    """The ingest as its worker leaves it."""
    return one.model_copy(update={"state": state, "unread": (), "due_at": None, "revision": one.revision + 1})


async def add(store: GraphStore, *ingests: Ingest) -> None:
    """Commit each with the memories that it lists."""
    for one in ingests:
        graph = GraphBuilder(one.scope, episode=f"epi_{one.id}")
        for memory in one.memory_ids:
            graph.memory(memory, f"{memory} was told.")
        await store.commit(graph.changes().model_copy(update={"ingests": (one,)}))


async def change(store: GraphStore, one: Ingest) -> None:
    """Commit another state."""
    await store.commit(ChangeSet(owner=one.scope.owner, ingests=(one,)))


async def refused(store: GraphStore, one: Ingest, error: type[Exception] = Conflict) -> None:
    """See that a state is not taken, and that nothing was written."""
    before = await store.version(one.scope.owner)
    try:
        await change(store, one)
    except error:
        assert await store.version(one.scope.owner) == before
        return
    raise AssertionError(f"{one} was taken")


async def ids(store: GraphStore, scope: Scope | None = None, **chosen: Any) -> list[str]:
    """The ids of a page."""
    return [one.id for one in (await store.ingests(IngestSelection(scope=scope, **chosen))).items]


class IngestContract(StoreScenarios):
    """`ChangeSet.ingests`, `keyed`, `ingests` and `due`."""

    @scenario
    async def test_a_key_is_one_scopes_own(self, store: GraphStore) -> None:
        mine, works, bens = told("a", ANA, key="k"), told("b", ANA_AT_WORK, key="k"), told("c", BEN, key="k")
        await add(store, mine, works, bens, told("d", key="other"), told("e"))
        assert await store.keyed(ANA, ["k"]) == [mine]
        assert await store.keyed(ANA_AT_WORK, ["k", "other"]) == [works]
        assert await store.keyed(BEN, ["k"]) == [bens]
        assert await store.keyed(Scope(agent_id="bot"), ["k"]) == []
        assert await store.keyed(Scope(user_id="nobody"), ["k"]) == []
        assert {one.key for one in await store.keyed(ANA, ["k", "other", "none", "\0", "\ud800"])} == {"k", "other"}
        assert await store.keyed(ANA, []) == []

    @scenario
    async def test_a_key_is_taken_once_and_nothing_of_the_second_is_written(self, store: GraphStore) -> None:
        await add(store, told("a", key="k"))
        graph = GraphBuilder(ANA, episode="epi_second")
        graph.memory("mem_second", "Nobody reads this.")
        second = graph.changes().model_copy(update={"ingests": (told("second", key="k"),)})
        try:
            await store.commit(second)
        except Conflict:
            pass
        else:
            raise AssertionError("the key was taken twice")
        assert [one.id for one in await store.keyed(ANA, ["k"])] == ["ing_a"]
        assert (await digest_of(store, ANA.owner, 10)).counts["memories"] == 1

    @scenario
    async def test_every_field_comes_back(self, store: GraphStore) -> None:
        whole = told(
            "a",
            ANA_AT_WORK,
            "mem_y",
            "mem_x",
            key="k %_'\"",
            content="digest",
            episode_id="epi_ing_a",
            state="working",
            unread=("mem_x",),
            said_at=later(days=-3),
            prompt="read\nwell",
            attempts=2,
            error="it broke",
            note="one was deleted",
            due_at=later(hours=1),
            claimed_by="w",
            revision=4,
        )
        await add(store, whole)
        assert (await store.ingests(IngestSelection(scope=ANA))).items == (whole,)

    @scenario
    async def test_a_scope_sees_its_own_in_pages(self, store: GraphStore) -> None:
        await add(store, *(told(str(n), ANA) for n in range(4)), told("4", ANA_AT_WORK), put_off("5", BEN))
        assert await ids(store, ANA) == [f"ing_{n}" for n in range(5)]
        assert await ids(store, ANA_AT_WORK) == ["ing_4"]
        assert await ids(store, BEN, states=("pending", "failed")) == ["ing_5"]
        assert await ids(store, ANA, states=("pending",)) == []
        assert await ids(store, ANA, ids=("ing_2", "ing_5", "ing_9")) == ["ing_2"]
        assert await ids(store, ids=("ing_5",)) == ["ing_5"]
        assert await ids(store, Scope(user_id="nobody")) == []
        first = await store.ingests(IngestSelection(scope=ANA, limit=2))
        assert ([one.id for one in first.items], first.total, first.next_after) == (["ing_0", "ing_1"], 5, "ing_1")
        last = await store.ingests(IngestSelection(scope=ANA, limit=3, after="ing_1"))
        assert ([one.id for one in last.items], last.total, last.next_after) == (["ing_2", "ing_3", "ing_4"], 5, None)

    @scenario
    async def test_what_is_done_keeps_no_wish_and_no_time(self, store: GraphStore) -> None:
        waiting = put_off("a", said_at=later(days=-3), prompt="read well", key="k", content="digest", error="it broke")
        await add(store, waiting)
        done = begun(waiting, "w", later(hours=1)).done(NOW)
        await change(store, done)
        (left,) = (await store.ingests(IngestSelection(scope=ANA))).items
        assert (left.said_at, left.prompt, left.error) == (None, None, "")
        assert left == done

    @scenario
    async def test_of_two_changes_the_first_is_taken(self, store: GraphStore) -> None:
        waiting = put_off("a")
        await add(store, waiting)
        mine, yours = begun(waiting, "w1", later(hours=1)), begun(waiting, "w2", later(hours=1))
        await change(store, mine)
        await refused(store, yours)
        await change(store, mine)
        await refused(store, waiting.model_copy(update={"state": "failed"}))
        over = begun(mine, "w2", later(hours=3))
        await change(store, over)
        await refused(store, ended(mine))
        await change(store, ended(over))
        await refused(store, ended(over, "failed"))
        (left,) = (await store.ingests(IngestSelection(scope=ANA))).items
        assert (left.state, left.claimed_by, left.attempts, left.unread) == ("done", "w2", 2, ())
        assert left.memory_ids == ("mem_a",)

    @scenario
    async def test_a_change_and_what_it_comes_with_are_one(self, store: GraphStore) -> None:
        waiting = put_off("a")
        await add(store, waiting)
        slow = begun(waiting, "w1", NOW)
        await change(store, slow)
        await change(store, begun(slow, "w2", later(hours=1)))
        graph = GraphBuilder(ANA, episode="epi_late")
        graph.memory("mem_late", "Ana came late.", about="Ana")
        late = graph.changes().model_copy(update={"ingests": (ended(slow),)})
        try:
            await store.commit(late)
        except Conflict:
            pass
        else:
            raise AssertionError("a worker that lost its claim wrote")
        assert (await digest_of(store, ANA.owner, 10)).counts.get("entities", 0) == 0

    @scenario
    async def test_an_id_of_another_owner_is_refused(self, store: GraphStore) -> None:
        await add(store, told("a"), told("b", BEN))
        await refused(store, told("a", BEN, "mem_b", revision=5), InvalidScope)
        await refused(store, told("new", BEN, "mem_a"), InvalidScope)
        assert (await store.ingests(IngestSelection(scope=ANA))).items == (told("a"),)

    @scenario
    async def test_it_lists_only_memories_that_are_there(self, store: GraphStore) -> None:
        await refused(store, told("a", ANA, "mem_gone"))
        assert await ids(store) == []

    @scenario
    async def test_the_first_of_each_owner_is_due(self, store: GraphStore) -> None:
        late = put_off("c", BEN, due_at=later(hours=1))
        await add(store, put_off("a"), told("b"), late, put_off("d"), put_off("e", BEN), put_off("f", ANA_AT_WORK))

        async def due(now: datetime, scope: Scope | None = None, limit: int = 10) -> list[str]:
            return [one.id for one in await store.due(scope, now, limit)]

        assert await due(NOW) == ["ing_a"]
        assert await due(later(hours=1)) == ["ing_a", "ing_c"]
        assert await due(later(hours=1), limit=1) == ["ing_a"]
        assert await due(later(hours=1), BEN) == ["ing_c"]
        assert await due(NOW, ANA_AT_WORK) == ["ing_f"]
        assert await due(NOW, Scope(user_id="nobody")) == []
        assert await due(later(hours=-1)) == []
        mine = begun(put_off("a"), "w", later(hours=1))
        await change(store, mine)
        assert await due(NOW, ANA) == []
        assert await due(later(hours=1), ANA) == ["ing_a"]
        await change(store, ended(mine))
        assert await due(NOW, ANA) == ["ing_d"]

    @scenario
    async def test_it_goes_with_its_last_memory_and_its_key_is_free_again(self, store: GraphStore) -> None:
        both, shared = told("a", ANA, "mem_1", "mem_2", key="k"), told("b", ANA, "mem_3", key="l")
        await add(store, both, shared)
        await store.commit(ChangeSet(owner=ANA.owner, ingests=(told("c", ANA, "mem_3", "mem_3"),)))
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_1",)))
        assert await store.keyed(ANA, ["k"]) == [both.model_copy(update={"memory_ids": ("mem_2",)})]
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_2", "mem_3")))
        assert await ids(store) == []
        await add(store, told("again", ANA, "mem_4", key="k"))
        assert [one.id for one in await store.keyed(ANA, ["k"])] == ["ing_again"]

    @scenario
    async def test_it_is_given_out_and_made_again(self, store: GraphStore) -> None:
        await add(store, told("a", key="k", content="c"), put_off("b", prompt="p"), put_off("c", ANA_AT_WORK))
        whole = await digest_of(store, ANA.owner, 2)
        assert whole.counts["ingests"] == 3
        before = (await store.ingests(IngestSelection(scope=ANA))).items
        parts, after = [], None
        while True:
            part = await store.portion(ANA.owner, after, 2)
            parts.append(part.changes)
            after = part.following
            if after is None:
                break
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_a", "mem_b", "mem_c")))
        for _ in range(2):
            for changes in parts:
                if not changes.is_empty:
                    await store.commit(changes)
        assert (await store.ingests(IngestSelection(scope=ANA))).items == before
        assert not whole.differing(await digest_of(store, ANA.owner, 5))
        assert [one.id for one in await store.due(None, NOW, 10)] == ["ing_b"]
