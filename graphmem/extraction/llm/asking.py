"""What a language model is shown: instructions in one message, the texts, as data, in another."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from graphmem.extraction.llm.prompts import filled, prompt
from graphmem.ports.extractor import Passage
from graphmem.ports.language_model import ModelMessage

MOST_PASSAGES = 64
"""In one window: a model that has to tell more apart confuses them."""
_SHOWN_AGAIN = 4_000
"""Characters of an unreadable answer that are shown to the model again."""


@dataclass(frozen=True, slots=True)
class Numbered:
    """A passage, its place among all that are read, and the number that the model knows it by."""

    index: int
    number: int
    passage: Passage


Window: TypeAlias = Sequence[Numbered]
"""What is read in one call, in order; never empty."""


def windows_of(passages: Sequence[Passage], size: int) -> Iterator[Window]:
    """The passages in consecutive windows of at most `size` characters; a longer one alone. A window has one prompt."""
    window: list[Numbered] = []
    length = 0
    for index, passage in enumerate(passages):
        full = length + len(passage.text) > size or len(window) == MOST_PASSAGES
        if window and (full or passage.prompt != window[0].passage.prompt):
            yield window
            window, length = [], 0
        window.append(Numbered(index, len(window) + 1, passage))
        length += len(passage.text)
    if window:
        yield window


def messages_of(window: Window, wishes: str) -> list[ModelMessage]:
    """What is to be done, and, apart from it, what it is to be done with."""
    told = [prompt("facts").text, *wished(wishes, window[0].passage.prompt or "")]
    shown = json.dumps({"passages": [_shown(one) for one in window]}, ensure_ascii=False)
    return [ModelMessage("system", "\n\n".join(told)), ModelMessage("user", shown)]


def wished(*wishes: str) -> list[str]:
    """What the application adds to what the model is told, if it adds anything."""
    words = "\n\n".join(wish.strip() for wish in wishes if wish.strip())
    return [filled("wishes", wishes=words)] if words else []


def asked_again(messages: Sequence[ModelMessage], answer: str, reason: str) -> list[ModelMessage]:
    """The same once more, with the answer that could not be read and why; only the same where there was no answer."""
    if not answer:
        return list(messages)
    given = ModelMessage("assistant", answer[:_SHOWN_AGAIN])
    return [*messages, given, ModelMessage("user", filled("repair", reason=reason))]


def _shown(one: Numbered) -> dict[str, object]:
    passage = one.passage
    known = {
        "said_by": passage.speaker or passage.role,
        "said_to": passage.listener,
        "said_on": passage.occurred_at.strftime("%Y-%m-%d, %A"),
    }
    return {"passage": one.number, **{key: value for key, value in known.items() if value}, "text": passage.text}
