"""Binary statements, token by token: one edge for every pair of a clause's subject and one of its arguments.

Conjuncts each get their own statement. What the tokens are called, and which statements are worth keeping once they are
named, is decided in `naming` and `extractor`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graphmem.domain.fact import Modality
from graphmem.domain.relations import DEFAULT
from graphmem.domain.triple import Tense
from graphmem.extraction.arguments import Argument, case_tokens, owner_of
from graphmem.extraction.clauses import IMPLIED, Clause, ClauseReader
from graphmem.extraction.confidence import NOMINAL_CONFIDENCE, clause_confidence
from graphmem.extraction.dates import DateSpan
from graphmem.extraction.lexicon import ATTITUDES, BECOMING, EMPTY_NOUNS, LIGHT_VERBS, is_human
from graphmem.extraction.listing import names_beside
from graphmem.extraction.nominals import Relation, as_role, nominal_relations, noun_relations
from graphmem.extraction.polarity import is_denied, modality
from graphmem.extraction.predicates import (
    NO_PREPOSITION,
    PLACE_PREPOSITIONS,
    canonical,
    lemma,
    preposition,
    relational_noun,
    verb_name,
)
from graphmem.extraction.quantities import Quantity
from graphmem.extraction.tree import NOMINAL, Tree

_MOST_CONJUNCTS = 8
_BEARING = frozenset({"have", "get", "earn", "receive", "draw", "take"})
"""Verbs whose object may be an attribute with its value: "gets a salary of 3,000 euros"."""

_OF_LIFE = frozenset({"born_in", "die_in"})
"""Relations that a year may fill, too."""
_LASTING = frozenset({"minute", "hour", "day", "week", "month", "year", "decade"})
"""Units of how long something is so: nobody works for three years as one does for a company."""
_OF_LANGUAGES = frozenset({"speak", "learn", "study", "teach", "understand", "read"})


@dataclass(slots=True)
class Statement:
    """Subject token (or IMPLIED), canonical predicate, object token; `head` is the predicate's token.

    `bare` asks for the object without its prepositional phrases, `whole` for the object as a whole phrase; `borne` are
    the tokens of the clause, by which dates are found to belong to it."""

    subject: int
    predicate: str
    object: int
    head: int
    bare: bool = False
    whole: bool = False
    negated: bool = False
    modality: Modality = "asserted"
    confidence: float = 0.9
    dated: bool = True
    tense: Tense | None = None
    """Where it is known; else the words around the head tell."""
    value: str = ""
    """What the object is called where no token names it."""


class _Edge(NamedTuple):
    subject: int
    predicate: str
    object: int
    bare: bool = False
    whole: bool = False


class StatementReader:
    """Turns the clauses and noun phrases of one sentence into statements."""

    def __init__(self, tree: Tree, dates: list[DateSpan], quantities: Sequence[Quantity] = ()) -> None:
        self.tree = tree
        self.reader = ClauseReader(tree)
        self._dates, self._quantities = dates, quantities

    def statements(self) -> Iterator[Statement]:
        """Every statement of the sentence, those of clauses first."""
        for clause in self.reader.clauses():
            if clause.subject is None:
                continue
            denied, mood = is_denied(self.tree, clause), modality(self.tree, clause)
            confidence = clause_confidence(self.tree, clause)
            for edge in self._edges(clause):
                yield Statement(*edge[:3], clause.head, edge.bare, edge.whole, denied, mood, confidence)
        for relation in nominal_relations(self.tree):
            if relation.predicate == "is_a" and names_beside(self.tree, relation.object):
                continue  # the noun goes by the names beside it
            for subject in [self.reader.referent(relation.subject)]:
                edge = _of_relation(relation)
                yield Statement(
                    subject,
                    edge.predicate,
                    edge.object,
                    relation.object,
                    edge.bare,
                    confidence=NOMINAL_CONFIDENCE,
                    dated=False,
                )

    def _edges(self, clause: Clause) -> Iterator[_Edge]:
        for subject in self._subjects(clause):
            if clause.kind == "copula":
                yield from self._copula(clause, subject)
            elif clause.kind == "existential":
                yield from self._existential(clause)
            else:
                yield from self._verb(clause, subject)

    def _subjects(self, clause: Clause) -> list[int]:
        subject = clause.subject
        if subject is None or subject == IMPLIED:
            return [IMPLIED]
        if self.tree.heads[subject] != clause.chain[0] and self.tree.deps[subject] not in ("nsubj", "nsubj:pass"):
            return [self.reader.referent(subject)]
        return names_beside(self.tree, subject) or self._conjuncts(subject)

    def _conjuncts(self, head: int) -> list[int]:
        tree = self.tree
        found = [
            t
            for t in tree.conjuncts(head)
            if t == head
            or ((tree.pos[t] in NOMINAL or self._are_languages(head, t)) and tree.kid(t, "cop", "nsubj") is None)
        ]
        return found[:_MOST_CONJUNCTS]

    def _are_languages(self, *tokens: int) -> bool:
        """Whether words that are tagged as adjectives are written like names: "German and English"."""
        return all(self.tree.pos[t] == "ADJ" and self.tree.words[t][0].isupper() for t in tokens)

    def _reached(self, clause: Clause, head: int) -> list[int]:
        """The conjuncts of an argument; of an antecedent, only the one nearest before its relative clause."""
        if not self.tree.below(clause.chain[0], head):
            return self._conjuncts(head)
        return [max((t for t in self._conjuncts(head) if t < clause.chain[0]), default=head)]

    def _date_of(self, token: int) -> DateSpan | None:
        start = self.tree.starts[token]
        return next((date for date in self._dates if date.start <= start < date.end), None)

    def _verb(self, clause: Clause, subject: int) -> Iterator[_Edge]:
        if lemma(self.tree, clause.chain[0]) in ATTITUDES and len(clause.chain) > 1:
            yield _Edge(subject, lemma(self.tree, clause.chain[0]), clause.chain[1], whole=True)
        agents = clause.of_role("agent") if clause.passive else []
        active, passive = verb_name(self.tree, clause, "active"), verb_name(self.tree, clause, "passive")
        for agent in agents:
            for doer in self._conjuncts(agent.head):
                yield _Edge(doer, active, subject)
        verb = passive if clause.passive else active
        if verb == "do" and not clause.of_role("object"):
            return
        for argument in clause.arguments:
            if argument.role in ("object", "recipient", "complement"):
                yield from self._core(clause, subject, verb, argument)
            elif argument.role == "oblique":
                yield from self._oblique(clause, subject, verb, argument)

    def _core(self, clause: Clause, subject: int, verb: str, argument: Argument) -> Iterator[_Edge]:
        tree = self.tree
        if self._date_of(argument.head):
            return
        predicate = f"{verb}_to" if argument.role == "recipient" else verb
        bearer = subject
        if argument.role == "complement":
            objects = clause.of_role("object")
            bearer = objects[0].head if objects else subject
            languages = verb in _OF_LANGUAGES and self._are_languages(argument.head)
            if tree.pos[argument.head] == "ADJ" and verb not in BECOMING and not languages:
                return
        if argument.role == "complement" or verb in BECOMING or clause.passive:
            roles = [_of_relation(relation) for relation in as_role(tree, bearer, argument)]
            yield from roles
            if roles and argument.role == "complement":
                return
        for token in self._reached(clause, argument.head):
            measure = self._measure_of(token) if verb in _BEARING else None
            if measure is not None:
                yield _Edge(bearer, relational_noun(tree, token), measure)
                continue
            yield _Edge(bearer, predicate, token)
            yield from self._places_of_object(subject, verb, token)

    def _measure_of(self, noun: int) -> int | None:
        """The quantity of "a population of 3.5 million"."""
        tree = self.tree
        found = (
            [t for t in tree.kids(noun, "nmod") if self._is_quantity(t) or tree.pos[t] == "NUM"]
            if tree.pos[noun] == "NOUN"
            else []
        )
        of = [t for t in found if [tree.lower[case] for case in case_tokens(tree, t)] == ["of"]]
        return of[0] if of else None

    def _places_of_object(self, subject: int, verb: str, noun: int) -> Iterator[_Edge]:
        """Named places, occasions and partners that the parser hangs on the object: "won a medal at the Olympics"."""
        tree = self.tree
        if (tree.pos[noun] != "NOUN" and not self._is_quantity(noun)) or verb in BECOMING:
            return
        for phrase in tree.kids(noun, "nmod"):
            words = [tree.lower[t] for t in tree.kids(phrase, "case") if t < phrase]
            named = tree.pos[phrase] == "PROPN" or tree.kid(phrase, "appos", "compound", "flat") is not None
            if words and words[0] in ("in", "at", "from", "with", "for", "to", "on", "against") and named:
                light = (lemma(tree, noun),) if verb in LIGHT_VERBS else ()
                for token in self._conjuncts(phrase):
                    if not self._date_of(token):
                        yield _Edge(subject, canonical(verb, *light, words[0]), token)

    def _oblique(self, clause: Clause, subject: int, verb: str, argument: Argument) -> Iterator[_Edge]:
        tree, words = self.tree, preposition(self.tree, argument)
        date = self._date_of(argument.head)
        if date is not None:
            alone = not clause.of_role("object", "complement", "recipient") or clause.passive
            if alone and date.relation != "range":
                bound = words if words in ("since", "until", "before", "after", "from", "by", "during") else ""
                if bound in ("since", "until") and not self._stands_alone(clause, argument):
                    return  # "lived in Rome since March" tells since when that holds, and no more
                predicate = canonical(verb, bound or ("on" if date.precision in ("day", "yearly") else "in"))
                if not _is_of_places(predicate):
                    yield _Edge(subject, predicate, argument.head)
                elif self._stands_alone(clause, argument):
                    yield _Edge(subject, verb, argument.head)
            return
        lasting = words == "for" and tree.pos[argument.head] == "NOUN" and lemma(tree, argument.head) in _LASTING
        if not words or words in NO_PREPOSITION or lasting:
            return
        if words == "as":
            yield from (_of_relation(relation) for relation in as_role(tree, subject, argument))
            yield from self._places_of_object(subject, verb, argument.head)
        light = [
            lemma(tree, o.head) for o in clause.of_role("object") if verb in LIGHT_VERBS and tree.pos[o.head] == "NOUN"
        ]
        light = [noun for noun in light if noun not in EMPTY_NOUNS]
        for token in self._reached(clause, argument.head):
            own = (
                " ".join(tree.lower[t] for t in tree.kids(token, "case") if tree.tags[t] != "POS")
                if token != argument.head
                else ""
            )
            if not self._date_of(token):
                yield _Edge(subject, canonical(verb, *light[:1], own or words), token)

    def _stands_alone(self, clause: Clause, argument: Argument) -> bool:
        """Whether a clause tells nothing but when."""
        return all(other is argument or self._date_of(other.head) is not None for other in clause.arguments)

    def _copula(self, clause: Clause, subject: int) -> Iterator[_Edge]:
        complement = clause.of_role("complement")[0]
        words = preposition(self.tree, complement)
        if words:
            for token in self._conjuncts(complement.head):
                # "has been to Oslo" is a visit; being "to" a place is not English otherwise.
                yield _Edge(subject, "visit" if words == "to" else canonical("is", words), token)
            return
        for token in self.tree.conjuncts(complement.head):
            same = self.tree.pos[token] == self.tree.pos[complement.head] and self.tree.kid(token, "nsubj") is None
            if same or token == complement.head:
                yield from self._predicated(clause, subject, token)

    def _predicated(self, clause: Clause, subject: int, token: int) -> Iterator[_Edge]:
        """What `subject` is said to be: an adjective, a kind or relation of thing, or a name."""
        tree = self.tree
        pos = tree.pos[token]
        if self._is_quantity(token):
            yield self._measured(subject, token)
        elif pos == "ADJ":
            led = [a for a in clause.of_role("oblique") if a.prepositions and not self._date_of(a.head)]
            for argument in led:
                for noun in self._conjuncts(argument.head):
                    yield _Edge(subject, canonical(tree.lower[token], preposition(tree, argument)), noun)
            if not led:
                yield _Edge(subject, "is", token)
        elif pos == "NOUN" and tree.tags[token] != "VBG":
            yield from (_of_relation(relation) for relation in noun_relations(tree, subject, token))
        elif pos == "PROPN":
            yield from self._identity(subject, token)
        elif pos == "NUM" and tree.kid(token, "nmod") is not None:
            yield from (_of_relation(relation) for relation in noun_relations(tree, subject, token))
        elif pos in ("NUM", "SYM"):
            yield _Edge(subject, "is", token)

    def _is_quantity(self, token: int) -> bool:
        start = self.tree.starts[token]
        return any(quantity.start <= start < quantity.end for quantity in self._quantities)

    def _measured(self, subject: int, value: int) -> _Edge:
        """ "Bob's salary is $70,000", "the height of the tower is 324 m": told of Bob and the tower."""
        tree = self.tree
        if subject >= 0 and tree.pos[subject] == "NOUN" and not is_human(lemma(tree, subject)):
            owner = owner_of(tree, subject)
            if owner is not None:
                return _Edge(owner, relational_noun(tree, subject), value)
        return _Edge(subject, "is", value)

    def _identity(self, subject: int, name: int) -> Iterator[_Edge]:
        """ "The capital of France is Paris" is told of Paris; any other name stands as it is."""
        tree = self.tree
        if self._date_of(name) is not None:
            yield _Edge(subject, "is", name)  # "My birthday is 4 May", where "4 May" is read as a name
            return
        relational = subject >= 0 and tree.pos[subject] == "NOUN" and tree.kid(subject, "nmod", "nmod:poss") is not None
        human = subject >= 0 and tree.pos[subject] == "NOUN" and is_human(lemma(tree, subject))
        if human and not relational:
            yield _Edge(name, "is_a", subject, bare=True)
            return
        relations = list(noun_relations(tree, name, subject)) if relational else []
        kept = [relation for relation in relations if relation.predicate.endswith("_of")]
        yield from (_of_relation(relation) for relation in kept)
        if not kept:
            yield _Edge(subject, "is", name)

    def _existential(self, clause: Clause) -> Iterator[_Edge]:
        for thing in clause.of_role("object"):
            beside = [Argument(t, "oblique", case_tokens(self.tree, t)) for t in self.tree.kids(thing.head, "nmod")]
            for place in [*clause.of_role("oblique"), *beside]:
                words = preposition(self.tree, place)
                if words in PLACE_PREPOSITIONS and not self._date_of(place.head):
                    yield _Edge(thing.head, canonical("is", words), place.head)


def _is_of_places(predicate: str) -> bool:
    """Whether a predicate leads to something named, so that a date would stand in its place: one moves in somewhere, not in 2015."""
    if predicate == "stay_in":
        return True
    meaning = DEFAULT.meaning(predicate)
    return meaning is not None and meaning.relation.fills == "name" and meaning.relation.name not in _OF_LIFE


def _of_relation(relation: Relation) -> _Edge:
    return _Edge(relation.subject, relation.predicate, relation.object, relation.bare)
