"""Runs a write: read, resolve, reconcile, embed, commit. The only place here that waits for the outside."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from graphmem.aside import aside
from graphmem.domain.change import ChangeSet, Receipt
from graphmem.domain.episode import Episode
from graphmem.domain.ingest import Ingest
from graphmem.domain.memory import MemoryType
from graphmem.domain.names import is_proper
from graphmem.domain.ontology import Ontology
from graphmem.domain.query import Inquiry
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
from graphmem.remember import before
from graphmem.remember.aftermath import late_mentions, retire_outdated
from graphmem.remember.assemble import Known, Plan, hear, plan
from graphmem.remember.conform import IS_A, conform, known_types, misplaced
from graphmem.remember.counsel import taken
from graphmem.remember.draft import Draft, Intake, draft, hand_on_headings
from graphmem.remember.inquire import closing, inquiry_of, joining, known_from, naming
from graphmem.remember.procedure import without_statements
from graphmem.remember.repeats import Repeats, following, repeated_here
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


@dataclass(slots=True)
class _Work:
    """What one write is made of. `drafts`: of the intakes that are new, as far as is known."""

    intakes: Sequence[Intake]
    episodes: Sequence[Episode]
    drafts: Sequence[Draft]
    now: datetime
    dry_run: bool
    _ingests: dict[int, Ingest] = field(default_factory=dict)

    @property
    def scope(self) -> Scope:
        """Where it goes."""
        return self.intakes[0].scope

    @property
    def texts(self) -> set[str]:
        """What is to be embedded before anything is decided; nothing for a dry run."""
        if self.dry_run:
            return set()
        return {one.to_embed for one in self.drafts} | {s.text for one in self.drafts for s in one.reading.sentences}

    def follow(self, planned: Plan) -> None:
        """Let the write leave behind what is to be followed up."""
        self._ingests = following(self.intakes, self.drafts, planned.results, planned.changes, self.now)
        if self._ingests:
            planned.changes = planned.changes.model_copy(update={"ingests": tuple(self._ingests.values())})

    def followed(self, place: int) -> dict[str, Any]:
        """What a receipt tells of that."""
        ingest = self._ingests.get(place)
        return {} if ingest is None else {"ingest_id": ingest.id, "state": ingest.state}


class Remember:
    """The way in, over one store, embedder and extractor."""

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

    async def __call__(self, intakes: Sequence[Intake], *, dry_run: bool = False) -> list[AddResult]:
        """Remember checked intakes of one scope in one transaction; a result for each. What was added before under the same
        key is neither read nor written. `dry_run` decides and writes nothing; all results have the changes of all intakes.

        Raises KeyReused when a key was given with another content, Conflict when other writers of the same owner were faster
        for longer than the busy timeout, and what the store, embedder and extractor raise; nothing is written then.
        """
        watch = Stopwatch()
        now = self._clock.now()
        repeats = Repeats(self._store, intakes)
        await repeats.look()
        results: dict[int, AddResult] = {}
        if repeats.leave_some:
            with metering() as meter:
                with watch.stage("extract"):
                    episodes, drafts = draft(await self.write(intakes, repeats), now, self._piece_length)
                    work = _Work(intakes, episodes, repeats.without(drafts), now, dry_run)
                    await self.read(work.drafts)
                if self._adviser is not None:
                    with watch.stage("advise"):
                        await self.take_counsel(work.drafts, now)
                done, receipt = await self._settle(work, repeats, watch)
            results = _results(work, done, receipt, watch.seconds, meter.usage)
        results |= await repeats.results(now, watch.seconds)
        results |= {place: repeated_here(results[first]) for place, first in repeats.twins.items()}
        return [results[place] for place in range(len(intakes))]

    async def write(self, intakes: Sequence[Intake], repeats: Repeats) -> list[Intake]:
        """The intakes, with the text of each procedure that the extractor writes from its messages; the rest as they are."""
        writer = self._extractor
        if not isinstance(writer, ProcedureWriter):
            return list(intakes)
        written = []
        for place, one in enumerate(intakes):
            if repeats.is_new(place) and one.infer and one.kind is MemoryType.PROCEDURAL and one.procedure is None:
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
            one.reading = _titled(reading, one)
        if not again:
            await self._read_corrections(drafts)
        hand_on_headings(drafts)
        if self._ontology is not None:
            conform(
                drafts, self._ontology, await self._types(misplaced(drafts, self._ontology), drafts, self._ontology)
            )

    async def _types(self, keys: Collection[str], drafts: Sequence[Draft], ontology: Ontology) -> dict[str, str]:
        """By key, what these names are known as."""
        if not keys:
            return {}
        scope, predicates = drafts[0].record.scope, tuple(sorted(IS_A))
        inquiry = Inquiry(scope=scope, now=self._clock.now(), keys=tuple(sorted(keys)), predicates=predicates)
        return known_types(scope, await self._store.consult(inquiry), ontology)

    async def _read_corrections(self, drafts: Sequence[Draft]) -> None:
        """Read what looks like a correction of an earlier write once more, offline, with what its speaker had said. A model has more
        to say of a text than that, where it is more than that."""
        reader = self._extractor
        for one in before.unsettled(drafts):
            if getattr(reader, "remote", False) and not before.is_alone(one.record.text):
                continue
            said = await before.said_before(self._store, one, drafts, self._clock.now())
            together = before.conversations(one, said)
            if together:
                read = await aside(reader, partial(reader.reread, [turn for turns in together for turn in turns]))
                ends = accumulate(len(turns) for turns in together)
                reading = before.corrected(one, said, [read[end - 1] for end in ends])
                if reading is not None:
                    one.reading, one.corrects_earlier = _titled(reading, one), True

    async def take_counsel(self, drafts: Sequence[Draft], now: datetime) -> None:
        """Ask the adviser, if there is one, what the statements that were read do to what is known. He is asked once a write,
        before its turn comes: nobody waits for him, and a write that is decided again goes by the same counsel."""
        adviser = self._adviser
        if adviser is not None and any(one.passage for one in drafts):
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

    async def _settle(self, work: _Work, repeats: Repeats, watch: Stopwatch) -> tuple[Plan, Receipt]:
        """Decide and commit; decide again on what is there now when another writer came in between."""
        scope, now, vectors = work.scope, work.now, dict[str, Vector]()
        with watch.stage("embed"):
            await self.embed(work.texts, vectors)
        deadline = self.deadline()
        async with self.turn(scope.owner):
            while True:
                with watch.stage("resolve"):
                    known = await self.known(scope, work.drafts, now)
                    planned = plan(scope.owner, work.episodes, work.drafts, known, now, self.relations)
                    planned.changes = await self.finish(scope, planned, known, now)
                if work.dry_run:
                    return planned, Receipt(version=known.version)
                work.follow(planned)
                with watch.stage("embed"):
                    await self.embed(planned.texts.values(), vectors)
                try:
                    with watch.stage("commit"):
                        return planned, await self.commit(planned.changes, planned.texts, vectors)
                except Conflict:
                    if time.monotonic() > deadline:
                        raise
                    await asyncio.sleep(random.uniform(0.001, 0.02))
                if await repeats.look():
                    work.drafts = repeats.without(work.drafts)

    def turn(self, owner: str) -> asyncio.Lock:
        """Held by who decides on an owner's graph: writers of one process do not come in each other's way."""
        return self._turns.setdefault(owner, asyncio.Lock())

    def deadline(self) -> float:
        """Until when (monotonic seconds) a write that begins now is decided again when others come in between."""
        return time.monotonic() + self._patience

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
        late = late_mentions(subjects, holders, scope)
        return changes.model_copy(update={"mentions": (*changes.mentions, *late)}) if late else changes


def _titled(reading: Reading, one: Draft) -> Reading:
    """The reading with its subject as the text titles it."""
    return reading.model_copy(update={"about": full_title(reading.about, one.record.text)})


def _results(
    work: _Work, planned: Plan, receipt: Receipt, seconds: dict[str, float], usage: Usage
) -> dict[int, AddResult]:
    """Hand each intake the results of its own memories, by its place."""
    results: dict[int, list[AddedMemory]] = {}
    episodes: dict[int, str] = {}
    dropped: dict[int, list[Dropped]] = {}
    advisers: dict[int, str] = {}
    written = {episode.id for episode in planned.changes.episodes}
    for one, result in zip(work.drafts, planned.results, strict=True):
        results.setdefault(one.item, []).append(result)
        dropped.setdefault(one.item, []).extend((*one.reading.dropped, *one.counsel.dropped))
        advisers[one.item] = advisers.get(one.item) or one.counsel.by
        if one.record.episode_id in written:
            episodes[one.item] = one.record.episode_id
    return {
        place: AddResult(
            results=tuple(mine),
            receipt=AddReceipt(
                episode_ids=(episodes[place],) if place in episodes else (),
                version=receipt.version,
                written=receipt.written,
                seconds=seconds,
                usage=usage,
                dropped=tuple(dropped[place]),
                adviser=advisers[place],
                **work.followed(place),
            ),
            changes=planned.changes if work.dry_run else None,
        )
        for place, mine in results.items()
    }
