"""What a commit binds for each kind of value; the numbers of rows are added by who knows them."""

from __future__ import annotations

from typing import Any

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.sameness import SameAs
from graphmem.stores.sqlite.rows import as_json, maybe_written, scope_values, written

Parameters = dict[str, Any]


def episode_values(one: Episode) -> Parameters:
    """For `add_episode`."""
    return {
        "id": one.id,
        **scope_values(one.scope),
        "messages": as_json([message.model_dump() for message in one.messages]),
        "occurred_at": written(one.occurred_at),
        "recorded_at": written(one.recorded_at),
    }


def entity_values(one: Entity) -> Parameters:
    """For `add_entity`."""
    return {"id": one.id, "key": one.key, "name": one.name, "type": one.type}


def memory_values(one: MemoryRecord) -> Parameters:
    """For `put_memory`."""
    return {
        "id": one.id,
        **scope_values(one.scope),
        "position": one.position,
        "text": one.text,
        "text_hash": one.hash,
        "memory_type": str(one.memory_type),
        "role": one.role,
        "actor_id": one.actor_id,
        "heading": one.heading,
        "metadata": as_json(one.metadata),
        "categories": as_json(list(one.categories)),
        "created_at": written(one.created_at),
        "updated_at": written(one.updated_at),
        "valid_from": written(one.valid_from),
        "valid_to": maybe_written(one.valid_to),
        "retired_at": maybe_written(one.retired_at),
        "superseded_by": one.superseded_by,
        "expires_at": maybe_written(one.expires_at),
        "feedback": one.feedback,
    }


def sentence_values(one: Sentence) -> Parameters:
    """For `put_sentence`."""
    return {"position": one.position, "span_start": one.span_start, "span_end": one.span_end, "text": one.text}


def fact_values(one: Fact) -> Parameters:
    """For `add_fact` and `current_twin`."""
    return {
        "id": one.id,
        **scope_values(one.scope),
        "predicate": one.predicate,
        "text": one.text,
        "negated": int(one.negated),
        "modality": one.modality,
        "confidence": one.confidence,
        "valid_from": maybe_written(one.valid_from),
        "valid_to": maybe_written(one.valid_to),
        "recorded_at": written(one.recorded_at),
        "retired_at": maybe_written(one.retired_at),
        "superseded_by": one.superseded_by,
    }


def span_values(one: Support | Mention) -> Parameters:
    """For `add_mention`, and a part of what `add_support` takes."""
    return {"sentence": one.sentence, "span_start": one.span_start, "span_end": one.span_end}


def support_values(one: Support) -> Parameters:
    """For `add_support`."""
    return {**span_values(one), "since": maybe_written(one.since), "until": maybe_written(one.until)}


def revision_values(one: Revision) -> Parameters:
    """For `add_revision`."""
    return {
        "id": one.id,
        **scope_values(one.scope),
        "memory_id": one.memory_id,
        "event": one.event,
        "old_text": one.old_text,
        "new_text": one.new_text,
        "actor_id": one.actor_id,
        "reason": one.reason,
        "at": written(one.at),
        "record": None if one.record is None else one.record.model_dump_json(),
    }


def redating_values(one: Redating) -> Parameters:
    """For `redate_fact`."""
    return {
        "id": one.id,
        "valid_from": maybe_written(one.valid_from),
        "valid_to": maybe_written(one.valid_to),
        "retired_at": maybe_written(one.retired_at),
        "superseded_by": one.superseded_by,
    }


def same_values(one: SameAs) -> Parameters:
    """For `put_same`."""
    return {
        "id": one.id,
        "status": one.status,
        "score": one.score,
        "reason": one.reason,
        "decided_by": one.decided_by,
        "decided_at": written(one.decided_at),
    }


def retirement_values(one: Retirement) -> Parameters:
    """For `retire_fact` and `retire_memory`."""
    return {
        "id": one.id,
        "at": written(one.at),
        "valid_to": maybe_written(one.valid_to),
        "superseded_by": one.superseded_by,
    }
