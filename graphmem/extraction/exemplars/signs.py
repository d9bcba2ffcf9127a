"""What the model sees of a pair in its sentence: the sentence with the pair masked, word by word around it, and what each is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

from graphmem.extraction.exemplars.pairs import SPEAKERS, Mention, Pair
from graphmem.extraction.tree import Tree

SLOTS = 1 << 12
SUBJECT, OBJECT = "Alex", "that one"
_BE = {
    "'m": "be",
    "'re": "be",
    "’m": "be",
    "’re": "be",
    "'ve": "have",
    "’ve": "have",
    "'ll": "will",
    "n't": "not",
    "n’t": "not",
}


def masked(tree: Tree, pair: Pair, subject: str = SUBJECT, value: str = OBJECT) -> str:
    """The sentence with the two ends under other names."""
    return " ".join(_masked(tree, pair, tree.words, subject, value))


def value_text(tree: Tree, mention: Mention) -> str:
    return " ".join(tree.words[mention.first : mention.last])


def hashed(tree: Tree, pair: Pair) -> list[int]:
    """The places of the signs in a vector of `SLOTS`."""
    return sorted({crc32(sign.encode()) % SLOTS for sign in signs(tree, pair)})


def signs(tree: Tree, pair: Pair) -> Iterator[str]:
    """Words and pairs of words of the masked sentence, those next to the two ends, and what the ends look like."""
    lemmas = [_BE.get(low, lemma.lower()) for low, lemma in zip(tree.lower, tree.lemmas, strict=True)]
    words = [word for word in _masked(tree, pair, lemmas, "S", "O") if word[0].isalnum() or len(word) > 1]
    yield f"o={pair.object.kind}"
    yield f"s={pair.subject.kind}"
    yield f"so={pair.subject.kind}={pair.object.kind}"
    for one in words:
        yield f"w {one}"
        yield f"w {one} {pair.object.kind}"
    for one, other in pairwise(words):
        yield f"b {one} {other}"
    for one, other, third in zip(words, words[1:], words[2:], strict=False):
        yield f"t {one} {other} {third}"
    if "O" in words and "S" in words:
        o, s = words.index("O"), words.index("S")
        yield "order S O" if s < o else "order O S"
        between = words[min(o, s) + 1 : max(o, s)]
        for one in between:
            yield f"m {'so' if s < o else 'os'} {one}"
        before, after = words[max(0, o - 3) : o], words[o + 1 : o + 4]
        for distance, one in enumerate(reversed(before)):
            yield f"<{distance} {one}"
            yield f"< {one}"
        for distance, one in enumerate(after):
            yield f">{distance} {one}"
            yield f"> {one}"
        yield f"<s {words[s - 1] if s else '^'}"
        yield f">s {words[s + 1] if s + 1 < len(words) else '$'}"


def _masked(tree: Tree, pair: Pair, words: list[str], subject: str, value: str) -> Iterator[str]:
    given, wanted = pair
    for at, word in enumerate(words):
        if given.first <= at < given.last or (given.kind == "user" and tree.lower[at] in SPEAKERS):
            if at == given.first or given.kind == "user":
                yield subject
                if given.kind == "user" and tree.lower[at] in ("my", "our", "mine"):
                    yield "'s"
        elif wanted.first <= at < wanted.last:
            if at == wanted.first:
                yield value
        else:
            yield word
