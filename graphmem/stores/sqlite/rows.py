"""Values to rows and back. Times are ISO 8601 text in UTC with microseconds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from graphmem.domain.episode import Episode, Message
from graphmem.domain.fact import Entity, Fact, Mention, Modality, Support
from graphmem.domain.memory import MemoryRecord, MemoryType, Revision, Sentence
from graphmem.domain.query import View
from graphmem.domain.sameness import SameAs
from graphmem.domain.scope import Scope
from graphmem.errors import InvalidMetadata

Row = Sequence[Any]
"""What a statement gives back for one row."""
Model = TypeVar("Model", bound=BaseModel)
_MODALITIES = frozenset(get_args(Modality))
_SUPPORT, _MENTION = tuple(Support.model_fields), tuple(Mention.model_fields)
_SAME = tuple(SameAs.model_fields)
_set_fields, _set_names, _set_extra, _set_private = (
    vars(BaseModel)[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def written(moment: datetime) -> str:
    """2026-03-01T09:30:00.000000Z: always the same length, so that text order is time order."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def maybe_written(moment: datetime | None) -> str | None:
    """The same, None for None."""
    return None if moment is None else written(moment)


@cache
def _all_fields(model: type[BaseModel]) -> set[str]:
    """The names of a frozen model's fields, one set for all of its objects: none is ever changed, and a copy takes its own."""
    return set(model.model_fields)


def made(model: type[Model], fields: dict[str, Any]) -> Model:
    """The object with all of its fields, in their order, from columns whose types the table holds to: a search makes a thousand,
    and to have each validated takes longer than to read its row. The same as `model_construct`, which takes as long."""
    one = object.__new__(model)
    _set_fields(one, fields)
    _set_names(one, _all_fields(model))
    _set_extra(one, None)
    _set_private(one, None)
    return one


def _maybe_read(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _listed(text: str) -> tuple[Any, ...]:
    return () if text == "[]" else tuple(json.loads(text))


def as_json(value: object) -> str:
    """JSON in one form. Raises InvalidMetadata for what JSON cannot hold."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidMetadata(f"A value cannot be written as JSON: {error}.") from error


def as_list(values: Iterable[Any]) -> str:
    """A JSON array to look rows up by. A string with NUL is left out: SQLite would cut it there and find another."""
    listed = list(values)
    if all(type(one) is int for one in listed):
        return str(listed)
    return json.dumps([one for one in listed if not (isinstance(one, str) and "\0" in one)])


def scope_values(scope: Scope) -> dict[str, str | None]:
    """The three ids, as parameters."""
    return {"user_id": scope.user_id, "agent_id": scope.agent_id, "run_id": scope.run_id}


@lru_cache(maxsize=1024)
def scope_of(user_id: str | None, agent_id: str | None, run_id: str | None) -> Scope:
    """The scope with these ids; most rows of a page have the same."""
    return Scope(user_id, agent_id, run_id)


def view_values(view: View) -> dict[str, Any]:
    """What the fragment `view` binds."""
    return {"now": written(view.now), "as_of": maybe_written(view.as_of), "all_times": int(view.include_retired)}


def memory_of(row: Row) -> MemoryRecord:
    """A memory from the columns of `memory_rows`. Raises ValueError when its words are not those that were written."""
    memory = MemoryRecord(
        id=row[1],
        scope=scope_of(row[2], row[3], row[4]),
        text=row[5],
        memory_type=MemoryType(row[6]),
        role=row[7],
        actor_id=row[8],
        episode_id=row[9],
        position=row[10],
        about_id=row[11],
        metadata=json.loads(row[12]),
        categories=_listed(row[13]),
        created_at=datetime.fromisoformat(row[14]),
        updated_at=datetime.fromisoformat(row[15]),
        valid_from=datetime.fromisoformat(row[16]),
        valid_to=_maybe_read(row[17]),
        retired_at=_maybe_read(row[18]),
        superseded_by=row[19],
        expires_at=_maybe_read(row[20]),
        heading=row[22],
        feedback=row[23],
        about_as=row[24],
    )
    if memory.hash != row[21]:
        raise ValueError(f"the text of memory {memory.id} is not the one that was written")
    return memory


def fact_of(row: Row) -> Fact:
    """A fact from the columns of `fact_rows`. Raises ValueError for a modality or a time that is none."""
    if row[12] not in _MODALITIES:
        raise ValueError(f"fact {row[1]} has the modality {row[12]!r}")
    fields = {
        "id": row[1],
        "scope": scope_of(row[2], row[3], row[4]),
        "subject_id": row[5],
        "subject": row[6],
        "predicate": row[7],
        "object_id": row[8],
        "object": row[9],
        "text": row[10],
        "negated": bool(row[11]),
        "modality": row[12],
        "confidence": row[13],
        "valid_from": _maybe_read(row[14]),
        "valid_to": _maybe_read(row[15]),
        "recorded_at": datetime.fromisoformat(row[16]),
        "retired_at": _maybe_read(row[17]),
        "superseded_by": row[18],
        "support_count": row[19],
        "subject_as": row[20],
        "object_as": row[21],
    }
    return made(Fact, fields)


def entity_of(row: Row) -> Entity:
    """An entity from the columns of `entity_rows`."""
    fields = {"id": row[1], "owner": row[2], "key": row[3], "name": row[4], "type": row[5], "aliases": _listed(row[6])}
    return made(Entity, fields | {"same_as": row[7]})


def same_of(row: Row) -> SameAs:
    """What is said of two entities, from its columns."""
    fields = dict(zip(_SAME, row, strict=False))
    return SameAs(**{**fields, "decided_at": datetime.fromisoformat(row[8])})


def sentence_of(row: Row) -> Sentence:
    """A sentence from its columns, the memory's id first."""
    memory, position, start, end, text = row
    fields = {"memory_id": memory, "position": position, "span_start": start, "span_end": end, "text": text}
    return made(Sentence, fields)


def support_of(row: Row) -> Support:
    """A support from its columns, the ids of the memory and the fact first."""
    fields = dict(zip(_SUPPORT, row, strict=False))
    fields["since"], fields["until"] = _maybe_read(row[5]), _maybe_read(row[6])
    return made(Support, fields)


def mention_of(row: Row) -> Mention:
    """A mention from its columns, the ids of the memory and the entity first."""
    return made(Mention, dict(zip(_MENTION, row, strict=False)))


def episode_of(row: Row) -> Episode:
    """An episode from its columns."""
    return Episode(
        id=row[0],
        scope=scope_of(row[1], row[2], row[3]),
        messages=tuple(Message(**message) for message in json.loads(row[4])),
        occurred_at=datetime.fromisoformat(row[5]),
        recorded_at=datetime.fromisoformat(row[6]),
    )


def revision_of(row: Row) -> Revision:
    """A revision from its columns."""
    return Revision(
        id=row[0],
        scope=scope_of(row[1], row[2], row[3]),
        memory_id=row[4],
        event=row[5],
        old_text=row[6],
        new_text=row[7],
        actor_id=row[8],
        reason=row[9],
        at=datetime.fromisoformat(row[10]),
        record=None if row[11] is None else MemoryRecord.model_validate_json(row[11]),
    )
