"""Words under which nothing is told as a fact, in one list for all who ask: the rules of polarity, the frame of plain sentences with its
asides, and the reader by likeness.
"""

from __future__ import annotations

from graphmem.extraction.lexicon import words

ADVERBS = words(
    "maybe perhaps probably possibly apparently allegedly reportedly supposedly presumably hopefully seemingly"
)
"""What stands beside a verb and makes a guess, a hope or hearsay of it."""
SUPPOSING = words("suppose imagine assume pretend")
"""What begins a sentence that only plays with a thought: "Suppose Ana lives in Oslo"."""
CONDITIONS = words("if unless whether")
GUESSING = SUPPOSING | words("think believe guess doubt reckon suspect wonder bet")
"""Verbs that make what is told beside them a guess."""
WISHING = words("hope wish")
SAYING = words("say claim hear")
"""Verbs by which it is somebody else's word."""
RUMOUR = words("rumour rumor")


def forms(verbs: frozenset[str]) -> frozenset[str]:
    """Verbs as one and as several people are said to do it."""
    return verbs | {f"{verb}s" for verb in verbs}


def any_of(listed: frozenset[str]) -> str:
    """The words as one alternative of a pattern."""
    return "|".join(sorted(listed))
