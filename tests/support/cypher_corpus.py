"""Reads the two corpora of queries: those that must never pass, and those that must."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
_CODE = re.compile(r"<U\+([0-9A-F]{4})>")


@dataclass(frozen=True)
class Attack:
    """A query that must not pass; `refused`: it must not even be started."""

    kind: str
    number: int
    refused: bool
    template: str

    def text(self, trap: str, file: str) -> str:
        """The query, with an address that listens and a file that must not be read."""
        spoken = self.template.replace("<TRAP>", trap).replace("<FILE>", file)
        return _CODE.sub(lambda found: chr(int(found[1], 16)), spoken)

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


@dataclass(frozen=True)
class Question:
    """A query that must be answered, its columns and how many rows it gives."""

    text: str
    columns: list[str]
    rows: int
    needs_25: bool


def attacks() -> list[Attack]:
    """All attacks, in the order of the file."""
    found = []
    text = (FIXTURES / "cypher_attacks.txt").read_text(encoding="utf-8")
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        heading, _, body = part.partition("\n")
        refused, _, kind = heading.partition(": ")
        for number, query in enumerate(re.split(r"^--$", body, flags=re.MULTILINE), 1):
            found.append(Attack(kind.strip(), number, refused == "refused", query.strip("\n")))
    return found


def questions() -> list[Question]:
    """All questions, in the order of the file."""
    found = []
    text = (FIXTURES / "cypher_questions.txt").read_text(encoding="utf-8")
    for part in re.split(r"^== ", text, flags=re.MULTILINE)[1:]:
        heading, _, query = part.partition("\n")
        columns, rows, *version = [one.strip() for one in heading.split("|")]
        query = re.sub(r"^--$", "", query, flags=re.MULTILINE).strip("\n")
        found.append(Question(query, columns.split(", "), int(rows), bool(version)))
    return found
