"""Makes one memory of what an agent did: the messages of a trajectory, or a text that tells how to do a thing. Pure.

Nobody's life is in it. What a step says ("I live in Oslo" in a test run, what a tool printed) is no statement of the user's, so a
procedure names entities and states no facts, unless the caller gives them.
"""

from __future__ import annotations

from collections.abc import Sequence

from graphmem.domain.episode import Message
from graphmem.domain.procedure import blocks, numbered
from graphmem.domain.triple import Reading
from graphmem.remember.pieces import pieces


def procedure_of(messages: Sequence[Message]) -> Message:
    """One message that holds them all: a single one as it is; of several each is a step, word for word, with who speaks.

    Tools are heard too; a system prompt is not part of what was done. The steps can be had back with `domain.procedure`.
    """
    said = [message for message in messages if message.role != "system"]
    if len(said) == 1:
        return said[0]
    names = {message.name for message in said}
    steps = [f"{message.name or message.role}: {message.content.strip()}" for message in said]
    return Message(role="assistant", content=numbered(steps), name=names.pop() if len(names) == 1 else None)


def procedure_pieces(text: str, limit: int) -> list[str]:
    """A procedure in consecutive pieces of at most `limit` characters, cut between steps, within one only if it is longer."""
    grouped: list[str] = []
    joinable = False
    for block in blocks(text.strip()):
        if len(block) > limit:
            grouped += pieces(block, limit)
            joinable = False
        elif joinable and len(grouped[-1]) + 1 + len(block) <= limit:
            grouped[-1] += "\n" + block
        else:
            grouped.append(block)
            joinable = True
    return grouped


def without_statements(reading: Reading) -> Reading:
    """What a procedure keeps of a reading: its sentences and the names in them."""
    return reading.model_copy(update={"triples": (), "about": None})
