"""A memory: one remembered utterance or passage, verbatim, with what ties it to the graph."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from graphmem.domain.episode import Role
from graphmem.domain.identity import text_hash
from graphmem.domain.procedure import steps_of
from graphmem.domain.scope import Scope

Event: TypeAlias = Literal["ADD", "UPDATE", "DELETE", "NOOP", "MERGE", "SPLIT"]


class MemoryType(StrEnum):
    """What kind of memory: knowledge, something that happened or was said, or how to do a thing."""

    SEMANTIC = "semantic"
    EPISODIC = "episodic"
    PROCEDURAL = "procedural"


class MemoryRecord(BaseModel):
    """One memory as it is stored and returned.

    `valid_from`/`valid_to` say when it held in the world, `created_at`/`retired_at` when it was believed;
    `superseded_by` is the fact (or memory) that closed it. `position` is its place in its episode, from 0. `about_id` is its
    subject entity, the one that a heading or the subject of its sentences names. `heading`, on a later piece of a long text,
    is what its first piece is about: a piece is found by it too, since the vector is made with it. `feedback` is what
    people last said of it, from -1 (wrong) to 1 (right); 0 where nobody did. `about_as` is the entity that its words are about,
    where another stands for it by now.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    scope: Scope
    text: str
    memory_type: MemoryType = MemoryType.SEMANTIC
    role: Role | None = None
    actor_id: str | None = None
    episode_id: str
    position: int = 0
    about_id: str | None = None
    heading: str | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    categories: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime
    valid_from: datetime
    valid_to: datetime | None = None
    retired_at: datetime | None = None
    superseded_by: str | None = None
    expires_at: datetime | None = None
    feedback: Annotated[float, Field(ge=-1, le=1)] = 0.0
    about_as: str | None = None

    @property
    def said(self) -> str | None:
        """The id of the entity that its words are about, whoever stands for it."""
        return self.about_as or self.about_id

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps of a procedural memory in order, those of this piece of it; none of another."""
        return steps_of(self.text) if self.memory_type is MemoryType.PROCEDURAL else ()

    @property
    def hash(self) -> str:
        """The digest by which the same words of the same speaker are recognised again."""
        return text_hash(self.text, self.actor_id, self.memory_type)


def sentence_id(memory_id: str, position: int) -> str:
    """The key of a sentence's vector in a ChangeSet."""
    return f"{memory_id}#{position}"


class Sentence(BaseModel):
    """A sentence of a memory: characters `span_start:span_end` of its text. Its vector weighs the hops through it.

    `text` is what is embedded: the sentence with its subject named, so that it reads alone.
    """

    model_config = ConfigDict(frozen=True)

    memory_id: str
    position: int
    span_start: int
    span_end: int
    text: str

    @property
    def id(self) -> str:
        """The key of the sentence's vector in a ChangeSet."""
        return sentence_id(self.memory_id, self.position)


class Revision(BaseModel):
    """One step in a memory's history. `reason` names the rule that fired; `record`, of a DELETE, is the memory that went."""

    model_config = ConfigDict(frozen=True)

    id: str
    memory_id: str
    scope: Scope
    event: Event
    old_text: str | None = None
    new_text: str | None = None
    actor_id: str | None = None
    reason: str = ""
    at: datetime
    record: MemoryRecord | None = None
