"""Gives joined entities the names that words in a scope say: what one agent alone called somebody is not told to another.

Rows belong to the entity that stands for what they name, whoever reads them. Its own name may have been said in another agent's or
run's words only; a scope that does not see these words is shown the first of the names that its own words say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graphmem.domain.fact import Entity, Fact
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered

Faces = Mapping[str, Entity]
"""By the id of an entity that stands for others: the entity as a scope is shown it, with the same id."""


def is_narrow(scope: Scope | None) -> bool:
    """Whether there may be words of the owner that the scope does not see."""
    return scope is not None and scope != scope.widest


def in_doubt(entities: Iterable[Entity] = (), facts: Iterable[Fact] = ()) -> list[str]:
    """The ids of those whose names may be other scopes': they have other names, or stand at a fact for what its words name."""
    found = {one.id for one in entities if one.aliases}
    for fact in facts:
        found.update([fact.subject_id] if fact.subject_as else ())
        found.update([fact.object_id] if fact.object_as else ())
    return sorted(found)


def faces(members: Iterable[Entity]) -> dict[str, Entity]:
    """What those that `members` stand for or are look like where only these, each by itself, are named."""
    groups: dict[str, list[Entity]] = {}
    for one in sorted(members, key=lambda one: (one.same_as is not None, one.id)):
        groups.setdefault(one.stands, []).append(one)
    return {stands: _face(stands, *group) for stands, group in groups.items()}


def _face(stands: str, first: Entity, *others: Entity) -> Entity:
    names = sorted(name for one in others for name in (one.name, *one.aliases))
    aliases = tuple(dict.fromkeys((*first.aliases, *names)))
    return first.model_copy(update={"id": stands, "aliases": aliases, "same_as": None})


def shown(entity: Entity, known: Faces) -> Entity:
    """An entity as it is shown."""
    return known.get(entity.id, entity)


def worded(fact: Fact, known: Faces) -> Fact:
    """A fact with the names that are shown."""
    subject, object_ = known.get(fact.subject_id), known.get(fact.object_id)
    if subject is None and object_ is None:
        return fact
    names = {"subject": subject.name if subject else fact.subject, "object": object_.name if object_ else fact.object}
    return fact.model_copy(update=names)


def shown_whole(gathered: Gathered, known: Faces) -> Gathered:
    """Whole rows with the names that are shown."""
    entities = {id_: shown(one, known) for id_, one in gathered.entities.items()}
    return gathered.model_copy(
        update={"entities": entities, "facts": {id_: worded(one, known) for id_, one in gathered.facts.items()}}
    )
