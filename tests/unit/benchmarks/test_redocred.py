"""Documents made up here, small enough to say by hand which pairs are joined; the command on a real memory."""

from __future__ import annotations

import gzip
import json
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.redocred.documents import Document, Named, load, written
from benchmarks.redocred.links import FACT, PATH, SENTENCE, Graph, links, related


def mention(name: str, sentence: int, kind: str = "LOC") -> dict[str, Any]:
    return {"name": name, "sent_id": sentence, "type": kind, "pos": [0, 1]}


MADE_UP: dict[str, Any] = {
    "title": "Ilse Morrow",
    "sents": [
        ["Ilse", "Morrow", "was", "born", "in", "Kelby", "on", "3", "May", "1902", "."],
        ["Morrow", "'s", "bridge", ",", "the", "Tarn", "Bridge", ",", "stands", "in", "Wendham", "."],
    ],
    "vertexSet": [
        [mention("Ilse Morrow", 0, "PER"), mention("Morrow", 1, "PER")],
        [mention("Kelby", 0)],
        [mention("3 May 1902", 0, "TIME")],
        [mention("Tarn Bridge", 1)],
        [mention("Wendham", 1)],
    ],
    "labels": [
        {"h": 0, "t": 1, "r": "P19", "evidence": [0]},
        {"h": 0, "t": 2, "r": "P569", "evidence": [0]},
        {"h": 3, "t": 4, "r": "P276", "evidence": [1]},
        {"h": 1, "t": 4, "r": "P131", "evidence": []},
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "redocred").mkdir()
    (tmp_path / "redocred" / "dev_revised.json.gz").write_bytes(gzip.compress(json.dumps([MADE_UP] * 3).encode()))
    return tmp_path


def named(*keys: str, sentences: tuple[int, ...] = (0,)) -> Named:
    return Named(frozenset(keys), "LOC", frozenset(sentences))


def document(*things: Named) -> Document:
    return Document("", things, ((0, "P17", 1), (1, "P17", 0), (0, "P1", 2)))


def test_tokens_are_written_as_people_write() -> None:
    opening = [
        "He",
        "said",
        '"',
        "Well",
        '"',
        "(",
        "in",
        "the",
        "mid",
        "-",
        "day",
        "sun",
        ")",
        ",",
        "did",
        "n't",
        "he",
        "?",
    ]
    assert written(opening) == 'He said "Well" (in the mid-day sun), didn\'t he?'
    assert written(["It", "'s", "Ana", "'s", "."]) == "It's Ana's."


def test_a_thing_has_all_its_names_and_a_date_that_of_its_node(folder: Path) -> None:
    (first, *_), files = load(folder / "redocred", "dev")
    assert first.text.splitlines()[0] == "Ilse Morrow"
    assert first.things[0].keys == {"ilse morrow", "morrow"}
    assert first.things[2].keys == {"3 may 1902", "1902-05-03"}
    assert list(files) == ["dev_revised.json.gz"]


def test_pairs_are_joined_by_one_fact_or_by_two() -> None:
    nodes = {"n0": {"a"}, "n1": {"b", "b town"}, "n2": {"c"}, "n3": {"unknown"}}
    found = links(
        document(named("a"), named("b town"), named("c")), Graph(nodes, [("n1", "n0"), ("n3", "n1"), ("n3", "n2")])
    )
    assert found.pairs[FACT] == {(0, 1)}
    assert found.pairs[PATH] == {(0, 1), (1, 2)}
    assert found.found == {0, 1, 2}


def test_no_path_goes_through_a_literal() -> None:
    graph = Graph({"n0": {"a"}, "n1": {"b"}, "n2": {"1965"}}, [("n0", "n2"), ("n1", "n2")], frozenset({"n2"}))
    assert links(document(named("a"), named("b"), named("c")), graph).pairs[PATH] == set()


def test_one_sentence_joins_what_it_names() -> None:
    found = links(document(named("a"), named("b", sentences=(0, 1)), named("c", sentences=(1,))), Graph({}, []))
    assert found.pairs[SENTENCE] == {(0, 1), (1, 2)}


def test_a_relation_has_no_direction_and_a_pair_counts_once() -> None:
    assert related(document(named("a"), named("b"), named("c"))) == {(0, 1), (0, 2)}


def run(*argv: str | Path) -> tuple[int, str]:
    with redirect_stdout(StringIO()) as told:
        return main(["redocred", *map(str, argv)]), told.getvalue()


def test_the_command_reads_the_documents_and_the_report_shows_it(folder: Path) -> None:
    out = folder / "runs" / "redocred.json"
    out.parent.mkdir()
    code, told = run("--data", folder, "--out", out, "--limit", "2")
    assert code == 0
    assert "P19 place of birth" in told
    result = json.loads(out.read_text())
    assert (result["documents"], result["relations"], result["entities"]) == (2, 8, 10)
    direct, within_two = result["systems"][FACT], result["systems"][PATH]
    assert direct["by_kind"]["P19"] == {"recall": 1.0, "relations": 2}
    assert direct["by_kind"]["P131"]["recall"] == 0.0
    assert direct["recall"] <= within_two["recall"]
    assert result["entities_found"] > 0.5
    with redirect_stdout(StringIO()):
        assert main(["report", str(out.parent), "--out", str(folder / "page")]) == 0
    page = (folder / "page" / "README.md").read_text()
    assert "| P19 place of birth | 2 | 100.0 |" in page
    assert "Morrow" not in page + out.read_text(), "no word of the set is passed on"


def test_each_document_is_read_alone(folder: Path) -> None:
    """The second document names the same things: what the first one states of them must not join them there."""
    silent = {**MADE_UP, "sents": [["Kelby", ",", "Wendham", ",", "Tarn", "Bridge", "."], ["Well", "."]]}
    file = folder / "redocred" / "dev_revised.json.gz"
    file.write_bytes(gzip.compress(json.dumps([MADE_UP, silent]).encode()))
    out = folder / "two.json"
    assert run("--data", folder, "--out", out)[0] == 0
    assert json.loads(out.read_text())["systems"][FACT]["by_kind"]["P569"]["recall"] == 0.5


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"labels": [{"h": 0, "t": 9, "r": "P1"}]}, "a thing that is not there"),
        ({"sents": None}, "'sents' is missing"),
        ({"vertexSet": [[]]}, "without a mention"),
    ],
)
def test_a_broken_document_is_one_line_and_exit_code_two(
    folder: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], told: str
) -> None:
    file = folder / "redocred" / "dev_revised.json.gz"
    file.write_bytes(gzip.compress(json.dumps([MADE_UP | changed]).encode()))
    assert run("--data", folder)[0] == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_a_limit_below_one_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--data", folder, "--limit", "0")[0] == 2
    assert "1 or more" in capsys.readouterr().err
