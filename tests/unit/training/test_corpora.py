"""The conversion of treebanks and entity sets: what a file says is what the training documents hold."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import spacy

from training.corpora import (
    find_source,
    grouped,
    gum_names,
    listed_names,
    parsed_document,
    scattered,
    treebank,
    universal_names,
    whole_treebank,
    write,
)
from training.mentions import Mention, mentions_of_tags, named_mentions
from training.sources import Sentence, Word, read_conllu, read_iob, spaced

TREES = """\
# newdoc id = first
# sent_id = s1
# text = Mary doesn't know Bob (yet).
1\tMary\tMary\tPROPN\tNNP\tNumber=Sing\t4\tnsubj\t_\tEntity=(1-person-new-nnnnn-cf1-1-sgl)
2-3\tdoesn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdoes\tdo\tAUX\tVBZ\tMood=Ind\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\tPolarity=Neg\t4\tadvmod\t_\t_
4\tknow\tknow\tVERB\tVB\tVerbForm=Inf\t0\troot\t_\t_
4.1\tghost\tghost\tVERB\tVB\t_\t_\t_\t_\t_
5\tBob\tBob\tPROPN\tNNP\tNumber=Sing\t4\tobj\t_\t_
6\t(\t(\tPUNCT\t-LRB-\t_\t7\tpunct\t_\tSpaceAfter=No
7\tyet\tyet\tADV\tRB\t_\t4\tadvmod\t_\tSpaceAfter=No
8\t)\t)\tPUNCT\t-RRB-\t_\t7\tpunct\t_\tSpaceAfter=No
9\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# sent_id = s2
1\tYes\tyes\tINTJ\tUH\t_\t0\troot\t_\t_

# newdoc id = GUM_conversation_two
# sent_id = s3
1\tHi\thi\tINTJ\tUH\t_\t0\troot\t_\t_
"""

NAMES = """\
# sent_id = s1
1\tMary\tB-PER\t-\ta
2\tdoes\tO\t-\t-
3\tn't\tO\t-\t-
4\tknow\tO\t-\t-
5\tBob\tB-OTH\t-\ta
6\t(\tO\t-\t-
7\tyet\tO\t-\t-
8\t)\tO\t-\t-
9\t.\tB-O\t-\ta

