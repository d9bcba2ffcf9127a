"""Words by which a sentence is plainly not of the relation that its likeness to exemplars suggests; and the true ones beside them."""

from __future__ import annotations

import pytest

from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from tests.unit.extraction.conftest import SAID_AT

EXTRACTOR = RuleExtractor(embedder=MiniLmEmbedder(threads=1))


def _predicates(text: str) -> set[str]:
    return {one.predicate for one in EXTRACTOR.read([Passage(text=text, occurred_at=SAID_AT, role="user")])[0].triples}


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("My divorce lawyer is Ann.", "married_to"),
        ("I can lift 100 kg.", "weight"),
        ("I can bench 100 kg.", "weight"),
        ("I volunteer at Globex.", "work_at"),
        ("My bonus is 5,000 dollars.", "salary"),
        ("I'm German.", "speak"),
        ("I'm Dr. Lindt.", "doctor_of"),
    ],
)
def test_words_tell_what_it_is_not(text: str, never: str) -> None:
    assert never not in _predicates(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("My better half is Ann.", "married_to"),
        ("I tip the scales at 80 kg.", "weight"),
        ("My take-home is 5,000 dollars.", "salary"),
        ("I converse in German.", "speak"),
        ("I draw my wages from Globex.", "work_at"),
    ],
)
def test_what_is_said_in_other_words_is_read_still(text: str, said: str) -> None:
    assert said in _predicates(text)
