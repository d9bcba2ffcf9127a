"""What is denied stays denied under its own predicate, and what is not told as a fact is marked."""

from __future__ import annotations

import pytest

from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement, StatementReader


def _statement(tree: Tree, predicate: str) -> Statement:
    return next(s for s in StatementReader(tree, []).statements() if s.predicate == predicate)


@pytest.mark.parametrize(
    ("sentence", "predicate", "denied"),
    [
        ("negated", "like", True),
        ("never", "visit", True),
        ("no_object", "have", True),
        ("stopped", "smoke", True),
        ("longer", "work_at", True),
        ("not_failed", "win", False),
        ("cannot_wait", "see", False),
        ("active", "direct", False),
    ],
)
def test_denial(trees: dict[str, Tree], sentence: str, predicate: str, denied: bool) -> None:
    assert _statement(trees[sentence], predicate).negated is denied


@pytest.mark.parametrize(
    ("sentence", "predicate", "modality"),
    [
        ("active", "direct", "asserted"),
        ("might", "visit", "possible"),
        ("raising", "like", "possible"),
        ("think", "sell", "possible"),
        ("will", "visit", "intended"),
        ("subject_control", "visit", "intended"),
        ("object_control", "sell", "intended"),
        ("cannot_wait", "see", "intended"),
        ("said", "sell", "reported"),
        ("if", "sell", "conditional"),
        ("if", "buy", "conditional"),
    ],
)
def test_modality(trees: dict[str, Tree], sentence: str, predicate: str, modality: str) -> None:
    assert _statement(trees[sentence], predicate).modality == modality


def test_a_coordinated_infinitive_keeps_the_modality_of_the_first(trees: dict[str, Tree]) -> None:
    assert {s.modality for s in StatementReader(trees["control_conjoined"], []).statements()} == {"intended"}
