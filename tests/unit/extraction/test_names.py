"""Names: runs of proper nouns, quoted titles, and what the recogniser adds; on hand-made trees."""

from __future__ import annotations

import pytest

from graphmem.extraction.names import clean, names_of, pattern_of
from graphmem.extraction.tree import Tree


def _text(tree: Tree) -> str:
    """The text that the offsets of the tree belong to, without the words' own white space."""
    text = [" "] * tree.ends[-1]
    for word, start in zip(tree.words, tree.starts, strict=True):
        text[start : start + len(word)] = word
    return "".join(text)


def _named(tree: Tree) -> list[tuple[str, str]]:
    text = _text(tree)
    found = names_of(tree, text, [])
    assert all(clean(text[name.start : name.end]) == name.name for name in found)
    return [(name.name, name.type) for name in found]


def test_a_run_of_proper_nouns_is_a_name(trees: dict[str, Tree]) -> None:
    assert _named(trees["passive_agent"]) == [("Ana Lopez", "entity"), ("Rome", "entity")]


def test_of_joins_a_name_and_what_follows_it_is_named_too(trees: dict[str, Tree]) -> None:
    assert [name for name, _ in _named(trees["university"])] == ["Ana", "University of Oslo", "Oslo"]


def test_a_quoted_title_is_one_name(trees: dict[str, Tree]) -> None:
    assert _named(trees["quoted"]) == [("Bob", "entity"), ("The House of Leaves", "misc"), ("Paris", "entity")]


def test_the_recogniser_gives_the_type(trees: dict[str, Tree]) -> None:
    tree = trees["passive_agent"]
    tree.entities = [(5, 7, "PER"), (8, 9, "LOC")]
    assert _named(tree) == [("Ana Lopez", "person"), ("Rome", "location")]
    tree.entities = []


def test_a_rank_behind_a_name_belongs_to_it() -> None:
    rows = ["Bob Wood , 1st Duke of York", "PROPN PROPN PUNCT ADJ PROPN ADP PROPN", "NNP NNP , JJ NNP IN NNP"]
    words, pos, tags = (row.split() for row in rows)
    starts = [sum(len(word) + 1 for word in words[:i]) for i in range(len(words))]
    tree = Tree(
        words=words,
        lemmas=words,
        pos=pos,
        tags=tags,
        deps=["ROOT", "flat", "punct", "amod", "appos", "case", "nmod"],
        heads=[0, 0, 4, 4, 0, 6, 4],
        morphs=[""] * len(words),
        starts=starts,
        ends=[start + len(word) for start, word in zip(starts, words, strict=True)],
    )
    assert ("Bob Wood , 1st Duke of York", "person") in _named(tree)
    assert ("Bob Wood", "entity") in _named(tree)


def test_an_entity_that_is_a_clause_is_no_name(trees: dict[str, Tree]) -> None:
    tree = trees["passive_agent"]
    tree.entities = [(0, 9, "ORG")]
    assert _named(tree) == [("Ana Lopez", "entity"), ("Rome", "entity")]
    tree.entities = []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Saxe- Coburg", "Saxe-Coburg"),
        ("  Ana   Lopez ", "Ana Lopez"),
        ("“Red Sky”", "Red Sky"),
        ("Ana Lopez's", "Ana Lopez"),
        ("Wood Jr.", "Wood Jr."),
        ("Oslo,", "Oslo"),
        ("", ""),
    ],
)
def test_clean(text: str, name: str) -> None:
    assert clean(text) == name


def test_a_known_name_is_found_whatever_its_white_space() -> None:
    pattern = pattern_of("Hohenlohe-Langenburg (house)")
    assert pattern.search("the Hohenlohe- Langenburg  (house) was")
    assert not pattern.search("Hohenlohe-Langenburgs (house)")
