"""Any script of faults ends in a right result or in one of graphmem's own errors, with the database as it was."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.errors import ModelError
from graphmem.testing.openai_answers import (
    Answer,
    body,
    completion,
    embedded,
    hung_up,
    message,
    refusal,
    said,
    status,
    tool_call,
    vectors,
)
from graphmem.testing.openai_server import DIMENSION, OpenAIServer
from tests.support.integrity import faults_in
from tests.support.llm import TEXT, WORKS, answer, quick
from tests.support.llm import settings as settings_for

pytest.importorskip("openai")

CODES = st.sampled_from([301, 400, 401, 403, 404, 408, 409, 413, 418, 422, 429, 500, 501, 502, 503, 504, 529, 599])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
FACT = st.dictionaries(st.sampled_from(list(WORKS)), JSON | st.sampled_from(list(WORKS.values())))
ANSWERS: st.SearchStrategy[Answer] = st.one_of(
    st.builds(status, CODES, retry_after=st.sampled_from([None, 0, 0.01, 1e9, "soon", -1])),
    st.builds(body, JSON | st.binary(max_size=40), st.just(200) | CODES),
    st.builds(said, JSON, finish=st.sampled_from(["stop", "length", "content_filter", "odd"])),
    st.builds(lambda facts: said({"facts": facts}), st.lists(FACT, max_size=4)),
    st.builds(message, st.dictionaries(st.sampled_from(["content", "refusal", "tool_calls", "role"]), JSON)),
    st.builds(completion, st.lists(JSON, max_size=2)),
    st.builds(vectors, st.lists(st.lists(st.floats(), max_size=DIMENSION) | JSON, max_size=3)),
    st.builds(embedded, st.integers(0, DIMENSION + 1), shuffled=st.booleans(), leave_out=st.integers(0, 2)),
    st.sampled_from([hung_up(), hung_up(7), refusal(), tool_call(), said(answer(WORKS))]),
)


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as made:
        yield made


def _dump(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    try:
        return [line for line in connection.iterdump() if "rev_" in line or "INSERT" in line]
    finally:
        connection.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=st.lists(ANSWERS, max_size=7))
def test_any_script(server: OpenAIServer, script: list[Answer]) -> None:
    server.forget()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "m.db"
        limits = quick(longest_wait=0.0, failures=1_000, seconds=20)
        chosen = {"embedder": "openai", "embedding_model": "vectors-1", "embedding_dimension": DIMENSION}
        with Memory(settings_for(server, url=str(path), limits=limits, **chosen)) as memory:
            memory.add("Ana knows Bo.", user_id="maya")
            before = _dump(path)
            server.then(*script)
            try:
                added = memory.add(TEXT, user_id="maya", actor_id="Maya")
            except ModelError:
                assert _dump(path) == before
            else:
                assert _dump(path) != before
                assert [one.memory for one in added] == [TEXT]
                assert added.receipt.usage.calls >= 1
                for fact in added.results[0].facts:
                    assert fact.subject == "Maya" or fact.subject in TEXT
            server.forget()
            assert memory.search("Ana", user_id="maya").hits
        assert faults_in(path) == []
