"""What `graphmem add` takes in: words of the command line, standard input and files, as items for `add_many`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graphmem.errors import InputError, InvalidMessage, InvalidText

Item = dict[str, Any]

CONTENT_FIELDS = ("text", "messages")
ITEM_FIELDS = frozenset(
    {
        "actor_id",
        "idempotency_key",
        "memory_type",
        "messages",
        "metadata",
        "occurred_at",
        "prompt",
        "text",
        "title",
        "triples",
    }
)
SUFFIXES = (".txt", ".md", ".jsonl")


def items_given(text: str | None, paths: Iterable[Path], as_lines: bool, shared: Item) -> list[Item]:
    """All items of one `add`, in the order given; nothing is stored before all could be read.

    `as_lines`: standard input is JSON lines. `shared`: fields of every item that does not say otherwise itself;
    metadata is merged key by key. Raises InputError kinds that name file and line.
    """
    items: list[Item] = []
    if text == "-":
        given = stdin_text()
        items += lines_of(given, "standard input") if as_lines else [{"messages": given}]
    elif text is not None:
        items.append({"messages": text})
    for path in paths:
        items += items_of(path)
    if not items:
        raise InputError("Nothing to add: give a TEXT, '-' for standard input, or --file FILE.")
    if shared.get("idempotency_key") is not None and len(items) > 1:
        raise InputError("--key is for one item: give each line of a .jsonl file an idempotency_key of its own.")
    metadata = shared.get("metadata") or {}
    return [{**shared, **item, "metadata": {**metadata, **(item.get("metadata") or {})}} for item in items]


def stdin_text() -> str:
    """All of standard input as one text. Raises InvalidText when it is not UTF-8."""
    return _decoded(sys.stdin.buffer.read(), "standard input")


def words_or_stdin(given: str) -> str:
    """An argument, or standard input when it is ``-``."""
    return stdin_text().strip() if given == "-" else given


def number_or_word(given: str) -> float | str:
    """A number where the argument is one, else the word."""
    try:
        return float(given)
    except ValueError:
        return given


def items_of(path: Path) -> list[Item]:
    """A .txt or .md file is one item, a .jsonl file one a line. Raises InputError."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path} does not end in {', '.join(SUFFIXES)}: give other text on standard input ('-').")
    try:
        text = _decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error
    return list(lines_of(text, str(path))) if path.suffix.lower() == ".jsonl" else [{"messages": text}]


def lines_of(text: str, where: str) -> Iterator[Item]:
    """The items of JSON lines; empty lines are passed over. Raises InvalidMessage with the line's number."""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InvalidMessage(f"{where}, line {number}: not JSON ({error}).") from error
        yield item_of(row, f"{where}, line {number}")


def item_of(row: object, where: str) -> Item:
    """One item from one JSON line: a string, or an object with `text` (under a `title`, if it has one) or `messages`.

    Raises InvalidMessage.
    """
    if isinstance(row, str):
        return {"messages": row}
    if not isinstance(row, dict):
        raise InvalidMessage(f"{where}: must be a string or an object, not {type(row).__name__}.")
    unknown = sorted(set(row) - ITEM_FIELDS)
    if unknown:
        raise InvalidMessage(
            f"{where}: unknown fields {', '.join(unknown)}; an item may have {', '.join(sorted(ITEM_FIELDS))}."
        )
    given = [field for field in CONTENT_FIELDS if row.get(field) is not None]
    if len(given) != 1:
        raise InvalidMessage(f"{where}: give either 'text' or 'messages'.")
    if row.get("metadata") is not None and not isinstance(row["metadata"], dict):
        raise InvalidMessage(f"{where}: 'metadata' must be an object.")
    rest = {
        field: value for field, value in row.items() if field not in (*CONTENT_FIELDS, "title") and value is not None
    }
    content = row[given[0]]
    if row.get("title") is not None:
        if given != ["text"] or not isinstance(content, str) or not isinstance(row["title"], str):
            raise InvalidMessage(f"{where}: 'title' is a heading for a 'text': both must be strings.")
        content = headed(row["title"], content)
    return {**rest, "messages": content}


def headed(title: str, text: str) -> str:
    """A passage under its heading: the first line, by which the engine knows what the passage is about."""
    return f"{title}\n{text}"


def _decoded(raw: bytes, where: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidText(
            f"{where} is not UTF-8 (byte {error.start}): convert it first, for example with iconv -t utf-8."
        ) from error
