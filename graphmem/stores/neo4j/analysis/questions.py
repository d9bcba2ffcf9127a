"""The analysts' questions that are shipped, in ``cypher/analyst``: what each takes and what it gives."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from graphmem.errors import InputError
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


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows, of all owners."""

    limit: int = ROWS


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

    since: datetime
    until: datetime | None
    subject: str
    predicate: str
    object: str
    negated: bool
    fact: str


class Source(NamedTuple):
    """The characters ``span_start:span_end`` of a memory's text that say a fact."""

    memory: str
    words: str
    span_start: int
    span_end: int
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


class Tenant(NamedTuple):
    """An owner and how much is his."""

    owner: str
    memories: int
    facts: int
    entities: int


QUESTIONS: dict[str, Query[Any, Any]] = {
    "changed_since": Query("analyst/changed_since", Since, Change),
    "contradictions": Query("analyst/contradictions", OfOwner, Contradiction),
    "growth": Query("analyst/growth", OfOwner, Growth),
    "hubs": Query("analyst/hubs", OfOwner, Hub),
    "known_about": Query("analyst/known_about", OfName, Known),
    "most_supported": Query("analyst/most_supported", OfOwner, Supported),
    "orphans": Query("analyst/orphans", OfOwner, Orphan),
    "overview": Query("analyst/overview", OnlyOwner, Overview),
    "owners": Query("analyst/owners", Rows, Tenant),
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


def parameters_of(name: str) -> dict[str, str]:
    """A question's parameters and their types, such as ``{"owner": "str", "limit": "int"}``."""
    return {one.name: str(one.type) for one in fields(QUESTIONS[name].params)}


def columns_of(name: str) -> dict[str, str]:
    """A question's columns and their types, in order."""
    kinds = inspect.get_annotations(QUESTIONS[name].row)
    return {column: str(getattr(kind, "__forward_arg__", kind)) for column, kind in kinds.items()}


def filled(name: str, values: Mapping[str, Any], scoped: bool) -> dict[str, Any]:
    """The parameters of a question: the given values, dates read from text, the rest as it is by default.

    With `scoped`, the owner is left to the scope of the call. Raises InputError for what is missing, unknown or no date.
    """
    params = QUESTIONS[name].params
    known = {one.name: one for one in fields(params)}
    given = {key: value for key, value in values.items() if key in known or key != "limit"}
    if unknown := sorted(set(given) - set(known)):
        raise InputError(f"{name} has no parameter {', '.join(unknown)}: it takes {', '.join(known)}.")
    for key, one in known.items():
        if key not in given and one.default is not MISSING:
            given[key] = one.default
        elif key not in given and not (key == "owner" and scoped):
            raise InputError(f"{name} needs {key}: give {_how(key)}.")
        elif key in given and one.type == "datetime":
            given[key] = _moment(key, given[key])
    return given


def _how(key: str) -> str:
    """How a parameter is given that is missing."""
    if key != "owner":
        return f"--param {key}=…"
    return "-u USER, -a AGENT or -r RUN, or --param owner=user:… (`graphmem cypher run owners` lists whose memories there are)"


def _moment(key: str, value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"{key}={value!r} is no date: write it as 2024-03-01 or 2024-03-01T12:00:00+00:00.") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)
