"""What one search does and uses: held to its budget while it goes on, told in its trace at the end."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from graphmem.domain.subgraph import Link
from graphmem.settings import RecallBudget


class Account:
    """The running account of one search. Time is wall time from here on."""

    def __init__(self, budget: RecallBudget) -> None:
        self.budget = budget
        self.left_out: Counter[str] = Counter()
        self.reranker = ""
        self._counts = Counter(candidates=0, hops=0, calls=0)
        self._exhausted: dict[str, None] = {}
        self._links: Counter[str] = Counter()
        self._seconds: dict[str, float] = {}
        self._began = self._last = time.perf_counter()

    def stage(self, name: str) -> None:
        """What was done since the last stage is called so; what is called the same is added up."""
        now = time.perf_counter()
        self._seconds[name] = self._seconds.get(name, 0.0) + now - self._last
        self._last = now

    def called(self) -> None:
        """The store was asked."""
        self._counts["calls"] += 1

    def may_hop(self, wanted: int) -> bool:
        """Whether one more hop is made, of `wanted` in all; it is counted, or what forbids it is noted."""
        done = self._counts["hops"]
        if done >= wanted:
            return False
        if done >= self.budget.hops:
            self._exhausted["hops"] = None
            return False
        if not self.in_time:
            return False
        if self._links.total() >= self.budget.edges:
            self._exhausted["edges"] = None
            return False
        self._counts["hops"] += 1
        return True

    @property
    def in_time(self) -> bool:
        """Whether there is time for another step; noted where there is none."""
        if time.perf_counter() - self._began < self.budget.seconds:
            return True
        self._exhausted["seconds"] = None
        return False

    def within(self, links: Sequence[Link]) -> tuple[Link, ...]:
        """Those that the budget still allows: the nearest to the question, in the order given."""
        room = max(self.budget.edges - self._links.total(), 0)
        if len(links) > room:
            nearest = sorted(range(len(links)), key=lambda at: (-links[at].target_cosine, at))[:room]
            self.left_out["links"] += len(links) - room
            self._exhausted["edges"] = None
            links = [links[at] for at in sorted(nearest)]
        self._links.update(link.kind for link in links)
        return tuple(links)

    def closed(self, candidates: int, suppressed: bool) -> dict[str, Any]:
        """The fields of a Trace that are known here. `suppressed`: whether a crowded entity was cut short."""
        if suppressed:
            self._exhausted["fanout"] = None
        self._counts["candidates"] = candidates
        return {
            "links": dict(self._links),
            "counts": dict(self._counts),
            "left_out": {what: count for what, count in self.left_out.items() if count},
            "exhausted": tuple(sorted(self._exhausted)),
            "reranker": self.reranker,
            "seconds": dict(self._seconds),
        }
