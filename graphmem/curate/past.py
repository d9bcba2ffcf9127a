"""What a memory said before, out of its history: which words to bring back, and the memory that they belong to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from graphmem.domain.episode import Episode, Message
from graphmem.domain.identity import new_id
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.errors import NotFound, quoted


class Earlier(NamedTuple):
    """Words that a memory had, and the revision that tells of them."""

    text: str
    revision: Revision


def earlier(revisions: Sequence[Revision], wanted: str | None, is_there: bool) -> Earlier:
    """The words as revision `wanted` left them, or took them away, if it is a DELETE. Without one: those before the last change
    of words; of a memory that is no longer there, its last ones. `revisions`: all of the memory, oldest first. Raises NotFound."""
    if wanted is not None:
        for one in revisions:
            text = one.new_text if one.new_text is not None else one.old_text
            if one.id == wanted and text is not None:
                return Earlier(text, one)
        raise NotFound(f"The history of {revisions[0].memory_id!r} has no revision {quoted(wanted)}: see history().")
    for one in reversed(revisions):
        changed = one.event == "DELETE" if not is_there else one.event == "UPDATE" and one.old_text != one.new_text
        if changed and one.old_text is not None:
            return Earlier(one.old_text, one)
    raise NotFound(f"The memory {revisions[0].memory_id!r} has had no other words: there is nothing to restore.")


def deleted_memory(revisions: Sequence[Revision]) -> MemoryRecord:
    """The memory that was deleted last, as it was. A history from before deletions kept the memory gives its words, speaker,
    scope and when it was first stored; the rest is as if it had come as a text then."""
    last = next(one for one in reversed(revisions) if one.event == "DELETE")
    if last.record is not None:
        return last.record
    first = revisions[0]
    return MemoryRecord(
        id=last.memory_id,
        scope=last.scope,
        text=last.old_text or "",
        role="user",
        actor_id=last.actor_id,
        episode_id=new_id("epi"),
        created_at=first.at,
        updated_at=last.at,
        valid_from=first.at,
    )


def episode_of(memory: MemoryRecord) -> Episode:
    """The episode of a memory as far as the memory itself tells, for the case that it went with it."""
    said = Message(role=memory.role or "assistant", content=memory.text, name=memory.actor_id)
    return Episode(
        id=memory.episode_id,
        scope=memory.scope,
        messages=(said,),
        occurred_at=memory.valid_from,
        recorded_at=memory.created_at,
    )
