"""People of one name whom only a role tells apart: what is said of one never closes what was said of another, and each is found
again by what they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphmem import Memory
from graphmem.domain.fact import Fact
from graphmem.errors import InputError
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
things = st.one_of(
    st.tuples(st.just("live_in"), st.sampled_from(PLACES)), st.tuples(st.just("work_at"), st.sampled_from(EMPLOYERS))
)
stories = casts.flatmap(
    lambda cast: st.tuples(
        st.lists(st.tuples(st.sampled_from(cast), things), min_size=4, max_size=12),
        st.lists(st.integers(1, 4), min_size=12, max_size=12),
    )
)


def memory() -> Memory:
    return Memory(":memory:", embedder=HashingEmbedder())


def words(role: str, name: str, predicate: str, object_: str) -> str:
    return f"My {role} {name} {'lives in' if predicate == 'live_in' else 'works at'} {object_}."


def said(one: Memory, *texts: str, **more: Any) -> Any:
    """Add a conversation of Ana's."""
    return one.add([{"role": "user", "content": text} for text in texts], **{"user_id": "ana", **more})


def every(one: Memory, **more: Any) -> list[Fact]:
    return list(one.facts(**{"user_id": "ana", "include_retired": True, "limit": 1000, **more}))


def homes(one: Memory, **more: Any) -> set[tuple[str, str]]:
    """Who is known to live where now, by all names."""
    current = every(one, **{"include_retired": False, **more})
    return {(f.subject, f.object) for f in current if f.predicate in ("live_in", "move_to")}


def tell(one: Memory, name: str, steps: Sequence[Any], sizes: Sequence[int], triples: bool) -> None:
    """Tell a story, so many steps a call; with triples of the caller's, one."""
    at, left, counts = START, list(steps), list(sizes)
    while left:
        size = 1 if triples else counts.pop(0)
        taken, left, at = left[:size], left[size:], at + timedelta(days=1)
        texts = [words(role, name, *what) for role, what in taken]
        if triples:
            role, what = taken[0]
            stated = [(name, f"{role}_of", "ana"), (name, *what)]
            one.add(texts[0], user_id="ana", occurred_at=at, triples=stated)
        else:
            said(one, *texts, occurred_at=at)


def check(one: Memory, steps: Sequence[Any]) -> None:
    """Each of the cast is one entity of their own, who lives and works where the last words say and nowhere else."""
    facts = {fact.id: fact for fact in every(one)}
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
    assert one._portal.run(one._memory._store.inspect(False)) == []


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(stories, st.sampled_from(NAMES), st.booleans())
def test_facts_of_one_never_close_those_of_another(story: Any, name: str, triples: bool) -> None:
    steps, sizes = story
    with memory() as one:
        tell(one, name, steps, sizes, triples)
        check(one, steps)


def test_a_conversation_speaks_of_each_by_what_they_are() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.", "She plays chess.")
        said(one, "My colleague Anna lives in Rome.", "Anna likes tea.", "She moved to Milan.")
        said(one, "My sister Anna met my colleague Anna in Vienna.")
        said(one, "Yesterday I saw Anna, my sister.", "Anna moved to Bergen.")
        assert homes(one) == {("Anna", "Bergen"), ("Anna (colleague)", "Milan")}
        assert {f.subject for f in every(one) if f.object in ("chess", "tea")} == {"Anna", "Anna (colleague)"}
        named = {e.name: e.aliases for e in one.entities(user_id="ana") if e.type == "person"}
        assert named["Anna (colleague)"] == ("Anna", "colleague Anna")
        (pair,) = one.same_as(user_id="ana")
        assert (pair.entity.name, pair.other.name) == ("Anna", "Anna (colleague)")
        assert pair.reason == "the same name, told apart by a role: colleague, not sister"


