"""Phrases: what belongs to a name, and that it is a stretch of the text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graphmem.extraction.arguments import LONGEST_NAME, case_tokens, full_phrase, name_phrase
from graphmem.extraction.tree import Tree


def _words(tree: Tree, tokens: list[int]) -> str:
    return " ".join(tree.words[token] for token in tokens)


def _at(tree: Tree, word: str) -> int:
    return tree.words.index(word)


def test_a_name_leaves_out_article_and_relative_clause(trees: dict[str, Tree]) -> None:
    tree = trees["relative_subject"]
    assert _words(tree, name_phrase(tree, _at(tree, "nurse"))) == "nurse"


def test_a_name_keeps_its_of_phrase(trees: dict[str, Tree]) -> None:
    tree = trees["university"]
    assert _words(tree, name_phrase(tree, _at(tree, "University"))) == "University of Oslo"


def test_a_name_leaves_out_its_apposition(trees: dict[str, Tree]) -> None:
    tree = trees["apposition_relation"]
    assert _words(tree, name_phrase(tree, _at(tree, "Ana"))) == "Ana Lopez"


def test_a_full_phrase_leaves_its_preposition_to_the_relation(trees: dict[str, Tree]) -> None:
    tree = trees["particle"]
    project = _at(tree, "project")
    assert _words(tree, list(case_tokens(tree, project))) == "on"
    assert _words(tree, full_phrase(tree, project)) == "the project"


def _random_tree(heads: list[int], deps: list[str]) -> Tree:
    size = len(heads)
    heads = [head if head < i else i for i, head in enumerate(heads)]
    words = [f"w{i}" for i in range(size)]
    return Tree(
        words=words,
        lemmas=words,
        pos=["NOUN"] * size,
        tags=["NN"] * size,
        deps=deps[:size],
        heads=heads,
        morphs=[""] * size,
        starts=[3 * i for i in range(size)],
        ends=[3 * i + 2 for i in range(size)],
    )


_DEPS = st.sampled_from(["nmod", "amod", "conj", "case", "det", "acl:relcl", "appos", "punct", "compound", "flat"])


@given(
    heads=st.lists(st.integers(0, 30), min_size=1, max_size=30),
    deps=st.lists(_DEPS, min_size=30, max_size=30),
)
def test_a_name_is_an_unbroken_stretch_that_holds_its_head(heads: list[int], deps: list[str]) -> None:
    tree = _random_tree(heads, deps)
    for head in range(len(tree)):
        tokens = name_phrase(tree, head)
        assert head in tokens
        assert tokens == list(range(tokens[0], tokens[-1] + 1))


def test_a_long_name_is_cut() -> None:
    size = 3 * LONGEST_NAME
    tree = _random_tree([0, *range(size - 1)], ["ROOT", *["nmod"] * (size - 1)])
    assert len(name_phrase(tree, 0)) <= LONGEST_NAME
