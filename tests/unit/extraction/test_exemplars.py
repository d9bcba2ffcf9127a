"""What no rule reads is read by its likeness to exemplars, in wordings that are not among them, and nothing else is."""

from __future__ import annotations

import pytest

from graphmem.domain.relations import DEFAULT
from graphmem.domain.triple import Triple
from graphmem.extraction.exemplars.model import load, unpacked
from graphmem.extraction.exemplars.reader import _PREDICATES
from graphmem.extraction.extractor import RuleExtractor
from graphmem.ports.extractor import Passage
from graphmem.providers.minilm.embedder import MiniLmEmbedder
from tests.unit.extraction.conftest import SAID_AT

EXTRACTOR = RuleExtractor(embedder=MiniLmEmbedder(threads=1))


def _told(text: str, role: str | None = "user") -> list[Triple]:
    return list(EXTRACTOR.read([Passage(text=text, occurred_at=SAID_AT, role=role)])[0].triples)


def _known(told: list[Triple]) -> set[tuple[str, str, str]]:
    return {
        (one.subject.name, one.predicate, one.object.name)
        for one in told
        if (DEFAULT.meaning(one.predicate) or DEFAULT.ended_by(one.predicate)) and one.modality == "asserted"
    }


@pytest.mark.parametrize(
    "text",
    [
        "I've been thinking about the weather in Lisbon.",
        "Tom might swap his Volvo for a Fiat one day.",
        "Do you know whether Ana has put down roots in Oslo?",
        "In the film the hero has a soft spot for sushi.",
        "Ana says Bob has put down roots in Oslo.",
        "The bus to Bergen was late again.",
        "Tom took a long walk with Bob.",
        "We had such a great time at the concert!",
        "Anna's birthday party is on 9 June.",
    ],
)
def test_what_states_no_relation_states_none(text: str) -> None:
    assert not _known(_told(text))


def test_without_an_embedder_the_rules_read_alone() -> None:
    passage = Passage(text="Ana has put down roots in Bergen.", occurred_at=SAID_AT, role="user")
    assert not _known(list(RuleExtractor().read([passage])[0].triples))


def test_text_that_nobody_says_is_left_to_the_rules() -> None:
    assert not _known(_told("Ana has put down roots in Bergen.", role=None))


def test_every_relation_of_the_model_has_a_predicate_of_the_vocabulary() -> None:
    model = load()
    assert set(model.relations) - {""} == set(_PREDICATES)
    for predicates in _PREDICATES.values():
        for predicate in predicates:
            bare = predicate.removeprefix("~")
            assert DEFAULT.meaning(bare) or bare in ("read", "visit", "pet_of"), bare


def test_a_model_comes_back_from_its_file() -> None:
    model = load()
    again = unpacked(model.packed())
    assert again.relations == model.relations
    assert (again.hidden == model.hidden).all()
    assert (again.answers == model.answers).all()
    assert (again.gate == model.gate).all()
