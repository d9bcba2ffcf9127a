"""What a write means for the memories around it: some are outdated by it, some turn out to name its subject. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.change import ChangeSet, Retirement
from graphmem.domain.fact import Entity, Mention
from graphmem.domain.identity import new_id
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered


def retire_outdated(changes: ChangeSet, earlier: Gathered, now: datetime) -> ChangeSet:
    """Close the memories of a single sentence that said nothing but what this write closes.

    A longer memory stays current: it may say more than was read from it. `earlier` holds the memories that support the
    closed facts; those that this write itself adds are looked at too, since one `add` can tell a whole story. What closes
    a memory is the fact that closed its own: should that fact go, both are current again.
    """
    ended = {one.id: one for one in changes.retired_facts}
    ended |= {
        one.id: Retirement(id=one.id, at=now, valid_to=one.valid_to, superseded_by=one.superseded_by)
        for one in changes.redated_facts
        if one.retired_at is not None
    }
    ended |= {
        fact.id: Retirement(id=fact.id, at=now, valid_to=fact.valid_to, superseded_by=fact.superseded_by)
        for fact in changes.facts
        if fact.retired_at is not None
    }
    if not ended:
        return changes
    own = Gathered(
        memories={memory.id: memory for memory in changes.memories},
        facts={fact.id: fact for fact in changes.facts},
        sentences=changes.sentences,
        supports=changes.supports,
    )
    before = _outdated(earlier, ended, now, {s.memory_id for s in changes.supports})
    within = {one.id: one for one in _outdated(own, ended, now, set())}
    memories = tuple(_retired(memory, within.get(memory.id)) for memory in changes.memories)
    revisions = tuple(_outdating(earlier.memories[one.id], now) for one in before)
    return changes.model_copy(
        update={
            "memories": memories,
            "retired_memories": tuple(before),
            "revisions": (*changes.revisions, *revisions),
        }
    )


def _retired(memory: MemoryRecord, by: Retirement | None) -> MemoryRecord:
    if by is None:
        return memory
    return memory.model_copy(update={"retired_at": by.at, "valid_to": by.valid_to, "superseded_by": by.superseded_by})


def _outdating(memory: MemoryRecord, now: datetime) -> Revision:
    return Revision(
        id=new_id("rev"),
        memory_id=memory.id,
        scope=memory.scope,
        event="UPDATE",
        old_text=memory.text,
        new_text=memory.text,
        actor_id=memory.actor_id,
        reason="outdated: a newer statement closed what it says",
        at=now,
    )


def _outdated(
    gathered: Gathered, ended: dict[str, Retirement], now: datetime, spoken_again: set[str]
) -> list[Retirement]:
    outdated = []
    for memory in gathered.memories.values():
        if memory.retired_at is not None or memory.id in spoken_again:
            continue
        said = [support.fact_id for support in gathered.supports if support.memory_id == memory.id]
        closed = [ended[fact] for fact in said if fact in ended]
        standing = [f for f in said if f not in ended and f in gathered.facts and gathered.facts[f].retired_at is None]
        sentences = sum(sentence.memory_id == memory.id for sentence in gathered.sentences)
        if closed and not standing and sentences <= 1:
            last = closed[-1]
            outdated.append(Retirement(id=memory.id, at=now, valid_to=last.valid_to, superseded_by=last.superseded_by))
    return outdated


def late_mentions(subjects: Sequence[Entity], earlier: Gathered, scope: Scope) -> list[Mention]:
    """Where earlier memories already name entities that only now have a memory about them, written in `scope`. A short form of a
    name counts only where all who read it may read the name in full, too: not in what another agent was told."""
    found: dict[tuple[str, str, int], Mention] = {}
    for memory in earlier.memories.values():
        starts = sorted((s.span_start, s.position) for s in earlier.sentences if s.memory_id == memory.id)
        for entity in subjects:
            for name in (entity.name, *(entity.aliases if memory.scope.covers(scope) else ())):
                for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", memory.text):
                    place = max((position for start, position in starts if start <= match.start()), default=0)
                    mention = Mention(
                        memory_id=memory.id,
                        entity_id=entity.id,
                        sentence=place,
                        span_start=match.start(),
                        span_end=match.end(),
                    )
                    found.setdefault((memory.id, entity.id, place), mention)
    return list(found.values())
