"""People of one name whom only a role tells apart: what is said of one never closes what was said of another, and each is found
again by what they are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.domain.fact import Fact
from tests.support.embedding import HashingEmbedder

RUNS = int(os.environ.get("GRAPHMEM_ISOLATION_RUNS", "30"))
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
NAMES = ("Anna", "Kim", "Lena Berg")
KIN = ("sister", "mother", "aunt", "cousin", "grandmother", "wife", "dog")
OTHERS = ("colleague", "boss", "neighbour", "teacher")
PLACES = ("Oslo", "Rome", "Paris", "Vienna", "Milan", "Lisbon", "Boston", "Chicago")
EMPLOYERS = ("Google", "Microsoft", "Siemens", "Volvo")

casts = st.tuples(
    st.lists(st.sampled_from(KIN), min_size=1, max_size=3, unique=True), st.sampled_from((None, *OTHERS))
).map(lambda roles: [*roles[0], *([roles[1]] if roles[1] else [])])
"""Roles of which one person can have but one."""
told = st.one_of(
    st.tuples(st.just("live_in"), st.sampled_from(PLACES)), st.tuples(st.just("work_at"), st.sampled_from(EMPLOYERS))
)
stories = casts.flatmap(
    lambda cast: st.tuples(
        st.just(cast),
        st.lists(st.tuples(st.sampled_from(cast), told), min_size=4, max_size=12),
        st.lists(st.integers(1, 4), min_size=12, max_size=12),
    )
)


def memory() -> Memory:
    return Memory(":memory:", embedder=HashingEmbedder())


def words(role: str, name: str, predicate: str, object_: str) -> str:
    return f"My {role} {name} {'lives in' if predicate == 'live_in' else 'works at'} {object_}."


def everything(one: Memory, user: str = "ana", **more: Any) -> list[Fact]:
    return list(one.facts(user_id=user, include_retired=True, limit=1000, **more).items)


def tell(one: Memory, name: str, steps: Sequence[Any], sizes: Sequence[int], triples: bool, **more: Any) -> None:
    """Tell a story, so many steps a call; triples of the caller's are one call a step."""
    at, left, counts = START, list(steps), list(sizes)
    while left:
        taken, left = left[: 1 if triples else counts[0]], left[1 if triples else counts.pop(0) :]
        at += timedelta(days=1)
        texts = [words(role, name, *what) for role, what in taken]
        given = [triple for role, what in taken for triple in ((name, f"{role}_of", "ana"), (name, *what))]
        said: Any = texts[0] if triples else [{"role": "user", "content": text} for text in texts]
        one.add(said, user_id="ana", occurred_at=at, triples=given if triples else None, **more)


def check(one: Memory, name: str, steps: Sequence[Any]) -> None:
    """Each of the cast is one entity of their own, who lives and works where the last words say and nowhere else."""
    facts = {fact.id: fact for fact in everything(one)}
    who: dict[str, str] = {}
    for fact in facts.values():
        if fact.predicate.endswith("_of") and fact.object == "ana":
            assert who.setdefault(fact.predicate.removesuffix("_of"), fact.subject_id) == fact.subject_id
    assert set(who) == {role for role, _ in steps}
    assert len({*who.values()}) == len(who)
    for role, id_ in who.items():
        last = {predicate: object_ for other, (predicate, object_) in steps if other == role}
        current = {(f.predicate, f.object) for f in facts.values() if f.subject_id == id_ and f.retired_at is None}
        assert {pair for pair in current if pair[0] in ("live_in", "work_at")} == set(last.items())
    for fact in facts.values():
        if fact.superseded_by in facts:
            assert facts[fact.superseded_by].subject_id == fact.subject_id


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories, st.sampled_from(NAMES), st.booleans())
def test_facts_of_one_never_close_those_of_another(story: Any, name: str, triples: bool) -> None:
    _, steps, sizes = story
    with memory() as one:
        tell(one, name, steps, sizes, triples)
        check(one, name, steps)
        assert one._portal.run(one._memory._store.inspect(False)) == []
