"""Casts a case: who it is about, which wordings it takes, and which values they are filled with.

All of it follows from the seed and the case's id. Somebody else is told of in the same relation in plain words, so that what
must stay can be asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from benchmarks.updates.wordings import Person, Relation, Wordings, filled, plainest, sex_told

USER = "user"
VALUES = 4
"""How many values a case has at hand; the last one is the bystander's."""


@dataclass(frozen=True, slots=True)
class Scene:
    """`chosen` are the wordings of the case by role; `words` fill them besides {o} and {old}. `asked` is the name under
    which the graph has the subject."""

    relation: Relation
    chosen: dict[str, str]
    words: dict[str, str]
    values: tuple[str, ...]
    asked: str
    bystander: str
    aside: str
    """The sentence that is told of the bystander."""
    surnames: tuple[str, str]
    """Of two people of one first name."""
    towns: tuple[str, ...]
    """Towns whose names are people's, too."""

    def say(self, role: str, value: int = 0, old: int = 0, more: Mapping[str, str] | None = None) -> str:
        """The wording of a role with the values of these numbers."""
        one = {"o": self.values[value], "old": self.values[old]}
        return filled(self.chosen[role], {**self.words, **one, **(more or {})})

    def renamed(self, subject: str, role: str, value: int = 0, old: int = 0) -> str:
        """The same, said of another subject."""
        return self.say(role, value, old, {"s": subject})


def cast(
    wordings: Wordings, relation: Relation, roles: Sequence[str], number: int, random: Random, may_be_user: bool = True
) -> Scene | None:
    """The `number`th scene of a relation with these roles ("tell again" is another wording of "tell"); None where the
    relation has no wordings for them. Every third one speaks of the user, where there are words for it."""
    of_user = may_be_user and number % 3 == 2
    chosen = _chosen(wordings, relation, roles, number, of_user) or _chosen(wordings, relation, roles, number, False)
    if chosen is None:
        return None
    of_user = not any("{s}" in wording for wording in chosen.values())
    subject = random.choice(wordings.first_names)
    sex = sex_told(*chosen.values())
    if relation.name == "spouse":
        sex = not subject.female
    things = [] if relation.subject == "person" else wordings.draw(relation.subject, 1, random)
    name = things[0] if things else subject.name
    values = wordings.draw(relation.value, VALUES, random, sex, without=name)
    more = {"partner": "girlfriend" if values[0] in wordings.values["woman"] else "boyfriend"}
    words = {**subject.words(), **more, "s": name}
    kind = "bystander" if relation.subject == "person" else relation.subject
    other = wordings.draw(kind, 1, random, without=name)[0]
    plain = plainest(relation.name)
    aside = filled(plain, {**words, **Person(other, True).words(), "s": other, "o": values[-1], "old": values[-1]})
    first, second = wordings.draw("surname", 2, random)
    asked = USER if of_user else name
    towns = wordings.values["twin_place"]
    return Scene(relation, chosen, words, tuple(values), asked, other, aside, (first, second), towns)


def _chosen(
    wordings: Wordings, relation: Relation, roles: Sequence[str], number: int, of_user: bool
) -> dict[str, str] | None:
    chosen: dict[str, str] = {}
    for role in roles:
        base = role.split()[0]
        given = _given(wordings, relation, base, of_user, chosen)
        free = [one for one in _turned(given, number // 3 if of_user else number) if one not in chosen.values()]
        fitting = [one for one in free if sex_told(one) in (None, *_sexes(chosen))]
        if not fitting:
            return None
        chosen[role] = fitting[0]
    return chosen


def _given(wordings: Wordings, relation: Relation, role: str, of_user: bool, chosen: dict[str, str]) -> Sequence[str]:
    """The wordings of a role. "No, I meant Lyon" is of what was said last, at the end of the sentence before; where the value
    stood in front, a correction has to name what it takes back."""
    if role != "said":
        return wordings.of(relation.name, role, of_user)
    told = chosen["tell"]
    last = told.index("{o}") > told.find("{s}")
    return [one for one in wordings.roles["said"]["fix"] if last or "{old}" in one]


def _turned(given: Sequence[str], number: int) -> list[str]:
    at = number % len(given) if given else 0
    return [*given[at:], *given[:at]]


def _sexes(chosen: dict[str, str]) -> tuple[bool | None, ...]:
    told = sex_told(*chosen.values())
    return (True, False) if told is None else (told,)
