"""The rows that a commit adds, as its statement takes them: all at once, or in parts where there are many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import NamedTuple

from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.values import Properties

BATCH = 500
"""Rows of a kind in one statement: more would keep the server's memory busy without going any faster."""


@dataclass(slots=True)
class AddParams:
    owner: str
    version: int
    moving: bool
    numbered: int
    more_memories: int = 0
    more_words: int = 0
    retired_facts: list[Properties] = field(default_factory=list)
    redated_facts: list[Properties] = field(default_factory=list)
    reclosed: list[str] = field(default_factory=list)
    retired_memories: list[Properties] = field(default_factory=list)
    episodes: list[Properties] = field(default_factory=list)
    entities: list[Properties] = field(default_factory=list)
    same: list[Properties] = field(default_factory=list)
    stood_for: list[Properties] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    memories: list[Properties] = field(default_factory=list)
    next: list[Properties] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    terms: list[Properties] = field(default_factory=list)
    sentences: list[Properties] = field(default_factory=list)
    facts: list[Properties] = field(default_factory=list)
    redirected: list[Properties] = field(default_factory=list)
    superseding: list[Properties] = field(default_factory=list)
    supports: list[Properties] = field(default_factory=list)
    mentions: list[Properties] = field(default_factory=list)
    revisions: list[Properties] = field(default_factory=list)
    recounted: list[str] = field(default_factory=list)

    def batches(self) -> Iterator[AddParams]:
        """The same in parts of at most so many rows, in the order in which they refer to each other."""
        head = (self.owner, self.version, self.moving, self.numbered)
        counted = AddParams(*head, self.more_memories, self.more_words)
        room = BATCH
        for one in fields(self)[6:]:
            rows = getattr(self, one.name)
            while rows:
                taken, rows = rows[:room], rows[room:]
                getattr(counted, one.name).extend(taken)
                room -= len(taken)
                if room == 0:
                    yield counted
                    counted, room = AddParams(*head), BATCH
        yield counted


class AddRow(NamedTuple):
    episodes: int
    memories: int
    sentences: int
    facts: int
    supports: int
    mentions: int
    revisions: int
    same: int


ADD = Query("write/add", AddParams, AddRow)
