"""Finds what was added before under the same key, so that an `add` that is sent twice happens once.

The key is looked for before anything is read, and again when another writer came in between; the commit refuses a key that is
taken, so that of two adds at the same time one is written and the other finds it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphmem.domain.change import ChangeSet
from graphmem.domain.identity import new_id, text_hash
from graphmem.domain.ingest import Ingest
from graphmem.domain.query import View
from graphmem.domain.results import AddedMemory, AddReceipt, AddResult
from graphmem.domain.subgraph import Gathered
from graphmem.errors import KeyReused
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.draft import READ_ROLES, Draft, Intake

AGAIN = "added before under the same key"
CONTENT = ("is_text", "occurred_at", "expires_at", "metadata", "categories", "memory_type", "infer")
"""Fields of an intake that are content as they stand, beside its messages and triples. A wish (`prompt`) is none, nor is when it
is read (`defer`)."""


def content_of(intake: Intake) -> str:
    """A digest of what is remembered: messages, their times, metadata, categories, type, triples, and whether they are read.
    What was left out is left out of it, so that a later field does not change the digests that are kept."""
    said: dict[str, Any] = {name: getattr(intake, name) for name in CONTENT}
    said["messages"] = [message.model_dump(exclude_none=True) for message in intake.messages]
    said["triples"] = intake.triples and [(one.subject, one.predicate, one.object) for one in intake.triples]
    given = {name: value for name, value in said.items() if value not in (None, {}, ())}
    return text_hash(json.dumps(given, sort_keys=True, default=str, ensure_ascii=False))


@dataclass(slots=True)
class Repeats:
    """Which intakes of one write repeat what was added before. `found`: by the intake's place, what its key led to; `twins`:
    by the place of one, that of an earlier one in the same write with its key."""

    store: GraphStore
    intakes: Sequence[Intake]
    found: dict[int, Ingest] = field(default_factory=dict)
    twins: dict[int, int] = field(default_factory=dict)

    async def look(self) -> bool:
        """Look for the keys; whether more are known than before. Asks nothing where no key was given.

        Raises KeyReused when a key led to another content."""
        before = len(self.found) + len(self.twins)
        keys = {one.key for one in self.intakes if one.key is not None}
        if not keys:
            return False
        by_key = {one.key: one for one in await self.store.keyed(self.intakes[0].scope, sorted(keys))}
        first: dict[str, int] = {}
        for place, one in enumerate(self.intakes):
            if one.key is None:
                continue
            if one.key in by_key:
                _check(one, by_key[one.key].content)
                self.found[place] = by_key[one.key]
            elif one.key in first:
                _check(one, content_of(self.intakes[first[one.key]]))
                self.twins[place] = first[one.key]
            else:
                first[one.key] = place
        self.twins = {place: twin for place, twin in self.twins.items() if place not in self.found}
        return len(self.found) + len(self.twins) > before

    def is_new(self, place: int) -> bool:
        """Whether the intake there repeats nothing, as far as is known."""
        return place not in self.found and place not in self.twins

    @property
    def leave_some(self) -> bool:
        """Whether an intake is new."""
        return any(self.is_new(place) for place in range(len(self.intakes)))

    def without(self, drafts: Sequence[Draft]) -> list[Draft]:
        """The drafts of what is new."""
        return [one for one in drafts if self.is_new(one.item)]

    async def results(self, now: datetime, seconds: dict[str, float]) -> dict[int, AddResult]:
        """What the first adds led to, as it is now: what was deleted since, or has expired, is left out."""
        if not self.found:
            return {}
        scope = self.intakes[0].scope
        ids = sorted({memory for one in self.found.values() for memory in one.memory_ids})
        there = await self.store.fetch(scope, ids, View(now=now, include_retired=True))
        version = await self.store.version(scope.owner)
        return {place: _repeated(one, there, version, seconds) for place, one in self.found.items()}


def _check(intake: Intake, content: str) -> None:
    if content_of(intake) != content:
        raise KeyReused(
            f"idempotency_key={intake.key!r} was given before with another content: send what was sent then, or give a "
            "new key to what is new."
        )


def _repeated(one: Ingest, there: Gathered, version: int, seconds: dict[str, float]) -> AddResult:
    said = {(support.memory_id, support.fact_id) for support in there.supports}
    results = tuple(
        AddedMemory(
            id=memory.id,
            memory=memory.text,
            event="NOOP",
            facts=tuple(fact for id_, fact in sorted(there.facts.items()) if (memory.id, id_) in said),
            reason=AGAIN,
        )
        for memory in (there.memories[id_] for id_ in one.memory_ids if id_ in there.memories)
    )
    receipt = AddReceipt(
        episode_ids=() if one.episode_id is None else (one.episode_id,),
        version=version,
        seconds=seconds,
        ingest_id=one.id,
        state=one.state,
        repeated=True,
    )
    return AddResult(results=results, receipt=receipt)


def repeated_here(first: AddResult) -> AddResult:
    """The result of an intake whose key an earlier one of the same write has."""
    results = tuple(one.model_copy(update={"event": "NOOP", "superseded": (), "reason": AGAIN}) for one in first)
    receipt = first.receipt.model_copy(update={"repeated": True, "written": {}})
    return AddResult(results=results, receipt=receipt)


def following(
    intakes: Sequence[Intake],
    drafts: Sequence[Draft],
    results: Sequence[AddedMemory],
    changes: ChangeSet,
    now: datetime,
) -> dict[int, Ingest]:
    """What a write is to leave behind of the intakes that have a key or are put off, by their place. `results`: of each draft."""
    written = {episode.id for episode in changes.episodes}
    made: dict[int, Ingest] = {}
    for one, result in zip(drafts, results, strict=True):
        intake = intakes[one.item]
        if intake.key is None and not intake.defer:
            continue
        episode = one.record.episode_id if one.record.episode_id in written else None
        fresh = Ingest(
            id=new_id("ing"),
            scope=intake.scope,
            key=intake.key,
            content=content_of(intake),
            episode_id=episode,
            said_at=intake.occurred_at if intake.defer else None,
            prompt=intake.prompt if intake.defer else None,
            added_at=now,
            updated_at=now,
        )
        ingest = made.setdefault(one.item, fresh)
        listed: dict[str, Any] = {"memory_ids": (*ingest.memory_ids, result.id)}
        if intake.defer and result.event != "NOOP" and one.record.role in READ_ROLES:
            listed |= {"unread": (*ingest.unread, result.id), "state": "pending", "due_at": now}
        made[one.item] = ingest.model_copy(update=listed)
    return made
