"""The measurement itself: each system in turn takes the passages in and is asked every question."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from benchmarks import machine
from benchmarks.datasets import Dataset
from benchmarks.embedding import CachedEmbedder
from benchmarks.metrics import DEPTH
from benchmarks.progress import Bars
from benchmarks.systems import Search, System
from benchmarks.systems.catalogue import maker

WARM_UP = "Which river runs through the town?"


@dataclass(frozen=True, slots=True)
class Build:
    """What taking the passages in cost: wall seconds, those of them inside the embedder, and texts embedded and reused.

    Where texts were reused the seconds are those of a warm cache and no measure of the system.
    """

    seconds: float
    embedding_seconds: float
    texts_embedded: int
    texts_from_cache: int


@dataclass(frozen=True, slots=True)
class Row:
    """One way of asking one system: a ranking and wall milliseconds for each question, in their order."""

    name: str
    rankings: tuple[tuple[str, ...], ...]
    query_ms: tuple[float, ...]
    build: Build
    peak_rss_mb: float | None
    settings: dict[str, Any] = field(default_factory=dict)


def run(dataset: Dataset, names: Sequence[str], embedder: CachedEmbedder, console: Console) -> list[Row]:
    """Measure the named systems one after another, each gone before the next begins; progress goes to `console`."""
    rows: list[Row] = []
    makers = [maker(name) for name in names]
    with Bars(console) as bars:
        for make in makers:
            gc.collect()
            machine.reset_peak()
            with closing(make(embedder)) as system:
                rows += _measure(system, dataset, embedder, bars)
    return rows


def _measure(system: System, dataset: Dataset, embedder: CachedEmbedder, bars: Bars) -> list[Row]:
    build = _build(system, dataset, embedder, bars)
    asked = {name: _ask(name, search, dataset, embedder, bars) for name, search in system.searches.items()}
    peak = machine.peak_rss_mb()
    return [
        Row(name, rankings, milliseconds, build, peak, dict(system.settings))
        for name, (rankings, milliseconds) in asked.items()
    ]


def _build(system: System, dataset: Dataset, embedder: CachedEmbedder, bars: Bars) -> Build:
    on_progress = bars.track(f"{system.name}: taking passages in", len(dataset.passages))
    embedder.build_begins()
    started = time.perf_counter()
    system.build(dataset.passages, on_progress)
    seconds = time.perf_counter() - started
    return Build(seconds, embedder.seconds, embedder.computed, embedder.reused)


def _ask(
    name: str, search: Search, dataset: Dataset, embedder: CachedEmbedder, bars: Bars
) -> tuple[tuple[tuple[str, ...], ...], tuple[float, ...]]:
    """Ask every question once, after one that is not of the set, so that loading is not timed."""
    on_progress = bars.track(f"{name}: asking", len(dataset.questions))
    embedder.questions_begin()
    search(WARM_UP, dataset.questions[0].scope, DEPTH)
    rankings, milliseconds = [], []
    for question in dataset.questions:
        started = time.perf_counter()
        ranking = search(question.text, question.scope, DEPTH)
        milliseconds.append(1000 * (time.perf_counter() - started))
        rankings.append(tuple(ranking))
        on_progress(len(rankings))
    return tuple(rankings), tuple(milliseconds)
