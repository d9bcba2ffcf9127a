"""The part of the contract that moves a database to another embedding model while it is in use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

import numpy as np
import pytest

from graphmem.domain.change import ChangeSet
from graphmem.domain.embedding import LAST_ROWS, EmbeddingModel, Unembedded
from graphmem.domain.query import Frontier, Inquiry, SeedProbe, Selection, TextProbe, VectorProbe
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Matrix, Vector
from graphmem.errors import Conflict, DimensionMismatch, InvalidVector
from graphmem.ports.graph_store import GraphStore
from graphmem.testing.commits import ANA
from graphmem.testing.graph import NOW, GraphBuilder, vector_of
from graphmem.testing.scenario import ALL_TIMES, VIEW, StoreScenarios, scenario

LETTERS = EmbeddingModel("letters", 5)
RUNES = EmbeddingModel("runes", 11)
BEN = Scope(agent_id="ben")
TEXTS = {
    "mem_1": "Bob works at Acme.",
    "mem_2": "Cleo: Acme makes anvils.",
    "mem_3": "History of Acme\nIt began in Porto.",
    "mem_1#0": "Bob works at Acme.",
    "mem_2#0": "Acme makes anvils.",
    "mem_3#0": "It began in Porto.",
    "fact_1": "Bob works_at Acme.",
    "mem_ben": "Ben repairs oboes.",
    "mem_ben#0": "Ben repairs oboes.",
}
"""What is embedded of `fill`, but for the entities, of which it is the name."""


async def fill(store: GraphStore) -> dict[str, str]:
    """Two owners' rows of every kind; the text of each vector by its key."""
    graph = GraphBuilder(ANA)
    graph.memory("mem_1", "Bob works at Acme.", about="Bob", names=["Bob", "Acme"])
    graph.memory("mem_2", "Acme makes anvils.", about="Acme", actor_id="Cleo", heading="Cleo")
    graph.memory("mem_3", "It began in Porto.", names=["Porto"], heading="History of Acme")
    graph.fact("fact_1", "Bob", "works_at", "Acme", by=["mem_1"])
    await store.commit(graph.changes())
    other = GraphBuilder(BEN, episode="epi_ben")
    other.memory("mem_ben", "Ben repairs oboes.", about="Ben")
    await store.commit(other.changes())
    entities = [*graph.entities.values(), *other.entities.values()]
    return TEXTS | {entity.id: entity.name for entity in entities}


def made(rows: Sequence[Unembedded], model: EmbeddingModel) -> dict[Unembedded, Vector]:
    """The vectors that a model makes of these rows: another model, another vector of the same text."""
    return {row: _vector(row.text, model) for row in rows}


def _vector(text: str, model: EmbeddingModel) -> Vector:
    return vector_of(f"{model.name} {text}", model.dimension)


def embedder(model: EmbeddingModel) -> Callable[[Sequence[str]], Matrix]:
    """The same as a function of texts."""
    return lambda texts: np.stack([_vector(text, model) for text in texts])


async def make_all(store: GraphStore, model: EmbeddingModel, limit: int = 4) -> dict[str, str]:
    """Make every vector that is missing, a few at a time; the texts by their keys."""
    texts: dict[str, str] = {}
    while rows := await store.without_vectors(model, limit):
        assert len(rows) <= limit
        assert not texts.keys() & {row.id for row in rows}
        texts |= dict(rows)
        await store.put_vectors(model, made(rows, model))
    return texts


async def move(store: GraphStore, model: EmbeddingModel) -> None:
    """All of it, from the beginning to the switch."""
    await store.begin_vectors(model)
    await make_all(store, model, 100)
    await store.switch_vectors(model)


async def vectors_in(store: GraphStore, owner: str) -> Mapping[str, Vector]:
    """Every vector of an owner that is in use."""
    vectors: dict[str, Vector] = {}
    after: str | None = None
    while True:
        part = await store.portion(owner, after, 100)
        vectors |= part.changes.vectors
        after = part.following
        if after is None:
            return vectors


