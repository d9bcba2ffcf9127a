"""What a commit sends for each kind of value: maps of properties that the server keeps as they are."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.sameness import SameAs
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Vector
from graphmem.errors import InvalidMetadata, InvalidText
from graphmem.stores.neo4j.filtering import tokens_of
from graphmem.stores.neo4j.rows import in_utc, lookup
from graphmem.stores.vectors import checked

Properties = dict[str, Any]
Lists = Mapping[str, list[float]]
"""Vectors by the key that they have in a ChangeSet, as the driver sends them."""
SHARED_TYPE = "RELATED_TO"
_LONGEST_TYPE = 60
_TYPE = re.compile(r"[^\W\d]\w*")
_STRUCTURE = frozenset(
    [
        "DERIVED_FROM",
        "HAS_SENTENCE",
        "SUPPORTS",
        "SUBJECT",
        "OBJECT",
        "MENTIONS",
        "ABOUT",
        "SUPERSEDES",
        "SAME_AS",
        "NEXT",
        "NAMES",
        "FROM_INGEST",
    ]
)
_LARGEST = 2**63


def as_lists(vectors: Mapping[str, Vector], dimension: int) -> dict[str, list[float]]:
    """Each vector as numbers. Raises DimensionMismatch, or InvalidVector for NaN, infinity and zero."""
    return {key: checked(one, dimension, f"The vector of {key!r}").tolist() for key, one in vectors.items()}


def as_json(value: object) -> str:
    """JSON in one form. Raises InvalidMetadata for what JSON, or a 64-bit integer, cannot hold."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidMetadata(f"A value cannot be written as JSON: {error}.") from error
    if any(not -_LARGEST <= number < _LARGEST for number in _integers(value)):
        raise InvalidMetadata("An integer does not fit in 64 bits: give it as a string.")
    return text


def _integers(value: object) -> Iterable[int]:
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Mapping):
            pending.extend(one.values())
        elif isinstance(one, list | tuple):
            pending.extend(one)
        elif isinstance(one, int):
            yield one


def kept(values: Properties) -> Properties:
    """The map, if all of its texts can be kept. Raises InvalidText."""
    for name, value in values.items():
        for text in value if isinstance(value, list) else (value,):
            if isinstance(text, str) and not _is_text(text):
                raise InvalidText(
                    f"The {name} holds a lone surrogate, which cannot be stored: decode it with errors='replace'."
                )
    if "\0" in str(values.get("id", "")):
        raise InvalidText("An id holds NUL.")
    return values


