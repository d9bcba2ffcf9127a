"""What a sentence must not say for a relation that the model sees in it: words by which it is plainly something else.

Vectors of sentences are near each other that speak of the same part of life: a bonus is near a salary, a divorce lawyer near a spouse.
Part of `reader`. Each rule is of words, so that what the model has not seen is read as before.
"""

from __future__ import annotations

import re

from graphmem.extraction.exemplars.pairs import Pair
from graphmem.extraction.lexicon import JOBS, KIN, is_human, words
from graphmem.extraction.tree import Tree

_ELSE = {
    "weight": r"lift\w*|bench\w*|squat\w*|deadlift\w*|press\w*|carr(?:y|ies|ied)|pull\w*|push\w*|haul\w*|hoist\w*|buy\w*|bought|"
    r"sell\w*|sold|cook\w*|ship\w*|order\w*|luggage|suitcase|parcel|bag",
    "salary": r"bonus(?:es)?|refunds?|rent|mortgage|debts?|loans?|savings|deposit|budget|fees?|fines?|bills?|tax(?:es)?|"
    r"scholarship|grant|commission|inheritance|tips?|invested|donat\w+",
    "employer": r"volunteer\w*|work(?:s|ed|ing)? out|meetings?|webinar|call|interview\w*|clients?|customers?|conference",
    "car": r"rental|rented|hired?|borrowed|loaner|courtesy|company car",
    "phone": r"office|work|fax|account|order|ticket|passport|licen[cs]e|insurance|emergency",
    "membership": r"meetings?|webinar|call|interview|conference|workshop",
    "residence": r"this (?:week|weekend)|tonight",
}  # fmt: skip
"""Words under which a number or a name is no value of a relation."""
_NONE_OF = {relation: re.compile(rf"\b(?:{said})\b", re.IGNORECASE) for relation, said in _ELSE.items()}
_SPOKEN = re.compile(
    r"\b(?:sp(?:ea|o)k\w*|talk\w*|fluen\w+|languages?|tongues?|native\w*|bilingual\w*|trilingual|learn\w*|stud(?:y|ied|ies|ying)|teach\w*|"
    r"taught|understand\w*|convers\w+|chat\w*|say|read\w*|writ\w+|words?|accent|grew|raised|dream\w*|think\w*|lessons?|class(?:es)?|"
    r"proficien\w+|com\w+ naturally|know\w*|picked|master\w*|communicat\w+|express\w*|get by|with \w+ in)\b",
    re.IGNORECASE,
)
"""What tells that a people's name is one of their language."""
_PARTNERS = words(
    "wife husband spouse partner hubby wifey bride groom fiance fiancee fiancé fiancée girlfriend boyfriend soulmate sweetheart lover "
    "man woman lady guy girl boy person other companion"
)
_SPANS = frozenset({"for", "in", "after", "over", "within", "than", "every", "at", "to", "-", "–", "$", "#", "no."})
_AGED = frozenset(
    {"year", "years", "yrs", "old", "today", "now", "tomorrow", "candles", "summers", "springs", "winters"}
)
"""What stands before a span of time and behind an age."""
_BE = words("be is am are was were 'm ’m 's ’s 're ’re")


def is_none(tree: Tree, pair: Pair, relation: str) -> bool:
    """Whether the words say that the two ends of a pair stand in no such relation."""
    if relation == "age":
        return not _is_age(tree, pair)
    if relation == "birthday":
        return _is_of_an_occasion(tree)
    said = " ".join(tree.words)
    if relation in _NONE_OF and _NONE_OF[relation].search(said):
        measured = pair.object.first and tree.lower[pair.object.first - 1] in ("to", "at") and relation == "weight"
        return not measured
    if relation == "language":
        return _SPOKEN.search(said) is None and _is_what_one_is(tree, pair)
    if relation in _KIN_BY_BLOOD and any(word.endswith("-in-law") for word in tree.lower):
        return True
    if relation in ("spouse", "partner"):
        return _is_of_another_role(tree, pair) or _is_what_one_is(tree, pair)
    return pair.object.kind in ("person", "name") and relation in _OTHERS and _is_what_one_is(tree, pair)


_KIN_BY_BLOOD = words("child sibling spouse partner")
_OTHERS = words("boss doctor best_friend friend child sibling pet coach owner")
"""Relations whose value is somebody else: who says "I'm Dr. Lindt" tells a name."""


def _is_what_one_is(tree: Tree, pair: Pair) -> bool:
    """Whether the value is what the speaker, right before it, is said to be: "I'm German", "I'm Dr. Lindt"."""
    if pair.subject.kind != "user" or pair.subject.last > pair.object.first:
        return False
    between = [t for t in range(pair.subject.last, pair.object.first) if tree.lower[t].rstrip(".") not in _TITLES]
    return bool(between) and tree.lower[between[0]] in _BE and all(tree.pos[t] in ("AUX", "ADV") for t in between)


_TITLES = words("dr mr mrs ms prof doctor professor sir")


def _is_of_another_role(tree: Tree, pair: Pair) -> bool:
    """Whether the value is called by a noun of another role: "My divorce lawyer is Ann"."""
    be = pair.object.first - 1
    if be < 1 or tree.lower[be] not in _BE or pair.subject.last > be:
        return False
    noun = tree.lemmas[be - 1].lower()
    return noun not in _PARTNERS and (noun in JOBS or noun in KIN or is_human(noun))


def _is_age(tree: Tree, pair: Pair) -> bool:
    """Whether a number can be an age: it stands by itself or in years, and is somebody's. Numbers stand for many things."""
    subject, value = pair
    before = tree.lower[value.first - 1] if value.first else ""
    behind = tree.lower[value.last] if value.last < len(tree) else "."
    alone = not behind[0].isalnum() and behind not in ("%", "-", "–", "/", "$")
    return (
        subject.kind in ("user", "he", "kin", "person")
        and all(word.isdigit() for word in tree.words[value.first : value.last])
        and 0 < int(tree.words[value.first]) < 120
        and before not in _SPANS
        and (alone or behind in _AGED or tree.pos[value.last] not in ("NOUN", "NUM", "PROPN", "ADJ"))
    )


def _is_of_an_occasion(tree: Tree) -> bool:
    """Whether a sentence speaks of what is held or given for a birthday, maybe on another day: a party, a cake, a card."""
    return any(
        word == "birthday" and tree.tags[at + 1] in ("NN", "NNS") and not tree.words[at + 1][0].isupper()
        for at, word in enumerate(tree.lower[:-1])
    )
