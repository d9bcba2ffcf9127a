"""Fetches whole rows by id, with what ties them together, and pages through those of a scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.memory import MemoryRecord, Revision
from graphmem.domain.query import Selection, View
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Rows
from graphmem.stores.faces import shown, worded
from graphmem.stores.sqlite.filter_sql import Condition
from graphmem.stores.sqlite.likeness import faces_of
from graphmem.stores.sqlite.rows import (
    Row,
    entity_of,
    episode_of,
    fact_of,
    memory_of,
    mention_of,
    revision_of,
    sentence_of,
    support_of,
)
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.sqlite.statements import fragment

Item = TypeVar("Item", MemoryRecord, Fact, Entity)


def fetch(snapshot: Snapshot, scope: Scope | None, ids: Sequence[str], view: View, brief: bool = False) -> Gathered:
    """See `GraphStore.fetch`."""
    values = snapshot.values(scope, view)
    memories = snapshot.rows("memories_by_id", values, ids=ids)
    facts = snapshot.rows("facts_by_id", values, ids=ids)
    entities = snapshot.rows("entities_by_id", values, ids=ids)
    asked = {row[0]: row[1] for row in memories}
    told = snapshot.rows("facts_of_memories", values, numbers=asked)
    by_others = snapshot.rows("supports_of_facts", values, numbers=[row[0] for row in facts]) if facts else []
    by_others = [row for row in by_others if row[5] not in asked]
    told.sort(key=itemgetter(1))
    told.sort(key=lambda row: asked[row[25]])
    if by_others:
        memories += snapshot.rows("memories_by_number", values, numbers={row[5] for row in by_others})
    mentions = [] if brief else snapshot.rows("mentions_of", values, numbers=asked)
    facts = list({row[0]: row for row in (*facts, *told)}.values())
    ends = {end for row in facts for end in (row[5], row[8])}
    ends |= {row[5] for row in mentions} | {row[0] for row in snapshot.rows("about_of", values, numbers=asked)}
    entities += snapshot.rows("entities_by_number", values, numbers=ends - {row[0] for row in entities})
    episodes = [] if brief else snapshot.rows("episodes_by_number", values, numbers=asked)
    episodes += snapshot.rows("episodes_by_id", values, ids=ids)
    sentences = snapshot.rows("sentences_of", values, numbers=asked)
    sentences.sort(key=itemgetter(1))
    sentences.sort(key=lambda row: asked[row[0]])
    found = {row[1]: entity_of(row) for row in entities}
    stated = {row[1]: fact_of(row) for row in _with_names(facts, entities)}
    known = faces_of(snapshot, scope, found.values(), stated.values())
    return Gathered.model_construct(
        memories={row[1]: memory_of(row) for row in memories},
        facts={id_: worded(fact, known) for id_, fact in stated.items()},
        entities={id_: shown(one, known) for id_, one in found.items()},
        episodes={row[0]: episode_of(row) for row in episodes},
        sentences=tuple(sentence_of((asked[row[0]], *row[1:])) for row in sentences),
        supports=(*(support_of((asked[row[25]], row[1], *row[22:25])) for row in told), *map(support_of, by_others)),
        mentions=tuple(map(mention_of, mentions)),
    )


def _with_names(facts: Sequence[Row], entities: Sequence[Row]) -> Iterator[Row]:
    """Rows of facts with the ids and names of their two entities in place of the numbers."""
    named = {row[0]: (row[1], row[4]) for row in entities}
    for row in facts:
        if row[5] in named and row[8] in named:
            yield (*row[:5], *named[row[5]], row[7], *named[row[8]], *row[10:22])


def memories(snapshot: Snapshot, selection: Selection) -> Rows[MemoryRecord]:
    """A page of memories."""
    condition = Condition(selection.filter)
    where = [fragment("seen", "m"), condition.text]
    lists: dict[str, Sequence[str]] = {}
    if selection.exactly:
        where.append(fragment("exactly_here", "m"))
    if selection.hashes is not None:
        where[0] = fragment("seen_by_row", "m")
        where.append(fragment("memory_hashes"))
        lists["hashes"] = selection.hashes
    return _page(snapshot, selection, "memory", where, lists, memory_of, condition.values)


def facts(snapshot: Snapshot, selection: Selection) -> Rows[Fact]:
    """A page of facts."""
    restrictions = {
        "subjects": selection.subjects,
        "objects": selection.objects,
        "memory_ids": selection.memory_ids,
        "predicates": selection.predicates,
    }
    lists = {name: values for name, values in restrictions.items() if values is not None}
    names = {"memory_ids": "fact_memories"}
    found_otherwise = lists.keys() - {"predicates"}
    where = [fragment("seen_by_row" if found_otherwise else "seen", "f")]
    where += [fragment(names.get(name, f"fact_{name}")) for name in lists]
    page = _page(snapshot, selection, "fact", where, lists, fact_of, {})
    known = faces_of(snapshot, selection.scope, facts=page.items)
    return page.model_copy(update={"items": tuple(worded(fact, known) for fact in page.items)})


def entities(snapshot: Snapshot, selection: Selection) -> Rows[Entity]:
    """A page of entities."""
    where = [fragment("entity_of_owner", "e"), fragment("entity_seen", "e")]
    lists: dict[str, Sequence[str]] = {}
    if selection.memory_ids is not None:
        where = [fragment("entity_seen", "e"), fragment("entity_memories")]
        lists["memory_ids"] = selection.memory_ids
    page = _page(snapshot, selection, "entity", where, lists, entity_of, {})
    known = faces_of(snapshot, selection.scope, page.items)
    return page.model_copy(update={"items": tuple(shown(one, known) for one in page.items)})


def _page(
    snapshot: Snapshot,
    selection: Selection,
    kind: str,
    where: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    read: Callable[[Row], Item],
    extra: Mapping[str, Any],
) -> Rows[Item]:
    """`limit` rows after the cursor, how many there are in all, and where to go on."""
    values = {**snapshot.values(selection.scope, selection.view), **extra}
    slots = {
        "where": " AND ".join(f"({one})" for one in where),
        "order": "DESC" if selection.descending else "ASC",
        "beyond": "<" if selection.descending else ">",
    }
    cursor = {"after": selection.after, "limit": selection.limit + 1}
    rows = snapshot.rows(f"{kind}_page", values | cursor, slots, **lists)
    ((total,),) = snapshot.rows(f"{kind}_total", values, {"where": slots["where"]}, **lists)
    items = tuple(read(row) for row in rows[: selection.limit])
    return Rows(items=items, total=total, next_after=items[-1].id if items and len(rows) > selection.limit else None)


def revisions(snapshot: Snapshot, scope: Scope | None, memory_id: str) -> list[Revision]:
    """A memory's history, oldest first."""
    values = snapshot.values(scope) | {"memory_id": memory_id}
    return [revision_of(row) for row in snapshot.rows("revisions_of", values)]


def counts(snapshot: Snapshot, scope: Scope | None, view: View) -> dict[str, int]:
    """How many rows of each kind the scope sees."""
    values = snapshot.values(scope, view)
    kinds = ("memories", "facts", "entities", "episodes")
    return {kind: snapshot.rows(f"count_{kind}", values)[0][0] for kind in kinds}
