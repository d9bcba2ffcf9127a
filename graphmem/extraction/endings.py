"""What is over though the sentence does not name it: "I don't work there anymore", "I quit", "We broke up", "I moved out", "Rex died".

Each denies a relation of a value that has no name (`domain.vocabulary.UNNAMED`); reconciliation ends whatever there is one of at a
time. Who died is told as a status, which ends what a pet, a worker or an inhabitant was.

Part of `canonical`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from graphmem.domain.relations import DEFAULT
from graphmem.extraction.clauses import Clause, ClauseReader
from graphmem.extraction.coreference import FIRST_PERSON
from graphmem.extraction.lexicon import KIN, is_human, words
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.predicates import lemma
from graphmem.extraction.seats import WORKS
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_THERE = {"live": "live_in", "reside": "live_in", "work": "work_at", "study": "study_at", "bank": "bank_with"}
_NO_MORE = words("anymore longer more stop quit cease")
"""Words that tell an end; "I've never worked there" speaks of a place that was not one's own."""
_EMPLOYER = WORKS | words("company firm employer")
_QUITTING, _LEAVING = words("quit resign"), words("quit leave lose")
_DISMISSED = words("fired sacked dismissed laid let made terminated")
_DISMISSING = words("fire sack dismiss")
_FINDING = words("get find land have start")
_PARTING = words("break split separate")
_PARTNERS = words("girlfriend boyfriend partner gf bf")
_PERSONS = words("i he she we they you me him her us them")
_HAVING = {
    "girlfriend": "in_relationship_with", "boyfriend": "in_relationship_with", "wife": "married_to", "husband": "married_to",
    "fiance": "engaged_to", "fiancee": "engaged_to", "fiancé": "engaged_to", "fiancée": "engaged_to",
}  # fmt: skip
"""What it is to have somebody who is not named."""


def endings(tree: Tree) -> Iterator[Statement]:
    """What a sentence says is over without naming it."""
    if not any(lemma(tree, at) in _TELLING for at in range(len(tree))):
        return
    for clause in ClauseReader(tree).clauses():
        told = _ended(tree, clause)
        if told is not None and modality(tree, clause) == "asserted":
            yield told


def of_the_dead(tree: Tree, statement: Statement, ended: Sequence[Statement]) -> Iterator[Statement]:
    """What a sentence tells of somebody beside their death: whose pet or partner they were is over ("My dog died"); whose
    grandmother somebody was is not."""
    noun = statement.subject
    relation = _HAVING.get(statement.predicate.removesuffix("_of"))
    pet = (meaning := DEFAULT.meaning(statement.predicate)) is not None and meaning.relation.name == "pet_of"
    if not (pet or relation) or not any(one.value == _DEAD and one.subject == noun for one in ended):
        yield statement
        return
    yield replace(statement, tense="past")
    if tree.pos[noun] == "NOUN" and tree.kid(noun, "appos") is None:
        denied = replace(statement, subject=statement.object, object=noun, bare=True, negated=True, tense="present")
        yield replace(denied, predicate="have") if pet else replace(denied, predicate=relation or "", dated=True)


def partnered(tree: Tree, statement: Statement) -> Statement | None:
    """What "has a girlfriend" says of the two; None of anything else."""
    found = statement.object
    relation = _HAVING.get(tree.lower[found])
    if statement.predicate != "have" or relation is None or tree.pos[found] != "NOUN":
        return None
    if not statement.negated and not any(tree.lower[t] in ("a", "an") for t in tree.kids(found, "det")):
        return None
    return replace(statement, predicate=relation)


def _ended(tree: Tree, clause: Clause) -> Statement | None:
    subject = clause.subject
    if subject is None or tree.deps[clause.chain[0]] not in _TOLD_AS_NEWS:
        return None  # "It's been hard since I lost my job" tells again what may be long ago
    verb, denied = lemma(tree, clause.head), is_denied(tree, clause)
    if verb in _THERE and denied and _is_of_there(tree, clause):
        return _over(clause, subject, _THERE[verb], "there")
    whom = _dismissed(tree, clause, subject)
    if denied:
        return _over(clause, subject, "work_at", "job") if _has_no_work(tree, clause, subject, verb) else None
    if whom is not None:
        return _over(clause, whom, "work_at", "job")
    left = _left(tree, clause, subject, verb)
    if left is not None:
        return _over(clause, left, "in_relationship_with", "partner")
    if not _is_somebody(tree, subject) or len(clause.chain) > 1:
        return None
    if _finds_work(tree, clause, verb):
        return _over(clause, subject, "employment_status", "unemployed")
    if _gives_up_work(tree, clause, verb):
        return _over(clause, subject, "work_at", "job")
    if verb in _PARTING and _parts(tree, clause, subject, verb):
        return _over(clause, subject, "in_relationship_with", "partner")
    if tree.lower[clause.head] == "jobs" and clause.kind == "copula" and "between" in tree.lower:
        return _over(clause, subject, "work_at", "job")
    if verb == "move" and _with_particle(tree, clause.head, "out") and not _arguments(clause, tree):
        return _over(clause, subject, "live_in", "there")
    if _dies(tree, clause, verb):
        return Statement(subject, "life_status", clause.head, clause.head, value=_DEAD)
    return None


def _over(clause: Clause, subject: int, predicate: str, value: str) -> Statement:
    return Statement(subject, predicate, clause.head, clause.head, negated=True, value=value, tense="present")


def _is_of_there(tree: Tree, clause: Clause) -> bool:
    """Whether the clause says "there" of a place, and that it was so before."""
    said = tree.subtree(clause.chain[0])
    if not any(tree.lower[t] == "there" and t > clause.head for t in said) or _arguments(clause, tree):
        return False
    return any(tree.lower[t] in _NO_MORE or lemma(tree, t) in _NO_MORE for t in said)


