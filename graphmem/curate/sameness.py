"""Decides for the caller which entities are one thing, and takes such decisions back: each is one row, and a step of history."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from graphmem.curate.about import facts_about
from graphmem.curate.naming import with_role
from graphmem.domain.change import ChangeSet
from graphmem.domain.fact import VALUE_TYPE, Entity, Fact
from graphmem.domain.identity import entity_key, new_id
from graphmem.domain.memory import Event, Revision
from graphmem.domain.namesakes import is_namesake, role_in, short_forms
from graphmem.domain.query import SameSelection, View
from graphmem.domain.results import SamePair
from graphmem.domain.sameness import SameAs, SameStatus, representatives, same_id
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Pairs
from graphmem.errors import Conflict, InputError, NotFound, quoted
from graphmem.ports.graph_store import GraphStore

EVERY: tuple[SameStatus, ...] = ("candidate", "same", "apart")
PAGE = 1_000
ATTEMPTS = 50
"""How often a decision is made again when other writers come in between."""
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides, where, why and when."""

    scope: Scope
    actor_id: str | None
    reason: str
    now: datetime


def pair_of(said: SameAs, entities: Mapping[str, Entity]) -> SamePair:
    """What is said of a pair, with its two entities."""
    return SamePair(
        id=said.id,
        entity=entities[said.target_id],
        other=entities[said.source_id],
        status=said.status,
        score=said.score,
        reason=said.reason,
        decided_by=said.decided_by,
        decided_at=said.decided_at,
    )


async def merge(store: GraphStore, entity: str, other: str, by: Deciding) -> SamePair:
    """Let the entity named `entity` stand for the one named `other` as well. Raises NotFound, InputError, Conflict."""

    async def write(basis: int) -> SamePair:
        target = await _bearer(store, by.scope, entity, by.now)
        source = await _bearer(store, by.scope, other, by.now)
        if target.id == source.id:
            raise InputError(
                f"{quoted(entity)} and {quoted(other)} are the same entity already: {quoted(target.name)} bears both names."
            )
        found = await _told(store, by.scope, same_id(target.id, source.id))
        if found.items and found.items[0].status == "same":
            return pair_of(found.items[0], found.entities)
        if target.stands == source.stands:
            raise InputError(
                f"{quoted(entity)} and {quoted(other)} are joined already, through others: same_as(status='same') lists how."
            )
        said = SameAs(
            id=same_id(target.id, source.id),
            owner=by.scope.owner,
            source_id=source.id,
            target_id=target.id,
            status="same",
            score=found.items[0].score if found.items else 1.0,
            reason=by.reason,
            decided_by=by.actor_id,
            decided_at=by.now,
        )
        step = _step(by, said.id, "MERGE", source.name, target.name)
        await store.commit(ChangeSet(owner=by.scope.owner, basis=basis, same=(said,), revisions=(step,)))
        return pair_of(said, {target.id: target, source.id: source.model_copy(update={"same_as": target.stands})})

    return await _decided(store, by.scope, write)


async def part(store: GraphStore, pair_id: str, by: Deciding, *, joined: bool) -> SamePair:
    """Keep a pair apart: one that is `joined`, or a candidate. Raises NotFound, InputError, Conflict."""

    async def write(basis: int) -> SamePair:
        found = await _told(store, by.scope, pair_id)
        if not found.items:
            raise NotFound(f"Nothing is said of a pair {quoted(pair_id)} in this scope: same_as() lists what is.")
        said = found.items[0]
        if said.status == "apart":
            return pair_of(said, found.entities)
        if joined != (said.status == "same"):
            wanted = "split" if said.status == "same" else "dismiss"
            raise InputError(f"The pair {quoted(pair_id)} is {quoted(said.status)}: give it to {wanted}().")
        apart = said.model_copy(
            update={"status": "apart", "reason": by.reason, "decided_by": by.actor_id, "decided_at": by.now}
        )
        ends = [found.entities[id_] for id_ in (said.source_id, said.target_id)]
        step = _step(by, said.id, "SPLIT", ends[0].name, ends[1].name)
        reopened = await _reopened(store, by, said, ends[1]) if joined else ()
        await store.commit(
            ChangeSet(owner=by.scope.owner, basis=basis, same=(apart,), reopened=reopened, revisions=(step,))
        )
        again = await _told(store, by.scope, pair_id)
        return pair_of(apart, again.entities or found.entities)

    return await _decided(store, by.scope, write)


