"""What counts besides how well a memory answers: how new it is, how surely it was read, what people said of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from graphmem.domain.fact import Fact
from graphmem.domain.memory import MemoryRecord
from graphmem.recall.seed import Candidate
from graphmem.settings import RankingFactors

DAY = 86_400.0


def weigh(
    candidates: Sequence[Candidate],
    memories: Mapping[str, MemoryRecord],
    said: Mapping[str, Sequence[Fact]],
    now: datetime,
    factors: RankingFactors,
) -> None:
    """Give each candidate a part for every factor that weighs and says something of it. `said`: the facts of each memory."""
    for candidate in candidates:
        memory = memories.get(candidate.id)
        if memory is None:
            continue
        parts = {
            "recency": factors.recency * recency(memory.valid_from, now, factors.half_life),
            "confidence": factors.confidence * confidence(said.get(memory.id, ())),
            "feedback": factors.feedback * memory.feedback,
        }
        candidate.parts.update({name: part for name, part in parts.items() if part})


def recency(when: datetime, now: datetime, half_life: float) -> float:
    """0…1: 1 at `now` and later, half of it for each `half_life` days before."""
    age = max((now - when).total_seconds(), 0.0) / DAY
    return float(0.5 ** (age / half_life))


def confidence(facts: Sequence[Fact]) -> float:
    """0…1: how surely facts were read, on average; 0 without any."""
    return sum(fact.confidence for fact in facts) / len(facts) if facts else 0.0


def looks_further(factors: RankingFactors) -> bool:
    """Whether a memory far down may come to the front by a factor, so that more of them have to be gathered."""
    return factors.recency > 0 or factors.confidence > 0
