"""The two retrieval benchmarks as commands: read the arguments, load, run, report."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import graphmem
from benchmarks import machine, report
from benchmarks.datasets import EVIDENCE, MULTIHOP, Dataset, load
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.runner import Row, run
from benchmarks.systems.catalogue import NAMES, chosen
from graphmem.errors import MissingExtra

WIDTH = 130
SETS = {"evidence": EVIDENCE, "multihop": MULTIHOP}


def main(benchmark: str, argv: Sequence[str]) -> int:
    """Run `benchmark` ("evidence" or "multihop"): 0 when measured, 2 with one line on stderr when it cannot be."""
    arguments = _parser(benchmark).parse_args(argv)
    try:
        return _run(benchmark, arguments)
    except (BenchmarkError, MissingExtra) as error:
        print(f"python -m benchmarks {benchmark}: {error}", file=sys.stderr)
        return 2


def _parser(benchmark: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {benchmark}")
    sets = SETS[benchmark]
    parser.add_argument("--dataset", choices=sets, required=len(sets) > 1, default=sets[0], help="the question set")
    parser.add_argument(
        "--data", type=Path, required=True, metavar="DIR", help="the folder that holds the set's folder"
    )
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures there")
    parser.add_argument("--limit", type=_positive, metavar="N", help="ask N questions drawn by the seed (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the draw and the bootstrap (default: 0)")
    parser.add_argument("--systems", default=",".join(NAMES), metavar="A,B", help="default: %(default)s")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep passage vectors there from run to run")
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _run(benchmark: str, arguments: argparse.Namespace) -> int:
    from rich.console import Console

    names = chosen([name.strip() for name in arguments.systems.split(",")])
    if arguments.out:
        _check_writable(arguments.out)
    dataset = load(arguments.dataset, arguments.data).sample(arguments.limit, arguments.seed)
    with closing(CachedEmbedder(_embedder, arguments.cache)) as embedder:
        rows = run(dataset, names, embedder, Console(stderr=True))
    figures = report.systems(dataset, rows, arguments.seed)
    table_console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    report.show(dataset, figures, table_console)
    if arguments.out:
        _write(arguments.out, _document(benchmark, dataset, arguments, rows, figures))
    return 0


def _embedder() -> Any:
    from graphmem.providers.minilm.embedder import MiniLmEmbedder

    return MiniLmEmbedder()


def _document(
    benchmark: str, dataset: Dataset, arguments: argparse.Namespace, rows: Sequence[Row], figures: dict[str, Any]
) -> dict[str, Any]:
    """Everything needed to run it again and to compare; no path of this machine, no text of the set."""
    return {
        "benchmark": benchmark,
        "dataset": dataset.name,
        **machine.commit(),
        "graphmem_version": graphmem.__version__,
        "settings": {
            "limit": arguments.limit,
            "seed": arguments.seed,
            "systems": [row.name for row in rows],
            "cache": arguments.cache is not None,
            "files_sha256": dict(dataset.files),
        },
        "machine": machine.describe(),
        "questions": len(dataset.questions),
        "questions_in_headline": sum(question.kind not in dataset.apart for question in dataset.questions),
        "questions_without_gold": dataset.left_out,
        "passages": len(dataset.passages),
        "times": {
            "build_seconds": sum({id(row.build): row.build.seconds for row in rows}.values()),
            "query_seconds": sum(sum(row.query_ms) for row in rows) / 1000,
        },
        "systems": figures,
    }


def _check_writable(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BenchmarkError(f"{file.parent}: cannot be made ({error}).") from error
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise BenchmarkError(f"{file}: cannot be written.")


def _write(file: Path, document: dict[str, Any]) -> None:
    partial = file.with_name(f"{file.name}.partial")
    partial.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, file)
