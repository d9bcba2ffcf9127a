"""The same memories give the same answers, whichever store keeps them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory, Settings, upkeep
from graphmem.domain.results import SearchResult
from graphmem.service import demo
from graphmem.service.cli.reading import headed
from graphmem.service.local_neo4j.places import alone
from graphmem.testing import FixedClock
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of

LIBRARY: dict[str, Any] = {"user_id": "library"}
FRIENDS: dict[str, Any] = {"user_id": "friends"}
QUESTIONS, SAME = 100, 99
NEAR_TIE = 1e-4
"""Scores of the two stores may differ by less: Neo4j computes cosines in single precision."""
ABOUT_PASSAGES = ("Where was {} born?", "What is {} known for?", "Who was married to {}?", "When did {} begin?")
ABOUT_FRIENDS = (
    "Where does Maya live?",
    "What does Maya work as?",
    "Who gave Jonas advice?",
    "What did they eat together?",
    "When do they meet again?",
    "Which company makes weather data?",
    "Who has moved to another city?",
    "What is Jonas learning?",
)


def questions() -> list[tuple[str, dict[str, Any]]]:
    """A hundred: those of the demo, some about the conversation, and for the rest one about every few passages."""
    scopes = {"library": LIBRARY, "friends": FRIENDS}
    asked = [(one.question, scopes[one.of]) for one in demo.questions()]
    asked += [(text, FRIENDS) for text in ABOUT_FRIENDS]
    titles = list(demo.passages())
    wanted = QUESTIONS - len(asked)
    step = len(titles) // wanted
    for number, title in enumerate(titles[: wanted * step : step]):
        asked.append((ABOUT_PASSAGES[number % len(ABOUT_PASSAGES)].format(title), LIBRARY))
    return asked


def clock() -> FixedClock:
    """When the questions are asked."""
    return FixedClock(datetime(2026, 5, 1, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A file with the demo's passages and conversation, read by the bundled extractor: once for all processes of the session,
    whose folders lie side by side, since it takes longer than all that is asked of it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    file = shared / "same.db"
    with alone(shared / "same.lock"):
        if not file.exists():
            draft = tmp_path_factory.mktemp("same") / "demo.db"
            _tell(draft)
            draft.rename(file)
    return Settings.of(url=str(file))


def _tell(file: Path) -> None:
    with Memory(Settings.of(url=str(file)), clock=clock()) as memory:
        memory.add_many([headed(title, text) for title, text in demo.passages().items()], **LIBRARY)
        for session in demo.sessions():
            turns = [{"role": "user", "name": turn.speaker, "content": turn.text} for turn in session.turns]
            memory.add(turns, **FRIENDS, run_id=session.id, occurred_at=session.occurred_at)


@pytest.fixture
def on_server(told: Settings, fresh_neo4j: Neo4jServer) -> Iterator[Settings]:
    """The same memories on a server."""
    settings = Settings.of(
        **place_of(fresh_neo4j),
        budget={"seconds": 600},  # a busy machine must not cut a search short
    )
    asyncio.run(upkeep.copy(told, settings))
    yield settings
    wipe(fresh_neo4j)


def answers(settings: Settings) -> list[SearchResult]:
    """What a memory answers to each question."""
    with Memory(settings, clock=clock()) as memory:
        return [memory.search(text, **scope, limit=10) for text, scope in questions()]


def apart(one: SearchResult, other: SearchResult) -> float:
    """The largest difference of score of a memory that both found."""
    scores = {hit.memory.id: hit.score for hit in other}
    return max((abs(hit.score - scores[hit.memory.id]) for hit in one if hit.memory.id in scores), default=0.0)


def test_there_are_a_hundred_questions_all_different() -> None:
    assert len({text for text, _ in questions()}) == len(questions()) == QUESTIONS


def test_both_stores_give_the_same_ten(told: Settings, on_server: Settings, tmp_path: Path) -> None:
    by_file, by_server = answers(told), answers(on_server)
    assert all(len(found) == 10 for found in by_file)
    same = 0
    for (text, _), one, other in zip(questions(), by_file, by_server, strict=True):
        ids = [[hit.memory.id for hit in found] for found in (one, other)]
        same += ids[0] == ids[1]
        assert apart(one, other) < NEAR_TIE, text
        if ids[0] == ids[1]:
            assert [hit.memory for hit in one] == [hit.memory for hit in other], text
            assert [[step.kind for step in hit.path] for hit in one] == [
                [step.kind for step in hit.path] for hit in other
            ], text
    assert same >= SAME, f"only {same} of {QUESTIONS} questions got the same ten memories in the same order"
