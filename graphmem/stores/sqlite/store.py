"""A graph in one SQLite file: the store that needs no server."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from graphmem.domain.change import ChangeSet, Portion, Receipt
from graphmem.domain.embedding import EmbeddingModel, Unembedded
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.flaw import Flaw
from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.query import Frontier, Inquiry, SameSelection, SeedProbe, Selection, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Pairs, Rows, Scored, Seeds, Standing, Subgraph
from graphmem.domain.vector import Matrix, Vector
from graphmem.errors import ClosedError, StoreUnavailable
from graphmem.stores.sqlite import gather, ingesting, inspection, likeness, openings, portions, probing, reembedding
from graphmem.stores.sqlite.commit import commit
from graphmem.stores.sqlite.database import MEMORY, Database
from graphmem.stores.sqlite.expand import expand
from graphmem.stores.sqlite.mirror import Mirror
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.vectors import as_bytes
from graphmem.stores.stemmer import Stemmer

Result = TypeVar("Result")

MIRROR_BYTES = 512 * 1024 * 1024
"""Room for vectors held in memory, unless the caller says otherwise."""


@dataclass(slots=True)
class _Session:
    """What one process holds of the store."""

    pid: int
    database: Database
    mirror: Mirror
    stemmer: Stemmer
    ready: bool = False


_left_by_forks: list[_Session] = []
"""Sessions of the parent process. A child must neither use nor close them: it would end the parent's file locks."""


