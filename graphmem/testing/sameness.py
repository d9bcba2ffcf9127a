"""The promises about entities that are one thing: who stands for whom, what that moves, and that it leaves nothing behind."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.digest import Digest
from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.query import Inquiry, NameProbe, SameSelection, Selection, VectorProbe
from graphmem.domain.sameness import SameAs, same_id
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, InvalidScope
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.graph import NOW, GraphBuilder, later, vector_of
from graphmem.testing.portions import digest_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario

ANA, BEN = Scope(user_id="ana"), Scope(user_id="ben")
KINDS = ("episodes", "entities", "memories", "sentences", "facts", "supports", "mentions", "revisions")
EVERY: tuple[Literal["candidate", "same", "apart"], ...] = ("candidate", "same", "apart")


def pair(source: str, target: str, status: str = "same", scope: Scope = ANA, **fields: Any) -> SameAs:
    """What is said of two names' entities."""
    ends = [entity_id(scope.owner, entity_key(name)) for name in (source, target)]
    values = {"status": status, "score": 0.8, "reason": "a test", "decided_at": NOW, **fields}
    return SameAs(id=same_id(*ends), owner=scope.owner, source_id=ends[0], target_id=ends[1], **values)


def told(*pairs: SameAs, scope: Scope = ANA) -> ChangeSet:
    return ChangeSet(owner=scope.owner, same=pairs)


def graph(scope: Scope = ANA, mark: str = "") -> GraphBuilder:
    """Bob, Robert and Rob, each with a memory about him that names him and a fact; one names two of them in a sentence."""
    made = GraphBuilder(scope, episode=f"epi{mark}")
    for name, place in (("Bob", "Porto"), ("Robert", "Lisbon"), ("Rob", "Faro")):
        made.memory(f"mem_{name}{mark}", f"{name} works in {place}.", about=name, names=[name, place])
        made.fact(f"fact_{name}{mark}", name, "work_in", place, by=[f"mem_{name}{mark}"])
    made.memory(f"mem_both{mark}", "Bob knows Robert.", names=["Bob", "Robert"])
    made.fact(f"fact_both{mark}", "Bob", "know", "Robert", by=[f"mem_both{mark}"])
    return made


async def names(store: GraphStore, scope: Scope = ANA) -> dict[str, tuple[str, ...]]:
    """The entities that are listed, with their aliases."""
    page = await store.browse_entities(Selection(scope=scope, kind="entity", view=VIEW))
    return {one.name: one.aliases for one in page.items}


async def facts_of(store: GraphStore, name: str, scope: Scope = ANA) -> list[str]:
    """The ids of the facts with this subject."""
    found = tuple(one.id for one in await store.entities(scope, [entity_key(name)]))
    page = await store.facts(Selection(scope=scope, kind="fact", view=VIEW, subjects=found))
    return [one.id for one in page.items]


async def rows_of(store: GraphStore, owner: str) -> Digest:
    """Everything of an owner but what is said of pairs."""
    digest = await digest_of(store, owner, 3)
    counts, sums = ({kind: rows[kind] for kind in KINDS if kind in rows} for rows in (digest.counts, digest.sums))
    return Digest(counts, sums)


