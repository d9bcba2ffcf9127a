"""What people say around a plain statement, and orders of words that only stress a part of it.

Part of `plain`. "Guess what, …", "Just so you know: …", "…, by the way", "…, can you believe it" state nothing of their own;
"The car Ana drives is a Mazda" says that Ana drives a Mazda, "It's Ana who owns the Green Door" that she owns it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from graphmem.extraction.everyday import POSSESSIVES, PRONOUNS, VERB_FORMS
from graphmem.extraction.hedges import ADVERBS, CONDITIONS, GUESSING, forms
from graphmem.extraction.lexicon import words
from graphmem.extraction.plain_leads import DOUBTED

if TYPE_CHECKING:
    from graphmem.extraction.plain import Frame

_LONGEST = 8
"""Words of an aside."""
_STOPS = frozenset({",", ":", "-", "–", "—", ";"})
_CONDITIONS = (
    CONDITIONS
    | ADVERBS
    | words(
        "when whenever while until till because since although though not unlike without except before after like as or nor but who "
        "whose which where"
    )
)
_STATED = words("not n't n’t never but or nor except until")
_DOUBTING = (DOUBTED | forms(GUESSING | {"hope"}) | {"claims"}) - words("say guess imagine wonder")
"""Words that make an aside more than one: "…, I think"; "Guess what, …" and "Imagine, …" open none with doubt."""
_NO_ASIDE = _STATED | DOUBTED | _DOUBTING | POSSESSIVES
_TELLING = words(
    "know guess hear tell say see believe mean remember listen look ask answer wonder mention forget remind note notice happen "
    "turn go come wait get have be do can could will would shall should let want need make keep put speak talk write "
    "news update thing fact record reference question story surprise answer word heads-up way case point joke rumour rumor "
    "change changes correction mistake funny big good great bad quick small little new long short exciting sad sure true right "
    "what something anything it this that you me i we they here there one us everyone everybody folk people"
)
"""What an aside with a verb speaks of: that something is told. "I have big news, …" says no more; "I love sushi, …" does."""
_CONTENT = frozenset({"NOUN", "VERB", "ADJ", "NUM", "PROPN"})
_PLACED = words("near beside behind between outside inside across opposite")
_ASIDES_OF_AS = words("said say told mentioned always usual ever know you i far")


def opening(frame: Frame) -> int:
    """How many words of an aside begin the sentence, with the mark that closes it; 0 where none does. It names nobody and
    nothing, and a subject has to follow."""
    for size in range(1, _LONGEST + 1):
        word = frame.word(size)
        if not word:
            return 0
        if word in _STOPS:
            break
    else:
        return 0
    first = frame.word()
    if first in _CONDITIONS and not (first == "as" and frame.word(1) in _ASIDES_OF_AS):
        return 0
    if any(frame.word(ahead) in _DOUBTING for ahead in range(size)):
        return 0  # "I think, Ana …"
    if any(_names(frame, frame.at + ahead) for ahead in range(1, size)) or first in POSSESSIVES:
        return 0
    if frame.is_name(frame.at) and frame.pos[frame.at] == "PROPN":
        return 0  # "Ana, you know that …", "Ana has had a birthday: …"
    if _states(frame, range(frame.at, frame.at + size)):
        return 0
    after = frame.at + size + 1
    begins = frame.lower[after] if after < frame.end else ""
    return size + 1 if begins in PRONOUNS | POSSESSIVES or _names(frame, after) else 0


def _states(frame: Frame, aside: range) -> bool:
    """Whether these words are a clause that says something of the world: "I love sushi", and not "I have big news"."""
    tree = frame.tree
    if not any(tree.deps[at].startswith("nsubj") and tree.heads[at] in aside for at in aside):
        return False
    return any(tree.pos[at] in _CONTENT and tree.lemmas[at].lower() not in _TELLING for at in aside)


def closing(frame: Frame) -> int:
    """How many words from a comma to the end of the sentence are an aside; 0 where they say more."""
    if frame.word() not in _STOPS or frame.end - frame.at > _LONGEST + 1:
        return 0
    rest = range(frame.at + 1, frame.end)
    if frame.word(1) in _PLACED:
        return 0  # "lives in Bath, near the river"
    if any(_names(frame, at) or frame.words[at][0].isdigit() for at in rest):
        return 0
    if any(frame.tree.deps[at] == "conj" and frame.tree.heads[at] < frame.at for at in rest):
        return 0  # "likes tea, coffee and cake"
    if any(frame.lower[at] in _NO_ASIDE for at in rest):
        return 0
    return frame.end - frame.at


def _names(frame: Frame, at: int) -> bool:
    return at < frame.end and frame.is_name(at) and frame.lower[at] != "i"


def stressed(frame: Frame) -> list[int] | None:
    """The order of tokens in which a sentence that stresses a part of itself would stand plainly; None where it does not."""
    return _pseudo_cleft(frame) or _cleft(frame)


def _pseudo_cleft(frame: Frame) -> list[int] | None:
    """ "The car Ana drives is a Mazda": Ana, drives, a Mazda; "The city that Ana lives in is Oslo"."""
    at = frame.at
    if frame.word() != "the" or not frame.word(1).isalpha() or frame.is_name(at + 1):
        return None
    noun = at + 1
    start = noun + 1 + (frame.word(2) in ("that", "which", "who", "where"))
    subject = start
    while subject < frame.end and (frame.is_name(subject) or (subject == start and frame.lower[subject] in PRONOUNS)):
        subject += 1
    if subject == start:
        return None
    verb = subject
    if not any(
        tag in ("VBZ", "VBD", "VB") for _, tag in VERB_FORMS.get(frame.lower[verb] if verb < frame.end else "", ())
    ):
        return None
    be = next(
        (i for i in range(verb + 1, min(verb + 4, frame.end)) if frame.lower[i] in ("is", "was", "are", "'s")), None
    )
    if be is None or be + 1 >= frame.end:
        return None
    return [*range(start, be), *range(be + 1, frame.end)]


def _cleft(frame: Frame) -> list[int] | None:
    """ "It's Ana who owns Zed": Ana, owns, Zed."""
    if frame.word() != "it" or frame.word(1) not in ("is", "'s", "’s", "was"):
        return None
    who = next((i for i in range(frame.at + 3, frame.end - 1) if frame.lower[i] in ("who", "that")), None)
    if who is None or not all(frame.is_name(i) for i in range(frame.at + 2, who)):
        return None
    return [*range(frame.at + 2, who), *range(who + 1, frame.end)]
