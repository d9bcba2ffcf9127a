"""Who is meant by a plain name that several bear: the one who is always called so, where the others never are. Pure.

Most people have one Anna, and mention another now and then by what she is. Where a plain name would be nobody's, the memories
that hold it are asked for, which is rare; without so clear a custom it stays nobody's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from graphmem.domain.identity import entity_key
from graphmem.domain.query import Inquiry
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.remember.telling import is_introduced

OFTEN = 3
"""In so many memories somebody has to be called by a plain name, and nobody else in any, to be who it means."""
MOST_MEMORIES = 60


def asking(scope: Scope, names: Iterable[str], now: datetime) -> Inquiry:
    """The question for the memories that hold these names."""
    return Inquiry(scope=scope, now=now, phrases=tuple(sorted(names)), late=MOST_MEMORIES)


def foremost(scope: Scope, bearers: Mapping[str, Iterable[str]], holders: Gathered) -> dict[str, str]:
    """By key, the id of the one of its `bearers` whom the plain name means, where there is one. Counted are memories that the scope
    sees and in which no words beside the name say whose it is."""
    plain: dict[tuple[str, str], set[str]] = {}
    for one in holders.mentions:
        memory = holders.memories.get(one.memory_id)
        if memory is not None and scope.covers(memory.scope):
            key = entity_key(memory.text[one.span_start : one.span_end])
            if not is_introduced(memory.text, one.span_start, one.span_end):
                plain.setdefault((key, one.entity_id), set()).add(memory.id)
    found: dict[str, str] = {}
    for key, ids in bearers.items():
        called = {id_: len(plain.get((key, id_), ())) for id_ in ids}
        often = [id_ for id_, count in called.items() if count]
        if len(often) == 1 and called[often[0]] >= OFTEN:
            found[key] = often[0]
    return found
