"""What a graph store must do. `graphmem.testing.GraphStoreContract` holds every store to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

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


class GraphStore(Protocol):
    """A store gathers; it decides nothing. All methods raise StoreError kinds, and ClosedError after `close`.

    A store is made with an embedding model. Each read and each write looks, in its own transaction, whether the vectors
    inside are that model's, and raises DimensionMismatch when they are not (any more). The methods from `made_with` on
    are left out of this: they move the vectors to another model, while others read and write.

    Visibility: a memory or fact is seen by a scope that covers its own; an entity, when a visible memory names it or
    is about it, or a visible fact holds it. An entity that stands for others is shown, and found, by those names only that words in
    the scope say, whenever these were said: by its own name, or by the first, by id, of those that it stands for.
    """

    async def open(self) -> None:
        """Connect, check the file or server, bring the schema up to date. Idempotent."""
        ...

    async def close(self) -> None:
        """Let go of everything. Idempotent."""
        ...

    async def version(self, owner: str) -> int:
        """How many commits have changed this owner's graph: the `basis` of the next ChangeSet."""
        ...

    async def commit(self, changes: ChangeSet) -> Receipt:
        """Write all of `changes` in one transaction, durable when this returns.

        Raises Conflict when `changes.basis` is no longer the owner's version or a row refers to one that is not there,
        DimensionMismatch for vectors of another length, and InvalidVector, InvalidText, InvalidMetadata or InvalidScope
        for what cannot be kept; nothing is written then.
        """
        ...

    async def consult(self, inquiry: Inquiry) -> Standing:
        """All that deciding on a write has to know, from one moment and in one call."""
        ...

    async def seeds(self, probe: SeedProbe) -> Seeds:
        """All that a search asks first, from one moment and in one call: the same answers as `nearest`, `matching`,
        `entities` and `expand`, and the same errors."""
        ...

    async def nearest(self, probe: VectorProbe) -> list[Scored]:
        """The rows nearest to a vector, best first, exact cosine."""
        ...

    async def matching(self, probe: TextProbe) -> list[Scored]:
        """The memories that match a text, best first. Any text is taken; one without a word matches nothing."""
        ...

    async def expand(self, frontier: Frontier) -> Subgraph:
        """One step from the frontier's memories and entities. Entities of type ``value`` are not walked through."""
        ...

    async def fetch(self, scope: Scope | None, ids: Sequence[str], view: View, brief: bool = False) -> Gathered:
        """Whole rows by id, of any kind, that the scope sees (all, when None); unknown ids are left out.

        A memory comes with its episode, sentences, supports, mentions, and the facts and entities that these name; a
        fact with its two entities, its supports and the memories that support it; an entity alone. With `brief`, a memory
        comes without its episode, its mentions and the entities that it only names.
        """
        ...

    async def entities(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The owner's entities that bear one of these normalised keys, or have it among their aliases' keys; those that
        stand for them where they were joined."""
        ...

    async def memories(self, selection: Selection) -> Rows[MemoryRecord]:
        """A page of memories."""
        ...

    async def facts(self, selection: Selection) -> Rows[Fact]:
        """A page of facts."""
        ...

    async def browse_entities(self, selection: Selection) -> Rows[Entity]:
        """A page of entities."""
        ...

    async def bearers(self, scope: Scope, keys: Sequence[str]) -> list[Entity]:
        """The entities, named by words in the scope, that bear one of these keys or have it among their aliases' keys, each by
        itself: with its own names, and who stands for it. By id."""
        ...

    async def same(self, selection: SameSelection) -> Pairs:
        """A page of what is said of pairs of entities."""
        ...

    async def revisions(self, scope: Scope | None, memory_id: str) -> list[Revision]:
        """A memory's history, oldest first; it outlives the memory. Empty when the scope does not see it."""
        ...

    async def keyed(self, scope: Scope, keys: Sequence[str]) -> list[Ingest]:
        """The ingests of exactly this scope that have one of these keys."""
        ...

    async def ingests(self, selection: IngestSelection) -> Rows[Ingest]:
        """A page of ingests."""
        ...

    async def due(self, scope: Scope | None, now: datetime, limit: int) -> list[Ingest]:
        """Ingests that may be begun or taken over at `now`, the oldest first: of each owner the first of those in the scope
        that are pending or being worked on, if its `due_at` is not after `now`. None that came after it is begun before it."""
        ...

    async def counts(self, scope: Scope | None, view: View) -> dict[str, int]:
        """How many memories, facts, entities and episodes the scope sees (the whole store, when None)."""
        ...

    async def owners(self, after: str | None, limit: int) -> list[str]:
        """Who has a graph here: `limit` owners after this one, in order."""
        ...

    async def portion(self, owner: str, after: str | None, limit: int) -> Portion:
        """The owner's graph in parts of about `limit` rows, from its beginning (None) or from where a portion ended."""
        ...

    async def inspect(self, repair: bool) -> list[Flaw]:
        """What is wrong inside, each kind once; with `repair`, set right where that loses nothing that was said."""
        ...

    async def made_with(self) -> EmbeddingModel:
        """The model whose vectors are in use."""
        ...

    async def begin_vectors(self, model: EmbeddingModel) -> int:
        """Make a place for vectors of this model beside those in use, and say how many rows lack one.

        Goes on where an interrupted run for this model stopped; what another one made, unfinished, is dropped. For the
        model in use, the rows are those that have no vector at all. Raises Conflict when another run begins meanwhile.
        """
        ...

    async def without_vectors(self, model: EmbeddingModel, limit: int) -> list[Unembedded]:
        """Rows of any kind that lack a vector of this model, at most `limit`, with what is to be embedded.

        A row that is written, or whose words are changed, after `begin_vectors` is among them, whoever writes it. Raises
        Conflict when it is not this model's vectors that are being made.
        """
        ...

    async def put_vectors(self, model: EmbeddingModel, vectors: Mapping[Unembedded, Vector]) -> None:
        """Keep vectors of this model, in one transaction; not for rows that are gone or say something else by now.

        Raises Conflict as `without_vectors` does, DimensionMismatch and InvalidVector as `commit` does.
        """
        ...

    async def switch_vectors(
        self, model: EmbeddingModel, last: Callable[[Sequence[str]], Matrix] | None = None
    ) -> None:
        """Use the vectors of this model from here on, in one transaction, and drop the others after it.

        Raises Conflict while rows lack one. With `last`, up to `graphmem.domain.embedding.LAST_ROWS` of them are embedded
        inside the transaction, so that it comes to an end however much others write.
        """
        ...
