"""A graph on a Neo4j server: the store for more than one machine, and for whoever wants to ask in Cypher."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from graphmem.domain.analysis import AnalystQuery, CypherResult
from graphmem.domain.change import ChangeSet, Portion, Receipt
from graphmem.domain.embedding import EmbeddingModel, Unembedded
from graphmem.domain.flaw import Flaw
from graphmem.domain.vector import Matrix, Vector
from graphmem.errors import ClosedError
from graphmem.stores.neo4j import inspection, portions
from graphmem.stores.neo4j.analysis.run import run
from graphmem.stores.neo4j.commit import commit
from graphmem.stores.neo4j.connection import Connection, Login
from graphmem.stores.neo4j.patience import Patience
from graphmem.stores.neo4j.reading import Reader
from graphmem.stores.neo4j.reembedding import Reembedding
from graphmem.stores.neo4j.schema import Vectors, prepare
from graphmem.stores.neo4j.seeking import Ground
from graphmem.stores.neo4j.values import as_lists
from graphmem.stores.stemmer import Stemmer

MOST_TYPES = 1_000
"""Relationship types for facts: Neo4j never gives one back, so that what goes beyond shares RELATED_TO."""


class Neo4jStore(Reader):
    """`graphmem.ports.graph_store.GraphStore` on a server, 5.26 LTS or 2026.x, Community or Enterprise, a cluster or Aura.

    `dimension` and `model` are those of the embedder, and are recorded in the graph. `timeout`: seconds in which a transaction
    is tried again that others were in the way of, and to wait until indexes are filled; a server that cannot be reached is
    told within 5. `most_types`: relationship types that facts may take; the rest share one. `any_model` opens a graph whichever
    model made its vectors: until it has been moved to `model`, the methods that move it work and all others raise
    DimensionMismatch. `sent` counts the statements that were sent.
    """

    def __init__(
        self,
        login: Login,
        *,
        dimension: int,
        model: str,
        timeout: float = 30.0,
        most_types: int = MOST_TYPES,
        any_model: bool = False,
    ) -> None:
        patience = Patience(connect=min(timeout, 5.0), acquire=timeout, retry=timeout)
        self.connection = Connection(login, patience)
        super().__init__(self.connection, dimension, False, Stemmer())
        self.dimension, self.model = dimension, model
        self.server = ""
        self._timeout = timeout
        self._most_types = most_types
        self._any_model = any_model
        self._reembedding = Reembedding(self.connection, EmbeddingModel(model, dimension), timeout)
        self._vectors: Vectors | None = None
        self._opening = asyncio.Lock()
        self._types: set[str] = set()

    @property
    def sent(self) -> int:
        """Statements sent so far."""
        return self.connection.sent

    @property
    def vectors(self) -> Vectors:
        """Whether the vector indexes filter by owner. Raises ClosedError before `open`."""
        if self._vectors is None:
            raise ClosedError("This store is closed: open() it first.")
        return self._vectors

    async def open(self) -> None:
        """Connect, check the server, bring the schema up to date, wait for the indexes. Idempotent.

        Raises StoreUnavailable, StoreRefused, SettingsError, SchemaOutdated, SchemaTooNew, SchemaDrift, DimensionMismatch.
        """
        async with self._opening:
            if self._vectors is not None:
                return
            self.server = await self.connection.open()
            try:
                self._vectors = await prepare(
                    self.connection,
                    self.server,
                    self.model,
                    self.dimension,
                    self._timeout,
                    any_model=self._any_model,
                )
            except BaseException:
                await self.connection.close()
                raise
            filtered = self._vectors == "filtered"
            self._ground = Ground(self.connection, self.dimension, filtered, self._ground.stemmer)

    async def ask(self, query: AnalystQuery) -> CypherResult:
        """What an analyst's query gives, read only and within its limits. Raises QueryRefused and QueryTimeout."""
        return await run(self.connection, query)

    async def close(self) -> None:
        """Let go of all connections. Idempotent."""
        self._vectors = None
        await self.connection.close()

    async def commit(self, changes: ChangeSet) -> Receipt:
        """Write all of `changes` in one transaction, durable when this returns."""
        if changes.is_empty:
            return Receipt(version=await self.version(changes.owner))
        lists = as_lists(changes.vectors, self.dimension)
        return await commit(self.connection, changes, lists, self._ground.stemmer, self._types, self._most_types)

    async def owners(self, after: str | None, limit: int) -> list[str]:
        """Who has a graph here, in order."""
        return await portions.owners(self.connection, after, limit)

    async def portion(self, owner: str, after: str | None, limit: int) -> Portion:
        """A part of an owner's graph, to be made again elsewhere."""
        return await portions.portion(self.connection, owner, after, limit)

    async def inspect(self, repair: bool) -> list[Flaw]:
        """What is wrong inside, each kind once."""
        return await inspection.inspect(self.connection, repair, self._ground.stemmer)

    async def made_with(self) -> EmbeddingModel:
        """The model whose vectors are in use."""
        return await self._reembedding.made_with()

    async def begin_vectors(self, model: EmbeddingModel) -> int:
        """Make a place for vectors of this model."""
        return await self._reembedding.begin(model)

    async def without_vectors(self, model: EmbeddingModel, limit: int) -> list[Unembedded]:
        """Rows that still lack a vector of this model."""
        return await self._reembedding.without(model, limit)

    async def put_vectors(self, model: EmbeddingModel, vectors: Mapping[Unembedded, Vector]) -> None:
        """Keep vectors of this model."""
        await self._reembedding.put(model, vectors)

    async def switch_vectors(
        self, model: EmbeddingModel, last: Callable[[Sequence[str]], Matrix] | None = None
    ) -> None:
        """Use the vectors of this model from here on."""
        await self._reembedding.switch(model, last)
