"""Words that say the same relation, seen from either end: who is asked for as the wife is told of as the husband.

A question walks a fact in one of two directions. A noun for somebody's role ("mother of") names one end only, so the walk
to the other end goes by another noun ("son", "daughter"); a verb ("works for") does for both. The vocabulary is that of
everyday life and is closed on purpose: words outside it still match by their form, "directed" with "director".
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

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


_ENDINGS = ("ings", "ing", "ers", "er", "ors", "or", "ions", "ion", "ed", "es", "s", "e")


@cache
def _groups() -> dict[str, str]:
    """By word of the vocabulary, the first of those that say the same."""
    lines = [line.split() for line in _SAME.strip().splitlines()]
    return {word: line[0] for line in lines for word in line}


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
    where it names no role, by a word that says one of these `acts`."""

    nouns: frozenset[str] = frozenset()
    acts: frozenset[str] = frozenset()

    @classmethod
    def of(cls, told: Told, forwards: bool, *, asker: str = "") -> Relation:
        """The relation of a fact crossed from subject to object (`forwards`) or back. What is told of the `asker` goes by its
        predicate alone: "I love the hills near where I live" does not say where."""
        said = told.predicate.split("_")
        words = {*said, *(() if asker in (told.subject_id, told.object_id) else _words_in(told.text))}
        words.difference_update(_words_in(told.subject), _words_in(told.object))
        roles = words & _inverses().keys()
        if not roles:
            return cls(acts=frozenset(map(act, words)))
        of_subject = said[0] in roles and said[-1] == "of"
        nouns = _generals() if forwards != of_subject else _inverses()
        return cls(nouns=frozenset().union(*(nouns[role] for role in roles)))

    def says(self, word: str) -> bool:
        """Whether a word of a question, in lower case, is for this relation."""
        if self.nouns:
            return word in self.nouns or word.removesuffix("s") in self.nouns
        return act(word) in self.acts


def signs_of(words: Collection[str]) -> frozenset[str]:
    """Pieces of words, one of which stands in every text that says a relation for one of these `words` of a question: a text
    without any need not be taken apart. A word and what it is a form of begin alike."""
    acts = frozenset(map(act, words))
    nouns = {noun for word in words for noun in (word, word.removesuffix("s")) if noun in _inverses()}
    roles = {role for role in _inverses() if not nouns.isdisjoint(_generals()[role] | _inverses()[role])}
    return acts | roles | {word.removesuffix("e") for word, first in _groups().items() if first in acts}


@lru_cache(maxsize=1024)
def _words_in(text: str) -> frozenset[str]:
    """In lower case. The facts of a sentence have it in common, and those of an entity its name."""
    return frozenset(_WORD.findall(text.lower()))


def is_role(word: str) -> bool:
    """Whether a word, in lower case, is for somebody's role: a mother, her sons."""
    return word in _inverses() or word.removesuffix("s") in _inverses()


def is_known(word: str) -> bool:
    """Whether a word, in lower case, is of the vocabulary."""
    return is_role(word) or any(form in _groups() for form in _forms(word))


@lru_cache(maxsize=20_000)
def act(word: str) -> str:
    """What stands for all words of one relation and all forms of one word: a word of the vocabulary, or else the stem. Nouns
    for roles stay whole: a mother is not what mothers do."""
    for form in _forms(word):
        if form in _groups():
            return _groups()[form]
    return word if is_role(word) else _stem(word)


def _forms(word: str) -> Iterator[str]:
    """The word, and what it may be a form of."""
    yield word
    for ending in ("s", "d", "ed", "ing"):
        if word.endswith(ending):
            yield word.removesuffix(ending)
    if word.endswith("ing"):
        yield word.removesuffix("ing") + "e"


def _stem(word: str) -> str:
    """The word without the endings that make a doer or a time of what is done: directed, director, direct."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
