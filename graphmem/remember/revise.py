"""Rewrites a memory's text: what the old words said goes, what the new ones say comes, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.domain.change import ChangeSet
from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.results import AddedMemory
from graphmem.domain.subgraph import Gathered
from graphmem.domain.triple import Reading
from graphmem.domain.vector import Vector
from graphmem.errors import Conflict
from graphmem.ports.extractor import Passage
from graphmem.remember.assemble import Plan, plan
from graphmem.remember.draft import READ_ROLES, Draft, passage_of
from graphmem.remember.pipeline import Remember


class Rewriting:
    """The rewriting of one memory, over as many attempts as it takes: words that were read and embedded are not again."""

    def __init__(self, remember: Remember) -> None:
        self._remember = remember
        self._readings: dict[Passage, Reading] = {}
        self._vectors: dict[str, Vector] = {}

    async def __call__(
        self, old: MemoryRecord, new: MemoryRecord, gathered: Gathered, basis: int, now: datetime
    ) -> AddedMemory:
        """Replace memory `old` by `new` (same id, other text) and read the new text.

        `gathered` is the memory with its facts, whatever their time, at version `basis` or later. A memory whose words were
        never read (`infer=False`, a tool's output) is not read now either; what had outdated the old words does not
        outdate the new ones. Raises Conflict when another writer came in between: the caller looks again and repeats.
        """
        remember = self._remember
        new = new.model_copy(update={"retired_at": None, "valid_to": None, "superseded_by": None})
        dated = old.valid_from if old.valid_from != old.created_at else None
        one = await self._read(new, dated, any(sentence.memory_id == old.id for sentence in gathered.sentences))
        known = await remember.known(new.scope, [one], now)
        if known.version != basis:
            raise Conflict(f"The memory {old.id!r} was looked up at version {basis}, and this is {known.version}.")
        facts = after_clearing(known.facts, lost_facts(old, gathered))
        known = replace(known, facts=facts, same_words=Gathered())
        planned = plan(new.scope.owner, [], [one], known, now)
        planned.changes = _as_revision(planned, old, now)
        planned.changes = await remember.finish(new.scope, planned, known, now)
        await remember.embed(planned.texts.values(), self._vectors)
        await remember.commit(planned.changes, planned.texts, self._vectors)
        return planned.results[0].model_copy(update={"event": "UPDATE", "reason": planned.changes.revisions[0].reason})

    async def _read(self, new: MemoryRecord, dated: datetime | None, was_read: bool) -> Draft:
        passage = passage_of(new) if was_read and new.role in READ_ROLES else None
        one = Draft(new, 0, dated, passage)
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


def after_clearing(facts: Sequence[Fact], lost: set[str]) -> list[Fact]:
    """The facts as they are once those in `lost` are gone: what these had superseded goes to their own successor, or is
    current again. The rule that `ChangeSet.cleared` promises, so that the decision is made on what will be there.
    """
    by_id = {fact.id: fact for fact in facts}
    kept = []
    for fact in facts:
        if fact.id in lost:
            continue
        heir = fact.superseded_by
        while heir in lost and heir in by_id:
            heir = by_id[heir].superseded_by
        if fact.superseded_by in lost and heir is None:
            fact = fact.model_copy(update={"retired_at": None, "valid_to": None, "superseded_by": None})
        kept.append(fact)
    return kept


def _as_revision(planned: Plan, old: MemoryRecord, now: datetime) -> ChangeSet:
    changes = planned.changes
    record = changes.memories[0]
    revision = Revision(
        id=new_id("rev"),
        memory_id=old.id,
        scope=old.scope,
        event="UPDATE",
        old_text=old.text,
        new_text=record.text,
        actor_id=record.actor_id,
        reason="rewritten by the caller",
        at=now,
    )
    return changes.model_copy(update={"cleared": (old.id,), "revisions": (revision,)})
