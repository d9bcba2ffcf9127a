"""Second look: what the best memories lead to. Pure.

A hop is conditioned on the question: the sentence that names an entity weighs as much as it resembles what is asked,
compared with the best such sentence of the same memory, so that "the director of" walks to the director and not to an
actor. `about` leads from a memory to those whose subject it names; `shared` to those that name the same entity, the
nearest to question and entity together (the sum of their vectors) being the measure of the others, so that an entity
leads somewhere however little any of its memories resembles the question; `next` to the neighbours in a conversation. A
target that says what the source leaves open of the question weighs more. Scores multiply along the path.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from graphmem.domain.subgraph import Link
from graphmem.recall.coverage import Coverage
from graphmem.settings import RecallWeights


@dataclass(frozen=True, slots=True)
class Arrival:
    """The best way found to a memory by one kind of link."""

    link: Link
    gain: float


def arrivals(
    links: Sequence[Link], scores: Mapping[str, float], coverage: Coverage, weights: RecallWeights
) -> dict[tuple[str, str], Arrival]:
    """For each (target, kind), the link that brings the most from the memories in `scores`, and how much that is."""
    field = _Field.of(links)
    reached: dict[tuple[str, str], Arrival] = {}
    for link in links:
        if link.source not in scores or link.target == link.source:
            continue
        gain = scores[link.source] * field.share(link, weights)
        if link.kind in ("about", "shared"):
            gain *= 1 + weights.coverage * coverage.added(link.source, link.target)
        key = (link.target, link.kind)
        if gain > 0 and (key not in reached or gain > reached[key].gain):
            reached[key] = Arrival(link, gain)
    return reached


def particularity(memories: int) -> float:
    """How surely one of so many memories about the same thing is meant by naming it: 1 for the only one, then falling."""
    return 1 / memories


@dataclass(frozen=True, slots=True)
class _Field:
    """What the links of one step are measured against. `sentence`: the highest cosine of a naming sentence by source and
    kind; `target`: the highest joint cosine of a ``shared`` target by source and entity; `subjects`: how many memories
    about an entity a source leads to."""

    sentence: dict[tuple[str, str], float]
    target: dict[tuple[str, str], float]
    subjects: Counter[tuple[str, str]]

    @classmethod
    def of(cls, links: Sequence[Link]) -> Self:
        sentence: dict[tuple[str, str], float] = {}
        target: dict[tuple[str, str], float] = {}
        for link in links:
            key = (link.source, link.kind)
            sentence[key] = max(sentence.get(key, -1.0), link.link_cosine)
            if link.kind == "shared":
                way = (link.source, link.entity_id)
                target[way] = max(target.get(way, 0.0), joint_cosine(link))
        return cls(sentence, target, Counter((link.source, link.entity_id) for link in links if link.kind == "about"))

    def share(self, link: Link, weights: RecallWeights) -> float:
        """What part of its source's score a link hands on, before coverage."""
        if link.kind == "next":
            return weights.next
        resemblance = math.exp(weights.sharpness * (link.link_cosine - self.sentence[link.source, link.kind]))
        way = (link.source, link.entity_id)
        if link.kind == "about":
            return weights.about * resemblance * particularity(self.subjects[way])
        best = self.target[way]
        nearness = max(joint_cosine(link), 0.0) / best if best > 0 else 0.0
        return weights.shared * resemblance * nearness / math.sqrt(max(link.entity_degree, 1))


def joint_cosine(link: Link) -> float:
    """The cosine of question + entity to the target, all of unit length: (q·m + e·m) / |q + e|, with |q + e|² = 2 + 2 q·e."""
    length = math.sqrt(max(2.0 + 2.0 * link.entity_cosine, 1e-9))
    return (link.target_cosine + link.entity_target_cosine) / length
