"""What somebody is said to be by one word that ends something: "I'm divorced", "My sister got divorced", "Bob has retired".

It is told as a status, whose relation says what is over by it (`domain.vocabulary.CLOSES`): the sentence names neither the spouse
nor the employer. What is told of whom or where ("divorced from Bob", "retired from Zed") the rules of verbs read.
"""

from __future__ import annotations

from collections.abc import Iterator

from graphmem.extraction.clauses import ClauseReader
from graphmem.extraction.lexicon import is_human, words
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_STATES = {
    "divorced": "marital_status", "widowed": "marital_status", "single": "marital_status", "retired": "employment_status",
    "unemployed": "employment_status", "jobless": "employment_status", "married": "marital_status", "engaged": "marital_status",
}  # fmt: skip
_BEING = words("be is are am was were been 'm ’m 's ’s 're ’re get gets got gotten become became")
_BETWEEN = words(
    "just now recently finally officially both already happily newly have has 've ’ve had long also still not n't n’t no longer"
)
_BEHIND = words(
    ". ! , ; again anymore any now recently last yesterday this in a ago years year since already today after early and but so"
)
_TIMES = words(
    "january february march april may june july august september october november december spring summer autumn fall winter"
)
_CLOSED = words("divorced retired")
"""Which can be verbs of their own, too: "I retired"."""
_LISTED = frozenset(_STATES) | {"and"}
_OF_TWO = words("married engaged")
_PERSONS = words("i he she we they you who")


def states(tree: Tree) -> Iterator[Statement]:
    """The statuses that a sentence tells of a name, of the speaker or of somebody's relative."""
    for at in [t for t, word in enumerate(tree.lower) if word in _STATES and _ends_there(tree, t)]:
        yield from _status(tree, at)


def _status(tree: Tree, at: int) -> Iterator[Statement]:
    before = at - 1
    while before > 0 and (tree.lower[before] in _BEING | _BETWEEN | _LISTED or tree.words[before].isdigit()):
        before -= 1
    being = [t for t in range(before + 1, at) if tree.lower[t] in _BEING]
    if not (being or tree.lower[at] in _CLOSED) or before < 0 or not _is_person(tree, before):
        return
    if tree.lower[at] in _OF_TWO and (tree.deps[before] == "conj" or tree.kid(before, "conj") is not None):
        return  # "Sue and Tom are married"
    clause = next((one for one in ClauseReader(tree).clauses() if one.head == at or at in one.chain), None)
    denied, mood = (is_denied(tree, clause), modality(tree, clause)) if clause is not None else (False, "asserted")
    if mood == "asserted":
        tree.pos[at], tree.tags[at] = "ADJ", "JJ"
        was = any(tree.lower[t] in ("was", "were") for t in being)
        yield Statement(
            before,
            _STATES[tree.lower[at]],
            at,
            at,
            bare=True,
            negated=denied,
            modality=mood,
            tense="past" if was else None,
        )


def says_status(tree: Tree, statement: Statement) -> bool:
    """Whether a statement says no more than a status does that is told anyway: that somebody "is" single."""
    return statement.predicate in ("is", "become", "get") and tree.lower[statement.object] in _STATES


def _ends_there(tree: Tree, at: int) -> bool:
    """Whether nothing is told behind a status of whom or where."""
    if at + 1 < len(tree) and tree.lower[at] == "engaged" and tree.lower[at + 1] in ("in", "and"):
        return tree.lower[at + 1] == "and" or _is_of_time(tree, at + 2)  # "engaged in a project"
    return at + 1 >= len(tree) or tree.lower[at + 1] in _BEHIND


def _is_of_time(tree: Tree, at: int) -> bool:
    return any(word in _TIMES or word[:4].isdigit() for word in tree.lower[at : at + 2])


def _is_person(tree: Tree, at: int) -> bool:
    """Whether it may be somebody: an engine is retired in another way."""
    if tree.pos[at] == "NOUN":
        return is_human(lemma(tree, at))
    return tree.pos[at] == "PROPN" or tree.lower[at] in _PERSONS
