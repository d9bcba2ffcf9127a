"""Reads the SQL files beside this one, so that no Python here has to hold a query.

A file is a row of blocks, each opened by ``-- name: …`` (a statement) or ``-- fragment: …`` (a piece of one).
``{{fragment alias}}`` takes a fragment in, with ROW replaced by the alias; ``[[slot]]`` is filled when the statement is
chosen. Values are never part of the text: they are bound.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_BLOCK = re.compile(r"^-- (name|fragment): (\w+)\n(.*?)(?=^-- (?:name|fragment): |\Z)", re.MULTILINE | re.DOTALL)
_TAKEN_IN = re.compile(r"\{\{(\w+)(?: (\w+))?\}\}")
_COMMENT = re.compile(r"^--.*\n?", re.MULTILINE)


@cache
def _blocks() -> dict[str, dict[str, str]]:
    """The blocks of every file, by kind and name."""
    blocks: dict[str, dict[str, str]] = {"name": {}, "fragment": {}}
    for file in sorted(files(__package__).joinpath("queries").iterdir(), key=lambda one: one.name):
        if file.name.endswith(".sql"):
            for kind, name, body in _BLOCK.findall(file.read_text(encoding="utf-8")):
                if name in blocks[kind]:
                    raise ValueError(f"{file.name} names {name} a second time")
                blocks[kind][name] = _COMMENT.sub("", body).strip()
    return blocks


def _expanded(text: str) -> str:
    return _TAKEN_IN.sub(lambda found: fragment(found[1], found[2] or "ROW"), text)


@cache
def fragment(name: str, row: str = "ROW") -> str:
    """A piece of SQL, with the fragments that it takes in; ROW replaced by `row`."""
    return re.sub(r"\bROW\b", row, _expanded(_blocks()["fragment"][name]))


@cache
def _statement(name: str) -> str:
    return _expanded(_blocks()["name"][name])


def statement(name: str, **slots: str) -> str:
    """A whole statement, its slots filled with fragments."""
    text = _statement(name)
    for slot, filling in slots.items():
        text = text.replace(f"[[{slot}]]", filling)
    return text
