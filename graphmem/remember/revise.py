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
from graphmem.domain.vector import Vector
from graphmem.remember.assemble import Plan, plan
from graphmem.remember.draft import READ_ROLES, Draft, passage_of
from graphmem.remember.pipeline import Remember


async def revise(
    remember: Remember, old: MemoryRecord, new: MemoryRecord, gathered: Gathered, now: datetime
) -> AddedMemory:
    """Replace memory `old` by `new` (same id, other text) and read the new text.

    `gathered` is the memory with its facts, whatever their time. A memory whose words were never read (`infer=False`, a
    tool's output) is not read now either; what had outdated the old words does not outdate the new ones. Raises
    Conflict when another writer came in between: the caller looks again and repeats.
    """
    new = new.model_copy(update={"retired_at": None, "valid_to": None, "superseded_by": None})
    dated = old.valid_from if old.valid_from != old.created_at else None
    was_read = new.role in READ_ROLES and any(sentence.memory_id == old.id for sentence in gathered.sentences)
    one = Draft(new, 0, dated, passage_of(new) if was_read else None)
    await remember.read([one])
    known = await remember.known(new.scope, [one], now)
    facts = after_clearing(known.facts, lost_facts(old, gathered))
    known = replace(known, facts=facts, same_words=Gathered())
    planned = plan(new.scope.owner, [], [one], known, now)
    planned.changes = _as_revision(planned, old, now)
    planned.changes = await remember.finish(new.scope, planned, known, now)
    vectors: dict[str, Vector] = {}
    await remember.embed(planned.texts.values(), vectors)
    await remember.commit(planned.changes, planned.texts, vectors)
    return planned.results[0].model_copy(update={"event": "UPDATE", "reason": planned.changes.revisions[0].reason})


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
