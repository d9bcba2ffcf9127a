"""Which model makes the vectors, and the text that each vector is made of: the rules that all who embed share."""

from __future__ import annotations

from typing import NamedTuple

LAST_ROWS = 256
"""So many rows may be embedded inside the transaction that switches to another model: few enough to keep writers waiting
only shortly."""


class EmbeddingModel(NamedTuple):
    """The model behind a set of vectors: its name and the length of its vectors."""

    name: str
    dimension: int

    def __str__(self) -> str:
        return f"{self.name} ({self.dimension} dimensions)"


class Unembedded(NamedTuple):
    """A row without a vector: the key that its vector has in a ChangeSet, and the text to embed."""

    id: str
    text: str


def text_of_memory(text: str, actor_id: str | None, heading: str | None) -> str:
    """The text whose vector stands for a memory: with its speaker, or with the heading of the text that it continues.

    A sentence and a fact are embedded as their text says, an entity by its name.
    """
    if actor_id:
        return f"{actor_id}: {text}"
    return f"{heading}\n{text}" if heading else text