def _is_text(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def scope_properties(scope: Scope) -> Properties:
    """Whose a node is."""
    return {"owner": scope.owner, "user_id": scope.user_id, "agent_id": scope.agent_id, "run_id": scope.run_id}


def episode_values(one: Episode) -> Properties:
    """An (:Episode)."""
    messages = as_json([message.model_dump() for message in one.messages])
    moments = {"occurred_at": in_utc(one.occurred_at), "recorded_at": in_utc(one.recorded_at)}
    return kept({"id": one.id, **scope_properties(one.scope), "messages": messages, **moments})


def entity_values(one: Entity) -> Properties:
    """An (:Entity), but for its aliases and vector."""
    key = lookup(one.key)
    whole = {} if key == one.key else {"whole_key": one.key}
    named = {"name": one.name, "type": one.type, "last": key.rpartition(" ")[2]}
    return kept({"id": one.id, "owner": one.owner, "key": key, **whole, **named})


def same_values(one: SameAs) -> Properties:
    """A [:SAME_AS]."""
    decided = {"decided_by": one.decided_by, "decided_at": in_utc(one.decided_at)}
    said = {"status": one.status, "score": one.score, "reason": one.reason}
    return kept({"id": one.id, "owner": one.owner, **said, **decided})


def memory_values(one: MemoryRecord, words: str, word_count: int) -> Properties:
    """A (:Memory), but for its number and vector."""
    kept({"text": one.text, "actor_id": one.actor_id})
    values = {
        "id": one.id,
        **scope_properties(one.scope),
        "text": one.text,
        "text_hash": one.hash,
        "memory_type": str(one.memory_type),
        "role": one.role,
        "actor_id": one.actor_id,
        "heading": one.heading,
        "position": one.position,
        "metadata": as_json(one.metadata),
        "fields": tokens_of(one),
        "categories": list(one.categories),
        "created_at": in_utc(one.created_at),
        "updated_at": in_utc(one.updated_at),
        "valid_from": in_utc(one.valid_from),
        "valid_to": one.valid_to and in_utc(one.valid_to),
        "retired_at": one.retired_at and in_utc(one.retired_at),
        "superseded_by": one.superseded_by,
        "expires_at": one.expires_at and in_utc(one.expires_at),
        "feedback": one.feedback or None,
        "words": words,
        "word_count": word_count,
    }
    return kept(values)


def sentence_values(one: Sentence, owner: str) -> Properties:
    """A (:Sentence), but for its vector."""
    span = {"position": one.position, "span_start": one.span_start, "span_end": one.span_end}
    return kept({"id": one.id, "owner": owner, "text": one.text, **span})


def statement_of(one: Fact) -> str:
    """A digest that is the same for facts that say the same in the same scope and the same names, and for no others."""
    ids = (one.scope.owner, one.scope.user_id, one.scope.agent_id, one.scope.run_id)
    subject, object_ = one.said
    said = json.dumps([*ids, subject, one.predicate, object_, one.negated, one.modality])
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def fact_values(one: Fact, number: int) -> Properties:
    """A (:Fact), but for its vector."""
    statement = statement_of(one)
    values = {
        "id": one.id,
        **scope_properties(one.scope),
        "number": number,
        "subject": one.subject,
        "subject_id": one.subject_id,
        "predicate": one.predicate,
        "lookup": lookup(one.predicate),
        "object": one.object,
        "object_id": one.object_id,
        "subject_as": one.subject_as,
        "object_as": one.object_as,
        "text": one.text,
        "negated": one.negated,
        "modality": one.modality,
        "confidence": one.confidence,
        **fact_times(one),
        "recorded_at": in_utc(one.recorded_at),
        "superseded_by": one.superseded_by,
        "support_count": 0,
        "statement": statement,
        "open_statement": statement if one.retired_at is None and one.valid_to is None else None,
    }
    return kept(values)


def fact_times(one: Fact) -> Properties:
    """When it was true, and until when it was believed."""
    return {
        "valid_from": one.valid_from and in_utc(one.valid_from),
        "valid_to": one.valid_to and in_utc(one.valid_to),
        "retired_at": one.retired_at and in_utc(one.retired_at),
    }


def edge_values(one: Fact) -> Properties:
    """The typed edge of a fact."""
    said = {"predicate": one.predicate, "negated": one.negated, "modality": one.modality}
    return {"fact_id": one.id, **scope_properties(one.scope), **said, **fact_times(one)}


def edge_type(predicate: str) -> str:
    """The relationship type of a predicate, ``works_at`` → ``WORKS_AT``; RELATED_TO for what would make none that reads well."""
    name = re.sub(r"[\s\-]+", "_", predicate.strip()).upper()
    if len(name) > _LONGEST_TYPE or not _TYPE.fullmatch(name):
        return SHARED_TYPE
    return f"FACT_{name}" if name in _STRUCTURE else name


def span_values(one: Support | Mention) -> Properties:
    """A [:MENTIONS], and a part of a [:SUPPORTS]."""
    return {"sentence": one.sentence, "span_start": one.span_start, "span_end": one.span_end}


def support_values(one: Support) -> Properties:
    """A [:SUPPORTS]."""
    times = (("since", one.since), ("until", one.until))
    return {**span_values(one), **{name: in_utc(at) for name, at in times if at is not None}}


def revision_values(one: Revision, number: int) -> Properties:
    """A (:Revision)."""
    return kept(
        {
            "id": one.id,
            **scope_properties(one.scope),
            "memory_id": one.memory_id,
            "number": number,
            "event": one.event,
            "old_text": one.old_text,
            "new_text": one.new_text,
            "actor_id": one.actor_id,
            "reason": one.reason,
            "at": in_utc(one.at),
            "record": None if one.record is None else one.record.model_dump_json(),
        }
    )
