"""First look: how well each memory answers by itself. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

from graphmem.domain.identity import entity_key
from graphmem.domain.names import asked_names
from graphmem.domain.subgraph import Link, Scored, Seeds
from graphmem.recall.hop import particularity
from graphmem.settings import RecallWeights


@dataclass(slots=True)
class Candidate:
    """A memory in the running. `parts`: its score by kind of evidence; `cosine`: to the question."""

    id: str
    cosine: float = 0.0
    parts: dict[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The sum of the parts."""
        return sum(self.parts.values())


def normalised(rows: Sequence[Scored]) -> dict[str, float]:
    """Scores brought to 0…1 over the rows, the lowest at 0."""
    if not rows:
        return {}
    low, high = min(row.score for row in rows), max(row.score for row in rows)
    width = high - low
    return {row.id: (row.score - low) / width if width > 0 else 1.0 for row in rows}


LEAST_NEAR = 0.01
"""The least that nearness is: words may find what no vector is near to, and its order counts."""


def nearness(nearest: Sequence[Scored]) -> float:
    """How near the nearest memory is to the question, LEAST_NEAR to 1, by cosine; 1 where there is no vector to tell."""
    return min(max(LEAST_NEAR, *(row.score for row in nearest)), 1.0) if nearest else 1.0


def seed(
    first: Seeds,
    named: Mapping[str, float],
    windows: Mapping[str, float],
    said: Set[str],
    told: Set[str],
    weights: RecallWeights,
) -> dict[str, Candidate]:
    """Candidates from the vector probe and the text probe, and from memories about entities that the question names.

    A sum of normalised scores: it did better than reciprocal ranks on every set tried (benchmarks/README.md). What a turn
    of a conversation (a memory in `windows`) scores by itself gives way in part to what it scores with its neighbours, and
    counts for more when the speaker whom the question names said it (`said`), or when it is about what is meant (`told`).
    """
    candidates: dict[str, Candidate] = {}
    cosines = {link.target: link.target_cosine for link in first.links} | {row.id: row.score for row in first.nearest}
    alone, together = 1 - weights.window, weights.window * (weights.semantic + weights.keyword)

    def give(scores: Mapping[str, float], part: str, weight: float) -> None:
        for memory, score in scores.items():
            if score * weight > 0 or memory not in candidates:
                candidate = candidates.setdefault(memory, Candidate(memory, cosines.get(memory, 0.0)))
                share = alone if memory in windows and part in ("semantic", "keyword") else 1.0
                candidate.parts[part] = candidate.parts.get(part, 0.0) + weight * share * score

    give(normalised([Scored(*row) for row in cosines.items()]), "semantic", weights.semantic)
    give(normalised(first.matching), "keyword", weights.keyword)
    give(windows, "window", together)
    give(named, "named", weights.named)
    give(dict.fromkeys(said & windows.keys(), 1.0), "speaker", weights.speaker)
    give(dict.fromkeys(told & windows.keys(), 1.0), "topic", weights.topic)
    return candidates


def speakers(text: str, actors: Mapping[str, str]) -> set[str]:
    """The memories said by the one speaker whom the question names; none when it names several."""
    asked = asked_names(text)
    keys = {actor: entity_key(actor) for actor in set(actors.values())}
    named = {key for key in keys.values() if key in asked}
    return {memory for memory, actor in actors.items() if keys[actor] in named} if len(named) == 1 else set()


def topics(links: Iterable[Link], meant: Collection[str]) -> set[str]:
    """The memories about the one thing that the question means; none when it means several."""
    about = {link.target for link in links if link.kind == "about" and not link.source and link.entity_id in meant}
    return about if len(meant) == 1 else set()


def named_subjects(links: Iterable[Link]) -> dict[str, float]:
    """How strongly each memory is meant, 0…1, by being about an entity that the question names.

    The only memory about a thing is the one; of a hundred about a person each is meant a little.
    """
    about = [link for link in links if link.kind == "about" and not link.source]
    counts = Counter(link.entity_id for link in about)
    strengths: dict[str, float] = {}
    for link in about:
        strength = particularity(counts[link.entity_id])
        strengths[link.target] = max(strength, strengths.get(link.target, 0.0))
    return strengths
