"""Checks the arguments of an `add` and makes one intake of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from graphmem.domain.memory import MemoryType
from graphmem.domain.scope import Scope, check_id
from graphmem.errors import InputError, InvalidMessage, InvalidScope, InvalidTriple, quoted
from graphmem.remember.draft import GivenTriple, Intake
from graphmem.remember.normalise import (
    MessageInput,
    TimeInput,
    check_categories,
    check_flag,
    check_metadata,
    check_short,
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
        "idempotency_key",
        "defer",
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
    idempotency_key: str | None = None,
    defer: bool = False,
) -> Intake:
    """One checked intake. Raises the InputError kind that fits what is wrong."""
    if actor_id is not None:
        check_short(actor_id, "actor_id")
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
        infer=check_flag(infer, "infer"),
        triples=None if triples is None else _triples(triples),
        prompt=prompt,
        key=_key(idempotency_key),
        defer=check_flag(defer, "defer"),
    )
    _check_whole(intake)
    return intake


def _check_whole(intake: Intake) -> None:
    """What no argument shows alone."""
    if intake.defer and (intake.triples is not None or not intake.infer):
        raise InputError("defer puts off what is read from the words, and here nothing is: leave out defer.")
    if intake.defer and intake.kind is MemoryType.PROCEDURAL:
        raise InputError("defer puts off the reading of facts, and a procedural memory has none: leave out defer.")
    if all(message.role == "system" for message in intake.messages):
        raise InvalidMessage(
            "Only system messages were given: these are instructions and not remembered; add what was said."
        )


def items_of(
    items: Iterable[ItemInput], scope: Scope, infer: bool, defer: bool = False
) -> Iterator[Intake | InputError]:
    """Intakes of the items of an `add_many`, one at a time, or what is wrong with one; an error names the item. `defer` puts off
    the items from which something is to be read. Raises InputError when the items are none."""
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
                    f"unknown keys {quoted(sorted(map(str, unknown)))}: an item has {', '.join(sorted(ITEM_KEYS))}."
                )
            options: dict[str, Any] = {"infer": infer, **given}
            states_facts = options["infer"] and options.get("memory_type") != MemoryType.PROCEDURAL
            options.setdefault("defer", bool(defer and states_facts and options.get("triples") is None))
            del options["messages"]
            yield intake_of(scope, given["messages"], **options)
        except InputError as error:
            yield type(error)(f"items[{number}]: {error}")


def _key(value: str | None) -> str | None:
    """A key as it may be given. Raises InputError."""
    try:
        return None if value is None else check_id("idempotency_key", value)
    except InvalidScope as error:
        raise InputError(str(error)) from error


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
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(
            f"memory_type={quoted(value)} is unknown: use {', '.join(kind.value for kind in MemoryType)}."
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
                raise InvalidTriple(
                    f"{where}: the {name} must be a string with a letter or digit in it, not {quoted(part)}."
                )
            check_text(part, f"{where}.{name}")
        subject, predicate, object_ = parts
        checked.append(GivenTriple(subject, predicate, object_))
    return tuple(checked)