# sent_id = s2
1\tNo\tB-PER\t-\ta
"""


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    path = tmp_path / "trees.conllu.gz"
    path.write_bytes(gzip.compress(TREES.encode()))
    return path


def test_words_spacing_and_documents_of_conllu(trees: Path) -> None:
    sentences = list(read_conllu(trees))
    assert [(sentence.document, sentence.sent_id) for sentence in sentences] == [
        ("first", "s1"),
        ("first", "s2"),
        ("GUM_conversation_two", "s3"),
    ]
    assert "ghost" not in [word.form for word in sentences[0].words]


def test_a_last_sentence_without_its_blank_line_is_read(tmp_path: Path) -> None:
    path = tmp_path / "trees.conllu"
    path.write_text(TREES.rstrip("\n"), encoding="utf8")
    assert [sentence.sent_id for sentence in read_conllu(path)] == ["s1", "s2", "s3"]


def test_gold_document_of_two_sentences(trees: Path) -> None:
    document = next(whole_treebank(spacy.blank("en").vocab, trees))
    assert document.text == "Mary doesn't know Bob (yet). Yes "
    assert [token.head.text for token in document] == [
        "know", "know", "know", "know", "know", "yet", "know", "yet", "know", "Yes",
    ]  # fmt: skip
    assert [token.dep_ for token in document][3:5] == ["ROOT", "obj"]
    assert document[2].morph.get("Polarity") == ["Neg"]
    assert (document[2].lemma_, document[2].tag_, document[2].pos_) == ("not", "RB", "PART")
    assert [sentence.text for sentence in document.sents] == ["Mary doesn't know Bob (yet).", "Yes"]


def test_training_trees_leave_the_closed_genre_out(trees: Path) -> None:
    vocab = spacy.blank("en").vocab
    assert "Hi" in "".join(document.text for document in whole_treebank(vocab, trees))
    assert "Hi" not in "".join(document.text for document in treebank(vocab, trees))


def test_groups_keep_to_a_document_and_a_size() -> None:
    sentences = [Sentence("a", str(number)) for number in range(20)] + [Sentence("b", "20")]
    assert [len(group) for group in grouped(sentences, 8)] == [8, 8, 4, 1]
    pieces = list(scattered(sentences))
    assert [sentence.sent_id for piece in pieces for sentence in piece] == [str(number) for number in range(21)]
    assert {len(piece) for piece in pieces} <= {1, 2, 3, 4, 5}
    assert all(len({sentence.document for sentence in piece}) == 1 for piece in pieces)
    assert [len(piece) for piece in pieces] == [len(piece) for piece in scattered(sentences)]


def test_universal_names_take_the_treebanks_spacing_and_skip_what_disagrees(trees: Path, tmp_path: Path) -> None:
    names = tmp_path / "names.iob2"
    names.write_text(NAMES, encoding="utf8")
    documents = list(universal_names(spacy.blank("en").vocab, trees, names))
    assert [document.text for document in documents] == ["Mary doesn't know Bob (yet). "]
    assert [(entity.text, entity.label_) for entity in documents[0].ents] == [("Mary", "PER"), ("Bob", "MISC")]


def test_tags_to_mentions() -> None:
    tags = ["B-PER", "I-PER", "B-PER", "O", "I-LOC", "I-ORG", "B-O"]
    assert mentions_of_tags(tags) == [
        Mention(0, 2, "PER"),
        Mention(2, 3, "PER"),
        Mention(4, 5, "LOC"),
        Mention(5, 6, "ORG"),
    ]
    assert mentions_of_tags(["B-person", "B-product"], {"person": "PER"}) == [Mention(0, 1, "PER")]


def sentence_of(rows: list[tuple[str, str, int, str]]) -> Sentence:
    """Return a sentence of words given as form, part of speech, head and MISC column."""
    return Sentence("d", "s", [Word(form, True, upos=upos, head=head, misc=misc) for form, upos, head, misc in rows])


def test_named_mentions_are_minimal_spans_headed_by_a_proper_noun() -> None:
    sentence = sentence_of([
        ("The", "DET", 3, "Entity=(1-organization-new-nnnnn-cf1-3,4,5-sgl"),
        ("famous", "ADJ", 3, "_"),
        ("University", "PROPN", 6, "_"),
        ("of", "ADP", 5, "_"),
        ("Oslo", "PROPN", 3, "SpaceAfter=No|Entity=(2-place-new-nnnnn-cf2-1-sgl)1)"),
        ("hired", "VERB", 0, "_"),
        ("a", "DET", 8, "Entity=(3-person-new-nnnnn-cf3-2-sgl"),
        ("teacher", "NOUN", 6, "Entity=3)"),
        ("Friday", "PROPN", 6, "Entity=(4-time-new-nnnnn-cf4-1-sgl)"),
    ])  # fmt: skip
    assert named_mentions(sentence) == [Mention(2, 5, "ORG")]


def test_a_minimal_span_with_a_hole_gives_the_part_around_its_head() -> None:
    sentence = sentence_of([
        ("Smith", "PROPN", 0, "Entity=(1-person-new-nnnnn-cf1-1,2,5-sgl"),
        ("Junior", "PROPN", 1, "_"),
        ("of", "ADP", 5, "_"),
        ("the", "DET", 5, "_"),
        ("band", "NOUN", 1, "Entity=1)"),
    ])  # fmt: skip
    assert named_mentions(sentence) == [Mention(0, 2, "PER")]


def test_gum_names_become_entities(trees: Path) -> None:
    vocab = spacy.blank("en").vocab
    assert [[entity.text for entity in document.ents] for document in gum_names(vocab, trees)] == [["Mary"]]
    assert len(list(gum_names(vocab, trees, everything=True))) == 2


def test_listed_names_are_spaced_split_and_freed_of_document_marks(tmp_path: Path) -> None:
    path = tmp_path / "listed.conll"
    path.write_text(
        "0\t-DOCSTART-\tO\n\n0\tAnn\tB-PER\n1\tleft\tO\n2\t.\tO\n\n0\tBob\tB-PER\n1\tstayed\tO\n", encoding="utf8"
    )
    assert [len(mentions) for _, mentions in read_iob(path, form=1, tag=2)] == [1, 1]
    (document,) = listed_names(spacy.blank("en").vocab, path, form=1, tag=2, start=0.0, end=0.5)
    assert document.text == "Ann left. "
    assert [entity.text for entity in document.ents] == ["Ann"]


def test_spaces_go_where_english_puts_them() -> None:
    words = spaced(["He", "said", ",", '"', "I", "do", "n't", "(", "yet", ")", "!", '"'])
    assert "".join(word.form + " " * word.space_after for word in words).strip() == 'He said, "I don\'t (yet)!"'


def test_written_documents_come_back(trees: Path, tmp_path: Path) -> None:
    from spacy.tokens import DocBin

    vocab = spacy.blank("en").vocab
    gold = [parsed_document(vocab, group) for group in grouped(read_conllu(trees))]
    assert write(gold, tmp_path / "deep" / "set.spacy") == 2
    (first, _) = DocBin().from_disk(tmp_path / "deep" / "set.spacy").get_docs(spacy.blank("en").vocab)
    assert first.to_json()["tokens"] == gold[0].to_json()["tokens"]


def test_a_missing_source_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="wikigold"):
        find_source(tmp_path, "wikigold/wikigold.conll")
