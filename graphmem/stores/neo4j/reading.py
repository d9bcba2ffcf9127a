"""The half of the store that reads: every question of the port, asked of the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.ingest import Ingest, IngestSelection
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.query import Frontier, Inquiry, SameSelection, SeedProbe, Selection, TextProbe, VectorProbe, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Pairs, Rows, Scored, Seeds, Standing, Subgraph
from graphmem.stores.neo4j import gathering, ingesting, likeness, openings, pages, seeking, walking
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.seeking import Ground
from graphmem.stores.stemmer import Stemmer


class Reader:
    """Reads of an open store; see `graphmem.ports.graph_store.GraphStore` for what each promises.

    `filtered`: whether the vector indexes know whose each row is, and can be searched within a scope.
    """

    def __init__(self, connection: Connection, dimension: int, filtered: bool, stemmer: Stemmer) -> None:
        self._connection = connection
        self._ground = Ground(connection, dimension, filtered, stemmer)

    async def version(self, owner: str) -> int:
        """How many commits have changed this owner's graph."""
        return await pages.version(self._connection, owner)

    async def consult(self, inquiry: Inquiry) -> Standing:
        """All that deciding on a write has to know, in one statement."""
        return await openings.consult(self._ground, inquiry)

    async def seeds(self, probe: SeedProbe) -> Seeds:
        """All that a search asks first, in one statement."""
        return await openings.seeds(self._ground, probe)

    async def nearest(self, probe: VectorProbe) -> list[Scored]:
        """The rows nearest to a vector, best first, exact cosine."""
        return await seeking.nearest(self._ground, probe)

    async def matching(self, probe: TextProbe) -> list[Scored]:
        """The memories that match a text, best first."""
        return await seeking.matching(self._ground, probe)

    async def expand(self, frontier: Frontier) -> Subgraph:
        """One step from the frontier's memories and entities."""
        return await walking.expand(self._ground, frontier)

    async def fetch(self, scope: Scope | None, ids: Sequence[str], view: View, brief: bool = False) -> Gathered:
        """Whole rows by id, of any kind, that the scope sees."""
        return await gathering.fetch(self._connection, scope, ids, view, brief)

    async def entities(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The entities that bear one of these keys, or have it among their aliases' keys, by id."""
        return await pages.entities(self._connection, scope, keys)

    async def memories(self, selection: Selection) -> Rows[MemoryRecord]:
        """A page of memories."""
        return await pages.memories(self._connection, selection)

    async def facts(self, selection: Selection) -> Rows[Fact]:
        """A page of facts."""
        return await pages.facts(self._connection, selection)

    async def browse_entities(self, selection: Selection) -> Rows[Entity]:
        """A page of entities."""
        return await pages.browse_entities(self._connection, selection)

    async def bearers(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The entities that bear one of these keys, each by itself, by id."""
        return await likeness.bearers(self._connection, scope, keys)

    async def same(self, selection: SameSelection) -> Pairs:
        """A page of what is said of pairs of entities."""
        return await likeness.same(self._connection, selection)

    async def revisions(self, scope: Scope | None, memory_id: str) -> list[Revision]:
        """A memory's history, oldest first."""
        return await pages.revisions(self._connection, scope, memory_id)

    async def keyed(self, scope: Scope, keys: Sequence[str]) -> list[Ingest]:
        """The ingests of exactly this scope that have one of these keys."""
        return await ingesting.keyed(self._connection, scope, keys)

    async def ingests(self, selection: IngestSelection) -> Rows[Ingest]:
        """A page of ingests."""
        return await ingesting.ingests(self._connection, selection)

    async def due(self, scope: Scope | None, now: datetime, limit: int) -> list[Ingest]:
        """Ingests that may be begun or taken over, the oldest first."""
        return await ingesting.due(self._connection, scope, now, limit)

    async def counts(self, scope: Scope | None, view: View) -> dict[str, int]:
        """How many memories, facts, entities and episodes the scope sees."""
        return await pages.counts(self._connection, scope, view)
