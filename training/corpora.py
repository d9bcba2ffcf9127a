"""Turns the treebanks and the entity sets into what spaCy trains on and is scored on (`DocBin` files).

It exists because the sources differ in form while training wants one: documents of a few sentences whose raw text is
known, so that the errors of the tokenizer and of the sentence splitter are part of what the model learns to live with.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.tokens import Doc, DocBin, Span

from training.mentions import Mention, named_mentions
from training.sources import Sentence, read_conllu, read_iob

if TYPE_CHECKING:
    from spacy.vocab import Vocab

SENTENCES_PER_DOCUMENT = 8
# The parser learns from pieces of 1 to 5 sentences: short enough that its oracle, quadratic in length, stays cheap.
TRAINING_SIZES = (1, 2, 3, 4, 5)
# The Santa Barbara Corpus, whose own licence statement forbids derivatives: measured on, never trained on.
CLOSED_GENRE = "GUM_conversation"
WIKIGOLD_TRAIN_SHARE = 0.8
WNUT_LABELS = {"person": "PER", "location": "LOC", "corporation": "ORG", "group": "ORG"}

EWT = "ud_english_ewt/en_ewt-ud-{part}.conllu"
GUM = "ud_english_gum_open/en_gum_open-ud-{part}.conllu"
UNER = "uner_english_ewt/en_ewt-ud-{part}.iob2"
WIKIGOLD = "wikigold/wikigold.conll"
WNUT = "wnut17/wnut17-test.conll"


def find_source(data: Path, name: str) -> Path:
    """Return the file of that name under `data`, gzip (`.gz`) or plain; raise FileNotFoundError naming it if absent."""
    for path in (data / f"{name}.gz", data / name):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{data / name}[.gz] is missing: --data must be the folder that holds it")


def grouped(sentences: Iterable[Sentence], size: int = SENTENCES_PER_DOCUMENT) -> Iterator[list[Sentence]]:
    """Yield runs of up to `size` sentences that lie in one document."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and (len(group) == size or group[-1].document != sentence.document):
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def scattered(sentences: Iterable[Sentence], seed: int = 1) -> Iterator[list[Sentence]]:
    """Yield runs of one to five sentences that lie in one document; the sizes are drawn from `seed`."""
    chance = random.Random(seed)
    for document in grouped(sentences, size=sys.maxsize):
        start = 0
        while start < len(document):
            size = chance.choice(TRAINING_SIZES)
            yield document[start : start + size]
            start += size


def parsed_document(vocab: Vocab, sentences: list[Sentence]) -> Doc:
    """Return one gold `Doc` of the sentences: tags, parts of speech, features, lemmas, heads and relations."""
    words = [word for sentence in sentences for word in sentence.words]
    heads: list[int] = []
    for sentence in sentences:
        offset = len(heads)
        heads += [offset + (word.head - 1 if word.head else index) for index, word in enumerate(sentence.words)]
    return Doc(
        vocab,
        words=[word.form for word in words],
        spaces=[word.space_after for word in words],
        tags=[word.xpos for word in words],
        pos=[word.upos for word in words],
        morphs=[word.feats for word in words],
        lemmas=[word.lemma for word in words],
        heads=heads,
        deps=["ROOT" if word.relation == "root" else word.relation for word in words],
    )


def named_document(vocab: Vocab, sentences: list[Sentence], mentions: list[list[Mention]]) -> Doc:
    """Return one gold `Doc` of the sentences with the entities of each; every other token is known to be outside."""
    words = [word for sentence in sentences for word in sentence.words]
    document = Doc(vocab, words=[word.form for word in words], spaces=[word.space_after for word in words])
    offset = 0
    spans: list[Span] = []
    for sentence, found in zip(sentences, mentions, strict=True):
        spans += [Span(document, offset + mention.start, offset + mention.end, mention.label) for mention in found]
        offset += len(sentence.words)
    document.set_ents(spans, default="outside")
    return document


def treebank(vocab: Vocab, path: Path) -> Iterator[Doc]:
    """Yield the gold parses of a CoNLL-U file, without the genre whose licence forbids derived work."""
    for group in scattered(read_conllu(path)):
        if not group[0].document.startswith(CLOSED_GENRE):
            yield parsed_document(vocab, group)


