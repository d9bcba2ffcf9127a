"""Words that say the same relation, seen from either end: who is asked for as the wife is told of as the husband.

A question walks a fact in one of two directions. A noun for somebody's role ("mother of") names one end only, so the walk
to the other end goes by another noun ("son", "daughter"); a verb ("works for") does for both. The vocabulary is that of
everyday life and is closed on purpose: words outside it still match by their form, "directed" with "director".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from graphmem.domain.identity import entity_key
from graphmem.domain.subgraph import Told

_WORD = re.compile(r"\w+(?:-\w+)*")
_ROLES = """
mother mum mom parent / father dad parent > son child kid / daughter child kid
grandmother grandparent / grandfather grandparent > grandson grandchild / granddaughter grandchild
husband spouse partner / wife spouse partner > wife spouse partner / husband spouse partner
brother sibling / sister sibling > brother sibling / sister sibling
uncle / aunt > nephew / niece
boss manager supervisor > employee subordinate
teacher mentor > student pupil
friend > friend
colleague coworker > colleague coworker
neighbour neighbor > neighbour neighbor
cousin > cousin
"""
"""A line: the nouns for one end, and after ``>`` those for the other; within an end, ``/`` parts those who are not the same,
each noun before its more general ones."""

_SAME = """
live reside dwell home move settle
work employ employer job company firm workplace
office headquarters headquartered based seat
born birth birthplace
die died death
own owner belong possess
write wrote written author writer
marry married husband wife spouse partner wed
study studied student school university attend
found founder founded establish start
like love enjoy prefer favourite favorite
"""
"""A line: words for one relation, in whichever direction it is walked."""


@cache
def _groups() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(line.split()) for line in _SAME.strip().splitlines())


@cache
def _inverses() -> dict[str, frozenset[str]]:
    """By noun for one end, the nouns for the other."""
    found: dict[str, set[str]] = {}
    for line in _ROLES.strip().splitlines():
        one, other = (frozenset(re.findall(r"\w+", end)) for end in line.split(">"))
        for near, far in ((one, other), (other, one)):
            for noun in near:
                found.setdefault(noun, set()).update(far)
    return {noun: frozenset(words) for noun, words in found.items()}


@cache
def _generals() -> dict[str, frozenset[str]]:
    """By noun, itself and what else may be said for it."""
    found: dict[str, set[str]] = {}
    for line in _ROLES.strip().splitlines():
        for kind in re.split(r"[>/]", line):
            words = kind.split()
            for noun in words:
                found.setdefault(noun, {noun}).update(words[1:])
    return {noun: frozenset(words) for noun, words in found.items()}


@dataclass(frozen=True, slots=True)
class Relation:
    """What a question may call a fact that is crossed in one direction: by one of these `nouns` for whom it leads to, or
    where it names no role, by a word of the same relation as one of `words`."""

    nouns: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Told, forwards: bool) -> Relation:
        """The relation of a fact crossed from subject to object (`forwards`) or back."""
        said = told.predicate.split("_")
        names = {word for name in (told.subject, told.object) for word in entity_key(name).split()}
        words = frozenset(word for word in (*said, *_WORD.findall(told.text.lower())) if word not in names)
        roles = words & _inverses().keys()
        if not roles:
            return cls(words=words)
        of_subject = said[0] in roles and said[-1] == "of"
        nouns = _generals() if forwards != of_subject else _inverses()
        return cls(nouns=frozenset().union(*(nouns[role] for role in roles)))

    def says(self, word: str) -> bool:
        """Whether a word of a question, in lower case, is for this relation."""
        if self.nouns:
            return not self.nouns.isdisjoint((word, word.removesuffix("s")))
        return any(same_relation(word, one) for one in self.words)


@cache
def same_relation(one: str, other: str) -> bool:
    """Whether two words say one relation, or are forms of one word: alike but for their ends."""
    if one == other:
        return True
    most, least = max(len(one), len(other)), min(len(one), len(other))
    begun = max(4, least - 1 if least < 7 else least - 2)
    if least >= 4 and one[:begun] == other[:begun] and most - least <= 3:
        return one not in _inverses() and other not in _inverses()
    return any(_within(one, group) and _within(other, group) for group in _groups())


def _within(word: str, group: frozenset[str]) -> bool:
    forms = (word, word.removesuffix("s"), word.removesuffix("d"), word.removesuffix("ed"), word.removesuffix("ing"))
    return not group.isdisjoint((*forms, word.removesuffix("ing") + "e"))
