"""Second look: what the best memories lead to. Pure.

A hop is conditioned on the question: the sentence that names an entity weighs as much as it resembles what is asked,
compared with the best such sentence of the same memory, so that "the director of" walks to the director and not to an
actor. Scores multiply along the path. `about` leads from a memory to those whose subject it names; `shared` to those
that name the same entity, chosen by question and entity together (the sum of their vectors); `next` to the neighbours
in a conversation.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphmem.domain.subgraph import Link
from graphmem.settings import RecallWeights

SHARED_ENTITIES = 8
"""``shared`` links of one memory lead through at most so many entities."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """The best way found to a memory by one kind of link."""

    link: Link
    gain: float


def arrivals(
    links: Sequence[Link], scores: Mapping[str, float], weights: RecallWeights
) -> dict[tuple[str, str], Arrival]:
    """For each (target, kind), the link that brings the most from the memories in `scores`, and how much that is."""
    best, telling = _nearest_entities(links)
    subjects = Counter((link.source, link.entity_id) for link in links if link.kind == "about")
    reached: dict[tuple[str, str], Arrival] = {}
    for link in links:
        if link.source not in scores or link.target == link.source:
            continue
        if link.kind == "shared" and link.entity_id not in telling[link.source]:
            continue
        gain = scores[link.source] * _share(link, best[link.source, link.kind], weights)
        if link.kind == "about":
            gain *= particularity(subjects[link.source, link.entity_id])
        key = (link.target, link.kind)
        if gain > 0 and (key not in reached or gain > reached[key].gain):
            reached[key] = Arrival(link, gain)
    return reached


def particularity(memories: int) -> float:
    """How surely one of so many memories about the same thing is meant by naming it: 1 for the only one, then falling."""
    return 1 / memories


def _nearest_entities(links: Sequence[Link]) -> tuple[dict[tuple[str, str], float], dict[str, set[str]]]:
    """The highest cosine of a naming sentence by (source, kind), and the few entities of each source that stand in the
    sentences nearest to the question: the rest would join everything with everything."""
    best: dict[tuple[str, str], float] = {}
    shared: dict[str, dict[str, float]] = {}
    for link in links:
        key = (link.source, link.kind)
        best[key] = max(best.get(key, -1.0), link.link_cosine)
        if link.kind == "shared":
            shared.setdefault(link.source, {})[link.entity_id] = link.link_cosine
    telling = {
        source: set(sorted(cosines, key=lambda entity: (-cosines[entity], entity))[:SHARED_ENTITIES])
        for source, cosines in shared.items()
    }
    return best, telling


def _share(link: Link, best: float, weights: RecallWeights) -> float:
    """What part of its source's score a link hands on, 0…1 before the weight of its kind."""
    if link.kind == "next":
        return weights.next
    resemblance = math.exp(weights.sharpness * (link.link_cosine - best))
    if link.kind == "about":
        return weights.about * resemblance
    joint = joint_cosine(link)
    return weights.shared * resemblance * max(joint, 0.0) / math.sqrt(math.log2(2 + link.entity_degree))


def joint_cosine(link: Link) -> float:
    """The cosine of question + entity to the target, all of unit length: (q·m + e·m) / |q + e|, with |q + e|² = 2 + 2 q·e."""
    length = math.sqrt(max(2.0 + 2.0 * link.entity_cosine, 1e-9))
    return (link.target_cosine + link.entity_target_cosine) / length
