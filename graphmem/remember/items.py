"""Checks the arguments of an `add` and makes one intake of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from graphmem.domain.memory import MemoryType
from graphmem.domain.scope import Scope
from graphmem.errors import InputError, InvalidMessage, InvalidTriple
from graphmem.remember.draft import GivenTriple, Intake
from graphmem.remember.normalise import (
    MessageInput,
    TimeInput,
    check_categories,
    check_metadata,
    check_text,
    messages_of,
    moment,
)

TripleInput: TypeAlias = Sequence[str] | Mapping[str, str]
ItemInput: TypeAlias = str | Mapping[str, Any]

ITEM_KEYS = frozenset(
    {
        "messages",
        "actor_id",
        "metadata",
        "categories",
        "memory_type",
        "occurred_at",
        "expires_at",
        "triples",
        "infer",
        "prompt",
    }
)


def intake_of(
    scope: Scope,
    messages: MessageInput | Sequence[MessageInput],
    *,
    actor_id: str | None = None,
    metadata: Mapping[str, Any] | None = None,
    categories: Sequence[str] | None = None,
    infer: bool = True,
    memory_type: MemoryType | str | None = None,
    occurred_at: TimeInput = None,
    expires_at: TimeInput = None,
    triples: Iterable[TripleInput] | None = None,
    prompt: str | None = None,
) -> Intake:
    """One checked intake. Raises the InputError kind that fits what is wrong."""
    if actor_id is not None:
        check_text(actor_id, "actor_id")
    if prompt is not None:
        check_text(prompt, "prompt")
    intake = Intake(
        scope=scope,
        messages=messages_of(messages, actor_id),
        is_text=isinstance(messages, str),
        occurred_at=moment(occurred_at, "occurred_at"),
        expires_at=moment(expires_at, "expires_at"),
        metadata=check_metadata(metadata),
        categories=check_categories(categories),
        memory_type=_memory_type(memory_type, scope),
        infer=infer,
        triples=None if triples is None else _triples(triples),
        prompt=prompt,
    )
    if all(message.role == "system" for message in intake.messages):
        raise InvalidMessage(
            "Only system messages were given: these are instructions and not remembered; add what was said."
        )
    return intake


def items_of(items: Iterable[ItemInput], scope: Scope, infer: bool) -> Iterable[Intake]:
    """Intakes of the items of an `add_many`, one at a time. An error names the item."""
    if isinstance(items, str | Mapping) or not isinstance(items, Iterable):
        raise InputError("items must be a list of strings or of mappings with 'messages'.")
    for number, item in enumerate(items):
        given: Mapping[str, Any] = {"messages": item} if isinstance(item, str) else item
        try:
            if not isinstance(given, Mapping) or "messages" not in given:
                raise InvalidMessage(
                    "an item is a string, or a mapping with 'messages' and the keyword arguments of add()."
                )
            unknown = set(given) - ITEM_KEYS
            if unknown:
                raise InvalidMessage(
                    f"unknown keys {sorted(map(str, unknown))}: an item has {', '.join(sorted(ITEM_KEYS))}."
                )
            options: dict[str, Any] = {
                "infer": infer,
                **{key: value for key, value in given.items() if key != "messages"},
            }
            yield intake_of(scope, given["messages"], **options)
        except InputError as error:
            raise type(error)(f"items[{number}]: {error}") from error


def _memory_type(value: MemoryType | str | None, scope: Scope) -> MemoryType | None:
    if value is None:
        return None
    kind = type_of(value)
    if kind is MemoryType.PROCEDURAL and scope.agent_id is None:
        raise InputError("A procedural memory is an agent's skill: give agent_id.")
    return kind


def type_of(value: MemoryType | str) -> MemoryType:
    """The kind of memory that a caller names; ``procedural_memory``, as mem0 has it, is ``procedural``. Raises InputError."""
    try:
        return MemoryType(value.removesuffix("_memory"))
    except (ValueError, AttributeError) as error:
        raise InputError(
            f"memory_type={value!r} is unknown: use {', '.join(kind.value for kind in MemoryType)}."
        ) from error


def _triples(triples: Iterable[TripleInput]) -> tuple[GivenTriple, ...]:
    checked = []
    if isinstance(triples, str | Mapping) or not isinstance(triples, Iterable):
        raise InvalidTriple("triples must be a list of (subject, predicate, object).")
    for number, triple in enumerate(triples):
        where = f"triples[{number}]"
        if isinstance(triple, Mapping):
            if set(triple) != {"subject", "predicate", "object"}:
                raise InvalidTriple(f"{where} must have exactly the keys subject, predicate and object.")
            parts = [triple["subject"], triple["predicate"], triple["object"]]
        elif isinstance(triple, Sequence) and not isinstance(triple, str) and len(triple) == 3:
            parts = list(triple)
        else:
            raise InvalidTriple(f"{where} must be (subject, predicate, object) or a mapping with these keys.")
        for name, part in zip(("subject", "predicate", "object"), parts, strict=True):
            if not isinstance(part, str) or not part.strip() or not any(c.isalnum() for c in part):
                raise InvalidTriple(f"{where}: the {name} must be a string with a letter or digit in it, not {part!r}.")
            check_text(part, f"{where}.{name}")
        subject, predicate, object_ = parts
        checked.append(GivenTriple(subject, predicate, object_))
    return tuple(checked)
