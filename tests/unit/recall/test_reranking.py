"""The last look: a part of the score when it works, a word in the trace when it does not."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from graphmem.domain.scope import Scope
from graphmem.errors import RerankingFailed
from graphmem.recall.reranking import MOST_AT_ONCE, LastLook
from graphmem.recall.seed import Candidate
from graphmem.settings import RankingFactors
from graphmem.testing.graph import GraphBuilder


class Judge:
    """A reranker that does what it was made with, and remembers what it was shown."""

    name = "judge"

    def __init__(self, rule: Callable[[Sequence[str]], Any]) -> None:
        self._rule = rule
        self.shown: list[str] = []

    def rerank(self, query: str, texts: Sequence[str]) -> Any:
        self.shown = list(texts)
        return self._rule(texts)


def look(
    rule: Callable[[Sequence[str]], Any], seconds: float = 5.0, **factors: Any
) -> tuple[str, list[Candidate], Judge]:
    """What is told of a reranker, and the candidates after it; `mem_9` has no text."""
    graph = GraphBuilder(Scope("ana"))
    for number in range(3):
        graph.memory(f"mem_{number}", f"text {number}", actor_id="Bo" if number == 1 else None)
    candidates = [Candidate(f"mem_{number}", parts={"semantic": 0.5}) for number in (0, 9, 1, 2)]
    judge = Judge(rule)
    asked = LastLook(judge, seconds).give("why", candidates, graph.memories, RankingFactors(**factors))
    return asyncio.run(asked), candidates, judge


def test_what_it_says_becomes_a_part() -> None:
    told, candidates, judge = look(lambda texts: np.array([0.25, 0.5, 1.0]), rerank=2.0)
    assert told == "judge"
    assert judge.shown == ["text 0", "Bo: text 1", "text 2"]
    assert [one.parts.get("rerank") for one in candidates] == [0.5, None, 1.0, 2.0]


def test_only_the_best_are_shown() -> None:
    told, candidates, judge = look(lambda texts: [0.5] * len(texts), rerank_depth=2)
    assert (told, len(judge.shown)) == ("judge", 2)
    assert ["rerank" in one.parts for one in candidates] == [True, False, True, False]


def test_without_weight_or_reranker_nobody_is_asked() -> None:
    told, candidates, judge = look(lambda texts: [1.0] * len(texts), rerank=0)
    assert (told, judge.shown) == ("", [])
    assert asyncio.run(LastLook(None, 1.0).give("why", candidates, {}, RankingFactors())) == ""


def fails(error: Exception) -> Callable[[Sequence[str]], Any]:
    def rule(texts: Sequence[str]) -> Any:
        raise error

    return rule


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (fails(RerankingFailed("host answered with status 500")), "failed: host answered with status 500"),
        (fails(ZeroDivisionError("by zero")), "failed: ZeroDivisionError: by zero"),
        (lambda texts: [0.5], "failed: ValueError: it gave scores of shape (1,) for 3 texts"),
        (lambda texts: [0.5, float("nan"), 0.1], "failed: ValueError: it gave scores that are not from 0 to 1"),
        (lambda texts: [0.5, 3.0, 0.1], "failed: ValueError: it gave scores that are not from 0 to 1"),
        (lambda texts: "nonsense", "failed: ValueError: "),
        (lambda texts: None, "failed: "),
    ],
)
def test_a_failure_gives_no_part_and_says_so(rule: Callable[[Sequence[str]], Any], said: str) -> None:
    told, candidates, _ = look(rule)
    assert told.startswith(said)
    assert len(told) <= 300
    assert [one.parts for one in candidates] == [{"semantic": 0.5}] * 4


def test_it_is_not_waited_for_longer_than_said() -> None:
    def slow(texts: Sequence[str]) -> list[float]:
        time.sleep(1.0)
        return [1.0] * len(texts)

    told, candidates, _ = look(slow, seconds=0.05)
    assert told == "failed: no answer within 0.05 s"
    assert all("rerank" not in one.parts for one in candidates)


def test_one_that_never_answers_holds_up_nobody_else() -> None:
    graph = GraphBuilder(Scope("ana"))
    graph.memory("mem_0", "text")
    released, done = threading.Event(), threading.Semaphore(0)

    def hangs(texts: Sequence[str]) -> list[float]:
        released.wait(20)
        done.release()
        return [1.0]

    last_look = LastLook(Judge(hangs), 0.01)

    async def give() -> str:
        return await last_look.give("why", [Candidate("mem_0")], graph.memories, RankingFactors())

    async def asked() -> list[str]:
        told = [await give() for _ in range(MOST_AT_ONCE + 2)]
        await asyncio.wait_for(asyncio.gather(*(asyncio.to_thread(len, "") for _ in range(50))), 5)
        released.set()
        for _ in range(MOST_AT_ONCE):
            assert await asyncio.to_thread(done.acquire, True, 5)
        while (again := await give()) != "judge":
            assert again.startswith("failed: ")
        return told

    told = asyncio.run(asyncio.wait_for(asked(), 15))
    assert told[:MOST_AT_ONCE] == ["failed: no answer within 0.01 s"] * MOST_AT_ONCE
    assert told[MOST_AT_ONCE:] == [f"failed: it still reads for {MOST_AT_ONCE} earlier searches"] * 2
