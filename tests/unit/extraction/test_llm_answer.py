"""What is read of a language model's answer, whatever stands around it, and what is no answer."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphmem.extraction.llm.answer import StatedFact, Unreadable, answer_schema, read_answer
from tests.support.llm import WORKS, answer, stated

GOOD = json.dumps(answer(WORKS))


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        f"```json\n{GOOD}\n```",
        f"Here it is: {GOOD} I hope this helps.",
        f'<think>{{"facts": [1]}} or rather</think>\n{GOOD}',
        f'Hmm, {{"facts": [1]}}? {"{" * 50}</think>\n{GOOD}',
        f"{GOOD}\n{GOOD}",
        f'{{"type": "object"}} {GOOD}',
        f"{{ {GOOD}",
        json.dumps({**answer(WORKS), "comment": "more than was asked for"}),
        json.dumps({"facts": [{**WORKS, "certainty": "high"}]}),
    ],
)
def test_the_object_is_found(text: str) -> None:
    facts, names, dropped = read_answer(text)
    assert [str(fact) for fact in facts] == ["Maya — work at → Tidewater"]
    assert (names, dropped) == ([], [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON object"),
        ("I have noted it.", "no JSON object"),
        (GOOD[:-20], "not JSON"),
        ('{"facts": [1,]}', "not JSON"),
        ('{"facts": NaN}', "NaN is no number"),
        ('{"facts": {"0": {}}}', "`facts` is not a list"),
        ('{"facts": null}', "`facts` is not a list"),
        ('{"memory": []}', "the object has no `facts`"),
        ("[" + GOOD[GOOD.index("[") + 1 : -13], "no `facts`"),
        ('{"facts": [{}]}', "none of `facts` has the form that was asked for (passage: Field required)"),
        ('{"facts": ["Ana works"]}', "none of `facts` has the form that was asked for"),
        (json.dumps({"facts": [{**WORKS, "subject": ["Ana"]}]}), "subject: Input should be a valid string"),
        ('{"facts": ' + "[" * 100_000, "not JSON"),
        ("{" * 1_000_000, "not JSON"),
        (json.dumps(answer_schema()), "the object has no `facts`"),
    ],
)
def test_what_is_none_says_why(text: str, why: str) -> None:
    with pytest.raises(Unreadable) as raised:
        read_answer(text)
    assert why in str(raised.value)
    assert len(str(raised.value)) < 400


def test_a_fact_of_another_form_among_good_ones_is_dropped_and_told() -> None:
    facts, _, dropped = read_answer(json.dumps(answer(WORKS, {"passage": 1, "quote": "x"})))
    assert len(facts) == 1
    assert [(one.fact, one.reason) for one in dropped] == [('{"passage": 1, "quote": "x"}', "subject: Field required")]


def test_a_quote_may_hold_what_ends_a_thought() -> None:
    (fact,), _, _ = read_answer(json.dumps(answer({**WORKS, "quote": "<think>I work</think>"})))
    assert fact.quote == "<think>I work</think>"


def test_no_facts_is_an_answer() -> None:
    assert read_answer('{"facts": []}') == ([], [], [])


def test_words_that_were_not_offered_are_taken_for_the_careful_ones() -> None:
    (fact,), _, _ = read_answer(
        json.dumps(answer({**WORKS, "object_type": "startup", "modality": "rumoured", "subject_type": ["person"]}))
    )
    assert (fact.object_type, fact.modality, fact.subject_type) == ("entity", "possible", "entity")


def test_names_of_another_form_are_passed_over() -> None:
    document = {"facts": [], "names": [{"passage": 1, "name": "Oslo", "type": "city"}, {"name": 5}, "Rome", None]}
    assert [(one.name, one.type) for one in read_answer(json.dumps(document))[1]] == [("Oslo", "entity")]
    assert read_answer('{"facts": [], "names": "none"}')[1] == []


def _objects(part: Any) -> list[dict[str, Any]]:
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    own = [part] if isinstance(part, dict) and "properties" in part and "type" in part else []
    return own + [found for value in inner for found in _objects(value)]


def test_the_schema_is_one_that_strict_servers_take() -> None:
    objects = _objects(answer_schema())
    assert len(objects) == 3
    for one in objects:
        assert one["additionalProperties"] is False
        assert one["required"] == list(one["properties"])
    fact = next(one for one in objects if "quote" in one["properties"])
    assert list(fact["properties"]) == list(StatedFact.model_fields)
    assert "default" not in json.dumps(answer_schema())
    assert set(fact["properties"]["modality"]["enum"]) >= {"asserted", "possible", "intended"}


@given(
    st.text() | st.recursive(st.none() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x))
)
def test_no_answer_breaks_it(value: Any) -> None:
    for text in (
        str(value),
        json.dumps(value),
        json.dumps({"facts": value}),
        json.dumps({"facts": [WORKS], "names": value}),
    ):
        with suppress(Unreadable):
            facts, names, dropped = read_answer(text)
            assert isinstance(facts + names + dropped, list)


def test_a_long_statement_is_told_short() -> None:
    fact = StatedFact(**stated("x", "A" * 100_000, "like\n\0", "B"))
    assert len(str(fact)) < 200
    assert str(fact).isprintable()
