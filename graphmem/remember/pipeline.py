"""Runs a write: read, resolve, reconcile, embed, commit. The only place here that waits for the outside."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from graphmem.aside import aside
from graphmem.domain.change import ChangeSet, Receipt
from graphmem.domain.episode import Episode
from graphmem.domain.memory import MemoryType
from graphmem.domain.names import is_proper
from graphmem.domain.ontology import Ontology
from graphmem.domain.relations import DEFAULT, Relations
from graphmem.domain.results import AddedMemory, AddReceipt, AddResult
from graphmem.domain.scope import Scope
from graphmem.domain.triple import Dropped, Reading
from graphmem.domain.usage import Usage
from graphmem.domain.vector import Vector
from graphmem.errors import Conflict
from graphmem.ports.adviser import Adviser
from graphmem.ports.clock import Clock
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import ProcedureWriter, Rereader
from graphmem.ports.graph_store import GraphStore
from graphmem.ports.meter import metering
from graphmem.remember.aftermath import late_mentions, retire_outdated
from graphmem.remember.assemble import Known, Plan, hear, plan
from graphmem.remember.conform import conform
from graphmem.remember.counsel import taken
from graphmem.remember.draft import Draft, Intake, draft
from graphmem.remember.inquire import closing, inquiry_of, joining, known_from, naming
from graphmem.remember.procedure import without_statements
from graphmem.remember.resolve import full_title

if TYPE_CHECKING:
    from collections.abc import Iterator


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
    """The way in, over one store, embedder and extractor. `relations`: the vocabulary that reconciliation goes by."""

    def __init__(
        self,
        store: GraphStore,
        embedder: Embedder,
        extractor: Rereader,
        clock: Clock,
        *,
        piece_length: int,
        patience: float,
        adviser: Adviser | None = None,
        ontology: Ontology | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._extractor = extractor
        self._clock = clock
        self._piece_length = piece_length
        self._patience = patience
        self._adviser = adviser
        self._ontology = ontology
        self.relations: Relations = DEFAULT if ontology is None else ontology.vocabulary
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def __call__(self, intakes: Sequence[Intake]) -> list[AddResult]:
        """Remember checked intakes of one scope in one transaction; a result for each.

        Raises Conflict when other writers of the same owner were faster for longer than the busy timeout, and what
        the store, embedder and extractor raise; nothing is written then.
        """
        watch = Stopwatch()
        now = self._clock.now()
        with metering() as meter:
            with watch.stage("extract"):
                episodes, drafts = draft(await self.write(intakes), now, self._piece_length)
                await self.read(drafts)
            if self._adviser is not None:
                with watch.stage("advise"):
                    await self.take_counsel(self._adviser, drafts, now)
            vectors: dict[str, Vector] = {}
            scope = intakes[0].scope
            with watch.stage("embed"):
                texts = {one.to_embed for one in drafts} | {s.text for one in drafts for s in one.reading.sentences}
                await self.embed(texts, vectors)
            done, receipt = await self._settle(scope, episodes, drafts, vectors, now, watch)
        return _results(intakes, drafts, done, receipt, watch.seconds, meter.usage)

    async def write(self, intakes: Sequence[Intake]) -> list[Intake]:
        """The intakes, with the text of each procedure that the extractor writes from its messages; the rest as they are."""
        writer = self._extractor
        if not isinstance(writer, ProcedureWriter):
            return list(intakes)
        written = []
        for one in intakes:
            if one.infer and one.kind is MemoryType.PROCEDURAL and one.procedure is None:
                heard = [message for message in one.messages if message.role != "system"]
                text = await aside(writer, partial(writer.write_procedure, heard, one.prompt))
                one = replace(one, procedure=text)
            written.append(one)
        return written

    async def read(self, drafts: Sequence[Draft], *, again: bool = False) -> None:
        """Run the extractor over the drafts that are to be read, and hand a text's heading on to its later pieces. `again`:
        they are rewritten memories, which an extractor that asks a model reads without it; so it does procedures, in which only
        names are looked for."""
        told = [one for one in drafts if one.passage and one.is_procedure]
        for one, reading in zip(told, await self._readings(told, again=True), strict=True):
            one.reading = without_statements(reading)
        stated = [one for one in drafts if one.passage and not one.is_procedure]
        for one, reading in zip(stated, await self._readings(stated, again=again), strict=True):
            one.reading = reading.model_copy(update={"about": full_title(reading.about, one.record.text)})
        for before, one in pairwise(drafts):
            if one.continues:
                one.continue_from(before)
        if self._ontology is not None:
            conform(drafts, self._ontology)

    async def take_counsel(self, adviser: Adviser, drafts: Sequence[Draft], now: datetime) -> None:
        """Ask what the statements that were read do to what is known. It is asked once a write, before its turn comes: nobody waits
        for it, and a write that is decided again goes by the same counsel."""
        if any(one.passage for one in drafts):
            scope = drafts[0].record.scope
            heard = hear(scope.owner, drafts, await self.known(scope, drafts, now), now)
            read = [statement for one, (statement, _) in heard.spoken if one.passage]
            counsel = await taken(adviser, self._store, scope, read, now, self.relations)
            for one in drafts:
                one.counsel = counsel.of(statement.fact for by, (statement, _) in heard.spoken if by is one)

    async def _readings(self, drafts: Sequence[Draft], *, again: bool) -> list[Reading]:
        passages = [one.passage for one in drafts if one.passage]
        if not passages:
            return []
        reader = self._extractor
        return await aside(reader, partial(reader.reread if again else reader.read, passages))

    async def embed(self, texts: Iterable[str], vectors: dict[str, Vector]) -> None:
        """Add the vectors of those texts that are not in `vectors` yet, keyed by text."""
        missing = sorted(set(texts) - vectors.keys())
        if missing:
            rows = await aside(self._embedder, partial(self._embedder.embed, missing))
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
                    planned = plan(scope.owner, episodes, drafts, known, now, self.relations)
                    planned.changes = await self.finish(scope, planned, known, now)
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
        """Commit with the vectors of `texts`; when there is nothing to write, what it was decided on is how it stands."""
        if changes.is_empty and changes.basis is not None:
            return Receipt(version=changes.basis)
        return await self._store.commit(
            changes.model_copy(update={"vectors": {key: vectors[text] for key, text in texts.items()}})
        )

    async def known(self, scope: Scope, drafts: Sequence[Draft], now: datetime) -> Known:
        """Ask the store for all that deciding on these drafts needs."""
        inquiry = inquiry_of(scope, drafts, now, self.relations)
        known = known_from(inquiry, await self._store.consult(inquiry), drafts)
        again = joining(inquiry, known)
        return known if again is None else known_from(again, await self._store.consult(again), drafts)

    async def finish(self, scope: Scope, planned: Plan, known: Known, now: datetime) -> ChangeSet:
        """Add what the write means for earlier memories. The store is asked again only for what could not be foreseen; should
        it have changed since, the commit is refused."""
        changes, supporters, holders = planned.changes, known.supporters, known.holders
        closed = [one.id for one in changes.retired_facts]
        closed += [one.id for one in changes.redated_facts if one.retired_at is not None]
        more = closing(scope, closed, known, now)
        if more is not None:
            supporters = (await self._store.consult(more)).supporters
        changes = retire_outdated(changes, supporters, now)
        subjects = [entity for entity in planned.subjects if is_proper(entity.name)]
        more = naming(scope, subjects, known, now)
        if more is not None:
            holders = (await self._store.consult(more)).holders
        late = late_mentions(subjects, holders)
        return changes.model_copy(update={"mentions": (*changes.mentions, *late)}) if late else changes


def _results(
    intakes: Sequence[Intake],
    drafts: Sequence[Draft],
    planned: Plan,
    receipt: Receipt,
    seconds: dict[str, float],
    usage: Usage,
) -> list[AddResult]:
    """Hand each intake the results of its own memories."""
    results: list[list[AddedMemory]] = [[] for _ in intakes]
    episodes: list[list[str]] = [[] for _ in intakes]
    dropped: list[list[Dropped]] = [[] for _ in intakes]
    advisers = [""] * len(intakes)
    written = {episode.id for episode in planned.changes.episodes}
    for one, result in zip(drafts, planned.results, strict=True):
        results[one.item].append(result)
        dropped[one.item] += (*one.reading.dropped, *one.counsel.dropped)
        advisers[one.item] = advisers[one.item] or one.counsel.by
        if one.record.episode_id in written and one.record.episode_id not in episodes[one.item]:
            episodes[one.item].append(one.record.episode_id)
    receipts = [
        AddReceipt(
            episode_ids=tuple(ids),
            version=receipt.version,
            written=receipt.written,
            seconds=seconds,
            usage=usage,
            dropped=tuple(lost),
            adviser=by,
        )
        for ids, lost, by in zip(episodes, dropped, advisers, strict=True)
    ]
    return [AddResult(results=tuple(mine), receipt=one) for mine, one in zip(results, receipts, strict=True)]