class SamenessContract(StoreScenarios):
    """`ChangeSet.same`, `ChangeSet.reopened`, `GraphStore.same` and `bearers`, and what `consult` says of names that are alike."""

    @scenario
    async def test_what_is_joined_reads_as_one(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        await store.commit(told(pair("Bob", "Robert")))
        assert await names(store) == {"Faro": (), "Lisbon": (), "Porto": (), "Rob": (), "Robert": ("Bob",)}
        assert (await store.counts(ANA, VIEW))["entities"] == 5
        for name in ("Bob", "Robert"):
            assert await facts_of(store, name) == ["fact_Bob", "fact_Robert", "fact_both"]
        got = await store.fetch(ANA, ["mem_Bob", "mem_both"], VIEW)
        robert, bob = (entity_id(ANA.owner, key) for key in ("robert", "bob"))
        assert (got.memories["mem_Bob"].about_id, got.memories["mem_Bob"].about_as) == (robert, bob)
        assert {one.entity_id for one in got.mentions if one.memory_id == "mem_both"} == {robert}
        fact = got.facts["fact_both"]
        assert (fact.subject_id, fact.subject, fact.object_id, fact.said) == (robert, "Robert", robert, (bob, robert))
        assert bob not in got.entities

    @scenario
    async def test_what_is_told_apart_is_as_it_was(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        before, listed = await rows_of(store, ANA.owner), await names(store)
        read = await store.fetch(ANA, ["mem_Bob", "mem_Robert", "mem_both", "fact_Bob"], ALL_TIMES)
        await store.commit(told(pair("Bob", "Robert"), pair("Rob", "Bob")))
        assert await names(store) == {"Faro": (), "Lisbon": (), "Porto": (), "Robert": ("Bob", "Rob")}
        assert not before.differing(await rows_of(store, ANA.owner))
        await store.commit(told(pair("Bob", "Robert", "apart")))
        assert await names(store) == {"Bob": ("Rob",), "Faro": (), "Lisbon": (), "Porto": (), "Robert": ()}
        await store.commit(told(pair("Rob", "Bob", "apart")))
        assert not before.differing(await rows_of(store, ANA.owner))
        assert await names(store) == listed
        assert await store.fetch(ANA, ["mem_Bob", "mem_Robert", "mem_both", "fact_Bob"], ALL_TIMES) == read
        assert await store.inspect(False) == []

    @scenario
    async def test_what_comes_in_between_stays_with_the_name_that_it_has(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        await store.commit(told(pair("Bob", "Robert")))
        more = GraphBuilder(ANA, episode="epi_more")
        more.memory("mem_more", "Bob likes tea.", about="Bob", names=["Bob", "Tea"])
        more.fact("fact_more", "Bob", "like", "Tea", by=["mem_more"])
        more.fact("fact_again", "Bob", "work_in", "Porto", by=["mem_more"])
        await store.commit(more.changes())
        assert await facts_of(store, "Robert") == ["fact_Bob", "fact_Robert", "fact_both", "fact_more"]
        assert await store.inspect(False) == []
        await store.commit(told(pair("Bob", "Robert", "apart")))
        assert await facts_of(store, "Robert") == ["fact_Robert"]
        assert await facts_of(store, "Bob") == ["fact_Bob", "fact_both", "fact_more"]
        got = await store.fetch(ANA, ["mem_more", "fact_Bob"], VIEW)
        assert got.memories["mem_more"].about_id == entity_id(ANA.owner, "bob")
        assert got.memories["mem_more"].about_as is None
        assert got.facts["fact_Bob"].support_count == 2

    @scenario
    async def test_an_entity_can_be_joined_as_it_is_made(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        more = GraphBuilder(ANA, episode="epi_more")
        more.memory("mem_more", "Bobby likes tea.", about="Bobby", names=["Bobby", "Tea"])
        more.fact("fact_more", "Bobby", "like", "Tea", by=["mem_more"])
        await store.commit(more.changes(same=(pair("Bobby", "Bob"),)))
        assert (await names(store))["Bob"] == ("Bobby",)
        assert await facts_of(store, "Bobby") == ["fact_Bob", "fact_both", "fact_more"]
        await store.commit(told(pair("Bobby", "Bob", "apart")))
        assert await facts_of(store, "Bobby") == ["fact_more"]
        assert (await names(store))["Bob"] == ()

    @scenario
    async def test_who_goes_stands_for_nobody(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        await store.commit(told(pair("Rob", "Robert"), pair("Bob", "Rob", "candidate")))
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_Robert", "mem_both")))
        assert set(await names(store)) == {"Bob", "Faro", "Porto", "Rob"}
        assert await facts_of(store, "Rob") == ["fact_Rob"]
        assert await store.entities(ANA, ["robert"]) == []
        said = await store.same(SameSelection(scope=ANA, statuses=EVERY))
        assert [one.status for one in said.items] == ["candidate"]
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_Rob", "mem_Bob")))
        assert (await store.same(SameSelection(scope=ANA, statuses=EVERY))).items == ()
        assert await names(store) == {}
        assert await store.inspect(False) == []

    @scenario
    async def test_pairs_are_told_by_status_and_page(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        made = [
            pair("Bob", "Robert", decided_by="ana"),
            pair("Rob", "Robert", "candidate"),
            pair("Rob", "Bob", "apart"),
        ]
        await store.commit(told(*made))
        every = await store.same(SameSelection(scope=ANA, statuses=EVERY))
        assert (list(every.items), every.total) == (sorted(made, key=lambda one: one.id), 3)
        assert every.entities[made[0].source_id] == Entity(
            id=made[0].source_id, owner=ANA.owner, key="bob", name="Bob", same_as=made[0].target_id
        )
        for one in made:
            assert (await store.same(SameSelection(scope=ANA, statuses=(one.status,)))).items == (one,)
            assert (await store.same(SameSelection(scope=ANA, statuses=EVERY, id=one.id))).items == (one,)
        first = await store.same(SameSelection(scope=ANA, statuses=EVERY, limit=2))
        rest = await store.same(SameSelection(scope=ANA, statuses=EVERY, limit=2, after=first.next_after))
        assert (first.total, rest.total, rest.next_after) == (3, 3, None)
        assert (*first.items, *rest.items) == every.items

    @scenario
    async def test_a_candidate_leaves_what_was_decided(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        decided = pair("Bob", "Robert", "apart", decided_by="ana")
        await store.commit(told(decided))
        await store.commit(told(pair("Robert", "Bob", "candidate")))
        assert (await store.same(SameSelection(scope=ANA, statuses=EVERY))).items == (decided,)

    @scenario
    async def test_no_pair_crosses_owners(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        await store.commit(graph(BEN, "_ben").changes())
        before = await digest_of(store, BEN.owner, 3)
        await store.commit(told(pair("Bob", "Robert")))
        assert (await store.same(SameSelection(scope=BEN, statuses=EVERY))).items == ()
        assert not before.differing(await digest_of(store, BEN.owner, 3))
        assert (await names(store, BEN))["Robert"] == ()
        assert await facts_of(store, "Bob", BEN) == ["fact_Bob_ben", "fact_both_ben"]
        theirs = pair("Bob", "Rob", scope=BEN)
        for wrong in (theirs, pair("Bob", "Rob").model_copy(update={"target_id": theirs.target_id})):
            try:
                await store.commit(told(wrong))
            except (InvalidScope, Conflict):
                continue
            raise AssertionError("a pair that crosses owners was written")
        assert not before.differing(await digest_of(store, BEN.owner, 3))

    @scenario
    async def test_an_agent_is_told_of_what_its_own_words_name(self, store: GraphStore) -> None:
        cook, maid = Scope(user_id="ana", agent_id="cook"), Scope(user_id="ana", agent_id="maid")
        for scope, name in ((cook, "Bob"), (maid, "Robert")):
            made = GraphBuilder(scope, episode=f"epi_{name}")
            made.memory(f"mem_{name}", about=name, names=[name])
            await store.commit(made.changes())
        for status in ("candidate", "same"):
            await store.commit(told(pair("Bob", "Robert", status)))
            assert len((await store.same(SameSelection(scope=ANA, statuses=EVERY))).items) == 1
            for scope, name, other in ((cook, "bob", "robert"), (maid, "robert", "bob")):
                assert (await store.same(SameSelection(scope=scope, statuses=EVERY))).items == ()
                assert [one.key for one in await store.bearers(scope, [name, other])] == [name]

    @scenario
    async def test_who_stands_for_others_is_shown_to_an_agent_by_the_names_of_its_own_words(
        self, store: GraphStore
    ) -> None:
        cook, maid = Scope(user_id="ana", agent_id="cook"), Scope(user_id="ana", agent_id="maid")
        for scope, name in ((cook, "Bob"), (maid, "Robert")):
            made = GraphBuilder(scope, episode=f"epi_{name}")
            made.memory(f"mem_{name}", about=name, names=[name, "Porto"])
            made.fact(f"fact_{name}", name, "visit", "Porto", by=[f"mem_{name}"])
            await store.commit(made.changes())
        await store.commit(told(pair("Bob", "Robert")))
        robert = entity_id(ANA.owner, "robert")
        for scope, name, aliases, other in (
            (cook, "Bob", (), "robert"),
            (maid, "Robert", (), "bob"),
            (ANA, "Robert", ("Bob",), ""),
        ):
            page = await store.browse_entities(Selection(kind="entity", scope=scope, view=ALL_TIMES))
            assert {one.name: one.aliases for one in page.items} == {name: aliases, "Porto": ()}
            facts = await store.facts(Selection(kind="fact", scope=scope, view=ALL_TIMES, subjects=(robert,)))
            assert {fact.subject for fact in facts.items} == {name}
            (named,) = await store.entities(scope, [name.lower()])
            assert (named.id, named.name, named.aliases) == (robert, name, aliases)
            assert await store.entities(scope, [other]) == []
            whole = await store.fetch(scope, ["mem_Bob", "mem_Robert", robert], ALL_TIMES)
            assert whole.entities[robert].name == name
            assert {fact.subject for fact in whole.facts.values()} == {name}
            asked = Inquiry(scope=scope, now=NOW, keys=("bob", "robert"), predicates=("visit",))
            standing = {fact.id: fact.subject for fact in (await store.consult(asked)).facts}
            assert {standing[id_] for id_ in standing if id_ in whole.facts} == {name}

    @scenario
    async def test_a_write_is_told_which_aliases_are_of_others(self, store: GraphStore) -> None:
        cook, maid = Scope(user_id="ana", agent_id="cook"), Scope(user_id="ana", agent_id="maid")
        made = GraphBuilder(cook, episode="epi_cook")
        song = made.entity("Belle (song)", aliases=("Belle",))
        made.memory("mem_cook", about="Belle (song)", names=["Belle (song)"])
        await store.commit(made.changes())
        for scope, keys, unheard in (
            (maid, ("belle",), (song,)),
            (maid, (entity_key("Belle (song)"),), ()),
            (cook, ("belle",), ()),
            (ANA, ("belle",), ()),
        ):
            standing = await store.consult(Inquiry(scope=scope, now=NOW, keys=keys))
            assert ([one.id for one in standing.entities], standing.unheard) == ([song], unheard)

    @scenario
    async def test_what_refers_to_nobody_is_refused(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        try:
            await store.commit(told(pair("Bob", "Nobody")))
        except Conflict:
            return
        raise AssertionError("a pair with somebody who is not there was written")

    @scenario
    async def test_a_write_is_told_who_stands_and_who_has_a_name_like_it(self, store: GraphStore) -> None:
        made = graph()
        made.memory("mem_x", names=["Michael Jordan", "Roberta Fox", "J. Fox", "Basketball"])
        made.fact("fact_x", "Michael Jordan", "play", "Basketball", by=["mem_x"])
        await store.commit(made.changes())
        await store.commit(told(pair("Bob", "Robert")))
        probes = (
            NameProbe(key="micheal jordan", heads=("micheal j",), last="jordan", letters=("m",)),
            NameProbe(key="fox", exact=("j. fox",), heads=("rober",)),
            NameProbe(key="bob", heads=("faro",)),
        )
        inquiry = Inquiry(scope=ANA, now=NOW, keys=("bob",), predicates=("work_in", "know"), names=probes, near=2)
        standing = await store.consult(inquiry)
        assert [(one.key, one.same_as) for one in standing.entities] == [("bob", entity_id(ANA.owner, "robert"))]
        assert sorted(one.id for one in standing.facts) == ["fact_Bob", "fact_Robert", "fact_both"]
        assert sorted(one.key for one in standing.near) == ["j. fox", "michael jordan", "robert", "roberta fox"]
        assert standing.beside[entity_id(ANA.owner, "michael jordan")] == (entity_id(ANA.owner, "basketball"),)
        assert standing.crowded == ("fox",)
        assert standing.theirs == ()
        assert (await store.consult(inquiry.model_copy(update={"scope": BEN}))).near == ()
        cook = Scope(user_id=ANA.user_id, agent_id="cook")
        from_cook = await store.consult(inquiry.model_copy(update={"scope": cook}))
        assert from_cook.near == standing.near
        assert from_cook.beside == dict.fromkeys(standing.beside, ())
        assert sorted(from_cook.theirs) == sorted(one.id for one in standing.near)
        made = GraphBuilder(cook, episode="epi_cook")
        made.memory("mem_cook", names=["Robert"])
        await store.commit(made.changes())
        assert (await store.consult(inquiry)).theirs == ()
        robert = entity_id(ANA.owner, "robert")
        assert robert not in (await store.consult(inquiry.model_copy(update={"scope": cook}))).theirs

    @pytest.mark.parametrize("status", ["candidate", "same", "apart"])
    @pytest.mark.parametrize("gone", [("mem_Bob", "mem_both"), ("mem_Robert", "mem_both"), ()])
    @scenario
    async def test_the_history_of_a_pair_goes_with_its_entities(
        self, store: GraphStore, status: str, gone: tuple[str, ...]
    ) -> None:
        """Names and reasons stand in it: once nothing names one of the two any more, nothing tells of the pair."""
        for scope, mark in ((ANA, ""), (BEN, "_ben")):
            made = graph(scope, mark)
            made.revision(f"rev_Bob{mark}", f"mem_Bob{mark}", old_text="Bob works in Porto.")
            await store.commit(made.changes())
            for event, said in (("MERGE", "same"), ("SPLIT", status)):
                decided = pair("Bob", "Robert", said, scope)
                step = GraphBuilder(scope).revision(
                    f"rev_{event}{mark}", decided.id, event=event, reason="He is my ex."
                )
                await store.commit(ChangeSet(owner=scope.owner, same=(decided,), revisions=(step,)))
            rob = pair("Rob", "Robert", "apart", scope)
            other = GraphBuilder(scope).revision(f"rev_Rob{mark}", rob.id, event="SPLIT", reason="Not he.")
            await store.commit(ChangeSet(owner=scope.owner, same=(rob,), revisions=(other,)))
        left = {"rev_MERGE", "rev_SPLIT", "rev_Rob"} - ({"rev_MERGE", "rev_SPLIT"} if gone else set())
        left -= {"rev_Rob"} if "mem_Robert" in gone else set()
        await store.commit(ChangeSet(owner=ANA.owner, removed=gone))
        for scope, mark, kept in ((ANA, "", left), (BEN, "_ben", {"rev_MERGE", "rev_SPLIT", "rev_Rob"})):
            ids = [pair(name, "Robert", scope=scope).id for name in ("Bob", "Rob")]
            steps = [one.id for id_ in ids for one in await store.revisions(scope, id_)]
            assert sorted(steps) == sorted(f"{one}{mark}" for one in kept)
            assert [one.id for one in await store.revisions(scope, f"mem_Bob{mark}")] == [f"rev_Bob{mark}"]
        assert await store.inspect(False) == []

    @scenario
    async def test_what_was_joined_goes_together(self, store: GraphStore) -> None:
        made = graph()
        await store.commit(made.changes())
        await store.commit(told(pair("Bob", "Robert"), pair("Robert", "Rob")))
        await store.commit(ChangeSet(owner=ANA.owner, removed=("mem_Bob", "mem_Robert", "mem_Rob", "mem_both")))
        assert await names(store) == {}
        assert await store.inspect(False) == []

    @scenario
    async def test_what_is_reopened_is_current_again(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        closed = [
            Retirement(id=id_, at=later(days=1), valid_to=later(days=1), superseded_by="fact_Robert")
            for id_ in ("fact_Bob", "mem_Bob")
        ]
        before = await store.fetch(ANA, ["fact_Bob", "mem_Bob"], ALL_TIMES)
        await store.commit(ChangeSet(owner=ANA.owner, retired_facts=(closed[0],), retired_memories=(closed[1],)))
        await store.commit(ChangeSet(owner=ANA.owner, reopened=("fact_Bob", "mem_Bob", "fact_Robert", "nothing")))
        assert await store.fetch(ANA, ["fact_Bob", "mem_Bob"], ALL_TIMES) == before
        assert await store.inspect(False) == []

    @scenario
    async def test_vectors_stay_with_their_entities(self, store: GraphStore) -> None:
        await store.commit(graph().changes())
        await store.commit(told(pair("Bob", "Robert")))
        probe = VectorProbe(scope=ANA, kind="entity", vector=vector_of("Bob"), limit=10, view=VIEW)
        assert entity_id(ANA.owner, "bob") not in {one.id for one in await store.nearest(probe)}
        await store.commit(told(pair("Bob", "Robert", "apart")))
        assert (await store.nearest(probe))[0].id == entity_id(ANA.owner, "bob")
