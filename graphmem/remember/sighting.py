"""Decides which names that are new are joined to entities that are known, and which only may be the same. Pure.

Decided before a write is planned, from names, types and what both have to do with. What the names alone say is sure: the
new entity is joined, and can be split off again. What they only make likely joins when nothing else bears such a name and
both have to do with the same things; else it is a candidate for somebody to look at. Unsure means apart. Nothing is joined
by itself with what only words of another agent or run name, nor do these stand in the way of what is joined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from graphmem.domain.fact import Entity
from graphmem.domain.identity import entity_key
from graphmem.domain.query import NameProbe
from graphmem.domain.sameness import SameAs, same_id
from graphmem.domain.subgraph import Standing
from graphmem.remember.likeness import Likeness, likeness, taken_apart

SHARED = 2
"""With so many things in common, what is likely is taken for so."""
MOST_ALIKE = 3
"""A new name that more others are like is put to nobody: it says little."""


class NewName(NamedTuple):
    """A name as a write brings it. `beside`: the keys of what its statements join it with."""

    key: str
    name: str
    type: str
    beside: frozenset[str]
    probe: NameProbe


class Seen(NamedTuple):
    """Another that a new name is like: one that is known, or one that is new too, by its key."""

    key: str
    entity: Entity | None
    how: Likeness
    joined: bool = False

    def said_of(self, made: Entity, other: Entity, now: datetime) -> SameAs:
        """What is written of the two."""
        return SameAs(
            id=same_id(made.id, other.id),
            owner=made.owner,
            source_id=made.id,
            target_id=other.id,
            status="same" if self.joined else "candidate",
            score=self.how.score,
            reason=self.how.reason,
            decided_at=now,
        )


class Sighting(NamedTuple):
    """What a new name is like, the likest first."""

    alike: tuple[Seen, ...] = ()

    @property
    def stands(self) -> str | None:
        """Who stands for it from the start, where it is joined."""
        return next((seen.entity.stands for seen in self.alike if seen.joined and seen.entity), None)


@dataclass(slots=True)
class _Others:
    """Names to compare with, by their beginnings and words, so that not each is compared with each."""

    by_sign: dict[str, dict[tuple[str, str], tuple[str, Entity | None]]] = field(default_factory=dict)

    def put(self, key: str, name: str, kind: str, entity: Entity | None) -> None:
        for sign in _signs(entity_key(name)):
            self.by_sign.setdefault(sign, {})[key, name] = (kind, entity)

    def like(self, new: NewName) -> Iterator[Seen]:
        """Those that something speaks for, by each of their names."""
        found: dict[tuple[str, str], tuple[str, Entity | None]] = {}
        for sign in (*_signs(new.key), *(f"={key}" for key in new.probe.exact)):
            found.update(self.by_sign.get(sign, {}))
        for (key, name), (kind, entity) in found.items():
            how = likeness(new.name, new.type, name, kind) if key != new.key else None
            if how is not None:
                yield Seen(key, entity, how)


def _signs(key: str) -> set[str]:
    words = taken_apart(key).words
    if not words:
        return set()
    plain = " ".join(words)
    return {f"={key}", f"={plain}", f"^{words[0]}", f"${words[-1]}", f"~{plain[:4]}"}


def sightings(new: Sequence[NewName], standing: Standing) -> dict[str, Sighting]:
    """By key, what the names that no known entity bears are like."""
    known, fresh = _Others(), _Others()
    for entity in standing.near:
        for name in (entity.name, *entity.aliases):
            known.put(entity.key, name, entity.type, entity)
    for one in new:
        fresh.put(one.key, one.name, one.type, None)
    bearers, theirs = _bearers(standing.entities), set(standing.theirs)
    found: dict[str, Sighting] = {}
    for one in new:
        alike, others = _ranked(known.like(one)), _ranked(fresh.like(one))
        ours = [seen for seen in alike if seen.entity and seen.entity.id not in theirs]
        joined = None if one.key in standing.crowded else _joined(one, ours, len(others), bearers, standing.beside)
        if joined is not None:
            found[one.key] = Sighting((joined._replace(joined=True),))
            continue
        rest = next((some for some in ((*alike, *others), (*ours, *others)) if len(some) <= MOST_ALIKE), ())
        if rest:
            found[one.key] = Sighting(tuple(_ranked(rest)))
    return found


def _ranked(alike: Iterable[Seen]) -> list[Seen]:
    """Each other one once, by what speaks for it most; the likest first, ties by key."""
    best: dict[str, Seen] = {}
    for seen in sorted(alike, key=lambda seen: (-seen.how.sure, -seen.how.score, seen.key)):
        best.setdefault(seen.key, seen)
    return list(best.values())


def _joined(
    one: NewName,
    alike: Sequence[Seen],
    others: int,
    bearers: Mapping[str, set[str]],
    beside: Mapping[str, tuple[str, ...]],
) -> Seen | None:
    """The one that the name is joined to, if it is sure enough: one thing only, whatever the names that it goes by."""
    sure = [seen for seen in alike if seen.how.sure and seen.entity]
    if sure and len({seen.entity.stands for seen in sure if seen.entity}) == 1:
        return sure[0]
    if sure or others or len({seen.entity.stands for seen in alike if seen.entity}) != 1 or not alike[0].how.likely:
        return None
    entity = alike[0].entity
    mine = {id_ for key in one.beside for id_ in bearers.get(key, ())}
    shared = mine.intersection(beside.get(entity.id, ())) if entity else set()
    return alike[0] if len(shared) >= SHARED else None


def _bearers(known: Iterable[Entity]) -> dict[str, set[str]]:
    """By key, who stands for the entities that have it."""
    found: dict[str, set[str]] = {}
    for entity in known:
        found.setdefault(entity.key, set()).add(entity.stands)
    return found
