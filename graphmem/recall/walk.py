"""What one search has gathered so far: the memories in the running, the ways that led to them, and where it may go next. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphmem.domain.subgraph import Link, Subgraph
from graphmem.recall.assemble import MOST_STEPS
from graphmem.recall.chain import Chains
from graphmem.recall.coverage import Coverage
from graphmem.recall.hop import arrivals
from graphmem.recall.seed import Candidate
from graphmem.settings import RecallWeights

TELLING = 2
"""A link to what a memory is about explains a hit better than one that shares a name with it: it is shown as the way unless
the other brought more than so many times as much."""


@dataclass(slots=True)
class Walk:
    """The state of a search between its questions to the store.

    `alone`: how well each memory answers by itself; `came_by`: the link that brought the most to it from one that answers
    better than it does alone, and how much that is (as weighed by TELLING) in `brought`; `near`: the links met; `walked`: for
    each memory whose links are known, what it has handed on so far; `nearness`: of the memory nearest to the question, 0…1.
    """

    candidates: dict[str, Candidate]
    coverage: Coverage
    chains: Chains
    weights: RecallWeights
    nearness: float = 1.0
    alone: dict[str, float] = field(default_factory=dict)
    came_by: dict[str, Link] = field(default_factory=dict)
    brought: dict[str, float] = field(default_factory=dict)
    suppressed: dict[str, int] = field(default_factory=dict)
    near: list[Link] = field(default_factory=list)
    walked: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.alone = {one.id: one.score for one in self.candidates.values()}

    def best(self, most: int) -> list[Candidate]:
        """The best so far, ties by id."""
        ranked = heapq.nsmallest(most, [(-one.score, one.id) for one in self.candidates.values()])
        return [self.candidates[id_] for _, id_ in ranked]

    def outcome(self, most: int) -> list[Candidate]:
        """The best in the end. Their scores compare them with each other; times how near the nearest memory is, they compare
        with those of other searches too: what is best where nothing is near is no good answer."""
        best = self.best(most)
        for one in best:
            one.parts = {part: score * self.nearness for part, score in one.parts.items()}
        return best

    def take(self, near: Subgraph, parents: Sequence[str]) -> None:
        """Remember where the parents lead, and what was left out; take the chains of facts further."""
        self.suppressed.update(near.suppressed)
        self.near.extend(near.links)
        self.walked.update(dict.fromkeys(parents, 0.0))
        self.chains.cross(near.told, near.crowded)

    def step(self, front: Sequence[Candidate], parents: Collection[str], share: float) -> None:
        """Let each memory of the front whose links are known hand on a share of its score, where that is more than before.

        Two memories may each raise the other once; walked again, one that is not among the new `parents` does not give back
        what it came by from the other.
        """
        scores = {one.id: one.score * share for one in front if one.id in self.walked}
        scores = {id_: score for id_, score in scores.items() if score > self.walked[id_]}
        self.walked.update(scores)
        links = [link for link in self.near if link.source in scores]
        self.arrive((link for link in links if link.source in parents or not self._circles(link)), scores)

    def arrive(self, links: Iterable[Link], scores: Mapping[str, float]) -> None:
        """Credit each memory that the links lead to with the best way to it of each kind."""
        candidates, brought = self.candidates, self.brought
        for (target, kind), (link, gain) in arrivals(links, scores, self.coverage, self.weights).items():
            candidate = candidates.get(target)
            if candidate is None:
                candidate = candidates[target] = Candidate(target, link.target_cosine)
            parts = candidate.parts
            if gain <= parts.get(kind, 0.0):
                continue
            told = gain * TELLING if kind == "about" else gain
            if told > brought.get(target, 0.0) and self._leads(link):
                self.came_by[target], brought[target] = link, told
            parts[kind] = gain

    def end_chains(self) -> None:
        """Credit the memories on the chains of facts that the question means, and show these as the way where they say more
        than another."""
        links = self.chains.links()
        for id_, credit in self.chains.credits().items():
            gain = self.weights.chain * credit
            self.candidates.setdefault(id_, Candidate(id_)).parts["chain"] = gain
            if gain <= self.brought.get(id_, 0.0):
                continue
            link = links.get(id_)
            if link is None:
                self.came_by.pop(id_, None)  # it says the first fact of its chain: the question itself leads there
            elif not self._circles(link):
                self.came_by[id_], self.brought[id_] = link, gain

    def _leads(self, link: Link) -> bool:
        """Whether a path may take this link: from what answers better than its target does alone, and never in a circle."""
        return self.candidates[link.source].score > self.alone.get(link.target, 0.0) and not self._circles(link)

    def _circles(self, link: Link) -> bool:
        """Whether a link leads back to where its source was reached from."""
        place = link.source
        for _ in range(MOST_STEPS):
            before = self.came_by.get(place)
            if before is None:
                return False
            place = before.source
            if place == link.target:
                return True
        return False
