"""The command from end to end on a small folder, and its answer to what it cannot use."""

from __future__ import annotations

import json
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main

METRICS = ("recall@2", "recall@5", "recall@10", "recall@20", "all_gold@5")
BASELINES = ["bm25", "dense", "rrf", "minmax", "pagerank"]


def run(*argv: str | Path) -> int:
    return main([str(argument) for argument in argv])


@pytest.fixture(scope="module")
def multihop(lasting_folder: Path) -> tuple[dict[str, Any], str]:
    """The document and the table of one run of every system."""
    out = lasting_folder / "results" / "musique.json"
    data = ("--data", lasting_folder, "--out", out, "--cache", lasting_folder / "cache")
    with redirect_stdout(StringIO()) as table:
        assert run("multihop", "--dataset", "musique", *data) == 0
    return json.loads(out.read_text()), table.getvalue()


def test_the_document_holds_what_a_comparison_needs(multihop: tuple[dict[str, Any], str]) -> None:
    document, _ = multihop
    assert (document["benchmark"], document["dataset"]) == ("multihop", "musique")
    assert (document["questions"], document["passages"]) == (3, 6)
    assert {"commit", "dirty", "graphmem_version", "settings", "machine", "times"} <= set(document)
    assert document["machine"]["cpu_count"] >= 1
    assert list(document["systems"]) == [*BASELINES, "graphmem", "graphmem hops=0"]
    for row in document["systems"].values():
        assert all(0 <= row[metric] <= 1 for metric in METRICS)
        assert set(row["by_kind"]) == {"2-hop", "3-hop"}
        assert row["by_kind"]["2-hop"]["questions"] == 2
        assert 0 < row["query_ms_p50"] <= row["query_ms_p95"]
        assert row["build_seconds"] > 0
        assert (row["llm_calls"], row["llm_tokens"]) == (0, 0)
    assert document["systems"]["dense"]["recall@10"] == 1.0
    assert document["systems"]["graphmem"]["vs_best_baseline"]["recall@5"]["baseline"] in BASELINES


def test_a_build_time_with_reused_vectors_is_marked(multihop: tuple[dict[str, Any], str]) -> None:
    document, table = multihop
    systems = document["systems"]
    assert systems["dense"]["build_texts_embedded"] == 6
    assert systems["dense"]["build_seconds_comparable"]
    assert systems["rrf"]["build_texts_from_cache"] == 6
    assert not systems["rrf"]["build_seconds_comparable"]
    assert "not comparable" in table


def test_the_table_names_every_system(multihop: tuple[dict[str, Any], str]) -> None:
    _, table = multihop
    assert "musique: 6 passages, 3 questions" in table
    for name in (*BASELINES, "graphmem hops=0"):
        assert re.search(rf"│ {re.escape(name)} +│", table)


def test_nothing_said_in_a_conversation_gets_out(
    folder: Path, conversation_words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    out = folder / "locomo.json"
    assert run("evidence", "--dataset", "locomo", "--data", folder, "--out", out) == 0
    captured = capsys.readouterr()
    written = out.read_text() + captured.out + captured.err
    assert len(conversation_words) == 8
    assert not [words for words in conversation_words if words in written]
    document = json.loads(out.read_text())
    assert (document["questions"], document["questions_in_headline"], document["questions_without_gold"]) == (6, 4, 2)
    assert document["systems"]["graphmem"]["by_kind"]["5 adversarial"]["questions"] == 2


def test_the_headline_leaves_the_adversarial_questions_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = folder / "locomo.json"
    assert run("evidence", "--data", folder, "--out", out, "--systems", "bm25") == 0
    row = json.loads(out.read_text())["systems"]["bm25"]
    kinds = [row["by_kind"][kind]["recall@10"] for kind in ("1 multi-hop", "4 single-hop")]
    assert row["recall@10"] == pytest.approx(sum(kinds) / 2)
    assert "4 questions, 2 more apart" in capsys.readouterr().out


def test_a_log_shows_how_far_it_has_come(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("multihop", "--dataset", "musique", "--data", folder, "--systems", "bm25") == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["bm25: taking passages in: 6 of 6", *(f"bm25: asking: {done} of 3" for done in (1, 2, 3))]


def test_a_seeded_sample_says_its_size(folder: Path) -> None:
    out = folder / "sample.json"
    assert (
        run("multihop", "--dataset", "musique", "--data", folder, "--systems", "bm25", "--limit", "2", "--out", out)
        == 0
    )
    document = json.loads(out.read_text())
    assert document["questions"] == 2
    assert document["passages"] == 6
    assert (document["settings"]["limit"], document["settings"]["seed"]) == (2, 0)


@pytest.mark.parametrize(
    ("argv", "complaint"),
    [
        (["multihop", "--dataset", "hotpotqa"], "corpus.jsonl.gz"),
        (["multihop", "--dataset", "musique", "--systems", "tfidf"], "tfidf"),
        (["multihop", "--dataset", "musique", "--out", "/dev/null/figures.json"], "/dev/null"),
    ],
)
def test_what_cannot_be_measured_ends_with_two(
    folder: Path, capsys: pytest.CaptureFixture[str], argv: list[str], complaint: str
) -> None:
    assert run(*argv, "--data", folder) == 2
    captured = capsys.readouterr()
    assert complaint in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    "argv",
    [
        ["multihop", "--data", "."],
        ["multihop", "--dataset", "locomo", "--data", "."],
        ["evidence", "--data", ".", "--limit", "0"],
        ["evidence", "--data", ".", "--extractor"],
    ],
)
def test_wrong_arguments_end_with_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(*argv)
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_an_unknown_benchmark_shows_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("speed") == 2
    assert run() == 2
    assert "multihop" in capsys.readouterr().err
    assert run("--help") == 0
