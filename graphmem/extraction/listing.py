"""Puts the names that list who somebody's pets or relatives are beside the noun that they are listed for.

"Two cats, Milo and Luna", "three dogs: Rex, Fido and Bo", "my kids Lea and Max", "a dog called Rex and two cats": a small parser
joins such names to the wrong words. Which they belong to can be seen: they stand right behind the noun, one after the other.
"""

from __future__ import annotations

from dataclasses import replace

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.lexicon import KIN, words
from graphmem.extraction.tree import Tree

_NAMED = words("called named")
_OPENERS = frozenset({",", ":", "-", "–", "(", *_NAMED})
_NO_NAMES = words("i i'm we he she they it you the a an my our his her their and or but so")


def listed(tree: Tree) -> Tree:
    """The tree itself, or one where each list of names is set beside its noun."""
    for noun in range(len(tree) - 2):
        many = tree.tags[noun] == "NNS"
        if tree.pos[noun] != "NOUN" or not (many or tree.lower[noun + 1] in _NAMED) or not _is_near(tree, noun):
            continue
        opened = noun + 1 if tree.lower[noun + 1] in _OPENERS else 0
        names = _names(tree, noun + 1 + bool(opened), many)
        if names and (len(names) > 1 or tree.lower[noun + 1] in _NAMED):
            tree = _beside(tree, noun, opened, names)
    return tree


def names_beside(tree: Tree, noun: int) -> list[int]:
    """The names that a plural is a word for ("my parents, Joe and Mary"); none where it is not two or more."""
    first = tree.kid(noun, "appos") if tree.tags[noun] == "NNS" and tree.pos[noun] == "NOUN" else None
    if first is None or tree.pos[first] != "PROPN" or not _is_near(tree, noun):
        return []
    names = [name for name in tree.conjuncts(first) if tree.pos[name] == "PROPN"]
    return names if len(names) > 1 else []


def _is_near(tree: Tree, noun: int) -> bool:
    """Whether it is a word for somebody's relatives or pets."""
    word = tree.lemmas[noun].lower()
    meaning = DEFAULT.meaning(f"{word}_of")
    return word in KIN or (meaning is not None and meaning.relation.name == "pet_of")


def _names(tree: Tree, at: int, many: bool) -> list[tuple[int, int]]:
    """The names from a token on, each as its first token and the one behind its last: "Rex, Fido and Bo"."""
    found: list[tuple[int, int]] = []
    while (end := _name_end(tree, at)) > at:
        found.append((at, end))
        if not many:
            break
        at = end
        if at + 1 < len(tree) and tree.words[at] == "," and (tree.lower[at + 1] == "and" or _name_end(tree, at + 1)):
            at += 1
        if at < len(tree) and tree.lower[at] in ("and", "&"):
            at += 1
        if at == end:
            break
    return found


def _name_end(tree: Tree, at: int) -> int:
    """The token behind a name that begins at `at`; 0 where none does."""
    end = at
    while end < len(tree) and tree.words[end][:1].isupper() and tree.lower[end] not in _NO_NAMES:
        end += 1
    return end if end > at else 0


def _beside(tree: Tree, noun: int, opened: int, names: list[tuple[int, int]]) -> Tree:
    heads, deps, pos, tags = list(tree.heads), list(tree.deps), list(tree.pos), list(tree.tags)
    first = names[0][0]
    inside = {at for start, end in names for at in range(start, end)}
    for at, head in enumerate(tree.heads):
        if (head in inside or head == opened > 0) and at not in inside and at > names[-1][1] - 1:
            heads[at] = tree.heads[noun] if tree.heads[noun] != noun else noun
    if opened:
        heads[opened], deps[opened], pos[opened], tags[opened] = first, "punct", "PUNCT", ","
    for start, end in names:
        heads[start], deps[start] = (noun, "appos") if start == first else (first, "conj")
        for at in range(start, end):
            pos[at], tags[at] = "PROPN", "NNP"
            if at > start:
                heads[at], deps[at] = start, "flat"
        for at in range(first, start):
            if at not in inside and start - at <= 2:
                heads[at], deps[at] = start, "cc" if tree.pos[at] == "CCONJ" else "punct"
    behind = names[-1][1] + (tree.words[names[-1][1] : names[-1][1] + 1] == [","])
    if behind < len(tree) and tags[behind] in ("VBP", "VBZ", "VBD") and heads[noun] == behind:
        pos[behind] = "VERB"  # "My parents, Joe and Mary, live in Utah", where "live" is taken for an adverb
    lemmas = [
        word if at in inside else lemma for at, (word, lemma) in enumerate(zip(tree.words, tree.lemmas, strict=True))
    ]
    return replace(tree, heads=heads, deps=deps, pos=pos, tags=tags, lemmas=lemmas)
