"""`graphmem search --explain` and `graphmem feedback`: what is drawn, on wide and narrow terminals, with and without colour."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest

from graphmem.domain.memory import MemoryRecord
from graphmem.domain.results import Hit, SearchResult, Step, Trace
from graphmem.domain.scope import Scope
from graphmem.service.cli import main
from graphmem.service.cli.views import found
from graphmem.testing.graph import NOW

TRACE = Trace(
    seeds=("mem_1",),
    named=("Bo",),
    links={"about": 3, "shared": 1200},
    counts={"candidates": 40, "hops": 2, "calls": 4},
    suppressed={"ent_1": 4970, **{f"ent_{number}": number for number in range(2, 9)}},
    names={"ent_1": "Sun"},
    left_out={"outdated": 1, "below_threshold": 2, "links": 7},
    exhausted=("edges", "fanout"),
    reranker="judge",
    seconds={"embed": 0.5, "hop": 0.25},
)


def record(id_: str, text: str) -> MemoryRecord:
    times = dict.fromkeys(("created_at", "updated_at", "valid_from"), NOW)
    return MemoryRecord(id=id_, scope=Scope("ana"), text=text, episode_id="epi_1", **times)


def hit(id_: str, text: str, parts: dict[str, float], *path: Step) -> Hit:
    return Hit(memory=record(id_, text), score=sum(parts.values()), score_parts=parts, path=path)


def result(trace: Trace = TRACE) -> SearchResult:
    step = Step(kind="about", source_id="mem_1", target_id="mem_2", entity="Cy", sentence="Bo met Cy.")
    away = Step(kind="about", source_id="mem_9", target_id="mem_3", entity="Di", sentence="Eve met Di.")
    first = hit("mem_1", "Bo met Cy.", {"semantic": 0.5, "named": 1.0})
    second = hit(
        "mem_2", "Cy\nCy lives in Faro, by the sea. " + "Very long. " * 60, {"about": 0.8, "outdated": -0.4}, step
    )
    return SearchResult(hits=(first, second, hit("mem_3", "Di.", {"about": 0.1, "keyword": 0.0}, away)), trace=trace)


def test_parts_are_bars_in_proportion_and_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    found(result(), True)
    out = capsys.readouterr().out
    bars = re.findall(r"^ {11}(\w+) +([+-]\d\.\d{3})  ([█▒]+)$", out, re.MULTILINE)
    assert [(name, part, len(bar), bar[0]) for name, part, bar in bars] == [
        ("semantic", "+0.500", 12, "█"),
        ("named", "+1.000", 24, "█"),
        ("about", "+0.800", 19, "█"),
        ("outdated", "-0.400", 10, "▒"),
        ("about", "+0.100", 2, "█"),
    ]
    assert re.findall(r"^ +score +([+-]\d\.\d{3})$", out, re.MULTILINE) == ["+1.500", "+0.400", "+0.100"]


def test_a_path_says_where_it_starts(capsys: pytest.CaptureFixture[str]) -> None:
    found(result(), True)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[lines.index("from hit 1") + 1] == "└ “Bo met Cy.”  ⟶ about Cy"
    assert lines[lines.index("from mem_9") + 1] == "└ “Eve met Di.”  ⟶ about Di"


def test_the_summary_says_what_was_named_looked_at_and_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    found(result(), True)
    assert capsys.readouterr().out.split("\n\n")[-1].splitlines() == [
        "question names  Bo",
        "nearness        1.000, the cosine of the nearest memory",
        "looked at       1 seeds, 40 memories, 2 hops, 4 calls to the store",
        "links           3 about  1,200 shared",
        "left out        memories through Sun: 4,970",
        *(f"left out        memories through ent_{number}: {number}" for number in (8, 7, 6, 5)),
        "left out        memories through 3 other crowded entities: 9",
        "left out        memories put further down, as they say what is out of date: 1",
        "left out        memories below the threshold: 2",
        "left out        links beyond the budget: 7",
        "budget used up  edges, fanout",
        "reranker        judge",
        "time            0.750 s: embed 0.500 s  hop 0.250 s",
    ]


def test_without_explain_there_is_only_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    found(result(), False)
    out, err = capsys.readouterr()
    assert "score" not in out
    assert "left out" not in out
    assert "via “Bo met Cy.”" in out
    assert err == ""


def test_a_failed_reranker_and_a_search_that_ran_out_of_time_are_told_in_any_case(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found(result(Trace(reranker="failed: no answer within 5 s", exhausted=("seconds",))), False)
    err = capsys.readouterr().err.splitlines()
    assert err[0] == "The reranker failed: no answer within 5 s. The order is the one without it."
    assert "stopped early" in err[1]


@pytest.mark.parametrize("columns", [20, 34, 60, 200])
@pytest.mark.parametrize("plain", [True, False])
def test_any_terminal_will_do(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, columns: int, plain: bool
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", str(columns))
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    found(result(), True)
    out = capsys.readouterr().out
    assert bool(re.search(r"\x1b\[[\d;]*3\dm", out)) != plain, "colours"
    bare = re.sub(r"\x1b\[[\d;]*m", "", out)
    assert max(len(line) for line in bare.splitlines()) <= max(columns, 31), "words have 20 columns at least"
    assert "outdated" in bare


def test_where_blocks_cannot_be_written_there_are_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding="ascii"))
    found(result(), True)
    out = written.getvalue().decode("ascii")
    assert "#" * 24 in out
    assert "-" * 10 in out
    assert "u2588" not in out


def test_feedback_from_the_shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = str(tmp_path / "m.db")
    assert main(["add", "Ana lives in Faro.", "-u", "ana", "--db", db, "--json"]) == 0
    id_ = json.loads(capsys.readouterr().out)["results"][0]["id"]
    for given, kept in ((["good"], 1.0), (["bad"], -0.5), (["-0.25"], -0.25), (["--", "-1"], -1.0), (["0.5"], 0.5)):
        assert main(["feedback", id_, "-u", "ana", "--db", db, "--json", *given]) == 0
        assert json.loads(capsys.readouterr().out)["feedback"] == kept
    assert main(["feedback", id_, "good", "--db", db]) == 0
    assert re.search(r"^feedback +1\.0$", capsys.readouterr().out, re.MULTILINE)
    assert main(["feedback", id_, "splendid", "--db", db]) == 2
    assert main(["feedback", "mem_none", "good", "--db", db]) == 3
    capsys.readouterr()


def test_a_reranker_that_is_away_is_told_and_the_search_answers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    db = str(tmp_path / "m.db")
    assert main(["add", "Ana lives in Faro.", "-u", "ana", "--db", db]) == 0
    capsys.readouterr()
    asked = ["search", "Where is Ana?", "-u", "ana", "--db", db]
    assert main([*asked, "--reranker", "http://127.0.0.1:9/rerank"]) == 0
    out, err = capsys.readouterr()
    assert "Ana lives in Faro." in out
    assert err.startswith("The reranker failed: 127.0.0.1:9 gave no whole answer")
    assert main([*asked, "--reranker", "nowhere"]) == 2
    assert "http://host/path" in capsys.readouterr().err


def test_hits_below_the_threshold_are_told_where_there_are_no_others(capsys: pytest.CaptureFixture[str]) -> None:
    found(SearchResult(hits=(), trace=Trace(left_out={"below_threshold": 3})), False)
    assert capsys.readouterr().err == "Nothing found: the scores of all 3 are below the threshold.\n"
    found(SearchResult(hits=(), trace=Trace()), True)
    told = capsys.readouterr()
    assert "graphmem list" in told.err
    assert "nearness" not in told.out
