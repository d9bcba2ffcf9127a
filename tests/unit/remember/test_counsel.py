"""What an adviser is asked, and what his opinions come to: never more than the rules leave open, never beyond a subject."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from graphmem.domain.fact import Fact
from graphmem.domain.scope import Scope
from graphmem.ports.adviser import Opinion, Question
from graphmem.remember.advice import Advice
from graphmem.remember.claim import Statement
from graphmem.remember.counsel import (
    MOST_FACTS,
    MOST_QUESTIONS,
    counsel_of,
    questions_of,
    said,
    selection_of,
    undecided,
)

WHEN = datetime(2024, 5, 1, tzinfo=UTC)


def fact(predicate: str, found: str, subject: str = "Maya", number: int = 0, **more: Any) -> Fact:
    ends = {"subject_id": f"ent-{subject}", "object_id": f"ent-{found}", "subject": subject, "object": found}
    times = {"recorded_at": WHEN + timedelta(days=number)}
    given = {"id": f"fact-{number:03}", "scope": Scope("u"), "predicate": predicate, "text": "", **ends, **times}
    return Fact(**{**given, **more})


def statement(made: Fact, **more: Any) -> Statement:
    return Statement(made, place=("mem", 0), object_type="entity", **more)


@pytest.mark.parametrize(
    ("made", "open_"),
    [
        (fact("breed", "stamps"), True),
        (fact("breed", "stamps", negated=True), True),
        (fact("breed", "stamps", modality="possible"), False),
        (fact("live_in", "Lisbon"), False),
        (fact("works_at", "Tidewater"), False),
        (fact("sibling_of", "Bo"), False),
        (fact("quit", "Tidewater"), False),
    ],
)
def test_only_what_the_vocabulary_leaves_open_is_asked(made: Fact, open_: bool) -> None:
    assert undecided([statement(made)]) == ([made] if open_ else [])
    assert undecided([statement(made, lasting=False)]) == []


def test_the_same_is_asked_once_and_not_everything() -> None:
    assert len(undecided([statement(fact("breed", "stamps", number=n)) for n in range(3)])) == 1
    assert len(undecided([statement(fact("breed", f"stamp {n}")) for n in range(99)])) == MOST_QUESTIONS


def test_facts_of_the_same_subject_and_agent_that_may_end_or_say_the_same() -> None:
    made = fact("breed", "coins")
    known = [
        fact("breed", "stamps", number=1),
        fact("breed", "stamps", "Bo", number=2),
        fact("breed", "maps", number=3, scope=Scope("u", "agent")),
        fact("live_in", "Lisbon", number=4),
        fact("sibling_of", "Bo", number=5),
        fact("fond_of", "coins", number=6),
        fact("sibling_of", "coins", number=7),
        fact("breed", "cups", number=8, modality="possible"),
    ]
    (question,) = questions_of([made], known)
    assert question.statement == made
    assert [old.id for old in question.facts] == ["fact-001", "fact-007", "fact-006", "fact-004"]


def test_what_is_known_and_what_meets_nothing_is_not_asked() -> None:
    made = fact("breed", "coins")
    assert questions_of([made], []) == []
    assert questions_of([made], [fact("breed", "coins", number=1), fact("breed", "stamps", number=2)]) == []
    assert questions_of([made], [fact("breed", "coins", "Bo", number=1)]) == []


def test_the_likeliest_facts_are_asked_about() -> None:
    known = [fact("zigzag", f"tea {n}", number=n) for n in range(50)] + [fact("breed", "stamps", number=70)]
    (question,) = questions_of([fact("breed", "coins")], known)
    assert len(question.facts) == MOST_FACTS
    assert question.facts[0].object == "stamps"
    assert question.facts[1].object == "tea 49"


@pytest.mark.parametrize(
    ("scope", "seen"),
    [
        (Scope("u", None, "r"), Scope("u")),
        (Scope("u", "a", "r"), Scope("u", "a")),
        (Scope(None, "a", "r"), Scope(None, "a")),
        (Scope(None, None, "r"), Scope(None, None, "r")),
    ],
)
def test_facts_are_looked_for_where_the_agent_sees_them(scope: Scope, seen: Scope) -> None:
    asked = selection_of([fact("breed", "coins"), fact("like", "tea", "Bo")], scope, WHEN)
    assert (asked.scope, asked.subjects, asked.view.now) == (seen, ("ent-Bo", "ent-Maya"), WHEN)


COINS, STAMPS, FOND = fact("breed", "coins"), fact("breed", "stamps", number=1), fact("fond_of", "coins", number=2)


@pytest.mark.parametrize(
    ("opinion", "advice", "told"),
    [
        (Opinion(), None, []),
        (Opinion("outdates", (0,)), Advice("outdates", ("fact-001",), "m says “outdates”"), []),
        (Opinion("retracts", (0, 1)), Advice("outdates", ("fact-001", "fact-002"), "m says “retracts”"), []),
        (Opinion("same", (1,)), Advice("same", ("fact-002",), "m says “same”"), []),
        (Opinion("same", (0,)), None, ["“same” as a fact of another object, or as its contrary"]),
        (Opinion("same", (2,)), None, ["“same” as a fact of another object, or as its contrary"]),
        (Opinion("adds", (), ("why",)), None, ["why"]),
    ],
)
def test_opinions_become_advice(opinion: Opinion, advice: Advice | None, told: list[str]) -> None:
    contrary = fact("breed", "coins", number=3, negated=True)
    counsel = counsel_of("m", [Question(COINS, (STAMPS, FOND, contrary))], [opinion])
    assert counsel.advice == ({said(COINS): advice} if advice else {})
    assert [lost.reason for lost in counsel.dropped] == [f"only what m says of it: {why}" for why in told]
    assert all(lost.fact == "Maya — breed → coins" for lost in counsel.dropped)
    assert counsel.facts == set(advice.facts if advice else ())
    assert counsel.of([COINS]) == counsel
    assert counsel.of([STAMPS]).dropped == ()
