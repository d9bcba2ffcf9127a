"""A parsed sentence as plain lists, so that rules are quick to run and easy to test.

Reading an attribute of a spaCy token costs a call each time; the rules ask for the same few attributes again and again,
so a sentence is copied once. Token numbers are relative to the sentence, character offsets to the passage.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span as SpacySpan

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "SYM"})
RELATIVE = frozenset({"who", "whom", "which", "that", "whose", "where", "when"})


@dataclass(slots=True)
class Tree:
    """One sentence. `heads[i] == i` marks a root; `starts`/`ends` are characters of the passage; `entities` are
    (first token, one past the last, label)."""

    words: list[str]
    lemmas: list[str]
    pos: list[str]
    tags: list[str]
    deps: list[str]
    heads: list[int]
    morphs: list[str]
    starts: list[int]
    ends: list[int]
    entities: list[tuple[int, int, str]] = field(default_factory=list)
    lower: list[str] = field(init=False)
    children: list[list[int]] = field(init=False)

    def __post_init__(self) -> None:
        self.lower = [word.lower() for word in self.words]
        self.children = [[] for _ in self.words]
        for i, head in enumerate(self.heads):
            if head != i:
                self.children[head].append(i)

    def __len__(self) -> int:
        return len(self.words)

    def kids(self, i: int, *labels: str) -> list[int]:
        """The children of token `i` whose relation to it is one of `labels`, in order."""
        deps = self.deps
        return [child for child in self.children[i] if deps[child] in labels]

    def kid(self, i: int, *labels: str) -> int | None:
        """The first of `kids`, if there is one."""
        deps = self.deps
        return next((child for child in self.children[i] if deps[child] in labels), None)

    def subtree(self, i: int, without: frozenset[str] = frozenset()) -> list[int]:
        """Token `i` and all below it in order, leaving out the branches whose relation is in `without`."""
        found, stack = [], [i]
        while stack:
            at = stack.pop()
            found.append(at)
            stack.extend(c for c in self.children[at] if self.deps[c] not in without)
        return sorted(found)

    def below(self, i: int, ancestor: int) -> bool:
        """Whether token `i` is `ancestor` or stands under it."""
        while i != ancestor and self.heads[i] != i:
            i = self.heads[i]
        return i == ancestor

    def conjuncts(self, i: int) -> list[int]:
        """Token `i` and what is coordinated with it (UD hangs every conjunct on the first; chains are followed too)."""
        found = [i]
        for at in found:
            found.extend(c for c in self.children[at] if self.deps[c] == "conj" and c not in found)
        return sorted(found)

    def has(self, i: int, feature: str) -> bool:
        """Whether token `i` bears a morphological feature such as ``Voice=Pass``."""
        return feature in self.morphs[i]


def tree_of(sentence: SpacySpan, offset: int = 0, omitted: Sequence[int] = ()) -> Tree:
    """The tree of a spaCy sentence; `offset` is where its document starts in the passage, `omitted` where the document
    lacks one character of it."""
    first = sentence.start
    tokens = list(sentence)
    size = len(tokens)
    heads = [token.head.i - first for token in tokens]
    return Tree(
        words=[token.text for token in tokens],
        lemmas=[token.lemma_ or token.lower_ for token in tokens],
        pos=[token.pos_ for token in tokens],
        tags=[token.tag_ for token in tokens],
        deps=[token.dep_ for token in tokens],
        heads=[head if 0 <= head < size else i for i, head in enumerate(heads)],
        morphs=[str(token.morph) for token in tokens],
        starts=[_place(token.idx, omitted) + offset for token in tokens],
        ends=[_place(token.idx + len(token.text) - 1, omitted) + offset + 1 for token in tokens],
        entities=[(ent.start - first, ent.end - first, ent.label_) for ent in sentence.ents],
    )


def _place(at: int, omitted: Sequence[int]) -> int:
    """Where character `at` of a text stands in the text that it was made from by leaving out single characters."""
    return at + bisect_right(omitted, at) if omitted else at
