"""Reads what was put off: claims one ingest, reads its memories, and commits their facts with the news that it is done.

A claim is a commit that only one of several workers can make; it ends by itself when its worker dies. The facts come in one
transaction with the ingest's last state, which the store takes from the worker whose claim it is and from nobody else: an
ingest may be begun more than once, and has its effect once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial

from graphmem.domain.change import ChangeSet
from graphmem.domain.identity import new_id
from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.query import View
from graphmem.domain.subgraph import Gathered
from graphmem.domain.triple import Reading
from graphmem.domain.vector import Vector
from graphmem.errors import (
    BudgetExhausted,
    ClosedError,
    Conflict,
    GraphmemError,
    ModelAccessDenied,
    SettingsError,
    StoreError,
)
from graphmem.ports.clock import Clock
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.assemble import plan
from graphmem.remember.counsel import Counsel
from graphmem.remember.draft import Draft, Intake, hand_on_headings, passage_of
from graphmem.remember.pipeline import Remember

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 900.0
"""Seconds before an ingest is tried again after its first failure, doubled after each, and at most."""
RENEWALS = 3
"""A lease is renewed when this part of it is over, so that one renewal that is late costs nothing."""
LONGEST_ERROR = 1_000
LOST = "worker_lost: It was begun {} times, and no worker came to its end."
STOPPING = (StoreError, ClosedError, SettingsError, ModelAccessDenied, BudgetExhausted)
"""What is wrong then is wrong for every ingest: the worker stops, and what it had begun is put back."""


@dataclass(slots=True)
class Later:
    """One worker. `lease`: seconds for which a claim holds; `attempts`: how often an ingest is begun before it has failed."""

    remember: Remember
    store: GraphStore
    clock: Clock
    lease: float
    attempts: int
    name: str = field(default_factory=lambda: new_id("work"))

    async def __call__(self, waiting: Ingest) -> Ingest | None:
        """Do one ingest, and return it as it was left; None when another worker was first or its memories were deleted.

        One that was begun `attempts` times already, and never ended, killed its workers: it is not begun again. Raises what is
        wrong for every ingest (see STOPPING)."""
        now = self.clock.now()
        if waiting.attempts >= self.attempts:
            lost = waiting.failed(now, waiting.error or LOST.format(waiting.attempts))
            return lost if await self._put(lost) else None
        mine = waiting.claimed(self.name, now, now + timedelta(seconds=self.lease))
        if not await self._put(mine):
            return None
        task = _Task(self, mine)
        try:
            return await task()
        except STOPPING as error:
            if not isinstance(error, StoreError | ClosedError):
                await self._leave(task, partial(self._as_before, error=error))
            raise
        except GraphmemError as error:
            return await self._leave(task, partial(self._after, error=error))

    async def _leave(self, task: _Task, left: Callable[[Ingest], Ingest]) -> Ingest | None:
        """Leave what was claimed in another state; None where the claim was lost before."""
        for _ in range(2):
            leaving = left(task.mine)
            if await self._put(leaving):
                return leaving
            if not await task.is_mine():
                break
        return None

    def _as_before(self, mine: Ingest, error: GraphmemError) -> Ingest:
        """An ingest that was begun for nothing."""
        now = self.clock.now()
        return mine.put_back(now, now, _told(error), begun=False)

    def _after(self, mine: Ingest, error: GraphmemError) -> Ingest:
        """What becomes of an ingest that could not be done."""
        now = self.clock.now()
        if not error.retryable or mine.attempts >= self.attempts:
            return mine.failed(now, _told(error))
        pause = min(FIRST_PAUSE * 2 ** (mine.attempts - 1), LONGEST_PAUSE)
        wanted = getattr(error, "retry_after", None) or 0.0
        return mine.put_back(now, now + timedelta(seconds=max(pause, wanted)), _told(error))

    async def _put(self, ingest: Ingest) -> bool:
        """Commit another state; whether it was taken."""
        try:
            await self.store.commit(ChangeSet(owner=ingest.scope.owner, ingests=(ingest,)))
        except Conflict:
            return False
        return True


def _told(error: GraphmemError) -> str:
    return f"{error.code}: {error}"[:LONGEST_ERROR]


class _Task:
    """One claimed ingest, over as many attempts as it takes to come between other writers."""

    def __init__(self, worker: Later, mine: Ingest) -> None:
        self._worker = worker
        self._remember, self._store = worker.remember, worker.store
        self.mine = mine
        self._read: tuple[list[str], list[tuple[Reading, Counsel]]] = ([], [])
        self._vectors: dict[str, Vector] = {}

    async def __call__(self) -> Ingest | None:
        over = asyncio.Event()
        renewing = asyncio.create_task(self._renewing(over))
        try:
            drafts = await self._drafts()
            await self._reading(drafts)
            await self._remember.embed({one.to_embed for one in drafts}, self._vectors)
        finally:
            over.set()
            await renewing
        deadline = self._remember.deadline()
        async with self._remember.turn(self.mine.scope.owner):
            while True:
                try:
                    return await self._settled()
                except Conflict:
                    if not await self.is_mine():
                        return None
                    if time.monotonic() > deadline:
                        raise
                    await asyncio.sleep(random.uniform(0.001, 0.02))

    async def _renewing(self, over: asyncio.Event) -> None:
        """Keep the claim while its memories are read, however long that takes: who is alive says so before his lease ends. One
        that is lost, or taken over, is found out when the facts are to be written. Of a renewal whose answer was lost nobody
        knows whether it is there: the next one looks first."""
        worker, in_doubt = self._worker, False
        while True:
            try:
                await asyncio.wait_for(over.wait(), worker.lease / RENEWALS)
                return
            except TimeoutError:
                now = worker.clock.now()
            try:
                if in_doubt and not await self.is_mine():
                    return
                renewed = self.mine.renewed(now, now + timedelta(seconds=worker.lease))
                await self._store.commit(ChangeSet(owner=renewed.scope.owner, ingests=(renewed,)))
                self.mine, in_doubt = renewed, False
            except GraphmemError:
                in_doubt = True

    async def _settled(self) -> Ingest:
        """Decide on what is there now, and commit. Raises Conflict when another writer comes in between."""
        mine, remember, now = self.mine, self._remember, self._worker.clock.now()
        basis = await self._store.version(mine.scope.owner)
        drafts = await self._drafts()
        await self._reading(drafts)
        known = await remember.known(mine.scope, drafts, now)
        if known.version != basis:
            raise Conflict(f"What is read of ingest {mine.id!r} was changed by another writer.")
        planned = plan(mine.scope.owner, [], drafts, replace(known, same_words=Gathered()), now, remember.relations)
        own = {one.record.id for one in drafts}
        kept = tuple(one for one in planned.changes.revisions if one.memory_id not in own)
        done = mine.done(now, _passed_over(len(mine.unread), len(drafts)))
        planned.changes = planned.changes.model_copy(update={"revisions": kept})
        changes = await remember.finish(mine.scope, planned, known, now)
        changes = changes.model_copy(update={"ingests": (done,), "basis": basis})
        await remember.embed(planned.texts.values(), self._vectors)
        await remember.commit(changes, planned.texts, self._vectors)
        return done

    async def _drafts(self) -> list[Draft]:
        """The memories that are still to be read and still there, as their words are now."""
        mine = self.mine
        view = View(now=self._worker.clock.now(), include_retired=True)
        there = await self._store.fetch(mine.scope, mine.unread, view)
        drafts: list[Draft] = []
        for id_ in mine.unread:
            if id_ in there.memories:
                record = there.memories[id_]
                messages = there.episodes[record.episode_id].messages
                passage = passage_of(record, Intake(mine.scope, messages, is_text=False, prompt=mine.prompt))
                starts = any(one.content.strip().startswith(record.text) for one in messages)
                said_at = mine.said_at or record.valid_from
                drafts.append(Draft(record, 0, said_at, passage, continues=bool(drafts) and not starts))
        return drafts

    async def _reading(self, drafts: Sequence[Draft]) -> None:
        """Read the drafts; words that were read are not again."""
        texts, readings = self._read
        if texts == [one.record.text for one in drafts]:
            for one, (reading, counsel) in zip(drafts, readings, strict=True):
                one.reading, one.counsel = reading, counsel
            hand_on_headings(drafts)
            return
        await self._remember.read(drafts)
        await self._remember.take_counsel(drafts, self._worker.clock.now())
        self._read = [one.record.text for one in drafts], [(one.reading, one.counsel) for one in drafts]

    async def is_mine(self) -> bool:
        """Whether the claim still holds: nobody took it over, and the memories were not all deleted. If so, `mine` is as it stands in
        the store, where a renewal may have come whose answer did not."""
        chosen = IngestSelection(scope=self.mine.scope, ids=(self.mine.id,))
        for one in (await self._store.ingests(chosen)).items:
            if one.is_claim_of(self.mine):
                self.mine = one
                return True
        return False


def _passed_over(wanted: int, read: int) -> str:
    if wanted == read:
        return ""
    return f"{wanted - read} of {wanted} memories were deleted or had expired before they were read"
