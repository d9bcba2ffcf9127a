"""Brings statements into the form in which they can be compared: what a thing's attribute is, is told of the thing.

"Ana's favourite colour is teal" is (Ana, ``favourite_colour``, teal); "Dario is 31 years old" is (Dario, ``age``, 31); "the
headquarters of Zed are in Oslo" is (Zed, ``headquarters_in``, Oslo); "Ana has a daughter, Eva" is (Eva, ``daughter_of``, Ana) besides.
Predicates stay words of the text: `domain.relations` knows which of them mean the same. Nothing is invented: where the shape
is not met a statement stays as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.arguments import owner_of
from graphmem.extraction.attributes import attribute, is_of_phone, is_phone_number
from graphmem.extraction.changing import changes, followed, given_up, told_by_changes, valued
from graphmem.extraction.endings import endings, of_the_dead, partnered
from graphmem.extraction.idioms import EACH_OTHERS, first_of, is_home, mutual, own_place, plainly, sized
from graphmem.extraction.lexicon import JOBS, KIN, is_human, words
from graphmem.extraction.listing import names_beside
from graphmem.extraction.passing import in_passing
from graphmem.extraction.plain_nouns import CONTRASTED, LOOSE
from graphmem.extraction.predicates import lemma, relational_noun
from graphmem.extraction.seats import HOMES, WORKS, is_club, is_pay, is_seat, moved, moves_seat, worker
from graphmem.extraction.states import says_status, states
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_BEING = frozenset({"is", "is_a"})
_OLDEST = 120
_PLAIN = 18
"""Tokens above which a sentence is not of everyday life."""
_LITTLE = words("cc det cop nsubj punct advmod aux mark discourse dislocated")
_REACHED = re.compile(
    r"(?:reach(?:ed)?|call(?:ed)?|phoned?|contact(?:ed)?|e?mail(?:ed)?|write|text)_(?:on|at|under|to)"
)
_INTO_OFFICE = words("have_as appoint_as name_as elect_as choose_as hire_as")
_HIRED_AS = words("promoted_to hired_as employed_as retrained_as trained_as retrain_as")
_PEOPLE = (KIN - words("teacher coach manager assistant mentor")) | words(
    "boss ceo cto cfo mayor owner landlord neighbour neighbor president"
)


def canonicalised(tree: Tree, statements: Iterable[Statement]) -> Iterator[Statement]:
    """The statements of a sentence in their canonical form."""
    contrasted = set(set_against(tree))
    told_states = list(states(tree))
    yield from told_states
    ended = list(endings(tree))
    yield from ended
    yield from mutual(tree)
    told = changes(tree)
    yield from told_by_changes(tree, told)
    values = {(one.clause.head, one.value) for one in told}
    for statement in statements:
        if statement.object in contrasted or _is_half(tree, statement) or (statement.head, statement.object) in values:
            continue
        if (
            _says_nothing(tree, statement)
            or _is_first_half(tree, statement)
            or (told_states and says_status(tree, statement))
        ):
            continue
        if ended and not statement.dated:
            yield from of_the_dead(tree, statement, ended)
            continue
        if any(one.head == statement.head and one.predicate != "employment_status" for one in ended):
            continue
        lost = given_up(tree, statement)
        if lost is not None:
            yield lost
        following = followed(tree, statement, told) if told else None
        yield from [following] if following is not None else _reworked(tree, statement)


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


def _says_nothing(tree: Tree, statement: Statement) -> bool:
    """Whether a statement is of the words, and not of the world: "I meant Bremen", and the wife in "my wife's name is Sara", who is
    named right there."""
    subject = statement.subject
    if subject < 0:
        return False
    if statement.predicate == "mean" and tree.lower[subject] == "i":
        return True
    if statement.predicate == "is_a" and tree.lower[statement.object] == "home":
        return tree.kid(statement.object, "det", "amod", "compound") is None  # "I'm home"
    name = tree.heads[subject]
    named = tree.deps[subject] == "nmod:poss" and lemma(tree, name) == "name" and tree.pos[tree.heads[name]] == "PROPN"
    return named and tree.deps[name] == "nsubj" and statement.predicate.endswith("_of")


def _is_first_half(tree: Tree, statement: Statement) -> bool:
    """Whether what somebody is said to be is the beginning of a longer word: "single-minded" is not single."""
    at = statement.object
    if (
        statement.predicate != "is"
        or tree.pos[at] != "ADJ"
        or at + 2 >= len(tree)
        or tree.words[at + 1] not in ("-", "‑")
    ):
        return False
    return tree.ends[at] == tree.starts[at + 1] and tree.ends[at + 1] == tree.starts[at + 2]


def _is_half(tree: Tree, statement: Statement) -> bool:
    """Whether a statement takes "going" or "used" for the verb of "is going to be a nurse"."""
    verb = statement.head
    return tree.pos[verb] == "VERB" and any(tree.kid(inner, "cop") is not None for inner in tree.kids(verb, "xcomp"))


def _idiomatic(tree: Tree, statement: Statement) -> Statement | None:
    """What a turn of phrase says plainly; None where there is none."""
    predicate, found = statement.predicate, statement.object
    own = own_place(tree, statement)
    if own is not None:
        return valued(tree, statement, statement.subject, own, found)
    if predicate == "call" and tree.pos[found] == "PROPN" and is_home(tree, statement):
        return replace(statement, predicate="live_in")
    if predicate == "sold_to" and tree.pos[found] == "PROPN":
        return replace(statement, subject=found, predicate="buy", object=statement.subject)
    asked = tree.lower[0] == "the" and tree.deps[1] == LOOSE and tree.pos[1] == "NOUN"
    if asked and predicate in ("like", "love", "prefer"):  # "the colour Ana likes best is teal"
        return replace(statement, predicate=f"favourite_{attribute(tree, 1)}")
    if asked and predicate in ("see", "have", "use"):  # "the doctor Ana sees is Bob"
        return valued(tree, statement, statement.subject, 1, found)
    if predicate == "name_of" and tree.pos[found] == "NOUN" and (owner := _owner(tree, found)) is not None:
        return replace(statement, predicate=f"{relational_noun(tree, found)}_of", object=owner)
    if (
        predicate in _HIRED_AS
        and tree.pos[found] == "NOUN"
        and (is_human(lemma(tree, found)) or lemma(tree, found) in JOBS)
    ):
        return replace(statement, predicate="work_as")
    if (
        predicate == "see"
        and tree.tags[statement.head] == "VBG"
        and tree.pos[found] == "PROPN"
        and not tree.kids(statement.head, "obl")
    ):
        return replace(statement, predicate="in_relationship_with")  # "is seeing Bob"
    if predicate == "lose_at" and any(lemma(tree, t) in WORKS for t in tree.kids(statement.head, "obj")):
        return replace(statement, predicate="leave")  # "lost her job at Zed"
    if predicate in ("wear", "take") and tree.lower[first_of(tree, found)] == "size":
        return sized(tree, statement)
    return None


def _reworked(tree: Tree, statement: Statement) -> Iterator[Statement]:
    statement = in_passing(tree, plainly(tree, statement))
    idiom = _idiomatic(tree, statement)
    if idiom is not None:
        yield idiom
    elif statement.predicate in _BEING or _is_of_birthday(tree, statement):
        yield from _being(tree, statement)
    elif statement.predicate == "become" and _is_trade(tree, replace(statement, predicate="is_a")):
        yield replace(statement, predicate="work_as")
    elif statement.predicate == "stand" and statement.negated:
        yield replace(statement, predicate="hate", negated=False)  # "can't stand milk"
    elif (_REACHED.fullmatch(statement.predicate) and (told := _contact(tree, statement)) is not None) or (
        statement.predicate in _INTO_OFFICE and (told := _office(tree, statement)) is not None
    ):
        yield told
    elif statement.predicate in ("belong_to", "join", "is_in") and is_club(tree, statement.object):
        yield replace(statement, predicate="member_of")
    elif statement.predicate in ("is_at", "is_with") and (who := worker(tree, statement)) is not None:
        yield replace(statement, subject=who, predicate="work_at")
    elif statement.predicate.startswith("friend_with"):
        yield replace(statement, predicate="friend_of")
    elif (
        statement.predicate == "is_in"
        and statement.subject >= 0
        and (owner := _owner(tree, statement.subject)) is not None
    ):
        seat = is_seat(tree, statement.subject)
        home = lemma(tree, statement.subject) in HOMES
        known = "headquarters_in" if seat else "live_in" if home else ""
        yield replace(statement, subject=owner, predicate=known) if known else statement
    elif statement.predicate == "move_to" and (told := _moving(tree, statement)) is not None:
        yield told
    elif statement.predicate in ("live_at", "move_to") and tree.words[first_of(tree, statement.object)][0].isdigit():
        yield replace(statement, predicate="address")
    elif statement.predicate in ("earn", "make", "get", "bring_home", "take_home") and is_pay(tree, statement.object):
        yield replace(statement, predicate="salary")
    elif statement.predicate in ("have", "get"):
        yield from _having(tree, statement)
    else:
        yield statement


def _moving(tree: Tree, statement: Statement) -> Statement | None:
    """A move of something else than the mover: "moved its headquarters to Oslo", "moved the meeting to Delft"."""
    if moves_seat(tree, statement.head):
        return replace(statement, predicate="move_headquarters_to")
    thing = moved(tree, statement.head)
    return None if thing is None else replace(statement, predicate=f"move_{lemma(tree, thing)}_to")


def _is_of_birthday(tree: Tree, statement: Statement) -> bool:
    """ "My birthday is on 3 May 1990"."""
    subject = statement.subject
    return statement.predicate == "is_on" and subject >= 0 and lemma(tree, subject) == "birthday"


def _contact(tree: Tree, statement: Statement) -> Statement | None:
    """Whose number or address it is in "you can reach Sue on 555-0100", "Sue can be reached at sue@zed.com"."""
    value = tree.words[statement.object]
    kind = "email" if "@" in value else "phone_number" if is_phone_number(value) else ""
    verb = statement.head
    whom = tree.kid(verb, "nsubj:pass", "obj")
    if whom is None:
        whom = next(
            (t for t in tree.kids(verb, "obl") if [tree.lower[c] for c in tree.kids(t, "case")] == ["to"]), None
        )
    return replace(statement, subject=whom, predicate=kind) if kind and whom is not None else None


def _office(tree: Tree, statement: Statement) -> Statement | None:
    """Who is what of whom in "Zed has appointed Sue as CEO"."""
    who, role = tree.kid(statement.head, "obj"), statement.object
    if who is None or tree.pos[who] != "PROPN" or tree.pos[role] != "NOUN" or _owner(tree, role) is not None:
        return None
    if statement.subject < 0 or tree.kid(role, "det") is not None:
        return None
    return replace(statement, subject=who, predicate=f"{relational_noun(tree, role)}_of", object=statement.subject)


def _being(tree: Tree, statement: Statement) -> Iterator[Statement]:
    """What somebody or something is: an age, the value of an attribute, or as it was."""
    subject, found = statement.subject, statement.object
    years = _age(tree, statement)
    if years is not None:
        yield replace(statement, predicate="age", object=years)
        return
    owner = _owner(tree, subject) if subject >= 0 else None
    if owner is not None and lemma(tree, subject) == "name" and tree.pos[owner] == "NOUN":
        subject, owner = owner, _owner(tree, owner)  # "my cat's name is Tiger" tells who is my cat
    if owner is None:
        kind = lemma(tree, found)
        liked = tree.kid(found, "nmod") if kind == "fan" else None
        if liked is not None:
            yield replace(statement, predicate="like", object=liked, bare=False)
            return
        if kind in EACH_OTHERS and tree.tags[found] == "NNS" and any(dep == "conj" for dep in tree.deps):
            return
        trade = statement.predicate == "is_a" and kind == "friend"
        if not (trade and tree.kid(found, "nmod") is not None):
            yield replace(statement, predicate="work_as") if _is_trade(tree, statement) else statement
        return
    noun = attribute(tree, subject)
    if is_of_phone(noun) and is_phone_number(tree.words[found]):
        noun = "phone_number"
    if noun == "birthday" and any(len(word) == 4 and word.isdigit() for word in tree.words[subject:]):
        noun = "born_on"  # the day with its year
    if noun == "birthplace" and tree.pos[found] == "PROPN":
        yield replace(statement, subject=owner, predicate="born_in")
        return
    meaning = DEFAULT.meaning(noun)
    literal = meaning is not None and meaning.relation.fills != "name"
    if literal or tree.pos[found] in ("NUM", "SYM", "X") or "@" in tree.words[found][1:-1]:
        yield replace(statement, subject=owner, predicate=noun)
    elif tree.pos[found] == "PROPN" and tree.pos[subject] == "NOUN":
        yield replace(statement, subject=found, predicate=f"{noun}_of", object=owner)
    elif _is_value(tree, subject, found):
        yield replace(statement, subject=owner, predicate=noun, bare=True)
    else:
        yield statement


def _is_value(tree: Tree, noun: int, found: int) -> bool:
    """Whether a bare noun is the value of an attribute, and not what the thing is: "my major is biology"."""
    bare = tree.kid(found, "det", "nmod:poss", "case", "nmod", "amod", "acl:relcl") is None
    told = tree.pos[noun] == tree.pos[found] == "NOUN" and tree.tags[noun] != "NNS"
    return told and bare and not is_human(lemma(tree, noun)) and len(tree) <= _PLAIN


def _age(tree: Tree, statement: Statement) -> int | None:
    """The token of the number in "is 31" and "is 31 years old", said of a name, a pronoun or somebody's relative."""
    subject, found = statement.subject, statement.object
    kin = subject >= 0 and is_human(lemma(tree, subject)) and _owner(tree, subject) is not None
    if subject >= 0 and tree.pos[subject] not in ("PROPN", "PRON") and not kin:
        return None
    if tree.lower[found] in ("old", "age"):
        years = tree.kid(found, "obl:unmarked", "obl:npmod", "nmod:npmod", "obl:tmod", "nmod:unmarked")
        return tree.kid(years, "nummod") if years is not None else None
    bare = tree.words[found].isdigit() and 0 < int(tree.words[found]) <= _OLDEST
    return found if bare and tree.kid(found, "nmod", "case", "nummod") is None else None


