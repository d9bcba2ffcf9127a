"""Statements, and what they and stored facts claim: the same relation, whichever way and from whichever side it is put."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

from graphmem.domain.fact import VALUE_TYPE, Fact
from graphmem.domain.names import is_proper
from graphmem.domain.relations import Filler, Meaning, Relation, Relations
from graphmem.domain.triple import Tense
from graphmem.domain.vocabulary import UNNAMED
from graphmem.remember.wording import PLAIN, Wording, wording

Kind: TypeAlias = Literal["so", "not", "over"]
"""That it is so, that it is not, or that it was and is over by the time of its end."""

_HAPPENED = (
    r"(?!\s+(?:just\s+|recently\s+)?(?:fired|laid\s+off|let\s+go|sacked|dismissed|hired|appointed|promoted|elected)\b)"
)
"""What happened to somebody, and no state of theirs: "was fired" tells of the present."""
_PAST = re.compile(rf"\b(?:used to|once|formerly|previously|(?:was|were|had been){_HAPPENED})\b", re.IGNORECASE)
_STATES = re.compile(
    r"(?P<before>(?:\b[\w'’]+\s+){0,2})\b(?:lived|worked|resided|stayed|studied|attended|played|drove|owned|reported|headed|"
    r"led|managed|coached|taught|liked|loved|enjoyed|hated|disliked|adored|banked|dated|weighed|earned|belonged)\b",
    re.IGNORECASE,
)
"""What was so, told by its verb. What happened ("joined", "moved to") goes on."""
_AUXILIARY = re.compile(
    r"\b(?:is|are|am|be|been|being|has|have|having|get|gets|got)\b|['’](?:s|re|m|ve)\b", re.IGNORECASE
)
_DESCRIBED = re.compile(r"['’]s?\s.*\b[a-z]+$")
"""Somebody by what he is to another: "Ana's manager" is the name of nobody."""

_MASS = re.compile(
    r"^\W*(?:(?:about|around|almost|nearly|over|under|roughly|some|just)\s+)*(?:\d[\d.,]*\s*$|.*\b(?:\d+\s*)?"
    r"(?:[kmµ]?gs?|(?:kilo|milli)?grams?|kilos?|lbs?|pounds?|stones?|oz|ounces?|tons?|tonnes?)\b)",
    re.IGNORECASE,
)
"""How heavy something is: a number alone, or one with its unit."""
_PEOPLE = frozenset({"person", "user", "agent"})


def is_past(said: str) -> bool:
    """Whether words put a state in the past ("I lived in Braga as a child"): they say nothing of the present."""
    return bool(_PAST.search(said)) or any(not _AUXILIARY.search(match["before"]) for match in _STATES.finditer(said))


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as this write would add it.

    * `place`: memory and sentence that say it; `said_at`: when, if that is known apart from when it was true.
    * `lasting`: it is said of the present, in a memory that does not expire. `tense`, `corrects`: as in a Triple.
    * `instead_of`: ids of the entities that a correction takes back by name.
    * `subject_type`, `object_type`: what the reader took the two ends for; `given`: the caller stated it.
    * `episode`: what it has in common with the other statements of the same add.
    """

    fact: Fact
    place: tuple[str, int]
    object_type: str = "entity"
    lasting: bool = True
    subject_type: str = "entity"
    said_at: datetime | None = None
    tense: Tense = "present"
    corrects: bool = False
    instead_of: frozenset[str] = frozenset()
    given: bool = False
    episode: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a fact claims. `thing`: relation, subject and object in the relation's own direction; `begins`: it tells the
    beginning only ("moved to"). `party`: the owner, and the agent that it was said to. `identity`: what facts have in common that
    say the same of the same names. `may_fill`: whether object and subject are such as can exclude others.

    `many`: the vocabulary knows the relation to have many values. `ended`: the things that are over by this fact, though it
    is about something else ("left Acme"). `words`: how it is told; `by_noun`: "is the coach of", which there is one of sooner than
    of those who coach. `known`: the relation is one of the vocabulary. `closed`: the relations that do not hold beside it for
    `closed_of` (the subject, of whom a relation that is alike from both sides is told), whatever their values ("is divorced")."""

    relation: Relation
    thing: tuple[str, str, str]
    kind: Kind
    begins: bool
    asserted: bool
    party: tuple[str, str | None]
    identity: tuple[object, ...]
    may_fill: tuple[bool, bool]
    lasting: bool = True
    many: bool = False
    ended: frozenset[tuple[str, str, str]] = field(default=frozenset())
    words: Wording = PLAIN
    by_noun: bool = False
    known: bool = False
    closed: frozenset[str] = frozenset()
    closed_of: str = ""

    @property
    def subject(self) -> str:
        """The id of the entity that the relation goes out from."""
        return self.thing[1]

    @property
    def object(self) -> str:
        """The id of the entity that it leads to."""
        return self.thing[2]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads claims from facts by a vocabulary. `types`: what is known of entities, by id."""

    relations: Relations
    types: Mapping[str, str]
    now: datetime

    def stated(self, statement: Statement) -> Claim:
        """What a statement claims."""
        fact = statement.fact
        meaning = self._meaning(fact)
        past = (
            statement.tense == "past" or (meaning.past and statement.given) or self._has_ended(fact, statement.said_at)
        )
        kind: Kind = "not" if fact.negated else "over" if past else "so"
        types = {fact.subject_id: statement.subject_type, fact.object_id: statement.object_type}
        if statement.given:
            types = {id_: self.types.get(id_, type_) if type_ == "entity" else type_ for id_, type_ in types.items()}
        return self._claim(fact, meaning, kind, types, statement.lasting, statement.given)

    def stored(self, fact: Fact, *, lasting: bool = True, foretold: bool = False) -> Claim:
        """What a stored fact claims. One with an end of its own, that no other fact closed, is over by then, unless it was `foretold`
        to end by who said that it was so."""
        by_itself = fact.superseded_by is None and fact.retired_at is None and not foretold
        kind: Kind = "not" if fact.negated else "over" if by_itself and self._has_ended(fact) else "so"
        given = fact.text == plain_words(fact.subject, fact.predicate, fact.object, negated=fact.negated)
        types = {id_: type_ for id_, type_ in self.types.items() if type_ != "entity" or not given}
        return self._claim(fact, self._meaning(fact), kind, types, lasting, given=False)

    def _has_ended(self, fact: Fact, said: datetime | None = None) -> bool:
        """Whether it was over when it was said, or is by now."""
        return fact.valid_to is not None and fact.valid_to <= (said or self.now)

    def _meaning(self, fact: Fact) -> Meaning:
        return self.relations.meaning(fact.predicate) or Meaning(Relation(fact.predicate))

    def _claim(
        self, fact: Fact, meaning: Meaning, kind: Kind, types: Mapping[str, str], lasting: bool, given: bool
    ) -> Claim:
        relation, begins = meaning.relation, meaning.part == "begins"
        thing = _thing(meaning, fact.subject_id, fact.object_id)
        asserted, known = fact.modality == "asserted", self.relations.meaning(fact.predicate) is not None
        named = {fact.subject_id: fact.subject, fact.object_id: fact.object}
        source, target = _directed(meaning, fact.subject_id, fact.object_id)
        subject_fits = _is_named(named[source], types.get(source))
        object_fits = _fills(relation.fills, named[target], types.get(target)) and (
            subject_fits or not meaning.inverted
        )
        if begins and relation.begins_with:
            type_ = types.get(target)
            object_fits = object_fits and (type_ in {None, *relation.begins_with} or (given and type_ == "entity"))
        if relation.one_subject and _is_one_of_many(named[target], fact.text):
            subject_fits = False
        words = wording(fact.text, fact.subject, fact.object)
        return Claim(
            relation=relation,
            thing=thing,
            kind=kind,
            begins=begins,
            asserted=asserted,
            party=(fact.scope.owner, fact.scope.agent_id),
            identity=(fact.scope, _thing(meaning, *fact.said), kind, begins, fact.modality),
            may_fill=(object_fits, subject_fits),
            lasting=lasting,
            many=known and not relation.is_single,
            ended=frozenset(
                _thing(one, fact.subject_id, fact.object_id) for one in self.relations.ended_by(fact.predicate)
            )
            if kind == "so" and asserted and not words.away
            else frozenset(),
            words=words,
            known=known,
            by_noun=fact.predicate.endswith("_of") and not _is_a(fact.predicate.removesuffix("_of"), fact.text),
            closed=_closed(relation, fact.object, kind) if asserted else frozenset(),
            closed_of=source,
        )


