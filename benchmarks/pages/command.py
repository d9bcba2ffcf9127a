"""`python -m benchmarks report RUNS --out DIR`: reads the results in a folder and writes the page and its charts."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.pages import tables
from benchmarks.pages.charts import Bar, Chart

PAGE = "README.md"
READ = ("multihop", "evidence", "ablation", "openie", "redocred", "updates")
COLOURS = {
    "bm25": "#b8bec8",
    "dense": "#94a0b2",
    "rrf": "#71809a",
    "minmax": "#546482",
    "pagerank": "#c99a3c",
    "graphmem": "#1f7a5c",
    "graphmem-neo4j": "#5fb795",
}
"""Greys for what is flat, colours for what walks a graph; in the order of the bars."""
HEAD = """\
# Measured

Made by `python -m benchmarks report` from the results of runs; what is measured, on what, and how to run it again is in
[benchmarks/README.md](../../benchmarks/README.md). Recall in per cent, with 95 % bootstrap intervals in brackets; intervals of
differences are paired. A build time with * includes vectors from a cache, or was interrupted, and says nothing about
the system."""


def main(argv: Sequence[str]) -> int:
    """Write the page: 0 when done, 2 with one line on stderr when there is nothing to tell or a file cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks report")
    parser.add_argument("runs", type=Path, metavar="RUNS", help="the folder with the JSON results")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="write the page and its charts there")
    arguments = parser.parse_args(argv)
    try:
        written = write(read(arguments.runs), arguments.out)
    except (BenchmarkError, OSError) as error:
        print(f"python -m benchmarks report: {error}", file=sys.stderr)
        return 2
    print("\n".join(map(str, written)))
    return 0


def read(folder: Path) -> list[dict[str, Any]]:
    """The results of the folder's JSON files, by name. Raises BenchmarkError for a folder without any."""
    documents = []
    for file in sorted(folder.glob("*.json")):
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise BenchmarkError(f"{file}: not JSON.") from error
        if isinstance(document, dict) and document.get("benchmark") in READ:
            _check(document, file)
            documents.append(document)
    if not documents:
        raise BenchmarkError(f"{folder}: no results of {', '.join(READ)} there.")
    return documents


def _check(document: Mapping[str, Any], file: Path) -> None:
    """Refuse what an earlier version wrote, which had no intervals."""
    rows = document["systems"].values()
    if document["benchmark"] not in ("openie", "redocred", "updates") and not all("intervals" in row for row in rows):
        raise BenchmarkError(f"{file} was made by an older version: measure it again.")


def write(documents: Sequence[Mapping[str, Any]], out: Path) -> list[Path]:
    """Write the page and the charts into `out`; their paths."""
    out.mkdir(parents=True, exist_ok=True)
    asked = [document for document in documents if document["benchmark"] in ("multihop", "evidence")]
    charts = dict(_charts(asked))
    files = {name: chart.svg() for name, chart in charts.items()}
    files[PAGE] = "\n\n".join(_page(documents, asked, charts)) + "\n"
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    return [out / name for name in files]


def _page(
    documents: Sequence[Mapping[str, Any]], asked: Sequence[Mapping[str, Any]], charts: Mapping[str, Chart]
) -> Iterator[str]:
    yield HEAD
    for name in ("recall.svg", "latency.svg"):
        if name in charts:
            yield f"![{charts[name].title}]({name})"
    if asked:
        yield "## Retrieval"
    for document in asked:
        yield from tables.retrieval(document)
        yield f"![{charts[_kind_file(document)].title}]({_kind_file(document)})"
    for benchmark, title, told in (
        ("ablation", "One part off at a time", tables.ablation),
        ("openie", "Extraction", tables.extraction),
        ("updates", "Knowledge updates", tables.updates),
        ("redocred", "Relations of a document", tables.relations),
    ):
        chosen = [document for document in documents if document["benchmark"] == benchmark]
        if chosen:
            yield f"## {title}"
        for document in chosen:
            yield from told(document)


def _charts(asked: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Chart]]:
    """By file name: all sets beside each other, the time of a query, and each set by kind of question."""
    if not asked:
        return
    groups = [f"{tables.label(document)} ({tables.metric_of(document)})" for document in asked]
    recall, latency = {}, {}
    for group, document in zip(groups, asked, strict=True):
        for name, row in _shown(document).items():
            value, (low, high) = row[tables.metric_of(document)], row["intervals"][tables.metric_of(document)]
            recall[group, name] = Bar(100 * value, 100 * low, 100 * high)
            latency[group, name] = Bar(row["query_ms_p50"], row["query_ms_p50"], row["query_ms_p95"])
    series = _series(recall)
    yield "recall.svg", Chart("What is found, in per cent, with 95 % intervals", groups, series, recall, 100.0)
    yield "latency.svg", Chart("Milliseconds a query: p50, line to p95", groups, series, latency)
    for document in asked:
        yield _kind_file(document), _by_kind(document)


def _by_kind(document: Mapping[str, Any]) -> Chart:
    metric, bars = tables.metric_of(document), {}
    for name, row in _shown(document).items():
        for kind, figures in row["by_kind"].items():
            value = 100 * figures[metric]
            bars[kind, name] = Bar(value, value, value)
    kinds = list(next(iter(document["systems"].values()))["by_kind"])
    return Chart(f"{tables.label(document)}: {metric} by kind of question", kinds, _series(bars), bars, 100.0)


def _shown(document: Mapping[str, Any]) -> dict[str, Any]:
    """The rows that charts have: the systems as they come."""
    return {name: row for name, row in document["systems"].items() if name in COLOURS}


def _series(bars: Mapping[tuple[str, str], Bar]) -> dict[str, str]:
    names = {name for _, name in bars}
    return {name: colour for name, colour in COLOURS.items() if name in names}


def _kind_file(document: Mapping[str, Any]) -> str:
    return f"kinds-{re.sub(r'[^a-z0-9]+', '-', tables.label(document)).strip('-')}.svg"
