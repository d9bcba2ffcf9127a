"""What a run is told as: a table to read and a JSON document to compare by. Neither holds a word of a data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.datasets import EVIDENCE, Dataset, Question
from benchmarks.metrics import (
    ALL_GOLD_DEPTH,
    ANSWER,
    Values,
    answered,
    mean_interval,
    means,
    outdated_first,
    paired_bootstrap,
    per_question,
)
from benchmarks.runner import Row

OURS = "graphmem"
METRICS = {
    "evidence": ("recall@5", "recall@10", "recall@20", f"all_gold@{ALL_GOLD_DEPTH}"),
    "multihop": ("recall@2", "recall@5", "recall@10", f"all_gold@{ALL_GOLD_DEPTH}"),
}
KIND_METRIC = {"evidence": "recall@10", "multihop": "recall@5"}


def benchmark_of(dataset: Dataset) -> str:
    """Which benchmark a set belongs to."""
    return "evidence" if dataset.name in EVIDENCE else "multihop"


def systems(dataset: Dataset, rows: Sequence[Row], seed: int) -> dict[str, dict[str, Any]]:
    """Figures by row name: fractions over the headline questions with their intervals, by kind, and costs; for graphmem's
    rows the difference to the best baseline of the run at each depth with its interval."""
    values = values_of(dataset, rows)
    headline = in_headline(dataset)
    groups = groups_of(dataset)
    figures: dict[str, dict[str, Any]] = {}
    for row in rows:
        figures[row.name] = {
            **means(values[row.name], list(headline)),
            "intervals": {
                name: mean_interval(column[headline], seed, groups)[1:] for name, column in values[row.name].items()
            },
            "by_kind": _by_kind(values[row.name], dataset.questions),
            **_outdated(dataset, row),
            **_costs(row),
            "settings": row.settings,
        }
        if row.name.startswith(OURS):
            figures[row.name]["vs_best_baseline"] = _against_best(row.name, values, headline, seed, groups)
    dense = figures.get("dense")
    for figure in figures.values() if dense else ():
        figure["query_ms_p95_to_dense"] = figure["query_ms_p95"] / dense["query_ms_p95"]  # type: ignore[index]
    return figures


def values_of(dataset: Dataset, rows: Sequence[Row]) -> dict[str, dict[str, Values]]:
    """Every metric for every question by row name: float64 [questions] each."""
    golds = [question.gold for question in dataset.questions]
    answers = [question.answer for question in dataset.questions]
    return {
        row.name: {
            **per_question(row.rankings, golds),
            **({ANSWER: answered(row.rankings, answers)} if all(answers) else {}),
        }
        for row in rows
    }


def in_headline(dataset: Dataset) -> NDArray[np.bool_]:
    """Which questions make the headline: all of them where none would."""
    headline = np.array([question.kind not in dataset.apart for question in dataset.questions])
    return headline if headline.any() else ~headline


def groups_of(dataset: Dataset) -> list[str]:
    """For each headline question the corpus that it is asked of: questions of one conversation are no independent draws."""
    return [question.scope for question, counts in zip(dataset.questions, in_headline(dataset), strict=True) if counts]


def _outdated(dataset: Dataset, row: Row) -> dict[str, float]:
    share = outdated_first(row.rankings, [(question.answer, question.outdated) for question in dataset.questions])
    return {} if share is None else {"outdated_first": share}


def _by_kind(values: Mapping[str, Values], questions: Sequence[Question]) -> dict[str, dict[str, float]]:
    kinds = sorted({question.kind for question in questions})
    chosen = {kind: [question.kind == kind for question in questions] for kind in kinds}
    return {kind: {"questions": sum(mask), **means(values, mask)} for kind, mask in chosen.items()}


def _costs(row: Row) -> dict[str, Any]:
    """Times, memory and calls. No system measured here holds a language model, so its calls and tokens are none."""
    return {
        "query_ms_p50": float(np.percentile(row.query_ms, 50)),
        "query_ms_p95": float(np.percentile(row.query_ms, 95)),
        "build_seconds": row.build.seconds,
        "build_embedding_seconds": row.build.embedding_seconds,
        "build_texts_embedded": row.build.texts_embedded,
        "build_texts_from_cache": row.build.texts_from_cache,
        "build_parts": row.build.parts,
        "build_seconds_comparable": row.build.texts_from_cache == 0 and row.build.parts == 1,
        "peak_rss_mb": row.peak_rss_mb,
        "llm_calls": 0,
        "llm_tokens": 0,
    }


def _against_best(
    name: str,
    values: Mapping[str, Mapping[str, Values]],
    headline: NDArray[np.bool_],
    seed: int,
    groups: Sequence[str],
) -> dict[str, dict[str, Any]]:
    """By metric: the best baseline, the difference to it, and the bounds of the paired bootstrap interval."""
    baselines = [other for other in values if not other.startswith(OURS)]
    compared: dict[str, dict[str, Any]] = {}
    for metric, ours in values[name].items() if baselines else ():
        best = max(baselines, key=lambda other: float(values[other][metric][headline].mean()))
        interval = paired_bootstrap(ours[headline], values[best][metric][headline], seed, groups)
        compared[metric] = {"baseline": best, **interval._asdict()}
    return compared


def show(dataset: Dataset, figures: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """Print the tables: the headline with the costs, one metric by kind, and graphmem's gains."""
    console.print(_headline(dataset, figures))
    console.print(_kinds(dataset, figures))
    for name, row in figures.items():
        for metric, gain in row.get("vs_best_baseline", {}).items():
            if metric in columns(dataset, row):
                points = " … ".join(f"{100 * gain[bound]:+.1f}" for bound in ("low", "high"))
                gained = f"{100 * gain['difference']:+.1f} points (95 % interval {points})"
                console.print(f"{name} against {gain['baseline']}, {metric}: {gained}", highlight=False)
    if not all(row["build_seconds_comparable"] for row in figures.values()):
        console.print(
            "* some vectors came from the cache, or the build was interrupted: this time is not comparable.",
            highlight=False,
        )


