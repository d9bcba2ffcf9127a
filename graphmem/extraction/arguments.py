"""The phrases that fill a clause: which tokens belong to a subject or an object, and where they stand in the text.

Two lengths of the same phrase are needed. `full_phrase` is everything that the parser hangs on a head but clauses that
say something by themselves (what open information extraction calls an argument). `name_phrase` is what can serve as a
node of a graph: the head with its modifiers, without determiners, relative clauses, appositions and conjuncts, and with
its prepositional phrases only while the name stays short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphmem.extraction.lexicon import words
from graphmem.extraction.tree import Tree

Role = Literal["object", "recipient", "oblique", "agent", "complement", "clause"]

LONGEST_NAME = 8
"""Words that a node's name may have before its prepositional phrases are cut."""

_OWN_STATEMENT = frozenset({"acl:relcl", "advcl:relcl", "parataxis", "discourse", "vocative", "dislocated"})
_NOT_IN_NAME = words(
    "acl:relcl advcl:relcl acl advcl parataxis appos conj cc case punct discourse cop nsubj nsubj:pass csubj "
    "csubj:pass aux aux:pass mark obl obl:agent obl:unmarked obl:tmod ccomp xcomp expl vocative dep cc:preconj "
    "det:predet dislocated list orphan reparandum"
)
_ARTICLES = frozenset({"a", "an", "the", "this", "that", "these", "those"})
_POST = frozenset({"nmod", "nmod:unmarked", "nmod:npmod", "nmod:tmod", "nmod:desc"})
_EXAMPLES = frozenset({"including", "like", "such", "per", "than"})
_CLOSERS = {")": "(", "]": "[", "”": "“", "''": "``"}


@dataclass(frozen=True, slots=True)
class Argument:
    """A phrase of a clause: its head token, its part in the clause, and the preposition tokens that lead it."""

    head: int
    role: Role
    prepositions: tuple[int, ...] = ()


def case_tokens(tree: Tree, head: int) -> tuple[int, ...]:
    """The prepositions of a phrase ("because of", "out of" whole), in order; the possessive 's is none."""
    found: list[int] = []
    for case in tree.kids(head, "case"):
        if tree.tags[case] != "POS" and case < head:
            found.extend((case, *tree.kids(case, "fixed")))
    return tuple(sorted(found))


def trim(tree: Tree, tokens: list[int]) -> list[int]:
    """`tokens` without punctuation at either end and without a bracket or quotation mark whose partner is missing."""
    while tokens and _droppable(tree, tokens[0], tokens):
        tokens = tokens[1:]
    while tokens and _droppable(tree, tokens[-1], tokens):
        tokens = tokens[:-1]
    return tokens


def _droppable(tree: Tree, token: int, tokens: list[int]) -> bool:
    word = tree.words[token]
    if tree.deps[token] in ("cc", "cc:preconj") and tree.pos[token] == "CCONJ":
        return True
    if tree.pos[token] != "PUNCT":
        return False
    if word in _CLOSERS:
        return not any(tree.words[other] == _CLOSERS[word] for other in tokens)
    if word in _CLOSERS.values():
        return not any(_CLOSERS.get(tree.words[other]) == word for other in tokens)
    return not (word == '"' and sum(tree.words[other] == '"' for other in tokens) == 2)


def full_phrase(tree: Tree, head: int, without: tuple[int, ...] = ()) -> list[int]:
    """The tokens under `head`, in order, less relative clauses, asides, and the tokens `without`."""
    tokens = tree.subtree(head, _OWN_STATEMENT)
    dropped = set(without) | set(case_tokens(tree, head))
    return trim(tree, [token for token in tokens if token not in dropped])


def name_phrase(tree: Tree, head: int) -> list[int]:
    """The tokens of the name of what `head` stands for: one unbroken stretch that holds `head`, no article in front."""
    tokens = _modifiers(tree, head)
    if len(tokens) > LONGEST_NAME:
        tokens = [t for t in tokens if t <= _last_of_name(tree, head)]
    tokens = _unbroken(tree, trim(tree, sorted(tokens)), head)
    while len(tokens) > 1 and tokens[0] != head and _leading_word(tree, tokens[0]):
        tokens = tokens[1:]
    return trim(tree, tokens)


def _leading_word(tree: Tree, token: int) -> bool:
    return (
        tree.lower[token] in _ARTICLES
        or tree.lower[token] in ("not", "n't")
        or (tree.deps[token] == "advmod" and tree.pos[token] == "ADV")
    )


def _modifiers(tree: Tree, head: int) -> list[int]:
    found = [head]
    for child in tree.children[head]:
        dep = tree.deps[child]
        if dep in _NOT_IN_NAME:
            continue
        if dep in _POST and child > head:
            if tree.pos[child] != "PRON" and not any(tree.lower[t] in _EXAMPLES for t in tree.kids(child, "case")):
                found.extend(_name_with_case(tree, child))
        else:
            found.extend(tree.subtree(child, frozenset({"acl:relcl", "appos", "parataxis"})))
    return sorted(set(found))


def _name_with_case(tree: Tree, head: int) -> list[int]:
    """A prepositional phrase inside a name, with its preposition and its conjuncts ("Ministry of Health and
    Welfare")."""
    tokens = [*case_tokens(tree, head), *_modifiers(tree, head)]
    tokens.extend(tree.kids(head, "case"))
    for conjunct in tree.kids(head, "conj"):
        tokens.extend(tree.kids(conjunct, "cc", "punct"))
        tokens.extend(_name_with_case(tree, conjunct))
    return tokens


def _last_of_name(tree: Tree, head: int) -> int:
    """Where a long name is cut: after the head's own compound, or after a short "of" phrase right behind it."""
    last = max([head, *tree.kids(head, "flat", "goeswith", "fixed")])
    for child in tree.kids(head, "nmod"):
        cases = case_tokens(tree, child)
        inner = [t for t in _modifiers(tree, child) if t > head]
        if cases and tree.lower[cases[0]] == "of" and inner and inner[-1] - head < LONGEST_NAME:
            return max(last, inner[-1])
    return last


def _unbroken(tree: Tree, tokens: list[int], head: int) -> list[int]:
    """The stretch around `head` in which no word is missing; punctuation between its tokens is taken in."""
    wanted, kept = set(tokens), [head]
    for step in (-1, 1):
        at, gap = head + step, []
        while 0 <= at < len(tree) and (at in wanted or tree.pos[at] == "PUNCT"):
            gap.append(at)
            if at in wanted:
                kept.extend(gap)
                gap = []
            at += step
    return sorted(set(kept))


def characters(tree: Tree, tokens: list[int]) -> tuple[int, int]:
    """Start and end, in characters of the passage, of a non-empty list of tokens in order."""
    return tree.starts[tokens[0]], tree.ends[tokens[-1]]


def owner_of(tree: Tree, noun: int) -> int | None:
    """Whose it is: "Ana" in "Ana's boss" and in "the boss of Ana"."""
    own = tree.kid(noun, "nmod:poss")
    if own is not None:
        return own
    for child in tree.kids(noun, "nmod"):
        if [tree.lower[case] for case in case_tokens(tree, child)] == ["of"]:
            return child
    return None