def nearest_to(text: str, model: EmbeddingModel | None, dimension: int) -> VectorProbe:
    """Ana's memories nearest to what a model makes of a text; the builder's own vectors, without one."""
    vector = vector_of(text, dimension) if model is None else _vector(text, model)
    return VectorProbe(scope=ANA, kind="memory", vector=vector, limit=1, view=VIEW)


def everything_that_looks_at_a_model(store: GraphStore, dimension: int) -> list[Callable[[], Awaitable[object]]]:
    """A call of each method that reads or writes, but for those that move the vectors."""
    vector = vector_of("?", dimension)
    rows = {kind: Selection(scope=ANA, kind=kind, view=VIEW) for kind in ("memory", "fact", "entity")}
    seeds = SeedProbe(scope=ANA, view=VIEW, vector=vector, text="Acme", limit=3)
    return [
        lambda: store.version(ANA.owner),
        lambda: store.commit(ChangeSet(owner=ANA.owner, removed=("mem_1",))),
        lambda: store.consult(Inquiry(scope=ANA, now=NOW, keys=("acme",))),
        lambda: store.seeds(seeds),
        lambda: store.nearest(VectorProbe(scope=ANA, kind="memory", vector=vector, limit=3, view=VIEW)),
        lambda: store.matching(TextProbe(scope=ANA, text="Acme", limit=3, view=VIEW)),
        lambda: store.expand(Frontier(scope=ANA, view=VIEW, vector=vector, memory_ids=("mem_1",))),
        lambda: store.fetch(ANA, ["mem_1"], VIEW),
        lambda: store.entities(ANA, ["acme"]),
        lambda: store.memories(rows["memory"]),
        lambda: store.facts(rows["fact"]),
        lambda: store.browse_entities(rows["entity"]),
        lambda: store.revisions(ANA, "mem_1"),
        lambda: store.counts(ANA, VIEW),
        lambda: store.owners(None, 3),
        lambda: store.portion(ANA.owner, None, 3),
        lambda: store.inspect(True),
    ]