class SqliteStore:
    """`graphmem.ports.graph_store.GraphStore` on the file `path`, or in memory with ``:memory:``.

    `dimension` and `model` are those of the embedder, and are recorded in the file. `timeout`: seconds to wait for
    other writers before StoreBusy. `durability`: ``full`` syncs every commit to the disk; ``fast`` may lose the last
    ones at a power cut, and never damages the file. `mirror_bytes`: how much memory the copies of vectors may take.
    `any_model` opens a file whichever model made its vectors: until it has been moved to `model`, the methods that move it
    work and all others raise DimensionMismatch.

    Several threads, event loops and processes may use one file at the same time. A process that was forked opens it
    anew by itself; a database in memory does not survive a fork.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        dimension: int,
        model: str,
        timeout: float = 30.0,
        durability: Literal["full", "fast"] = "full",
        mirror_bytes: int = MIRROR_BYTES,
        any_model: bool = False,
    ) -> None:
        self._path = str(path)
        self._dimension = dimension
        self._model = model
        self._timeout = timeout
        self._durability: Literal["full", "fast"] = durability
        self._mirror_bytes = mirror_bytes
        self._any_model = any_model
        self._session: _Session | None = None

    def _begin(self) -> _Session:
        database = Database(
            self._path,
            model=self._model,
            dimension=self._dimension,
            timeout=self._timeout,
            durability=self._durability,
            any_model=self._any_model,
        )
        return _Session(os.getpid(), database, Mirror(self._dimension, self._mirror_bytes), Stemmer())

    async def _opened(self) -> _Session:
        session = self._session
        if session is None:
            raise ClosedError("This store is closed: open() it first.")
        if session.pid != os.getpid():
            if self._path == MEMORY:
                raise StoreUnavailable("An in-memory database does not survive a fork: use a file.")
            _left_by_forks.append(session)
            session = self._session = self._begin()
        if not session.ready:
            await session.database.open()
            session.ready = True
        return session

    async def open(self) -> None:
        """Make the file if it is not there, check it, bring its schema up to date. Idempotent.

        Raises StoreUnavailable, StoreCorrupt, StoreReadOnly, SchemaTooNew, SchemaDrift, SchemaOutdated, DimensionMismatch.
        """
        if self._session is None:
            session = self._begin()
            try:
                await session.database.open()
                session.ready = True
            except BaseException:
                await self._end(session)
                raise
            if self._session is None:
                self._session = session
            else:
                await self._end(session)

    async def close(self) -> None:
        """Finish what runs and let go of the file. Idempotent."""
        session, self._session = self._session, None
        if session is not None and session.pid == os.getpid():
            await self._end(session)

    async def _end(self, session: _Session) -> None:
        await asyncio.to_thread(session.database.close)
        session.stemmer.close()

    async def _read(self, work: Callable[[Snapshot], Result]) -> Result:
        session = await self._opened()
        return await session.database.read(lambda connection: work(Snapshot(connection, session.mirror)))

    async def version(self, owner: str) -> int:
        """How many commits have changed this owner's graph."""
        return await self._read(lambda snapshot: snapshot.owner_state(owner)[1])

    async def commit(self, changes: ChangeSet) -> Receipt:
        """Write all of `changes` in one transaction, durable when this returns."""
        session = await self._opened()
        if changes.is_empty:
            return Receipt(version=await self.version(changes.owner))
        blobs = as_bytes(changes.vectors, self._dimension)
        return await session.database.write(lambda connection: commit(connection, changes, blobs))

    async def consult(self, inquiry: Inquiry) -> Standing:
        """All that deciding on a write has to know, from one moment."""
        stemmer = (await self._opened()).stemmer
        return await self._read(lambda snapshot: openings.consult(snapshot, inquiry, stemmer))

    async def seeds(self, probe: SeedProbe) -> Seeds:
        """All that a search asks first, from one moment."""
        stemmer = (await self._opened()).stemmer
        return await self._read(lambda snapshot: openings.seeds(snapshot, probe, self._dimension, stemmer))

    async def nearest(self, probe: VectorProbe) -> list[Scored]:
        """The rows nearest to a vector, best first, exact cosine."""
        return await self._read(lambda snapshot: probing.nearest(snapshot, probe, self._dimension))

    async def matching(self, probe: TextProbe) -> list[Scored]:
        """The memories that match a text, best first."""
        stemmer = (await self._opened()).stemmer
        return await self._read(lambda snapshot: probing.matching(snapshot, probe, stemmer))

    async def expand(self, frontier: Frontier) -> Subgraph:
        """One step from the frontier's memories and entities."""
        return await self._read(lambda snapshot: expand(snapshot, frontier, self._dimension))

    async def fetch(self, scope: Scope | None, ids: Sequence[str], view: View, brief: bool = False) -> Gathered:
        """Whole rows by id, of any kind, that the scope sees."""
        return await self._read(lambda snapshot: gather.fetch(snapshot, scope, ids, view, brief))

    async def entities(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The entities that bear one of these keys, or have it among their aliases' keys, by id."""
        return await self._read(lambda snapshot: list(openings.bearers(snapshot, scope, keys).values()))

    async def memories(self, selection: Selection) -> Rows[MemoryRecord]:
        """A page of memories."""
        return await self._read(lambda snapshot: gather.memories(snapshot, selection))

    async def facts(self, selection: Selection) -> Rows[Fact]:
        """A page of facts."""
        return await self._read(lambda snapshot: gather.facts(snapshot, selection))

    async def browse_entities(self, selection: Selection) -> Rows[Entity]:
        """A page of entities."""
        return await self._read(lambda snapshot: gather.entities(snapshot, selection))

    async def bearers(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The entities that bear one of these keys, each by itself, by id."""
        return await self._read(lambda snapshot: [one for one, _ in likeness.bearers(snapshot, scope, keys).values()])

    async def same(self, selection: SameSelection) -> Pairs:
        """A page of what is said of pairs of entities."""
        return await self._read(lambda snapshot: likeness.same(snapshot, selection))

    async def revisions(self, scope: Scope | None, memory_id: str) -> list[Revision]:
        """A memory's history, oldest first."""
        return await self._read(lambda snapshot: gather.revisions(snapshot, scope, memory_id))

    async def keyed(self, scope: Scope, keys: Sequence[str]) -> list[Ingest]:
        """The ingests of exactly this scope that have one of these keys."""
        return await self._read(lambda snapshot: ingesting.keyed(snapshot, scope, keys))

    async def ingests(self, selection: IngestSelection) -> Rows[Ingest]:
        """A page of ingests."""
        return await self._read(lambda snapshot: ingesting.ingests(snapshot, selection))

    async def due(self, scope: Scope | None, now: datetime, limit: int) -> list[Ingest]:
        """Ingests that may be begun or taken over, the oldest first."""
        return await self._read(lambda snapshot: ingesting.due(snapshot, scope, now, limit))

    async def counts(self, scope: Scope | None, view: View) -> dict[str, int]:
        """How many memories, facts, entities and episodes the scope sees."""
        return await self._read(lambda snapshot: gather.counts(snapshot, scope, view))

    async def owners(self, after: str | None, limit: int) -> list[str]:
        """Who has a graph here, in order."""
        return await self._read(lambda snapshot: portions.owners(snapshot, after, limit))

    async def portion(self, owner: str, after: str | None, limit: int) -> Portion:
        """A part of an owner's graph, to be made again elsewhere."""
        return await self._read(lambda snapshot: portions.portion(snapshot, owner, after, limit, self._dimension))

    async def inspect(self, repair: bool) -> list[Flaw]:
        """What is wrong inside, each kind once."""
        session = await self._opened()
        return await session.database.write(lambda connection: inspection.inspect(connection, repair))

    async def made_with(self) -> EmbeddingModel:
        """The model whose vectors are in use."""
        database = (await self._opened()).database
        return await database.read(reembedding.made_with, any_model=True)

    async def begin_vectors(self, model: EmbeddingModel) -> int:
        """Make a place for vectors of this model."""
        database = (await self._opened()).database
        await database.write(lambda connection: reembedding.give_up_others(connection, model), any_model=True)
        await self._drop_left_over(database)
        return await database.write(lambda connection: reembedding.begin(connection, model), any_model=True)

    async def _drop_left_over(self, database: Database) -> None:
        """Drop vectors that no model uses, a few in a transaction: other writers come in between."""
        while await database.write(reembedding.drop_left_over, any_model=True):
            pass

    async def without_vectors(self, model: EmbeddingModel, limit: int) -> list[Unembedded]:
        """Rows that still lack a vector of this model."""
        database = (await self._opened()).database
        return await database.read(
            lambda connection: reembedding.without_vectors(connection, model, limit), any_model=True
        )

    async def put_vectors(self, model: EmbeddingModel, vectors: Mapping[Unembedded, Vector]) -> None:
        """Keep vectors of this model."""
        database = (await self._opened()).database
        await database.write(lambda connection: reembedding.put(connection, model, vectors), any_model=True)

    async def switch_vectors(
        self, model: EmbeddingModel, last: Callable[[Sequence[str]], Matrix] | None = None
    ) -> None:
        """Use the vectors of this model from here on."""
        database = (await self._opened()).database
        await database.write(lambda connection: reembedding.switch(connection, model, last), any_model=True)
        await self._drop_left_over(database)
