"""States what a sentence says in words that no rule knows, where the model is sure of it.

The one door to this package. In doubt it says nothing: a fact that is closed wrongly is worse than one that is missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.exemplars.guards import is_none
from graphmem.extraction.exemplars.model import load, signs_of
from graphmem.extraction.exemplars.pairs import Mention, Pair, pairs_of
from graphmem.extraction.hedges import ADVERBS, CONDITIONS, GUESSING, WISHING, any_of, forms
from graphmem.extraction.names import Name, Taken
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement
from graphmem.ports.embedder import Embedder

SUREST = 0.95
LEAST = 0.65
"""The probability, of relation and status together, below which nothing is stated."""
LONGEST = 18
"""Tokens above which a sentence is no plain statement."""
LEAST_CLOSING = 0.75
"""The same where there is one at a time, and stating another ends the one that is known."""
_COMMON = frozenset({"noun", "human", "adjective"})
_UNSAID = re.compile(
    rf"\?|\b(?:might|may|could|would|should|heading|headed|list|dream\w*|novel|said|told|according|rumou?r\w*|"
    rf"{any_of(CONDITIONS | ADVERBS | forms(GUESSING | WISHING | {'say', 'claim'}))})\b|[\"“”]",
    re.IGNORECASE,
)
"""Words under which nothing is told as a fact."""
_FOR_A_WHILE = re.compile(
    r"\b(?:(?:house|cat|dog|pet)[-\s]{0,3}sit(?:s|ting)?|couch[-\s]{0,3}surf(?:s|ing)?|stay(?:s|ed|ing)?|visit(?:s|ed|ing)?|holidays?|vacation|trip|"
    r"business|weekend|crash(?:es|ed|ing)?|hotel|hostel|airbnb|camping|passing through|tonight|this (?:week|month)|"
    r"for (?:a|the|one|two|three|a few|some) (?:nights?|days?|weeks?|months?))\b",
    re.IGNORECASE,
)
"""Words that tell of a stay, and of no home."""
_PREDICATES = {
    "residence": ("live_in", "move_to"), "employer": ("work_at", "join"), "spouse": ("married_to", "marry"),
    "occupation": ("work_as", "work_as"), "university": ("study_at", "enroll_at"), "boss": ("~boss_of", "~boss_of"),
    "doctor": ("~doctor_of", "~doctor_of"), "partner": ("in_relationship_with", "in_relationship_with"),
    "best_friend": ("~best_friend_of", "~best_friend_of"), "friend": ("friend_of", "friend_of"),
    "child": ("~child_of", "~child_of"), "sibling": ("~sibling_of", "~sibling_of"), "pet": ("~pet_of", "~pet_of"),
    "favourite_colour": ("favourite_colour", "favourite_colour"), "favourite_food": ("favourite_food", "favourite_food"),
    "favourite_band": ("~favourite_band_of", "~favourite_band_of"), "phone": ("phone_number", "phone_number"),
    "age": ("age", "age"), "email": ("email", "email"), "car": ("drive", "drive"), "weight": ("weight", "weight"),
    "salary": ("salary", "salary"), "shoe_size": ("shoe_size", "shoe_size"), "address": ("address", "address"),
    "bank": ("bank_with", "bank_with"), "team": ("play_for", "sign_for"), "birthday": ("born_on", "born_on"),
    "birthplace": ("born_in", "born_in"), "chief_of_company": ("~ceo_of", "~ceo_of"), "capital": ("~capital_of", "~capital_of"),
    "headquarters": ("headquarters_in", "move_headquarters_to"), "owner": ("~own", "~buy"), "mayor": ("~mayor_of", "~mayor_of"),
    "coach": ("~coach_of", "~coach_of"), "language": ("speak", "speak"), "liking": ("like", "like"), "game": ("play", "play"),
    "instrument": ("play", "play"), "allergy": ("allergic_to", "allergic_to"), "membership": ("member_of", "member_of"),
    "possession": ("own", "own"), "reading": ("read", "read"), "collection": ("collect", "collect"), "visited": ("visit", "visit"),
}  # fmt: skip
"""By relation of the model, the predicate for what is so and for what is told as new; ``~``: told of the value."""


class Likeness(NamedTuple):
    """A pair, what it is taken for, and how sure that is."""

    pair: Pair
    relation: str
    status: str
    probability: float


def statements_like(
    tree: Tree, names: Sequence[Name], literals: Sequence[Taken], embedder: Embedder
) -> Iterator[Statement]:
    """What a sentence states by its likeness to exemplars; most often nothing. `literals` are its dates and quantities, `embedder`
    the bundled one, on whose vectors the model was trained."""
    if not 3 <= len(tree) <= LONGEST or _UNSAID.search(" ".join(tree.words)):
        return
    pairs = pairs_of(tree, names, literals)
    if pairs:
        away = _FOR_A_WHILE.search(" ".join(tree.words)) is not None
        for one in surest(likenesses(tree, pairs, embedder)):
            if not (away and one.relation == "residence"):
                yield _statement(tree, one)


def likenesses(tree: Tree, pairs: Sequence[Pair], embedder: Embedder) -> list[Likeness]:
    """What each pair is most like, the surest first; what is like nothing, or states nothing, is left out."""
    model = load()
    pairs = [pair for pair in pairs if model.may_state(tree, pair)]
    if not pairs:
        return []
    told = model.read(signs_of([(tree, pair) for pair in pairs], embedder))
    found = [Likeness(pair, *one) for pair, one in zip(pairs, told, strict=True) if one is not None]
    found = [one for one in found if not is_none(tree, one.pair, one.relation)]
    return sorted(found, key=lambda one: -one.probability)


def surest(found: Sequence[Likeness]) -> list[Likeness]:
    """The one that is surest, if it is sure enough."""
    return [one for one in found[:1] if _is_sure(one)]


def _is_sure(one: Likeness) -> bool:
    """Whether it may be stated: it has to be surer where it would take the place of what is known."""
    meaning = DEFAULT.meaning(_PREDICATES[one.relation][0].lstrip("~"))
    if meaning is None:
        return one.probability >= LEAST
    if one.status == "over" and meaning.relation.once:
        return False  # nobody stops being born somewhere
    return one.probability >= (LEAST_CLOSING if meaning.relation.is_single else LEAST)


def _statement(tree: Tree, one: Likeness) -> Statement:
    holds, begins = _PREDICATES[one.relation]
    predicate = begins if one.status == "new" else holds
    subject, value = one.pair.subject.head, _whole(tree, one.pair.object)
    if predicate.startswith("~"):
        predicate, subject, value = predicate[1:], value, subject
    return Statement(
        subject, predicate, value, _verb_above(tree, one.pair.object.head),
        bare=one.pair.object.kind in _COMMON, negated=one.status == "over", confidence=round(min(one.probability, SUREST), 3),
        tense="past" if one.status == "past" else "present",
    )  # fmt: skip


def _whole(tree: Tree, mention: Mention) -> int:
    """The head of a value; of a name that only begins a longer one ("Heidelberg" of "Heidelberg University") the head of that."""
    at = mention.head
    while mention.kind not in _COMMON and tree.deps[at] in ("compound", "flat") and tree.heads[at] == mention.last:
        above = tree.heads[at]
        if not tree.words[above][0].isupper():
            break
        at, mention = above, mention._replace(last=above + 1)
    return at


def _verb_above(tree: Tree, at: int) -> int:
    """The verb whose clause a token stands in."""
    while tree.heads[at] != at and tree.pos[at] not in ("VERB", "AUX"):
        at = tree.heads[at]
    return at
