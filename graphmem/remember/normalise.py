"""Checks what a caller gave and brings it into one form, so that nothing after this has to doubt its input."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any, TypeAlias, cast

from graphmem.domain.episode import ROLES, Message, Role
from graphmem.domain.filter import IDENTITY_FIELDS
from graphmem.domain.scope import MAX_ID_LENGTH
from graphmem.errors import InputError, InvalidMessage, InvalidMetadata, InvalidText, InvalidTime, quoted

MAX_TEXT = 10_000_000
_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
MAX_METADATA_BYTES = 65_536
MAX_METADATA_DEPTH = 20
MAX_METADATA_KEYS = 256

TEXT_PARTS = frozenset({"text", "input_text", "output_text"})
"""Parts of a message's content that are words, as OpenAI's two interfaces and others call them."""

MessageInput: TypeAlias = str | Mapping[str, Any] | Message
TimeInput: TypeAlias = datetime | date | str | None


def check_text(text: object, what: str = "text") -> str:
    """Return `text` if it can be remembered or searched for. Raises InvalidText, saying what to change."""
    if not isinstance(text, str):
        raise InvalidText(f"{what} must be a string, not {type(text).__name__}.")
    if not any(unicodedata.category(char) not in _INVISIBLE for char in text):
        raise InvalidText(f"{what} is empty: give at least one visible character.")
    if len(text) > MAX_TEXT:
        raise InvalidText(f"{what} has {len(text):,} characters; at most {MAX_TEXT:,} are taken at once: split it.")
    if "\0" in text:
        raise InvalidText(f"{what} holds a NUL character at {text.index(chr(0))}: remove it.")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidText(
            f"{what} holds a lone surrogate (U+{ord(text[error.start]):04X}) at {error.start}: it was cut in the middle "
            "of a character or decoded wrongly; decode it with errors='replace'."
        ) from error
    return text


def check_short(text: object, what: str, most: int = MAX_ID_LENGTH) -> str:
    """Return `text` if it can be remembered and is no longer than a name. Raises InvalidText."""
    checked = check_text(text, what)
    if len(checked) > most:
        raise InvalidText(f"{what} has {len(checked):,} characters; at most {most:,} are taken: shorten it.")
    return checked


def check_flag(given: object, what: str) -> bool:
    """Return a flag. Raises InputError for all but True and False: "false" would count as true."""
    if not isinstance(given, bool):
        raise InputError(f"{what}={quoted(given)}: give True or False.")
    return given


def messages_of(messages: MessageInput | Sequence[MessageInput], actor_id: str | None) -> tuple[Message, ...]:
    """The messages of one `add`. A string is something the user says; a mapping needs `content`, may have `role` and `name`.
    `actor_id` is who says what has the role of the user; an agent's or a tool's "I" is never that person. Of content in parts, as
    OpenAI's messages have it, the text parts are taken, a line each; images and other parts are passed over, and so is a message of
    nothing else beside one with text.

    Raises InvalidMessage or InvalidText.
    """
    given: Iterable[MessageInput]
    given = [messages] if isinstance(messages, str | Mapping | Message) else messages
    if not isinstance(given, Sequence):
        raise InvalidMessage(
            "messages must be a string, a message such as {'role': 'user', 'content': '…'}, or a list of these."
        )
    if not given:
        raise InvalidMessage("messages is an empty list: give at least one message.")
    found = [_message(one, index, actor_id) for index, one in enumerate(given)]
    if all(one is None for one in found):
        raise InvalidMessage("messages have no text: images and other parts are not remembered.")
    return tuple(one for one in found if one is not None)


def _message(given: MessageInput, index: int, actor_id: str | None) -> Message | None:
    where = f"messages[{index}]"
    if isinstance(given, str):
        return Message(content=check_text(given, where), name=actor_id)
    if isinstance(given, Message):
        check_text(given.content, f"{where}.content")
        if given.name is not None:
            check_short(given.name, f"{where}.name")
        return given if given.name or given.role != "user" else given.model_copy(update={"name": actor_id})
    if not isinstance(given, Mapping):
        raise InvalidMessage(f"{where} must be a string or a mapping with 'content', not {type(given).__name__}.")
    unknown = set(given) - {"role", "content", "name"}
    if unknown:
        raise InvalidMessage(
            f"{where} has unknown keys {quoted(sorted(map(str, unknown)))}: a message has role, content and name."
        )
    if given.get("content") is None:
        raise InvalidMessage(f"{where} has no 'content'.")
    content = given["content"]
    if isinstance(content, list | tuple):
        content = _text_of(content, where)
    if content is not None and not isinstance(content, str):
        raise InvalidMessage(f"{where}['content'] must be a string or a list of parts, not {type(content).__name__}.")
    role = given.get("role", "user")
    if role not in ROLES:
        raise InvalidMessage(f"{where} has the unknown role {quoted(role)}: use one of {', '.join(ROLES)}.")
    name = given.get("name")
    if name is not None:
        check_short(name, f"{where}['name']")
    name = name or (actor_id if role == "user" else None)
    if content is None:
        return None
    return Message(role=cast(Role, role), content=check_text(content, f"{where}['content']"), name=name)


def _text_of(parts: Sequence[Any], where: str) -> str | None:
    """The text of content in parts, a line each; None where they hold none. Raises InvalidMessage."""
    texts: list[str] = []
    for number, part in enumerate(parts):
        if not isinstance(part, str | Mapping):
            raise InvalidMessage(
                f"{where}['content'][{number}] must be a part such as {{'type': 'text', 'text': '…'}}, "
                f"not {type(part).__name__}."
            )
        is_text = isinstance(part, str) or part.get("type", "text") in TEXT_PARTS
        text = part if isinstance(part, str) else part.get("text") if is_text else None
        if is_text and not isinstance(text, str):
            raise InvalidMessage(f"{where}['content'][{number}] has no 'text' that is a string.")
        if text is not None and text.strip():
            texts.append(text)
    return "\n".join(texts) if texts else None


def moment(value: TimeInput, what: str) -> datetime | None:
    """An aware UTC datetime from a datetime, a date or an ISO 8601 string; a naive one is taken as UTC. Raises InvalidTime."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError as error:
            raise InvalidTime(
                f"{what}={quoted(value)} is not an ISO 8601 date or time, such as 2026-03-01 or 2026-03-01T09:30:00Z."
            ) from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise InvalidTime(f"{what} must be a datetime, a date or an ISO 8601 string, not {type(value).__name__}.")
    try:
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise InvalidTime(f"{what}={quoted(value)} is out of range once turned into UTC.") from error


