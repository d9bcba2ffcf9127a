"""Subjects that the parser mislaid, or that a clause takes from another: by trees made by hand, a class of cases each."""

from __future__ import annotations

import pytest

from graphmem.extraction.clauses import Clause, ClauseReader
from graphmem.extraction.confidence import clause_confidence, signs
from graphmem.extraction.repair import mend
from graphmem.extraction.tree import Tree
from tests.support.trees import tree_of_rows

Row = tuple[str, str, str, int, str]

LEMMAS = {"inspired": "inspire", "said": "say"}

BESIDE_A_NAME: list[Row] = [
    ("Of", "ADP", "IN", 1, "case"), ("Tim", "PROPN", "NNP", 4, "obl"), (",", "PUNCT", ",", 3, "punct"),
    ("Ana", "PROPN", "NNP", 1, "appos"), ("said", "VERB", "VBD", 4, "ROOT"), ("nothing", "PRON", "NN", 4, "obj"),
]  # fmt: skip
BEHIND_A_PHRASE: list[Row] = [
    ("Ties", "NOUN", "NNS", 4, "obl"), ("with", "ADP", "IN", 2, "case"), ("Spain", "PROPN", "NNP", 0, "nmod"),
    ("slowly", "ADV", "RB", 4, "advmod"), ("ended", "VERB", "VBD", 4, "ROOT"),
]  # fmt: skip
BESIDE_A_PHRASE: list[Row] = [
    ("Ana", "PROPN", "NNP", 0, "ROOT"), (",", "PUNCT", ",", 3, "punct"), ("a", "DET", "DT", 3, "det"),
    ("nurse", "NOUN", "NN", 0, "appos"), (",", "PUNCT", ",", 5, "punct"), ("wrote", "VERB", "VBD", 0, "parataxis"),
    ("it", "PRON", "PRP", 5, "obj"),
]  # fmt: skip
ONE_AFTER_THE_OTHER: list[Row] = [
    ("Bob", "PROPN", "NNP", 1, "nsubj"), ("waits", "VERB", "VBZ", 1, "ROOT"), (",", "PUNCT", ",", 3, "punct"),
    ("asks", "VERB", "VBZ", 1, "parataxis"), ("questions", "NOUN", "NNS", 3, "obj"),
]  # fmt: skip
SAID_BESIDE: list[Row] = [
    ("Demand", "NOUN", "NN", 1, "nsubj"), ("fell", "VERB", "VBD", 1, "ROOT"), (",", "PUNCT", ",", 4, "punct"),
    ("Bob", "PROPN", "NNP", 4, "nsubj"), ("said", "VERB", "VBD", 1, "parataxis"),
]  # fmt: skip
TOLD_TO: list[Row] = [
    ("Ana", "PROPN", "NNP", 1, "nsubj"), ("inspired", "VERB", "VBD", 1, "ROOT"), ("Bob", "PROPN", "NNP", 1, "obj"),
    ("to", "PART", "TO", 4, "mark"), ("write", "VERB", "VB", 1, "advcl"),
]  # fmt: skip
USED_TO: list[Row] = [
    ("Ana", "PROPN", "NNP", 1, "nsubj"), ("used", "VERB", "VBD", 1, "ROOT"), ("knives", "NOUN", "NNS", 1, "obj"),
    ("to", "PART", "TO", 4, "mark"), ("cut", "VERB", "VB", 1, "advcl"),
]  # fmt: skip
WAITED_FOR: list[Row] = [
    ("Ana", "PROPN", "NNP", 1, "nsubj"), ("waited", "VERB", "VBD", 1, "ROOT"), ("for", "ADP", "IN", 3, "case"),
    ("Bob", "PROPN", "NNP", 1, "obl"), ("to", "PART", "TO", 5, "mark"), ("write", "VERB", "VB", 1, "advcl"),
]  # fmt: skip
ORDER: list[Row] = [
    ("Please", "INTJ", "UH", 1, "discourse"), ("call", "VERB", "VB", 1, "ROOT"), ("Bob", "PROPN", "NNP", 1, "obj"),
]  # fmt: skip


def clause_of(rows: list[Row], verb: str) -> tuple[Tree, Clause]:
    tree = tree_of_rows(rows)
    tree.lemmas[:] = [LEMMAS.get(word, word.lower()) for word in tree.words]
    tree = mend(tree)
    return tree, next(clause for clause in ClauseReader(tree).clauses() if tree.words[clause.head] == verb)


@pytest.mark.parametrize(
    ("rows", "verb", "subject"),
    [
        (BESIDE_A_NAME, "said", "Ana"),
        (BEHIND_A_PHRASE, "ended", "Ties"),
        (BESIDE_A_PHRASE, "wrote", "Ana"),
        (ONE_AFTER_THE_OTHER, "asks", "Bob"),
        (TOLD_TO, "write", "Bob"),
        (USED_TO, "cut", "Ana"),
        (WAITED_FOR, "write", "Bob"),
    ],
)
def test_the_verb_has_its_subject(rows: list[Row], verb: str, subject: str) -> None:
    tree, clause = clause_of(rows, verb)
    assert clause.subject is not None
    assert tree.words[clause.subject] == subject


def test_an_order_gets_no_subject() -> None:
    tree = tree_of_rows(ORDER)
    assert mend(tree) is tree
    assert ClauseReader(tree).clauses()[0].subject is None


def test_what_is_said_is_the_clause_that_it_stands_beside() -> None:
    tree, clause = clause_of(SAID_BESIDE, "said")
    assert [(tree.words[said.head], said.role) for said in clause.arguments] == [("fell", "clause")]


@pytest.mark.parametrize("rows", [BEHIND_A_PHRASE, BESIDE_A_PHRASE, BESIDE_A_NAME])
def test_a_mended_tree_is_still_a_tree(rows: list[Row]) -> None:
    tree = mend(tree_of_rows(rows))
    roots = [i for i in range(len(tree)) if tree.heads[i] == i]
    assert len(roots) == 1
    assert all(tree.below(i, roots[0]) for i in range(len(tree)))


def test_every_clause_has_a_confidence_and_every_sign_lies_in_its_range(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        for clause in ClauseReader(tree).clauses():
            assert 0 < clause_confidence(tree, clause) < 1
            assert all(0 <= sign <= 1 for sign in signs(tree, clause).values())


def test_a_longer_sentence_is_less_sure() -> None:
    tree, clause = clause_of(ONE_AFTER_THE_OTHER, "waits")
    longer = tree_of_rows([*ONE_AFTER_THE_OTHER, *([("now", "ADV", "RB", 3, "advmod")] * 20)])
    same = ClauseReader(longer).clauses()[0]
    assert clause_confidence(longer, same) < clause_confidence(tree, clause)
