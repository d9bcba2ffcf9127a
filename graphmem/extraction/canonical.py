"""Brings statements into the form in which they can be compared: what a thing's attribute is, is told of the thing.

"Ana's favourite colour is teal" is (Ana, ``favourite_colour``, teal); "Dario is 31 years old" is (Dario, ``age``, 31); "the
headquarters of Zed are in Oslo" is (Zed, ``headquarters_in``, Oslo); "Ana has a daughter, Eva" is (Eva, ``daughter_of``, Ana) besides.
Predicates stay words of the text: `domain.relations` knows which of them mean the same. Nothing is invented: where the shape
is not met a statement stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphmem.domain.relations import DEFAULT
from graphmem.domain.triple import NameSpan
from graphmem.extraction.arguments import case_tokens
from graphmem.extraction.lexicon import JOBS, KIN, is_human, words
from graphmem.extraction.plain import CONTRASTED
from graphmem.extraction.predicates import lemma, relational_noun
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_BEING = frozenset({"is", "is_a"})
_SEATS = words("headquarters head office seat")
_OLDEST = 120
_SAME = {"favorite": "favourite", "color": "colour", "dish": "food", "meal": "food", "movie": "film"}
"""Words of attributes that are two spellings or names of one."""
_CLUBS = words(
    "club party federation guild society association union team cross church army committee board council choir band "
    "orchestra league academy institute alliance movement brotherhood fraternity sorority organization organisation group"
)
_LITTLE = words("det cop nsubj punct advmod aux mark discourse dislocated")
_MONEY = words("euros euro dollars dollar pounds kroner kronor crowns francs yen rupees usd eur gbp")
_PERIODS = words("hour day week month year")
_TO_PLACES = words(
    "live_in reside_in move_to relocate_to settle_in born_in based_in headquartered_in travel_to move_back_to"
)
_TO_COMPANIES = words("work_at work_for join employed_by hired_by")
_WORKS = words("job position post role internship")
_PEOPLE = (KIN - words("teacher coach manager assistant mentor")) | words(
    "boss ceo cto cfo mayor owner landlord neighbour neighbor president"
)


def canonicalised(tree: Tree, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements of a sentence in their canonical form."""
    contrasted = set(set_against(tree))
    for statement in statements:
        if statement.object not in contrasted and not _is_half(tree, statement):
            yield from _reworked(tree, statement)


def set_against(tree: Tree) -> list[int]:
    """The tokens of what a sentence sets against its object: "Paris" in "…, not Paris" and "…, not in Paris"."""
    found = [t for head in range(len(tree)) if tree.deps[head] == CONTRASTED for t in tree.subtree(head)]
    for at in range(len(tree) - 2):
        if (
            tree.words[at] == ","
            and tree.lower[at + 1] == "not"
            and tree.pos[at + 2] in ("PROPN", "NOUN", "ADP", "DET", "NUM")
        ):
            end = next(
                (i for i in range(at + 2, len(tree)) if tree.words[i] in ",.;!" or tree.lower[i] == "but"), len(tree)
            )
            found += range(at + 2, end)
    return sorted(set(found))


def _is_half(tree: Tree, statement: Statement) -> bool:
    """Whether a statement takes "going" or "used" for the verb of "is going to be a nurse"."""
    verb = statement.head
    return tree.pos[verb] == "VERB" and any(tree.kid(inner, "cop") is not None for inner in tree.kids(verb, "xcomp"))


def _reworked(tree: Tree, statement: Statement) -> Iterator[Statement]:
    if statement.predicate in _BEING:
        yield from _being(tree, statement)
    elif statement.predicate == "become" and _is_trade(tree, replace(statement, predicate="is_a")):
        yield replace(statement, predicate="work_as")
    elif statement.predicate in ("belong_to", "join") and _is_club(tree, statement.object):
        yield replace(statement, predicate="member_of")
    elif statement.predicate in ("is_at", "is_with") and (worker := _worker(tree, statement)) is not None:
        yield replace(statement, subject=worker, predicate="work_at")
    elif statement.predicate.startswith("friend_with"):
        yield replace(statement, predicate="friend_of")
    elif (
        statement.predicate == "is_in"
        and statement.subject >= 0
        and (owner := _owner(tree, statement.subject)) is not None
    ):
        seat = lemma(tree, statement.subject) in _SEATS
        yield replace(statement, subject=owner, predicate="headquarters_in") if seat else statement
    elif statement.predicate == "move_to" and _moved(tree, statement.head) in _SEATS:
        yield replace(statement, predicate="move_headquarters_to")
    elif statement.predicate == "live_at" and tree.words[_first(tree, statement.object)][0].isdigit():
        yield replace(statement, predicate="address")
    elif statement.predicate in ("earn", "make", "get") and _is_pay(tree, statement.object):
        yield replace(statement, predicate="salary")
    elif statement.predicate in ("have", "get"):
        yield from _having(tree, statement)
    else:
        yield statement


def _is_club(tree: Tree, thing: int) -> bool:
    """Whether a thing is one that people are members of: "the Green Party"."""
    named = [thing, *tree.kids(thing, "flat", "compound")]
    return tree.kid(thing, "det") is not None and any(tree.lower[t] in _CLUBS for t in named)


def _worker(tree: Tree, statement: Statement) -> int | None:
    """Who works there, in "Ana's new job is at Zed" and "Ana is now at Zed"."""
    subject = statement.subject
    if subject < 0 or tree.pos[statement.object] != "PROPN":
        return None
    if tree.pos[subject] == "NOUN" and lemma(tree, subject) in _WORKS:
        return _owner(tree, subject)
    now = any(tree.lower[t] in ("now", "currently") for t in range(len(tree)))
    return subject if now and tree.pos[subject] in ("PROPN", "PRON") else None


