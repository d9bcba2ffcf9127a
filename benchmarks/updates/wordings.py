"""The relations of the suite and the wordings of its two parts, read from the TOML files beside this module."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from random import Random
from typing import Any

PARTS = ("dev", "more", "held")
HERE = Path(__file__).parent
_FEMALE = re.compile(r"\b(?:daughter|sister|sisters|she)\b")
_MALE = re.compile(r"\b(?:son|brother|brothers)\b")


@dataclass(frozen=True, slots=True)
class Relation:
    """What counts as the relation in the graph: predicates of (subject, predicate, value), and of (value, predicate, subject)
    where it is `turned`. `subject` and `value` say which words stand for its two ends; `many`: values add up."""

    name: str
    subject: str
    value: str
    many: bool
    forward: frozenset[str]
    turned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Person:
    """A person's name and sex, from which pronouns and words of kinship follow."""

    name: str
    female: bool

    def words(self) -> dict[str, str]:
        """What a wording may say of the subject."""
        listed = ("she her She sister husband mother", "he his He brother wife father")[not self.female].split()
        return dict(zip(("she", "her", "She", "kin", "spouse", "parent"), listed, strict=True))


@dataclass(frozen=True)
class Wordings:
    """One part: `roles[relation][role]` are its wordings, `values[kind]` what they are filled with."""

    part: str
    values: Mapping[str, tuple[str, ...]]
    roles: Mapping[str, Mapping[str, tuple[str, ...]]]

    def of(self, relation: str, role: str, first_person: bool = False) -> tuple[str, ...]:
        """The wordings of a role that speak of a named subject, or of the user."""
        return tuple(one for one in self.roles[relation].get(role, ()) if ("{s}" not in one) == first_person)

    @cached_property
    def first_names(self) -> tuple[Person, ...]:
        """All first names, women and men in turn."""
        pairs = zip(self.values["woman"], self.values["man"], strict=True)
        return tuple(Person(name, female) for pair in pairs for name, female in zip(pair, (True, False), strict=True))

    def draw(self, kind: str, count: int, random: Random, female: bool | None = None, without: str = "") -> list[str]:
        """`count` different values of a kind, none of which begins with `without`."""
        people = [one.name for one in self.first_names if female in (None, one.female)]
        pool = people if kind == "person" else self.values[kind]
        return random.sample([one for one in pool if not without or not one.startswith(without)], count)


def sex_told(*wordings: str) -> bool | None:
    """Whether wordings make their value a woman (True) or a man (False); None where they leave it open."""
    if any(_FEMALE.search(one) for one in wordings):
        return True
    return False if any(_MALE.search(one) for one in wordings) else None


def filled(wording: str, words: Mapping[str, Any]) -> str:
    """A wording as a sentence; "a" becomes "an" before a vowel."""
    text = wording.format_map(dict(words))
    return re.sub(r"\b([Aa]) (?=[aeiouAEIOU])", r"\1n ", text[:1].upper() + text[1:])


def relations() -> dict[str, Relation]:
    """The relations by name, in the order of the file."""
    return {name: _relation(name, row) for name, row in _read("relations").items()}


@cache
def plainest(relation: str) -> str:
    """The plain words in which a bystander is told of, in either part."""
    return wordings("dev").of(relation, "tell")[0]


def _relation(name: str, row: Mapping[str, Any]) -> Relation:
    nouns = row.get("nouns", "").split()
    return Relation(
        name=name,
        subject=row.get("subject", "person"),
        value=row["value"],
        many=row.get("many", False),
        forward=frozenset([*row.get("forward", "").split(), *nouns, *(f"has_{noun}" for noun in nouns)]),
        turned=frozenset([*row.get("turned", "").split(), *(f"{noun}_of" for noun in nouns)]),
    )


def wordings(part: str) -> Wordings:
    """The wordings of a part."""
    document = _read(part)
    values = {kind: tuple(listed.split(", ")) for kind, listed in document.pop("values").items()}
    roles = {
        relation: {role: tuple(lines.strip().splitlines()) for role, lines in rows.items()}
        for relation, rows in document.items()
    }
    return Wordings(part, values, roles)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
