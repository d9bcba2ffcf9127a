"""With a language model, an agent's trajectory becomes a procedure in one call; without one, or `infer`, it is kept as it was."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.errors import AnswerDeclined, AnswerMalformed, GraphmemError, InputError, ModelUnavailable, RateLimited
from graphmem.testing.openai_answers import Answer, hung_up, refusal, said, status, tool_call
from graphmem.testing.openai_server import OpenAIServer
from tests.support.embedding import HashingEmbedder
from tests.support.integrity import faults_in
from tests.support.llm import WORKS, answer, quick, settings

pytest.importorskip("openai")
BOT: dict[str, Any] = {"agent_id": "bot", "memory_type": "procedural"}
DONE = [
    {"role": "user", "content": "Deploy the site to Heron."},
    {"role": "assistant", "content": "I live in Oslo. I ran make build."},
    {"role": "tool", "content": "build ok"},
]
STEPS = ["Run make build.", "Copy dist to Heron."]
WRITTEN = said({"title": "Deploy the site", "steps": STEPS}, usage=(50, 9))


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def opened(server: OpenAIServer, path: Path, **more: Any) -> Memory:
    return Memory(settings(server, url=str(path), **more), embedder=HashingEmbedder())


def test_it_is_written_in_the_one_call_and_found(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db", reconciler="llm") as memory:
        server.then(WRITTEN)
        added = memory.add(DONE, prompt="Note hosts.", **BOT)
        (one,) = added
        assert one.memory == "Deploy the site\n1. Run make build.\n2. Copy dist to Heron."
        assert memory.get(one.id).steps == tuple(STEPS)
        assert (added.receipt.usage.calls, added.receipt.usage.prompt_tokens) == (1, 50)
        assert one.facts == ()
        assert "Note hosts." in server.chats[0].texts[0]
        (hit,) = memory.search("How do I deploy?", agent_id="bot", filters={"memory_type": "procedural"})
        assert hit.memory.id == one.id
        memory.update(one.id, "1. Run make all.", agent_id="bot")
        assert memory.get(one.id).steps == ("Run make all.",)
        memory.delete(one.id)
    assert len(server.requests) == 1


def test_what_was_said_is_kept_in_the_episode(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db") as memory:
        server.then(WRITTEN)
        memory.add(DONE, **BOT)
    connection = sqlite3.connect(tmp_path / "m.db")
    try:
        kept = "".join(connection.iterdump())
    finally:
        connection.close()
    assert "I live in Oslo." in kept


def test_without_infer_it_is_kept_word_for_word_and_costs_nothing(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db") as memory:
        (one,) = memory.add(DONE, infer=False, **BOT)
        assert memory.get(one.id).steps[0] == "user: Deploy the site to Heron."
        with pytest.raises(InputError):
            memory.add(DONE, user_id="u", memory_type="procedural")
    assert server.requests == []


def test_among_many_items_each_procedure_is_a_call_and_the_rest_share_one(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db") as memory:
        server.then(WRITTEN, said({"title": "Bake", "steps": ["Bake it."]}), said(answer()))
        items = [{"messages": DONE, "memory_type": "procedural"}, "Ana rows.", "Bo sings."]
        items.insert(2, {"messages": "I baked it.", "memory_type": "procedural"})
        first, _, third, _ = memory.add_many(items, agent_id="bot")
        assert [one.results[0].memory.partition("\n")[0] for one in (first, third)] == ["Deploy the site", "Bake"]
    assert len(server.chats) == 3


FAULTS: list[tuple[list[Answer], type[GraphmemError] | None]] = [
    ([status(429, retry_after=0.01), WRITTEN], None),
    ([said({"title": "t", "steps": [""]}), WRITTEN], None),
    ([tool_call(), WRITTEN], None),
    ([said({"title": "t", "steps": [""]})] * 2, AnswerMalformed),
    ([said(answer(WORKS))] * 2, AnswerMalformed),
    ([said("{", finish="length")], AnswerMalformed),
    ([refusal()], AnswerDeclined),
    ([status(429)] * 3, RateLimited),
    ([status(503)] * 3, ModelUnavailable),
    ([hung_up(9)] * 3, ModelUnavailable),
]


@pytest.mark.parametrize(("script", "kind"), FAULTS)
def test_faults_leave_nothing(
    server: OpenAIServer, tmp_path: Path, script: list[Answer], kind: type[GraphmemError] | None
) -> None:
    path = tmp_path / "m.db"

    async def run() -> None:
        chosen = settings(server, url=str(path), limits=quick())
        async with AsyncMemory(chosen, embedder=HashingEmbedder()) as memory:
            server.then(*script)
            if kind is None:
                assert len(await memory.add(DONE, **BOT)) == 1
                return
            with pytest.raises(kind):
                await memory.add(DONE, **BOT)
            assert (await memory.stats()).memories == 0

    asyncio.run(run())
    assert faults_in(path) == []