def _first(tree: Tree, thing: int) -> int:
    return min([thing, *tree.kids(thing, "flat", "compound", "nummod")])


def _is_pay(tree: Tree, thing: int) -> bool:
    """Whether it is so much money in a stretch of time: "3,000 euros a month"."""
    money = tree.lower[thing] in _MONEY or tree.words[_first(tree, thing)][0] in "$€£¥"
    return money and any(
        tree.lower[i] in ("a", "an", "per", "every", "each") and tree.lower[i + 1] in _PERIODS
        for i in range(thing, len(tree) - 1)
    )


def _moved(tree: Tree, verb: int) -> str:
    thing = tree.kid(verb, "obj")
    return lemma(tree, thing) if thing is not None else ""


def _being(tree: Tree, statement: Statement) -> Iterator[Statement]:
    """What somebody or something is: an age, the value of an attribute, or as it was."""
    subject, found = statement.subject, statement.object
    years = _age(tree, statement)
    if years is not None:
        yield replace(statement, predicate="age", object=years)
        return
    owner = _owner(tree, subject) if subject >= 0 else None
    if owner is None:
        kind = lemma(tree, found)
        trade = statement.predicate == "is_a" and kind == "friend"
        if not (trade and tree.kid(found, "nmod") is not None):
            yield replace(statement, predicate="work_as") if _is_trade(tree, statement) else statement
        return
    noun = attribute(tree, subject)
    meaning = DEFAULT.meaning(noun)
    literal = meaning is not None and meaning.relation.fills == "any"
    if literal or tree.pos[found] in ("NUM", "SYM", "X"):
        yield replace(statement, subject=owner, predicate=noun)
    elif tree.pos[found] == "PROPN" and tree.pos[subject] == "NOUN":
        yield replace(statement, subject=found, predicate=f"{noun}_of", object=owner)
    else:
        yield statement


def _age(tree: Tree, statement: Statement) -> int | None:
    """The token of the number in "is 31" and "is 31 years old", said of a name or a pronoun."""
    subject, found = statement.subject, statement.object
    if subject >= 0 and tree.pos[subject] not in ("PROPN", "PRON"):
        return None
    if tree.lower[found] == "old":
        years = tree.kid(found, "obl:unmarked", "obl:npmod", "nmod:npmod", "obl:tmod", "nmod:unmarked")
        return tree.kid(years, "nummod") if years is not None else None
    bare = tree.words[found].isdigit() and 0 < int(tree.words[found]) <= _OLDEST
    return found if bare and tree.kid(found, "nmod", "case", "nummod") is None else None


def _owner(tree: Tree, noun: int) -> int | None:
    """Whose it is: "Ana" in "Ana's boss" and in "the boss of Ana"."""
    if tree.pos[noun] != "NOUN":
        return None
    for child in tree.kids(noun, "nmod:poss", "nmod"):
        cases = [tree.lower[case] for case in case_tokens(tree, child)]
        if tree.deps[child] == "nmod:poss" or cases == ["of"]:
            return child
    return None


def attribute(tree: Tree, noun: int) -> str:
    """The name of an attribute: "new phone number" ``phone_number``, "favorite color" ``favourite_colour``."""
    name = relational_noun(tree, noun)
    parts = [_SAME.get(part, part) for part in name.split("_")] if "avo" in name else name.split("_")
    return "_".join(parts[:-1] if parts[-1] == "address" and len(parts) > 1 and parts[0] != "home" else parts)


def _is_trade(tree: Tree, statement: Statement) -> bool:
    """Whether a name or the speaker is said to be of a trade, and nothing else: "Ana is a nurse"."""
    subject, found = statement.subject, statement.object
    if statement.predicate != "is_a" or subject < 0 or tree.pos[subject] not in ("PROPN", "PRON"):
        return False
    kind = lemma(tree, found)
    plain = {tree.deps[child] for child in tree.children[found]} <= _LITTLE
    root = tree.heads[found] == found or tree.deps[found] in ("xcomp", "obj")
    trade = (is_human(kind) or kind in JOBS) and kind not in _PEOPLE
    return plain and root and trade and len(tree) <= 12 and _indefinite(tree, found)


def _indefinite(tree: Tree, noun: int) -> bool:
    return any(tree.lower[t] in ("a", "an") for t in tree.kids(noun, "det"))


def _having(tree: Tree, statement: Statement) -> Iterator[Statement]:
    """ "Has a daughter, Eva" tells whose daughter Eva is, too; "has a new phone number, 555-0142" what the number is."""
    noun, subject = statement.object, statement.subject
    beside = tree.kid(noun, "appos") if tree.pos[noun] == "NOUN" else None
    if beside is None or subject < 0:
        own = tree.kid(noun, "nmod:poss")
        if own is None or tree.pos[own] != "PRON":
            yield statement  # "has its headquarters in Oslo" does not tell that it has its headquarters
        return
    name = attribute(tree, noun)
    meaning = DEFAULT.meaning(name)
    if meaning is not None and meaning.relation.fills == "any":
        yield replace(statement, predicate=name, object=beside)
    elif tree.pos[beside] == "PROPN" and (DEFAULT.meaning(f"{name}_of") or lemma(tree, noun) in _PEOPLE):
        yield replace(statement, subject=beside, predicate=f"{name}_of", object=subject)
    else:
        yield statement


def placed(predicate: str, found: NameSpan) -> NameSpan:
    """An object with the type that its predicate asks for, where the recogniser of names took it for something else: one moves
    to a place, and works for a company."""
    if predicate in _TO_PLACES and found.type in ("misc", "person"):
        return found.model_copy(update={"type": "location"})
    if predicate in _TO_COMPANIES and found.type == "location":
        return found.model_copy(update={"type": "organization"})
    return found
