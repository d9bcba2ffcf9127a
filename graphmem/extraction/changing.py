"""What a change tells: of what somebody has become another value, and what they no longer have.

"My number has changed to 555-0142", "Ana switched banks from Rabo to Zed", "Zed moved its capital to Bonn" tell the new value of an
attribute; "Ana sold her car" that she has it no longer; "Zed was sold to Ana" that she bought it. Whatever the noun is: it names
the attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.arguments import owner_of
from graphmem.extraction.attributes import attribute, is_phone_number
from graphmem.extraction.clauses import IMPLIED, Clause, ClauseReader
from graphmem.extraction.lexicon import is_human, words
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_CHANGING = words("change switch update move relocate shift transfer upgrade swap convert set reset")
_BECOMING = _CHANGING | words("go rise drop fall increase decrease grow climb")
_GOING = words("move relocate transfer go rise climb grow")
_SELF_MOVING = words(
    "company employer team club school university college bank dog cat pet family parent child friend band firm "
    "flatmate roommate housemate classmate teammate workmate"
)
_GIVING_UP = words("sell lose donate scrap ditch abandon")
_GIVEN_UP_WITH = {"get": "rid", "give": "away", "throw": "away"}
_BY_NOUN = {
    "job": "work_at", "work": "work_at", "position": "work_at", "employer": "work_at", "company": "work_at",
    "home": "live_in", "house": "live_in", "flat": "live_in", "apartment": "live_in", "residence": "live_in", "city": "live_in",
    "town": "live_in", "school": "study_at", "university": "study_at", "college": "study_at", "bank": "bank_with",
    "team": "play_for", "club": "play_for", "name": "is", "headquarters": "headquarters_in", "headquarter": "headquarters_in",
    "office": "headquarters_in", "seat": "headquarters_in",
}  # fmt: skip
"""What somebody does with a named thing that has become their so-and-so."""


class Change(NamedTuple):
    """Whose (a token, or IMPLIED) what (a noun) has become another one; `value` where the clause says which."""

    owner: int
    noun: int
    clause: Clause
    value: int | None


def changes(tree: Tree) -> list[Change]:
    """The changes of attributes that a sentence tells."""
    if not any(lemma(tree, at) in _BECOMING for at in range(len(tree))):
        return []
    return [found for clause in ClauseReader(tree).clauses() if (found := _change(tree, clause)) is not None]


def _change(tree: Tree, clause: Clause) -> Change | None:
    verb = lemma(tree, clause.head)
    if clause.kind != "verb" or clause.subject is None or verb not in _BECOMING:
        return None
    value = _to(tree, clause)
    subject = clause.subject
    if subject >= 0 and tree.pos[subject] == "NOUN":
        if verb in ("go", "grow", "climb") and value is not None and tree.pos[value] == "PROPN":
            return None  # "My car went to Ben"
        if verb in _GOING and (is_human(lemma(tree, subject)) or lemma(tree, subject) in _SELF_MOVING):
            return None  # "My sister moved to Oslo"
        owner = owner_of(tree, subject)
        return Change(owner, subject, clause, value) if owner is not None and value is not None else None
    for argument in clause.of_role("object"):
        noun = argument.head
        own = tree.kid(noun, "nmod:poss")
        if tree.pos[noun] != "NOUN" or verb not in _CHANGING:
            continue
        if own is not None or (tree.tags[noun] == "NNS" and tree.kid(noun, "det", "nummod", "amod") is None):
            itself = own is None or (tree.lower[own] == "its" and subject >= 0 and tree.pos[subject] == "PROPN")
            return Change(subject if own is None or itself else own, noun, clause, value)
    return None


def _to(tree: Tree, clause: Clause) -> int | None:
    """What a change leads to."""
    for argument in clause.arguments:
        if argument.role == "oblique" and [tree.lower[t] for t in argument.prepositions] == ["to"]:
            return argument.head
    return None


def valued(tree: Tree, statement: Statement, owner: int, noun: int, value: int) -> Statement:
    """The statement that the owner's so-and-so is the value: a literal is told of the owner, a name by what it is to them."""
    name = attribute(tree, noun)
    if name == "number" and is_phone_number(tree.words[value]):
        name = "phone_number"
    named = tree.pos[value] == "PROPN" and not tree.words[value][0].isdigit()
    known = _BY_NOUN.get(lemma(tree, noun))
    if known is not None and named:
        return replace(statement, subject=owner, predicate=known, object=value)
    meaning = DEFAULT.meaning(name)
    literal = meaning is not None and meaning.relation.fills != "name"
    if named and not literal:
        return replace(statement, subject=value, predicate=f"{name}_of", object=owner)
    return replace(statement, subject=owner, predicate=name, object=value)


def told_by_changes(tree: Tree, told: list[Change]) -> Iterator[Statement]:
    """What changes that name their new value state."""
    for change in told:
        if change.value is not None:
            clause = change.clause
            frame = Statement(
                change.owner,
                "",
                change.value,
                clause.head,
                negated=is_denied(tree, clause),
                modality=modality(tree, clause),
            )
            yield valued(tree, frame, change.owner, change.noun, change.value)


def followed(tree: Tree, statement: Statement, told: list[Change]) -> Statement | None:
    """What is said after a change that names no value: "changed her number, it's 555-0142 now", "switched banks and is with Zed"."""
    for change in told:
        if change.value is None and change.clause.head < statement.head and statement.object != change.noun:
            it = statement.subject >= 0 and tree.lower[statement.subject] in ("it", "that", "this", "they")
            if statement.predicate in ("is", "is_a") and it:
                return valued(tree, statement, change.owner, change.noun, statement.object)
            same = statement.subject in (change.clause.subject, IMPLIED)
            if statement.predicate in ("is_with", "is_at", "is_in", "change_to", "go_to") and same:
                return valued(tree, statement, change.owner, change.noun, statement.object)
    return None


def given_up(tree: Tree, statement: Statement) -> Statement | None:
    """That somebody has no longer what was theirs: "sold her car", "got rid of my piano"."""
    noun = statement.object
    own = tree.kid(noun, "nmod:poss")
    if own is None or tree.pos[noun] != "NOUN" or statement.negated:
        return None
    verb, rest = lemma(tree, statement.head), set(statement.predicate.split("_"))
    if verb in _GIVING_UP or _GIVEN_UP_WITH.get(verb, " ") in rest:
        return replace(statement, predicate="have", negated=True, bare=True)
    return None