async def _decided(store: GraphStore, scope: Scope, write: Callable[[int], Awaitable[Result]]) -> Result:
    """Decide on what is there, and again when another writer came in between."""
    for _ in range(ATTEMPTS - 1):
        basis = await store.version(scope.owner)
        try:
            return await write(basis)
        except Conflict:
            continue
    return await write(await store.version(scope.owner))


async def _bearer(store: GraphStore, scope: Scope, name: str, now: datetime) -> Entity:
    """The one entity with this name. Raises NotFound, or InputError where several have it."""
    key = entity_key(name)
    found = [one for one in await store.bearers(scope, [key]) if one.type != VALUE_TYPE]
    exact = [one for one in found if one.key == key] or found
    if not exact and role_in(name)[0]:
        bearers = [
            one for one in await store.bearers(scope, [entity_key(short_forms(name)[0])]) if not is_namesake(one)
        ]
        exact = [one for one in bearers if one.stands in await with_role(store, scope, name, bearers, now)]
    if not exact:
        raise NotFound(f"Nothing is called {quoted(name)} in this scope: entities() lists what there is.")
    if len(exact) > 1:
        names = ", ".join(repr(one.name) for one in exact)
        raise InputError(f"{quoted(name)} is another name of several entities: give one of {names}.")
    return exact[0]


async def _told(store: GraphStore, scope: Scope, pair_id: str) -> Pairs:
    return await store.same(SameSelection(scope=scope, statuses=EVERY, id=pair_id, limit=1))


def _step(by: Deciding, pair_id: str, event: Event, other: str, entity: str) -> Revision:
    """The step in the pair's history."""
    return Revision(
        id=new_id("rev"),
        memory_id=pair_id,
        scope=by.scope,
        event=event,
        old_text=other,
        new_text=entity,
        actor_id=by.actor_id,
        reason=by.reason,
        at=by.now,
    )


async def _reopened(store: GraphStore, by: Deciding, said: SameAs, target: Entity) -> tuple[str, ...]:
    """What was closed by a fact that is about somebody else once the two are told apart, and is current again then."""
    pairs = await _joined(store, by.scope.widest)
    after = representatives(one for one in pairs if one != (said.source_id, said.target_id))
    facts = await _facts(store, by, target.stands)
    closed = {id_: facts[one.superseded_by] for id_, one in facts.items() if one.superseded_by in facts}
    parted = {id_: by_ for id_, by_ in closed.items() if not _share(facts[id_], by_, after)}
    return (*sorted(parted), *await _outdated(store, by, parted)) if parted else ()


def _share(fact: Fact, other: Fact, stands: Mapping[str, str]) -> bool:
    """Whether two facts have to do with one thing, as they are said."""
    return any(stands.get(a, a) == stands.get(b, b) for a, b in zip(fact.said, other.said, strict=True))


async def _joined(store: GraphStore, scope: Scope) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    after: str | None = None
    while True:
        page = await store.same(SameSelection(scope=scope, statuses=("same",), limit=PAGE, after=after))
        found += [(one.source_id, one.target_id) for one in page.items]
        after = page.next_after
        if after is None:
            return found


async def _facts(store: GraphStore, by: Deciding, entity: str) -> dict[str, Fact]:
    """All facts with this entity at one end, by id."""
    view = View(now=by.now, include_retired=True)
    return {fact.id: fact for fact in await facts_about(store, by.scope.widest, view, (entity,))}


async def _outdated(store: GraphStore, by: Deciding, parted: Mapping[str, Fact]) -> Sequence[str]:
    """The memories that these facts' closers outdated with them."""
    gathered = await store.fetch(by.scope.widest, sorted(parted), View(now=by.now, include_retired=True))
    said: Iterable[tuple[str, str]] = ((one.memory_id, one.fact_id) for one in gathered.supports)
    closers = {(memory, parted[fact].id) for memory, fact in said if fact in parted}
    return sorted(one.id for one in gathered.memories.values() if (one.id, one.superseded_by) in closers)
