"""Small graphs for tests, written down in a few words."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from graphmem.domain.change import ChangeSet
from graphmem.domain.episode import Episode, Message
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Vector

DIMENSION = 8
NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
"""When everything in these graphs happens, unless said otherwise."""


def later(**by: float) -> datetime:
    """NOW and so many days, hours, minutes … more (the arguments of timedelta)."""
    return NOW + timedelta(**by)


def direction(*weights: float, dimension: int = DIMENSION) -> Vector:
    """The unit vector along these weights, the rest zero."""
    vector = np.zeros(dimension, dtype=np.float64)
    vector[: len(weights)] = weights
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def vector_of(text: str, dimension: int = DIMENSION) -> Vector:
    """A unit vector that is the same for the same text, and nothing like any other's."""
    seed = int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")
    vector = np.random.default_rng(seed).normal(size=dimension)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


class GraphBuilder:
    """Collects rows of one scope; `changes` gives them as a ChangeSet. Every row gets a vector made from its text.

    Entities are written as names: the builder makes each when it is first named.
    """

    def __init__(self, scope: Scope, *, episode: str = "epi_1", dimension: int = DIMENSION) -> None:
        self.scope = scope
        self.dimension = dimension
        self._episode = episode
        self.episodes: dict[str, Episode] = {}
        self.entities: dict[str, Entity] = {}
        self.memories: dict[str, MemoryRecord] = {}
        self.sentences: list[Sentence] = []
        self.facts: dict[str, Fact] = {}
        self.supports: list[Support] = []
        self.mentions: list[Mention] = []
        self.revisions: list[Revision] = []
        self.vectors: dict[str, Vector] = {}

    def entity(self, name: str, kind: str = "entity", aliases: Sequence[str] = (), vector: Vector | None = None) -> str:
        """The id of the entity of this name, made if it is new here."""
        key = entity_key(name)
        id_ = entity_id(self.scope.owner, key)
        if id_ not in self.entities:
            self.entities[id_] = Entity(
                id=id_, owner=self.scope.owner, key=key, name=name, type=kind, aliases=tuple(aliases)
            )
            self.vectors[id_] = vector_of(name, self.dimension) if vector is None else vector
        return id_

    def memory(
        self,
        id_: str,
        text: str = "",
        *,
        about: str | None = None,
        names: Sequence[str] = (),
        vector: Vector | None = None,
        **fields: Any,
    ) -> MemoryRecord:
        """A memory of one sentence, about one entity and naming others."""
        text = text or f"Text of {id_}."
        episode = fields.setdefault("episode_id", self._episode)
        self.episode(episode)
        defaults = {"position": len(self.memories), "created_at": NOW, "updated_at": NOW, "valid_from": NOW}
        record = MemoryRecord(
            id=id_,
            scope=self.scope,
            text=text,
            about_id=self.entity(about) if about else None,
            **{**defaults, **fields},
        )
        self.memories[id_] = record
        self.vectors[id_] = vector_of(text, self.dimension) if vector is None else vector
        self.sentence(id_, 0, text)
        for name in names:
            self.mention(id_, name)
        return record

    def episode(self, id_: str) -> Episode:
        """The episode, made if it is new here."""
        made = Episode(id=id_, scope=self.scope, messages=(Message(content="…"),), occurred_at=NOW, recorded_at=NOW)
        return self.episodes.setdefault(id_, made)

    def sentence(self, memory: str, position: int, text: str, vector: Vector | None = None) -> None:
        """A sentence of a memory."""
        one = Sentence(memory_id=memory, position=position, span_start=0, span_end=len(text), text=text)
        self.sentences.append(one)
        self.vectors[one.id] = vector_of(text, self.dimension) if vector is None else vector

    def mention(self, memory: str, name: str, sentence: int = 0) -> None:
        """Let a memory name an entity."""
        self.mentions.append(
            Mention(memory_id=memory, entity_id=self.entity(name), sentence=sentence, span_start=0, span_end=len(name))
        )

    def fact(
        self,
        id_: str,
        subject: str,
        predicate: str,
        object_: str,
        *,
        by: Sequence[str] = (),
        vector: Vector | None = None,
        **fields: Any,
    ) -> Fact:
        """A fact between two entities, supported by memories."""
        text = f"{subject} {predicate} {object_}."
        fact = Fact(
            id=id_,
            scope=self.scope,
            subject_id=self.entity(subject),
            subject=subject,
            predicate=predicate,
            object_id=self.entity(object_),
            object=object_,
            **{"text": text, "recorded_at": NOW, **fields},
        )
        self.facts[id_] = fact
        self.vectors[id_] = vector_of(text, self.dimension) if vector is None else vector
        for memory in by:
            self.support(memory, id_)
        return fact

    def support(self, memory: str, fact: str, **times: datetime | None) -> None:
        """Let a memory support a fact, `since` and `until` when it may say."""
        ends = {"memory_id": memory, "fact_id": fact}
        self.supports.append(Support.model_validate({**ends, "sentence": 0, "span_start": 0, "span_end": 4, **times}))

    def revision(self, id_: str, memory: str, **fields: Any) -> Revision:
        """A step of a memory's history."""
        values = {"event": "ADD", "at": NOW, **fields}
        revision = Revision(id=id_, memory_id=memory, scope=self.scope, **values)
        self.revisions.append(revision)
        return revision

    def changes(self, **more: Any) -> ChangeSet:
        """All that was collected, in one ChangeSet. `more`: its other fields."""
        rows: dict[str, Any] = {
            "episodes": tuple(self.episodes.values()),
            "entities": tuple(self.entities.values()),
            "memories": tuple(self.memories.values()),
            "sentences": tuple(self.sentences),
            "facts": tuple(self.facts.values()),
            "supports": tuple(self.supports),
            "mentions": tuple(self.mentions),
            "revisions": tuple(self.revisions),
            "vectors": self.vectors,
        }
        return ChangeSet(owner=self.scope.owner, **{**rows, **more})
