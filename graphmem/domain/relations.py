"""What a predicate means: which others say the same, from which side, and of which relations there is one at a time.

A `Relations` is a vocabulary as a value: reconciliation is given one, and whoever has an ontology makes another. Words
outside it still match by being equal; they have as many values as are said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from graphmem.domain.vocabulary import CLOSES, LINES, OPPOSITES

Filler: TypeAlias = Literal["name", "any", "number", "mass", "mail"]
"""What a value must be to exclude others: something named ("lives in a small flat" does not end "lives in Lisbon"), or
anything, or something with a digit or with an @ in it."""

_LITERALS: tuple[Filler, ...] = ("any", "number", "mass", "mail")
_TYPES = frozenset({"location", "organization", "entity", "misc", "person"})

Part: TypeAlias = Literal["says", "begins", "ends"]


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation. `one_object`: a subject has one object of it at a time (where one lives); `one_subject`: an object has one
    subject (who the CEO of a company is). The tuples hold canonical predicates besides `name`; `inverses`, `begun_inversely`
    and `ended_inversely` are said with subject and object changed round."""

    name: str
    says: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    inverses: tuple[str, ...] = ()
    begun_inversely: tuple[str, ...] = ()
    ended_inversely: tuple[str, ...] = ()
    symmetric: bool = False
    one_object: bool = False
    one_subject: bool = False
    fills: Filler = "name"
    once: bool = False
    """A subject has one object of it for good, which may be told more or less closely: only a correction takes it back."""
    if_new: bool = False
    """People have several at a time: only what is told as new or as begun takes the place of the old."""
    begins_with: frozenset[str] = frozenset()
    """The types of object that `begins` wants: one can also move to Kubernetes, or join a friend. Empty: any."""
    opposites: frozenset[str] = frozenset()
    """Names of relations that are taken back, for the same two ends, by saying this one."""
    closing: tuple[tuple[str, frozenset[str]], ...] = ()
    """Values, in lower case, each with the names of the relations that do not hold beside it, whatever their values."""

    @property
    def closes(self) -> frozenset[str]:
        """The relations that some value of this one excludes."""
        return frozenset().union(*(excluded for _, excluded in self.closing))

    def closed_by(self, value: str) -> frozenset[str]:
        """The relations that this value of it excludes."""
        return dict(self.closing).get(value.casefold(), frozenset())

    @property
    def is_single(self) -> bool:
        """Whether a new value can close an old one."""
        return self.one_object or self.one_subject


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one predicate says of a relation: that it is so, begins or is over; `inverted`: its object is the relation's
    subject; `past`: the predicate itself is in the past tense ("lived_in")."""

    relation: Relation
    part: Part = "says"
    inverted: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class Bearing:
    """Which facts could bear on a statement, by their predicates: those between its two ends (`between`, from either side), and
    what excludes it since there is one at a time: those with one of its ends as their subject (`by_subject`) or as their object
    (`by_object`), whatever is at the other end."""

    between: frozenset[str]
    by_subject: frozenset[str] = frozenset()
    by_object: frozenset[str] = frozenset()


_FAVOURITE = re.compile(r"(?:has_|is_|be_)?favou?rite_(?P<what>\w+?)(?P<turned>_of)?(?:_is)?")
_PAST_FORMS = {"leave": "left", "quit": "quit", "wed": "wed", "sell": "sold", "buy": "bought", "speak": "spoke"}
_PAST_FORMS |= {
    "write": "wrote",
    "teach": "taught",
    "lead": "led",
    "found": "founded",
    "break": "broke",
    "take": "took",
}
_PAST_FORMS |= {"begin": "began", "go": "went", "get": "got", "split": "split", "lay": "laid", "drop": "dropped"}
_PARTICIPLES = re.compile(r"(?:\w+ed|\w+ing|bought|taught|written)(?:_|$)|(?:student|employee|player|fond|allergic)_")


@dataclass(frozen=True)
class Relations:
    """A closed vocabulary of relations, read by predicate. Later ones win over earlier ones of the same name."""

    known: tuple[Relation, ...] = field(default=())

    def meaning(self, predicate: str) -> Meaning | None:
        """What a predicate says, unless that something is over; None where it is outside the vocabulary."""
        found = self._meanings.get(predicate)
        return found if found is not None else _favourite(predicate)

    def ended_by(self, predicate: str) -> tuple[Meaning, ...]:
        """What is over for the two ends of a predicate: who leaves a company no longer works there."""
        return self._endings.get(predicate, ())

    def relation(self, predicate: str) -> Relation:
        """The relation that a predicate says; one of its own, with any number of values, where it is unknown."""
        found = self.meaning(predicate)
        return found.relation if found is not None else Relation(predicate)

    def asked_with(self, predicate: str) -> frozenset[str]:
        """All predicates whose facts could bear on a statement with this one: the same relation, however it is said, and what
        takes it back. Itself is one of them."""
        relations = [one.relation for one in self.ended_by(predicate)]
        found = self.meaning(predicate)
        if found is not None:
            relations += [
                found.relation,
                *(self._by_name[name] for name in found.relation.opposites if name in self._by_name),
            ]
        return frozenset({predicate}.union(*map(self._predicates_of, relations)))

    def said_alike(self, predicate: str) -> frozenset[str]:
        """All predicates that say what this one says, from the same side: of one that says a relation, those that say or begin it
        (of "live_in", "reside_in" and "move_to"); of one that begins it, the others that do. Itself is one of them."""
        found = self.meaning(predicate)
        if found is None:
            return frozenset({predicate})
        parts = {"says", "begins"} if found.part == "says" else {found.part}
        relation = self._by_name.get(found.relation.name, found.relation)
        read = ((form, self.meaning(form)) for form in dict(_spelled(relation)))
        alike = {
            form
            for form, one in read
            if one and one.part in parts and (one.relation.name, one.inverted) == (relation.name, found.inverted)
        }
        return frozenset({predicate, *alike})

    def bearing_on(self, predicate: str, *, correcting: bool = False) -> Bearing:
        """Which facts could bear on a statement with this predicate. A thing of which there may be many is met by what is said
        of the very same two ends only, however much else its subject has. `correcting`: it takes back what it does not name."""
        between = self.asked_with(predicate)
        found = self.meaning(predicate)
        rivals = [] if found is None else list(self._rivals(found.relation))
        if found is not None:
            rivals += [rival for one in self._by_status(found.relation) for rival in self._rivals(one, by_status=True)]
        by_subject = frozenset(one for one, of_subject, _ in rivals if of_subject)
        by_object = frozenset(one for one, _, of_object in rivals if of_object)
        if correcting:
            by_subject, by_object = by_subject | between, by_object.union(one for one in between if self.is_turned(one))
        return Bearing(between, by_subject, by_object)

    def may_close(self, predicate: str) -> bool:
        """Whether a statement with this predicate can close others, without denying them: it fills a relation that has one
        value at a time, or says that something is over."""
        found = self.meaning(predicate)
        if self.ended_by(predicate):
            return True
        return found is not None and (found.relation.is_single or found.past or bool(found.relation.closing))

    def is_turned(self, predicate: str) -> bool:
        """Whether facts with this predicate bear on a statement about their object: they are said from the other side, or are
        of a relation that is alike from both sides or has one subject at a time."""
        meanings = [one for one in (self.meaning(predicate), *self.ended_by(predicate)) if one is not None]
        return any(one.inverted or one.relation.symmetric or one.relation.one_subject for one in meanings)

    def with_relations(self, relations: Iterable[Relation]) -> Relations:
        """This vocabulary and these: what they say is said by them only."""
        new = tuple(relations)
        names = {one.name for one in new}
        return Relations((*(one for one in self.known if one.name not in names), *new))

    def _predicates_of(self, relation: Relation) -> frozenset[str]:
        known = self._spellings.get(relation.name)
        return known if known is not None else frozenset(predicate for predicate, _ in _spelled(relation))

    def _rivals(self, relation: Relation, by_status: bool = False) -> Iterator[tuple[str, bool, bool]]:
        """The predicates that fill a relation of which there is one at a time, and whether their facts are in each other's way
        by a subject and by an object that they share. `by_status`: they are in the way of a status of their subject."""
        if not (relation.is_single or by_status):
            return
        for predicate in self._predicates_of(relation):
            meaning = self.meaning(predicate)
            if meaning is not None and meaning.relation.name == relation.name:
                ends = (relation.one_object or by_status, relation.one_subject)
                by_subject, by_object = (True, True) if relation.symmetric else ends[::-1] if meaning.inverted else ends
                yield predicate, by_subject, by_object

    def _by_status(self, relation: Relation) -> Iterator[Relation]:
        """What is over by a value of a relation, and what says by its values that the relation is over, unless for good."""
        for one in self.known:
            if one.name in relation.closes or (relation.name in one.closes and not one.once):
                yield one

    @cached_property
    def _by_name(self) -> Mapping[str, Relation]:
        return {relation.name: relation for relation in self.known}

    @cached_property
    def _meanings(self) -> Mapping[str, Meaning]:
        found: dict[str, Meaning] = {}
        for relation in self.known:
            found |= {predicate: meaning for predicate, meaning in _spelled(relation) if meaning.part != "ends"}
        return found

    @cached_property
    def _endings(self) -> Mapping[str, tuple[Meaning, ...]]:
        found: dict[str, tuple[Meaning, ...]] = {}
        for relation in self.known:
            for predicate, meaning in _spelled(relation):
                if meaning.part == "ends":
                    found[predicate] = (*found.get(predicate, ()), meaning)
        return found

    @cached_property
    def _spellings(self) -> Mapping[str, frozenset[str]]:
        """By relation, every predicate that says it or that it is over, in every form."""
        return {relation.name: frozenset(predicate for predicate, _ in _spelled(relation)) for relation in self.known}


def _spelled(relation: Relation) -> Iterator[tuple[str, Meaning]]:
    """Every form of every predicate of a relation, with what it says; those given outright come last, and win."""
    parts: tuple[tuple[tuple[str, ...], Part, bool], ...] = (
        ((relation.name, *relation.says), "says", False),
        (relation.begins, "begins", False),
        (relation.ends, "ends", False),
        (relation.inverses, "says", True),
        (relation.begun_inversely, "begins", True),
        (relation.ended_inversely, "ends", True),
    )
    for predicates, part, inverted in parts:
        for predicate in predicates:
            for form, past in _forms(predicate, relation.fills):
                yield form, Meaning(relation, part, inverted, past and part == "says")
            if part == "says" and relation.fills != "name":
                yield f"{predicate}_of", Meaning(relation, part, not inverted)
            if part == "says" and predicate.endswith("_of"):
                bare = predicate.removesuffix("_of")
                for form in (bare, f"has_{bare}", f"have_{bare}"):
                    yield form, Meaning(relation, part, not inverted)
    for predicates, part, inverted in parts:
        for predicate in predicates:
            yield predicate, Meaning(relation, part, inverted)


def _forms(predicate: str, fills: Filler) -> Iterator[tuple[str, bool]]:
    """How callers may write a predicate, and whether that form is in the past: "works_at", "is_married_to", "was_based_in"."""
    first, _, rest = predicate.partition("_")
    tail = f"_{rest}" if rest else ""
    if predicate.endswith("_of") or _PARTICIPLES.match(predicate) or predicate.startswith("married_to"):
        yield from ((f"{be}_{predicate}", False) for be in ("is", "be", "are", "am", "has_been", "have_been"))
        yield from ((f"{be}_{predicate}", True) for be in ("was", "were", "used_to_be", "had_been"))
    elif fills != "name" and first not in ("work", "born", "die", "turn", "weigh", "cost"):
        yield from ((form, False) for form in (f"has_{predicate}", f"have_{predicate}", f"{predicate}_is"))
    else:
        yield from ((f"{form}{tail}", False) for form in _present(first))
        yield from ((f"{form}{tail}", True) for form in (_past(first), f"used_to_{first}"))


def _present(verb: str) -> tuple[str, ...]:
    bare = verb.removesuffix("e")
    third = f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2:-1] not in "aeo" else f"{verb}s"
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x")) else third
    return third, f"is_{bare}ing", f"{bare}ing"


def _past(verb: str) -> str:
    if verb in _PAST_FORMS:
        return _PAST_FORMS[verb]
    if verb.endswith("y") and verb[-2:-1] not in "aeo":
        return f"{verb[:-1]}ied"
    return f"{verb}d" if verb.endswith("e") else f"{verb}ed"


def _favourite(predicate: str) -> Meaning | None:
    """One has one favourite of a kind: the relation is made by its kind."""
    match = _FAVOURITE.fullmatch(predicate)
    if match is None:
        return None
    name = f"favourite_{match['what'].replace('color', 'colour')}"
    american = name.replace("favourite", "favorite").replace("colour", "color")
    says = tuple(dict.fromkeys((american, name.replace("favourite", "favorite"), name.replace("colour", "color"))))
    return Meaning(Relation(name, says=says, one_object=True, fills="any"), inverted=match["turned"] is not None)


def _read_line(line: str) -> Relation:
    name, _, rest = (part.strip() for part in line.partition("|"))
    lists: dict[str, list[str]] = {}
    traits: set[str] = set()
    into: list[str] | None = None
    inverse = False
    for word in rest.split():
        if word in ("=", ">", "x", "~", "~~"):
            inverse = inverse or word == "~"
            into = lists.setdefault(f"~{word}" if inverse and word in (">", "x") else word, [])
        elif into is None:
            traits.add(word)
        else:
            into.append(word)
    return Relation(
        name=name,
        says=tuple(lists.get("=", ())),
        begins=tuple(lists.get(">", ())),
        ends=tuple(lists.get("x", ())),
        inverses=tuple(lists.get("~", ())),
        begun_inversely=tuple(lists.get("~>", ())),
        ended_inversely=tuple(lists.get("~x", ())),
        symmetric="~~" in lists,
        one_object="one" in traits,
        one_subject="by-one" in traits,
        once="once" in traits,
        if_new="if-new" in traits,
        fills=next((filler for filler in _LITERALS if filler in traits), "name"),
        begins_with=frozenset(traits & _TYPES),
        closing=tuple((value, frozenset(excluded)) for value, excluded in CLOSES.get(name, {}).items()),
        opposites=frozenset({b for a, b in OPPOSITES if a == name} | {a for a, b in OPPOSITES if b == name}),
    )


DEFAULT = Relations(tuple(_read_line(line) for line in re.split(r"\n(?! )", LINES.strip())))
"""The vocabulary where no other is given."""
