"""Two names of one thing: joined by rule or by hand, told apart again, and never across owners."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.domain.digest import Digest
from graphmem.errors import InputError, NotFound
from graphmem.testing.sameness import rows_of
from tests.support.embedding import HashingEmbedder
from tests.support.reading import PlainExtractor

RUNS = int(os.environ.get("GRAPHMEM_ISOLATION_RUNS", "30"))
NAMES = ("Bob", "Robert", "Rob", "Bo")
PLACES = ("Porto", "Lisbon", "Faro")

steps = st.one_of(
    st.tuples(st.just("add"), st.sampled_from(NAMES), st.sampled_from(PLACES)),
    st.tuples(st.just("merge"), st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.tuples(st.just("split"), st.integers(0, 5), st.just("")),
)


def memory() -> Memory:
    return Memory(":memory:", embedder=HashingEmbedder(), extractor=PlainExtractor())


def add(one: Memory, name: str, verb: str, other: str, user: str = "ana", **more: Any) -> None:
    one.add(f"{name} {verb} {other}.", user_id=user, triples=[(name, verb, other)], **more)


def whole(one: Memory, user: str = "ana") -> Digest:
    """Everything of a user but what is said of pairs, and the history."""
    digest = one._portal.run(rows_of(one._memory._store, f"user:{user}"))
    digest.counts.pop("revisions", None)
    digest.sums.pop("revisions", None)
    return digest


def told(one: Memory, user: str = "ana") -> list[Any]:
    """What reads say: entities with their names, and facts by every name."""
    entities = [(e.id, e.name, e.aliases, e.same_as) for e in one.entities(user_id=user)]
    return [entities, *([f.model_dump() for f in one.facts(user_id=user, subject=name)] for name in NAMES)]


def start(one: Memory, user: str = "ana") -> None:
    for name, place in zip(NAMES, (*PLACES, "Porto"), strict=True):
        add(one, name, "visits", place, user)


def test_a_merge_is_one_thing_under_either_name_until_it_is_split() -> None:
    with memory() as one:
        start(one)
        add(one, "Bob", "live_in", "Porto")
        add(one, "Faro", "belongs_to", "Algarve")
        before = whole(one), told(one)
        merged = one.merge("Robert", "Bob", user_id="ana", reason="he told me", actor_id="ana")
        assert (merged.entity.name, merged.other.name, merged.status) == ("Robert", "Bob", "same")
        for name in ("Bob", "Robert"):
            facts = one.facts(user_id="ana", subject=name)
            assert [str(f) for f in facts] == [
                "Robert — visits → Porto",
                "Robert — visits → Lisbon",
                "Robert — live in → Porto",
            ]
        assert "Bob" not in {e.name for e in one.entities(user_id="ana")}
        assert [p.entities for p in one.paths("Lisbon", "Porto", user_id="ana")] == [("Lisbon", "Robert", "Porto")] * 2
        hit = one.search("What does Robert visit?", user_id="ana", limit=5)
        assert {"Bob visits Porto.", "Robert visits Lisbon."} <= {h.memory.text for h in hit}
        assert one.merge("Robert", "Bob", user_id="ana") == one.same_as(user_id="ana", status="same").items[0]
        split = one.split(merged.id, user_id="ana", actor_id="ben", reason="two people")
        assert split.status == "apart"
        after = whole(one), told(one)
        assert before[0].differing(after[0]) == ()
        assert before[1] == after[1]
        trail = [(r.event, r.actor_id, r.reason) for r in one.history(merged.id, user_id="ana")]
        assert trail == [("MERGE", "ana", "he told me"), ("SPLIT", "ben", "two people")]


def test_a_new_value_for_one_closes_the_other_s_until_they_are_split() -> None:
    with memory() as one:
        add(one, "Bob", "live_in", "Porto")
        add(one, "Robert", "visits", "Lisbon")
        merged = one.merge("Robert", "Bob", user_id="ana")
        add(one, "Robert", "live_in", "Lisbon")
        assert [f.object for f in one.facts(user_id="ana", subject="Bob", predicate="live_in")] == ["Lisbon"]
        one.split(merged.id, user_id="ana")
        assert [f.object for f in one.facts(user_id="ana", subject="Bob", predicate="live_in")] == ["Porto"]
        assert [f.object for f in one.facts(user_id="ana", subject="Robert", predicate="live_in")] == ["Lisbon"]
        current = {record.text for record in one.get_all(user_id="ana")}
        assert current == {"Bob live_in Porto.", "Robert visits Lisbon.", "Robert live_in Lisbon."}


def test_candidates_are_listed_with_score_and_reason_until_they_are_decided() -> None:
    with memory() as one:
        add(one, "Robert Lane", "visits", "Porto")
        add(one, "Bob Lane", "visits", "Lisbon")
        (pair,) = one.same_as(user_id="ana")
        assert (pair.entity.name, pair.other.name, pair.status) == ("Robert Lane", "Bob Lane", "candidate")
        assert 0 < pair.score < 1
        assert "familiar form" in pair.reason
        assert len(one.facts(user_id="ana", subject="Bob Lane")) == 1
        one.dismiss(pair.id, user_id="ana", actor_id="ana")
        assert one.same_as(user_id="ana").total == 0
        add(one, "Bob Lane", "visits", "Faro")
        assert one.same_as(user_id="ana").total == 0
        assert [p.status for p in one.same_as(user_id="ana", status="all")] == ["apart"]
        one.merge("Robert Lane", "Bob Lane", user_id="ana")
        assert len(one.facts(user_id="ana", subject="Robert Lane")) == 3


def test_what_is_surely_one_thing_is_joined_and_can_be_split() -> None:
    with memory() as one:
        add(one, "Michael Jordan", "live_in", "Porto")
        add(one, "Micheal Jordan", "live_in", "Lisbon")
        assert [f.object for f in one.facts(user_id="ana", subject="Michael Jordan")] == ["Lisbon"]
        (pair,) = one.same_as(user_id="ana", status="same")
        assert (pair.decided_by, pair.reason) == (None, "two letters changed places")
        one.split(pair.id, user_id="ana")
        assert [f.object for f in one.facts(user_id="ana", subject="Michael Jordan")] == ["Porto"]
        add(one, "Micheal Jordan", "visits", "Faro")
        assert [f.object for f in one.facts(user_id="ana", subject="Michael Jordan")] == ["Porto"]
        assert one.same_as(user_id="ana", status="same").total == 0


FORMS = ("Michael Jordan", "Micheal Jordan", "Dr. Michael Jordan", "Mike Jordan", "Acme", "Acme Inc.")
SCOPES = tuple({k: v for k, v in (("agent_id", a), ("run_id", r)) if v} for a in ("", "doc", "chef") for r in ("", "1"))


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries({name: st.sampled_from(SCOPES) for name in FORMS}),
    st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(PLACES)), min_size=2, max_size=10),
)
def test_no_agent_is_told_a_name_that_only_others_said(who: dict[str, dict[str, str]], steps: list[Any]) -> None:
    with memory() as one:
        for number, (name, place) in enumerate(steps):
            one.add(f"note {number}", user_id="ana", triples=[(name, "visits", place)], **who[name])
        for scope in SCOPES:
            heard = {n for name, place in steps if scope.items() <= who[name].items() for n in (name, place)}
            shown = {n for e in one.entities(user_id="ana", **scope) for n in (e.name, *e.aliases)}
            facts = one.facts(user_id="ana", **scope)
            assert shown | {n for f in facts for n in (f.subject, f.object)} == heard


def test_what_crosses_agents_is_for_people_to_decide() -> None:
    with memory() as one:
        for agent, name in (("doc", "Jonathan Reed"), ("chef", "Jon Reed")):
            places = [(name, "visits", place) for place in PLACES]
            one.add("he visits all three", user_id="ana", agent_id=agent, triples=places)
        for agent, name in (("doc", "Jonathan Reed"), ("chef", "Jon Reed")):
            entities = {e.name: e.aliases for e in one.entities(user_id="ana", agent_id=agent)}
            assert entities == {name: (), **dict.fromkeys(PLACES, ())}
            assert one.same_as(user_id="ana", agent_id=agent, status="all").total == 0
        assert [(p.entity.name, p.other.name) for p in one.same_as(user_id="ana")] == [("Jonathan Reed", "Jon Reed")]


@pytest.mark.parametrize("names", [("GPT-4", "GPT-5"), ("Flight 101", "Flight 102"), ("Henry IV", "Henry V")])
def test_codes_are_never_alike(names: tuple[str, str]) -> None:
    with memory() as one:
        for name in names:
            add(one, name, "visits", "Porto")
        assert one.same_as(user_id="ana", status="all").total == 0


def test_what_both_have_to_do_with_joins_what_is_likely() -> None:
    with memory() as one:
        for place in PLACES:
            add(one, "Robert Lane", "visits", place)
        one.add(
            "Bob Lane visits Porto and Faro.", user_id="ana", triples=[("Bob Lane", "visits", p) for p in PLACES[::2]]
        )
        assert [(p.entity.name, p.other.name) for p in one.same_as(user_id="ana", status="same")] == [
            ("Robert Lane", "Bob Lane")
        ]


def test_what_cannot_be_decided_is_said() -> None:
    with memory() as one:
        start(one)
        with pytest.raises(NotFound, match="Nobody"):
            one.merge("Bob", "Nobody", user_id="ana")
        with pytest.raises(NotFound):
            one.merge("Bob", "Robert", user_id="ben")
        with pytest.raises(InputError, match="same entity already"):
            one.merge("Bob", "bob", user_id="ana")
        with pytest.raises(InputError, match="status"):
            one.same_as(user_id="ana", status="any")  # type: ignore[arg-type]
        merged = one.merge("Bob", "Rob", user_id="ana")
        one.merge("Rob", "Robert", user_id="ana")
        with pytest.raises(InputError, match="through others"):
            one.merge("Bob", "Robert", user_id="ana")
        with pytest.raises(InputError, match=r"split\(\)"):
            one.dismiss(merged.id, user_id="ana")
        for scope in ({"user_id": "ben"}, {"user_id": "ana", "agent_id": "bot"}):
            with pytest.raises(NotFound):
                one.split(merged.id, **scope)
        assert one.split(merged.id, user_id="ana").status == "apart"


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(steps, max_size=12), st.lists(steps, max_size=8))
def test_after_all_splits_it_is_as_if_nothing_had_been_joined(first: list[Any], between: list[Any]) -> None:
    """Another user has the same words and no merges: what each has is the same in the end, and his was never touched."""
    with memory() as one:
        for user in ("ana", "ben"):
            start(one, user)
        untouched: list[Any] = []
        for step in (*first, *between):
            take(one, step)
            if step[0] == "add":
                untouched = told(one, "ben")
            elif untouched:
                assert told(one, "ben") == untouched
        while (joined := one.same_as(user_id="ana", status="same")).items:
            one.split(joined.items[0].id, user_id="ana")
        assert {pair.status for pair in one.same_as(user_id="ben", status="all")} == {"candidate"}
        assert plain(one, "ana") == plain(one, "ben")


def take(one: Memory, step: tuple[str, Any, Any]) -> None:
    kind, first, second = step
    if kind == "add":
        for user in ("ana", "ben"):
            add(one, first, "visits", second, user)
    elif kind == "merge" and first != second:
        with suppress(InputError):  # the two are joined through others
            one.merge(first, second, user_id="ana")
    elif kind == "split":
        joined = one.same_as(user_id="ana", status="same").items
        if joined:
            one.split(joined[first % len(joined)].id, user_id="ana")


def plain(one: Memory, user: str) -> Any:
    """What a user has, without ids and times."""
    facts = [(str(f), f.support_count) for f in one.facts(user_id=user, limit=1000, include_retired=True)]
    entities = sorted((e.name, e.aliases) for e in one.entities(user_id=user))
    memories = [record.text for record in one.get_all(user_id=user, limit=1000)]
    return sorted(facts), entities, memories
