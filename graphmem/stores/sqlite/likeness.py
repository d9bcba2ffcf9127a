"""Finds entities that may be one thing with others, and what is said of pairs of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from graphmem.domain.fact import VALUE_TYPE, Entity, Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.query import MOST_NEIGHBOURS, Inquiry, NameProbe, SameSelection
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Pairs
from graphmem.stores.faces import Faces, faces, in_doubt, is_narrow
from graphmem.stores.sqlite.rows import Row, entity_of, same_of
from graphmem.stores.sqlite.snapshot import Snapshot

_BEYOND = chr(0x10FFFF)
"""Comes after every character that a name may go on with."""


class Alike(NamedTuple):
    """What a write is told of names like those that it brings; see `Standing`."""

    near: tuple[Entity, ...] = ()
    beside: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    crowded: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()


def faces_of(
    snapshot: Snapshot, scope: Scope | None, entities: Iterable[Entity] = (), facts: Iterable[Fact] = ()
) -> Faces:
    """How the scope is shown those of the entities, and of the ends of the facts, that stand for others."""
    ids = in_doubt(entities, facts) if is_narrow(scope) else []
    rows = snapshot.rows("members_said_in_scope", snapshot.values(scope), ids=ids) if ids else []
    return faces(map(entity_of, rows))


def unheard(snapshot: Snapshot, scope: Scope, entities: Mapping[int, Entity], keys: Collection[str]) -> tuple[str, ...]:
    """Those that have one of these keys only among their aliases', and that no words in the scope name, by id."""
    by_alias = [number for number, one in entities.items() if one.key not in keys]
    if not by_alias or not is_narrow(scope):
        return ()
    said = {row[0] for row in snapshot.rows("entities_said_in_scope", snapshot.values(scope), numbers=by_alias)}
    return tuple(sorted(entities[number].id for number in by_alias if number not in said))


def bearers(snapshot: Snapshot, scope: Scope, keys: Sequence[str]) -> dict[int, tuple[Entity, int]]:
    """The entities that bear one of these keys themselves, by number, in order of id, each with the number of who stands for it."""
    rows = snapshot.rows("entities_said_by_key", snapshot.values(scope), keys=keys) if keys else []
    return {row[0]: (entity_of(row), row[8]) for row in rows}


def alike(snapshot: Snapshot, inquiry: Inquiry, known: Collection[Entity]) -> Alike:
    """Entities with names like those that none of the known ones bears."""
    borne = {key for one in known for key in (one.key, *map(entity_key, one.aliases))}
    here = snapshot.values(inquiry.scope)
    values = {"owner": here["owner"], "value_type": VALUE_TYPE}
    found: set[int] = set()
    crowded = []
    for name in inquiry.names:
        if name.key in borne:
            continue
        ways = list(_ways(snapshot, values, name, inquiry.near))
        found.update(row[0] for rows in ways for row in rows)
        if any(len(rows) >= inquiry.near for rows in ways[1:]):
            crowded.append(name.key)
    if not found:
        return Alike(crowded=tuple(crowded))
    rows = snapshot.rows("entities_said_by_number", values, numbers=sorted(found))
    near = tuple(map(entity_of, rows))
    standing = sorted({row[8] for row in rows})
    asked = {**here, "value_type": VALUE_TYPE, "most": MOST_NEIGHBOURS}
    told = dict(snapshot.rows("entity_neighbours", asked, numbers=standing))
    beside = {row[1]: tuple(json.loads(told[row[8]])) for row in rows}
    said = {number for (number,) in snapshot.rows("entities_said_here", here, numbers=[row[0] for row in rows])}
    return Alike(near, beside, tuple(crowded), tuple(row[1] for row in rows if row[0] not in said))


def _ways(snapshot: Snapshot, values: dict[str, Any], name: NameProbe, most: int) -> Iterator[list[Any]]:
    exact = snapshot.rows("entities_with_keys", values, keys=name.exact) if name.exact else []
    yield [(number,) for _, number in exact]
    for head in name.heads:
        yield snapshot.rows("entities_beginning", {**values, "head": head, "beyond": head + _BEYOND, "most": most})
    for letter in (name.letters or ("",)) if name.last else ():
        place = {"last": name.last, "head": letter, "beyond": letter + _BEYOND, "most": most}
        yield snapshot.rows("entities_ending", {**values, **place})


def same(snapshot: Snapshot, selection: SameSelection) -> Pairs:
    """See `GraphStore.same`."""
    values = snapshot.values(selection.scope) | {"id": selection.id}
    page = {"after": selection.after, "limit": selection.limit + 1}
    rows: list[Row] = snapshot.rows("same_page", values | page, statuses=selection.statuses)
    ((total,),) = snapshot.rows("same_total", values, statuses=selection.statuses)
    items = tuple(map(same_of, rows[: selection.limit]))
    ends = {end for one in items for end in (one.source_id, one.target_id)}
    entities = {row[1]: entity_of(row) for row in snapshot.rows("entities_said_by_id", values, ids=sorted(ends))}
    following = items[-1].id if len(rows) > selection.limit else None
    return Pairs(items=items, entities=entities, total=total, next_after=following)
