"""`python -m benchmarks stores`: the same measurements on SQLite and on Neo4j, in one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks import machine
from benchmarks.progress import Bars
from benchmarks.stores import bare
from benchmarks.stores.measures import Filled, adding, exactness, fill, fill_small, searching, small_seed
from benchmarks.stores.world import World, WorldEmbedder
from graphmem.domain.scope import Scope
from graphmem.errors import GraphmemError
from graphmem.ports.graph_store import GraphStore
from graphmem.settings import Settings
from graphmem.wiring import make_store

COMPARED = 8
"""Commits of 500 memories that are written beside the bare driver."""
SMALL = Scope(user_id="small_0000")


def main(argv: Sequence[str]) -> int:
    """Measure; 0 when done, 2 with one line on stderr when a store or an argument cannot be used."""
    arguments = _parser().parse_args(argv)
    sizes = arguments.sizes
    console = Console(stderr=True)
    document: dict[str, Any] = {
        "benchmark": "stores",
        **machine.commit(),
        "machine": machine.describe(),
        "settings": {"sizes": sizes, "small_tenants": arguments.tenants, "queries": arguments.queries},
        "systems": {},
    }
    try:
        with Bars(console) as bars:
            for url in arguments.url or ["sqlite"]:
                document["systems"][url.split(":")[0]] = asyncio.run(_measure(url, sizes, arguments, bars))
    except (GraphmemError, OSError, ValueError) as error:
        print(f"python -m benchmarks stores: {error}", file=sys.stderr)
        return 2
    if arguments.out:
        arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    _show(document)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks stores")
    parser.add_argument(
        "--url",
        action="append",
        metavar="URL",
        help="sqlite (a file that is thrown away) or neo4j://… (an EMPTY database; NEO4J_USERNAME, NEO4J_PASSWORD); may be repeated",
    )
    parser.add_argument(
        "--sizes", type=_counts, default=[1000, 10000], help="memories of the big tenant (default: 1000,10000)"
    )
    parser.add_argument("--tenants", type=int, default=20, help="small tenants of 100 memories (default: 20)")
    parser.add_argument("--queries", type=int, default=50, help="operations for each figure (default: 50)")
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="write the figures there")
    return parser


def _counts(text: str) -> list[int]:
    sizes = {int(size) if size.strip().isdecimal() else 0 for size in text.split(",")}
    if 0 in sizes:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of counts such as 1000,10000")
    return sorted(sizes)


async def _measure(url: str, sizes: list[int], arguments: argparse.Namespace, bars: Bars) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        address = f"sqlite:///{folder}/stores.db" if url == "sqlite" else url
        settings = Settings.of(**{**Settings.from_env().model_dump(exclude_unset=True), "url": address})
        if url != "sqlite" and not settings.is_server:
            raise ValueError(f"{url!r} is no store to measure: sqlite, or the address of a Neo4j server.")
        store = make_store(settings, WorldEmbedder())  # type: ignore[arg-type]
        await store.open()
        try:
            if await store.owners(None, 1):
                raise ValueError(f"{url} is not empty: give a database that has nothing in it.")
            figures = await _figures(store, url, sizes, arguments, bars)
            if url != "sqlite":
                figures["bare_driver"] = await _compared(store, url, bars)
        finally:
            await store.close()
    return figures


async def _compared(store: GraphStore, url: str, bars: Bars) -> dict[str, float]:
    auth = (os.environ.get("NEO4J_USERNAME", "neo4j"), os.environ.get("NEO4J_PASSWORD", ""))
    bars.track(f"{url}: beside the bare driver", COMPARED)
    database = os.environ.get("NEO4J_DATABASE", "neo4j")
    return await bare.compare(store, url, auth if auth[1] else None, database, COMPARED)


async def _figures(store: Any, url: str, sizes: list[int], arguments: argparse.Namespace, bars: Bars) -> dict[str, Any]:
    queries, world = arguments.queries, World(sizes[-1])
    filled = Filled(store, Scope(user_id="big"), world)
    figures: dict[str, Any] = {name: {} for name in ("fill", "add", "search_hops0", "search_hops2", "search_small")}
    await fill_small(store, 1, bars.track(f"{url}: first tenant", 1))
    small = World(100, seed=small_seed(SMALL))
    for size in sizes:
        key = str(size)
        figures["fill"][key] = await fill(filled, size, bars.track(f"{url}: {size}", size))
        figures["add"][key] = await adding(filled, queries)
        figures["search_hops0"][key] = await searching(store, filled.big, world, queries, 0)
        figures["search_hops2"][key] = await searching(store, filled.big, world, queries, 2)
        figures["search_small"][key] = await searching(store, SMALL, small, queries, 2)
    await fill_small(store, arguments.tenants, bars.track(f"{url}: tenants", arguments.tenants))
    figures["search_small"]["among_tenants"] = await searching(store, SMALL, small, queries, 2)
    figures["vector_search"] = await exactness(filled, queries, SMALL, small)
    first, last = figures["search_small"][str(sizes[0])]["p50_ms"], figures["search_small"][str(sizes[-1])]["p50_ms"]
    figures["small_tenant_growth"] = round(last / first, 3)
    return figures


def _show(document: dict[str, Any]) -> None:
    table = Table(title="p50 / p95 in ms (a second)")
    table.add_column("measure")
    for name in document["systems"]:
        table.add_column(name, justify="right")
    rows = [
        (what, size)
        for what in ("add", "search_hops0", "search_hops2", "search_small")
        for size in _sizes(document, what)
    ]
    for what, size in rows:
        cells = [figures[what][size] for figures in document["systems"].values()]
        table.add_row(f"{what} @ {size}", *(f"{c['p50_ms']} / {c['p95_ms']} ({c['per_second']})" for c in cells))
    for kind in ("big", "small"):
        cells = [figures["vector_search"][kind] for figures in document["systems"].values()]
        table.add_row(
            f"vector search, {kind}", *(f"{c['p50_ms']} / {c['p95_ms']}, recall@10 {c['recall@10']}" for c in cells)
        )
    for size in _sizes(document, "fill"):
        cells = [figures["fill"][size] for figures in document["systems"].values()]
        table.add_row(f"rows a second to {size}", *(str(c["rows_per_second"]) for c in cells))
    growth = [str(figures["small_tenant_growth"]) for figures in document["systems"].values()]
    table.add_row("small tenant, last size to first", *growth)
    ratios = [str(figures.get("bare_driver", {}).get("store_to_bare", "–")) for figures in document["systems"].values()]
    table.add_row("rows a second to those of the bare driver", *ratios)
    Console().print(table)


def _sizes(document: dict[str, Any], what: str) -> list[str]:
    return list(next(iter(document["systems"].values()))[what])
