"""What noun phrases state without a verb: apposition, titles, possession.

"Ana Lopez, the director of Zed" (Ana Lopez, ``director_of``, Zed) · "Bob, a baker" (Bob, ``is_a``, baker) · "actress
Mia Wood" (Mia Wood, ``is_a``, actress) · "his sister Eva" (Eva, ``sister_of``, he) · "the World Health Organization
(WHO)" (…, ``also_known_as``, WHO).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from graphmem.extraction.arguments import Argument, case_tokens
from graphmem.extraction.lexicon import EMPTY_NOUNS, KIN, is_human
from graphmem.extraction.predicates import NO_PREPOSITION, PLACE_PREPOSITIONS, canonical, lemma, relational_noun
from graphmem.extraction.tree import Tree

_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")


class Relation(NamedTuple):
    """A statement between two tokens of a sentence; `bare` asks for the object without its prepositional phrases."""

    subject: int
    predicate: str
    object: int
    bare: bool = False


def noun_relations(tree: Tree, subject: int, noun: int) -> Iterator[Relation]:
    """What it says of `subject` that it is the common noun `noun`: its relations if the noun has any, else its kind."""
    inner = _of_many(tree, noun)
    name = relational_noun(tree, inner)
    related = inner != noun
    for owner in tree.kids(inner, "nmod:poss"):
        if name:
            yield Relation(subject, f"{name}_of", owner)
            related = True
    for phrase in tree.kids(inner, "nmod"):
        cases = case_tokens(tree, phrase)
        if not cases or phrase < inner:
            continue
        words = " ".join(tree.lower[case] for case in cases)
        if words in NO_PREPOSITION or _mere_attribute(tree, phrase):
            continue
        predicate = canonical(name, words)
        if words in PLACE_PREPOSITIONS and not is_human(lemma(tree, inner)):
            predicate = canonical("is", words)
        for conjunct in _named_alike(tree, phrase):
            yield Relation(subject, predicate, conjunct)
        related = related or words == "of"
    kind = lemma(tree, inner)
    owned = tree.kid(inner, "nmod:poss") is not None and related
    told_as_kind = (
        not related
        or (not owned and is_human(kind) and kind not in KIN and kind != "member")
        or _indefinite(tree, noun)
    )
    if told_as_kind and tree.lower[inner] not in EMPTY_NOUNS:
        yield Relation(subject, "is_a", inner, bare=True)
        yield from _qualities(tree, subject, inner)


def _indefinite(tree: Tree, noun: int) -> bool:
    return any(tree.lower[t] in ("a", "an") for t in tree.kids(noun, "det")) and lemma(tree, noun) not in KIN | {
        "member",
        "part",
    }


def _mere_attribute(tree: Tree, phrase: int) -> bool:
    """Whether a phrase tells a quality ("a writer of Moroccan origin"), not a relation to a thing."""
    if tree.pos[phrase] != "NOUN" or "Number=Plur" in tree.morphs[phrase]:
        return False
    definite = tree.kid(phrase, "det", "nmod:poss", "appos") is not None
    return not definite and not any(tree.pos[child] == "PROPN" for child in tree.children[phrase])


def _qualities(tree: Tree, subject: int, noun: int) -> Iterator[Relation]:
    """Nationality and year told in front of a kind: "a 1931 German film" is from 1931 and German."""
    for child in tree.children[noun]:
        if child < noun and tree.pos[child] == "ADJ" and tree.words[child][0].isupper():
            yield Relation(subject, "is", child)
        elif child < noun and _YEAR.fullmatch(tree.words[child]):
            yield Relation(subject, "is_from", child)


def _of_many(tree: Tree, noun: int) -> int:
    """The noun that counts in "one of the tributaries", "a kind of tree"."""
    if tree.lower[noun] in ("one", "some", "part", "kind", "type", "sort", "group", "pair", "series", "member") and (
        tree.pos[noun] == "NUM" or tree.lower[noun] in ("one", "some", "kind", "type", "sort")
    ):
        for phrase in tree.kids(noun, "nmod"):
            if [tree.lower[case] for case in case_tokens(tree, phrase)] == ["of"] and tree.pos[phrase] == "NOUN":
                return phrase
    return noun


def _named_alike(tree: Tree, head: int) -> list[int]:
    return [token for token in tree.conjuncts(head) if tree.pos[token] in ("NOUN", "PROPN", "PRON", "NUM", "X")]


def nominal_relations(tree: Tree) -> Iterator[Relation]:
    """Every statement that the sentence's noun phrases make."""
    for i, dep in enumerate(tree.deps):
        head = tree.heads[i]
        if dep == "appos" and head != i:
            yield from _apposition(tree, head, i)
        elif dep in ("compound", "nmod:desc", "flat", "nmod:unmarked") and {tree.pos[i], tree.pos[head]} == {
            "NOUN",
            "PROPN",
        }:
            noun, name = (i, head) if tree.pos[i] == "NOUN" else (head, i)
            if noun < name and is_human(lemma(tree, noun)) and tree.words[noun][0].islower():
                yield from _titled(tree, name, noun)
        elif dep == "nmod:poss" and tree.pos[head] == "NOUN" and _kin(tree, head):
            yield Relation(head, f"{relational_noun(tree, head)}_of", i)


def _titled(tree: Tree, name: int, noun: int) -> Iterator[Relation]:
    """ "actress Mia Wood", "my sister Eva": the possessive may hang on the name."""
    owners = tree.kids(name, "nmod:poss") if lemma(tree, noun) in KIN else []
    for owner in owners:
        yield Relation(name, f"{relational_noun(tree, noun)}_of", owner)
    if not owners:
        yield from noun_relations(tree, name, noun)


def _kin(tree: Tree, noun: int) -> bool:
    """A relative or friend told by their tie alone ("my sister"); named ones and predicates are stated elsewhere."""
    named = any(tree.pos[k] == "PROPN" for k in tree.kids(noun, "appos", "flat", "nmod:desc", "nmod:unmarked"))
    identified = tree.deps[noun].startswith("nsubj") and tree.pos[tree.heads[noun]] == "PROPN"
    return (
        lemma(tree, noun) in KIN
        and not identified
        and tree.kid(noun, "cop") is None
        and not named
        and "Number=Plur" not in tree.morphs[noun]
    )


def _apposition(tree: Tree, head: int, beside: int) -> Iterator[Relation]:
    first, second = tree.pos[head], tree.pos[beside]
    start = min(tree.subtree(beside))
    opened = tree.words[start - 1] if start else ""
    if second == "NOUN" and (opened in ("and", "or", "(") or tree.words[start] == "("):
        return
    if second == "NOUN" and first in ("PROPN", "PRON"):
        for noun in _named_alike(tree, beside):
            if tree.pos[noun] == "NOUN":
                yield from noun_relations(tree, head, noun)
    elif first == "NOUN" and second == "PROPN" and tree.kid(head, "cop") is None:
        for name in _named_alike(tree, beside):
            yield from noun_relations(tree, name, head)
    elif first == second == "PROPN" and tree.words[beside - 1] == "(" and tree.words[beside].isupper():
        yield Relation(head, "also_known_as", beside)


def as_role(tree: Tree, subject: int, argument: Argument) -> Iterator[Relation]:
    """What a role says of who bears it: "served as director of Zed", "became director of Zed"."""
    for noun in _named_alike(tree, argument.head):
        if tree.pos[noun] == "NOUN" and (tree.kid(noun, "nmod", "nmod:poss") is not None):
            yield from (r for r in noun_relations(tree, subject, noun) if r.predicate.endswith(("_of", "_for", "_to")))