def test_a_plain_name_that_several_bear_closes_nothing_until_it_is_merged() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        said(one, "My colleague Anna lives in Rome.")
        said(one, "Anna moved to Paris.")
        three = {("Anna", "Oslo"), ("Anna (colleague)", "Rome"), ("Anna (unclear)", "Paris")}
        assert homes(one) == three
        reasons = {p.entity.name: p.reason for p in one.same_as(user_id="ana") if p.other.name == "Anna (unclear)"}
        assert reasons == dict.fromkeys(("Anna", "Anna (colleague)"), "the same name, said without a role")
        merged = one.merge("Anna (sister)", "Anna (unclear)", user_id="ana")
        said(one, "Anna moved to Bergen.")
        assert homes(one) == {("Anna", "Bergen"), ("Anna (colleague)", "Rome")}
        one.split(merged.id, user_id="ana")
        assert homes(one) == {("Anna", "Oslo"), ("Anna (colleague)", "Rome"), ("Anna (unclear)", "Bergen")}


def test_who_is_always_called_so_is_who_a_plain_name_means() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        for text in ("Anna plays chess.", "Anna likes tea.", "Anna works at Google."):
            said(one, text)
        said(one, "My colleague Anna lives in Rome.")
        said(one, "Anna moved to Bergen.")
        assert homes(one) == {("Anna", "Bergen"), ("Anna (colleague)", "Rome")}
        said(one, "My colleague Anna plays golf.", "Anna moved to Milan.")
        assert homes(one) == {("Anna", "Bergen"), ("Anna (colleague)", "Milan")}
        said(one, "Anna moved to Paris.")
        assert homes(one) == {("Anna", "Bergen"), ("Anna (colleague)", "Milan"), ("Anna (unclear)", "Paris")}


def test_what_excludes_nothing_stays_one() -> None:
    with memory() as one:
        for role in ("friend", "best friend", "neighbour", "colleague", "girlfriend", "fiancée", "wife"):
            said(one, f"My {role} Anna likes tea.")
        said(one, "Bob's sister Anna lives in Rome.")
        said(one, "My sister Tove lives in Oslo. She is my boss, too.", "My boss Tove plays chess.")
        said(one, "My boss Tove moved to Bergen.")
        assert {e.name for e in one.entities(user_id="ana") if e.type == "person"} == {"Anna", "Bob", "Tove", "ana"}
        assert homes(one) == {("Anna", "Rome"), ("Tove", "Bergen")}


def test_what_is_one_stays_one_and_what_is_corrected_makes_nobody() -> None:
    with memory() as one:
        said(one, "Anna lives in Oslo.")
        one.add("A triple.", user_id="ana", infer=False, triples=[("Anna", "sister_of", "ana")])
        one.add(
            "A triple.", user_id="ana", infer=False, triples=[("Anna", "friend_of", "Bob"), ("Anna", "aunt_of", "Bob")]
        )
        said(one, "No, Anna is my cousin, not my sister.")
        said(one, "Anna is not my cousin but my aunt.")
        assert {f.subject for f in every(one) if f.predicate.endswith("_of")} == {"Anna"}


def test_each_is_found_by_a_name_that_says_the_role() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        said(one, "My colleague Anna lives in Rome.")
        for name, places in (
            ("Anna", {"Oslo", "Rome"}),
            ("Anna (sister)", {"Oslo"}),
            ("Anna (colleague)", {"Rome"}),
            ("colleague Anna", {"Rome"}),
            ("Anna (aunt)", set()),
        ):
            assert {f.object for f in one.facts(user_id="ana", subject=name)} - {"ana"} == places
            assert {t.fact.object for t in one.timeline(name, user_id="ana")} - {"ana"} == places
        hits = one.search("Where does my colleague Anna live?", user_id="ana")
        assert hits.trace.named == ("Anna (colleague)",)
        assert set(one.search("Where does Anna live?", user_id="ana").trace.named) == {"Anna", "Anna (colleague)"}
        one.delete(
            one.facts(user_id="ana", subject="Anna (sister)", predicate="live_in").items and _memory_of(one, "Oslo")
        )
        said(one, "Our aunt Anna lives in Paris.")
        with pytest.raises(InputError, match=r"give one of 'Anna \(\w+\)', 'Anna \(\w+\)'"):
            one.merge("Anna", "ana", user_id="ana")
        pairs = list(one.same_as(user_id="ana"))
        one.dismiss(pairs[0].id, user_id="ana")
        assert len(list(one.same_as(user_id="ana"))) == len(pairs) - 1


