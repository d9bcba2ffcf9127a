"""The synchronous face: the same methods, run to the end on a loop of their own."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Coroutine, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from graphmem.domain.ontology import Ontology
from graphmem.memory import AsyncMemory
from graphmem.portal import Portal
from graphmem.ports.clock import Clock
from graphmem.ports.embedder import Embedder
from graphmem.ports.extractor import Extractor
from graphmem.ports.reranker import Reranker
from graphmem.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")


def _sync(method: Callable[Concatenate[AsyncMemory, P], Coroutine[Any, Any, R]]) -> Callable[Concatenate[Memory, P], R]:
    """The method of AsyncMemory, waiting for its end. Name, parameters and docstring stay those of the original."""

    @wraps(method)
    def call(self: Memory, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return self._portal.run(method(self._memory, *args, **kwargs))

    return call


class Memory:
    __doc__ = AsyncMemory.__doc__

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
        parts: dict[str, Any] = {"embedder": embedder, "extractor": extractor, "reranker": reranker, "clock": clock}
        self._memory = AsyncMemory(target, **parts, ontology=ontology)
        self.settings: Settings = self._memory.settings
        self._portal = Portal()
        self._finalizer = weakref.finalize(self, self._portal.close)

    def __enter__(self) -> Self:
        self._portal.run(self._memory.__aenter__())
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store. Idempotent; any other call afterwards raises ClosedError."""
        if self._finalizer.alive:
            self._portal.run(self._memory.close())
            self._finalizer()

    add = _sync(AsyncMemory.add)
    add_many = _sync(AsyncMemory.add_many)
    ingest = _sync(AsyncMemory.ingest)
    ingests = _sync(AsyncMemory.ingests)
    retry_ingest = _sync(AsyncMemory.retry_ingest)
    work = _sync(AsyncMemory.work)
    search = _sync(AsyncMemory.search)
    get = _sync(AsyncMemory.get)
    get_all = _sync(AsyncMemory.get_all)
    update = _sync(AsyncMemory.update)
    feedback = _sync(AsyncMemory.feedback)
    delete = _sync(AsyncMemory.delete)
    delete_all = _sync(AsyncMemory.delete_all)
    history = _sync(AsyncMemory.history)
    restore = _sync(AsyncMemory.restore)
    facts = _sync(AsyncMemory.facts)
    entities = _sync(AsyncMemory.entities)
    paths = _sync(AsyncMemory.paths)
    timeline = _sync(AsyncMemory.timeline)
    stats = _sync(AsyncMemory.stats)
    cypher = _sync(AsyncMemory.cypher)