def _headline(dataset: Dataset, figures: Mapping[str, Mapping[str, Any]]) -> Table:
    counted = sum(question.kind not in dataset.apart for question in dataset.questions)
    apart = f", {len(dataset.questions) - counted:,} more apart" if counted < len(dataset.questions) else ""
    title = f"{dataset.name}: {len(dataset.passages):,} passages, {counted:,} questions{apart}"
    metrics = columns(dataset, next(iter(figures.values())))
    table = table_of(title, "system", *metrics, "query p50 / p95 ms", "build s", "peak MB")
    for name, row in figures.items():
        mark = "" if row["build_seconds_comparable"] else "*"
        peak = row["peak_rss_mb"]
        table.add_row(
            name,
            *(f"{100 * row[metric]:.1f}" for metric in metrics),
            f"{row['query_ms_p50']:.1f} / {row['query_ms_p95']:.1f}",
            f"{row['build_seconds']:.1f}{mark}",
            "?" if peak is None else f"{peak:,.0f}",
        )
    return table


def _kinds(dataset: Dataset, figures: Mapping[str, Mapping[str, Any]]) -> Table:
    metric = kind_metric(dataset, next(iter(figures.values())))
    counts = {kind: row["questions"] for kind, row in next(iter(figures.values()))["by_kind"].items()}
    table = table_of(f"{metric} by kind", "system", *(f"{kind} ({count})" for kind, count in counts.items()))
    for name, row in figures.items():
        table.add_row(name, *(f"{100 * row['by_kind'][kind][metric]:.1f}" for kind in counts))
    return table


def columns(dataset: Dataset, figure: Mapping[str, Any]) -> tuple[str, ...]:
    """The metrics that the table of a set shows."""
    return (*METRICS[benchmark_of(dataset)], *([ANSWER] if ANSWER in figure else []))


def kind_metric(dataset: Dataset, figure: Mapping[str, Any]) -> str:
    """The metric that is told by kind of question."""
    return ANSWER if ANSWER in figure else KIND_METRIC[benchmark_of(dataset)]


def table_of(title: str, first: str, *others: str) -> Table:
    """An empty table."""
    table = Table(title=title, title_justify="left")
    table.add_column(first, no_wrap=True)
    for other in others:
        table.add_column(other, justify="right")
    return table
