"""The two retrieval benchmarks as commands: read the arguments, load, run, report."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import graphmem
from benchmarks import kinship, machine, report
from benchmarks.datasets import EVIDENCE, MULTIHOP, OPENIE, Dataset, load
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.extraction import Extraction
from benchmarks.journal import write_json
from benchmarks.runner import Row, Runner
from benchmarks.systems.catalogue import NAMES, ON_SERVER, chosen
from benchmarks.work import Work
from graphmem.errors import GraphmemError

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 130
SETS = {"evidence": EVIDENCE, "multihop": (*MULTIHOP, OPENIE, kinship.NAME)}


def main(benchmark: str, argv: Sequence[str]) -> int:
    """Run `benchmark` ("evidence" or "multihop"): 0 when measured, 2 with one line on stderr when it cannot be."""
    arguments = _parser(benchmark).parse_args(argv)
    try:
        return _run(benchmark, arguments)
    except (BenchmarkError, GraphmemError) as error:
        print(f"python -m benchmarks {benchmark}: {error}", file=sys.stderr)
        return 2


def _parser(benchmark: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m benchmarks {benchmark}")
    sets = SETS[benchmark]
    parser.add_argument("--dataset", choices=sets, required=len(sets) > 1, default=sets[0], help="the question set")
    add_options(parser)
    parser.add_argument("--systems", metavar="A,B", help=f"of {', '.join(NAMES)} (default: all that can be run)")
    parser.add_argument("--neo4j", metavar="URL", help=f"an EMPTY database for {ON_SERVER}; NEO4J_USERNAME, …_PASSWORD")
    return parser


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every benchmark of retrieval takes."""
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder that holds the set's folder")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures there")
    parser.add_argument("--limit", type=_positive, metavar="N", help="ask N questions drawn by the seed (default: all)")
    parser.add_argument(
        "--seed", type=int, default=0, metavar="S", help="of the draw, the bootstrap and the made-up world (default: 0)"
    )
    parser.add_argument(
        "--extractor", nargs="+", default=["offline"], metavar=("KIND", "FILE"), help="offline, none, or replay FILE"
    )
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep passage vectors there from run to run")
    parser.add_argument("--work", type=Path, metavar="DIR", help="keep stores and answers there, and go on from them")


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _run(benchmark: str, arguments: argparse.Namespace) -> int:
    names = _systems(arguments)
    if arguments.out:
        check_writable(arguments.out)
    run = measured(arguments, names)
    figures = report.systems(run.dataset, run.rows, arguments.seed)
    report.show(run.dataset, figures, table_console())
    if arguments.out:
        write_json(arguments.out, document(benchmark, run, arguments, figures), indent=2)
    return 0


def _systems(arguments: argparse.Namespace) -> tuple[str, ...]:
    """Those asked for; else all, of which the one on a server only where there is one."""
    if arguments.systems:
        return chosen([name.strip() for name in arguments.systems.split(",")])
    return tuple(name for name in NAMES if arguments.neo4j or name != ON_SERVER)


@dataclass(frozen=True, slots=True)
class Run:
    """A set that was asked, where the facts came from, and the rows."""

    dataset: Dataset
    extraction: Extraction
    rows: list[Row]


def measured(arguments: argparse.Namespace, names: Sequence[str]) -> Run:
    """Load what the arguments say, and run the named systems on it."""
    from rich.console import Console

    extraction = Extraction.of(arguments.extractor)
    dataset = _loaded(arguments).sample(arguments.limit, arguments.seed)
    folder = arguments.work / f"{dataset.name}-{extraction.kind}" if arguments.work else None
    cache = arguments.cache or (arguments.work / "vectors" if arguments.work else None)
    with closing(CachedEmbedder(_embedder, cache)) as embedder:
        identity = _identity(dataset, arguments, extraction, embedder.name)
        with Work(folder, identity) as work:
            runner = Runner(dataset, embedder, extraction, work, Console(stderr=True), arguments.neo4j)
            return Run(dataset, extraction, runner.run(names))


def _loaded(arguments: argparse.Namespace) -> Dataset:
    if arguments.dataset == kinship.NAME:
        return kinship.kinship(seed=arguments.seed)[0]
    if arguments.data is None:
        raise BenchmarkError(f"{arguments.dataset} is read from a folder: name it with --data DIR.")
    return load(arguments.dataset, arguments.data)


def _identity(dataset: Dataset, arguments: argparse.Namespace, extraction: Extraction, embedder: str) -> dict[str, Any]:
    """What the answers of a run depend on, beside the systems."""
    return {
        "dataset": dataset.name,
        "files": dict(dataset.files),
        "limit": arguments.limit,
        "seed": arguments.seed,
        "extractor": extraction.settings,
        "embedder": embedder,
        "source": machine.source_digest(),
    }


def table_console() -> Console:
    """Standard output, wide enough for the tables where it is no terminal."""
    from rich.console import Console

    return Console() if sys.stdout.isatty() else Console(width=WIDTH)


def _embedder() -> Any:
    from graphmem.providers.minilm.embedder import MiniLmEmbedder

    return MiniLmEmbedder()


def document(benchmark: str, run: Run, arguments: argparse.Namespace, figures: dict[str, Any]) -> dict[str, Any]:
    """Everything needed to run it again and to compare; no path of this machine, no text of the set."""
    dataset, rows = run.dataset, run.rows
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
            **run.extraction.settings,
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


def check_writable(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BenchmarkError(f"{file.parent}: cannot be made ({error}).") from error
    if file.is_dir() or not os.access(file.parent, os.W_OK):
        raise BenchmarkError(f"{file}: cannot be written.")
