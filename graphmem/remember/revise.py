"""Rewrites a memory's text: what the old words said goes, what the new ones say comes, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.change import ChangeSet
from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.results import AddedMemory
from graphmem.domain.subgraph import Gathered
from graphmem.domain.vector import Vector
from graphmem.remember.assemble import Known, Plan, plan
from graphmem.remember.draft import Draft, passage_of
from graphmem.remember.pipeline import Remember


async def revise(
    remember: Remember, old: MemoryRecord, new: MemoryRecord, gathered: Gathered, now: datetime
) -> AddedMemory:
    """Replace memory `old` by `new` (same id, other text) and read the new text.

    `gathered` is the memory with its facts, whatever their time. Raises Conflict when another writer came in between:
    the caller looks again and repeats.
    """
    one = Draft(new, 0, None, passage_of(new))
    await remember.read([one])
    known = await remember.known(new.scope, [one], now, include_retired=True)
    known = Known(known.version, known.entities, after_clearing(known.facts, lost_facts(old, gathered), now))
    planned = plan(new.scope.owner, [], [one], known, now)
    planned.changes = _as_revision(planned, old, now)
    planned.changes = await remember.finish(new.scope, planned, now)
    vectors: dict[str, Vector] = {}
    await remember.embed(planned.texts.values(), vectors)
    await remember.commit(planned.changes, planned.texts, vectors)
    return planned.results[0].model_copy(update={"event": "UPDATE", "reason": planned.changes.revisions[0].reason})


def lost_facts(old: MemoryRecord, gathered: Gathered) -> set[str]:
    """The facts that only this memory supports: they go when its words go."""
    said = {support.fact_id for support in gathered.supports if support.memory_id == old.id}
    return {fact.id for fact in gathered.facts.values() if fact.id in said and fact.support_count <= 1}


def after_clearing(facts: Sequence[Fact], lost: set[str], now: datetime) -> list[Fact]:
    """The facts current once those in `lost` are gone: what these had superseded is current again.

    The same rule that `ChangeSet.cleared` promises, so that the decision is made on what will be there.
    """
    current = []
    for fact in facts:
        if fact.id in lost:
            continue
        if fact.superseded_by in lost:
            fact = fact.model_copy(update={"retired_at": None, "valid_to": None, "superseded_by": None})
        if fact.retired_at is None and (fact.valid_to is None or fact.valid_to > now):
            current.append(fact)
    return current


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
