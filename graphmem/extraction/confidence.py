"""How sure a statement is: the precision that statements read from such a parse had where people have said what is right.

A logistic model of a few signs that a parser is on firm or on thin ground, fitted to how much of each tuple CaRB's development
part confirms (`python -m benchmarks.calibration` fits it again, each half of the sentences judged by the other, and prints how
well it is met). More of a sign moves the confidence one way only.
"""

from __future__ import annotations

from math import exp

from graphmem.extraction.clauses import IMPLIED, Clause
from graphmem.extraction.tree import Tree

NOMINAL_CONFIDENCE = 0.57
"""Of what is set beside a noun: the precision of such tuples on the same sentences."""

_BIAS = 0.92
_WEIGHTS = {
    "main": 0.21, "beside": 0.24, "content": -0.27, "adverbial": -0.33, "inherited": -0.20, "depth": -0.41,
    "length": -0.52, "subject words": -0.38, "name": 0.32, "pronoun": -0.14, "odd subject": -0.27, "passive": 0.49,
    "nothing said": -0.25, "existential": -0.30, "copula": -0.21, "chain": 0.44, "past": 0.30, "quoted": -0.18,
}  # fmt: skip
_DEEPEST = 6
_ASIDE = frozenset({"acl:relcl", "acl"})


def signs(tree: Tree, clause: Clause) -> dict[str, float]:
    """The signs by name, each from 0 to 1: where the clause hangs, what its subject is, how long and deep the sentence is."""
    first, spoken = clause.chain[0], clause.subject is None or clause.subject == IMPLIED
    said = first if spoken else clause.subject or 0
    kind = "PRON" if spoken else tree.pos[said]
    depth, at = 0, first
    while tree.heads[at] != at and depth < _DEEPEST:
        at, depth = tree.heads[at], depth + 1
    return {
        "main": clause.origin == "ROOT",
        "beside": clause.origin in ("conj", "parataxis"),
        "content": clause.origin in ("ccomp", "csubj", "xcomp"),
        "adverbial": clause.origin == "advcl",
        "inherited": not spoken and tree.heads[said] != first,
        "depth": depth / _DEEPEST,
        "length": min(len(tree), 50) / 50,
        "subject words": 1 / 20 if spoken else min(len(tree.subtree(said, _ASIDE)), 20) / 20,
        "name": kind == "PROPN",
        "pronoun": kind == "PRON",
        "odd subject": kind not in ("NOUN", "PROPN", "PRON"),
        "passive": clause.passive,
        "nothing said": not clause.arguments,
        "existential": clause.kind == "existential",
        "copula": clause.kind == "copula",
        "chain": len(clause.chain) > 1,
        "past": tree.tags[clause.head] == "VBD",
        "quoted": any(word in ('"', "“") for word in tree.words),
    }


def clause_confidence(tree: Tree, clause: Clause) -> float:
    """The precision to be expected of what a clause states, between 0 and 1."""
    value = _BIAS + sum(_WEIGHTS[name] * sign for name, sign in signs(tree, clause).items())
    return round(1 / (1 + exp(-value)), 3)