def _memory_of(one: Memory, word: str) -> str:
    return next(found.id for found in one.get_all(user_id="ana") if word in found.text)


def test_words_that_change_mean_who_they_meant() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        said(one, "My colleague Anna lives in Rome.", "Anna plays chess.")
        one.update(_memory_of(one, "Rome"), "My colleague Anna lives in Milan.", user_id="ana")
        one.update(_memory_of(one, "chess"), "Anna moved to Paris.", user_id="ana")
        assert homes(one) == {("Anna", "Oslo"), ("Anna (colleague)", "Paris")}
        colleague = _memory_of(one, "Milan")
        one.delete(colleague, user_id="ana")
        one.restore(colleague, user_id="ana")
        assert {f.subject for f in every(one) if f.predicate == "colleague_of"} == {"Anna (colleague)"}
        assert said(one, "My sister Anna lives in Oslo.").results[0].event == "NOOP"
        planned = said(one, "My aunt Anna lives in Boston.", dry_run=True).changes
        assert {e.name for e in planned.entities} == {"Anna (aunt)", "Boston"}
        assert ("Anna (aunt)", "Boston") not in homes(one)


@pytest.mark.parametrize("defer", [False, True])
def test_a_correction_in_an_add_of_its_own_is_of_who_was_spoken_of(defer: bool) -> None:
    with memory() as one:
        for text in ("My sister Anna lives in Oslo.", "My colleague Anna lives in Rome.", "No, I meant Milan."):
            said(one, text, defer=defer)
        one.work()
        assert homes(one) == {("Anna", "Oslo"), ("Anna (colleague)", "Milan")}


def test_what_is_read_later_is_read_alike() -> None:
    talks = (
        ("My sister Anna lives in Oslo.",),
        ("My colleague Anna lives in Rome.", "Anna plays chess."),
        ("Anna moved to Paris.",),
        ("My sister Anna moved to Bergen.",),
    )
    with memory() as one:
        for day, texts in enumerate(talks):
            at = START + timedelta(days=day)
            said(one, *texts, occurred_at=at)
            said(one, *texts, occurred_at=at, user_id="ben", defer=True)
        one.work()
        assert _told(one, "ana") == _told(one, "ben")


def _told(one: Memory, user: str) -> set[tuple[str, ...]]:
    """Facts and names of a user, who is called "me"."""
    found = [(f.subject, f.predicate, f.object, str(f.retired_at is None)) for f in every(one, user_id=user)]
    found += [(e.name, e.key, *e.aliases) for e in one.entities(user_id=user, limit=1000)]
    return {tuple("me" if part == user else part for part in row) for row in found}


talk = st.tuples(
    st.sampled_from(("sister", "colleague", "aunt", "", "")),
    st.sampled_from(("lives in Oslo", "lives in Rome", "moved to Paris", "works at Google")),
).map(lambda parts: f"My {parts[0]} Anna {parts[1]}." if parts[0] else f"Anna {parts[1]}.")


@settings(max_examples=RUNS, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(talk, min_size=1, max_size=4), st.lists(talk, min_size=1, max_size=4))
@example(
    told=[f"My {role} Anna lives in Oslo." for role in ("colleague", "sister")],
    heard=[f"My {role} Anna lives in Oslo." for role in ("colleague", "aunt", "sister")],
)
def test_what_one_agent_was_told_names_nobody_for_another(told: list[str], heard: list[str]) -> None:
    maid = {"user_id": "ana", "agent_id": "maid"}
    with memory() as one, memory() as alone:
        for number, text in enumerate(told):
            said(one, text, agent_id="cook", occurred_at=START + timedelta(days=number))
        for number, text in enumerate(heard):
            for each in (one, alone):
                said(each, text, agent_id="maid", occurred_at=START + timedelta(days=10 + number))
        assert {e.name for e in one.entities(**maid)} == {e.name for e in alone.entities(**maid)}
        assert {(p.entity.name, p.other.name) for p in one.same_as(**maid)} == {
            (p.entity.name, p.other.name) for p in alone.same_as(**maid)
        }


