"""A memory that reads with a language model: what an add costs and says, and that no fault leaves anything behind."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory
from graphmem.domain.usage import Usage
from graphmem.errors import (
    AnswerDeclined,
    AnswerMalformed,
    BudgetExhausted,
    DimensionMismatch,
    EmbeddingFailed,
    GraphmemError,
    InputError,
    ModelAccessDenied,
    ModelRefused,
    ModelUnavailable,
    RateLimited,
)
from graphmem.testing.openai_answers import (
    Answer,
    body,
    completion,
    embedded,
    hung_up,
    refusal,
    said,
    silent,
    status,
    tool_call,
    trickling,
    without_formats,
)
from graphmem.testing.openai_server import CHAT, DIMENSION, OpenAIServer, ordinary
from tests.support.embedding import HashingEmbedder
from tests.support.integrity import faults_in
from tests.support.llm import TEXT, WORKS, answer, quick, settings, stated

pytest.importorskip("openai")
SAID: dict[str, Any] = {"user_id": "maya", "actor_id": "Maya"}
TABLES = ("memory", "fact", "entity", "episode", "sentence", "mention", "support", "change_log", "owner")


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has, seen from outside."""
    connection = sqlite3.connect(path)
    try:
        return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}
    finally:
        connection.close()


def opened(server: OpenAIServer, path: Path, **more: Any) -> Memory:
    return Memory(settings(server, url=str(path), **more), embedder=HashingEmbedder())


def test_an_add_is_one_call_and_its_receipt_says_what_it_cost(server: OpenAIServer, tmp_path: Path) -> None:
    invented = {**WORKS, "quote": "I love Tidewater"}
    server.then(said(answer(WORKS, invented), usage=(321, 45)))
    with opened(server, tmp_path / "m.db") as memory:
        added = memory.add(TEXT, **SAID)
        assert [str(fact) for fact in added.results[0].facts] == ["Maya — work at → Tidewater"]
        assert added.receipt.usage == Usage(calls=1, prompt_tokens=321, completion_tokens=45)
        assert [one.reason for one in added.receipt.dropped] == ["its quote is not in the text: “I love Tidewater”"]
        (hit,) = memory.search("Where does Maya work?", user_id="maya")
        assert hit.facts[0].text == f"Maya: {TEXT}"
    assert len(server.requests) == 1


