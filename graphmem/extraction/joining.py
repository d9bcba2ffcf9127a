"""Joins a relative by marriage that the tokeniser parts at its hyphens, "sister-in-law", into the one word that it is: with "sister" for
the word, she would be a sister, and what is told of her would be told of somebody else.
"""

from __future__ import annotations

from graphmem.extraction.lexicon import KIN
from graphmem.extraction.tree import Tree

_HYPHENS = frozenset({"-", "‐", "‑"})
_SIZE = 5


def joined(tree: Tree) -> Tree:
    """The tree itself, or one in which each such word is one token, in the place of the first."""
    starts = [at for at in range(len(tree) - _SIZE + 1) if _begins(tree, at)]
    for at in reversed(starts):
        tree = _merged(tree, at)
    return tree


def _begins(tree: Tree, at: int) -> bool:
    parts = tree.lower[at : at + _SIZE]
    noun = tree.lemmas[at].lower()
    hyphens = parts[1] in _HYPHENS and parts[3] in _HYPHENS
    return hyphens and (parts[2], parts[4]) == ("in", "law") and f"{noun}-in-law" in KIN


def _merged(tree: Tree, at: int) -> Tree:
    """The tree with `_SIZE` tokens from `at` on as one, which hangs where they hung, and what hung on them on it."""
    last = at + _SIZE - 1
    inside = range(at, last + 1)

    def place(token: int) -> int:
        return token if token < at else at if token <= last else token - _SIZE + 1

    top = next((t for t in inside if tree.heads[t] not in inside or tree.heads[t] == t), at)
    kept = [t for t in range(len(tree)) if t <= at or t > last]
    heads = [place(tree.heads[top if t == at else t]) for t in kept]
    deps = [tree.deps[top if t == at else t] for t in kept]

    def only(values: list[str], own: str) -> list[str]:
        return [own if t == at else values[t] for t in kept]

    many = tree.lower[at] != tree.lemmas[at].lower()
    return Tree(
        words=only(tree.words, f"{tree.words[at]}-in-law"), lemmas=only(tree.lemmas, f"{tree.lemmas[at].lower()}-in-law"),
        pos=only(tree.pos, "NOUN"), tags=only(tree.tags, "NNS" if many else "NN"), deps=deps, heads=heads,
        morphs=only(tree.morphs, "Number=Plur" if many else "Number=Sing"), starts=[tree.starts[t] for t in kept],
        ends=[tree.ends[last if t == at else t] for t in kept],
        entities=[(place(first), place(end - 1) + 1, label) for first, end, label in tree.entities],
    )  # fmt: skip
