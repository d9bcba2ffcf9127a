"""Set phrases, and the plain word for each: "has a position at" is ``work_at``, "calls Oslo home" ``live_in``, "Ana and Bob are
married" (Ana, ``married_to``, Bob).

Part of `canonical`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from graphmem.extraction.clauses import ClauseReader
from graphmem.extraction.lexicon import words
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_PHRASES = {
    "have_allergy_to": "allergic_to",
    "have_job_at": "work_at",
    "have_job_with": "work_for",
    "get_job_at": "work_at",
    "have_home_in": "live_in",
    "have_house_in": "live_in",
    "have_flat_in": "live_in",
    "have_account_with": "bank_with",
    "have_account_at": "bank_with",
    "take_trip_to": "visit",
    "make_trip_to": "visit",
    "make_friend_with": "friend_of",
    "make_friends_with": "friend_of",
    "be_friend_with": "friend_of",
    "earn_living_as": "work_as",
    "make_living_as": "work_as",
    "is_into": "like",
    "get_married_to": "married_to",
    "player_at": "play_for",
    "player_for": "play_for",
    "have_position_at": "work_at",
    "have_position_with": "work_at",
    "have_job_in": "work_in",
    "have_job_as": "work_as",
    "get_job_as": "work_as",
    "get_job_with": "work_for",
    "find_job_at": "work_at",
    "land_job_at": "work_at",
    "take_job_at": "work_at",
    "start_job_at": "work_at",
    "have_residence_in": "live_in",
    "have_place_in": "live_in",
    "have_apartment_in": "live_in",
    "in_relationship_with": "in_relationship_with",
    "is_in_relationship_with": "in_relationship_with",
    "tie_knot_with": "marry",
    "live_at_home_in": "live_in",
    "have_base_in": "live_in",
    "start_out_as": "work_as",
    "earn_degree_at": "study_at",
    "do_degree_at": "study_at",
    "have_seat_in": "headquarters_in",
    "have_headquarters_in": "headquarters_in",
    "have_head_office_in": "headquarters_in",
    "have_allergies_to": "allergic_to",
    "go_on_trip_to": "visit",
    "crazy_about": "love",
    "keen_on": "like",
    "proficient_in": "speak",
    "conversant_in": "speak",
    "has_been_to": "visit",
}
"""Fixed phrases, and the plain word for each."""
_MUTUAL = {
    "married": "married_to", "engaged": "engaged_to", "divorced": "divorce", "date": "date", "marry": "marry",
    "divorce": "divorce", "split": "split_up_with", "break": "break_up_with", "separate": "separate_from", "couple": "partner_of",
}  # fmt: skip
"""What two people are to each other, or do: "Sue and Tom are married"."""
EACH_OTHERS = words("friend sister brother sibling cousin neighbour neighbor colleague roommate flatmate twin partner")
_TIMES = words(
    "january february march april may june july august september october november december monday tuesday wednesday thursday "
    "friday saturday sunday day week weekend month year decade today yesterday tonight morning evening night spring summer "
    "autumn fall winter christma easter"
)
_SOMEWHERE = re.compile(
    r"^(live|stay|reside|work(?!_out_)|study|based|is)_(?:over|up|down|out|back|away|right)_(in|at|near|with)$"
)


def plainly(tree: Tree, statement: Statement) -> Statement:
    """The plain word for a fixed phrase; what somebody steps down as they are no longer."""
    known = _PHRASES.get(statement.predicate)
    if known is not None:
        return replace(statement, predicate=known)
    plainer = _SOMEWHERE.sub(r"\1_\2", statement.predicate).removeprefix("ex_")
    if plainer != statement.predicate:
        return replace(statement, predicate=plainer)
    head = statement.head
    leaving = lemma(tree, head) in ("step", "resign", "retire") and tree.pos[head] == "VERB"
    if leaving and statement.predicate.endswith("_of"):
        return replace(statement, negated=True)
    return statement


def mutual(tree: Tree) -> Iterator[Statement]:
    """What two people are to each other, where both are the subject and there is no object: "Sue and Tom are married"."""
    for clause in ClauseReader(tree).clauses():
        subject = clause.subject
        if subject is None or subject < 0:
            continue
        others = [token for token in tree.kids(subject, "conj") if tree.pos[token] in ("PROPN", "PRON")]
        if len(others) != 1 or any(not _is_time(tree, one.head) for one in clause.of_role("object", "oblique")):
            continue
        word = lemma(tree, clause.head)
        predicate = _MUTUAL.get(tree.lower[clause.head]) or _MUTUAL.get(word, "")
        if clause.kind == "copula" and tree.pos[clause.head] == "NOUN" and word in EACH_OTHERS:
            predicate = f"{word}_of"
        if predicate:
            yield Statement(
                subject,
                predicate,
                others[0],
                clause.head,
                negated=is_denied(tree, clause),
                modality=modality(tree, clause),
            )


def _is_time(tree: Tree, at: int) -> bool:
    """Whether a phrase tells when: "in March", "last week", "in 2019", "on 3 May"."""
    said = {tree.lower[t].rstrip("s") for t in tree.subtree(at)}
    year = len(tree.words[at]) == 4 and tree.words[at].isdigit()
    return year or bool(said & _TIMES)


def own_place(tree: Tree, statement: Statement) -> int | None:
    """The noun of "has its capital in Bonn"."""
    thing = tree.kid(statement.head, "obj") if statement.predicate.startswith("have_") else None
    if thing is None or thing == statement.object or tree.kid(thing, "nmod:poss") is None or statement.subject < 0:
        return None
    return thing if tree.pos[statement.object] == "PROPN" else None


def is_home(tree: Tree, statement: Statement) -> bool:
    """ "Calls Oslo home"."""
    return any(tree.lower[t] == "home" for t in tree.kids(statement.head, "xcomp", "obj"))


def sized(tree: Tree, statement: Statement) -> Statement:
    """ "Wears size 42": of shoes, as nobody says which of clothes in such figures without saying of which."""
    number = next((t for t in tree.subtree(statement.object) if tree.words[t][0].isdigit()), None)
    return replace(statement, predicate="shoe_size", object=number) if number is not None else statement


def first_of(tree: Tree, thing: int) -> int:
    return min([thing, *tree.kids(thing, "flat", "compound", "nummod")])