def test_a_conversation_is_one_call_and_the_past_is_not_shown(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db") as memory:
        memory.add("The secret word is heliotrope.", user_id="maya")
        talk = [{"role": "user", "content": f"Line {number}."} for number in range(20)]
        talk += [{"role": "tool", "content": "output"}, {"role": "system", "content": "rules"}]
        memory.add(talk, user_id="maya")
    assert len(server.chats) == 2
    assert "heliotrope" not in "".join(server.chats[1].texts)
    assert "output" not in server.chats[1].texts[1]


def test_nothing_else_costs_a_call(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db") as memory:
        kept = memory.add("Ana knows Bo.", user_id="u", infer=False)
        memory.add([{"role": "tool", "content": "42"}], user_id="u")
        assert (server.requests, kept.receipt.usage) == ([], Usage())
        one = memory.add("Ana met Bo.", user_id="u").results[0].id
        assert len(server.chats) == 1
        memory.search("Who?", user_id="u")
        memory.get(one)
        memory.get_all(user_id="u")
        changed = memory.update(one, "Ana likes Carl.", user_id="u")
        assert [str(fact) for fact in changed.facts] == ["Ana — like → Carl"]
        memory.update(one, metadata={"a": 1}, user_id="u")
        memory.feedback(one, "good")
        memory.facts(user_id="u")
        memory.entities(user_id="u")
        memory.history(one)
        memory.delete(one)
        memory.delete_all(user_id="u")
    assert len(server.chats) == 1


def test_many_items_share_calls_and_keep_their_own_drops(server: OpenAIServer, tmp_path: Path) -> None:
    fact = stated("Bo sings.", "Bo", "sing", "sings", passage=2)
    server.then(said(answer(fact, {**fact, "quote": "Bo hums."}), usage=(10, 5)))
    with opened(server, tmp_path / "m.db") as memory:
        first, second, third = memory.add_many(["Ana rows.", "Bo sings.", "Cy swims."], user_id="u")
    assert len(server.chats) == 1
    assert [len(one.results[0].facts) for one in (first, second, third)] == [0, 1, 0]
    assert [len(one.receipt.dropped) for one in (first, second, third)] == [0, 1, 0]
    assert first.receipt.usage == third.receipt.usage == Usage(calls=1, prompt_tokens=10, completion_tokens=5)


def test_a_prompt_is_added_and_refused_where_nobody_heeds_it(server: OpenAIServer, tmp_path: Path) -> None:
    with opened(server, tmp_path / "m.db", llm_prompt="Note pets.") as memory:
        memory.add("x", user_id="u", prompt="Note boats.")
        memory.add_many([{"messages": "y", "prompt": "Note cars."}, "z"], user_id="u")
    told = [asked.texts[0] for asked in server.chats]
    assert [[pet in one for pet in ("pets", "boats", "cars")] for one in told] == [
        [True, True, False],
        [True, False, True],
        [True, False, False],
    ]
    with (
        Memory(":memory:", embedder=HashingEmbedder()) as offline,
        pytest.raises(InputError, match="GRAPHMEM_LLM_MODEL"),
    ):
        offline.add("x", user_id="u", prompt="Note boats.")


def test_a_change_a_correction_and_an_end_as_the_model_states_them(server: OpenAIServer, tmp_path: Path) -> None:
    def lives(text: str, city: str, **more: Any) -> Answer:
        return said(answer(stated(text, "Maya", "live_in", city, object_type="location", **more)))

    with opened(server, tmp_path / "m.db") as memory:

        def current(text: str, reply: Answer) -> set[str]:
            server.then(reply)
            memory.add(text, **SAID)
            return {str(fact) for fact in memory.facts(user_id="maya")}

        first = "I live in Paris."
        assert current(first, lives(first, "Paris")) == {"Maya — live in → Paris"}
        mended = "No, I meant Lyon, not Paris."
        assert current(mended, lives(mended, "Lyon", corrects=True, instead_of="Paris")) == {"Maya — live in → Lyon"}
        over = "Früher wohnte ich in Rom."
        assert current(over, lives(over, "Rom", tense="past")) == {"Maya — live in → Lyon"}
        later = "I live in Oslo now."
        assert current(later, lives(later, "Oslo")) == {"Maya — live in → Oslo"}
        ended = "I no longer live in Oslo."
        assert "Maya — live in → Oslo" not in current(ended, lives(ended, "Oslo", negated=True))
    assert len(server.chats) == 5


def test_a_correction_of_an_earlier_add_is_read_offline_and_no_memory_is_shown(
    server: OpenAIServer, tmp_path: Path
) -> None:
    first, then = "I live in Leira.", "No, I meant Leiria."
    server.then(said(answer(stated(first, "Maya", "live_in", "Leira"))), said(answer()), said(answer()))
    with opened(server, tmp_path / "m.db") as memory:
        memory.add(first, **SAID)
        memory.add(then, **SAID)
        assert {str(fact) for fact in memory.facts(user_id="maya")} == {"Maya — live in → Leiria"}
        memory.add("Oops, I meant Faro. It was snowing in Oslo.", **SAID)
        assert {str(fact) for fact in memory.facts(user_id="maya")} == {"Maya — live in → Leiria"}
    assert len(server.chats) == 3
    assert all("Leira." not in json.dumps(chat.document) for chat in server.chats[1:])


GIBBERISH = said("So it goes.")
FAULTS: list[tuple[str, list[Answer], type[GraphmemError] | None]] = [
    ("429 and then well", [status(429), said(answer(WORKS))], None),
    ("429 with seconds", [status(429, retry_after=0.01), said(answer(WORKS))], None),
    ("429 for ever", [status(429)] * 9, RateLimited),
    ("429 for an hour", [status(429, retry_after=3_600)], RateLimited),
    ("no credit", [status(429, kind="insufficient_quota")], ModelAccessDenied),
    ("500 twice", [status(500), status(502), said(answer(WORKS))], None),
    ("503 for ever", [status(503)] * 9, ModelUnavailable),
    ("reset, then well", [hung_up(), hung_up(9), said(answer(WORKS))], None),
    ("reset in the middle for ever", [hung_up(50)] * 9, ModelUnavailable),
    ("silence", [silent()] * 9, ModelUnavailable),
    ("a byte at a time", [trickling()] * 9, ModelUnavailable),
    ("key refused", [status(401)], ModelAccessDenied),
    ("no such model", [status(404)], ModelRefused),
    ("refused for another reason than its form", [status(400)], ModelRefused),
    ("truncated JSON, then well", [said('{"facts": [{"pass'), said(answer(WORKS))], None),
    ("truncated JSON twice", [said('{"facts": [{"pass')] * 2, AnswerMalformed),
    ("cut off by its length", [said('{"facts": [{"pass', finish="length")], AnswerMalformed),
    ("truncated envelope twice", [body(b'{"choices": [{"mess')] * 2, AnswerMalformed),
    ("another shape, then well", [said({"memory": []}), said(answer(WORKS))], None),
    ("another shape twice", [said({"facts": "none"})] * 2, AnswerMalformed),
    ("an empty fact twice", [said('{"facts": [{}]}')] * 2, AnswerMalformed),
    ("no choices, then well", [completion([]), said(answer(WORKS))], None),
    ("no choices twice", [completion([])] * 2, AnswerMalformed),
    ("refusal", [refusal()], AnswerDeclined),
    ("content filter", [said("", finish="content_filter")], AnswerDeclined),
    ("tool call, then well", [tool_call(), said(answer(WORKS))], None),
    ("tool call twice", [tool_call()] * 2, AnswerMalformed),
    ("words twice", [GIBBERISH] * 2, AnswerMalformed),
    ("10 MB of text twice", [said("a" * 10_000_000)] * 2, AnswerMalformed),
    ("no structured output", [without_formats(said(answer(WORKS)), "json_schema")] * 2, None),
    ("no formats at all", [without_formats(said(f"```json\n{json.dumps(answer(WORKS))}\n```"))] * 3, None),
]  # fmt: skip
NAMES = [name for name, _, _ in FAULTS]


@pytest.mark.parametrize(("name", "script", "kind"), FAULTS, ids=NAMES)
def test_each_fault_ends_in_a_right_result_or_a_typed_error_with_nothing_written(
    server: OpenAIServer, tmp_path: Path, name: str, script: list[Answer], kind: type[GraphmemError] | None
) -> None:
    path = tmp_path / "m.db"
    with opened(server, path, limits=quick(seconds=1.0)) as memory:
        memory.add("Ana knows Bo.", user_id="maya")
        before = rows(path)
        server.then(*script)
        began, error = time.perf_counter(), None
        try:
            added = memory.add(TEXT, **SAID)
        except GraphmemError as raised:
            error = raised
            assert rows(path) == before
        else:
            assert [str(fact) for fact in added.results[0].facts] == ["Maya — work at → Tidewater"]
        assert type(error) is (kind or type(None)), error
        assert error is None or len(str(error)) > 20
        assert time.perf_counter() - began < 20
        assert memory.search("Ana", user_id="maya").hits
    assert faults_in(path) == []


@pytest.mark.parametrize(("name", "script", "kind"), FAULTS, ids=NAMES)
def test_the_same_awaited(
    server: OpenAIServer, tmp_path: Path, name: str, script: list[Answer], kind: type[GraphmemError] | None
) -> None:
    path = tmp_path / "m.db"
    limits = quick(seconds=1.0)

    async def run() -> None:
        async with AsyncMemory(settings(server, url=str(path), limits=limits), embedder=HashingEmbedder()) as memory:
            await memory.add("Ana knows Bo.", user_id="maya")
            before = rows(path)
            server.then(*script)
            if kind is None:
                assert (await memory.add(TEXT, **SAID)).results[0].facts
            else:
                with pytest.raises(kind):
                    await memory.add(TEXT, **SAID)
                assert rows(path) == before

    asyncio.run(run())
    assert faults_in(path) == []


def test_a_batch_that_fails_leaves_the_ones_before_it(server: OpenAIServer, tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    server.then(said(answer()), *[GIBBERISH] * 2)
    with opened(server, path) as memory:
        with pytest.raises(AnswerMalformed):
            memory.add_many(["Ana rows.", "Bo sings.", "Cy swims."], user_id="u", batch_size=2)
        assert memory.stats().memories == 2


def test_the_budget_of_one_add(server: OpenAIServer, tmp_path: Path) -> None:
    limits = quick(window=200, request_calls=3)
    with opened(server, tmp_path / "m.db", limits=limits) as memory:
        memory.add_many(["one " * 40, "two " * 40, "six " * 40], user_id="u")
        with pytest.raises(BudgetExhausted):
            memory.add_many(["Ana " * 40, "Bob " * 40, "Cid " * 40, "Dan " * 40], user_id="u")
        assert (len(server.chats), memory.stats().memories) == (3, 3)


def test_the_budget_of_a_process_is_one_for_all_its_memories(server: OpenAIServer, tmp_path: Path) -> None:
    limits = quick(process_calls=2)
    with (
        opened(server, tmp_path / "a.db", limits=limits) as one,
        opened(server, tmp_path / "b.db", limits=limits) as two,
    ):
        one.add("x", user_id="u")
        two.add("x", user_id="u")
        with pytest.raises(BudgetExhausted, match="for one process"):
            one.add("y", user_id="u")
        assert one.search("x", user_id="u").hits


def asked(server: OpenAIServer, count: int) -> None:
    """Wait until the model was asked so often."""
    until = time.perf_counter() + 20
    while len(server.chats) < count and time.perf_counter() < until:
        time.sleep(0.01)
    assert len(server.chats) == count


def test_waiting_for_a_model_holds_up_no_search(server: OpenAIServer, tmp_path: Path) -> None:
    """More adds wait than there are shared threads."""

    async def run() -> float:
        limits = quick(seconds=30, at_once=100)
        async with AsyncMemory(
            settings(server, url=str(tmp_path / "m.db"), limits=limits), embedder=HashingEmbedder()
        ) as memory:
            await memory.add("Ana knows Bo.", user_id="u")
            server.then(*[silent(30)] * 40)
            adds = [asyncio.create_task(memory.add(f"line {number}", user_id="u")) for number in range(40)]
            await asyncio.to_thread(asked, server, 41)
            began = time.perf_counter()
            assert (await memory.search("Ana", user_id="u")).hits
            seconds = time.perf_counter() - began
            for one in adds:
                one.cancel()
            await asyncio.gather(*adds, return_exceptions=True)
            assert (await memory.stats()).memories == 1
            return seconds

    assert asyncio.run(run()) < 5


def embedding(server: OpenAIServer, path: Path, dimension: int = DIMENSION) -> Memory:
    chosen = {"embedder": "openai", "embedding_model": "vectors-1", "embedding_dimension": dimension}
    return Memory(settings(server, url=str(path), **chosen))


def test_vectors_from_the_same_server(server: OpenAIServer, tmp_path: Path) -> None:
    with embedding(server, tmp_path / "m.db") as memory:
        server.then(said(answer(WORKS)), embedded(DIMENSION, shuffled=True))
        receipt = memory.add(TEXT, **SAID).receipt
        memory.add("Rita repairs oboes.", user_id="maya")
        assert receipt.usage.calls == 1
        assert receipt.usage.embedding_calls == len(server.embeddings) - 1
        assert receipt.usage.embedding_tokens > 0
        asked = len(server.embeddings)
        assert memory.search("Who repairs oboes?", user_id="maya").hits[0].memory.text == "Rita repairs oboes."
        assert len(server.embeddings) == asked + 1
        stats = memory.stats()
        assert (stats.embedder, stats.dimension) == ("vectors-1", DIMENSION)
    with pytest.raises(DimensionMismatch), embedding(server, tmp_path / "m.db", 8):
        pass


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (embedded(DIMENSION + 1), EmbeddingFailed),
        (embedded(DIMENSION, leave_out=1), EmbeddingFailed),
        (body({"data": []}), EmbeddingFailed),
        (status(503), ModelUnavailable),
        (hung_up(20), ModelUnavailable),
        (status(401), ModelAccessDenied),
    ],
)
def test_vectors_that_are_wrong_leave_nothing(
    server: OpenAIServer, tmp_path: Path, fault: Answer, kind: type[GraphmemError], late: bool
) -> None:
    """`late`: the first vectors of the add were right, those of its facts are not."""
    path = tmp_path / "m.db"
    with embedding(server, path) as memory:
        memory.add("Ana knows Bo.", user_id="maya")
        before, seen = rows(path), len(server.embeddings)

        def rule(asked: Any) -> Answer:
            if asked.path == CHAT:
                return said(answer(WORKS))
            return fault if len(server.embeddings) - seen > late else ordinary(asked)

        server.otherwise = rule  # type: ignore[method-assign]
        with pytest.raises(kind):
            memory.add(TEXT, **SAID)
        assert rows(path) == before
    assert faults_in(path) == []
