"""Each kind of memory is recalled by filter, and a procedure states nothing. On Neo4j: `test_neo4j_past.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory
from graphmem.testing import FixedClock
from tests.integration.test_restore import NOON, made

SCOPE: dict[str, Any] = {"user_id": "u", "agent_id": "bot"}
TRAJECTORY = [
    {"role": "user", "content": "Ana likes Tea."},
    {"role": "assistant", "content": "Bo brews Tea."},
    {"role": "tool", "content": "Kettle is Hot."},
]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with made(str(tmp_path / "m.db"), clock) as one:
        yield one


def test_each_kind_is_recalled_by_filter(memory: Memory) -> None:
    (semantic,) = memory.add("Bo owns Tea.", **SCOPE)
    (episodic,) = memory.add([{"role": "user", "content": "Bo wants Tea."}], **SCOPE)
    (procedural,) = memory.add(TRAJECTORY, **SCOPE, memory_type="procedural_memory")
    for kind, wanted in (("semantic", semantic), ("episodic", episodic), ("procedural", procedural)):
        only = {"memory_type": kind}
        assert [one.id for one in memory.get_all(**SCOPE, filters=only)] == [wanted.id]
        assert [hit.memory.id for hit in memory.search("Who brews Tea?", **SCOPE, filters=only, hops=3)] == [wanted.id]
    both = {"memory_type": {"in": ["semantic", "procedural"]}}
    assert {one.id for one in memory.get_all(**SCOPE, filters=both)} == {semantic.id, procedural.id}


def test_a_procedure_names_things_and_states_nothing(memory: Memory) -> None:
    (one,) = memory.add(TRAJECTORY, **SCOPE, memory_type="procedural")
    assert one.facts == ()
    assert memory.facts(**SCOPE).total == 0
    assert {"Ana", "Bo", "Tea"} <= {entity.name for entity in memory.entities(**SCOPE)}
    there = memory.get(one.id)
    assert there.steps == ("user: Ana likes Tea.", "assistant: Bo brews Tea.", "tool: Kettle is Hot.")
    rewritten = memory.update(one.id, "1. Ana likes Tea.\n2. Bo pours Tea.")
    assert rewritten.facts == ()
    assert memory.get(one.id).steps == ("Ana likes Tea.", "Bo pours Tea.")


def test_a_procedure_leaves_what_is_known_alone(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Paris.", **SCOPE)
    clock.advance(days=1)
    memory.add([{"content": "Ana live_in Berlin."}, {"content": "Done is Done."}], **SCOPE, memory_type="procedural")
    assert [str(fact) for fact in memory.facts(**SCOPE)] == ["Ana — live in → Paris"]


def test_the_callers_triples_are_kept(memory: Memory) -> None:
    (one,) = memory.add(TRAJECTORY, **SCOPE, memory_type="procedural", triples=[("Bo", "brews", "Tea")])
    assert [str(fact) for fact in one.facts] == ["Bo — brews → Tea"]


def test_the_same_procedure_is_known_again_and_comes_back(memory: Memory) -> None:
    (one,) = memory.add(TRAJECTORY, **SCOPE, memory_type="procedural")
    (again,) = memory.add(TRAJECTORY, **SCOPE, memory_type="procedural")
    assert (again.id, again.event) == (one.id, "NOOP")
    before = memory.get(one.id)
    memory.delete(one.id)
    memory.restore(one.id)
    assert memory.get(one.id) == before
    assert memory.facts(**SCOPE).total == 0
    assert {"Ana", "Bo", "Tea"} <= {entity.name for entity in memory.entities(**SCOPE)}


def test_a_long_one_is_cut_between_its_steps_in_order(memory: Memory) -> None:
    steps = [{"role": "tool", "content": f"Step{number} is " + "very " * 200 + "Long."} for number in range(1, 6)]
    added = memory.add(steps, **SCOPE, memory_type="procedural")
    pieces = [memory.get(one.id) for one in added]
    assert [piece.position for piece in pieces] == list(range(len(pieces)))
    assert len({piece.episode_id for piece in pieces}) == 1
    assert [step for piece in pieces for step in piece.steps] == [f"tool: {one['content']}" for one in steps]
    assert len(pieces) == 5


def test_what_an_assistant_says_of_itself_closes_no_fact_of_the_user() -> None:
    with Memory(":memory:") as memory:
        talk = [{"content": "I live in Porto."}, {"role": "assistant", "content": "I live in Berlin."}]
        memory.add(talk, user_id="kim", actor_id="Kim")
        assert [str(fact) for fact in memory.facts(user_id="kim", subject="Kim")] == ["Kim — live in → Porto"]
        memory.add({"role": "assistant", "content": "I live in Rome."}, user_id="kim", agent_id="bot", actor_id="Kim")
        assert [str(fact) for fact in memory.facts(user_id="kim", subject="Kim")] == ["Kim — live in → Porto"]
