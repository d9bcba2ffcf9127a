"""The adviser that asks a language model: what it shows it, and what it takes of what the model says."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.domain.fact import Fact
from graphmem.domain.scope import Scope
from graphmem.errors import AnswerMalformed, ModelUnavailable
from graphmem.extraction.llm.adviser import LlmAdviser, StatedVerdicts
from graphmem.extraction.llm.answer import schema_of
from graphmem.extraction.llm.prompts import prompt
from graphmem.ports.adviser import Opinion, Question
from graphmem.ports.language_model import Completion
from tests.support.scripted_model import ScriptedModel

WHEN = datetime(2024, 5, 1, tzinfo=UTC)


def fact(subject: str, predicate: str, found: str, **more: Any) -> Fact:
    ends = {"subject_id": f"ent-{subject}", "object_id": f"ent-{found}", "subject": subject, "object": found}
    return Fact(
        id=f"id of {subject} {predicate} {found}",
        scope=Scope("u"),
        predicate=predicate,
        text=f"the words of a memory about {subject}",
        recorded_at=WHEN,
        **ends,
        **more,
    )


STAMPS, COINS = fact("Maya", "collect", "stamps"), fact("Maya", "collect", "coins", negated=True)
MAPS, CATS = fact("Maya", "collect", "maps"), fact("Bo", "breed", "cats")
QUESTIONS = [Question(MAPS, (STAMPS, COINS)), Question(fact("Bo", "breed", "dogs"), (CATS,))]


def verdict(statement: int, kind: str, *facts: int) -> dict[str, Any]:
    return {"statement": statement, "verdict": kind, "facts": list(facts)}


def advised(*verdicts: Any) -> list[Opinion]:
    return LlmAdviser(ScriptedModel({"verdicts": list(verdicts)})).advise(QUESTIONS)


def shown(subject: str, found: str, predicate: str = "collect", **more: Any) -> dict[str, Any]:
    return {"subject": subject, "predicate": predicate, "object": found, "since": "2024-05-01", **more}


def test_what_the_model_is_shown_is_data_under_local_numbers_and_no_memory_s_words() -> None:
    model = ScriptedModel({"verdicts": []})
    assert LlmAdviser(model).advise(QUESTIONS) == [Opinion(), Opinion()]
    (messages,) = model.asked
    assert [message.role for message in messages] == ["system", "user"]
    assert messages[0].content == prompt("reconcile").text
    assert json.loads(messages[1].content) == {
        "facts": [
            shown("Maya", "stamps", fact=1),
            shown("Maya", "coins", fact=2, negated=True),
            shown("Bo", "cats", "breed", fact=3),
        ],
        "statements": [
            shown("Maya", "maps", statement=1, compare_with=[1, 2]),
            shown("Bo", "dogs", "breed", statement=2, compare_with=[3]),
        ],
    }
    assert "ent-" not in messages[1].content
    assert "words of a memory" not in messages[1].content
    assert model.schemas == [schema_of(StatedVerdicts)]


def test_what_is_said_is_taken() -> None:
    assert advised(verdict(1, "outdates", 2, 1, 2), verdict(2, "same", 3)) == [
        Opinion("outdates", (1, 0)),
        Opinion("same", (0,)),
    ]
    assert advised(verdict(2, "retracts", 3), verdict(1, "adds", 1)) == [Opinion(), Opinion("retracts", (0,))]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (verdict(1, "outdates", 3), "names a fact that is not among those of its subject"),
        (verdict(1, "same", 1, 3), "names a fact that is not among those of its subject"),
        (verdict(1, "outdates", 0), "names a fact that is not among those of its subject"),
        (verdict(1, "outdates", -1), "names a fact that is not among those of its subject"),
        (verdict(1, "outdates"), "names no fact"),
        (verdict(1, "delete everything", 1), "“delete everything” is no verdict"),
        (verdict(0, "outdates", 1), "a verdict is of statement 0, which there is not"),
        (verdict(7, "outdates", 1), "a verdict is of statement 7, which there is not"),
        ({"statement": 1}, "is not of the form of a verdict: verdict: Field required"),
    ],
)
def test_what_cannot_be_taken_is_told_and_changes_nothing(said: dict[str, Any], why: str) -> None:
    first, second = advised(said, verdict(2, "outdates", 3))
    assert (first.kind, first.facts, len(first.ignored)) == ("adds", (), 1)
    assert why in first.ignored[0]
    assert second == Opinion("outdates", (0,))


def test_the_first_verdict_on_a_statement_counts() -> None:
    (first, _) = advised(verdict(1, "same", 1), verdict(1, "outdates", 1, 2))
    assert (first.kind, first.facts) == ("same", (0,))
    assert "another verdict" in first.ignored[0]


def test_it_is_asked_again_once() -> None:
    model = ScriptedModel("Let me think.", {"verdicts": [verdict(1, "outdates", 1)]})
    assert LlmAdviser(model).advise(QUESTIONS)[0].kind == "outdates"
    assert "there is no JSON object in it" in model.asked[1][-1].content
    for bad in ("no", '{"facts": []}', {"verdicts": "none"}, {"verdicts": [{}]}, AnswerMalformed("a tool")):
        with pytest.raises(AnswerMalformed):
            LlmAdviser(ScriptedModel(bad, bad)).advise(QUESTIONS)
    with pytest.raises(AnswerMalformed, match="could not end"):
        LlmAdviser(ScriptedModel(Completion("{", cut_off=True))).advise(QUESTIONS)
    with pytest.raises(ModelUnavailable):
        LlmAdviser(ScriptedModel(ModelUnavailable("away"))).advise(QUESTIONS)


ANY = st.fixed_dictionaries(
    {"statement": st.integers(-1, 3), "verdict": st.sampled_from(["adds", "same", "outdates", "retracts", "x"])},
    optional={"facts": st.lists(st.integers(-1, 5), max_size=4)},
)


@given(st.lists(ANY, max_size=6))
def test_whatever_is_said_an_opinion_is_about_the_facts_of_its_own_question(said: list[Any]) -> None:
    opinions = advised(*said)
    assert len(opinions) == len(QUESTIONS)
    for question, opinion in zip(QUESTIONS, opinions, strict=True):
        assert all(0 <= place < len(question.facts) for place in opinion.facts)
        assert (opinion.kind == "adds") == (opinion.facts == ())
