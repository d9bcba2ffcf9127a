"""Tells a capitalised first word that is part of a name ("Red Bull") from one that only begins the sentence ("If Ana …").

Part of `plain`, to which every capitalised word is a name. A word that adds nothing ("Then Ana …", "Even Ben …") is passed over;
one that makes more or less of what follows ("If", "Suppose", "Allegedly") is left to the parse, which reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.extraction.everyday import BE, DO, HAVE, POSSESSIVES, PRONOUNS
from graphmem.extraction.hedges import ADVERBS, CONDITIONS, GUESSING, RUMOUR, SAYING, SUPPOSING, WISHING
from graphmem.extraction.lexicon import words

if TYPE_CHECKING:
    from graphmem.extraction.plain import Frame

PASSING = words(
    "then unfortunately fortunately luckily sadly thankfully only even eventually later afterwards meanwhile sometimes "
    "normally generally thus hence so but and instead however obviously clearly surprisingly besides anyway moreover yes "
    "suddenly initially nevertheless therefore congratulations guys folks well ok okay oh wow gosh hey hi hello yesterday tomorrow tonight"
)
"""First words behind which the sentence says what it would say without them."""
DOUBTING = ADVERBS | SUPPOSING
"""First words that hang on the verb as adverbs of doubt, right before the subject."""
DOUBTED = DOUBTING | CONDITIONS | RUMOUR | words("supposing assuming say guess bet")
"""First words behind which nothing is told as a fact."""
_NO_PART = words("no note thanks please dear here there tonight where ask tell call remember know let help or")
_NOT_OF_NAMES = frozenset({"SCONJ", "ADV", "INTJ", "CCONJ", "ADP", "PART", "PRON", "VERB"})
"""Parts of speech that the parse gives to words which are not of a name."""


SAID_OR_THOUGHT = GUESSING | WISHING | SAYING
"""Verbs that make what is told beside them more or less certain: "Ana lives in Paris, I think"."""


def passing(frame: Frame) -> int:
    """1 where the word at the cursor begins the sentence and is no part of the subject right behind it, else 0."""
    if frame.at or frame.word() not in PASSING | DOUBTING:
        return 0
    return int(frame.is_name(1) or frame.word(1) in PRONOUNS | POSSESSIVES)


def left_to_the_parse(frame: Frame) -> bool:
    """Whether the first word of the sentence, and of the subject that begins at the cursor, is for the parse to read."""
    if frame.lower[0] in DOUBTED:
        return frame.lower[0] not in DOUBTING or frame.at != 1
    if frame.at or not frame.is_name(1) or not frame.words[0][:1].isupper():
        return False
    word = frame.word()
    return (
        word in _NO_PART
        or word in BE
        or word in DO
        or word in HAVE
        or (frame.pos[0] in _NOT_OF_NAMES and word not in PRONOUNS | POSSESSIVES)
    )
