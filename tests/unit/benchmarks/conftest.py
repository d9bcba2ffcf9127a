"""A folder in the form of the real data sets, with sentences of our own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

PASSAGES = [
    ("p1", "Tarn Bridge", "Tarn Bridge is a stone bridge over the river Wend. It was designed by Ilse Morrow."),
    ("p2", "Ilse Morrow", "Ilse Morrow was an engineer who was born in Kelby and trained as a clockmaker."),
    ("p3", "Kelby", "Kelby is a fishing village on the northern coast, known for its lighthouse."),
    ("p4", "Pear chutney", "Pear chutney is a preserve that is cooked with vinegar, ginger and brown sugar."),
    ("p5", "Oda Finch", "Oda Finch is a cellist who plays in the Harrow Quartet."),
    ("p6", "Harrow Quartet", "The Harrow Quartet is a string quartet founded in 1987 by Milo Brandt."),
]
QUESTIONS = [
    {
        "id": "q1",
        "question": "Where was the designer of Tarn Bridge born?",
        "hops": 2,
        "type": "2hop",
        "gold": ["p1", "p2"],
    },
    {"id": "q2", "question": "Who founded the quartet of Oda Finch?", "hops": 2, "type": "2hop", "gold": ["p5", "p6"]},
    {
        "id": "q3",
        "question": "What is the home village of the designer of Tarn Bridge known for?",
        "hops": 3,
        "type": "3hop1",
        "gold": ["p1", "p2", "p3"],
    },
]
CONVERSATION: dict[str, Any] = {
    "speaker_a": "Nora",
    "speaker_b": "Piet",
    "session_2_date_time": "12:05 am on 3 March, 2024",
    "session_2": [
        {"speaker": "Piet", "dia_id": "D2:1", "text": "My allotment has a greenhouse now."},
        {
            "speaker": "Nora",
            "dia_id": "D2:2",
            "text": "Look at this!",
            "blip_caption": "a kite in the shape of a heron",
        },
        {"speaker": "Nora", "dia_id": "D2:3", "text": " "},
    ],
    "session_1_date_time": "4:04 pm on 20 February, 2024",
    "session_1": [
        {"speaker": "Nora", "dia_id": "D1:1", "text": "I started to learn the accordion last week."},
        {"speaker": "Piet", "dia_id": "D1:2", "text": "I sold my motorcycle to a neighbour."},
    ],
}
QA: list[dict[str, Any]] = [
    {"question": "Which instrument does Nora learn?", "answer": "accordion", "category": 4, "evidence": ["D1:1"]},
    {
        "question": "What did Piet sell and build?",
        "answer": "…",
        "category": 1,
        "evidence": ["D1:2; D:2:1", "D", "D9:9"],
    },
    {"question": "Does Nora like music?", "answer": "yes", "category": 3, "evidence": []},
    {"question": "Which instrument does Piet learn?", "adversarial_answer": "x", "category": 5, "evidence": ["D1:1"]},
]


def write_jsonl(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as JSON lines, compressed if the name says so."""
    raw = "".join(json.dumps(row) + "\n" for row in rows).encode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(gzip.compress(raw) if file.suffix == ".gz" else raw)


@pytest.fixture
def conversation_words() -> list[str]:
    """Everything that is said or asked in the conversations."""
    turns = [turn["text"].strip() for session in ("session_1", "session_2") for turn in CONVERSATION[session]]
    return [turn for turn in turns if turn] + [str(row["question"]) for row in QA]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One multi-hop set and two conversations, to be changed by a test."""
    return lay_out(tmp_path)


@pytest.fixture(scope="module")
def lasting_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for the tests of a module together, to be left as it is."""
    return lay_out(tmp_path_factory.mktemp("sets"))


def lay_out(folder: Path) -> Path:
    """Write the sets into `folder`."""
    passages = [{"id": key, "title": title, "text": text} for key, title, text in PASSAGES]
    write_jsonl(folder / "musique" / "corpus.jsonl.gz", passages)
    write_jsonl(folder / "musique" / "questions_dev.jsonl", QUESTIONS)
    samples = [{"sample_id": name, "conversation": CONVERSATION, "qa": QA} for name in ("conv-a", "conv-b")]
    (folder / "locomo").mkdir()
    (folder / "locomo" / "locomo2_dev.json.gz").write_bytes(gzip.compress(json.dumps(samples).encode()))
    return folder
