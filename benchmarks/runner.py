"""The measurement itself: each system in turn takes the passages in and is asked every question."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from benchmarks import machine
from benchmarks.datasets import Dataset, Question
from benchmarks.embedding import CachedEmbedder
from benchmarks.extraction import Extraction
from benchmarks.journal import Journal
from benchmarks.metrics import DEPTH
from benchmarks.progress import Bars
from benchmarks.systems import Search, Setup, System
from benchmarks.systems.catalogue import maker, stored_as
from benchmarks.work import Build, SystemFolder, Work

WARM_UP = "Which river runs through the town?"


@dataclass(frozen=True, slots=True)
class Row:
    """One way of asking one system: a ranking and wall milliseconds for each question, in their order."""

    name: str
    rankings: tuple[tuple[str, ...], ...]
    query_ms: tuple[float, ...]
    build: Build
    peak_rss_mb: float | None
    settings: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Runner:
    """What all systems of a run are measured with. `neo4j`: the address of an empty database, for those that take one."""

    dataset: Dataset
    embedder: CachedEmbedder
    extraction: Extraction
    work: Work
    console: Console
    neo4j: str | None = None

    def run(self, names: Sequence[str]) -> list[Row]:
        """Measure the named systems one after another, each gone before the next begins; progress goes to the console.

        What the work folder holds already is not done again.
        """
        rows: list[Row] = []
        makers = {name: maker(name) for name in names}
        with Bars(self.console) as bars:
            for name, make in makers.items():
                gc.collect()
                machine.reset_peak()
                folder = self.work.of(stored_as(name))
                setup = Setup(self.embedder, self.extraction, folder.path, self.work.is_kept, self.neo4j)
                with closing(make(setup)) as system:
                    rows += self._measure(system, folder, bars)
                    folder.finish()
        return rows

    def _measure(self, system: System, folder: SystemFolder, bars: Bars) -> list[Row]:
        answers = {name: folder.answers(name) for name in system.searches}
        if not folder.build.done or any(len(given.rows) < len(self.dataset.questions) for given in answers.values()):
            self._build(system, folder, bars)
        for name, search in system.searches.items():
            self._ask(name, search, answers[name], bars)
        build = folder.build
        folder.build = build = build.plus(Build(peak_rss_mb=machine.peak_rss_mb(), done=True))
        return [
            Row(
                name,
                tuple(tuple(one["ranking"]) for one in given.rows),
                tuple(one["ms"] for one in given.rows),
                build,
                build.peak_rss_mb,
                dict(system.settings),
            )
            for name, given in answers.items()
        ]

    def _build(self, system: System, folder: SystemFolder, bars: Bars) -> None:
        """Take the passages in, counting on from an earlier part; a build that was done once is not counted again."""
        shown = bars.track(f"{system.name}: taking passages in", len(self.dataset.passages))
        before = folder.build
        self.embedder.build_begins()
        started = time.perf_counter()

        def keep(done: bool) -> None:
            seconds, inside = time.perf_counter() - started, self.embedder
            part = Build(seconds, inside.seconds, inside.computed, inside.reused, 1, machine.peak_rss_mb(), done)
            folder.build = before.plus(part)

        def on_progress(done: int) -> None:
            shown(done)
            if not before.done:
                keep(False)

        system.build(self.dataset.passages, on_progress)
        if not before.done:
            keep(True)

    def _ask(self, name: str, search: Search, given: Journal, bars: Bars) -> None:
        """Ask every question that has no answer yet, after one that is not of the set, so that loading is not timed."""
        questions = self.dataset.questions
        on_progress = bars.track(f"{name}: asking", len(questions))
        on_progress(len(given.rows))
        if len(given.rows) == len(questions):
            return
        self.embedder.questions_begin()
        search(WARM_UP, questions[0].scope, DEPTH)
        for question in questions[len(given.rows) :]:
            given.add([_answer(question, search)])
            on_progress(len(given.rows))


def _answer(question: Question, search: Callable[[str, str, int], list[str]]) -> dict[str, Any]:
    started = time.perf_counter()
    ranking = search(question.text, question.scope, DEPTH)
    return {"question": question.id, "ranking": ranking, "ms": 1000 * (time.perf_counter() - started)}