def whole_treebank(vocab: Vocab, path: Path) -> Iterator[Doc]:
    """Yield the gold parses of every document of a CoNLL-U file."""
    return (parsed_document(vocab, group) for group in grouped(read_conllu(path)))


def universal_names(vocab: Vocab, trees: Path, names: Path) -> Iterator[Doc]:
    """Yield the entities of Universal NER over the spacing of the treebank; sentences that disagree are left out."""
    annotated = {sentence.sent_id: (sentence, found) for sentence, found in read_iob(names, form=1, tag=2)}
    for group in grouped(read_conllu(trees)):
        kept = [sentence for sentence in group if sentence.sent_id in annotated]
        kept = [sentence for sentence in kept if _forms(sentence) == _forms(annotated[sentence.sent_id][0])]
        if kept:
            yield named_document(vocab, kept, [annotated[sentence.sent_id][1] for sentence in kept])


def _forms(sentence: Sentence) -> list[str]:
    return [word.form for word in sentence.words]


def gum_names(vocab: Vocab, path: Path, *, everything: bool = False) -> Iterator[Doc]:
    """Yield GUM's named mentions; the closed genre only with `everything`."""
    for group in grouped(read_conllu(path)):
        if everything or not group[0].document.startswith(CLOSED_GENRE):
            yield named_document(vocab, group, [named_mentions(sentence) for sentence in group])


def listed_names(
    vocab: Vocab, path: Path, *, form: int, tag: int, labels: dict[str, str] | None = None,
    start: float = 0.0, end: float = 1.0,
) -> Iterator[Doc]:  # fmt: skip
    """Yield the entities of a column file, of the sentences between the shares `start` and `end` of it."""
    sentences = list(read_iob(path, form=form, tag=tag, labels=labels))
    chosen = sentences[int(len(sentences) * start) : int(len(sentences) * end)]
    for index in range(0, len(chosen), SENTENCES_PER_DOCUMENT):
        part = chosen[index : index + SENTENCES_PER_DOCUMENT]
        yield named_document(vocab, [sentence for sentence, _ in part], [found for _, found in part])


def corpora(vocab: Vocab, data: Path) -> dict[str, Callable[[], Iterator[Doc]]]:
    """Return, by file name, how each training and measuring set is made from the folder of sources."""

    def source(name: str, part: str = "") -> Path:
        return find_source(data, name.format(part=part))

    def uner(part: str) -> Iterator[Doc]:
        return universal_names(vocab, source(EWT, part), source(UNER, part))

    def wikigold(start: float, end: float) -> Iterator[Doc]:
        return listed_names(vocab, source(WIKIGOLD), form=1, tag=2, start=start, end=end)

    return {
        "parser-train": lambda: chain(treebank(vocab, source(EWT, "train")), treebank(vocab, source(GUM, "train"))),
        "ewt-dev": lambda: whole_treebank(vocab, source(EWT, "dev")),
        "ewt-test": lambda: whole_treebank(vocab, source(EWT, "test")),
        "gum-test": lambda: whole_treebank(vocab, source(GUM, "test")),
        "ner-train": lambda: chain(
            uner("train"), gum_names(vocab, source(GUM, "train")), wikigold(0.0, WIKIGOLD_TRAIN_SHARE)
        ),
        "ner-dev": lambda: chain(uner("dev"), gum_names(vocab, source(GUM, "dev"))),
        "ner-ewt-dev": lambda: uner("dev"),
        "ner-ewt-test": lambda: uner("test"),
        "ner-gum-test": lambda: gum_names(vocab, source(GUM, "test"), everything=True),
        "ner-wikigold-test": lambda: wikigold(WIKIGOLD_TRAIN_SHARE, 1.0),
        "ner-wnut17-test": lambda: listed_names(vocab, source(WNUT), form=0, tag=1, labels=WNUT_LABELS),
    }


def write(documents: Iterable[Doc], path: Path) -> int:
    """Write the documents to a `.spacy` file and return how many there were."""
    store = DocBin(store_user_data=False)
    for document in documents:
        store.add(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    store.to_disk(path)
    return len(store)


def write_all(vocab: Vocab, data: Path, folder: Path) -> dict[str, int]:
    """Write every set as `folder/NAME.spacy`; return the number of documents of each."""
    return {name: write(make(), folder / f"{name}.spacy") for name, make in corpora(vocab, data).items()}
