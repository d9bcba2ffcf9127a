"""Gets one answer that can be read: a model that gave none is asked once more, with what was wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from graphmem.errors import AnswerMalformed
from graphmem.extraction.llm.answer import Unreadable
from graphmem.extraction.llm.asking import asked_again
from graphmem.ports.language_model import Completion, LanguageModel, ModelMessage

Taken = TypeVar("Taken")


class CutOff(Exception):
    """The model stopped because it may not say more."""


class Stoppable:
    """A model that several threads ask for one purpose, until one of them fails: then it is asked nothing more."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.stopped = False

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    def complete(self, messages: Sequence[ModelMessage], schema: Mapping[str, Any] | None = None) -> Completion:
        """The model's answer. Raises AnswerMalformed when it is stopped, for nobody waits for it."""
        if self.stopped:
            raise AnswerMalformed(f"{self.name} was not asked: another part of the same text failed")
        return self._model.complete(messages, schema)


def answered(
    model: LanguageModel,
    messages: Sequence[ModelMessage],
    schema: Mapping[str, Any],
    take: Callable[[str], Taken],
) -> Taken:
    """What `take` makes of the model's answer; it raises Unreadable, with nothing taken, for one that it cannot read.

    Raises AnswerMalformed when the second answer cannot be read either, CutOff when the first one has no end, and what the
    model raises.
    """
    try:
        completion = model.complete(messages, schema)
    except AnswerMalformed as error:
        answer, reason = "", str(error)
    else:
        if completion.cut_off:
            raise CutOff
        try:
            return take(completion.text)
        except Unreadable as error:
            answer, reason = completion.text, str(error)
    again = model.complete(asked_again(messages, answer, reason), schema)
    try:
        return take(again.text)
    except Unreadable as error:
        raise AnswerMalformed(
            f"The answer of {model.name} could not be read, also when it was asked again ({error})."
        ) from error
