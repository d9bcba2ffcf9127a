"""Predicates that only the two ends of a statement decide: one goes to Yale to study and to Oslo to visit it.

A company that is based in a town has its headquarters there, a person lives there; who leaves Bern for Rome moves, who leaves Zed
for Acme joins it.
"""

from __future__ import annotations

import re

from graphmem.domain.triple import NameSpan, Span, Triple
from graphmem.extraction.lexicon import words

_SCHOOL = re.compile(
    r"\b(?:university|college|school|institute|academy|polytechnic|conservatory|université|universität)\b",
    re.IGNORECASE,
)
_AT_SCHOOL = frozenset({"go_to", "is_at", "switch_to", "transferred_to", "change_to", "start_at", "get_into"})
_SEATED = frozenset({"based_in", "is_based_in", "move_to", "relocate_to", "relocated_to"})
_GOING = frozenset({"go_to", "fly_to", "travel_to"})
_COMPANIES = frozenset({"organization"})
_SEATS_OF = frozenset({"organization", "misc"})


def fitted(triple: Triple) -> Triple:
    """The triple with the predicate that its ends ask for; as it is, where they ask for none."""
    known = _predicate(triple)
    return triple if known is None else triple.model_copy(update={"predicate": known})


def _predicate(triple: Triple) -> str | None:
    predicate, subject, found = triple.predicate, triple.subject, triple.object
    if predicate in _AT_SCHOOL and subject.type not in _COMPANIES and _SCHOOL.search(found.name):
        return "study_at"
    if predicate in _GOING and found.type == "location" and triple.modality == "asserted":
        return "visit"
    if predicate in _SEATED and subject.type in _SEATS_OF and found.type == "location":
        return "headquarters_in"
    if predicate == "leave_for" and subject.type not in _COMPANIES:
        return {"location": "move_to", "organization": "join"}.get(found.type)
    if predicate == "train" and found.type in _COMPANIES:
        return "coach"
    return None


_TO_PLACES = words(
    "live_in reside_in move_to relocate_to settle_in born_in based_in headquartered_in travel_to move_back_to"
)
_TO_COMPANIES = words("work_at work_for join employed_by hired_by")

_RATE = re.compile(r"[\s-]+years?(?:[\s-]+old|\s+of\s+age)?$")


def placed(predicate: str, found: NameSpan) -> NameSpan:
    """An object with the type that its predicate asks for, where the recogniser of names took it for something else: one moves
    to a place, and works for a company."""
    named = found.type in ("misc", "person") or (found.type == "entity" and found.name[:1].isupper())
    if predicate in _TO_PLACES and named:
        return found.model_copy(update={"type": "location"})
    if predicate in _TO_COMPANIES and found.type == "location":
        return found.model_copy(update={"type": "organization"})
    if predicate == "age" and _RATE.search(found.name):
        name = _RATE.sub("", found.name)
        return NameSpan(name=name, type=found.type, span=Span(start=found.span.start, end=found.span.start + len(name)))
    return found


_TO_PEOPLE = words("marry married_to date engaged_to name")
_NO_NAME = words(
    "home school college university town cities city bed work court prison jail hospital church peace poverty fear retail sales "
    "nights night days day shifts weekends tents heaven hell luxury misery hope place space time secret squalor exile "
    "finance marketing tech it media construction healthcare education insurance logistics research politics me him her "
    "them us you someone somebody nobody everyone there here forces hands us suburbia overseas abroad north south east west"
)
"""What people live in, work at and join that has no name of its own."""
_LEADING = words("a an the this that these those my your his her its our their some any no every each two three new")
_LONGEST_TYPED = 3


def typed_low(predicate: str, found: NameSpan, text: str) -> NameSpan:
    """An object with the capitals of a name, where nothing in `text` is written with one, and who lives in it, works at it or
    marries it leaves no doubt: "i live in porto". What stands behind an article or an owner is none."""
    kind = next(
        (
            kind
            for predicates, kind in ((_TO_PLACES, "location"), (_TO_COMPANIES, "organization"), (_TO_PEOPLE, "person"))
            if predicate in predicates
        ),
        None,
    )
    written = text[found.span.start : found.span.end]
    if kind is None or found.type in ("date", "value", "user", "agent") or any(c.isupper() for c in text):
        return found
    inside = written.split()
    plain = written == found.name and all(word.isalpha() for word in inside) and len(inside) <= _LONGEST_TYPED
    before = text[: found.span.start].split()
    led = bool(before) and (before[-1] in _LEADING or before[-1].endswith(("'s", "’s")))
    if not plain or led or any(word in _NO_NAME for word in inside):
        return found
    return found.model_copy(update={"name": " ".join(word.capitalize() for word in inside), "type": kind})
