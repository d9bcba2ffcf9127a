"""Lets one entity stand for another, and takes that back: rows keep what they name and belong to who stands for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.sameness import representatives
from graphmem.stores.neo4j.connection import Writing
from graphmem.stores.neo4j.query import Query


@dataclass(frozen=True, slots=True)
class JoinedParams:
    owner: str
    ids: list[str]


@dataclass(frozen=True, slots=True)
class StandParams:
    moved: list[dict[str, Any]]
    standing: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class LeaveParams:
    ids: list[str]


class JoinedRow(NamedTuple):
    id: str
    stands: str
    name: str
    aliases: list[str] | None
    targets: list[str]
    sources: list[str]
    others: list[str]


class StandRow(NamedTuple):
    moved: int
    standing: int


class LeaveRow(NamedTuple):
    id: str
    stands: str | None
    others: list[str]


JOINED = Query("write/joined", JoinedParams, JoinedRow)
STAND = Query("write/stand", StandParams, StandRow)
LEAVE = Query("write/leave", LeaveParams, LeaveRow)


async def stand_again(writing: Writing, owner: str, ids: Iterable[str]) -> None:
    """Find out anew who stands for these entities and all that are or were joined with them, and move the rows over."""
    members: dict[str, JoinedRow] = {}
    wanted = set(ids)
    while wanted:
        for row in await writing.run(JOINED, JoinedParams(owner, sorted(wanted))):
            members[row.id] = row
        met = {one for row in members.values() for one in (row.stands, *row.targets, *row.sources, *row.others)}
        wanted, before = met - members.keys(), wanted
        if wanted <= before:  # what is left is not there
            break
    leaders = representatives((row.id, target) for row in members.values() for target in row.targets)
    moved = []
    others: dict[str, list[str]] = {id_: [] for id_ in members}
    for id_, row in sorted(members.items()):
        stands = leaders.get(id_, id_)
        if stands != row.stands:
            moved.append({"id": id_, "before": row.stands, "stands": stands})
        if stands != id_:
            others[stands] += [row.name, *(row.aliases or ())]
    standing = [{"id": id_, "others": sorted(set(names))} for id_, names in others.items()]
    await writing.run(STAND, StandParams(moved, standing))


async def leave(writing: Writing, owner: str, gone: Iterable[str]) -> None:
    """Take entities that nothing names any more out of what is said of them, so that no row belongs to them."""
    ids = sorted(gone)
    left = await writing.run(LEAVE, LeaveParams(ids))
    await stand_again(writing, owner, {*ids, *(one for row in left for one in row.others)})
