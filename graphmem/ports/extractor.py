"""What reads a text and finds triples in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from graphmem.domain.episode import Message, Role
from graphmem.domain.triple import Reading


class Passage(NamedTuple):
    """A text to read, in its setting.

    `speaker` is the name of who says it, if known; `role` tells whose "I" it is when no name is known ("user" or
    "agent"); `listener` is who is addressed as "you". `occurred_at` (aware) anchors "last Tuesday".
    `conversation` groups passages that follow each other: a pronoun may refer back into an earlier one of the same group.
    `prompt` is what the caller of `add` wishes of a language model that reads it.
    """

    text: str
    occurred_at: datetime
    role: Role | None = None
    speaker: str | None = None
    listener: str | None = None
    conversation: str | None = None
    prompt: str | None = None


class Extractor(Protocol):
    """Reads passages in batches.

    One that waits for a server says so with an attribute ``remote = True``, and is then run on a thread of its own.
    """

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in order; spans are characters of that passage's text. Raises ModelError kinds."""
        ...


@runtime_checkable
class Rereader(Extractor, Protocol):
    """An extractor that reads a rewritten memory in another way: `update` asks no model."""

    def reread(self, passages: Sequence[Passage]) -> list[Reading]:
        """As `read`, without any call over a network."""
        ...


@runtime_checkable
class ProcedureWriter(Extractor, Protocol):
    """An extractor that can also write how a thing was done."""

    def write_procedure(self, messages: Sequence[Message], wishes: str | None = None) -> str | None:
        """A text with numbered steps (`graphmem.domain.procedure`), from the messages of a trajectory; None to keep them word
        for word. `wishes`: what the caller of `add` wants besides. Raises ModelError kinds."""
        ...
