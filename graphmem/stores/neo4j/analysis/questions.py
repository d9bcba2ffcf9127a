"""The analysts' questions that are shipped, in ``cypher/analyst``: what each takes and what it gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from graphmem.stores.neo4j.query import Query

ROWS = 50


@dataclass(frozen=True, slots=True)
class OfOwner:
    """An owner (``user:ana``) and how many rows."""

    owner: str
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class OfName:
    """An entity's name besides."""

    owner: str
    name: str
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class OfPair:
    """The names of two entities."""

    owner: str
    source: str
    target: str
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class OfFact:
    """A fact's id."""

    owner: str
    fact: str
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class Before:
    """A moment that lies after what is looked for."""

    owner: str
    before: datetime
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class Since:
    """A moment that lies before what is looked for."""

    owner: str
    since: datetime
    limit: int = ROWS


@dataclass(frozen=True, slots=True)
class OnlyOwner:
    """An owner."""

    owner: str


class Known(NamedTuple):
    """A fact that holds."""

    subject: str
    predicate: str
    object: str
    negated: bool
    supports: int
    said_by: list[str]
    since: datetime
    fact: str


class Chain(NamedTuple):
    """A path of facts; `entities` is one longer than the rest."""

    entities: list[str]
    predicates: list[str]
    facts: list[str]
    steps: int


class Contradiction(NamedTuple):
    """Two facts against each other."""

    subject: str
    predicate: str
    object: str
    said: str
    said_at: datetime
    denied: str
    denied_at: datetime
    fact: str
    other: str


class Replaced(NamedTuple):
    """A fact and the one that closed it."""

    subject: str
    predicate: str
    was: str
    became: str
    since: datetime | None
    until: datetime | None
    fact: str
    replaced_by: str


class Stretch(NamedTuple):
    """A fact and when it held."""

    begins: datetime
    ends: datetime | None
    subject: str
    predicate: str
    object: str
    negated: bool
    fact: str


class Source(NamedTuple):
    """The characters ``starts:ends`` of a memory's text that say a fact."""

    memory: str
    words: str
    starts: int
    ends: int
    text: str
    said_by: str | None
    said_at: datetime
    episode: str | None


class Hub(NamedTuple):
    """An entity and how much hangs on it."""

    entity: str
    type: str
    mentions: int
    facts: int
    id: str


class Orphan(NamedTuple):
    """An entity alone."""

    entity: str
    type: str
    id: str


class Growth(NamedTuple):
    """Memories made in a month, and those of them that are current."""

    month: date
    user_id: str | None
    agent_id: str | None
    run_id: str | None
    memories: int
    current: int


class Stale(NamedTuple):
    """A fact and when it was last said."""

    subject: str
    predicate: str
    object: str
    last_said: datetime
    supports: int
    fact: str


class Predicate(NamedTuple):
    """A predicate and its facts."""

    predicate: str
    facts: int
    current: int
    subjects: int
    objects: int


class Supported(NamedTuple):
    """A fact and how many memories say it."""

    text: str
    supports: int
    first_said: datetime
    last_said: datetime
    current: bool
    fact: str


class Change(NamedTuple):
    """A step in a memory's history."""

    at: datetime
    event: str
    old_text: str | None
    new_text: str | None
    actor: str | None
    reason: str | None
    memory: str


class Pair(NamedTuple):
    """Two entities that could be one."""

    entity: str
    other: str
    type: str
    other_type: str
    mentions: int
    other_mentions: int
    id: str
    other_id: str


class Speaker(NamedTuple):
    """Who said how much."""

    speaker: str | None
    memories: int
    facts: int
    last_said: datetime


class Overview(NamedTuple):
    """Counts of an owner's nodes."""

    episodes: int
    memories: int
    facts: int
    current_facts: int
    entities: int
    revisions: int


QUESTIONS: dict[str, Query[Any, Any]] = {
    "changed_since": Query("analyst/changed_since", Since, Change),
    "contradictions": Query("analyst/contradictions", OfOwner, Contradiction),
    "growth": Query("analyst/growth", OfOwner, Growth),
    "hubs": Query("analyst/hubs", OfOwner, Hub),
    "known_about": Query("analyst/known_about", OfName, Known),
    "most_supported": Query("analyst/most_supported", OfOwner, Supported),
    "orphans": Query("analyst/orphans", OfOwner, Orphan),
    "overview": Query("analyst/overview", OnlyOwner, Overview),
    "paths_between": Query("analyst/paths_between", OfPair, Chain),
    "predicates": Query("analyst/predicates", OfOwner, Predicate),
    "provenance": Query("analyst/provenance", OfFact, Source),
    "replaced": Query("analyst/replaced", OfOwner, Replaced),
    "same_perhaps": Query("analyst/same_perhaps", OfOwner, Pair),
    "speakers": Query("analyst/speakers", OfOwner, Speaker),
    "stale": Query("analyst/stale", Before, Stale),
    "timeline": Query("analyst/timeline", OfName, Stretch),
}
"""By name, which is that of the file."""


def meaning(name: str) -> str:
    """The first line of a question's file, which says what it answers."""
    return QUESTIONS[name].text().split("\n", 1)[0].removeprefix("//").strip()
