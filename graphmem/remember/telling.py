"""What a draft tells of people's roles: who is whose sister, by the name and where it stands. Pure.

Statements tell it, whoever read or gave them; and so do the words right beside a name, "my client Anna", where nothing was read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from graphmem.domain.identity import entity_key
from graphmem.domain.names import is_proper
from graphmem.domain.roles import Role, role_called, roles_said
from graphmem.ports.extractor import Passage
from graphmem.remember.draft import Draft, canonical_predicate

_PEOPLE = frozenset({"person", "entity", "misc", ""})
_OTHERS = _PEOPLE | {"user", "agent"}
_WHOSE = r"(?P<whose>\b(?:my|our|your)|\b[A-Z][\w-]*(?:['’]s|(?<=s)['’]))"
_BEFORE = re.compile(rf"{_WHOSE}\s+(?:[\w-]+\s+){{0,3}}?(?P<role>[\w-]+)(?P<pause>,?)\s+$", re.IGNORECASE)
_AFTER = re.compile(
    rf"^,?\s*\(?{_WHOSE}\s+(?:[\w-]+\s+){{0,3}}?(?P<role>[\w-]+)\s*(?:[,.;:!?)]|$|who\b)", re.IGNORECASE
)
_NAMED = re.compile(r"\b(?:named|called)\s+$")
_BESIDE = re.compile(
    r"\b(?:my|our|your|his|her|their)\s+(?:[\w'’-]+,?\s+){1,4}$|['’]s?\s+(?:[\w'’-]+,?\s+){1,4}$", re.IGNORECASE
)
_BEHIND = re.compile(r"^\s*,?\s*\(?(?:my|our|your|his|her|their|[\w-]+['’]s?)\s", re.IGNORECASE)


class Said(NamedTuple):
    """That somebody is something to somebody: the names of both, and where the first stands in the text, -1 where nowhere."""

    name: str
    role: Role
    to: str
    start: int = -1
    denies: bool = False
    corrects: bool = False


class Told(NamedTuple):
    """A role of a name. `anchor`: the id of who it is a role to, empty for the user; `to`: the name of that one."""

    role: Role
    anchor: str
    to: str


def told_in(one: Draft, anchor: Callable[[str], str], *, given: bool = False) -> dict[tuple[str, int], list[Told]]:
    """The roles that a draft tells, by the key of a name and where it stands; of those in its text, or of the `given` ones."""
    found: dict[tuple[str, int], list[Told]] = {}
    for said in _given(one) if given else _read(one):
        if said.denies:
            continue
        key, to = entity_key(said.name), anchor(entity_key(said.to))
        told = found.setdefault((key, said.start), [])
        if not (said.role.derived and to) and all(
            (role.kind, other) != (said.role.kind, to) for role, other, _ in told
        ):
            told.append(Told(said.role, to, said.to))
    return {place: told for place, told in found.items() if told}


def set_right_in(one: Draft, anchor: Callable[[str], str]) -> dict[tuple[str, int], list[Told]]:
    """Where statements about roles correct or deny others, by the key of a name and where it stands: they are of somebody known,
    who was told to have the roles that are denied."""
    found: dict[tuple[str, int], list[Told]] = {}
    for said in _read(one):
        if said.corrects or said.denies:
            denied = found.setdefault((entity_key(said.name), said.start), [])
            if said.denies:
                denied.append(Told(said.role, anchor(entity_key(said.to)), said.to))
    return found


def roles_told(one: Draft) -> Iterator[tuple[str, str]]:
    """The keys of the names of whom a draft tells a role, each with that of whom it is a role to."""
    for said in (*_given(one), *_read(one)):
        yield entity_key(said.name), entity_key(said.to)


def partners_told(one: Draft) -> bool:
    """Whether a draft tells whose partner somebody is."""
    return any(said.role.kind == "partner" for said in (*_given(one), *_read(one)))


def is_introduced(text: str, start: int, end: int) -> bool:
    """Whether words right beside a name say whose it is: "my sister Anna", "Anna, my sister", "a sister named Anna"."""
    before, after = text[max(start - 80, 0) : start], text[end : end + 40]
    return bool(_BESIDE.search(before) or _NAMED.search(before) or _BEHIND.search(after))


def _read(one: Draft) -> Iterator[Said]:
    """From words beside names, and from statements that were read and are asserted; not from a part of a longer word for it: a
    mother-in-law is no mother."""
    beside = list(_beside(one, one.passage)) if one.passage is not None else []
    yield from beside
    longer = {(said.start, said.role.word) for said in beside}
    for triple in one.reading.triples:
        if triple.modality != "asserted" or triple.tense == "future":
            continue
        ends = (triple.subject, triple.object)
        for name, other, role in zip(ends, ends[::-1], roles_said(triple.predicate), strict=True):
            if (
                role is None
                or name.type not in _PEOPLE
                or other.type not in _OTHERS
                or not _is_told(name.name, other.name)
            ):
                continue
            if not any(start == name.span.start and role.word in word and role.word != word for start, word in longer):
                yield Said(name.name, role, other.name, name.span.start, triple.negated, triple.corrects)


def _beside(one: Draft, passage: Passage) -> Iterator[Said]:
    text = one.record.text
    for _, name in one.reading.mentions:
        start, end = name.span.start, name.span.end
        if name.type in _PEOPLE and is_proper(name.name) and entity_key(text[start:end]) == entity_key(name.name):
            found = _BEFORE.search(text[max(start - 80, 0) : start])
            if found and found["pause"] and text.startswith(("'s", "’s"), end):
                found = None  # "my boss, Ana's husband"
            found = found or _AFTER.search(text[end : end + 80])
            role = role_called(found["role"].lower().replace("-", "_")) if found else None
            if found and role is not None:
                whose = found["whose"]
                speaking = {"my": passage.speaker, "our": passage.speaker, "your": passage.listener}
                to = speaking.get(whose.lower()) or re.sub(r"['’]s?$", "", whose)
                if _is_told(name.name, to):
                    yield Said(name.name, role, to, start)


def _given(one: Draft) -> Iterator[Said]:
    """From a caller's triples."""
    for triple in one.triples or ():
        ends, types = (triple.subject, triple.object), (triple.subject_type, triple.object_type)
        roles = roles_said(canonical_predicate(triple.predicate))
        for name, other, kind, other_kind, role in zip(ends, ends[::-1], types, types[::-1], roles, strict=True):
            if role is not None and kind in _PEOPLE and other_kind in _OTHERS and _is_told(name, other):
                yield Said(name, role, other.strip())


def _is_told(name: str, other: str) -> bool:
    return is_proper(name) and entity_key(name) != entity_key(other)
