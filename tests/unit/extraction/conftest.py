"""Trees written by hand, so that rules are tested apart from the parser, and the bundled pipeline for what is tested whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graphmem.domain.triple import Reading
from graphmem.extraction.extractor import RuleExtractor
from graphmem.extraction.tree import Tree, tree_of
from graphmem.ports.extractor import Passage

RULES = Path(__file__).parent / "trees" / "rules.conllu"
SAID_AT = datetime(2023, 5, 10, 12, tzinfo=UTC)
"""A Wednesday."""


def _sentences(path: Path) -> Iterator[tuple[str, list[list[str]]]]:
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().splitlines()
        name = next((line.partition(" = ")[2] for line in lines if line.startswith("# sent_id")), None)
        if name is not None:
            yield name, [line.split("\t") for line in lines if not line.startswith("#")]


@pytest.fixture(scope="session")
def trees() -> dict[str, Tree]:
    """The trees of `trees/rules.conllu` by sentence id, made through spaCy documents as in real use."""
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    vocab = Vocab()
    found = {}
    for name, rows in _sentences(RULES):
        doc = Doc(
            vocab,
            words=[row[1] for row in rows],
            spaces=[row[9] != "SpaceAfter=No" for row in rows],
            lemmas=[row[2] for row in rows],
            pos=[row[3] for row in rows],
            tags=[row[4] for row in rows],
            morphs=["" if row[5] == "_" else row[5] for row in rows],
            heads=[int(row[6]) - 1 if row[6] != "0" else i for i, row in enumerate(rows)],
            deps=[row[7] for row in rows],
        )
        found[name] = tree_of(doc[:])
    return found


@pytest.fixture(scope="session")
def extractor() -> RuleExtractor:
    """The real extractor on the bundled pipeline."""
    return RuleExtractor()


@pytest.fixture
def read(extractor: RuleExtractor) -> Callable[..., Reading]:
    """Read one text with the bundled pipeline; keywords are those of `Passage`."""

    def one(text: str, **setting: str) -> Reading:
        return extractor.read([Passage(text, SAID_AT, **setting)])[0]  # type: ignore[arg-type]

    return one
