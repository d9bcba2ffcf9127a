"""Questions in the first person are of the user whose memories are asked, and of nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from graphmem import Memory

START = datetime(2026, 1, 1, tzinfo=UTC)
SAID = (
    "I live in Porto.",
    "My boss is Carl.",
    "Carl lives in Rome.",
    "I work at Acme as a nurse.",
    "I love hiking near where I live.",
    "My favourite food is sushi.",
    "My sister Anna lives in Oslo.",
    "I moved to Lisbon.",
    "My phone number is 555 0199.",
)
ANSWERS = (
    ("Where do I live?", "I moved to Lisbon."),
    ("which city do i live in now?", "I moved to Lisbon."),
    ("Who is my boss?", "My boss is Carl."),
    ("Where does my boss live?", "Carl lives in Rome."),
    ("Where do I work?", "I work at Acme as a nurse."),
    ("Where does my sister live?", "My sister Anna lives in Oslo."),
    ("What is my phone number?", "My phone number is 555 0199."),
)


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    with Memory(":memory:") as made:
        for day, text in enumerate(SAID):
            made.add(text, user_id="u-17", occurred_at=START + timedelta(days=day))
        made.add("I live in Bergen and my boss is Dana.", user_id="other")
        yield made


@pytest.mark.parametrize(("question", "answer"), ANSWERS)
def test_the_first_hit_answers(memory: Memory, question: str, answer: str) -> None:
    found = memory.search(question, user_id="u-17", limit=5)
    assert found.hits[0].memory.text == answer
    assert found.trace.named == ("u-17",)


def test_what_was_so_is_the_answer_for_then(memory: Memory) -> None:
    then = memory.search("Where do I live?", user_id="u-17", as_of=START + timedelta(days=6))
    assert then.hits[0].memory.text == "I live in Porto."
    assert [fact.object for fact in then.hits[0].facts] == ["Porto"]


def test_nobody_elses_words_answer(memory: Memory) -> None:
    found = memory.search("Where do I live, and who is my boss?", user_id="other")
    assert {hit.memory.text for hit in found} == {"I live in Bergen and my boss is Dana."}
    assert list(memory.search("Where do I live?", user_id="nobody yet")) == []


def test_a_question_about_somebody_else_names_only_them(memory: Memory) -> None:
    found = memory.search("Have I told you where Carl lives?", user_id="u-17")
    assert found.trace.named == ("Carl",)
    assert found.hits[0].memory.text == "Carl lives in Rome."
