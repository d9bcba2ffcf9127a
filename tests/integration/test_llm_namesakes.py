"""People of one name whom a language model states roles of: told apart as by the rules, without another call."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.testing.openai_answers import said
from graphmem.testing.openai_server import OpenAIServer
from tests.support.embedding import HashingEmbedder
from tests.support.llm import answer, settings, stated

pytest.importorskip("openai")


def test_namesakes_are_told_apart_by_what_the_model_states(tmp_path: Path) -> None:
    said_of = (("sister", "Oslo"), ("colleague", "Rome"), ("colleague", "Milan"), ("sister", "Bergen"))
    with (
        OpenAIServer() as server,
        Memory(settings(server, url=str(tmp_path / "m.db")), embedder=HashingEmbedder()) as memory,
    ):
        for role, city in said_of:
            text = f"My {role} Anna lives in {city} now."
            lives = stated(text, "Anna", "live_in", city, object_type="location")
            server.then(said(answer(lives, stated(text, "Anna", f"{role}_of", "Maya", object_type="person"))))
            memory.add(text, user_id="maya", actor_id="Maya")
        current = {(fact.subject, fact.object) for fact in memory.facts(user_id="maya", predicate="live_in")}
        assert current == {("Anna", "Bergen"), ("Anna (colleague)", "Milan")}
        every = {fact.id: fact for fact in memory.facts(user_id="maya", include_retired=True)}
        closed = {(fact.object, every[fact.superseded_by].object) for fact in every.values() if fact.superseded_by}
        assert closed == {("Oslo", "Bergen"), ("Rome", "Milan")}
        assert len(server.chats) == len(said_of)