def _owner(tree: Tree, noun: int) -> int | None:
    """Whose it is, of a common noun: nobody owns a name."""
    return owner_of(tree, noun) if tree.pos[noun] == "NOUN" else None


def _is_trade(tree: Tree, statement: Statement) -> bool:
    """Whether a name or the speaker is said to be of a trade, and nothing else: "Ana is a nurse"."""
    subject, found = statement.subject, statement.object
    if statement.predicate != "is_a" or subject < 0 or tree.pos[subject] not in ("PROPN", "PRON"):
        return False
    kind = lemma(tree, found)
    plain = {tree.deps[child] for child in tree.children[found] if not _is_time(tree, child)} <= _LITTLE
    root = tree.heads[found] == found or tree.deps[found] in ("xcomp", "obj", "conj")
    trade = (is_human(kind) or kind in JOBS) and kind not in _PEOPLE
    return plain and root and trade and len(tree) <= 12 and _indefinite(tree, found)


def _is_time(tree: Tree, phrase: int) -> bool:
    return any(tree.lower[case] in ("since", "for") for case in tree.kids(phrase, "case"))


def _indefinite(tree: Tree, noun: int) -> bool:
    return any(tree.lower[t] in ("a", "an") for t in tree.kids(noun, "det"))


def _having(tree: Tree, statement: Statement) -> Iterator[Statement]:
    """ "Has a daughter, Eva" tells whose daughter Eva is, too; "has a new phone number, 555-0142" what the number is."""
    noun, subject = statement.object, statement.subject
    if tree.lower[statement.head] == "got" and any(lemma(tree, t) == "have" for t in tree.kids(statement.head, "aux")):
        statement = replace(statement, predicate="have")  # "has got a dog"
    beside = tree.kid(noun, "appos") if tree.pos[noun] == "NOUN" else None
    if beside is None or subject < 0:
        own = tree.kid(noun, "nmod:poss")
        if (somebody := partnered(tree, statement)) is not None:
            yield somebody
        elif own is None or tree.pos[own] != "PRON":
            yield statement  # "has its headquarters in Oslo" does not tell that it has its headquarters
        return
    name = attribute(tree, noun)
    meaning = DEFAULT.meaning(name)
    if meaning is not None and meaning.relation.fills != "name":
        yield replace(statement, predicate=name, object=beside)
    elif tree.pos[beside] == "PROPN" and (DEFAULT.meaning(f"{name}_of") or lemma(tree, noun) in _PEOPLE):
        for one in names_beside(tree, noun) or [beside]:
            yield replace(statement, subject=one, predicate=f"{name}_of", object=subject)
    else:
        yield statement
