"""Verbs that a small parser takes for something else."""

from __future__ import annotations

import pytest

from graphmem import Memory
from graphmem.extraction.tree import Tree
from graphmem.extraction.verbs import find_verb
from tests.support.trees import tree_of_rows


def found_in(rows: list[tuple[str, str, str, int, str]]) -> Tree:
    return find_verb(tree_of_rows(rows))


def shape(found: Tree) -> list[tuple[str, str, int]]:
    return list(zip(found.lemmas, found.deps, found.heads, strict=True))


def test_a_plural_behind_a_name_is_its_verb() -> None:
    found = found_in(
        [
            ("Rita", "ADJ", "JJ", 1, "amod"),
            ("studies", "NOUN", "NNS", 1, "ROOT"),
            ("at", "ADP", "IN", 3, "case"),
            ("Acme", "PROPN", "NNP", 1, "nmod"),
            (".", "PUNCT", ".", 1, "punct"),
        ]
    )
    assert shape(found)[:4] == [("Rita", "nsubj", 1), ("study", "ROOT", 1), ("at", "case", 3), ("Acme", "obl", 1)]
    assert (found.pos[:2], found.tags[:2]) == (["PROPN", "VERB"], ["NNP", "VBZ"])


def test_a_plural_before_the_last_noun_has_it_for_its_object() -> None:
    found = found_in(
        [
            ("Rita", "ADJ", "JJ", 2, "amod"),
            ("watches", "NOUN", "NNS", 2, "compound"),
            ("birds", "NOUN", "NNS", 2, "ROOT"),
            (".", "PUNCT", ".", 2, "punct"),
        ]
    )
    assert shape(found) == [("Rita", "nsubj", 1), ("watch", "ROOT", 1), ("bird", "obj", 1), (".", "punct", 1)]


def test_a_verb_taken_into_the_name_gets_the_name_for_its_subject() -> None:
    found = found_in(
        [
            ("Tilda", "PROPN", "NNP", 0, "ROOT"),
            ("Jensen", "PROPN", "NNP", 0, "flat"),
            ("lives", "VERB", "VBZ", 0, "flat"),
            ("in", "ADP", "IN", 4, "case"),
            ("Bruges", "PROPN", "NNP", 0, "nmod"),
        ]
    )
    assert [(dep, head) for _, dep, head in shape(found)] == [
        ("compound", 1),
        ("nsubj", 2),
        ("ROOT", 2),
        ("case", 4),
        ("obl", 2),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [("Sales", "NOUN", "NNS", 0, "ROOT"), ("of", "ADP", "IN", 2, "case"), ("cars", "NOUN", "NNS", 0, "nmod")],
        [
            ("Porto", "PROPN", "NNP", 1, "nsubj"),
            ("lives", "VERB", "VBZ", 1, "ROOT"),
            ("on", "ADV", "RB", 1, "advmod"),
        ],
        [
            ("The", "DET", "DT", 1, "det"),
            ("works", "NOUN", "NNS", 1, "ROOT"),
            ("at", "ADP", "IN", 3, "case"),
            ("Acme", "PROPN", "NNP", 1, "nmod"),
            (".", "PUNCT", ".", 1, "punct"),
        ],
        [
            ("Shakespeare", "PROPN", "NNP", 1, "compound"),
            ("plays", "NOUN", "NNS", 1, "ROOT"),
            ("in", "ADP", "IN", 3, "case"),
            ("print", "NOUN", "NN", 1, "nmod"),
        ],
        [("lives", "VERB", "VBZ", 0, "ROOT")],
        [],
    ],
)
def test_what_reads_well_stays(rows: list[tuple[str, str, str, int, str]]) -> None:
    given = tree_of_rows(rows)
    assert find_verb(given) is given


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Rita works at Acme.", "Rita — work at → Acme"),
        ("Tilda Jensen lives in Bruges.", "Tilda Jensen — live in → Bruges"),
        ("Edgar Ivanov works at Granite Bank.", "Edgar Ivanov — work at → Granite Bank"),
        ("Ann drives to Porto.", "Ann — drive to → Porto"),
        ("Rita repairs bicycles.", "Rita — repair → bicycles"),
    ],
)
def test_short_sentences_are_read(text: str, fact: str) -> None:
    with Memory(":memory:") as memory:
        assert [str(one) for one in memory.add(text, user_id="u").results[0].facts] == [fact]


def test_a_heading_is_no_sentence() -> None:
    with Memory(":memory:") as memory:
        for text in ("Machine Learning Systems for Dummies", "Sales of cars.", "United States forces in Iraq."):
            assert memory.add(text, user_id="u").results[0].facts == ()
