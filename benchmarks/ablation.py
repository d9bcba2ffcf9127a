"""`python -m benchmarks ablation`: what each part of the ranking brings. One store is asked with each weight of the recall
at 0 in turn, and without hops; every difference to the whole has its paired bootstrap interval."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks import report
from benchmarks.errors import BenchmarkError
from benchmarks.journal import write_json
from benchmarks.metrics import paired_bootstrap
from benchmarks.retrieval import SETS, Run, add_options, check_writable, document, measured, table_console
from benchmarks.systems.ablated import WHOLE
from benchmarks.systems.catalogue import ABLATION
from graphmem.errors import GraphmemError


def main(argv: Sequence[str]) -> int:
    """Measure: 0 when done, 2 with one line on stderr when the arguments or the data cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ablation")
    sets = [name for names in SETS.values() for name in names]
    parser.add_argument("--dataset", choices=sets, required=True, help="the question set")
    add_options(parser)
    arguments = parser.parse_args(argv)
    arguments.neo4j = None
    try:
        if arguments.out:
            check_writable(arguments.out)
        run = measured(arguments, [ABLATION])
    except (BenchmarkError, GraphmemError) as error:
        print(f"python -m benchmarks ablation: {error}", file=sys.stderr)
        return 2
    figures = figures_of(run, arguments.seed)
    _show(run, figures)
    if arguments.out:
        write_json(arguments.out, document("ablation", run, arguments, figures), indent=2)
    return 0


def figures_of(run: Run, seed: int) -> dict[str, dict[str, Any]]:
    """The figures of each row; `vs_whole` is what the row loses against the whole at each depth, with its interval."""
    figures = report.systems(run.dataset, run.rows, seed)
    values, headline = report.values_of(run.dataset, run.rows), report.in_headline(run.dataset)
    groups = report.groups_of(run.dataset)
    for name, row in figures.items():
        row.pop("vs_best_baseline", None)
        row["vs_whole"] = {
            metric: paired_bootstrap(column[headline], values[WHOLE][metric][headline], seed, groups)._asdict()
            for metric, column in values[name].items()
        }
    return figures


def _show(run: Run, figures: Mapping[str, Mapping[str, Any]]) -> None:
    metrics = report.columns(run.dataset, figures[WHOLE])
    table = report.table_of(
        f"{run.dataset.name}: one part off at a time", "row", *metrics, "difference (95 % interval)"
    )
    metric = report.kind_metric(run.dataset, figures[WHOLE])
    for name, row in figures.items():
        lost = row["vs_whole"][metric]
        told = f"{100 * lost['difference']:+.1f} ({100 * lost['low']:+.1f} … {100 * lost['high']:+.1f})"
        table.add_row(name, *(f"{100 * row[one]:.1f}" for one in metrics), "" if name == WHOLE else f"{metric} {told}")
    table_console().print(table)
