"""The kinds of cases: what is told in each, and what holds after it.

* change, value: a newer statement of the same takes the older one's place.
* correction: what was said is taken back, outright or by the value alone in the same conversation.
* late: what was true before arrives after what is true now, by when it was said or by the years it names.
* many: another value of what may have many; nothing is closed.
* negation: what was said ends, or never was.
* past: what used to be is not, and does not disturb what is.
* future: what is wanted or planned is not yet, and closes nothing.
* repetition: the same words again, or the same in other words: one fact, with the more support.
* homonym: two people of one first name, and a person named like a place.
* scope: what another user says changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.updates.cases import (
    BETWEEN,
    IN_THOSE_YEARS,
    LONG_AGO,
    OTHER,
    SECOND,
    THEN,
    THIRD,
    UPDATED,
    YEARS,
    Kind,
    Step,
    Tell,
    state,
)
from benchmarks.updates.scenes import Scene
from benchmarks.updates.wordings import Relation

_FIXED = frozenset({"birthday", "birthplace"})
_REPLY = "Thanks, noted."


def _one(relation: Relation) -> bool:
    return not relation.many and relation.name not in _FIXED


def _changing(relation: Relation) -> bool:
    return _one(relation) and relation.name not in UPDATED


def _updated(relation: Relation) -> bool:
    return relation.name in UPDATED


def _many(relation: Relation) -> bool:
    return relation.many


def _person(relation: Relation) -> bool:
    return relation.subject == "person"


def _change(role: str) -> Kind:
    roles = ("tell", "tell again") if role == "tell" else ("tell", role)

    def steps(scene: Scene, _: int) -> Iterator[Step]:
        old, new = scene.values[:2]
        yield Tell((scene.say("tell"),))
        yield Tell((scene.say(roles[1], 1, 0),), SECOND, closes=frozenset([old]))
        yield state(scene.asked, new)
        yield state(scene.asked, old, at=BETWEEN)
        yield state(scene.asked, new, at=THIRD)

    return Kind(roles, 4 if role == "now" else 1, steps, _changing)


def _update(role: str) -> Kind:
    kind = _change(role)
    return Kind(kind.roles, kind.times, kind.steps, _updated)


def _corrected(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("fix", 1, 0),), SECOND, closes=None)
    yield state(scene.asked, scene.values[1])


def _corrected_at_once(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"), _REPLY, scene.say("said", 1, 0)), closes=None)
    yield state(scene.asked, scene.values[1])


def _late(scene: Scene, _: int) -> Iterator[Step]:
    new, old = scene.values[:2]
    yield Tell((scene.say("tell"),), SECOND)
    yield Tell((scene.say("tell again", 1),), LONG_AGO)
    yield state(scene.asked, new)
    yield state(scene.asked, old, at=THEN)
    yield state(scene.asked, new, at=THIRD)


def _dated(scene: Scene, _: int) -> Iterator[Step]:
    new, old = scene.values[:2]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("dated", 1, more=YEARS),), SECOND)
    yield state(scene.asked, new)
    yield state(scene.asked, old, at=IN_THOSE_YEARS)


def _another(scene: Scene, _: int) -> Iterator[Step]:
    one, two = scene.values[:2]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("now", 1),), SECOND)
    yield state(scene.asked, one, two)
    yield state(scene.asked, one, at=BETWEEN)


def _third(scene: Scene, _: int) -> Iterator[Step]:
    one, two, three = scene.values[:3]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("tell again", 1),), SECOND)
    yield Tell((scene.say("now", 2),), THIRD)
    yield state(scene.asked, one, two, three)


def _ended(scene: Scene, _: int) -> Iterator[Step]:
    one = scene.values[0]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("ended"),), SECOND, closes=None)
    yield state(scene.asked)
    yield state(scene.asked, one, at=BETWEEN)


def _one_ended(scene: Scene, _: int) -> Iterator[Step]:
    one, two = scene.values[:2]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("tell again", 1),))
    yield Tell((scene.say("ended", 1),), SECOND, closes=None)
    yield state(scene.asked, one)
    yield state(scene.asked, one, two, at=BETWEEN)


def _never(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell", 1),))
    yield Tell((scene.say("ended"),), SECOND)
    yield state(scene.asked, scene.values[1])


def _past_after(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("past", 1),), SECOND)
    yield state(scene.asked, scene.values[0])


def _past_before(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("past", 1),))
    yield state(scene.asked)
    yield Tell((scene.say("tell"),), SECOND)
    yield state(scene.asked, scene.values[0])


def _future(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("future", 1),), SECOND)
    yield state(scene.asked, scene.values[0])


def _same_words(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("tell"),), SECOND, known=True)
    yield state(scene.asked, scene.values[0], supports=1)


def _other_words(scene: Scene, _: int) -> Iterator[Step]:
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("tell again"),), SECOND)
    yield state(scene.asked, scene.values[0], supports=2)


def _namesakes(scene: Scene, _: int) -> Iterator[Step]:
    """Two people of one first name, one of whom changes, is added to, or stops."""
    first, second = (f"{scene.words['s']} {surname}" for surname in scene.surnames)
    one, two, new = scene.values[:3]
    yield Tell((scene.renamed(first, "tell"),))
    yield Tell((scene.renamed(second, "tell", 1),))
    yield Tell((scene.renamed(second, "now", 2, 1),), SECOND, closes=None)
    yield state(first, one)
    yield state(second, *([two, new] if scene.relation.many else [new]))


def _namesake_ends(scene: Scene, _: int) -> Iterator[Step]:
    first, second = (f"{scene.words['s']} {surname}" for surname in scene.surnames)
    yield Tell((scene.renamed(first, "tell"),))
    yield Tell((scene.renamed(second, "tell"),))
    yield Tell((scene.renamed(second, "ended"),), SECOND, closes=None)
    yield state(first, scene.values[0])
    yield state(second)


def _like_a_place(scene: Scene, number: int) -> Iterator[Step]:
    """A person who is named like the town that another one is told of with."""
    town = scene.towns[number % len(scene.towns)]
    one, two = scene.values[:2]
    yield Tell((scene.say("tell", more={"o": town}),))
    yield Tell((scene.renamed(town, "tell"),))
    yield Tell((scene.renamed(town, "now", 1, 0),), SECOND, closes=None)
    yield state(scene.asked, town)
    yield state(town, *([one, two] if scene.relation.many else [two]))


def _elsewhere(scene: Scene, _: int) -> Iterator[Step]:
    one, two = scene.values[:2]
    yield Tell((scene.say("tell"),))
    yield Tell((scene.say("tell again", 1),), SECOND, OTHER)
    yield state(scene.asked, one)
    yield state(scene.asked, two, scope=OTHER)


_TWICE = ("tell", "tell again")
_DENIED_OUTRIGHT = frozenset({"visited", "reading"})
"""What happened once cannot end: denying it denies that it happened."""


def _can_end(relation: Relation) -> bool:
    return relation.name not in _DENIED_OUTRIGHT


def _said_alike(relation: Relation) -> bool:
    """Whether the wordings of a relation say the same: a kid and a son, a dog and a rabbit are not."""
    return relation.name not in ("child", "pet")


KINDS: dict[str, tuple[Kind, ...]] = {
    "change": (_change("now"), _change("tell")),
    "value": (_update("now"), _update("tell")),
    "correction": (Kind(("tell", "fix"), 2, _corrected), Kind(("tell", "said"), 1, _corrected_at_once)),
    "late": (Kind(_TWICE, 2, _late, _one), Kind(("tell", "dated"), 2, _dated)),
    "many": (
        Kind(("tell", "now"), 3, _another, _many),
        Kind(("tell", "tell again", "now"), 2, _third, _many),
    ),
    "negation": (
        Kind(("tell", "ended"), 2, _ended, _can_end),
        Kind(("tell", "tell again", "ended"), 1, _one_ended, lambda one: one.many and _can_end(one)),
        Kind(("tell", "ended"), 2, _never, lambda one: one.name in _DENIED_OUTRIGHT),
    ),
    "past": (Kind(("tell", "past"), 2, _past_after), Kind(("tell", "past"), 1, _past_before)),
    "future": (Kind(("tell", "future"), 3, _future),),
    "repetition": (Kind(("tell",), 1, _same_words), Kind(_TWICE, 2, _other_words, _said_alike)),
    "homonym": (
        Kind(("tell", "now"), 1, _namesakes, _person, may_be_user=False),
        Kind(("tell", "ended"), 1, _namesake_ends, lambda one: one.many and _person(one), may_be_user=False),
        Kind(("tell", "now"), 3, _like_a_place, lambda one: one.name in ("residence", "visited"), may_be_user=False),
    ),
    "scope": (Kind(_TWICE, 1, _elsewhere),),
}
