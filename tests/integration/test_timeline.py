"""The life of an entity, in the order in which things held. The same tests run on Neo4j in `test_neo4j_past.py`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.errors import InputError, ScopeRequired
from graphmem.testing import FixedClock
from tests.integration.test_restore import NOON, made


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(tmp_path: Path, clock: FixedClock) -> Iterator[Memory]:
    with made(str(tmp_path / "m.db"), clock) as one:
        yield one


def test_all_that_was_is_told_in_order_with_what_ended_it(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana live_in Berlin.", user_id="u", occurred_at="2025-06-01")
    memory.add("Ana live_in Paris.", user_id="u", occurred_at="2024-01-01")
    memory.add("Bo knows Ana.", user_id="u", occurred_at="2023-05-05")
    memory.add("Bo likes Tea.", user_id="u", occurred_at="2022-02-02")
    memory.add("Indeed: Ana live_in Berlin.", user_id="u")
    told = memory.timeline("ana", user_id="u")
    assert [str(entry) for entry in told] == [
        "2023-05-05  Bo — knows → Ana",
        "2024-01-01 to 2025-06-01  Ana — live in → Paris",
        "2025-06-01  Ana — live in → Berlin",
    ]
    knows, paris, berlin = told
    assert [entry.state for entry in told] == ["current", "superseded", "current"]
    assert paris.superseded_by == berlin.fact
    assert berlin.supersedes == (paris.fact,)
    assert (knows.superseded_by, knows.supersedes) == (None, ())
    assert [source.quote for source in berlin.sources] == ["Ana live_in Berlin."] * 2
    assert (told.total, told.next_cursor) == (3, None)


def test_pages_go_on_where_the_last_one_ended(memory: Memory) -> None:
    for day in (3, 1, 2, 5, 4):
        memory.add(f"Ana likes Drink{day}.", user_id="u", occurred_at=f"2026-01-0{day}")
    for day in (1, 2):
        memory.add(f"Ana knows Friend{day}.", user_id="u", occurred_at="2026-01-02")
    seen, cursor = [], None
    while True:
        page = memory.timeline("Ana", user_id="u", limit=2, cursor=cursor)
        assert page.total == 7
        seen += [entry.fact.object for entry in page]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == ["Drink1", "Drink2", "Friend1", "Friend2", "Drink3", "Drink4", "Drink5"]


def test_other_scopes_and_expired_memories_are_not_told(memory: Memory, clock: FixedClock) -> None:
    memory.add("Ana likes Tea.", user_id="u", agent_id="a")
    memory.add("Ana likes Rain.", user_id="u", agent_id="b")
    memory.add("Ana likes Snow.", user_id="v")
    memory.add("Ana likes Fog.", user_id="u", expires_at=NOON + timedelta(hours=1))
    clock.advance(hours=2)
    assert [entry.fact.object for entry in memory.timeline("Ana", user_id="u", agent_id="a")] == ["Tea"]
    assert [entry.fact.object for entry in memory.timeline("Ana", user_id="u")] == ["Tea", "Rain"]
    assert memory.timeline("Nobody", user_id="u").items == ()


def test_what_is_given_is_checked(memory: Memory) -> None:
    with pytest.raises(ScopeRequired):
        memory.timeline("Ana")
    for cursor in ("x", "fact_1", "2026-01-01_fact_1", "2026-01-01T00:00:00+00:00_mem_1", 3):
        with pytest.raises(InputError, match="is none that a page gave"):
            memory.timeline("Ana", user_id="u", cursor=cursor)  # type: ignore[arg-type]
    with pytest.raises(InputError):
        memory.timeline(" ", user_id="u")
    with pytest.raises(InputError):
        memory.timeline("Ana", user_id="u", limit=0)


def test_a_time_that_is_over_and_one_taken_back(memory: Memory) -> None:
    from graphmem.curate.timeline import _state
    from graphmem.domain.fact import Fact
    from graphmem.domain.scope import Scope

    def state(**times: datetime) -> str:
        parts = {"subject_id": "s", "subject": "S", "predicate": "p", "object_id": "o", "object": "O", "text": "t"}
        fact = Fact(id="fact_1", scope=Scope(user_id="u"), recorded_at=NOON, **parts, **times)  # type: ignore[arg-type]
        return _state(fact, NOON)

    past = datetime(2025, 1, 1, tzinfo=UTC)
    assert state() == "current"
    assert state(valid_to=past) == "ended"
    assert state(valid_to=NOON + timedelta(days=1)) == "current"
    assert state(retired_at=NOON) == "retracted"
