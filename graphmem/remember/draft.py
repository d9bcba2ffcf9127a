"""Cuts what came in into memories-to-be: one a message, or one a piece of a long text; of a procedure, one for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from graphmem.domain.embedding import text_of_memory
from graphmem.domain.episode import Episode, Message
from graphmem.domain.identity import new_id
from graphmem.domain.memory import MemoryRecord, MemoryType
from graphmem.domain.scope import Scope
from graphmem.domain.triple import NameSpan, Reading
from graphmem.ports.extractor import Passage
from graphmem.remember.counsel import NO_COUNSEL, Counsel
from graphmem.remember.pieces import pieces
from graphmem.remember.procedure import procedure_of, procedure_pieces

READ_ROLES = frozenset({"user", "assistant"})
"""Facts are read from what these say. A tool's output is remembered word for word; a system prompt is not a memory."""


@dataclass(frozen=True, slots=True)
class GivenTriple:
    """A triple that the caller gave: it needs no evidence in the text. An ontology may know the types of its ends, and that its
    predicate speaks of the past."""

    subject: str
    predicate: str
    object: str
    subject_type: str = "entity"
    object_type: str = "entity"
    past: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """One checked `add`. `is_text`: it was a plain string and not a conversation; `key`: under which it happens once; `defer`: it is
    read later. `procedure`: what a model wrote of the messages of a procedural one, in place of their own words."""

    scope: Scope
    messages: tuple[Message, ...]
    is_text: bool
    occurred_at: datetime | None = None
    expires_at: datetime | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    categories: tuple[str, ...] = ()
    memory_type: MemoryType | None = None
    infer: bool = True
    triples: tuple[GivenTriple, ...] | None = None
    prompt: str | None = None
    key: str | None = None
    defer: bool = False
    procedure: str | None = None

    @property
    def kind(self) -> MemoryType:
        """What kind of memory comes of it."""
        return self.memory_type or (MemoryType.SEMANTIC if self.is_text else MemoryType.EPISODIC)

    @property
    def utterances(self) -> tuple[Message, ...]:
        """What becomes a memory each, system prompts among it."""
        if self.kind is not MemoryType.PROCEDURAL:
            return self.messages
        said = procedure_of(self.messages)
        return (said if self.procedure is None else said.model_copy(update={"content": self.procedure}),)


@dataclass(slots=True)
class Draft:
    """A memory on its way in. `said_at`: when the caller says it was, if he does; `heading`: of the text that it is a piece of;
    `counsel`: what an adviser said of the statements of the write that it belongs to; `corrects_earlier`: it takes back what an
    earlier write said."""

    record: MemoryRecord
    item: int
    said_at: datetime | None
    passage: Passage | None
    reading: Reading = field(default_factory=Reading)
    heading: NameSpan | None = None
    continues: bool = False
    triples: tuple[GivenTriple, ...] | None = None
    counsel: Counsel = NO_COUNSEL
    corrects_earlier: bool = False

    @property
    def is_procedure(self) -> bool:
        """Whether it tells how a thing is done."""
        return self.record.memory_type is MemoryType.PROCEDURAL

    @property
    def to_embed(self) -> str:
        """The text whose vector stands for the memory."""
        return text_of_memory(self.record.text, self.record.actor_id, self.record.heading)

    def continue_from(self, before: Draft) -> None:
        """Take over the heading of the piece before this one, or what that piece is about."""
        self.heading = before.heading or before.reading.about
        if self.heading is not None:
            self.record = self.record.model_copy(update={"heading": self.heading.name})


def draft(intakes: Sequence[Intake], now: datetime, piece_length: int) -> tuple[list[Episode], list[Draft]]:
    """An episode for each intake and a draft for each memory in it."""
    episodes, drafts = [], []
    for item, intake in enumerate(intakes):
        episode = Episode(
            id=new_id("epi"),
            scope=intake.scope,
            messages=intake.messages,
            occurred_at=intake.occurred_at or now,
            recorded_at=now,
        )
        episodes.append(episode)
        drafts.extend(_drafts_of(intake, episode, item, now, piece_length))
    return episodes, drafts


def _drafts_of(intake: Intake, episode: Episode, item: int, now: datetime, piece_length: int) -> list[Draft]:
    drafts: list[Draft] = []
    cut = procedure_pieces if intake.kind is MemoryType.PROCEDURAL else pieces
    for message in intake.utterances:
        if message.role == "system":
            continue
        for number, text in enumerate(cut(message.content, piece_length)):
            record = MemoryRecord(
                id=new_id("mem"),
                scope=intake.scope,
                text=text,
                memory_type=intake.kind,
                role=message.role,
                actor_id=message.name,
                episode_id=episode.id,
                position=len(drafts),
                metadata=intake.metadata,
                categories=intake.categories,
                created_at=now,
                updated_at=now,
                valid_from=episode.occurred_at,
                expires_at=intake.expires_at,
            )
            to_read = intake.infer and not intake.defer and message.role in READ_ROLES
            passage = passage_of(record, intake) if to_read else None
            triples = (
                intake.triples
                if intake.triples is not None and not drafts
                else ()
                if intake.triples is not None
                else None
            )
            drafts.append(Draft(record, item, intake.occurred_at, passage, continues=number > 0, triples=triples))
    return drafts


def hand_on_headings(drafts: Sequence[Draft]) -> None:
    """Give the later pieces of a text its heading, once its first is read."""
    for before, one in pairwise(drafts):
        if one.continues:
            one.continue_from(before)


def passage_of(record: MemoryRecord, intake: Intake | None = None) -> Passage:
    """The memory as an extractor reads it: who speaks, to whom, when, and what the caller wishes of a reader."""
    scope, messages = record.scope, intake.messages if intake else ()
    person = {"user": scope.user_id or "user", "assistant": scope.agent_id or "assistant"}
    speaker = record.actor_id or person.get(record.role or "user")
    others = [
        m.name or person.get(m.role)
        for m in messages
        if (m.name or person.get(m.role)) != speaker and m.role in READ_ROLES
    ]
    listener = others[0] if others else person["assistant" if record.role != "assistant" else "user"]
    prompt = intake.prompt if intake else None
    return Passage(record.text, record.valid_from, record.role, speaker, listener, record.episode_id, prompt)
