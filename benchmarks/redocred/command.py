"""`python -m benchmarks redocred`: every document into a memory of its own, then its facts against the reference.

A reference relation counts as recovered when the graph joins its two ends: directly, by a fact with either end first, or
by a path of at most two facts of the same document. What a fact calls the relation is not compared. Precision is the
share of joined pairs of things that the reference relates at all.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import numpy as np

import graphmem
from benchmarks import machine
from benchmarks.errors import BenchmarkError
from benchmarks.journal import write_json
from benchmarks.metrics import Interval, mean_interval
from benchmarks.progress import Bars
from benchmarks.redocred.documents import SAID_AT, Document, load
from benchmarks.redocred.links import FACT, PATH, ROWS, Graph, Links, links, related
from benchmarks.redocred.properties import LABELS
from graphmem import Memory
from graphmem.domain.fact import VALUE_TYPE, Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.results import Page
from graphmem.errors import GraphmemError

Row = TypeVar("Row")

PARTS = ("dev", "test")
PAGE = 1_000
SHOWN_KINDS = 15


def main(argv: Sequence[str]) -> int:
    """Measure: 0 when done, 2 with one line on stderr when the arguments or the data cannot be used."""
    arguments = _parser().parse_args(argv)
    try:
        result = measure(arguments.data / "redocred", arguments.part, arguments.limit, arguments.seed)
        if arguments.out:
            write_json(arguments.out, result, indent=2)
    except (BenchmarkError, GraphmemError, OSError) as error:
        print(f"python -m benchmarks redocred: {error}", file=sys.stderr)
        return 2
    _show(result)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks redocred")
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the folder that holds redocred/")
    parser.add_argument("--part", choices=PARTS, default="dev", help="which part to measure (default: dev)")
    parser.add_argument("--limit", type=int, metavar="N", help="take N documents drawn by the seed (default: all)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the draw and the intervals (default: 0)")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures there")
    return parser


def measure(folder: Path, part: str, limit: int | None = None, seed: int = 0) -> dict[str, Any]:
    """Take the documents in and compare; a document of JSON values. Raises BenchmarkError for data or a limit that
    cannot be used."""
    documents, files = load(folder, part)
    if limit is not None and limit < 1:
        raise BenchmarkError("--limit has to be 1 or more.")
    if limit is not None and limit < len(documents):
        documents = [documents[place] for place in sorted(Random(seed).sample(range(len(documents)), limit))]
    started, processed = time.perf_counter(), time.process_time()
    graphs = _graphs(documents)
    wall, cpu = time.perf_counter() - started, time.process_time() - processed
    found = [links(document, graph) for document, graph in zip(documents, graphs, strict=True)]
    things = sum(len(document.things) for document in documents)
    return {
        "benchmark": "redocred",
        "dataset": f"redocred/{part}",
        "documents": len(documents),
        "entities": things,
        "relations": sum(len(document.relations) for document in documents),
        "related_pairs": sum(len(related(document)) for document in documents),
        **machine.commit(),
        "graphmem_version": graphmem.__version__,
        "settings": {"limit": limit, "seed": seed, "files_sha256": files},
        "machine": machine.describe(),
        "times": {"build_seconds": wall, "build_cpu_seconds": cpu},
        "facts": sum(len(graph.facts) for graph in graphs),
        "entities_found": sum(len(one.found) for one in found) / things,
        "systems": {name: _figures(documents, found, name, seed) for name in ROWS},
        "labels": {kind: LABELS.get(kind, "") for kind in sorted(_kinds(documents))},
    }


def _graphs(documents: Sequence[Document]) -> list[Graph]:
    """What a memory makes of each document, in a scope of its own."""
    from rich.console import Console

    with Memory(":memory:") as memory, Bars(Console(stderr=True)) as bars:
        shown = bars.track("graphmem: taking documents in", len(documents))
        graphs = []
        for number, document in enumerate(documents):
            user = f"document {number}"
            memory.add(document.text, user_id=user, occurred_at=SAID_AT)
            graphs.append(_graph(memory, user))
            shown(number + 1)
        return graphs


def _graph(memory: Memory, user: str) -> Graph:
    """The graph of one scope. What held once counts like what holds now; what is denied does not."""
    facts = list(_pages(memory.facts, user_id=user, include_retired=True))
    entities = list(_pages(memory.entities, user_id=user))
    nodes = {end: {entity_key(name)} for fact in facts for end, name in _ends(fact)}
    for entity in entities:
        nodes[entity.id] = {entity.key, *map(entity_key, entity.aliases)}
    named = {entity.id for entity in entities if entity.type != VALUE_TYPE}
    ends = [(fact.subject_id, fact.object_id) for fact in facts if not fact.negated]
    return Graph(nodes, ends, frozenset(nodes.keys() - named))


def _ends(fact: Fact) -> tuple[tuple[str, str], tuple[str, str]]:
    return (fact.subject_id, fact.subject), (fact.object_id, fact.object)


def _pages(ask: Callable[..., Page[Row]], **asked: Any) -> Iterator[Row]:
    """All rows of a listing."""
    page = ask(limit=PAGE, **asked)
    yield from page.items
    while page.next_cursor:
        page = ask(limit=PAGE, cursor=page.next_cursor, **asked)
        yield from page.items


def _kinds(documents: Sequence[Document]) -> Mapping[str, int]:
    return Counter(kind for document in documents for _, kind, _ in document.relations)


def _figures(documents: Sequence[Document], found: Sequence[Links], row: str, seed: int) -> dict[str, Any]:
    """Recall of relations and precision of joined pairs, fractions with 95 % intervals that draw documents."""
    hits: list[tuple[str, str, bool]] = []
    pairs: list[tuple[str, bool]] = []
    for number, (document, one) in enumerate(zip(documents, found, strict=True)):
        joined, stated = one.pairs[row], related(document)
        hits += [(str(number), kind, (min(h, t), max(h, t)) in joined) for h, kind, t in document.relations]
        pairs += [(str(number), pair in stated) for pair in joined]
    by_kind: dict[str, list[bool]] = defaultdict(list)
    for _, kind, hit in hits:
        by_kind[kind].append(hit)
    recall = _share([hit for *_, hit in hits], [name for name, *_ in hits], seed)
    precision = _share([right for _, right in pairs], [name for name, _ in pairs], seed)
    both = recall.difference + precision.difference
    return {
        "precision": precision.difference,
        "recall": recall.difference,
        "f1": 2 * precision.difference * recall.difference / both if both else 0.0,
        "pairs": len(pairs),
        "intervals": {"precision": list(precision[1:]), "recall": list(recall[1:])},
        "by_kind": {
            kind: {"recall": sum(rows) / len(rows), "relations": len(rows)}
            for kind, rows in sorted(by_kind.items(), key=lambda item: (-len(item[1]), item[0]))
        },
    }


def _share(marks: Sequence[bool], documents: Sequence[str], seed: int) -> Interval:
    """The share that is marked, with its interval; 0 of none."""
    if not marks:
        return Interval(0.0, 0.0, 0.0)
    return mean_interval(np.array(marks, dtype=np.float64), seed, documents)


def _show(result: Mapping[str, Any]) -> None:
    print(
        f"{result['dataset']}: {result['documents']} documents, {result['relations']} relations, {result['facts']} facts"
    )
    print(f"{'row':16} {'P':>6} {'R':>6} {'F1':>6} {'pairs':>7}")
    for name, row in result["systems"].items():
        print(f"{name:16} {row['precision']:6.3f} {row['recall']:6.3f} {row['f1']:6.3f} {row['pairs']:7}")
    print(f"entities found: {result['entities_found']:.3f}; built in {result['times']['build_seconds']:.0f} s")
    print(f"\n{'recall by relation':44} {'gold':>6} {'fact':>6} {'path':>6}")
    direct, within_two = (result["systems"][name]["by_kind"] for name in (FACT, PATH))
    for kind in list(direct)[:SHOWN_KINDS]:
        name, gold = f"{kind} {result['labels'][kind]}"[:44], direct[kind]["relations"]
        print(f"{name:44} {gold:6} {direct[kind]['recall']:6.3f} {within_two[kind]['recall']:6.3f}")
