"""Long texts are read in windows that the model is asked about side by side; what comes of it is as one after another."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import Memory
from graphmem.errors import AnswerMalformed, BudgetExhausted, ModelRefused, ModelUnavailable
from graphmem.testing.openai_answers import Answer, said, status, without_formats
from graphmem.testing.openai_server import Asked, OpenAIServer
from tests.support.embedding import HashingEmbedder
from tests.support.integrity import faults_in
from tests.support.llm import answer, quick, settings, stated

pytest.importorskip("openai")
PEOPLE = ["Ana", "Bo", "Cy", "Dee", "Eli", "Fay", "Gus", "Hal"]
PADDING = " la" * 60
"""Long enough for a window of its own."""


def lines(people: list[str]) -> list[str]:
    return [f"{name} sings{PADDING}." for name in people]


def sung(asked: Asked) -> Answer:
    """What a model states that reads its window rightly."""
    shown = json.loads(asked.texts[1])["passages"]
    names = [(one["passage"], one["text"].split()[0]) for one in shown]
    return said(answer(*[stated(f"{name} sings", name, "sing", "sings", passage=n) for n, name in names]), usage=(7, 3))


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        made.otherwise = sung  # type: ignore[method-assign]
        yield made


def opened(server: OpenAIServer, path: Path, **limits: Any) -> Memory:
    chosen = quick(**{"window": 200, "seconds": 10.0, **limits})
    return Memory(settings(server, url=str(path), limits=chosen), embedder=HashingEmbedder())


def singers(memory: Memory) -> set[str]:
    return {fact.subject for fact in memory.facts(user_id="u")}


def meeting(server: OpenAIServer, parties: int) -> None:
    """Let the server answer only when it is asked so much at once."""
    barrier = threading.Barrier(parties)

    def rule(asked: Asked) -> Answer:
        def reply(handler: Any, again: Any) -> None:
            barrier.wait(10)
            sung(asked)(handler, again)

        return reply

    server.otherwise = rule  # type: ignore[method-assign]


def test_windows_are_asked_about_together_and_kept_in_order(server: OpenAIServer, tmp_path: Path) -> None:
    meeting(server, 4)
    with opened(server, tmp_path / "m.db") as memory:
        results = memory.add_many(lines(PEOPLE), user_id="u")
        assert len(server.chats) == len(PEOPLE)
        assert [one.results[0].facts[0].subject for one in results] == PEOPLE
        assert results[0].receipt.usage.calls == len(PEOPLE)
        assert results[0].receipt.usage.prompt_tokens == 7 * len(PEOPLE)


def test_never_more_at_once_than_allowed(server: OpenAIServer, tmp_path: Path) -> None:
    guard, now, most = threading.Lock(), [0], [0]

    def rule(asked: Asked) -> Answer:
        def reply(handler: Any, again: Any) -> None:
            with guard:
                now[0] += 1
                most[0] = max(most[0], now[0])
            handler.wait(0.05)
            with guard:
                now[0] -= 1
            sung(asked)(handler, again)

        return reply

    server.otherwise = rule  # type: ignore[method-assign]
    with opened(server, tmp_path / "m.db", at_once=2) as memory:
        memory.add_many(lines(PEOPLE), user_id="u")
    assert (len(server.chats), most) == (len(PEOPLE), [2])


def test_a_name_from_an_earlier_window_of_the_conversation_is_known(server: OpenAIServer, tmp_path: Path) -> None:
    def rule(asked: Asked) -> Answer:
        if "She sings" not in asked.texts[1]:
            return said(answer())
        return said(answer(stated("She sings", "Clara", "sing", "sings")))

    server.otherwise = rule  # type: ignore[method-assign]
    talk = [{"role": "user", "content": f"{line}{PADDING}."} for line in ("Clara came", "She sings")]
    with opened(server, tmp_path / "m.db") as memory:
        added = memory.add(talk, user_id="u")
        assert len(server.chats) == 2
        assert [str(fact) for fact in added.results[1].facts] == ["Clara — sing → sings"]
        assert added.receipt.dropped == ()


def test_the_first_window_that_fails_ends_the_add_and_leaves_nothing(server: OpenAIServer, tmp_path: Path) -> None:
    """The other window waits: it is not waited for, and nothing of it is asked again."""
    path, arrived, late = tmp_path / "m.db", threading.Event(), threading.Event()

    def rule(asked: Asked) -> Answer:
        if "Ana" in asked.texts[1]:

            def reply(handler: Any, again: Any) -> None:
                arrived.set()
                late.wait(10)
                said("no answer")(handler, again)

            return reply
        arrived.wait(10)
        return status(400, words="no")

    with opened(server, path, at_once=2) as memory:
        server.otherwise = rule  # type: ignore[method-assign]
        began = time.perf_counter()
        with pytest.raises(ModelRefused):
            memory.add_many(lines(PEOPLE), user_id="u")
        assert time.perf_counter() - began < 8
        assert len(server.chats) == 2
        late.set()
        time.sleep(0.3)
        assert len(server.chats) == 2
        assert memory.stats().memories == 0
        server.otherwise = sung  # type: ignore[method-assign]
        memory.add_many(lines(PEOPLE), user_id="u")
        assert singers(memory) == set(PEOPLE)
    assert faults_in(path) == []


def test_one_window_may_be_mended_while_others_go_on(server: OpenAIServer, tmp_path: Path) -> None:
    faults = [status(503), said("So it goes."), status(429, retry_after=0.01)]
    server.then(*faults)
    with opened(server, tmp_path / "m.db") as memory:
        memory.add_many(lines(PEOPLE), user_id="u")
        assert singers(memory) == set(PEOPLE)
    assert len(server.chats) == len(PEOPLE) + len(faults)


def test_a_window_unreadable_twice_leaves_nothing(server: OpenAIServer, tmp_path: Path) -> None:
    def rule(asked: Asked) -> Answer:
        return said("So it goes.") if "Gus" in asked.texts[1] else sung(asked)

    server.otherwise = rule  # type: ignore[method-assign]
    with opened(server, tmp_path / "m.db") as memory:
        with pytest.raises(AnswerMalformed):
            memory.add_many(lines(PEOPLE), user_id="u")
        assert memory.stats().memories == 0


def test_tokens_of_windows_under_way_count_on_the_budget(server: OpenAIServer, tmp_path: Path) -> None:
    """With tokens for two windows, no third is sent while those are under way."""
    with opened(server, tmp_path / "a.db") as memory:
        memory.add(lines(["Ana"])[0], user_id="u")
    tokens = sum(len(text) for text in server.chats[0].texts) // 4 + 1
    server.forget()
    meeting(server, 3)
    limits = {"request_tokens": tokens * 2 + tokens // 2, "at_once": 3}
    with opened(server, tmp_path / "b.db", **limits) as memory:
        with pytest.raises(BudgetExhausted, match="GRAPHMEM_REQUEST_TOKENS"):
            memory.add_many(lines(PEOPLE), user_id="u")
        assert memory.stats().memories == 0
    assert len(server.chats) <= 2


def test_a_server_that_was_left_alone_is_tried_with_one_window_and_then_with_all(
    server: OpenAIServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path / "m.db", failures=1, attempts=1, rest=0.3) as memory:
        server.then(status(503))
        with pytest.raises(ModelUnavailable):
            memory.add(lines(["Ana"])[0], user_id="u")
        with pytest.raises(ModelUnavailable, match="left alone"):
            memory.add_many(lines(PEOPLE), user_id="u")
        assert len(server.chats) == 1
        time.sleep(0.4)
        memory.add_many(lines(PEOPLE), user_id="u")
        assert singers(memory) == set(PEOPLE)
        server.then(*[status(503)] * 8)
        asked = len(server.chats)
        with pytest.raises(ModelUnavailable):
            memory.add_many(lines(["Ivy", "Jo", "Kim", "Lou"]), user_id="u")
        assert len(server.chats) - asked <= 4
        time.sleep(0.4)
        asked = len(server.chats)
        with pytest.raises(ModelUnavailable):
            memory.add_many(lines(["Max", "Ned", "Ola", "Pia"]), user_id="u")
        assert len(server.chats) - asked == 1


def test_a_genuine_refusal_costs_one_call_and_a_refused_form_only_the_first_add(
    server: OpenAIServer, tmp_path: Path
) -> None:
    with opened(server, tmp_path / "m.db", window=24_000) as memory:
        server.then(status(400, words="no"))
        with pytest.raises(ModelRefused):
            memory.add("Ana sings.", user_id="u")
        assert len(server.chats) == 1
        server.otherwise = lambda asked: without_formats(sung(asked))  # type: ignore[method-assign]
        costs = []
        for name in PEOPLE:
            asked = len(server.chats)
            memory.add(f"{name} sings.", user_id="u")
            costs.append(len(server.chats) - asked)
        assert costs == [3, *[1] * 7]
        server.then(status(400, words="no"))
        with pytest.raises(ModelRefused):
            memory.add("Ivy sings.", user_id="u")
        assert len(server.chats) == 1 + sum(costs) + 1
