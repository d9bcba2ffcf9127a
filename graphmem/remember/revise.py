"""Rewrites a memory's text, or writes one that was deleted again: what the old words said goes, what the new ones say comes,
in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.domain.episode import Episode
from graphmem.domain.fact import Fact
from graphmem.domain.heirs import Closing, heir
from graphmem.domain.identity import new_id
from graphmem.domain.memory import Event, MemoryRecord, Revision
from graphmem.domain.results import AddedMemory
from graphmem.domain.subgraph import Gathered
from graphmem.domain.triple import Reading
from graphmem.domain.vector import Vector
from graphmem.errors import Conflict
from graphmem.ports.extractor import Passage
from graphmem.remember.assemble import Known, Plan, plan
from graphmem.remember.draft import READ_ROLES, Draft, passage_of
from graphmem.remember.pipeline import Remember

REWRITTEN = "rewritten by the caller"


class Rewriting:
    """The rewriting of one memory, over as many attempts as it takes: words that were read and embedded are not again."""

    def __init__(self, remember: Remember) -> None:
        self._remember = remember
        self._readings: dict[Passage, Reading] = {}
        self._vectors: dict[str, Vector] = {}

    async def __call__(
        self,
        old: MemoryRecord,
        new: MemoryRecord,
        gathered: Gathered,
        basis: int,
        now: datetime,
        *,
        reason: str = REWRITTEN,
        dated: datetime | None = None,
    ) -> AddedMemory:
        """Replace memory `old` by `new` (same id, other text) and read the new text.

        `gathered` is the memory with its facts, whatever their time, at version `basis` or later. A memory whose words were
        never read (`infer=False`, a tool's output) is not read now either; what had outdated the old words does not
        outdate the new ones. `dated`: since when the new words hold, if not since now or when the memory was said to be. Raises
        Conflict when another writer came in between: the caller looks again and repeats.
        """
        new = new.model_copy(update={"retired_at": None, "valid_to": None, "superseded_by": None})
        one = await self._read(
            new, dated or said_at(old), any(sentence.memory_id == old.id for sentence in gathered.sentences)
        )
        known = await self._known(one, basis, now)
        left = after_clearing(known.facts, lost_facts(old, gathered), gathered.facts)
        known = replace(known, facts=left, cleared=frozenset({old.id}))
        planned = plan(new.scope.owner, [], [one], known, now, self._remember.relations)
        step = _revision(planned.changes.memories[0], "UPDATE", now, reason, old.text)
        planned.changes = planned.changes.model_copy(update={"cleared": (old.id,), "revisions": (step,)})
        return await self._write(planned, known, now)

    async def again(
        self, gone: MemoryRecord, episode: Episode, infer: bool, basis: int, now: datetime, reason: str
    ) -> AddedMemory:
        """Write a memory that is no longer there under the id that it had, and with `infer` read it: what it says finds its
        place by when it was said, so that it outdates nothing newer.

        `episode`: what it came in with, which is written should it be gone too. Raises Conflict as the rewriting does.
        """
        ended = {"retired_at": None, "valid_to": None, "superseded_by": None, "about_id": None, "about_as": None}
        one = await self._read(gone.model_copy(update=ended), gone.valid_from, infer)
        known = await self._known(one, basis, now)
        planned = plan(gone.scope.owner, [episode], [one], known, now, self._remember.relations)
        step = _revision(planned.changes.memories[0], "ADD", now, reason, None)
        planned.changes = planned.changes.model_copy(update={"revisions": (step,)})
        return await self._write(planned, known, now)

    async def _known(self, one: Draft, basis: int, now: datetime) -> Known:
        """What deciding takes; memories of the same words are no matter here."""
        known = await self._remember.known(one.record.scope, [one], now)
        if known.version != basis:
            raise Conflict(f"{one.record.id!r} was looked up at version {basis}, and this is {known.version}.")
        return replace(known, same_words=Gathered())

    async def _write(self, planned: Plan, known: Known, now: datetime) -> AddedMemory:
        remember, step = self._remember, planned.changes.revisions[0]
        planned.changes = await remember.finish(step.scope, planned, known, now)
        await remember.embed(planned.texts.values(), self._vectors)
        await remember.commit(planned.changes, planned.texts, self._vectors)
        return planned.results[0].model_copy(update={"event": step.event, "reason": step.reason})

    async def _read(self, new: MemoryRecord, dated: datetime | None, was_read: bool) -> Draft:
        passage = passage_of(new) if was_read and new.role in READ_ROLES else None
        one = Draft(new, 0, dated, passage, was_about=new.about_id)
        if passage is None:
            return one
        if passage in self._readings:
            one.reading = self._readings[passage]
        else:
            await self._remember.read([one], again=True)
            self._readings[passage] = one.reading
        return one


def lost_facts(old: MemoryRecord, gathered: Gathered) -> set[str]:
    """The facts that only this memory supports: they go when its words go."""
    said = {support.fact_id for support in gathered.supports if support.memory_id == old.id}
    return {fact.id for fact in gathered.facts.values() if fact.id in said and fact.support_count <= 1}


def after_clearing(facts: Sequence[Fact], lost: set[str], said: Mapping[str, Fact]) -> list[Fact]:
    """The facts as they are once those in `lost` are gone: what these had superseded goes to their own successor, or is
    current again. The rule that `ChangeSet.cleared` promises, so that the decision is made on what will be there. `said`: what
    the memory said, which holds all that is lost.
    """
    by_id = {**said, **{fact.id: fact for fact in facts}}
    gone = {id_: Closing(by_id[id_].superseded_by, by_id[id_].valid_to) for id_ in lost if id_ in by_id}
    kept = []
    for fact in facts:
        if fact.id in lost:
            continue
        if fact.superseded_by in gone:
            fact = fact.model_copy(update=_handed_on(fact, heir(fact.superseded_by, gone)))
        kept.append(fact)
    return kept


def _handed_on(fact: Fact, closing: Closing) -> dict[str, object]:
    """What changes of a fact that had ended and is closed by another from now on, or by none."""
    if closing.by is None:
        return {"retired_at": None, "valid_to": None, "superseded_by": None}
    began = fact.valid_to or fact.valid_from or fact.recorded_at
    times = {"valid_to": closing.at} if closing.at is not None and closing.at > began else {}
    return {"superseded_by": closing.by, **times}


def said_at(memory: MemoryRecord) -> datetime | None:
    """When the caller said that it was, if he did."""
    return memory.valid_from if memory.valid_from != memory.created_at else None


def _revision(record: MemoryRecord, event: Event, now: datetime, reason: str, old_text: str | None) -> Revision:
    return Revision(
        id=new_id("rev"),
        memory_id=record.id,
        scope=record.scope,
        event=event,
        old_text=old_text,
        new_text=record.text,
        actor_id=record.actor_id,
        reason=reason,
        at=now,
    )
