"""The texts of `graphmem demo`: passages, a conversation, and questions that need several. Sources: LICENSE.md."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, NamedTuple


class Turn(NamedTuple):
    """One utterance. `id` is its session and its place in it, from 1 (``session-2:6``)."""

    id: str
    speaker: str
    text: str


class Session(NamedTuple):
    """Turns said in one sitting. `occurred_at` is ISO 8601 with an offset."""

    id: str
    occurred_at: str
    turns: tuple[Turn, ...]


class Question(NamedTuple):
    """`of` names the collection asked (``library``, ``friends``); one of `answers` stands in the last text of `needs`,
    the titles or turn ids that lead to it in order."""

    of: str
    question: str
    answers: tuple[str, ...]
    needs: tuple[str, ...]


def passages() -> dict[str, str]:
    """Title and text of each passage."""
    rows = (json.loads(line) for line in _read("passages.jsonl").splitlines())
    return {row["title"]: row["text"] for row in rows}


def sessions() -> tuple[Session, ...]:
    """The conversation, in the order it was held."""
    return tuple(
        Session(
            id=session["id"],
            occurred_at=session["occurred_at"],
            turns=tuple(
                Turn(f"{session['id']}:{place}", turn["speaker"], turn["text"])
                for place, turn in enumerate(session["turns"], 1)
            ),
        )
        for session in json.loads(_read("conversation.json"))["sessions"]
    )


def questions() -> tuple[Question, ...]:
    """The questions of the demo, in the order they are asked."""
    rows: list[dict[str, Any]] = json.loads(_read("questions.json"))
    return tuple(Question(row["of"], row["question"], tuple(row["answers"]), tuple(row["needs"])) for row in rows)


def _read(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")
