"""The adviser that asks a language model: one call for all statements of a write that the rules are not certain about.

It is shown facts as data, under numbers of this one call: no text of a memory, no id. What it says is held to the facts of the
statement's own question; reconciliation decides what comes of it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel

from graphmem.domain.fact import Fact
from graphmem.domain.triple import Dropped
from graphmem.errors import AnswerMalformed
from graphmem.extraction.llm.answer import object_in, read_items, schema_of, shortened
from graphmem.extraction.llm.answering import CutOff, answered
from graphmem.extraction.llm.prompts import prompt
from graphmem.ports.adviser import Opinion, OpinionKind, Question
from graphmem.ports.language_model import LanguageModel, ModelMessage


class StatedVerdict(BaseModel):
    """What the model says of one statement."""

    statement: int
    verdict: str
    facts: list[int] = []


class StatedVerdicts(BaseModel):
    """The whole answer."""

    verdicts: list[StatedVerdict]


class LlmAdviser:
    """Asks `model`, once a write."""

    remote = True

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The model and the version of what it is told."""
        return f"{self._model.name}, reconcile {prompt('reconcile').version}"

    def advise(self, questions: Sequence[Question]) -> list[Opinion]:
        """An opinion for each question, in order: the first that is taken of what is said of a statement.

        An answer that cannot be read is asked for once more; then AnswerMalformed is raised, and what the model raises.
        """
        numbers = _numbered(questions)
        messages = [ModelMessage("system", prompt("reconcile").text), ModelMessage("user", _shown(questions, numbers))]
        try:
            verdicts, wrong = answered(self._model, messages, schema_of(StatedVerdicts), _read)
        except CutOff as error:
            raise AnswerMalformed(
                f"{self._model.name} could not end its answer to {len(questions)} statements. Let it give longer answers."
            ) from error
        judged = [_Judged(question, numbers) for question in questions]
        for one in wrong:
            judged[0].ignore(f"{one.fact} is not of the form of a verdict: {one.reason}")
        for verdict in verdicts:
            if 1 <= verdict.statement <= len(judged):
                judged[verdict.statement - 1].take(verdict)
            else:
                judged[0].ignore(f"a verdict is of statement {verdict.statement}, which there is not")
        return [one.opinion for one in judged]


class _Judged:
    """One question, and what was said of it."""

    def __init__(self, question: Question, numbers: dict[str, int]) -> None:
        self._places = {numbers[fact.id]: place for place, fact in enumerate(question.facts)}
        self._taken = False
        self.opinion = Opinion()

    def ignore(self, reason: str) -> None:
        self.opinion = self.opinion._replace(ignored=(*self.opinion.ignored, reason))

    def take(self, said: StatedVerdict) -> None:
        kind = next((known for known in get_args(OpinionKind) if known == said.verdict), None)
        if kind is None:
            return self.ignore(f"“{shortened(said.verdict)}” is no verdict")
        if self._taken:
            return self.ignore(f"there is another verdict on it before this one, “{kind}”")
        if kind != "adds" and not said.facts:
            return self.ignore(f"“{kind}” names no fact")
        if any(number not in self._places for number in said.facts):
            return self.ignore(f"“{kind}” names a fact that is not among those of its subject")
        self._taken = True
        places = tuple(dict.fromkeys(self._places[number] for number in said.facts)) if kind != "adds" else ()
        self.opinion = self.opinion._replace(kind=kind, facts=places)
        return None


def _read(text: str) -> tuple[list[StatedVerdict], list[Dropped]]:
    """Raises Unreadable."""
    return read_items(object_in(text, "verdicts"), "verdicts", StatedVerdict)


def _numbered(questions: Sequence[Question]) -> dict[str, int]:
    """A number for each fact, from 1 on, by its id."""
    ids = dict.fromkeys(fact.id for question in questions for fact in question.facts)
    return {fact: number for number, fact in enumerate(ids, 1)}


def _shown(questions: Sequence[Question], numbers: dict[str, int]) -> str:
    facts = {fact.id: fact for question in questions for fact in question.facts}
    document = {
        "facts": [{"fact": numbers[key], **_said(fact)} for key, fact in facts.items()],
        "statements": [
            {
                "statement": number,
                **_said(question.statement),
                "compare_with": [numbers[fact.id] for fact in question.facts],
            }
            for number, question in enumerate(questions, 1)
        ],
    }
    return json.dumps(document, ensure_ascii=False)


def _said(fact: Fact) -> dict[str, Any]:
    words = {"subject": fact.subject, "predicate": fact.predicate, "object": fact.object}
    since = (fact.valid_from or fact.recorded_at).date().isoformat()
    shown: dict[str, Any] = {key: shortened(value) for key, value in words.items()}
    return {**shown, **({"negated": True} if fact.negated else {}), "since": since}
