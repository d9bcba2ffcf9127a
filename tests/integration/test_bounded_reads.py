"""An add reads little of what is known, and decides as if it had read all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graphmem.memory
from graphmem import Memory
from graphmem.domain.query import Inquiry
from graphmem.domain.relations import DEFAULT
from graphmem.domain.subgraph import Standing
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings
from graphmem.testing import FixedClock
from graphmem.wiring import make_store
from tests.integration.test_reconciliation import NOON, START, TellingExtractor
from tests.support.counting import CountingStore
from tests.support.embedding import HashingEmbedder

SAID = (
    *("like", "dislike", "hate", "enjoy", "breed", "parent_of", "child_of", "friend_of"),
    *("live_in", "move_to", "leave", "work_at", "employ", "quit", "married_to", "divorce"),
    *("own", "sell", "owned_by", "ceo_of", "study_at", "play_for", "born_in", "favourite_drink"),
)
EVERYTHING = tuple(sorted(frozenset(SAID).union(*map(DEFAULT.asked_with, SAID))))
NAMES = ("Ana", "Bo", "Acme", "Rome")


class Watching(CountingStore):
    """Writes down how many facts each consultation brought, and, if it is to, reads all that is known of the names in it."""

    def __init__(self, inner: GraphStore, brought: list[int], *, all_of_it: bool) -> None:
        super().__init__(inner)
        self.all_of_it = all_of_it
        self.brought = brought

    async def consult(self, inquiry: Inquiry) -> Standing:
        if self.all_of_it and inquiry.keys:
            inquiry = inquiry.model_copy(update={"predicates": EVERYTHING, "turned": EVERYTHING})
        found = await self._inner.consult(inquiry)
        self.brought.append(len(found.facts) + len(found.supporters.facts))
        return found


@contextmanager
def watched(where: str, *, all_of_it: bool = False) -> Iterator[tuple[Memory, list[int]]]:
    """A memory over a store that is watched, and how much was read each time."""
    brought: list[int] = []

    def watching(chosen: Settings, embedder: Embedder) -> Watching:
        return Watching(make_store(chosen, embedder), brought, all_of_it=all_of_it)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(graphmem.memory, "make_store", watching)
        parts: dict[str, Any] = {"embedder": HashingEmbedder(), "extractor": TellingExtractor()}
        with Memory(where, clock=FixedClock(NOON), **parts) as memory:
            yield memory, brought


def told(memory: Memory) -> list[tuple[Any, ...]]:
    """All facts by what they say of which time, whether they are current, and by what they ended."""
    facts = memory.facts(user_id="u", include_retired=True, limit=1000).items
    said = {fact.id: (fact.subject, fact.predicate, fact.object, fact.negated, fact.valid_from) for fact in facts}
    said["none"] = ("", "", "", False, None)
    rows = [
        (
            said[one.id],
            one.scope.agent_id,
            one.valid_to,
            one.retired_at is None,
            said[one.superseded_by or "none"],
            one.support_count,
        )
        for one in facts
    ]
    return sorted(rows, key=repr)


STATEMENT = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(("", "", "", "", "no_", "past_", "rather_")),
    st.sampled_from(SAID),
    st.sampled_from(NAMES),
    st.integers(1, 6),
    st.sampled_from((None, None, None, "bot")),
)
STEP = st.tuples(
    st.sampled_from(("add", "add", "add", "rewrite", "delete")), st.lists(STATEMENT, min_size=1, max_size=3)
)


def live(memory: Memory, steps: Sequence[tuple[str, Sequence[tuple[Any, ...]]]]) -> list[Any]:
    """Say all of it, rewriting and deleting in between; what was decided each time."""
    ids: list[str] = []
    decided: list[Any] = []
    for number, (kind, said) in enumerate(steps):
        texts = [f"{subject} {mark}{predicate} {object_}." for subject, mark, predicate, object_, _, _ in said]
        day, agent = START + timedelta(days=said[0][4]), said[0][5]
        if kind == "add" or not ids:
            added = memory.add(" ".join(texts), user_id="u", agent_id=agent, occurred_at=day).results
            ids += [one.id for one in added if one.event != "NOOP"]
            decided += [[(one.action, one.rule) for one in result.decisions] for result in added]
        elif kind == "rewrite":
            changed = memory.update(ids[number % len(ids)], " ".join(texts), user_id="u")
            decided.append([(one.action, one.rule) for one in changed.decisions])
        else:
            memory.delete(ids.pop(number % len(ids)), user_id="u")
    return decided


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, min_size=2, max_size=9))
def test_a_bounded_read_decides_as_one_of_everything(steps: list[Any]) -> None:
    seen = []
    for all_of_it in (False, True):
        with watched(":memory:", all_of_it=all_of_it) as (memory, _):
            decided = live(memory, steps)
            seen.append((decided, told(memory)))
    assert seen[0] == seen[1]


@pytest.mark.parametrize("said", ["like", "no_like", "hate", "breed", "past_like", "own", "work_at", "employ"])
def test_what_is_read_does_not_grow_with_the_hub(said: str) -> None:
    read = []
    for size in (10, 150):
        with watched(":memory:") as (memory, brought):
            known = [
                f"Ana {one} Thing{number}." for one in ("like", "breed", "own", "employ") for number in range(size)
            ]
            memory.add_many(known, user_id="u", batch_size=100)
            memory.add_many([f"Folk{number} work_at Acme." for number in range(size)], user_id="u", batch_size=100)
            brought.clear()
            for object_ in ("Thing3", "Acme", "Novelty"):
                memory.add(f"Ana {said} {object_}.", user_id="u")
            read.append(sum(brought))
    assert read[0] == read[1] < 20
