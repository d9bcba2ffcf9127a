"""The property that must never fail: no read returns what its scope does not own.

Random operations by two users, two agents and two runs, with ids that are made to be confused, against a model that is
a dict. Run with GRAPHMEM_ISOLATION_RUNS=1000 for the long suite.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from graphmem import Memory
from graphmem.domain.scope import Scope
from graphmem.errors import NotFound
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

RUNS = int(os.environ.get("GRAPHMEM_ISOLATION_RUNS", "30"))

users = st.sampled_from([None, "ana", "an%", "Ana", "ana_"])
agents = st.sampled_from([None, "bot", "bo_"])
runs = st.sampled_from([None, "1"])
scopes = st.tuples(users, agents, runs).filter(any).map(lambda parts: Scope(*parts))
names = st.sampled_from(["Acme", "Bo", "Lisbon", "Porto"])
verbs = st.sampled_from(["knows", "live_in", "likes"])


def keywords(scope: Scope) -> dict[str, Any]:
    return {"user_id": scope.user_id, "agent_id": scope.agent_id, "run_id": scope.run_id}


class Isolation(RuleBasedStateMachine):
    """`written`: text and scope of every memory that is there, by id; `lost`: of those that were deleted. Each text holds a
    number of its own."""

    memories = Bundle("memories")
    gone = Bundle("gone")

    def __init__(self) -> None:
        super().__init__()
        self.memory = Memory(":memory:", embedder=HashingEmbedder(), extractor=PlainExtractor())
        self.written: dict[str, tuple[Scope, str]] = {}
        self.lost: dict[str, tuple[Scope, str]] = {}
        self.number = 0

    def teardown(self) -> None:
        self.memory.close()

    def text(self, subject: str, verb: str, object_: str) -> str:
        self.number += 1
        return f"{subject} {verb} {object_}. Secret{self.number} marks Owner{self.number}."

    def owned(self, scope: Scope) -> set[str]:
        return {one for one, (written, _) in self.written.items() if scope.covers(written)}

    @rule(target=memories, scope=scopes, subject=names, verb=verbs, object_=names)
    def add(self, scope: Scope, subject: str, verb: str, object_: str) -> str:
        text = self.text(subject, verb, object_)
        result = self.memory.add(text, **keywords(scope)).results[0]
        self.written[result.id] = (scope, text)
        return result.id

    @rule(one=memories, subject=names, verb=verbs, object_=names, by=scopes)
    def update(self, one: str, subject: str, verb: str, object_: str, by: Scope) -> None:
        text = self.text(subject, verb, object_)
        try:
            self.memory.update(one, text, **keywords(by))
        except NotFound:
            assert one not in self.owned(by)
        else:
            assert one in self.owned(by)
            self.written[one] = (self.written[one][0], text)

    @rule(target=gone, one=consumes(memories), by=scopes)
    def delete(self, one: str, by: Scope) -> Any:
        try:
            self.memory.delete(one, **keywords(by))
        except NotFound:
            assert one not in self.owned(by)
            return multiple()
        assert one in self.owned(by)
        self.lost[one] = self.written.pop(one)
        return one

    @rule(target=memories, one=consumes(gone), by=scopes)
    def restore(self, one: str, by: Scope) -> Any:
        scope, text = self.lost[one]
        try:
            told = self.memory.restore(one, **keywords(by))
        except NotFound:
            assert not by.covers(scope)
            return multiple()
        assert by.covers(scope)
        assert (told.id, told.memory) == (one, text)
        self.written[one] = self.lost.pop(one)
        return one

    @rule(scope=scopes)
    def delete_all(self, scope: Scope) -> None:
        gone = self.owned(scope)
        assert self.memory.delete_all(**keywords(scope)).removed.get("memories", 0) == len(gone)
        for one in gone:
            del self.written[one]

    @rule(scope=scopes, word=names, hops=st.integers(0, 3))
    def search(self, scope: Scope, word: str, hops: int) -> None:
        found = self.memory.search(f"Who knows {word}?", hops=hops, limit=50, **keywords(scope))
        owned = self.owned(scope)
        assert {hit.memory.id for hit in found} <= owned
        texts = {self.written[one][1] for one in owned}
        told = " ".join(texts)
        for hit in found:
            assert {source.memory_id for source in hit.sources} <= owned
            assert {step.source_id for step in hit.path} | {step.target_id for step in hit.path} <= owned
            assert all(fact.subject in told and fact.object in told for fact in hit.facts)
        assert set(found.trace.seeds) <= owned
        assert all(entity.name in told for entity in found.entities)
        assert all(name in told for name in found.trace.named)

    @rule(scope=scopes)
    def list_everything(self, scope: Scope) -> None:
        owned = self.owned(scope)
        page = self.memory.get_all(limit=1000, include_retired=True, **keywords(scope))
        assert {one.id for one in page} == owned
        assert page.total == len(owned)
        told = " ".join(self.written[one][1] for one in owned)
        facts = self.memory.facts(limit=1000, include_retired=True, **keywords(scope))
        assert all(fact.subject in told and fact.object in told for fact in facts)
        assert all(scope.covers(fact.scope) for fact in facts)
        assert all(entity.name in told for entity in self.memory.entities(limit=1000, **keywords(scope)))
        assert self.memory.stats(**keywords(scope)).memories == len(owned)

    @rule(scope=scopes, source=names, goal=names)
    def paths(self, scope: Scope, source: str, goal: str) -> None:
        told = " ".join(self.written[one][1] for one in self.owned(scope))
        for path in self.memory.paths(source, goal, **keywords(scope)):
            assert all(name in told for name in path.entities)
            assert all(scope.covers(fact.scope) for fact in path.facts)

    @rule(scope=scopes, name=names)
    def timeline(self, scope: Scope, name: str) -> None:
        owned = self.owned(scope)
        told = " ".join(self.written[one][1] for one in owned)
        for entry in self.memory.timeline(name, **keywords(scope)):
            assert entry.sources
            for fact in filter(None, (entry.fact, entry.superseded_by, *entry.supersedes)):
                assert {fact.subject, fact.object} <= set(told.replace(".", " ").split())
                assert scope.covers(fact.scope)
            assert {source.memory_id for source in entry.sources} <= owned
            assert all(source.quote in told for source in entry.sources)

    @rule(one=memories, scope=scopes)
    def look_up(self, one: str, scope: Scope) -> None:
        mine = one in self.owned(scope)
        for ask in (self.memory.get, self.memory.history):
            try:
                ask(one, **keywords(scope))
                seen = True
            except NotFound:
                seen = False
            assert seen == mine or (ask == self.memory.history and one not in self.written)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert self.memory.stats().memories == len(self.written)


Isolation.TestCase.settings = settings(
    max_examples=RUNS, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestIsolation = Isolation.TestCase
