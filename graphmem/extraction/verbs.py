"""Finds the verb of a short sentence that a small parser took for something else: "Rita works at Acme." read as works of a kind.

A name in front and little behind it is what people tell most, and where a tagger has least to go by. What is mended can be
seen without parsing again: right behind the capitalised words that begin the sentence stands a finite verb that was given
no subject ("Lena lives in Bilbao", "lives" read as part of the name), or, in a sentence without any verb, a plural that goes
on with a preposition ("Ann drives to Porto") or before a last noun ("Rita repairs bicycles"). It becomes the root, the name
its subject, and what comes after the verb hangs on the verb. Everywhere, what hangs on a finite verb by a preposition
modifies it: "works ← nmod Acme" is an oblique.
"""

from __future__ import annotations

from dataclasses import replace

from graphmem.extraction.plain import plain
from graphmem.extraction.tree import Tree

_FINITE = frozenset({"VBZ", "VBD", "VBP", "MD"})
_PLURAL = frozenset({"NNS", "NNPS"})
_SUBJECTS = ("nsubj", "nsubj:pass", "csubj", "expl")


def find_verb(tree: Tree) -> Tree:
    """The tree itself, or one whose sentence has its verb."""
    framed = plain(tree)
    if framed is not None:
        return framed
    verb = _behind_names(tree)
    if verb and (_lacks_subject(tree, verb) or _taken_for_plural(tree, verb)):
        tree = _with_verb(tree, verb)
    return _with_obliques(tree)


def _behind_names(tree: Tree) -> int:
    """The place of the first word that is not capitalised, where all before it are parts of names; 0 where there is none."""
    for place, word in enumerate(tree.words):
        if not word[:1].isupper():
            return place if word.isalpha() and word.islower() else 0
        if tree.pos[place] not in ("PROPN", "NOUN", "ADJ"):
            return 0
    return 0


def _lacks_subject(tree: Tree, verb: int) -> bool:
    """Whether this is a finite verb to which the names before it were joined, or it to them, and not as its subject."""
    if tree.tags[verb] not in ("VBZ", "VBD") or tree.pos[verb] != "VERB" or tree.kid(verb, *_SUBJECTS) is not None:
        return False
    joined = tree.heads[verb] < verb or any(tree.heads[place] == verb for place in range(verb))
    return joined and not any(tree.tags[place] in _FINITE for place in range(len(tree)) if place != verb)


def _taken_for_plural(tree: Tree, verb: int) -> bool:
    """Whether this is a plural where the verb of a sentence without one should be."""
    after = verb + 1
    if tree.tags[verb] not in _PLURAL or not tree.lower[verb].endswith("s") or tree.words[-1] != ".":
        return False
    if any(tag in _FINITE or tag.startswith("VB") for tag in tree.tags):
        return False
    if tree.pos[after] == "ADP":
        return tree.lower[after] != "of"
    last = len(tree) - 2
    return tree.heads[verb] == last and tree.pos[last] in ("NOUN", "PROPN") and after <= last


def _with_verb(tree: Tree, verb: int) -> Tree:
    heads, deps = list(tree.heads), list(tree.deps)
    pos, tags, lemmas = list(tree.pos), list(tree.tags), list(tree.lemmas)
    if tags[verb] in _PLURAL:
        pos[verb], tags[verb], lemmas[verb] = "VERB", "VBZ", _infinitive(tree.lower[verb])
    before = tree.heads[verb]
    if before > verb:  # the noun that it was set before is its object
        heads[before], deps[before] = verb, "obj"
    heads[verb], deps[verb] = verb, "ROOT"
    for place in range(verb):
        pos[place], tags[place], lemmas[place] = "PROPN", "NNP", tree.words[place]
        heads[place], deps[place] = (verb, "nsubj") if place == verb - 1 else (verb - 1, "compound")
    for place in range(verb + 1, len(tree)):
        if tree.heads[place] <= verb or tree.pos[place] == "PUNCT":
            heads[place] = verb
            deps[place] = "obl" if deps[place] == "nmod" else deps[place]
    return replace(tree, heads=heads, deps=deps, pos=pos, tags=tags, lemmas=lemmas)


def _infinitive(word: str) -> str:
    """The verb of which a word is the third person: studies, study; watches, watch; lives, live."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "ches", "shes", "xes", "zes", "oes")) else word[:-1]


def _with_obliques(tree: Tree) -> Tree:
    moved = {
        place
        for place, dep in enumerate(tree.deps)
        if dep == "nmod" and tree.heads[place] < place and tree.kid(place, "case") is not None
        if tree.pos[tree.heads[place]] == "VERB" and tree.tags[tree.heads[place]] in _FINITE
    }
    return replace(tree, deps=["obl" if i in moved else dep for i, dep in enumerate(tree.deps)]) if moved else tree
