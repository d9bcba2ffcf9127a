"""The page and its charts are made of the results of real runs, and say what they say."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.pages.charts import PLOT, TOP, Bar, Chart

SVG = "{http://www.w3.org/2000/svg}"


def run(*argv: str | Path) -> int:
    with redirect_stdout(StringIO()):
        return main([str(argument) for argument in argv])


@pytest.fixture(scope="module")
def runs(lasting_folder: Path) -> Path:
    """The results of a small set and of an ablation on it."""
    folder = lasting_folder / "runs"
    options = ("--dataset", "musique", "--data", lasting_folder, "--work", lasting_folder / "work")
    assert run("multihop", *options, "--systems", "bm25,dense,graphmem", "--out", folder / "musique.json") == 0
    assert run("ablation", *options, "--out", folder / "ablation.json") == 0
    return folder


@pytest.fixture(scope="module")
def page(runs: Path, lasting_folder: Path) -> Path:
    out = lasting_folder / "page"
    assert run("report", runs, "--out", out) == 0
    return out


def results(runs: Path, name: str) -> dict[str, Any]:
    return dict(json.loads((runs / f"{name}.json").read_text())["systems"])


def test_the_page_tells_the_figures_and_shows_charts_that_are_there(runs: Path, page: Path) -> None:
    text = (page / "README.md").read_text()
    for name, row in results(runs, "musique").items():
        low, high = row["intervals"]["recall@5"]
        assert low <= row["recall@5"] <= high
        told = f"{100 * row['recall@5']:.1f} [{100 * low:.1f}, {100 * high:.1f}]"
        assert re.search(rf"^\| `{re.escape(name)}` \|.*{re.escape(told)}", text, re.MULTILINE)
        assert f"| {row['query_ms_p95']:.1f} | {row['query_ms_p95_to_dense']:.1f} |" in text
    shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert shown == ["recall.svg", "latency.svg", "kinds-musique.svg"]
    assert all(ElementTree.parse(page / name).getroot().tag == f"{SVG}svg" for name in shown)


def test_the_ratio_is_to_dense_in_the_same_run(runs: Path) -> None:
    rows = results(runs, "musique")
    assert rows["dense"]["query_ms_p95_to_dense"] == 1.0
    ratio = rows["graphmem"]["query_ms_p95"] / rows["dense"]["query_ms_p95"]
    assert rows["graphmem"]["query_ms_p95_to_dense"] == pytest.approx(ratio)


def test_an_ablation_asks_the_store_that_is_there(runs: Path) -> None:
    measured, ablated = results(runs, "musique"), results(runs, "ablation")
    for row in ("graphmem", "graphmem hops=0"):
        assert ablated[row]["query_ms_p50"] == measured[row]["query_ms_p50"]
    assert ablated["without about"]["build_seconds"] == measured["graphmem"]["build_seconds"]


def test_an_ablation_has_a_row_for_each_weight_and_its_difference(runs: Path, page: Path) -> None:
    rows = results(runs, "ablation")
    assert {"graphmem", "without semantic", "without keyword", "without about", "graphmem hops=0"} <= set(rows)
    assert rows["without semantic"]["settings"]["recall"]["semantic"] > 0
    for row in rows.values():
        lost = row["vs_whole"]["recall@5"]
        assert lost["difference"] == pytest.approx(row["recall@5"] - rows["graphmem"]["recall@5"])
        assert lost["low"] <= lost["difference"] <= lost["high"]
    assert "| `without keyword` |" in (page / "README.md").read_text()


def test_bars_are_as_high_as_their_values() -> None:
    bars = {("A", "x"): Bar(50, 40, 60), ("A", "y & z"): Bar(100, 100, 100), ("B", "x"): Bar(0, 0, 0)}
    svg = Chart("One < two", ["A", "B"], {"x": "#111111", "y & z": "#222222"}, bars, 100).svg()
    root = ElementTree.fromstring(svg)
    drawn = [rect for rect in root.iter(f"{SVG}rect") if rect.find(f"{SVG}title") is not None]
    assert [float(rect.get("height", "")) for rect in drawn] == [PLOT / 2, PLOT, 0]
    assert float(drawn[0].get("y", "")) == TOP + PLOT / 2
    assert root.find(f"{SVG}title").text == "One < two"  # type: ignore[union-attr]
    assert svg == Chart("One < two", ["A", "B"], {"x": "#111111", "y & z": "#222222"}, bars, 100).svg()


def test_the_axis_fits_the_highest_bar() -> None:
    svg = Chart("t", ["A"], {"x": "#111111"}, {("A", "x"): Bar(100, 100, 340)}).svg()
    assert ">500</text>" in svg


def test_a_folder_without_results_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("report", tmp_path, "--out", tmp_path) == 2
    assert "no results" in capsys.readouterr().err
    (tmp_path / "x.json").write_text('{"benchmark": "multihop", "systems": {"bm25": {}}}')
    assert run("report", tmp_path, "--out", tmp_path) == 2
    assert "older version" in capsys.readouterr().err
