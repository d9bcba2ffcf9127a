"""Entities, facts between them, and the spans of text that vouch for both."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

from graphmem.domain.scope import Scope

Modality: TypeAlias = Literal["asserted", "possible", "intended", "reported", "conditional"]

MANNERS: dict[Modality, str] = {
    "asserted": "",
    "possible": "possibly ",
    "intended": "intends to ",
    "reported": "reportedly ",
    "conditional": "conditionally ",
}
"""How a fact that is not simply asserted is written down, so that "might move" does not read as a move."""

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of what has none."""
VALUE_TYPE = "value"
"""The type of literal objects (dates, numbers, adjectives): recall does not walk through them."""


class Entity(BaseModel):
    """Something that facts are about. Unique per (owner, key); `name` is how it was first written.

    `same_as` is the entity that stands for it since the two were joined. The one that stands for others has their names
    among its `aliases`, but where a write asks for it.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    owner: str
    key: str
    name: str
    type: str = "entity"
    aliases: tuple[str, ...] = ()
    same_as: str | None = None

    @property
    def stands(self) -> str:
        """The id of the entity that stands for it: its own, unless it was joined to another."""
        return self.same_as or self.id


class Fact(BaseModel):
    """A subject–predicate–object statement that memories support.

    `text` is a whole readable sentence with the subject named; it is what the fact's vector embeds. A negated fact is
    kept as negated, never as its opposite. `valid_from`/`valid_to`: when it was true in the world;
    `recorded_at`/`retired_at`: when it was believed; `superseded_by`: the fact that closed it.
    `subject_as`, `object_as`: the entity that its words name, where another stands for it by now.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    scope: Scope
    subject_id: str
    subject: str
    predicate: str
    object_id: str
    object: str
    text: str
    negated: bool = False
    modality: Modality = "asserted"
    confidence: float = 1.0
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    recorded_at: datetime
    retired_at: datetime | None = None
    superseded_by: str | None = None
    support_count: int = 0
    subject_as: str | None = None
    object_as: str | None = None

    @property
    def said(self) -> tuple[str, str]:
        """The ids of the entities that its words name, subject and object, whoever stands for them."""
        return self.subject_as or self.subject_id, self.object_as or self.object_id

    def __str__(self) -> str:
        words = f"{MANNERS[self.modality]}{'not ' if self.negated else ''}{self.predicate.replace('_', ' ')}"
        return f"{self.subject} — {words} → {self.object}"


class Support(BaseModel):
    """Memory `memory_id` says fact `fact_id` in its characters `span_start:span_end`.

    `since`, `until`: from when and until when it says so; `since` is when it was said where its words give no beginning, `until`
    None where they give no end. Both are None for what was stored before they were kept.
    """

    model_config = ConfigDict(frozen=True)

    memory_id: str
    fact_id: str
    sentence: int
    span_start: int
    span_end: int
    since: datetime | None = None
    until: datetime | None = None


class Mention(BaseModel):
    """Memory `memory_id` names entity `entity_id` in its characters `span_start:span_end`, in its sentence number `sentence`."""

    model_config = ConfigDict(frozen=True)

    memory_id: str
    entity_id: str
    sentence: int
    span_start: int
    span_end: int
