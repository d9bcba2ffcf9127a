"""What the server gives back, as values of the domain, and what it is asked with. Times are UTC on both sides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeAlias

from graphmem.domain.episode import Episode, Message
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.memory import MemoryRecord, MemoryType, Revision, Sentence
from graphmem.domain.query import View
from graphmem.domain.sameness import SameAs
from graphmem.domain.scope import Scope
from graphmem.errors import StoreCorrupt

Properties: TypeAlias = Mapping[str, Any]
"""A node as a map of its properties."""


@dataclass(frozen=True, slots=True)
class ScopeParams:
    """Whose rows. Without an owner, everybody's."""

    owner: str | None
    agent_id: str | None
    run_id: str | None


@dataclass(frozen=True, slots=True)
class ViewParams(ScopeParams):
    """And which of them count, by time."""

    now: datetime
    as_of: datetime | None
    all_times: bool


def scope_values(scope: Scope | None) -> dict[str, Any]:
    """The fields of ScopeParams."""
    if scope is None:
        return {"owner": None, "agent_id": None, "run_id": None}
    return {"owner": scope.owner, "agent_id": scope.agent_id, "run_id": scope.run_id}


def view_values(scope: Scope | None, view: View) -> dict[str, Any]:
    """The fields of ViewParams."""
    moments = {"now": in_utc(view.now), "as_of": None if view.as_of is None else in_utc(view.as_of)}
    return {**scope_values(scope), **moments, "all_times": view.include_retired}


def in_utc(moment: datetime) -> datetime:
    """The moment as the driver takes it."""
    return moment.astimezone(UTC)


def sayable(values: Iterable[str]) -> list[str]:
    """The values that can be sent, each once: what holds half of a character is the id or the key of nothing."""
    return [one for one in dict.fromkeys(values) if not any("\ud800" <= char <= "\udfff" for char in one)]


LONGEST_KEY = 1_000
"""Bytes of a text that are looked up as they are: an entry of an index cannot hold more than some 8,000."""


def lookup(text: str) -> str:
    """The form in which a key or a predicate is looked up: itself, or a digest of a long one."""
    raw = text.encode("utf-8", "surrogatepass")
    return text if len(raw) <= LONGEST_KEY else f"#{hashlib.blake2b(raw, digest_size=16).hexdigest()}"


@lru_cache(maxsize=1024)
def scope_of(user_id: str | None, agent_id: str | None, run_id: str | None) -> Scope:
    """The scope with these ids; most rows of a page have the same."""
    return Scope(user_id, agent_id, run_id)


def _scope(row: Properties) -> Scope:
    return scope_of(row.get("user_id"), row.get("agent_id"), row.get("run_id"))


def time_of(value: Any) -> datetime:
    """The server's moment."""
    moment: datetime = value.to_native()
    return moment.astimezone(UTC)


def maybe(value: Any) -> datetime | None:
    """The same, None for None."""
    return None if value is None else time_of(value)


def memory_of(row: Properties) -> MemoryRecord:
    """A memory. Raises StoreCorrupt when its words are not those that were written."""
    memory = outline_of(row, row["text"])
    if memory.hash != row["text_hash"]:
        raise StoreCorrupt(f"The text of memory {memory.id} is not the one that was written: restore it from a backup.")
    return memory


def outline_of(row: Properties, text: str = "") -> MemoryRecord:
    """A memory of which everything but the text has come."""
    return MemoryRecord(
        id=row["id"],
        scope=_scope(row),
        text=text,
        memory_type=MemoryType(row["memory_type"]),
        role=row["role"],
        actor_id=row["actor_id"],
        episode_id=row["episode_id"],
        position=row["position"],
        about_id=row["about_id"],
        heading=row["heading"],
        metadata=json.loads(row["metadata"]),
        categories=tuple(row["categories"]),
        created_at=time_of(row["created_at"]),
        updated_at=time_of(row["updated_at"]),
        valid_from=time_of(row["valid_from"]),
        valid_to=maybe(row["valid_to"]),
        retired_at=maybe(row["retired_at"]),
        superseded_by=row["superseded_by"],
        expires_at=maybe(row["expires_at"]),
        feedback=row["feedback"] or 0.0,
        about_as=row.get("about_as"),
    )


def fact_of(row: Properties) -> Fact:
    """A fact."""
    return Fact(
        id=row["id"],
        scope=_scope(row),
        subject_id=row["subject_id"],
        subject=row["subject"],
        predicate=row["predicate"],
        object_id=row["object_id"],
        object=row["object"],
        text=row["text"],
        negated=row["negated"],
        modality=row["modality"],
        confidence=row["confidence"],
        valid_from=maybe(row["valid_from"]),
        valid_to=maybe(row["valid_to"]),
        recorded_at=time_of(row["recorded_at"]),
        retired_at=maybe(row["retired_at"]),
        superseded_by=row["superseded_by"],
        support_count=row["support_count"],
        subject_as=row.get("subject_as"),
        object_as=row.get("object_as"),
    )


def entity_of(row: Properties) -> Entity:
    """An entity. A long key stands in a property of its own, its digest in the place that is looked up."""
    aliases = (*(row["aliases"] or ()), *sorted(row.get("others") or ()))
    key = row["whole_key"] or row["key"]
    fields = {"id": row["id"], "owner": row["owner"], "key": key, "name": row["name"], "type": row["type"]}
    return Entity(**fields, aliases=tuple(dict.fromkeys(aliases)), same_as=row.get("stands_id"))


def same_of(row: Properties) -> SameAs:
    """What is said of two entities."""
    return SameAs(**{**row, "decided_at": time_of(row["decided_at"])})


def episode_of(row: Properties) -> Episode:
    """An episode."""
    return Episode(
        id=row["id"],
        scope=_scope(row),
        messages=tuple(Message(**message) for message in json.loads(row["messages"])),
        occurred_at=time_of(row["occurred_at"]),
        recorded_at=time_of(row["recorded_at"]),
    )


def revision_of(row: Properties) -> Revision:
    """A revision."""
    return Revision(
        id=row["id"],
        scope=_scope(row),
        memory_id=row["memory_id"],
        event=row["event"],
        old_text=row["old_text"],
        new_text=row["new_text"],
        actor_id=row["actor_id"],
        reason=row["reason"],
        at=time_of(row["at"]),
        record=None if row["record"] is None else MemoryRecord.model_validate_json(row["record"]),
    )


def sentence_of(row: Properties) -> Sentence:
    """A sentence."""
    return Sentence(**row)


def support_of(row: Properties) -> Support:
    """What a memory says of a fact."""
    return Support(**{**row, "since": maybe(row["since"]), "until": maybe(row["until"])})


def mention_of(row: Properties) -> Mention:
    """Where a memory names an entity."""
    return Mention(**row)
