"""graphmem with one part of its ranking off at a time: what each part brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from benchmarks.datasets import Passage
from benchmarks.systems import Progress, Search
from benchmarks.systems.graphmem_system import HOPS, Graphmem
from graphmem import Settings
from graphmem.settings import RecallWeights

WHOLE = "graphmem"
NO_HOPS = f"{WHOLE} hops=0"


def one_off(configuration: Settings) -> dict[str, Settings]:
    """By row name: the settings with one weight of the recall at 0. A weight that is 0 already has no row."""
    weights = configuration.recall.model_dump()
    return {
        f"without {name}": configuration.model_copy(update={"recall": RecallWeights(**{**weights, name: 0})})
        for name, value in weights.items()
        if isinstance(value, float) and value > 0 and _may_be_off(name)
    }


def _may_be_off(name: str) -> bool:
    """Whether 0 is a value of that field: a budget or a half-life cannot be none."""
    return all(getattr(rule, "gt", None) is None and (getattr(rule, "ge", None) or 0) <= 0 for rule in _rules(name))


def _rules(name: str) -> Sequence[object]:
    return RecallWeights.model_fields[name].metadata


class Ablated(Graphmem):
    """One store, asked as it comes, with each weight of the recall at 0 in turn, and without hops. The first and the last
    row are those of `Graphmem`, so a kept run has their answers already."""

    name = "ablation"

    @property
    def searches(self) -> Mapping[str, Search]:
        """The whole first; the others are compared with it."""
        rows: dict[str, Search] = {WHOLE: partial(self._ask, 0, HOPS)}
        rows |= {row: partial(self._ask, number, HOPS) for number, row in enumerate(one_off(self.configuration), 1)}
        return rows | {NO_HOPS: partial(self._ask, 0, 0)}

    def _ask(self, variant: int, hops: int, question: str, scope: str, k: int) -> list[str]:
        return self.search(self._memories[variant], question, scope, k, hops)

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """The store once, then a way into it for each row."""
        super().build(passages, on_progress)
        for configuration in one_off(self.configuration).values():
            self.opened(configuration)
