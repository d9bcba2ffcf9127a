"""What an application gives to be remembered: one text or conversation, or many of them in batches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Protocol

from graphmem import arguments
from graphmem.arguments import MOST_ROWS, between
from graphmem.domain.memory import MemoryType
from graphmem.domain.results import AddResult
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, quoted
from graphmem.filling import Filling, OnError, on_error_of
from graphmem.ports.clock import Clock
from graphmem.remember.items import ItemInput, TripleInput, intake_of, items_of
from graphmem.remember.normalise import MessageInput, TimeInput, check_flag
from graphmem.remember.pipeline import Remember


class Adding(Protocol):
    """What a memory has to have so that something can be added to it."""

    _clock: Clock
    _remember: Remember

    async def _ready(self) -> None: ...


async def add(
    self: Adding,
    messages: MessageInput | Sequence[MessageInput],
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    actor_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    categories: Sequence[str] | None = None,
    infer: bool = True,
    memory_type: MemoryType | str | None = None,
    occurred_at: TimeInput = None,
    expires_at: TimeInput = None,
    triples: Iterable[TripleInput] | None = None,
    prompt: str | None = None,
    idempotency_key: str | None = None,
    dry_run: bool = False,
    defer: bool = False,
) -> AddResult:
    """Remember a text, message or conversation and the facts in it: durably when this returns, nothing at all when it raises.

    `messages`: a string, a mapping with `content` (and `role`: user, assistant, system or tool; `name`: who speaks), or a list
    of either; of `content` in parts, the text parts are taken. Each becomes a memory, a long one several. `actor_id`: who is the user,
    where a message of his has no `name`; an assistant is `agent_id`. `infer=False` reads no facts; `triples`, (subject, predicate,
    object) each, take the place of those read; `prompt`: what a model that reads is told besides.
    `occurred_at`: when it was said (default now); dates in it are resolved against that. `memory_type`: semantic (default for a
    string), episodic (for messages) or procedural (needs `agent_id`; docs/kinds.md). Nothing is returned after `expires_at`.

    `idempotency_key`: a second add of the same with it in the same scope gives the first one's result again and does nothing;
    KeyReused is raised for another content. The key is free again when the last memory of the first is deleted. `dry_run`
    reads and decides, at the cost of a model that reads, and writes nothing: `result.changes` is what would be written. `defer`
    stores the words, to be found at once, and leaves the reading of facts to `work`; `ingest` tells how it stands."""
    told: dict[str, Any] = {"actor_id": actor_id, "metadata": metadata, "categories": categories, "prompt": prompt}
    told |= {"memory_type": memory_type, "occurred_at": occurred_at, "expires_at": expires_at, "triples": triples}
    scope = Scope(user_id, agent_id, run_id)
    intake = intake_of(scope, messages, infer=infer, idempotency_key=idempotency_key, defer=defer, **told)
    arguments.expiry(intake.expires_at, self._clock.now())
    await self._ready()
    return (await self._remember([intake], dry_run=check_flag(dry_run, "dry_run")))[0]


async def add_many(
    self: Adding,
    items: Iterable[ItemInput],
    *,
    user_id: str | None = None,
    agent_id: str | None = None,
    run_id: str | None = None,
    batch_size: int = 64,
    infer: bool = True,
    defer: bool = False,
    on_error: OnError = "raise",
    on_progress: Callable[[int], None] | None = None,
) -> list[AddResult]:
    """Remember many items of one scope, `batch_size` in a transaction; a result for each, in order.

    An item is a string, or a mapping with `messages` and any of the keyword arguments of `add` but the scope.
    `on_progress` is called, on another thread, with the number of items done after each batch. A batch that fails leaves the ones
    before it in place and raises; with `on_error="collect"` an item that cannot be added costs no other: its result has an
    `error`. What would be wrong for every item (a store or model's server that is gone, a budget that is spent) is told of all
    that are left, and these are not tried. `defer`: as in `add`, for every item from which something is to be read.
    """
    scope = Scope(user_id, agent_id, run_id)
    _check_batches(batch_size, infer, defer, on_progress)
    filling = Filling(self._remember, on_error_of(on_error))
    await self._ready()
    results: list[AddResult] = []
    given = items_of(items, scope, infer, defer)
    while batch := list(islice(given, batch_size)):
        results += await filling(batch)
        if on_progress:
            await asyncio.to_thread(on_progress, len(results))
    return results


def _check_batches(batch_size: int, infer: bool, defer: bool, on_progress: object) -> None:
    """Raises InputError before anything is stored."""
    check_flag(infer, "infer")
    check_flag(defer, "defer")
    if on_progress is not None and not callable(on_progress):
        raise InputError(f"on_progress={quoted(on_progress)}: give a function that takes the number of items done.")
    between("batch_size", batch_size, 1, MOST_ROWS)
