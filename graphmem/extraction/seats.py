"""What the nouns of a clause tell of it: who works there, what is a club or a pay, where somebody is at home and a company has its seat.

Part of `canonical`.
"""

from __future__ import annotations

from graphmem.extraction.arguments import owner_of
from graphmem.extraction.idioms import first_of
from graphmem.extraction.lexicon import words
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement
from graphmem.extraction.units import MONEY

_SEATS = words("headquarters seat")
_CLUBS = words(
    "club party federation guild society association union team cross church army committee board council choir band "
    "orchestra league academy institute alliance movement brotherhood fraternity sorority organization organisation group"
)
_PERIODS = words("hour day week month year")
WORKS = words("job position post role internship")
HOMES = frozenset({"home", "house", "flat", "apartment", "place", "residence"})
"""What a home is called."""


def is_club(tree: Tree, thing: int) -> bool:
    """Whether a thing is one that people are members of: "the Green Party"."""
    named = [thing, *tree.kids(thing, "flat", "compound")]
    return tree.kid(thing, "det") is not None and any(tree.lower[t] in _CLUBS for t in named)


def worker(tree: Tree, statement: Statement) -> int | None:
    """Who works there, in "Ana's new job is at Zed" and "Ana is now at Zed"."""
    subject = statement.subject
    if subject < 0 or tree.pos[statement.object] != "PROPN":
        return None
    if tree.pos[subject] == "NOUN" and lemma(tree, subject) in WORKS:
        return owner_of(tree, subject)
    if statement.predicate == "is_with" and not _is_organization(tree, statement.object):
        return None  # "I'm with Ana now"
    now = any(tree.lower[t] in ("now", "currently") for t in range(len(tree)))
    return subject if now and tree.pos[subject] in ("PROPN", "PRON") else None


def _is_organization(tree: Tree, thing: int) -> bool:
    return any(first <= thing < last and label == "ORG" for first, last, label in tree.entities)


def is_pay(tree: Tree, thing: int) -> bool:
    """Whether it is so much money in a stretch of time: "3,000 euros a month"."""
    money = tree.lower[thing] in MONEY or tree.words[first_of(tree, thing)][0] in "$€£¥"
    return money and any(
        tree.lower[i] in ("a", "an", "per", "every", "each") and tree.lower[i + 1] in _PERIODS
        for i in range(thing, len(tree) - 1)
    )


def is_seat(tree: Tree, thing: int) -> bool:
    """Whether it is where an organization is at home; of its offices only the head office is."""
    head = any(tree.lower[t] in ("head", "main") for t in tree.kids(thing, "compound", "amod"))
    return lemma(tree, thing) in _SEATS or (lemma(tree, thing) == "office" and head)


def moves_seat(tree: Tree, verb: int) -> bool:
    thing = tree.kid(verb, "obj")
    return thing is not None and is_seat(tree, thing)


def moved(tree: Tree, verb: int) -> int | None:
    """What somebody moves that is not themselves: "the meeting" in "we moved the meeting to Delft"."""
    moved = tree.kid(verb, "obj")
    return None if moved is None or tree.pos[moved] != "NOUN" or lemma(tree, moved) in HOMES else moved
