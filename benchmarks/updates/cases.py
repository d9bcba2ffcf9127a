"""Makes the cases of the suite: what is told, when and by whom, and what the graph has to say after it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import TypeAlias

from benchmarks.updates.scenes import Scene, cast
from benchmarks.updates.wordings import Relation, Wordings, relations

FIRST, BETWEEN, SECOND, THIRD = (datetime(2024, month, 10, 9, tzinfo=UTC) for month in (2, 5, 8, 10))
LONG_AGO, THEN = datetime(2019, 6, 1, 12, tzinfo=UTC), datetime(2020, 6, 1, 12, tzinfo=UTC)
YEARS = {"y": "2013", "z": "2017"}
IN_THOSE_YEARS = datetime(2015, 6, 1, 12, tzinfo=UTC)
OWN, OTHER = "first", "second"
_UPDATED = "phone age email weight salary shoe_size address favourite_colour favourite_food favourite_band"
UPDATED = frozenset(_UPDATED.split())
"""Relations whose value is a number, an address or a favourite: their changes are a kind of their own."""


@dataclass(frozen=True, slots=True)
class Tell:
    """A message of the user, or a conversation in which user and assistant alternate. `closes`: the values of the relation
    that it has to supersede; None demands nothing, an empty set that nothing at all is superseded. `known`: it has to be a
    NOOP."""

    texts: tuple[str, ...]
    at: datetime = FIRST
    scope: str = OWN
    closes: frozenset[str] | None = frozenset()
    known: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """The values that the relation has for `subject` at a moment (now where None). `supports`: it is one single fact, and at
    least so many memories say it."""

    subject: str
    expected: frozenset[str]
    at: datetime | None = None
    scope: str = OWN
    supports: int = 0


Step: TypeAlias = Tell | Ask


@dataclass(frozen=True, slots=True)
class Case:
    """`steps` in order, every one of which has to come out right."""

    id: str
    kind: str
    relation: Relation
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of case: the roles of wordings it takes, how many cases a relation gives, which relations have it."""

    roles: tuple[str, ...]
    times: int
    steps: Callable[[Scene, int], Iterator[Step]]
    fits: Callable[[Relation], bool] = lambda _: True
    may_be_user: bool = True


def cases(wordings: Wordings, seed: int) -> list[Case]:
    """All cases of a part, the same for the same seed."""
    from benchmarks.updates.kinds import KINDS

    found = []
    for name, kinds in KINDS.items():
        for relation in relations().values():
            found += [
                case for place, kind in enumerate(kinds) for case in _of(name, place, kind, relation, wordings, seed)
            ]
    return found


def _of(name: str, place: int, kind: Kind, relation: Relation, wordings: Wordings, seed: int) -> Iterator[Case]:
    for number in range(kind.times if kind.fits(relation) else 0):
        key = f"{name}/{place}/{relation.name}/{number}"
        scene = cast(wordings, relation, kind.roles, number, Random(f"{seed}/{wordings.part}/{key}"), kind.may_be_user)
        if scene is not None:
            told = (Tell((scene.aside,)), *kind.steps(scene, number))
            yield Case(key, name, relation, (*told, Ask(scene.bystander, frozenset([scene.values[-1]]))))


def state(subject: str, *values: str, at: datetime | None = None, scope: str = OWN, supports: int = 0) -> Ask:
    """A question whose answer is these values and no others."""
    return Ask(subject, frozenset(values), at, scope, supports)
