"""Reads the two file forms the training data comes in: CoNLL-U and columns with IOB2 tags.

It exists so that what is said about a sentence (its words, their spacing, its named mentions) has one shape whatever
file it came from.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from training.mentions import Mention, mentions_of_tags

DOCUMENT_MARK = "-DOCSTART-"
CLOSING = frozenset({",", ".", ";", ":", "!", "?", ")", "]", "%", "'s", "n't", "'", "'re", "'ve", "'ll", "'d", "'m"})
OPENING = frozenset({"(", "[", "$", "#"})
QUOTES = frozenset({'"', "``", "''"})


@dataclass(frozen=True, slots=True)
class Word:
    """One syntactic word; `head` counts from 1 within the sentence, 0 is the root."""

    form: str
    space_after: bool
    lemma: str = ""
    upos: str = ""
    xpos: str = ""
    feats: str = ""
    head: int = 0
    relation: str = ""
    misc: str = ""


@dataclass(slots=True)
class Sentence:
    """A sentence, the document it belongs to, and its words."""

    document: str = ""
    sent_id: str = ""
    words: list[Word] = field(default_factory=list)


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file, gzip or plain, without line ends."""
    with gzip.open(path, "rt", encoding="utf8") if path.suffix == ".gz" else path.open(encoding="utf8") as stream:
        for line in stream:
            yield line.rstrip("\r\n")


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Yield the sentences of a CoNLL-U file; empty nodes are left out, multi-word tokens give only spacing."""
    sentence = Sentence()
    joined: tuple[int, int, bool] | None = None
    for line in chain_blank(read_lines(path)):
        if not line:
            if sentence.words:
                yield sentence
            sentence, joined = Sentence(sentence.document), None
        elif line.startswith("#"):
            _take_comment(sentence, line)
        else:
            columns = line.split("\t")
            if "-" in columns[0]:
                first, last = (int(number) for number in columns[0].split("-"))
                joined = (first, last, _space_after(columns[9]))
            elif "." not in columns[0]:
                sentence.words.append(_word(columns, joined))


def chain_blank(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines and one empty line, so that a last sentence without its blank line still ends."""
    yield from lines
    yield ""


def _take_comment(sentence: Sentence, line: str) -> None:
    name, _, value = line[1:].partition("=")
    if name.strip() == "newdoc id":
        sentence.document = value.strip()
    elif name.strip() == "sent_id":
        sentence.sent_id = value.strip()


def _space_after(misc: str) -> bool:
    return "SpaceAfter=No" not in misc.split("|")


def _word(columns: list[str], joined: tuple[int, int, bool] | None) -> Word:
    number = int(columns[0])
    space = _space_after(columns[9])
    if joined is not None and joined[0] <= number <= joined[1]:
        space = joined[2] if number == joined[1] else False
    return Word(
        form=columns[1],
        space_after=space,
        lemma=columns[2],
        upos=columns[3],
        xpos=columns[4],
        feats="" if columns[5] == "_" else columns[5],
        head=int(columns[6]),
        relation=columns[7],
        misc=columns[9],
    )


def read_iob(
    path: Path, *, form: int, tag: int, labels: dict[str, str] | None = None
) -> Iterator[tuple[Sentence, list[Mention]]]:
    """Yield sentences with their mentions from a tab-separated file; `form` and `tag` are column numbers from 0.

    These files say nothing of spaces: they are put where English puts them.  With `labels`, other types are dropped.
    """
    sentence, forms, tags = Sentence(), list[str](), list[str]()
    for line in chain_blank(read_lines(path)):
        if not line.strip():
            if forms:
                sentence.words = spaced(forms)
                yield sentence, mentions_of_tags(tags, labels)
            sentence, forms, tags = Sentence(sentence.document), [], []
        elif line.startswith("# ") and "\t" not in line:
            _take_comment(sentence, line)
        else:
            columns = line.split("\t")
            if columns[form] != DOCUMENT_MARK:
                forms.append(columns[form])
                tags.append(columns[tag])


def spaced(forms: list[str]) -> list[Word]:
    """Return the words with a space after each, save before closing marks, after opening ones and inside quotes."""
    words: list[Word] = []
    quoted = False
    for index, form in enumerate(forms):
        if form in QUOTES:
            quoted = not quoted
        following = forms[index + 1] if index + 1 < len(forms) else ""
        glued = following in CLOSING or form in OPENING
        glued |= (form in QUOTES and quoted) or (following in QUOTES and quoted and form not in QUOTES)
        words.append(Word(form, not glued))
    return words
