"""Attachments that are mended."""

from __future__ import annotations

from graphmem.extraction.repair import mend
from graphmem.extraction.tree import Tree
from tests.support.trees import tree_of_rows


def test_a_participle_coordinated_with_a_name_goes_to_the_verb() -> None:
    tree = tree_of_rows(
        [
            ("Zed", "PROPN", "NNP", 3, "nsubj"),
            ("is", "AUX", "VBZ", 3, "cop"),
            ("a", "DET", "DT", 3, "det"),
            ("film", "NOUN", "NN", 3, "ROOT"),
            ("directed", "VERB", "VBN", 3, "acl"),
            ("by", "ADP", "IN", 6, "case"),
            ("Ana", "PROPN", "NNP", 4, "obl:agent"),
            ("and", "CCONJ", "CC", 8, "cc"),
            ("starring", "VERB", "VBG", 6, "conj"),
            ("Bob", "PROPN", "NNP", 8, "obj"),
            (",", "PUNCT", ",", 11, "punct"),
            ("Eva", "PROPN", "NNP", 3, "appos"),
        ]
    )
    mended = mend(tree)
    assert (mended.heads[8], mended.deps[8]) == (4, "conj")
    assert (mended.heads[11], mended.deps[11]) == (9, "conj")
    assert 8 in mended.children[4]


def test_a_second_parent_is_coordinated_with_the_first() -> None:
    tree = tree_of_rows(
        [
            ("Eva", "PROPN", "NNP", 3, "nsubj"),
            ("is", "AUX", "VBZ", 3, "cop"),
            ("the", "DET", "DT", 3, "det"),
            ("daughter", "NOUN", "NN", 3, "ROOT"),
            ("of", "ADP", "IN", 5, "case"),
            ("Ana", "PROPN", "NNP", 3, "nmod"),
            ("and", "CCONJ", "CC", 7, "cc"),
            ("Bob", "PROPN", "NNP", 3, "conj"),
        ]
    )
    mended = mend(tree)
    assert (mended.heads[7], mended.deps[7]) == (5, "conj")


def test_a_sound_tree_is_left_alone(trees: dict[str, Tree]) -> None:
    for tree in trees.values():
        assert mend(tree) is tree
