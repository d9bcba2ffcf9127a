"""A correction that is added by itself takes back what was said in an earlier `add`: of the same scope and speaker, and of no
other."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.testing import FixedClock
from tests.support.embedding import HashingEmbedder

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HERE: dict[str, Any] = {"user_id": "u", "run_id": "r"}
SCOPES: list[dict[str, Any]] = [
    {"user_id": user, "agent_id": agent, "run_id": run}
    for user in ("u", "v", None)
    for agent in ("a", None)
    for run in ("r", "s", None)
    if user or agent or run
]
ELSEWHERE = [scope for scope in SCOPES if scope != {"agent_id": None, **HERE}]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def memory(clock: FixedClock) -> Iterator[Memory]:
    with Memory(":memory:", embedder=HashingEmbedder(), clock=clock) as made:
        yield made


def now(memory: Memory, **scope: Any) -> set[str]:
    """What is current there, without who it is about."""
    return {f"{fact.predicate} {fact.object}" for fact in memory.facts(**(scope or HERE))}


@pytest.mark.parametrize("scope", ELSEWHERE)
def test_a_correction_reaches_into_no_other_scope(memory: Memory, scope: dict[str, Any]) -> None:
    memory.add("I live in Leira.", **HERE)
    told = memory.add("No, I meant Leiria.", **scope).results[0]
    assert told.facts == ()
    assert now(memory) == {"live_in Leira"}
    assert "Leira" not in {one.name for one in memory.entities(**scope)} or scope["user_id"] == "u"


def test_a_correction_among_many_scopes_is_of_its_own(memory: Memory) -> None:
    """Turns of many scopes, mixed at random: each correction takes back what was said last in its own."""
    rng = random.Random(11)
    lives: dict[int, str] = {}
    for number in range(80):
        at = rng.randrange(len(SCOPES))
        scope, towns = SCOPES[at], (f"Ara{number}", f"Bela{number}")
        if at in lives and rng.random() < 0.5:
            told = memory.add(f"No, I meant {towns[1]}.", **scope).results[0]
            assert [fact.object for fact in told.facts] == [towns[1]], scope
            assert {fact.object for fact in told.superseded} == {lives[at]}
            lives[at] = towns[1]
        else:
            memory.add(f"I like {towns[0]}.", **scope)
            lives[at] = towns[0]
    for fact in memory.facts(user_id="u", include_retired=True, limit=1000):
        assert fact.scope.user_id == "u"


@pytest.mark.parametrize(
    ("said", "text", "wrong", "right"),
    [
        ("I live in Leira.", "No, I meant Leiria.", "live_in Leira", "live_in Leiria"),
        ("I am 34 years old.", "Oops, I meant 35", "age 34", "age 35"),
        ("I live in Lisbon.", "Sorry, Porto, not Lisbon", "live_in Lisbon", "live_in Porto"),
        ("I work at Acne.", "Actually it's Acme, not Acne.", "work_at Acne", "work_at Acme"),
        ("I live in Leira.", "wait, it's Leiria", "live_in Leira", "live_in Leiria"),
        ("I work at Acne.", "Not Acne but Acme.", "work_at Acne", "work_at Acme"),
        ("I love sushi.", "Sashimi, I mean.", "love sushi", "love Sashimi"),
    ],
)
def test_what_was_wrong_never_held(
    memory: Memory, clock: FixedClock, said: str, text: str, wrong: str, right: str
) -> None:
    memory.add(said, **HERE)
    clock.advance(minutes=2)
    told = memory.add(text, **HERE).results[0]
    assert told.event == "UPDATE"
    assert now(memory) == {right}
    for moment in (NOON, NOON + timedelta(minutes=1), NOON + timedelta(minutes=3)):
        assert {f"{one.predicate} {one.object}" for one in memory.facts(as_of=moment, **HERE)} <= {right}
    (fact,) = told.facts
    gathered = memory.search(text, **HERE)
    (source,) = [one for hit in gathered for one in hit.sources if hit.memory.id == told.id]
    assert source.memory_id == told.id
    assert wrong in {f"{one.predicate} {one.object}" for one in memory.facts(include_retired=True, **HERE)}
    assert fact.object in text


@pytest.mark.parametrize(
    "text",
    ["No, I meant it.", "Sorry, Bob.", "It's late.", "Actually it's Acme.", "No, I meant Leiria?", "Well, not really."],
)
def test_what_corrects_nothing_states_nothing(memory: Memory, text: str) -> None:
    memory.add("I live in Leira.", **HERE)
    before = now(memory)
    memory.add(text, **HERE)
    assert before <= now(memory) or "Acme" in text


def test_a_correction_without_anything_before_it_is_remembered_without_a_fact(memory: Memory) -> None:
    told = memory.add("No, I meant Leiria.", **HERE).results[0]
    assert (told.event, told.facts, told.memory) == ("ADD", (), "No, I meant Leiria.")
    memory.add("What a lovely day.", **HERE)
    assert memory.add("Sorry, Porto, not Lisbon", **HERE).results[0].facts == ()


def test_what_others_say_in_between_changes_nothing(memory: Memory) -> None:
    turn = [
        {"role": "user", "content": "I live in Leira."},
        {"role": "assistant", "content": "Leira is a lovely town."},
    ]
    memory.add(turn, **HERE)
    memory.add("What is the weather like?", **HERE)
    memory.add("No, I meant Leiria.", **HERE)
    assert "live_in Leiria" in now(memory)
    assert "live_in Leira" not in now(memory)


def test_another_speaker_corrects_himself_only(memory: Memory) -> None:
    memory.add("I live in Leira.", actor_id="Ana", **HERE)
    told = memory.add("No, I meant Leiria.", actor_id="Bob", **HERE).results[0]
    assert told.facts == ()
    assert now(memory) == {"live_in Leira"}


def test_what_is_named_is_found_behind_what_was_said_since(memory: Memory) -> None:
    memory.add("I live in Lisbon.", **HERE)
    memory.add("I love sushi.", **HERE)
    memory.add("Sorry, Porto, not Lisbon", **HERE)
    assert now(memory) == {"love sushi", "live_in Porto"}


def test_a_correction_is_corrected(memory: Memory, clock: FixedClock) -> None:
    for text in ("I live in Lera.", "No, I meant Leira.", "Sorry, Leiria, not Leira."):
        memory.add(text, **HERE)
        clock.advance(minutes=1)
    assert now(memory) == {"live_in Leiria"}


def test_what_was_said_long_before_is_not_meant(memory: Memory, clock: FixedClock) -> None:
    memory.add("I live in Leira.", **HERE)
    clock.advance(minutes=61)
    assert memory.add("No, I meant Leiria.", **HERE).results[0].facts == ()


def test_it_is_the_time_of_saying_that_counts(memory: Memory) -> None:
    memory.add("I live in Leira.", occurred_at="2024-03-02T10:00", **HERE)
    memory.add("No, I meant Leiria.", occurred_at="2024-03-02T10:05", **HERE)
    (fact,) = memory.facts(**HERE)
    assert (fact.object, fact.valid_from) == ("Leiria", datetime(2024, 3, 2, 10, tzinfo=UTC))
    memory.add("I love sushi.", occurred_at="2024-03-02T10:10", **HERE)
    assert memory.add("No, I meant sashimi.", occurred_at="2024-03-02T10:08", **HERE).results[0].facts != ()
    assert "love sushi" in now(memory)


def test_words_from_which_nothing_was_read_are_not_corrected(memory: Memory) -> None:
    memory.add("I live in Leira.", infer=False, **HERE)
    assert memory.add("No, I meant Leiria.", **HERE).results[0].facts == ()
    memory.add("I live in Faro.", triples=[("Ana", "likes", "Rita")], **HERE)
    assert memory.add("No, I meant Fafe.", **HERE).results[0].facts == ()


def test_what_was_deleted_is_not_corrected(memory: Memory) -> None:
    gone = memory.add("I live in Leira.", **HERE).results[0]
    memory.delete(gone.id, **HERE)
    assert memory.add("No, I meant Leiria.", **HERE).results[0].facts == ()


@pytest.mark.parametrize("batch_size", [1, 2, 8])
def test_of_many_items_each_corrects_the_one_before_it(memory: Memory, batch_size: int) -> None:
    items = ["I live in Leira.", "No, I meant Leiria.", "I love sushi.", "Sorry, I meant sashimi"]
    memory.add_many(items, batch_size=batch_size, **HERE)
    assert now(memory) == {"live_in Leiria", "love sashimi"}


def test_the_same_words_correct_again(memory: Memory) -> None:
    for said in ("I am 34 years old.", "My sister Ana is 33 years old."):
        memory.add(said, **HERE)
        memory.add("Oops, I meant 35", **HERE)
    assert {f"{one.subject} {one.object}" for one in memory.facts(predicate="age", **HERE)} == {"u 35", "Ana 35"}


def test_on_trial_nothing_is_taken_back(memory: Memory) -> None:
    memory.add("I live in Leira.", **HERE)
    tried = memory.add("No, I meant Leiria.", dry_run=True, **HERE)
    assert [fact.object for fact in tried.results[0].facts] == ["Leiria"]
    assert now(memory) == {"live_in Leira"}


def test_a_worker_reads_it_the_same_way(memory: Memory, clock: FixedClock) -> None:
    memory.add("I live in Leira.", defer=True, **HERE)
    clock.advance(minutes=1)
    memory.add("No, I meant Leiria.", defer=True, **HERE)
    clock.advance(minutes=1)
    memory.add("I love sushi.", defer=True, **HERE)
    clock.advance(days=1)
    assert len(memory.work().ingests) == 3
    assert now(memory) == {"live_in Leiria", "love sushi"}
    assert {fact.object for fact in memory.facts(as_of=NOON, **HERE)} <= {"Leiria", "sushi"}


def test_async_memory_does_the_same(clock: FixedClock) -> None:
    async def told() -> list[str]:
        async with AsyncMemory(":memory:", embedder=HashingEmbedder(), clock=clock) as memory:
            await memory.add("I live in Leira.", **HERE)
            await memory.add("No, I meant Leiria.", **HERE)
            return [fact.object for fact in await memory.facts(**HERE)]

    assert asyncio.run(told()) == ["Leiria"]


def test_who_is_meant_is_no_value() -> None:
    with Memory(":memory:", embedder=HashingEmbedder()) as memory:
        memory.add("My sister Ann lives in Oslo.", user_id="u")
        told = memory.add("I meant my cousin.", user_id="u").results[0]
        assert told.superseded == ()
        assert [one.object for one in memory.facts(user_id="u", subject="Ann", predicate="live_in").items] == ["Oslo"]
