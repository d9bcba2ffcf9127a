"""Who says "I'm Maya" is Maya from then on: in his own memories, and in nobody else's."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory, Settings
from graphmem.testing import FixedClock
from graphmem.upkeep import check
from tests.support.embedding import HashingEmbedder

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    path = str(tmp_path / "m.db")
    with Memory(path, embedder=HashingEmbedder(), clock=FixedClock(NOON)) as made:
        yield made
    assert asyncio.run(check(Settings.of(url=path), embedder=HashingEmbedder())) == []


def of(memory: Memory, name: str, **scope: Any) -> set[str]:
    """What is known of somebody, by predicate and object."""
    return {f"{fact.predicate} {fact.object}" for fact in memory.facts(subject=name, **scope)}


def test_a_name_is_of_its_owner_only(memory: Memory) -> None:
    """Users, agents and runs by themselves, who give themselves names and speak of others, mixed at random."""
    rng, names = random.Random(7), ("Maya", "Laura", "Emma")
    scopes = [
        {"user_id": "u1"},
        {"user_id": "u2"},
        {"user_id": "u3", "run_id": "1"},
        {"agent_id": "u1"},
        {"run_id": "u1"},
    ]
    named: dict[int, set[str]] = {}
    spoken: set[tuple[int, str]] = set()
    for number in range(60):
        at, name = rng.randrange(len(scopes)), rng.choice(names)
        if rng.random() < 0.5 and (at, name) not in spoken:
            memory.add(f"I'm {name}.", **scopes[at])
            if "user_id" in scopes[at]:
                named.setdefault(at, set()).add(name)
        else:
            memory.add(f"{name} likes Thing{number}.", **scopes[at])
        spoken.add((at, name))
    assert sum(map(len, named.values())) > 2
    for at, scope in enumerate(scopes):
        pairs = {pair.other.name for pair in memory.same_as(status="same", **scope)}
        assert pairs == named.get(at, set()), scope
        for pair in memory.same_as(status="same", **scope):
            assert pair.entity.name == scope["user_id"]


@pytest.mark.parametrize(
    "told",
    ["I'm Maya.", "My name is Maya.", "Call me Maya!", "Hi, I am Maya, and I love tea.", "I'm Maya, you're great."],
)
def test_what_is_said_of_the_name_is_said_of_the_user(memory: Memory, told: str) -> None:
    memory.add("I work at Acme.", user_id="u42")
    assert all("Maya" not in str(fact) for fact in memory.add(told, user_id="u42").results[0].facts)
    memory.add("Maya lives in Oslo.", user_id="u42")
    assert {"live_in Oslo", "work_at Acme"} <= of(memory, "u42", user_id="u42")
    assert of(memory, "Maya", user_id="u42") == of(memory, "u42", user_id="u42")
    (pair,) = memory.same_as(user_id="u42", status="same")
    assert (pair.entity.name, pair.other.name, pair.reason, pair.decided_by) == (
        "u42",
        "Maya",
        "introduced by this name",
        None,
    )
    memory.split(pair.id, user_id="u42")
    assert of(memory, "Maya", user_id="u42") == {"live_in Oslo"}
    assert "work_at Acme" in of(memory, "u42", user_id="u42")


def test_it_is_so_from_the_first_word_on(memory: Memory) -> None:
    memory.add("Call me Maya.", user_id="u42")
    memory.add("Maya lives in Oslo.", user_id="u42")
    assert of(memory, "u42", user_id="u42") == {"live_in Oslo"}


@pytest.mark.parametrize(
    "text",
    [
        "I'm Canadian.",
        "I am Ana's sister.",
        "Call me Monday.",
        "Ana said I'm Maya.",
        "\u201cI'm Maya,\u201d she said.",
        "I'm with Maya.",
        "Is my name Maya?",
        "My sister's name is Maya.",
        "She said: I'm Maya.",
        "Translate: I'm Maya and I moved to Oslo.",
        "Please translate this:\nI'm Maya.",
        'The tag says "Hello, I\'m Maya."',
        "I'm Team Maya.",
        "I'm Mario, you're Luigi.",
    ],
)
def test_who_is_spoken_of_otherwise_is_somebody_else(memory: Memory, text: str) -> None:
    memory.add(text, user_id="u42")
    assert memory.same_as(user_id="u42", status="same").total == 0


def test_one_that_is_known_already_is_left_alone(memory: Memory) -> None:
    memory.add("Maya lives in Oslo.", user_id="u42")
    memory.add("I'm Maya.", user_id="u42")
    assert of(memory, "Maya", user_id="u42") == {"live_in Oslo"}
    assert of(memory, "u42", user_id="u42") == {"is Maya"}


def test_a_name_that_is_restored_beside_a_namesake_is_the_users_again(memory: Memory) -> None:
    told = memory.add("I'm Maya.", user_id="u42").results[0].id
    memory.add("My sister Maya lives in Porto.", user_id="u42")
    memory.delete(told, user_id="u42")
    memory.restore(told, user_id="u42")
    assert {(f.subject, f.predicate, f.object) for f in memory.facts(user_id="u42")} == {
        ("Maya (sister)", "live_in", "Porto"),
        ("Maya (sister)", "sister_of", "u42"),
    }
    (pair,) = memory.same_as(user_id="u42", status="same")
    assert (pair.entity.name, pair.other.name) == ("u42", "Maya")


def test_an_assistant_and_a_tool_introduce_nobody(memory: Memory) -> None:
    for role in ("assistant", "tool"):
        memory.add([{"role": role, "content": "I'm Maya."}], user_id="u42")
    assert memory.same_as(user_id="u42", status="same").total == 0


def test_what_one_agent_was_told_another_does_not_show(memory: Memory) -> None:
    memory.add("I'm Maya.", user_id="u42", agent_id="a")
    memory.add("I love tea.", user_id="u42", agent_id="b")
    shown = [(one.name, one.aliases) for one in memory.entities(user_id="u42", agent_id="b")]
    assert ("u42", ()) in shown
    assert "Maya" not in str(shown)
    assert memory.facts(subject="Maya", user_id="u42", agent_id="b").total == 0
    assert memory.same_as(status="all", user_id="u42", agent_id="b").total == 0


def test_what_one_agent_was_told_decides_nothing_for_another(memory: Memory) -> None:
    memory.add("I'm Maya.", user_id="u42", agent_id="a")
    memory.add("Maya lives in Rome.", user_id="u42", agent_id="b")
    memory.add("I live in Porto.", user_id="u42", agent_id="b")
    homes = {(one.subject, one.object) for one in memory.facts(user_id="u42", agent_id="b", predicate="live_in")}
    assert homes == {("Maya", "Rome"), ("u42", "Porto")}
    (pair,) = memory.same_as(user_id="u42", agent_id="a")
    assert (pair.entity.name, pair.other.name, pair.reason) == ("u42", "Maya", "introduced by this name")
    memory.merge("u42", "Maya", user_id="u42")
    memory.add("I love tea.", user_id="u42", agent_id="a")
    assert "love tea" in of(memory, "Maya", user_id="u42", agent_id="a")


def test_what_the_user_says_to_all_agents_counts_for_each(memory: Memory) -> None:
    memory.add("I'm Maya.", user_id="u42")
    memory.add("Maya lives in Rome.", user_id="u42", agent_id="b")
    memory.add("I live in Porto.", user_id="u42", agent_id="b")
    assert {one.object for one in memory.facts(user_id="u42", predicate="live_in")} == {"Porto"}


def test_a_worker_learns_it_too(memory: Memory) -> None:
    for text in ("I'm Maya.", "Maya lives in Oslo."):
        memory.add(text, user_id="u42", defer=True)
    memory.work()
    assert of(memory, "u42", user_id="u42") == {"live_in Oslo"}


@pytest.mark.parametrize("together", [True, False])
def test_somebody_else_of_the_users_name_is_not_the_user(memory: Memory, together: bool) -> None:
    texts = ["I'm Maya.", "My sister Maya lives in Porto.", "I live in Rome."]
    for text in [" ".join(texts)] if together else texts:
        memory.add(text, user_id="u42")
    assert "live_in Porto" in of(memory, "Maya (sister)", user_id="u42")
    mine = {f"{one.predicate} {one.object}" for one in memory.facts(user_id="u42") if one.subject == "u42"}
    assert mine == {"live_in Rome"}
