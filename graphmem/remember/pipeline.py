"""Runs a write: read, resolve, reconcile, embed, commit. The only place here that waits for the outside."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from graphmem.domain.change import ChangeSet, Receipt
from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.names import is_proper
from graphmem.domain.query import Selection, TextProbe, View
from graphmem.domain.results import AddedMemory, AddReceipt, AddResult
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered
from graphmem.domain.vector import Vector
from graphmem.errors import Conflict
from graphmem.ports.clock import Clock
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Extractor
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.aftermath import late_mentions, retire_outdated
from graphmem.remember.assemble import Known, Plan, canonical_predicate, plan
from graphmem.remember.draft import Draft, Intake, draft
from graphmem.remember.reconcile import predicates_to_ask
from graphmem.remember.resolve import full_title, keys_in

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = 5_000
LATE_LINKS = 60
"""At most so many earlier memories are searched for the name of a new subject."""


def owner_scope(scope: Scope) -> Scope:
    """The widest scope of the same owner: facts are reconciled across a user's runs."""
    if scope.user_id is not None:
        return Scope(user_id=scope.user_id)
    return Scope(agent_id=scope.agent_id) if scope.agent_id is not None else Scope(run_id=scope.run_id)


@dataclass(slots=True)
class Stopwatch:
    """Wall time by stage, in seconds."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


class Remember:
    """The way in, over one store, embedder and extractor."""

    def __init__(
        self,
        store: GraphStore,
        embedder: Embedder,
        extractor: Extractor,
        clock: Clock,
        *,
        piece_length: int,
        patience: float,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._extractor = extractor
        self._clock = clock
        self._piece_length = piece_length
        self._patience = patience
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, intakes: Sequence[Intake]) -> list[AddResult]:
        """Remember checked intakes of one scope in one transaction; a result for each.

        Raises Conflict when other writers of the same owner were faster for longer than the busy timeout, and what
        the store, embedder and extractor raise; nothing is written then.
        """
        watch = Stopwatch()
        now = self._clock.now()
        episodes, drafts = draft(intakes, now, self._piece_length)
        with watch.stage("extract"):
            await self.read(drafts)
        vectors: dict[str, Vector] = {}
        scope = intakes[0].scope
        with watch.stage("embed"):
            texts = {one.to_embed for one in drafts} | {s.text for one in drafts for s in one.reading.sentences}
            await self.embed(texts, vectors)
        done, receipt = await self._settle(scope, episodes, drafts, vectors, now, watch)
        return _results(intakes, drafts, done, receipt, watch.seconds)

    async def read(self, drafts: Sequence[Draft]) -> None:
        """Run the extractor over the drafts that are to be read, and hand a text's heading on to its later pieces."""
        to_read = [one for one in drafts if one.passage]
        if to_read:
            passages = [one.passage for one in to_read if one.passage]
            for one, reading in zip(to_read, await asyncio.to_thread(self._extractor.read, passages), strict=True):
                one.reading = reading.model_copy(update={"about": full_title(reading.about, one.record.text)})
        for before, one in pairwise(drafts):
            if one.continues:
                one.heading = before.heading or before.reading.about

    async def embed(self, texts: Iterable[str], vectors: dict[str, Vector]) -> None:
        """Add the vectors of those texts that are not in `vectors` yet, keyed by text."""
        missing = sorted(set(texts) - vectors.keys())
        if missing:
            rows = await asyncio.to_thread(self._embedder.embed, missing)
            vectors.update(zip(missing, rows, strict=True))

    async def _settle(
        self,
        scope: Scope,
        episodes: Sequence[Episode],
        drafts: Sequence[Draft],
        vectors: dict[str, Vector],
        now: datetime,
        watch: Stopwatch,
    ) -> tuple[Plan, Receipt]:
        """Decide and commit; decide again on what is there now when another writer came in between."""
        turn = self._turns.setdefault(scope.owner, asyncio.Lock())
        deadline = time.monotonic() + self._patience
        async with turn:
            while True:
                with watch.stage("resolve"):
                    known = await self.known(scope, drafts, now)
                    planned = plan(scope.owner, episodes, drafts, known, now)
                    planned.changes = await self.finish(scope, planned, now)
                with watch.stage("embed"):
                    await self.embed(planned.texts.values(), vectors)
                try:
                    with watch.stage("commit"):
                        return planned, await self.commit(planned.changes, planned.texts, vectors)
                except Conflict:
                    if time.monotonic() > deadline:
                        raise
                    await asyncio.sleep(random.uniform(0.001, 0.02))

    async def commit(self, changes: ChangeSet, texts: dict[str, str], vectors: dict[str, Vector]) -> Receipt:
        """Commit with the vectors of `texts`; nothing is touched when there is nothing to write."""
        if changes.is_empty:
            return Receipt(version=await self._store.version(changes.owner))
        return await self._store.commit(
            changes.model_copy(update={"vectors": {key: vectors[text] for key, text in texts.items()}})
        )

    async def known(self, scope: Scope, drafts: Sequence[Draft], now: datetime) -> Known:
        """Ask the store for all that deciding on these drafts needs. The version is read first, so that it is never too new.
        Facts come whatever their time: one that arrives late has to find its place among them.
        """
        wide = owner_scope(scope)
        view = View(now=now)
        version = await self._store.version(scope.owner)
        entities = await self._store.entities(wide, sorted(keys_in(drafts)))
        hashes = tuple(sorted({one.record.hash for one in drafts}))
        twins = await self._store.memories(Selection(scope=scope, kind="memory", view=view, limit=PAGE, hashes=hashes))
        same = Gathered()
        if twins.items:
            same = await self._store.fetch(
                wide, [memory.id for memory in twins.items], View(now=now, include_retired=True)
            )
            exact = {memory.id: memory for memory in twins.items if memory.scope == scope}
            same = same.model_copy(update={"memories": exact})
        facts = await self._facts(wide, entities, drafts, View(now=now, include_retired=True))
        return Known(version, entities, facts, same)

    async def _facts(self, wide: Scope, entities: Sequence[Entity], drafts: Sequence[Draft], view: View) -> list[Fact]:
        """Facts that share a subject, and a predicate or its slot, with what the drafts say."""
        said = {triple.predicate for one in drafts for triple in one.reading.triples}
        said |= {canonical_predicate(triple.predicate) for one in drafts for triple in one.triples or ()}
        if not entities or not said:
            return []
        subjects = tuple(sorted({entity.id for entity in entities}))
        selection = Selection(
            scope=wide, kind="fact", view=view, limit=PAGE, subjects=subjects, predicates=predicates_to_ask(said)
        )
        facts: list[Fact] = []
        while True:
            page = await self._store.facts(selection)
            facts.extend(page.items)
            if page.next_after is None:
                return facts
            selection = selection.model_copy(update={"after": page.next_after})

    async def finish(self, scope: Scope, planned: Plan, now: datetime) -> ChangeSet:
        """Add what the write means for earlier memories."""
        changes, wide, all_times = planned.changes, owner_scope(scope), View(now=now, include_retired=True)
        closed = [one.id for one in changes.retired_facts]
        earlier = Gathered()
        if closed:
            support = await self._store.fetch(wide, closed, all_times)
            earlier = await self._store.fetch(wide, sorted({s.memory_id for s in support.supports}), all_times)
        changes = retire_outdated(changes, earlier, now)
        subjects = [entity for entity in planned.subjects if is_proper(entity.name)]
        naming: set[str] = set()
        for entity in subjects:
            for name in (entity.name, *entity.aliases):
                probe = TextProbe(scope=wide, text=name, limit=LATE_LINKS, view=View(now=now), phrase=True)
                naming.update(row.id for row in await self._store.matching(probe))
        if naming:
            late = late_mentions(subjects, await self._store.fetch(wide, sorted(naming), View(now=now)))
            changes = changes.model_copy(update={"mentions": (*changes.mentions, *late)})
        return changes


def _results(
    intakes: Sequence[Intake], drafts: Sequence[Draft], planned: Plan, receipt: Receipt, seconds: dict[str, float]
) -> list[AddResult]:
    """Hand each intake the results of its own memories."""
    results: list[list[AddedMemory]] = [[] for _ in intakes]
    episodes: list[list[str]] = [[] for _ in intakes]
    written = {episode.id for episode in planned.changes.episodes}
    for one, result in zip(drafts, planned.results, strict=True):
        results[one.item].append(result)
        if one.record.episode_id in written and one.record.episode_id not in episodes[one.item]:
            episodes[one.item].append(one.record.episode_id)
    return [
        AddResult(
            results=tuple(mine),
            receipt=AddReceipt(
                episode_ids=tuple(ids), version=receipt.version, written=receipt.written, seconds=seconds
            ),
        )
        for mine, ids in zip(results, episodes, strict=True)
    ]