def test_nothing_of_it_crosses_users() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        said(one, "My colleague Anna lives in Rome.", user_id="ben")
        assert homes(one, user_id="ben") == {("Anna", "Rome")}


SAME: tuple[Callable[[], None], ...] = (
    test_a_conversation_speaks_of_each_by_what_they_are,
    test_a_plain_name_that_several_bear_closes_nothing_until_it_is_merged,
    test_who_is_always_called_so_is_who_a_plain_name_means,
    test_what_excludes_nothing_stays_one,
    test_each_is_found_by_a_name_that_says_the_role,
    test_words_that_change_mean_who_they_meant,
    test_what_is_read_later_is_read_alike,
)
"""What every store has to do alike."""


@pytest.mark.parametrize("text", ["My boss, Ana's husband, moved to Rome.", "My sister's daughter Ana moved to Rome."])
def test_a_role_that_stands_by_a_name_may_be_anothers(text: str) -> None:
    with Memory(":memory:") as memory:
        memory.add("My niece Ana lives in Porto.", user_id="u")
        memory.add(text, user_id="u")
        assert not [one.name for one in memory.entities(user_id="u") if one.name.startswith("Ana (")]


@pytest.mark.parametrize("turned", [False, True])
def test_nobody_is_the_wife_of_two(turned: bool) -> None:
    texts = ["My wife Mia lives in Porto.", "My brother's wife Mia lives in Rome."]
    with memory() as one:
        for text in reversed(texts) if turned else texts:
            said(one, text)
        mine, other = ("Mia (wife)", "Mia") if turned else ("Mia", "Mia (wife of brother)")
        assert homes(one) == {(mine, "Porto"), (other, "Rome")}
        (pair,) = one.same_as(user_id="ana")
        assert turned or pair.reason == "the same name, told apart by a role: wife of brother, not wife"
        said(one, "My brother's wife Mia moved to Milan.")
        said(one, "My wife Mia moved to Oslo.")
        assert homes(one) == {(mine, "Oslo"), (other, "Milan")}


def test_who_was_somebodys_partner_may_be_anothers() -> None:
    with memory() as one:
        said(one, "My ex-wife Mia lives in Porto.")
        said(one, "My brother's wife Mia moved to Rome.")
        assert homes(one) == {("Mia", "Rome")}


@pytest.mark.parametrize(
    "texts",
    [
        ("My colleague Tom lives in Porto.", "Tom and I got married.", "Tom moved to Rome."),
        ("My neighbour Tom lives in Porto.", "I married Tom.", "My husband Tom moved to Rome."),
        ("My sister Tove lives in Porto.", "Tove is my colleague too.", "My colleague Tove moved to Rome."),
        ("My friend Lena lives in Porto.", "Lena became my sister-in-law.", "Lena moved to Rome."),
    ],
)
def test_a_role_that_is_stated_of_the_only_bearer_is_that_ones(texts: tuple[str, ...]) -> None:
    with memory() as one:
        for day, text in enumerate(texts):
            said(one, text, occurred_at=START + timedelta(days=day))
        assert {object_ for _, object_ in homes(one)} == {"Rome"}
        assert not one.same_as(user_id="ana", status="all").total
        married = [f for f in every(one) if f.predicate in ("marry", "married_to")]
        assert all(f.retired_at is None for f in married)


def test_a_stated_role_that_nobody_comes_to_is_anothers() -> None:
    with memory() as one:
        said(one, "My sister Anna lives in Oslo.")
        said(one, "Anna is my aunt.")
        assert {f.subject for f in every(one) if f.predicate == "aunt_of"} == {"Anna (aunt)"}
        said(one, "My brother Tom lives in Oslo.")
        said(one, "My colleague Tom lives in Rome.")
        assert homes(one) == {("Anna", "Oslo"), ("Tom", "Oslo"), ("Tom (colleague)", "Rome")}