class ReembeddingContract(StoreScenarios):
    """`made_with`, and from `begin_vectors` to `switch_vectors`."""

    @scenario
    async def test_a_row_of_any_kind_is_embedded_with_the_text_of_its_kind(self, store: GraphStore) -> None:
        texts = await fill(store)
        assert (await store.made_with()).dimension == self.dimension
        assert await store.begin_vectors(LETTERS) == len(texts)
        assert await store.without_vectors(LETTERS, 3) == await store.without_vectors(LETTERS, 3)
        assert await make_all(store, LETTERS) == texts
        assert await store.begin_vectors(LETTERS) == 0

    @scenario
    async def test_what_a_memory_continues_is_kept(self, store: GraphStore) -> None:
        await fill(store)
        memories = (await store.fetch(ANA, ["mem_1", "mem_3"], VIEW)).memories
        assert {id_: one.heading for id_, one in memories.items()} == {"mem_1": None, "mem_3": "History of Acme"}

    @scenario
    async def test_searches_and_writes_go_on_till_the_switch(self, store: GraphStore) -> None:
        await fill(store)
        probe = nearest_to("Bob works at Acme.", None, self.dimension)
        before = await store.nearest(probe)
        await store.begin_vectors(LETTERS)
        await store.put_vectors(LETTERS, made(await store.without_vectors(LETTERS, 5), LETTERS))
        assert await store.nearest(probe) == before
        graph = GraphBuilder(ANA, episode="epi_2")
        graph.memory("mem_4", "Dora works at Acme.", about="Dora")
        await store.commit(graph.changes())
        assert (await store.nearest(nearest_to("Dora works at Acme.", None, self.dimension)))[0].id == "mem_4"
        await make_all(store, LETTERS)
        assert await store.nearest(probe) == before
        await store.switch_vectors(LETTERS)
        assert await store.made_with() == LETTERS

    @scenario
    async def test_no_call_of_the_old_model_gets_through_after_the_switch(self, store: GraphStore) -> None:
        await fill(store)
        before = await store.made_with()
        await move(store, LETTERS)
        for call in everything_that_looks_at_a_model(store, self.dimension):
            with pytest.raises(DimensionMismatch, match=r"letters.*graphmem reembed"):
                await call()
        await move(store, before)
        for call in everything_that_looks_at_a_model(store, self.dimension):
            await call()

    @scenario
    async def test_the_new_vectors_are_those_that_were_put(self, store: GraphStore) -> None:
        texts = await fill(store)
        before = await store.made_with()
        assert (await store.nearest(nearest_to("Bob works at Acme.", None, self.dimension)))[0].id == "mem_1"
        await move(store, LETTERS)
        await move(store, before)
        vectors = {**await vectors_in(store, ANA.owner), **await vectors_in(store, BEN.owner)}
        assert vectors.keys() == texts.keys()
        for key, text in texts.items():
            assert np.allclose(vectors[key], _vector(text, before), atol=1e-6), key
        for key in ("mem_1", "mem_2", "mem_3"):
            (found,) = await store.nearest(nearest_to(texts[key], before, self.dimension))
            assert found.id == key
            assert found.score == pytest.approx(1.0, abs=1e-5)

    @scenario
    async def test_what_is_written_meanwhile_is_embedded_too(self, store: GraphStore) -> None:
        await fill(store)
        await store.begin_vectors(LETTERS)
        await make_all(store, LETTERS)
        graph = GraphBuilder(ANA, episode="epi_2")
        graph.memory("mem_4", "Dora knows Bob.", names=["Dora", "Bob"])
        graph.fact("fact_2", "Dora", "knows", "Bob", by=["mem_4"])
        await store.commit(graph.changes())
        with pytest.raises(Conflict):
            await store.switch_vectors(LETTERS)
        texts = await make_all(store, LETTERS)
        assert sorted(texts.values()) == ["Dora", "Dora knows Bob.", "Dora knows Bob.", "Dora knows Bob."]
        await store.switch_vectors(LETTERS)

    @scenario
    async def test_words_that_are_changed_meanwhile_are_embedded_again(self, store: GraphStore) -> None:
        await fill(store)
        before = await store.made_with()
        other = EmbeddingModel("other", before.dimension)
        await store.begin_vectors(other)
        await make_all(store, other)
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "Bob left Acme.", metadata={"new": True})
        await store.commit(graph.changes())
        assert await make_all(store, other) == {"mem_1": "Bob left Acme.", "mem_1#0": "Bob left Acme."}
        record = (await store.fetch(ANA, ["mem_1"], ALL_TIMES)).memories["mem_1"]
        again = record.model_copy(update={"metadata": {"new": False}, "expires_at": None})
        await store.commit(ChangeSet(owner=ANA.owner, memories=(again,)))
        assert await store.without_vectors(other, 10) == []

    @scenario
    async def test_a_vector_of_words_that_are_gone_is_not_kept(self, store: GraphStore) -> None:
        await fill(store)
        await store.begin_vectors(LETTERS)
        late = made(await store.without_vectors(LETTERS, 100), LETTERS)
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "Bob left Acme.")
        await store.commit(graph.changes(removed=("mem_3",)))
        await store.put_vectors(LETTERS, late)
        wanted = await make_all(store, LETTERS)
        assert wanted == {"mem_1": "Bob left Acme.", "mem_1#0": "Bob left Acme."}
        await store.put_vectors(LETTERS, {Unembedded("mem_nobody", "?"): vector_of("?", LETTERS.dimension)})
        await store.switch_vectors(LETTERS)

    @scenario
    async def test_the_last_rows_are_embedded_in_the_switch(self, store: GraphStore) -> None:
        await fill(store)
        before = await store.made_with()
        other = EmbeddingModel("other", before.dimension)
        await store.begin_vectors(other)
        await store.switch_vectors(other, embedder(other))
        assert await store.made_with() == other
        await store.begin_vectors(before)
        await store.switch_vectors(before, embedder(before))
        (found,) = await store.nearest(nearest_to("Bob works at Acme.", before, self.dimension))
        assert found.id == "mem_1"

    @scenario
    async def test_more_than_the_last_rows_are_not_embedded_in_the_switch(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        for number in range(LAST_ROWS // 2 + 1):
            graph.memory(f"mem_{number}", f"Bob saw thing {number}.")
        await store.commit(graph.changes())
        assert await store.begin_vectors(LETTERS) > LAST_ROWS
        with pytest.raises(Conflict):
            await store.switch_vectors(LETTERS, embedder(LETTERS))
        assert (await store.made_with()).dimension == self.dimension

    @scenario
    async def test_another_model_begins_anew_and_the_first_is_told(self, store: GraphStore) -> None:
        texts = await fill(store)
        await store.begin_vectors(LETTERS)
        rows = await store.without_vectors(LETTERS, 4)
        await store.put_vectors(LETTERS, made(rows, LETTERS))
        assert await store.begin_vectors(LETTERS) == len(texts) - 4
        assert await store.begin_vectors(RUNES) == len(texts)
        with pytest.raises(Conflict):
            await store.put_vectors(LETTERS, made(rows, LETTERS))
        with pytest.raises(Conflict):
            await store.without_vectors(LETTERS, 4)
        with pytest.raises(Conflict):
            await store.switch_vectors(LETTERS, embedder(LETTERS))
        await make_all(store, RUNES)
        await store.switch_vectors(RUNES)
        assert await store.made_with() == RUNES

    @scenario
    async def test_to_begin_with_the_model_in_use_gives_up_another(self, store: GraphStore) -> None:
        await fill(store)
        before = await store.made_with()
        await store.begin_vectors(LETTERS)
        assert await store.begin_vectors(before) == 0
        await store.switch_vectors(before)
        assert await store.made_with() == before
        with pytest.raises(Conflict):
            await store.without_vectors(LETTERS, 4)

    @scenario
    async def test_rows_that_never_had_a_vector_get_one_of_the_model_in_use(self, store: GraphStore) -> None:
        graph = GraphBuilder(ANA)
        graph.memory("mem_1", "Bob works at Acme.", names=["Bob"])
        graph.memory("mem_2", "Acme makes anvils.")
        graph.fact("fact_1", "Bob", "works_at", "Acme", by=["mem_1"])
        kept = {key: one for key, one in graph.vectors.items() if key.startswith("mem_2")}
        await store.commit(graph.changes(vectors=kept))
        model = await store.made_with()
        assert (await store.nearest(nearest_to("Bob works at Acme.", model, self.dimension)))[0].id == "mem_2"
        assert await store.begin_vectors(model) == 5
        assert set((await make_all(store, model)).values()) == {
            "Bob works at Acme.",
            "Bob",
            "Acme",
            "Bob works_at Acme.",
        }
        await store.switch_vectors(model)
        assert (await store.nearest(nearest_to("Bob works at Acme.", model, self.dimension)))[0].id == "mem_1"
        assert np.array_equal((await vectors_in(store, ANA.owner))["mem_2"], kept["mem_2"])
        assert await store.inspect(False) == []

    @scenario
    async def test_a_vector_that_cannot_be_one_is_refused(self, store: GraphStore) -> None:
        await fill(store)
        await store.begin_vectors(LETTERS)
        row, *_ = await store.without_vectors(LETTERS, 1)
        for wrong, error in (
            (vector_of("?", 6), DimensionMismatch),
            (np.full(5, np.nan, dtype=np.float32), InvalidVector),
            (np.zeros(5, dtype=np.float32), InvalidVector),
        ):
            with pytest.raises(error):
                await store.put_vectors(LETTERS, {row: wrong})
        assert await store.without_vectors(LETTERS, 1) == [row]

    @scenario
    async def test_an_empty_store_is_moved_at_once(self, store: GraphStore) -> None:
        assert await store.begin_vectors(LETTERS) == 0
        assert await store.without_vectors(LETTERS, 10) == []
        await store.switch_vectors(LETTERS)
        assert await store.made_with() == LETTERS
