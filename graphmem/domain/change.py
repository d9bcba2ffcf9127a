"""A write as one value. A store's only write is to commit one of these, whole or not at all."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.ingest import Ingest
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.sameness import SameAs
from graphmem.domain.vector import Vector


class Retirement(BaseModel):
    """Close a fact or memory: no longer believed from `at`, no longer true in the world from `valid_to`."""

    model_config = ConfigDict(frozen=True)

    id: str
    at: datetime
    valid_to: datetime | None = None
    superseded_by: str | None = None


class Redating(BaseModel):
    """A fact turns out to hold, or to have held, at other times: all four are set as given. It may begin earlier than was
    known, be open again (neither end nor closer), or never have been so (retired without a `valid_to`)."""

    model_config = ConfigDict(frozen=True)

    id: str
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    retired_at: datetime | None = None
    superseded_by: str | None = None


class ChangeSet(BaseModel):
    """Everything that one write does to one owner's graph, applied in the order of the fields.

    * `basis`: the owner's version that the decisions were made on; the store refuses with Conflict when the owner's
      graph has changed since. None skips the check.
    * `removed`: memory ids to purge. Their sentences, mentions and supports go with them, then facts without any support;
      at the very end of the commit, when all that follows here is written, entities that nothing names and episodes without
      memories. A fact that a purged fact had superseded is superseded by that one's own successor, and ends where the
      purged one did if it had ended before; or it is current again (neither retired nor ended) if there is none; so is a
      memory that a purged memory or fact had superseded. Ids that the owner does not have are passed over.
    * `cleared`: memory ids whose sentences, mentions and supports are dropped (with the same cascade) because new
      ones follow in this ChangeSet; the memory itself stays.
    * `retired_facts`, `retired_memories`: rows that were there before are closed, never deleted; before anything is
      added, so that a statement may return after another took its place. What closes them may come in this ChangeSet.
    * `redated_facts`: facts that were there before get other times, after the retired ones and before anything is added.
      One that is open again must not say what another open fact says.
    * `episodes`, `entities`, `memories`, `sentences`, `facts`, `supports`, `mentions`: written; an entity that is there
      keeps its name and gains the aliases, a memory that is there is replaced, a sentence too, an episode, fact or
      revision that is there is left, and so is a support (of the same memory and fact) or a mention (of the same memory,
      entity and sentence).
    * `same`: what is said of two entities; written over what was said of them before, but for a candidate, which leaves what is
      there. Rows that name an entity belong, from then on, to the one that stands for it (`sameness.representatives` of all
      pairs of the owner that are ``same``), and remember the one that they name: `Fact.said`, `MemoryRecord.said`. It is
      that one which rows of a ChangeSet are about, whoever stands for it by now. What is said of an entity goes with it.
    * `reopened`: facts and memories that were closed are current again, after the retirements; a fact whose statement is
      current already is folded into that one.
    * Two facts of the same scope, subject, predicate, object, negation and modality are never current together: a fact
      that says what another current at its `recorded_at` says is not written, and its supports and what it supersedes
      go to that other one. `support_count` is what the store counts.
    * What a row refers to (a memory's episode and subject, a fact's ends, both ends of a support or mention) is in this
      ChangeSet or there already; otherwise Conflict is raised: it was deleted in between. A row of another owner raises
      InvalidScope.
    * `ingests`: written after the memories that they list. One that is there is replaced by a later `revision` and left by the
      same; Conflict is raised for an earlier one, for another change of the same, and for a key that another one of exactly
      its scope has: another writer came first. It goes with the last of its memories.
    * `vectors`: float32 [dimension], unit length, by memory id, entity id, fact id, and `Sentence.id`.
    """

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    owner: str
    basis: int | None = None
    removed: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    retired_facts: tuple[Retirement, ...] = ()
    retired_memories: tuple[Retirement, ...] = ()
    reopened: tuple[str, ...] = ()
    redated_facts: tuple[Redating, ...] = ()
    episodes: tuple[Episode, ...] = ()
    entities: tuple[Entity, ...] = ()
    memories: tuple[MemoryRecord, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    facts: tuple[Fact, ...] = ()
    supports: tuple[Support, ...] = ()
    mentions: tuple[Mention, ...] = ()
    same: tuple[SameAs, ...] = ()
    revisions: tuple[Revision, ...] = ()
    ingests: tuple[Ingest, ...] = ()
    vectors: dict[str, Vector] = Field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        parts = (self.removed, self.cleared, self.episodes, self.entities, self.memories, self.sentences, self.facts)
        more = (
            self.supports,
            self.mentions,
            self.retired_facts,
            self.retired_memories,
            self.revisions,
            self.redated_facts,
            self.ingests,
            self.reopened,
            self.same,
        )
        return not any((*parts, *more))

    def __str__(self) -> str:
        """A line for each change that matters to a reader: what comes with ``+``, what goes with ``-``, what is closed with ``~``."""
        lines = [f"- memory {one}" for one in self.removed]
        lines += [f"~ fact {one.id} is closed by {one.superseded_by}" for one in self.retired_facts]
        lines += [f"~ fact {one.id} gets other times" for one in self.redated_facts]
        lines += [f"~ memory {one.id} is outdated by {one.superseded_by}" for one in self.retired_memories]
        lines += [f"+ memory {one.id}: {one.text}" for one in self.memories]
        lines += [f"+ entity {one.name} ({one.type})" for one in self.entities]
        lines += [f"+ fact {one}" + (" (closed)" if one.retired_at else "") for one in self.facts]
        known = {one.id for one in self.facts}
        lines += [f"+ support for fact {one.fact_id}" for one in self.supports if one.fact_id not in known]
        return "\n".join(lines) or "nothing changes"


class Receipt(BaseModel):
    """What a commit did: rows written and removed by kind, and the owner's version after it."""

    model_config = ConfigDict(frozen=True)

    version: int
    written: dict[str, int] = Field(default_factory=dict)
    removed: dict[str, int] = Field(default_factory=dict)


class Portion(BaseModel):
    """A part of an owner's graph as the ChangeSet that makes it again elsewhere, and where to go on (None at the end).

    Committed in order to another store, the portions of an owner give the same graph there: rows come in the order in which
    they were written, and none before what it refers to. To commit one twice is the same as once.
    """

    model_config = ConfigDict(frozen=True)

    changes: ChangeSet
    following: str | None = None