def _closed(relation: Relation, value: str, kind: Kind) -> frozenset[str]:
    """The relations that a value excludes; what is denied without being named excludes all values of its own."""
    if kind == "not":
        unnamed = relation.one_object and value.casefold() in UNNAMED
        return relation.closed_by(f"not {value}") | (frozenset({relation.name}) if unnamed else frozenset())
    return relation.closed_by(value) if kind == "so" else frozenset()


def plain_words(subject: str, predicate: str, object_: str, *, negated: bool) -> str:
    """The words of a fact that the caller stated, which has none of its own."""
    return f"{subject} {'not ' if negated else ''}{predicate.replace('_', ' ')} {object_}"


def _directed(meaning: Meaning, subject: str, object_: str) -> tuple[str, str]:
    return (object_, subject) if meaning.inverted else (subject, object_)


def _thing(meaning: Meaning, subject: str, object_: str) -> tuple[str, str, str]:
    """Relation, subject and object in the relation's own direction; the ends of one that is alike from both in order of id."""
    ends = _directed(meaning, subject, object_)
    first, second = sorted(ends) if meaning.relation.symmetric else ends
    return (meaning.relation.name, first, second)


def _fills(filler: Filler, name: str, type_: str | None) -> bool:
    """Whether a value is such as excludes others of its relation."""
    if filler == "number":
        return any(char.isdigit() for char in name) or type_ == VALUE_TYPE
    if filler == "mass":
        return _MASS.match(name) is not None
    return filler == "any" or ("@" in name if filler == "mail" else _is_named(name, type_))


def _is_named(name: str, type_: str | None) -> bool:
    """Whether it is somebody or something: a proper name, or a user or agent, whose id may be written in any way."""
    if type_ == VALUE_TYPE or _DESCRIBED.search(name):
        return False
    return is_proper(name) or type_ in _PEOPLE


def _is_a(noun: str, text: str) -> bool:
    """Whether somebody is told to be a coach, not the coach: of whom there may be others."""
    said = re.escape(noun.replace("_", " "))
    return re.search(rf"\b(?:an?|another|one of)\s+(?:\w+\s+)?{said}", text, re.IGNORECASE) is not None


def _is_one_of_many(name: str, text: str) -> bool:
    """Whether the words speak of one such thing among others: who owns "a Tesla" takes nobody else's."""
    return re.search(rf"\b(?:an?|another|some|two|three|several)\s+(?:\w+\s+)?{re.escape(name)}", text) is not None
