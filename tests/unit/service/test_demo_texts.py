"""The demo's texts hold what its questions need."""

from __future__ import annotations

import pytest

from graphmem.service.demo import Question, passages, questions, sessions


def test_there_are_some_hundreds_of_passages() -> None:
    texts = passages()
    assert 300 <= len(texts) <= 400
    assert all(title.strip() and len(text) > 80 for title, text in texts.items())


def test_the_conversation_is_dated_and_between_two() -> None:
    held = sessions()
    assert [one.occurred_at for one in held] == sorted(one.occurred_at for one in held)
    assert {turn.speaker for one in held for turn in one.turns} == {"Maya", "Jonas"}
    assert sum(len(one.turns) for one in held) >= 40


def _texts(question: Question) -> list[str]:
    turns = {turn.id: turn.text for one in sessions() for turn in one.turns}
    shelf = passages() if question.of == "library" else turns
    return [shelf[key] for key in question.needs]


@pytest.mark.parametrize("question", questions(), ids=lambda one: one.question)
def test_the_last_text_of_the_chain_holds_the_answer(question: Question) -> None:
    *before, last = _texts(question)
    assert any(answer in last for answer in question.answers)
    assert not any(answer in text for answer in question.answers for text in before)


def test_most_questions_need_several_texts() -> None:
    needed = [len(question.needs) for question in questions()]
    assert sum(count >= 2 for count in needed) >= 8
    assert sum(count >= 3 for count in needed) >= 3