def _gives_up_work(tree: Tree, clause: Clause, verb: str) -> bool:
    """ "I quit", "I resigned", "I left my job", "She left the company": no employer is named."""
    objects = [argument.head for argument in clause.arguments if argument.role == "object"]
    if not objects:
        return verb in _QUITTING and not _arguments(clause, tree) and not clause.passive
    at_whom = any(tree.lower[t] in ("at", "with", "from", "for") for t in tree.subtree(clause.head) if t > objects[0])
    led = [tree.lower[t] for t in tree.kids(objects[0], "det", "nmod:poss")]
    own = bool(led) and led[0] in ("my", "his", "her", "their", "our", "the")
    return verb in _LEAVING and lemma(tree, objects[0]) in _EMPLOYER and own and not at_whom


def _has_no_work(tree: Tree, clause: Clause, subject: int, verb: str) -> bool:
    """ "I don't have a job", "I don't work anymore"."""
    if not _is_somebody(tree, subject):
        return False
    others = _arguments(clause, tree)
    if verb == "have":
        return len(others) == 1 and lemma(tree, others[0]) == "job" and not tree.kids(others[0], "amod", "acl", "nmod")
    return verb == "work" and not others and any(tree.lower[t] in _NO_MORE for t in tree.subtree(clause.chain[0]))


def _dismissed(tree: Tree, clause: Clause, subject: int) -> int | None:
    """Who has lost a job: "I got fired", "I was laid off", "They fired me"."""
    word = tree.lower[clause.head]
    if word in _DISMISSED and clause.passive and not _arguments(clause, tree) and _is_somebody(tree, subject):
        if tree.lower[clause.head + 1 : clause.head + 2] == ["up"]:
            return None  # "got us fired up"
        more = {"laid": "off", "let": "go", "made": "redundant"}.get(word)
        return subject if more is None or more in tree.lower[clause.head :] else None
    if lemma(tree, clause.head) not in _DISMISSING or clause.passive:
        return None
    whom = next((argument.head for argument in clause.arguments if argument.role == "object"), None)
    named = subject >= 0 and tree.pos[subject] == "PROPN"
    return whom if whom is not None and not named and tree.lower[whom] in _PERSONS else None


def _left(tree: Tree, clause: Clause, subject: int, verb: str) -> int | None:
    """Who is left by somebody whom nothing names: "She dumped me"."""
    whom = next((argument.head for argument in clause.arguments if argument.role == "object"), None)
    if verb != "dump" or clause.passive or whom is None or tree.lower[whom] not in FIRST_PERSON:
        return None
    return whom if subject >= 0 and tree.pos[subject] != "PROPN" else None


def _finds_work(tree: Tree, clause: Clause, verb: str) -> bool:
    """ "I found a job", "I'm employed again": whoever does is not unemployed."""
    if clause.kind == "copula" or clause.passive:
        return tree.lower[clause.head] == "employed" and not _arguments(clause, tree)
    others = _arguments(clause, tree)
    if verb not in _FINDING or len(others) != 1 or tree.lower[others[0]] != "job":
        return False
    return tree.kid(others[0], "det") is not None and not tree.kids(others[0], "acl", "nmod", "nmod:poss")


def _parts(tree: Tree, clause: Clause, subject: int, verb: str) -> bool:
    """ "We broke up", "I split up with my girlfriend"."""
    if verb != "separate" and not _with_particle(tree, clause.head, "up"):
        return False
    others = _arguments(clause, tree)
    if others:
        return all(tree.lower[t] in _PARTNERS for t in others)
    return subject >= 0 and tree.lower[subject] == "we"


def _dies(tree: Tree, clause: Clause, verb: str) -> bool:
    """ "Rex died", "My cat passed away": of somebody near, told in so many words; where and of what is for other rules."""
    said = verb == "die" or (verb == "pass" and _with_particle(tree, clause.head, "away"))
    said = said or (clause.kind == "copula" and tree.lower[clause.head] == "dead")
    subject = clause.subject
    if subject is None or subject < 0 or tree.lower[subject] in FIRST_PERSON:
        return False  # "I'm dead" is tired
    return said and len(tree) <= _SHORT and not _arguments(clause, tree)


def _with_particle(tree: Tree, verb: int, particle: str) -> bool:
    return any(tree.lower[t] == particle for t in range(verb + 1, min(verb + 3, len(tree))))


def _arguments(clause: Clause, tree: Tree) -> list[int]:
    """What the verb is told of besides its subject, times left out: what has a preposition, or is an object."""
    told = (a for a in clause.arguments if a.prepositions or a.role in ("object", "recipient"))
    return [a.head for a in told if tree.lower[a.head] not in _TIMES]


def _is_somebody(tree: Tree, at: int) -> bool:
    if at < 0:
        return True
    noun = tree.pos[at] == "NOUN" and (is_human(lemma(tree, at)) or lemma(tree, at) in KIN)
    return noun or tree.pos[at] == "PROPN" or tree.lower[at] in _PERSONS


_TOLD_AS_NEWS = frozenset({"ROOT", "conj", "parataxis"})
_SHORT = 12
_DEAD = "dead"
_TELLING = (
    frozenset(_THERE)
    | _QUITTING
    | _LEAVING
    | _DISMISSING
    | _PARTING
    | words("lay let make terminate move die pass dead job employ dump")
)
_TIMES = words("today yesterday week month year morning night monday tuesday wednesday thursday friday saturday sunday")
