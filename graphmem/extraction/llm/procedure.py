"""Has a language model write how a thing was done, from the messages of a trajectory: a title and its steps in order."""

from __future__ import annotations

import json
from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from graphmem.domain.episode import Message
from graphmem.domain.procedure import numbered
from graphmem.errors import AnswerMalformed
from graphmem.extraction.llm.answer import Unreadable, object_in, schema_of, shortened
from graphmem.extraction.llm.answering import CutOff, answered
from graphmem.extraction.llm.asking import wished
from graphmem.extraction.llm.prompts import prompt
from graphmem.ports.language_model import LanguageModel, ModelMessage

MOST_STEPS = 200
LONGEST_STEP = 2_000
"""Characters."""
_LEFT_OUT = " […] "


class StatedProcedure(BaseModel):
    """The whole answer."""

    title: str
    steps: list[str]


def written_procedure(model: LanguageModel, messages: Sequence[Message], wishes: Sequence[str], size: int) -> str:
    """The text of the procedure, its steps numbered as `domain.procedure` has them. Of messages that are longer than `size`
    characters together, the model sees the beginning and end of each.

    An answer that cannot be read, or has a step without words, is asked for once more; then AnswerMalformed is raised, and
    what the model raises.
    """
    told = [prompt("procedure").text, *wished(*wishes)]
    asked = [ModelMessage("system", "\n\n".join(told)), ModelMessage("user", _shown(messages, size))]
    try:
        return answered(model, asked, schema_of(StatedProcedure), _read)
    except CutOff as error:
        raise AnswerMalformed(
            f"{model.name} could not end the procedure that it was to write: nothing was written. Let it give longer answers."
        ) from error


def _read(answer: str) -> str:
    """Raises Unreadable."""
    try:
        stated = StatedProcedure.model_validate(object_in(answer, "steps"))
    except ValidationError as error:
        raise Unreadable(f"it is no title and steps ({shortened(error.errors()[0]['msg'])})") from error
    steps = [step.strip() for step in stated.steps]
    title = " ".join(stated.title.split())
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Unreadable(f"it has {len(steps)} steps; 1 to {MOST_STEPS} can be kept")
    for number, step in enumerate(steps, 1):
        if not _is_text(step) or len(step) > LONGEST_STEP:
            raise Unreadable(f"step {number} is empty, too long, or no text")
    if not _is_text(title) or len(title) > LONGEST_STEP:
        raise Unreadable("its title is empty, too long, or no text")
    return f"{title}\n{numbered(steps)}"


def _is_text(words: str) -> bool:
    """Whether there are words in it, and nothing that is no text."""
    return any(c.isalnum() for c in words) and all(c.isprintable() or c in "\n\t" for c in words)


def _shown(messages: Sequence[Message], size: int) -> str:
    share = size if sum(len(one.content) for one in messages) <= size else max(size // max(len(messages), 1), 40)
    document = [
        {"role": one.role, **({"said_by": one.name} if one.name else {}), "text": _cut(one.content, share)}
        for one in messages
    ]
    return json.dumps({"messages": document}, ensure_ascii=False)


def _cut(text: str, size: int) -> str:
    """The beginning and end of a text."""
    if len(text) <= size:
        return text
    half = (size - len(_LEFT_OUT)) // 2
    return text[:half] + _LEFT_OUT + text[-half:]
