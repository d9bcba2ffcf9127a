"""The public face: what an application calls. It checks what it is given, then hands it to the room that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Self

from graphmem import adding, analysts, arguments, deferring, joining, judging, restoring, timelines
from graphmem.arguments import MOST_ROWS, UNSET, Unset, between, optional_scope
from graphmem.curate import browse, edit
from graphmem.curate.naming import named
from graphmem.domain.fact import Entity, Fact
from graphmem.domain.filter import Filter, parse_filter
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.ontology import Ontology
from graphmem.domain.query import Selection, View
from graphmem.domain.results import AddedMemory, Deleted, FactPath, Page, SearchResult, Stats
from graphmem.domain.scope import Scope
from graphmem.editing import deleted, edited
from graphmem.errors import ClosedError, InputError
from graphmem.guard import GuardedEmbedder, GuardedExtractor
from graphmem.ports.clock import Clock
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Extractor
from graphmem.ports.graph_store import GraphStore
from graphmem.ports.reranker import Reranker
from graphmem.recall.pipeline import RecallQuery
from graphmem.remember.normalise import TimeInput, check_categories, check_flag, check_metadata, check_text, moment
from graphmem.remember.pipeline import Remember
from graphmem.settings import Settings, settings_of
from graphmem.wiring import (
    SystemClock,
    make_adviser,
    make_embedder,
    make_extractor,
    make_ontology,
    make_recall,
    make_store,
)

MOST_HOPS = 3


class AsyncMemory:
    """A graph memory.

    Give it where the graph lives (a file's path, ``sqlite:///file.db``, ``:memory:``, ``neo4j://host:7687``) or `Settings`;
    without either, GRAPHMEM_URL says it, else NEO4J_URI, else it is a file in the user's data folder; the rest is as the
    environment says. Use it as a context manager, or call `close`.
    Every read and write needs a scope: at least one of `user_id`, `agent_id` and `run_id`, all of which must match.
    `embedder`, `extractor`, `reranker` and `clock` replace the bundled ones, and what the settings name;
    `ontology`, the types and relations that facts are held to (docs/ontology.md), what its file says.
    """

    def __init__(
        self,
        target: str | Settings | None = None,
        *,
        embedder: Embedder | None = None,
        extractor: Extractor | None = None,
        reranker: Reranker | None = None,
        clock: Clock | None = None,
        ontology: Ontology | Mapping[str, Any] | None = None,
    ) -> None:
        self.settings: Settings = settings_of(target)
        self._ontology = make_ontology(self.settings, ontology)
        self._clock: Clock = clock or SystemClock()
        self._embedder: Embedder = GuardedEmbedder(embedder or make_embedder(self.settings))
        reader = GuardedExtractor(extractor or make_extractor(self.settings, self._ontology))
        self._store: GraphStore = make_store(self.settings, self._embedder)
        self._remember = Remember(
            self._store,
            self._embedder,
            reader,
            self._clock,
            piece_length=self.settings.passage_length,
            patience=self.settings.busy_timeout,
            adviser=make_adviser(self.settings),
            ontology=self._ontology,
        )
        self._recall = make_recall(self.settings, self._store, self._embedder, reranker)
        self._opening = asyncio.Lock()
        self._open = self._closed = False

    async def __aenter__(self) -> Self:
        await self._ready()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()

    async def _ready(self) -> None:
        if self._closed:
            raise ClosedError("This memory is closed: make a new one.")
        async with self._opening:
            if not self._open:
                await self._store.open()
                self._open = True

    async def close(self) -> None:
        """Let go of the store. Idempotent; any other call afterwards raises ClosedError."""
        self._closed = True
        await self._store.close()

    async def search(
        self,
        query: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        limit: int = 10,
        hops: int = 2,
        filters: Mapping[str, Any] | Filter | None = None,
        categories: Sequence[str] | None = None,
        threshold: float | None = None,
        as_of: TimeInput = None,
        include_retired: bool = False,
    ) -> SearchResult:
        """The memories that answer `query` best, each with its score in parts and the path that led to it.

        `hops`, 0 to 3, is how many steps are walked from the best seeds. `filters` restricts by metadata, categories,
        type and times (`graphmem.domain.filter` has the grammar); `threshold` drops hits whose score is lower in the end;
        `as_of` asks what held at a moment; `include_retired` returns what is outdated too. It keeps to the budget of the
        settings, and a reranker that fails is done without; `trace` tells of both. Raises InputError kinds.
        """
        scope = Scope(user_id, agent_id, run_id)
        check_text(query, "query")
        recall = RecallQuery(
            scope=scope,
            text=query,
            limit=between("limit", limit, 1, MOST_ROWS),
            hops=between("hops", hops, 0, MOST_HOPS),
            view=self._view(as_of, include_retired),
            filter=arguments.combined(filters, categories),
            threshold=arguments.number("threshold", threshold),
        )
        await self._ready()
        return await self._recall(recall)

    async def get(
        self, memory_id: str, *, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> MemoryRecord:
        """One memory by its id, outdated or not. Raises NotFound, also for another scope's when one is given."""
        scope = optional_scope(user_id, agent_id, run_id)
        await self._ready()
        return (await edit.find(self._store, arguments.check_id_given(memory_id), scope, self._clock.now()))[0]

    async def get_all(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        filters: Mapping[str, Any] | Filter | None = None,
        limit: int = 100,
        cursor: str | None = None,
        as_of: TimeInput = None,
        include_retired: bool = False,
    ) -> Page[MemoryRecord]:
        """Memories of the scope, oldest first, a page at a time."""
        selection = Selection(
            scope=Scope(user_id, agent_id, run_id),
            kind="memory",
            view=self._view(as_of, include_retired),
            limit=between("limit", limit, 1, MOST_ROWS),
            after=arguments.cursor_of(cursor),
            filter=parse_filter(filters),
        )
        await self._ready()
        rows = await self._store.memories(selection)
        return Page(items=rows.items, total=rows.total, next_cursor=rows.next_after)

    async def update(
        self,
        memory_id: str,
        text: str | None = None,
        *,
        metadata: Mapping[str, Any] | None = None,
        categories: Sequence[str] | None = None,
        expires_at: TimeInput | Unset = UNSET,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
    ) -> AddedMemory:
        """Rewrite a memory. With a new `text` the facts of the old one go and those of the new one come.

        `metadata` and `categories` replace the old ones; `expires_at=None` takes an expiry away. What is left out
        stays. The scope cannot be changed. Raises NotFound and InputError kinds.
        """
        scope = optional_scope(user_id, agent_id, run_id)
        changed: dict[str, Any] = {}
        if text is not None:
            changed["text"] = check_text(text)
        if metadata is not None:
            changed["metadata"] = check_metadata(metadata)
        if categories is not None:
            changed["categories"] = check_categories(categories)
        if not isinstance(expires_at, Unset):
            changed["expires_at"] = arguments.expiry(expires_at, self._clock.now())
        if not changed:
            raise InputError("Nothing to update: give text, metadata, categories or expires_at.")
        await self._ready()
        return await edited(
            self._store, self._remember, self._clock, arguments.check_id_given(memory_id), scope, changed
        )

    async def delete(
        self, memory_id: str, *, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> Deleted:
        """Delete a memory, and by provenance the facts and entities that only it vouched for. Raises NotFound.

        What it had superseded is current again. Its history stays.
        """
        scope = optional_scope(user_id, agent_id, run_id)
        await self._ready()
        return await deleted(self._store, self._clock, arguments.check_id_given(memory_id), scope)

    async def delete_all(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        filters: Mapping[str, Any] | Filter | None = None,
    ) -> Deleted:
        """Delete every memory of the scope that the filter takes, outdated ones too.

        When it returns, all of them are gone. Up to 200 go in one transaction, more in portions, so that a small server can
        forget a large owner: first all are hidden from every read, then they go. Should it be interrupted, what is hidden stays
        hidden, nothing that was outdated comes back, and calling again finishes it.
        """
        scope = Scope(user_id, agent_id, run_id)
        chosen = parse_filter(filters)
        await self._ready()
        return Deleted(removed=await edit.purge_all(self._store, scope, chosen, self._clock.now()))

    async def history(
        self, memory_id: str, *, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> list[Revision]:
        """What happened to a memory, oldest first; it outlives the memory. Raises NotFound."""
        scope = optional_scope(user_id, agent_id, run_id)
        await self._ready()
        return await edit.history(self._store, arguments.check_id_given(memory_id), scope)

    async def facts(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        subject: str | None = None,
        predicate: str | None = None,
        object: str | None = None,
        as_of: TimeInput = None,
        include_retired: bool = False,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Fact]:
        """Facts of the scope, oldest first. `subject` and `object` are names of entities. `predicate`: what
        is said; ``live_in`` finds all that says or begins it (``reside_in``, ``move_to``), and ``move_to`` other moves only."""
        scope = Scope(user_id, agent_id, run_id)
        view = self._view(as_of, include_retired)
        rows = between("limit", limit, 1, MOST_ROWS)
        await self._ready()
        selection = Selection(
            scope=scope,
            kind="fact",
            view=view,
            limit=rows,
            after=arguments.cursor_of(cursor),
            subjects=await named(self._store, scope, arguments.name_of(subject, "subject"), view.now),
            predicates=arguments.predicate_forms(predicate, self._ontology),
            objects=await named(self._store, scope, arguments.name_of(object, "object"), view.now),
        )
        page = await self._store.facts(selection)
        return Page(items=page.items, total=page.total, next_cursor=page.next_after)

    async def entities(
        self,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[Entity]:
        """Entities that the scope's memories name."""
        selection = Selection(
            scope=Scope(user_id, agent_id, run_id),
            kind="entity",
            view=self._view(None, False),
            limit=between("limit", limit, 1, MOST_ROWS),
            after=arguments.cursor_of(cursor),
        )
        await self._ready()
        page = await self._store.browse_entities(selection)
        return Page(items=page.items, total=page.total, next_cursor=page.next_after)

    async def paths(
        self,
        source: str,
        target: str,
        *,
        user_id: str | None = None,
        agent_id: str | None = None,
        run_id: str | None = None,
        max_hops: int = 3,
        limit: int = 5,
    ) -> list[FactPath]:
        """The shortest chains of current facts that join two entities, given by name; empty when none does."""
        scope = Scope(user_id, agent_id, run_id)
        check_text(source, "source")
        check_text(target, "target")
        hops, most = between("max_hops", max_hops, 1, 6), between("limit", limit, 1, 100)
        await self._ready()
        return await browse.paths(self._store, scope, self._view(None, False), source, target, hops, most)

    async def stats(
        self, *, user_id: str | None = None, agent_id: str | None = None, run_id: str | None = None
    ) -> Stats:
        """How much there is, of the scope or, without one, in the whole store."""
        scope = optional_scope(user_id, agent_id, run_id)
        await self._ready()
        counts = await self._store.counts(scope, self._view(None, True))
        kinds = {kind: counts.get(kind, 0) for kind in ("memories", "facts", "entities", "episodes")}
        return Stats(**kinds, store=self.settings.url, embedder=self._embedder.name, dimension=self._embedder.dimension)

    add = adding.add
    add_many = adding.add_many
    ingest = deferring.ingest
    ingests = deferring.ingests
    retry_ingest = deferring.retry_ingest
    work = deferring.work
    feedback = judging.feedback
    restore = restoring.restore
    timeline = timelines.timeline
    same_as = joining.same_as
    merge = joining.merge
    split = joining.split
    dismiss = joining.dismiss
    cypher = analysts.cypher

    def _view(self, as_of: TimeInput, include_retired: bool) -> View:
        retired = check_flag(include_retired, "include_retired")
        return View(now=self._clock.now(), as_of=moment(as_of, "as_of"), include_retired=retired)
