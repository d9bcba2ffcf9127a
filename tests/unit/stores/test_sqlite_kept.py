"""What is kept with a copy in memory: the same answers as without it after whatever was written, and within its room."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from graphmem.domain.identity import entity_id
from graphmem.domain.query import Frontier, TextProbe
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Subgraph
from graphmem.domain.vector import Vector
from graphmem.stores.sqlite import probing
from graphmem.stores.sqlite.expand import expand
from graphmem.stores.sqlite.kept import ENTRY, Kept
from graphmem.stores.sqlite.mirror import KEPT, LEAST, Mirror
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.store import SqliteStore
from graphmem.stores.stemmer import Stemmer
from graphmem.testing.commits import ANA
from graphmem.testing.graph import DIMENSION, GraphBuilder, vector_of
from graphmem.testing.scenario import VIEW
from tests.unit.stores.test_sqlite_mirror import random_change, shelf

MEMORIES = tuple(f"mem_{i}" for i in range(25))
ENTITIES = tuple(entity_id(ANA.owner, f"e{i}") for i in range(6))


def frontier(question: Vector, scope: Scope) -> Frontier:
    """From everything by every way, with more facts than may be told."""
    return Frontier(
        scope=scope,
        view=VIEW,
        vector=question,
        memory_ids=MEMORIES,
        entity_ids=ENTITIES,
        fanout=3,
        subjects=ENTITIES,
        facts=2,
    )


@pytest.mark.parametrize("seed", range(3))
def test_what_is_kept_answers_as_what_is_read_anew(seed: int, use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance, stemmer = random.Random(seed), Stemmer()
        session = await store._opened()
        met = Subgraph()
        for number in range(60):
            await store.commit(random_change(chance, number))
            for scope in (ANA, Scope("ana", "bot")):
                asked = frontier(vector_of(f"question {number % 3}"), scope)
                probe = TextProbe(scope=scope, text="Text 1 of 7", limit=9, view=VIEW)
                for _ in range(2):
                    kept, anew = [
                        await session.database.read(
                            lambda connection, mirror=mirror, asked=asked, probe=probe: (
                                expand(Snapshot(connection, mirror), asked, DIMENSION),
                                probing.matching_counted(Snapshot(connection, mirror), probe, stemmer),
                            )
                        )
                        for mirror in (session.mirror, Mirror(DIMENSION, 10**9))
                    ]
                    assert kept == anew, number
            met = kept[0] if kept[0].links and kept[0].told else met
        stemmer.close()
        assert met.links
        assert met.told
        one = await shelf(store, "memory")
        assert one.lists._found
        assert one.vectors._found

    use(":memory:", play)


def test_a_fact_in_the_place_of_another_has_its_own_vector(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        numbers = []
        for last in ("fact_2", "fact_3"):
            graph = GraphBuilder(ANA, episode=f"epi_{last}")
            for i in range(9):  # so that there is room for vectors
                graph.memory(f"mem_{last}_{i}")
            for fact in ("fact_0", "fact_1", last):
                graph.memory(f"mem_{last}_{fact}", about="E0")
                graph.fact(fact, "E0", f"says_{fact}", "E1", by=[f"mem_{last}_{fact}"])
            await store.commit(graph.changes())
            asked = Frontier(
                scope=ANA, view=VIEW, vector=graph.vectors[last], kinds=frozenset(), subjects=ENTITIES[:1], facts=1
            )
            assert {one.fact_id for one in (await store.expand(asked)).told} == {last}
            kept = (await shelf(store, "memory")).vectors.get(await number_of(store, ENTITIES[0]))
            assert kept is not None
            numbers.append(kept[0].tolist())
            await store.commit(GraphBuilder(ANA).changes(removed=("mem_fact_2_fact_2",)))
        assert numbers[0] == numbers[1]

    use(":memory:", play)


async def number_of(store: SqliteStore, entity: str) -> int:
    """The number of an entity in the file."""
    one = await shelf(store, "entity")
    return int(one.numbers[one.rows_with([entity])[0]])


@pytest.mark.parametrize("seed", range(3))
def test_rows_are_found_by_id_in_old_copies_and_new_ones(seed: int, use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(seed)
        copies = []
        for number in range(80):
            await store.commit(random_change(chance, number))
            copies.append(await shelf(store, "memory"))
            for one in copies if number % 7 == 0 else copies[-1:]:
                there = [row for row, id_ in enumerate(one.ids.tolist()) if id_ in MEMORIES]
                assert one.rows_with([*MEMORIES, "mem_3", "nobody", "a\0b"]).tolist() == there
        assert any(one.places is other.places for one, other in pairwise(copies))

    use(":memory:", play)


def test_what_was_not_asked_for_goes_first() -> None:
    kept, room = Kept(), 3 * (10 + ENTRY)
    for name in "abc":
        kept.put(name, (np.arange(10),), room)
    assert kept.get("a") is not None
    kept.put("d", (np.arange(4), np.arange(4)), room)
    assert [name for name in "abcd" if kept.get(name) is not None] == ["a", "c", "d"]
    kept.put("d", (np.arange(10),), room)
    assert [name for name in "abcd" if kept.get(name) is not None] == ["a", "c", "d"]
    kept.put("big", (np.arange(room),), room)
    assert kept.get("big") is None
    assert kept._size == room


def test_what_is_empty_takes_room_too_and_a_part_does_not_hold_the_whole() -> None:
    kept = Kept()
    for number in range(1000):
        kept.put(number, (np.arange(0), np.arange(0)), 10 * ENTRY)
    assert len(kept._found) == 10
    whole = np.arange(100_000)
    kept.put("part", (whole[:1],), 10 * ENTRY)
    (part,) = kept.get("part") or ()
    assert part.base is None
    assert part.tolist() == [0]


def test_lists_stay_within_the_room_of_a_copy(use: Any) -> None:
    async def play(store: SqliteStore) -> None:
        chance = random.Random(1)
        for number in range(20):
            await store.commit(random_change(chance, number))
        one = await shelf(store, "memory")
        for key in range(1000):
            one.keep_rows(key, np.arange(10))
            one.keep_vectors(key, np.arange(1), one.matrix[:1])
        assert 0 < one.lists._size <= KEPT * len(one.numbers)
        assert 0 < one.vectors._size <= one.matrix.size // 2 + LEAST

    use(":memory:", play)
