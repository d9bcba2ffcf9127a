"""States that somebody tells of themselves in a plain past: "I lived in Rome", "I was a teacher", "I had a dog".

Who speaks of now says "live" and "am"; of their own past nobody says "was" of what is so still. That holds in the first person only:
an encyclopedia tells all of its facts in the past ("He was a teacher"), and they are as true as ever. What happened ("was born",
"met", "bought") is no state, and neither is who somebody's mother is or where they come from.
"""

from __future__ import annotations

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.lexicon import words
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_STATIVE = words(
    "live reside dwell stay work own possess rent lease belong bank head lead manage coach teach drive date serve share "
    "volunteer commute"
)
_BY_PREDICATE = words("report_to play_for study_at salary weigh weight in_relationship_with")
"""What is a state by what it is told of: one reports a bug and to somebody, earns a medal and a salary."""
_BEING = words("married engaged employed based located enrolled enrolled_at allergic")
"""Participles that tell a state: "was hired" tells what happened."""
_FOR_GOOD = words(
    "mother_of father_of parent_of son_of daughter_of grandparent_of grandmother_of grandfather_of sibling_of brother_of sister_of "
    "cousin_of uncle_of aunt_of founder_of author_of director_of come_from born_in born_on die_in die_on speak"
)
"""Relations that do not end: "my mother was Ana" tells that she may have died, not whose mother she was."""
_BORN = words("baby child kid son daughter twin triplet boy girl grandchild grandson granddaughter brother sister")
"""Whom one has for good: "had a daughter"."""
_GETTING = words("got get gets became become")
_ALWAYS = words("always ever forever")


def is_bygone(tree: Tree, statement: Statement) -> bool:
    """Whether a statement about the speaker tells of a state that was."""
    head = statement.head
    if not statement.dated or statement.negated or statement.modality != "asserted":
        return False
    if not _in_the_past(tree, head) or not _is_state(tree, statement) or _is_told_of(tree, head):
        return False
    meaning = DEFAULT.meaning(statement.predicate)
    if meaning is not None and meaning.relation.name in _FOR_GOOD:
        return False
    if meaning is not None and meaning.relation.opposites and tree.kid(head, "cop") is None:
        return False  # "I loved the concert"
    return not any(tree.lower[t] in _ALWAYS for t in tree.kids(head, "advmod"))


def _in_the_past(tree: Tree, head: int) -> bool:
    """Whether the clause is in a past tense: "lived", "was living", "had lived", and not "has lived"."""
    finite = [head, *tree.kids(head, "aux", "cop", "aux:pass")]
    if any(tree.lower[t] in _GETTING for t in finite[1:]):
        return False
    return any(tree.tags[t] == "VBD" for t in finite)


def _is_state(tree: Tree, statement: Statement) -> bool:
    head, verb = statement.head, lemma(tree, statement.head)
    if statement.predicate in _BY_PREDICATE or (verb == "study" and statement.predicate == "study_at"):
        return True
    if tree.kid(head, "cop") is not None:
        return True
    if tree.kid(head, "aux:pass") is not None:
        return tree.lower[head] in _BEING
    if verb == "have":
        return tree.pos[head] != "AUX" and lemma(tree, statement.object) not in _BORN
    return verb in _STATIVE and tree.kid(head, "compound:prt") is None


def _is_told_of(tree: Tree, head: int) -> bool:
    """Whether the clause is what somebody said, thought or wished, whose tense is that of the verb above: "I told you I had a dog"."""
    while tree.heads[head] != head and tree.deps[head] in ("conj", "xcomp", "ccomp"):
        if tree.deps[head] == "ccomp":
            return True
        head = tree.heads[head]
    return False