def check_metadata(metadata: Mapping[str, Any] | None) -> dict[str, Any]:
    """A plain JSON object: depth ≤ 20, ≤ 256 keys in all, ≤ 64 kB, finite numbers, integers of 64 bits. Raises InvalidMetadata."""
    if metadata is None:
        return {}
    if not isinstance(metadata, Mapping):
        raise InvalidMetadata(f"metadata must be a mapping, not {type(metadata).__name__}.")
    reserved = sorted(IDENTITY_FIELDS & set(metadata))
    if reserved:
        raise InvalidMetadata(f"metadata may not hold {', '.join(reserved)}: scope is an argument of its own.")
    _check_json(metadata)
    encoded = json.dumps(metadata, ensure_ascii=False)
    if len(encoded.encode()) > MAX_METADATA_BYTES:
        raise InvalidMetadata(
            f"metadata takes {len(encoded.encode()):,} bytes as JSON; at most {MAX_METADATA_BYTES:,} are allowed."
        )
    return cast(dict[str, Any], json.loads(encoded))


def _check_json(root: Mapping[str, Any]) -> None:
    """Walk without recursion: a value nested 5,000 deep must be refused, not crash the interpreter."""
    pending: list[tuple[str, Any, int]] = [("metadata", root, 1)]
    keys = 0
    while pending:
        where, value, depth = pending.pop()
        if depth > MAX_METADATA_DEPTH:
            raise InvalidMetadata(f"metadata is nested more than {MAX_METADATA_DEPTH} deep: flatten it.")
        if isinstance(value, Mapping):
            keys += len(value)
            if keys > MAX_METADATA_KEYS:
                raise InvalidMetadata(f"metadata has more than {MAX_METADATA_KEYS} keys.")
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise InvalidMetadata(f"{where} has the key {quoted(key)}: keys must be strings.")
                _check_scalar(f"{where} key", key)
                pending.append((f"{where}[{quoted(key)}]", inner, depth + 1))
        elif isinstance(value, list | tuple):
            pending.extend((f"{where}[{i}]", inner, depth + 1) for i, inner in enumerate(value))
        else:
            _check_scalar(where, value)


def _check_scalar(where: str, value: object) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= c <= "\udfff" for c in value):
            raise InvalidMetadata(f"{where} holds NUL or a lone surrogate: remove it.")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidMetadata(f"{where} is {value}: only finite numbers are JSON.")
    elif isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise InvalidMetadata(f"{where} does not fit in 64 bits: store it as a string.")
    elif value is not None:
        raise InvalidMetadata(
            f"{where} is a {type(value).__name__}: only JSON values (str, int, float, bool, None, list, dict) are kept."
        )


def check_categories(categories: Sequence[str] | None) -> tuple[str, ...]:
    """Category names, each once, in the order given. Raises InvalidMetadata."""
    if categories is None:
        return ()
    if (
        not isinstance(categories, Sequence)
        or isinstance(categories, str)
        or not all(isinstance(name, str) and name.strip() for name in categories)
    ):
        raise InvalidMetadata("categories must be a list of non-empty strings.")
    for name in categories:
        _check_scalar("categories", name)
    return tuple(dict.fromkeys(categories))
