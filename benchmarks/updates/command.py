"""`python -m benchmarks updates`: the share of knowledge updates after which the graph says what it should, by kind.

The cases are written from templates (`dev.toml`, `held.toml`), so no data is read. Everything goes through `Memory` with the
offline extractor into a real store; the answers are compared with `facts`, now and as of a moment.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.embedding import CachedEmbedder
from benchmarks.errors import BenchmarkError
from benchmarks.journal import write_json
from benchmarks.updates.asking import Outcome, document_row, run
from benchmarks.updates.cases import Case, cases
from benchmarks.updates.wordings import PARTS, wordings


def main(argv: Sequence[str]) -> int:
    """Run the suite: 0 when measured, 2 with one line on stderr when the arguments cannot be used."""
    arguments = _parser().parse_args(argv)
    try:
        document = measure(arguments)
        if arguments.out:
            write_json(arguments.out, document, indent=2)
    except (BenchmarkError, OSError) as error:
        print(f"python -m benchmarks updates: {error}", file=sys.stderr)
        return 2
    _show(document)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks updates")
    parser.add_argument("--data", type=Path, metavar="DIR", help="taken as the others take it; nothing is read there")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures and every failure there")
    parser.add_argument("--part", choices=PARTS, default="dev", help="which wordings to take (default: dev)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of names, values and wordings (default: 0)")
    parser.add_argument("--kind", metavar="A,B", help="only these kinds of cases")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep vectors there from run to run")
    return parser


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Tell and ask every case; a document of JSON values. Raises BenchmarkError for an unknown kind."""
    from rich.console import Console

    from benchmarks.progress import Bars

    chosen = _chosen(cases(wordings(arguments.part), arguments.seed), arguments.kind)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(CachedEmbedder(_embedder, arguments.cache)) as embedder,
        Bars(Console(stderr=True)) as bars,
    ):
        url = f"sqlite:///{folder}/updates.db"
        shown = bars.track(f"updates, {arguments.part}", len(chosen))
        outcomes, seconds = run(chosen, url, embedder, shown)
    return {
        "benchmark": "updates",
        "dataset": f"updates/{arguments.part}",
        "seed": arguments.seed,
        "cases": len(outcomes),
        "relations": len({outcome.case.relation.name for outcome in outcomes}),
        **machine.commit(),
        "machine": machine.describe(),
        "settings": {"extractor": "offline", "store": "sqlite", "embedder": embedder.name, "kinds": arguments.kind},
        "add_seconds": round(seconds, 1),
        "systems": {"graphmem": figures(outcomes)},
        "failures": [document_row(outcome) for outcome in outcomes if not outcome.right],
    }


def figures(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The share of cases that are right: in all, by kind and by relation."""
    return {
        "right": _share(outcomes),
        "by_kind": _shares(outcomes, [outcome.case.kind for outcome in outcomes]),
        "by_relation": _shares(outcomes, [outcome.case.relation.name for outcome in outcomes]),
    }


def _shares(outcomes: Sequence[Outcome], groups: Sequence[str]) -> dict[str, dict[str, Any]]:
    sizes = Counter(groups)
    of = {group: [one for one, name in zip(outcomes, groups, strict=True) if name == group] for group in sizes}
    return {group: {"cases": sizes[group], "right": _share(of[group])} for group in sizes}


def _share(outcomes: Sequence[Outcome]) -> float:
    return round(sum(outcome.right for outcome in outcomes) / max(1, len(outcomes)), 4)


def _chosen(every: Sequence[Case], kinds: str | None) -> list[Case]:
    known = dict.fromkeys(case.kind for case in every)
    wanted = [kind.strip() for kind in kinds.split(",")] if kinds else list(known)
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise BenchmarkError(f"no kind {', '.join(unknown)}: use {', '.join(known)}.")
    return [case for case in every if case.kind in wanted]


def _embedder() -> Any:
    from graphmem.providers.minilm.embedder import MiniLmEmbedder

    return MiniLmEmbedder()


def _show(document: Mapping[str, Any]) -> None:
    row = document["systems"]["graphmem"]
    print(f"{document['dataset']}: {document['cases']} cases over {document['relations']} relations")
    print(f"{'kind':12} {'cases':>6} {'right':>7}")
    for kind, figure in row["by_kind"].items():
        print(f"{kind:12} {figure['cases']:6} {100 * figure['right']:6.1f}%")
    print(f"{'all':12} {document['cases']:6} {100 * row['right']:6.1f}%")
