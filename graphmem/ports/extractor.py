"""What reads a text and finds triples in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from graphmem.domain.episode import Role
from graphmem.domain.triple import Reading


class Passage(NamedTuple):
    """A text to read, in its setting.

    `speaker` is the name of who says it, if known; `role` tells whose "I" it is when no name is known ("user" or
    "agent"); `listener` is who is addressed as "you". `occurred_at` (aware) anchors "last Tuesday".
    `conversation` groups passages that follow each other: a pronoun may refer back into an earlier one of the same group.
    """

    text: str
    occurred_at: datetime
    role: Role | None = None
    speaker: str | None = None
    listener: str | None = None
    conversation: str | None = None


class Extractor(Protocol):
    """Reads passages in batches."""

    def read(self, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in order; spans are characters of that passage's text. Raises ExtractionFailed."""
        ...
