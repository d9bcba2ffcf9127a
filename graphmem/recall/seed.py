"""First look: how well each memory answers by itself. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphmem.domain.subgraph import Link, Scored
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


def seed(
    semantic: Sequence[Scored], keyword: Sequence[Scored], named: Mapping[str, float], weights: RecallWeights
) -> dict[str, Candidate]:
    """Candidates from the vector probe and the text probe, and from memories about entities that the question names.

    A sum of normalised scores: it did better than reciprocal ranks on every set tried (benchmarks/README.md).
    """
    candidates: dict[str, Candidate] = {}
    cosines = {row.id: row.score for row in semantic}

    def give(scores: Mapping[str, float], part: str, weight: float) -> None:
        for memory, score in scores.items():
            if score * weight > 0 or memory not in candidates:
                candidate = candidates.setdefault(memory, Candidate(memory, cosines.get(memory, 0.0)))
                candidate.parts[part] = candidate.parts.get(part, 0.0) + weight * score

    give(normalised(semantic), "semantic", weights.semantic)
    give(normalised(keyword), "keyword", weights.keyword)
    give(named, "named", weights.named)
    return candidates


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
