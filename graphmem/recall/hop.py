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
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from graphmem.domain.subgraph import Link
from graphmem.recall.coverage import Coverage
from graphmem.settings import RecallWeights


class Arrival(NamedTuple):
    """The best way found to a memory by one kind of link."""

    link: Link
    gain: float


def arrivals(
    links: Iterable[Link], scores: Mapping[str, float], coverage: Coverage, weights: RecallWeights
) -> dict[tuple[str, str], Arrival]:
    """For each (target, kind), the link that brings the most from the memories in `scores`, and how much that is."""
    reached: dict[tuple[str, str], Arrival] = {}
    for (source, kind, _), way in _ways(links, scores).items():
        share = scores[source] * way.share(weights)
        if share <= 0:
            continue
        gains = _divided(share, way.links) if kind == "shared" else [share] * len(way.links)
        if weights.coverage and kind != "next":
            added = coverage.beyond(source, [link.target for link in way.links])
            gains = [gain * (1 + weights.coverage * more) for gain, more in zip(gains, added, strict=True)]
        for link, gain in zip(way.links, gains, strict=True):
            if gain > 0:
                key = (link.target, kind)
                before = reached.get(key)
                if before is None or gain > before.gain:
                    reached[key] = Arrival(link, gain)
    return reached


def _divided(share: float, links: Iterable[Link]) -> list[float]:
    """What each of these gets by its nearness to question and entity together, the nearest one all."""
    joint = [joint_cosine(link) for link in links]
    best = max(joint)
    return [share * (near / best) if near > 0 else 0.0 for near in joint]


def particularity(memories: int) -> float:
    """How surely one of so many memories about the same thing is meant by naming it: 1 for the only one, then falling."""
    return 1 / memories


@dataclass(slots=True)
class _Way:
    """The links of one kind from one memory through one entity. They have the naming sentence in common; `apart`: how far its
    cosine is below that of the best such sentence of the same memory."""

    links: list[Link]
    apart: float = 0.0

    def share(self, weights: RecallWeights) -> float:
        """What part of its source's score each link hands on at best, before coverage."""
        link = self.links[0]
        if link.kind == "next":
            return weights.next
        resemblance = math.exp(-weights.sharpness * self.apart)
        if link.kind == "about":
            return weights.about * resemblance * particularity(len(self.links))
        return weights.shared * resemblance / math.sqrt(max(link.entity_degree, 1))


def _ways(links: Iterable[Link], sources: Container[str]) -> dict[tuple[str, str, str], _Way]:
    """The links out of these sources, by source, kind and entity, each kind measured against its best."""
    ways: dict[tuple[str, str, str], _Way] = {}
    best: dict[tuple[str, str], float] = {}
    for link in links:
        kind, source, target, entity, *_ = link
        if source not in sources or target == source:
            continue
        key = (source, kind, entity)
        way = ways.get(key)
        if way is not None:
            way.links.append(link)
        else:
            ways[key] = _Way([link])
            best[key[:2]] = max(best.get(key[:2], -1.0), link.link_cosine)
    for key, way in ways.items():
        way.apart = best[key[:2]] - way.links[0].link_cosine
    return ways


def joint_cosine(link: Link) -> float:
    """The cosine of question + entity to the target, all of unit length: (q·m + e·m) / |q + e|, with |q + e|² = 2 + 2 q·e."""
    *_, target, entity, entity_target, _ = link
    return (target + entity_target) / math.sqrt(max(2.0 + 2.0 * entity, 1e-9))
