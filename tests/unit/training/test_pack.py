"""Packing: what comes out of the file is the pipeline that went in, without the texts it was trained on."""

from __future__ import annotations

import zlib

import numpy
import pytest
import spacy
import srsly
from spacy.language import Language
from spacy.lookups import Lookups
from spacy.tokens import Doc
from spacy.training import Example

from graphmem.extraction.parser import unpack
from training.assemble import keep_lower, learn_lemmas, prefer, tell_silent_e
from training.pack import pack
from training.tokenizer import adapt_tokenizer

TEXT = "Zebras sleep!!!"


@pytest.fixture
def trained() -> Language:
    nlp = spacy.blank("en")
    adapt_tokenizer(nlp)
    tagger = nlp.add_pipe("tagger")
    tagger.add_label("NNS")
    tagger.add_label("VBP")
    gold = Doc(nlp.vocab, words=["Zebras", "sleep"], tags=["NNS", "VBP"])
    example = Example(nlp.make_doc(gold.text), gold)
    nlp.initialize(lambda: [example])
    for _ in range(10):
        nlp.update([example])
    return nlp


@pytest.fixture
def lemmatizing() -> Language:
    nlp = spacy.blank("en")
    lemmatizer = nlp.add_pipe("lemmatizer", config={"mode": "rule"})
    tables = Lookups()
    tables.add_table("lemma_index", {"verb": ["hat", "hate", "sing", "singe"], "noun": ["child"]})
    tables.add_table("lemma_exc", {"noun": {"children": ["child"]}, "verb": {}})
    tables.add_table(
        "lemma_rules", {"verb": [["s", ""], ["es", "e"], ["es", ""], ["ing", "e"], ["ing", ""]], "noun": []}
    )
    lemmatizer.initialize(lambda: [], nlp=nlp, lookups=tables)
    return nlp


def lemma(nlp: Language, form: str, pos: str) -> str:
    return nlp.get_pipe("lemmatizer").rule_lemmatize(Doc(nlp.vocab, words=[form], pos=[pos])[0])[0]


def test_an_unpacked_pipeline_does_what_the_packed_one_did(trained: Language) -> None:
    again = unpack(pack(trained))
    assert [token.text for token in again(TEXT)] == ["Zebras", "sleep", "!!!"]
    assert [token.tag_ for token in again(TEXT)] == [token.tag_ for token in trained(TEXT)]
    before = trained.get_pipe("tagger").predict([trained.make_doc(TEXT)])
    after = again.get_pipe("tagger").predict([again.make_doc(TEXT)])
    assert numpy.array_equal(before[0], after[0])


def test_weights_are_half_precision_in_the_file_and_single_in_memory(trained: Language) -> None:
    packed = pack(trained)
    content = srsly.msgpack_loads(zlib.decompress(packed))
    arrays = [a for node in content["state"]["tagger"]["model"]["params"] for a in node.values() if a is not None]
    assert {array.dtype.name for array in arrays if array.dtype.kind == "f"} == {"float16"}
    model = unpack(packed).get_pipe("tagger").model
    weights = [node.get_param(name) for node in model.walk() for name in node.param_names if node.has_param(name)]
    assert {array.dtype.name for array in weights} == {"float32"}


def test_words_of_the_training_texts_are_left_out(trained: Language) -> None:
    assert "Zebras" in trained.vocab.strings
    strings = unpack(pack(trained)).vocab.strings
    assert "Zebras" not in strings
    assert {"NNS", "VBP"} <= set(strings)


def test_a_weight_too_large_for_half_precision_is_refused(trained: Language) -> None:
    model = next(n for n in trained.get_pipe("tagger").model.walk() if "W" in n.param_names and n.has_param("W"))
    model.set_param("W", model.get_param("W") + 1e6)
    with pytest.raises(ValueError, match="half precision"):
        pack(trained)


def test_a_final_e_is_told_from_none(lemmatizing: Language) -> None:
    assert lemma(lemmatizing, "hates", "VERB") == "hat"
    lemmatizing.get_pipe("lemmatizer").cache.clear()
    tell_silent_e(lemmatizing)
    assert lemma(lemmatizing, "hates", "VERB") == "hate"
    assert lemma(lemmatizing, "hating", "VERB") == "hate"
    assert lemma(lemmatizing, "singing", "VERB") == "sing"


def test_a_form_may_be_its_own_lemma_in_lower_case(lemmatizing: Language) -> None:
    keep_lower(lemmatizing)
    assert lemma(lemmatizing, "Sing", "VERB") == "sing"
    assert lemma(lemmatizing, "The", "DET") == "the"
    assert lemma(lemmatizing, "Children", "NOUN") == "child"


def test_a_preferred_lemma_comes_first_whether_indexed_or_not(lemmatizing: Language) -> None:
    prefer(lemmatizing, "verb", "singing", "singe")
    prefer(lemmatizing, "aux", "'s", "be")
    assert lemma(lemmatizing, "singing", "VERB") == "singe"
    assert lemma(lemmatizing, "'s", "AUX") == "be"


def test_lemmas_are_learned_only_when_the_treebank_agrees(lemmatizing: Language) -> None:
    def document(form: str, pos: str, lemma: str) -> Doc:
        return Doc(lemmatizing.vocab, words=[form], pos=[pos], lemmas=[lemma])

    keep_lower(lemmatizing)
    learn_lemmas(
        lemmatizing,
        [document("n't", "PART", "not")] * 3
        + [document("mins", "NOUN", "minute")] * 2
        + [document("Oslos", "NOUN", "oslo")]
        + [document("his", "PRON", "he")] * 2
        + [document("his", "PRON", "his")] * 2,
    )
    assert lemma(lemmatizing, "n't", "PART") == "not"
    assert lemma(lemmatizing, "mins", "NOUN") == "minute"
    assert lemma(lemmatizing, "Oslos", "NOUN") == "oslos"
    assert lemma(lemmatizing, "his", "PRON") == "his"
