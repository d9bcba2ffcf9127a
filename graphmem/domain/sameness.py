"""Which entities are one thing: what was proposed, what was decided, and whose name stands for those that are joined.

Nothing is rewritten when two entities are joined. A row keeps the entity that was named (`said`) beside the one that stands
for it, and the second follows from the pairs that are decided: take a pair away, and every row says again what it said before.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict

SameStatus: TypeAlias = Literal["candidate", "same", "apart"]


class SameAs(BaseModel):
    """That entity `source_id` may be, is or is not the same thing as entity `target_id`; one for each two entities.

    `status`: a ``candidate`` waits for somebody to look at it, ``same`` joins the two (the target's name stands for both
    as long as nothing else stands for the target), ``apart`` keeps them apart. `score`, 0 to 1: how much speaks for it;
    `reason`: what. `decided_by` is who decided, None where a rule did.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    owner: str
    source_id: str
    target_id: str
    status: SameStatus = "candidate"
    score: float = 0.0
    reason: str = ""
    decided_by: str | None = None
    decided_at: datetime


def same_id(one: str, other: str) -> str:
    """The id of what is said of these two entities, whichever comes first; the same for every writer."""
    digest = hashlib.blake2b("\x00".join(sorted((one, other))).encode(), digest_size=16).digest()
    return f"same_{base64.b32hexencode(digest).decode().rstrip('=').lower()}"


def representatives(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By entity, who stands for all that (source, target) pairs join it with: the first by id of those that are no pair's
    source, or of all where each is one. Only entities of the pairs come back."""
    pairs = list(pairs)
    leader = {one: one for pair in pairs for one in pair}

    def found(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for source, target in pairs:
        leader[found(source)] = found(target)
    sources = {source for source, _ in pairs}
    first: dict[str, tuple[bool, str]] = {}
    for one in leader:
        rank = (one in sources, one)
        first[found(one)] = min(rank, first.get(found(one), rank))
    return {one: first[found(one)][1] for one in leader}
