"""What is there before a write: the owner's counters, the rows that the write refers to, and who says the same already."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from graphmem.domain.change import ChangeSet
from graphmem.errors import Conflict, InvalidScope
from graphmem.stores.neo4j.connection import Writing
from graphmem.stores.neo4j.placing import InUse, Place
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.rows import lookup
from graphmem.stores.neo4j.values import statement_of


def check_owners(changes: ChangeSet) -> None:
    """Raises InvalidScope when a row is another owner's than the ChangeSet's."""
    scopes = [one.scope for one in changes.episodes] + [one.scope for one in changes.memories]
    scopes += [one.scope for one in changes.facts] + [one.scope for one in changes.revisions]
    scopes += [one.scope for one in changes.ingests]
    owners = {scope.owner for scope in scopes}
    owners |= {one.owner for one in changes.entities} | {one.owner for one in changes.same}
    strangers = owners - {changes.owner}
    if strangers:
        raise InvalidScope(f"A row of {min(strangers)!r} is in a ChangeSet of {changes.owner!r}.")


@dataclass(frozen=True, slots=True)
class ClaimParams:
    owner: str
    episodes: list[str]
    entities: list[str]
    keys: list[str]
    memories: list[str]
    facts: list[str]
    statements: list[str]
    runs: list[dict[str, str | None]]
    types: bool


class ClaimRow(NamedTuple):
    model: str
    dimension: int
    place: Place
    moving: bool
    version: int
    numbered: int
    episodes: list[Any]
    entities: list[Any]
    keyed: list[Any]
    memories: list[Any]
    facts: list[Any]
    twins: list[Any]
    lasts: list[Any]
    types: list[str]


@dataclass(frozen=True, slots=True)
class TwinsParams:
    owner: str
    statements: list[str]


class TwinRow(NamedTuple):
    statement: str
    id: str
    valid_to: Any


CLAIM = Query("write/claim", ClaimParams, ClaimRow)
TWINS = Query("write/twins", TwinsParams, TwinRow)


class Before(NamedTuple):
    """A memory that is there before it is written again."""

    words: str
    word_count: int
    about: str | None
    episode: str | None
    facts: list[str]


@dataclass(slots=True)
class Twin:
    """A fact that is not retired: its id and until when it is true."""

    id: str
    valid_to: datetime | None


@dataclass(slots=True)
class Claim:
    """Ids by kind of what is there. `keyed`: id and aliases of the owner's entities by key; `lasts`: the last memory of a run;
    `moving`: whether vectors of another model are being made; `twins`: facts by statement that are not retired, the oldest first."""

    version: int
    moving: bool
    numbered: int
    known: dict[str, set[str]]
    keyed: dict[str, tuple[str, list[str]]]
    before: dict[str, Before]
    twins: dict[str, list[Twin]]
    lasts: dict[tuple[str, str | None], str]
    types: list[str]
    stands: dict[str, str] = field(default_factory=dict)
    """By entity, who stands for it, where another does."""
    standing_for: dict[str, str] = field(default_factory=dict)
    """Ids of the ChangeSet whose row is another: an entity that is there under another id, a fact said already."""

    def row(self, kind: str, wanted: str) -> str:
        """The id of the row that `wanted` means. Raises Conflict when it is not (or no longer) there."""
        if wanted in self.standing_for:
            return self.standing_for[wanted]
        if wanted not in self.known[kind]:
            raise Conflict(f"The {kind} {wanted!r} that this write refers to is not there: read again and repeat.")
        return wanted


async def claim(writing: Writing, changes: ChangeSet, *, types: bool) -> Claim:
    """Take the owner's graph for this transaction and see what is there. Raises Conflict when it is not what the write was
    decided on, InvalidScope when an id is another owner's, DimensionMismatch when another model's vectors are in use by now.
    """
    (row,) = await writing.run(CLAIM, _asked(changes, types))
    writing.check(InUse(row.model, row.dimension, row.place))
    if changes.basis is not None and changes.basis != row.version:
        raise Conflict(
            f"The memories of {changes.owner!r} were changed by another writer (version {row.version}, decided on "
            f"{changes.basis}): read again and repeat."
        )
    known = {
        "episode": _ours("episode", row.episodes),
        "entity": _ours("entity", row.entities),
        "memory": _ours("memory", row.memories),
        "fact": _ours("fact", row.facts),
    }
    twins: dict[str, list[Twin]] = {}
    for statement, id_, valid_to in row.twins:
        twins.setdefault(statement, []).append(Twin(id_, valid_to and valid_to.to_native()))
    return Claim(
        version=row.version,
        moving=row.moving,
        numbered=row.numbered,
        known=known,
        keyed={key: (id_, list(aliases or ())) for key, id_, aliases, _ in row.keyed},
        stands={id_: stands for id_, _, stands in (*row.entities, *(one[1:] for one in row.keyed)) if stands},
        before={one[0]: Before(*one[2:]) for one in row.memories},
        twins=twins,
        lasts={(run, agent): last for run, agent, last in row.lasts},
        types=row.types,
    )


async def ask_twins(writing: Writing, found: Claim, owner: str, statements: Iterable[str]) -> None:
    """Who makes these statements, too: they are about entities that are there under other ids than the ChangeSet has."""
    wanted = sorted(set(statements) - found.twins.keys())
    for row in await writing.run(TWINS, TwinsParams(owner, wanted)) if wanted else ():
        found.twins.setdefault(row.statement, []).append(Twin(row.id, row.valid_to and row.valid_to.to_native()))


def _ours(kind: str, rows: Iterable[list[Any]]) -> set[str]:
    found = set()
    for id_, ours, *_ in rows:
        if not ours:
            raise InvalidScope(f"An id of this ChangeSet is the id of another owner's {kind}: make a new one.")
        found.add(id_)
    return found


def _asked(changes: ChangeSet, types: bool) -> ClaimParams:
    """Every id that the write names, sorted, so that two writers ask in the same order."""
    memories, supports, mentions, facts = changes.memories, changes.supports, changes.mentions, changes.facts
    runs = {(one.scope.run_id, one.scope.agent_id) for one in memories if one.scope.run_id is not None}
    referred = {one.memory_id for one in changes.sentences}
    referred |= {one.memory_id for one in supports} | {one.memory_id for one in mentions}
    referred |= {memory for one in changes.ingests for memory in one.memory_ids}
    ends = {end for one in facts for end in one.said} | {one.entity_id for one in mentions}
    ends |= {end for one in changes.same for end in (one.source_id, one.target_id)}
    return ClaimParams(
        owner=changes.owner,
        episodes=sorted({one.id for one in changes.episodes} | {one.episode_id for one in memories}),
        entities=sorted({one.id for one in changes.entities} | {one.said for one in memories if one.said} | ends),
        keys=sorted({lookup(one.key) for one in changes.entities}),
        memories=sorted({one.id for one in memories} | referred),
        facts=sorted({one.id for one in facts} | {one.fact_id for one in supports}),
        statements=sorted({statement_of(one) for one in facts}),
        runs=[{"run_id": run, "agent_id": agent} for run, agent in sorted(runs, key=str)],
        types=types,
    )
