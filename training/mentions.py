"""Named mentions: from IOB2 tags, and from the nested `Entity=` brackets of GUM.

GUM marks every mention, named or not, with the words that name it at least; the entity recogniser wants names of four
types.  The rules here say which mention counts and where it starts and ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.sources import Sentence

GUM_LABELS = {
    "person": "PER",
    "organization": "ORG",
    "place": "LOC",
    "event": "MISC",
    "object": "MISC",
    "abstract": "MISC",
}
IOB_LABELS = {"PER": "PER", "LOC": "LOC", "ORG": "ORG", "MISC": "MISC", "OTH": "MISC"}
BRACKET = re.compile(r"\((?P<opened>[^()]+)(?P<closed_at_once>\))?|(?P<closed>[^()]+)\)")


@dataclass(frozen=True, slots=True)
class Mention:
    """A named mention: words `start` to `end` (exclusive, from 0) of a sentence, and its type."""

    start: int
    end: int
    label: str


def mentions_of_tags(tags: list[str], labels: dict[str, str] | None = None) -> list[Mention]:
    """Return the mentions that IOB2 tags mark; types that `labels` does not know are dropped, as are stray marks."""
    known = IOB_LABELS if labels is None else labels
    found: list[Mention] = []
    start = 0
    for index, tag in enumerate([*tags, "O"]):
        if index and tags[index - 1] != "O" and (tag == "O" or tag.startswith("B-") or tag[2:] != tags[start][2:]):
            found.append(Mention(start, index, tags[start][2:]))
        if tag != "O" and (tag.startswith("B-") or index == 0 or tags[index - 1] == "O" or tag[2:] != tags[start][2:]):
            start = index
    return [Mention(m.start, m.end, known[m.label]) for m in found if m.label in known]


def named_mentions(sentence: Sentence) -> list[Mention]:
    """Return GUM's mentions that are names (a proper noun heads the minimal span); of two that overlap, the longer."""
    found = [mention for opened in _bracketed(sentence) if (mention := _named(sentence, *opened)) is not None]
    found.sort(key=lambda mention: (mention.start - mention.end, mention.start))
    kept: list[Mention] = []
    for mention in found:
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda mention: mention.start)


def _bracketed(sentence: Sentence) -> list[tuple[str, int]]:
    """Return what each opening bracket says, with the number of its word; the minimal span makes the end unneeded."""
    opened: list[tuple[str, int]] = []
    for index, word in enumerate(sentence.words):
        for feature in word.misc.split("|"):
            if feature.startswith("Entity="):
                opened += [(match["opened"], index) for match in BRACKET.finditer(feature[7:]) if match["opened"]]
    return opened


def _named(sentence: Sentence, opened: str, first: int) -> Mention | None:
    # GRP-etype-infstat-salience-centering-minspan-link-identity
    fields = opened.split("-")
    if len(fields) < 6 or fields[1] not in GUM_LABELS:
        return None
    numbers = [first + int(number) - 1 for number in fields[5].split(",") if number.isdigit()]
    if not numbers or max(numbers) >= len(sentence.words):
        return None
    head = _head(sentence, min(numbers), max(numbers) + 1)
    if head not in numbers or sentence.words[head].upos != "PROPN":
        return None
    # A minimal span may have holes ("the Bush ... administration"): the unbroken part around the head is the name.
    start, end = head, head + 1
    while start - 1 in numbers:
        start -= 1
    while end in numbers:
        end += 1
    return Mention(start, end, GUM_LABELS[fields[1]])


def _head(sentence: Sentence, start: int, end: int) -> int:
    for index in range(start, end):
        if not start < sentence.words[index].head <= end:
            return index
    return start
