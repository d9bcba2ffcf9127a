"""Which pairs of words of a sentence could be the two ends of a relation: who or what it is told of, and a value.

Wide on purpose, and the model says which of them are: every name, number, date and address, the speaker, somebody's relative, and
for a value any common noun.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graphmem.extraction.dates import DateSpan
from graphmem.extraction.lexicon import EMPTY_NOUNS, KIN, is_human
from graphmem.extraction.names import Name, Taken
from graphmem.extraction.tree import Tree
from graphmem.extraction.units import MONEY, WEIGHTS

SPEAKERS = frozenset({"i", "me", "my", "mine", "myself", "we", "our", "us"})
_UNITS = MONEY | WEIGHTS
_THIRD = frozenset({"he", "she", "his", "her", "him", "hers"})
MOST_PAIRS = 20


class Mention(NamedTuple):
    """Tokens `first` up to (not including) `last`, headed by `head`; `kind` tells what they are by their looks."""

    first: int
    last: int
    head: int
    kind: str


class Pair(NamedTuple):
    """A mention that a relation could be told of, and one that could be its value there."""

    subject: Mention
    object: Mention


def pairs_of(tree: Tree, names: Sequence[Name], literals: Sequence[Taken]) -> list[Pair]:
    """The pairs of a sentence; none where there are so many that it is no plain statement."""
    found = list(_mentions(tree, names, literals))
    subjects = [one for one in found if one.kind in ("user", "he", "kin", "person", "location", "organization", "name")]
    subjects = _first_of_kind(subjects)
    values = [one for one in found if one.kind not in ("user", "he", "kin")]
    pairs = [
        Pair(one, other) for one in subjects for other in values if one.last <= other.first or other.last <= one.first
    ]
    return pairs if len(pairs) <= MOST_PAIRS else []


def _first_of_kind(subjects: list[Mention]) -> list[Mention]:
    """Of several words for the speaker, or "she" and "her", the first."""
    kinds = [one.kind for one in subjects]
    return [one for at, one in enumerate(subjects) if one.kind not in ("user", "he") or one.kind not in kinds[:at]]


def _mentions(tree: Tree, names: Sequence[Name], literals: Sequence[Taken]) -> Iterator[Mention]:
    taken: set[int] = set()
    for mention in (*_dates(tree, literals), *_numbers(tree), *_named(tree, names)):
        inside = range(mention.first, mention.last)
        if taken.isdisjoint(inside):
            taken.update(inside)
            yield mention
    for at, word in enumerate(tree.lower):
        if at in taken:
            continue
        if word in SPEAKERS:
            yield Mention(at, at + 1, at, "user")
        elif word in _THIRD:
            yield Mention(at, at + 1, at, "he")
        elif (
            tree.pos[at] in ("NOUN", "ADJ", "PROPN", "VERB")
            and word.isalpha()
            and word not in EMPTY_NOUNS
            and len(word) > 1
        ):
            yield from _common(tree, at, taken)


def _numbers(tree: Tree) -> Iterator[Mention]:
    """Runs that begin with a figure: "555-0142", "3,000 euros", "14 Park Road"; and addresses of mail."""
    at = 0
    while at < len(tree):
        word = tree.words[at]
        if "@" in word[1:-1] and word[0].isalnum():
            yield Mention(at, at + 1, at, "mail")
        elif word[0].isdigit() or (word[0] in "+$€£" and (word[1:2].isdigit() or _digit(tree, at + 1))):
            last = at + 1
            while last < len(tree) and _digit(tree, last):
                last += 1
            digits = sum(c.isdigit() for token in tree.words[at:last] for c in token)
            if last < len(tree) and tree.words[last][0].isupper() and tree.words[last].isalpha():
                while last < len(tree) and tree.words[last][0].isupper():
                    last += 1
                yield Mention(at, last, last - 1, "address")
            elif digits >= 7:
                yield Mention(at, last, at, "long number")
            else:
                unit = last < len(tree) and tree.lower[last] in _UNITS
                yield Mention(
                    at, last + unit, last - 1 + unit, "amount" if unit or tree.words[at][0] in "$€£" else "number"
                )
            at = last
            continue
        at += 1


def _digit(tree: Tree, at: int) -> bool:
    return at < len(tree) and tree.words[at][0].isdigit()


def _dates(tree: Tree, literals: Sequence[Taken]) -> Iterator[Mention]:
    """Dates of more than a figure: "4 July 1976"."""
    for literal in literals:
        if not isinstance(literal, DateSpan):
            continue
        inside = [t for t in range(len(tree)) if literal.start <= tree.starts[t] < literal.end]
        if len(inside) > 1 and any(c.isdigit() for t in inside for c in tree.words[t]):
            yield Mention(inside[0], inside[-1] + 1, inside[0], "literal")


def _named(tree: Tree, names: Sequence[Name]) -> Iterator[Mention]:
    for name in sorted(names, key=lambda one: one.first - one.last):
        inside = range(name.first, name.last)
        head = next((t for t in inside if tree.heads[t] not in inside or tree.heads[t] == t), name.first)
        kind = name.type if name.type in ("person", "location", "organization") else "name"
        yield Mention(name.first, name.last, head, kind)


def _common(tree: Tree, at: int, taken: set[int]) -> Iterator[Mention]:
    """A common noun with what is compounded with it; somebody's relative as such."""
    word = tree.lemmas[at].lower()
    owner = tree.kid(at, "nmod:poss")
    if owner is not None and word in KIN:
        yield Mention(min(tree.subtree(owner)), at + 1, at, "kin")
        return
    first = at
    while first and tree.deps[first - 1] == "compound" and tree.heads[first - 1] <= at and first - 1 not in taken:
        first -= 1
    if tree.pos[at] in ("NOUN", "PROPN"):
        if first < at:
            yield Mention(first, at, at - 1, "noun")
        if tree.deps[at] != "compound" or tree.heads[at] != at + 1:
            yield Mention(first, at + 1, at, "human" if is_human(word) else "noun")
    elif tree.pos[at] == "ADJ":
        yield Mention(at, at + 1, at, "adjective")
