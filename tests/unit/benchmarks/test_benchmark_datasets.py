"""The sets are read as their descriptions say, and a folder that cannot be read says where."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.datasets import load
from benchmarks.errors import BenchmarkError


def test_a_passage_is_its_title_then_its_text(folder: Path) -> None:
    first = load("musique", folder).passages[0]
    assert first.id == "p1"
    assert first.text.split("\n") == ["Tarn Bridge", first.text.split("\n")[1]]
    assert first.spoken == first.text


def test_questions_carry_kind_and_gold(folder: Path) -> None:
    questions = load("musique", folder).questions
    assert [question.kind for question in questions] == ["2-hop", "2-hop", "3-hop"]
    assert questions[2].gold == ("p1", "p2", "p3")


def test_another_part_of_a_set_can_take_its_place(folder: Path) -> None:
    questions = folder / "musique" / "questions_dev.jsonl"
    questions.rename(questions.with_name("questions_other.jsonl"))
    dataset = load("musique", folder)
    assert set(dataset.files) == {"corpus.jsonl.gz", "questions_other.jsonl"}
    assert len(dataset.questions) == 3


def test_the_dev_part_is_preferred(folder: Path) -> None:
    (folder / "musique" / "questions_a.jsonl").write_text("")
    assert "questions_dev.jsonl" in load("musique", folder).files


def test_a_set_of_typed_questions_counts_by_type(folder: Path) -> None:
    (folder / "musique").rename(folder / "hotpotqa")
    assert {question.kind for question in load("hotpotqa", folder).questions} == {"2hop", "3hop1"}


def test_turns_come_in_order_with_speaker_session_and_time(folder: Path) -> None:
    turns = [turn for turn in load("locomo", folder).passages if turn.scope == "conv-a"]
    assert [turn.id for turn in turns] == ["conv-a/D1:1", "conv-a/D1:2", "conv-a/D2:1", "conv-a/D2:2"]
    assert turns[0].occurred_at == datetime(2024, 2, 20, 16, 4, tzinfo=UTC)
    assert turns[2].occurred_at == datetime(2024, 3, 3, 0, 5, tzinfo=UTC)
    assert [turn.session for turn in turns] == ["conv-a/session_1"] * 2 + ["conv-a/session_2"] * 2
    assert turns[3].text == "Look at this! [shares: a kite in the shape of a heron]"
    assert turns[3].spoken == f"Nora: {turns[3].text}"


def test_malformed_evidence_is_split_and_what_names_no_turn_is_dropped(folder: Path) -> None:
    dataset = load("locomo", folder)
    questions = [question for question in dataset.questions if question.scope == "conv-b"]
    assert [question.kind for question in questions] == ["4 single-hop", "1 multi-hop", "5 adversarial"]
    assert questions[1].gold == ("conv-b/D1:2", "conv-b/D2:1")
    assert dataset.left_out == 2
    assert dataset.apart == {"5 adversarial"}


def test_a_sample_is_drawn_by_the_seed_from_the_same_corpus(folder: Path) -> None:
    dataset = load("musique", folder)
    drawn = dataset.sample(2, seed=1)
    assert drawn.questions == dataset.sample(2, seed=1).questions
    assert len(drawn.questions) == 2
    assert set(drawn.questions) < set(dataset.questions)
    assert drawn.passages == dataset.passages
    assert dataset.sample(99, seed=1) is dataset


@pytest.mark.parametrize(
    ("file", "content", "complaint"),
    [
        ("questions_dev.jsonl", b'{"id": "q"}\n', "line 1: gold is not a list"),
        ("questions_dev.jsonl", b"\n\n{nonsense\n", "line 3: not JSON"),
        ("questions_dev.jsonl", b"", "no question"),
        ("questions_dev.jsonl", b"[1]\n", "expected a JSON object"),
        ("questions_dev.jsonl", b'{"id": "q", "question": "?", "hops": 2, "gold": ["p9"]}\n', "p9, not in the corpus"),
        ("questions_dev.jsonl", b'{"id": "q", "question": "?", "gold": ["p1"]}\n', "'hops' is missing"),
        ("corpus.jsonl.gz", b"plain text", "cannot be read"),
        ("corpus.jsonl.gz", gzip.compress(b'{"id": "p1", "title": "T"}\n', mtime=0), "'text' is missing"),
        ("corpus.jsonl.gz", gzip.compress(b'{"id": "p1", "title": "T", "text": "x"}\n' * 2, mtime=0), "the same id"),
    ],
)
def test_a_malformed_file_is_named(folder: Path, file: str, content: bytes, complaint: str) -> None:
    (folder / "musique" / file).write_bytes(content)
    with pytest.raises(BenchmarkError, match=complaint) as caught:
        load("musique", folder)
    assert "musique" in str(caught.value)


@pytest.mark.parametrize(
    ("samples", "complaint"),
    [
        ({"qa": []}, "expected a list"),
        ([{"sample_id": "c", "conversation": {}, "qa": []}], "no question"),
        ([{"sample_id": "c", "qa": []}], "'conversation' is missing"),
        ([{"sample_id": "c", "conversation": {"session_1": []}, "qa": []}], "session_1: the date is missing"),
        ([{"sample_id": "c", "conversation": {}, "qa": [{"category": 7}]}], "category 7"),
    ],
)
def test_a_malformed_conversation_is_named(folder: Path, samples: object, complaint: str) -> None:
    (folder / "locomo" / "locomo2_dev.json.gz").write_bytes(gzip.compress(json.dumps(samples).encode()))
    with pytest.raises(BenchmarkError, match=complaint):
        load("locomo", folder)


def test_a_missing_folder_is_named(folder: Path) -> None:
    with pytest.raises(BenchmarkError, match="is not a folder"):
        load("musique", folder / "nowhere")
    with pytest.raises(BenchmarkError, match=r"corpus\.jsonl\.gz"):
        load("2wikimultihopqa", folder)
