"""Chains of facts from a name in the question, walked by the words of the question that say relations. Pure.

"The wife of Emil's father" is two facts away from Emil, and says which two: the question is read from the name outward,
and each fact that is crossed takes the words that say its relation. A chain that takes them all, each in its turn, is the
one that is meant, however little its last memory resembles the question. Beam search over chains of facts is PropRAG's
(Wang 2025, §3.3), which scores a chain by the vector of its text; here it is scored by the words it accounts for, which
needs no model and tells a chain that answers from one that only sounds alike.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graphmem.domain.subgraph import Link, Told
from graphmem.recall.reading import Reading
from graphmem.recall.relations import Relation

BEAM = 40
"""Chains that are taken further, the best of each length."""
SHARPNESS = 10.0
"""How fast a chain counts for less than the best one, by the share of the question that it accounts for."""
PARTIAL = 0.5
"""A chain that accounts for no more of the question than this says nothing."""
REASON = 0.65
"""What a memory on the way to the end of a chain counts for, beside the one at its end."""
MOST_SUBJECTS = 20
"""Entities at the ends of these whose facts are asked for."""

_NOTHING: tuple[frozenset[int], frozenset[int]] = frozenset(), frozenset()


@dataclass(frozen=True, slots=True)
class Chain:
    """The facts from a named entity to `end`. `taken`: the places of the words that they account for; `skipped`: of
    those that were passed over on the way, each once."""

    reading: Reading
    end: str
    steps: tuple[Told, ...] = ()
    passed: tuple[str, ...] = ()
    taken: frozenset[int] = frozenset()
    skipped: frozenset[int] = frozenset()

    @property
    def score(self) -> float:
        """The share, 0…1, of the question's words that the chain accounts for, less for those out of turn."""
        return self.reading.share(self.taken, len(self.skipped), (*self.passed, self.end))

    @property
    def weight(self) -> float:
        """What the chain says, 0…1: nothing where it leaves half of the question open, and the less the shorter it is, for
        that one fact has a word in common with a question means little. Squared, so that halves of both are a quarter."""
        said = max(self.score - PARTIAL, 0.0) / (1 - PARTIAL)
        return float((said * (1 - 0.5 ** len(self.steps))) ** 2)

    @property
    def open(self) -> bool:
        """Whether words are left for a further fact to take."""
        return len(self.taken) < len(self.reading.words)

    def across(self, told: Told, takes: Takes) -> Chain | None:
        """The chain with this fact crossed to its other end; None where it says nothing that the question asks."""
        forwards = told.subject_id == self.end
        other = told.object_id if forwards else told.subject_id
        if told.negated or other == self.end or other in self.passed:
            return None
        taken, skipped = takes.of(self, told, forwards)
        if not taken:
            return None
        return Chain(
            self.reading,
            other,
            (*self.steps, told),
            (*self.passed, self.end),
            self.taken | taken,
            self.skipped | skipped,
        )


@dataclass(slots=True)
class Takes:
    """What facts take of a question, found out once for all chains that cross them and all memories that say them."""

    _relations: dict[tuple[str, bool, str], Relation] = field(default_factory=dict)
    _found: dict[tuple[int, frozenset[int], str, bool], tuple[frozenset[int], frozenset[int]]] = field(
        default_factory=dict
    )
    _holds: dict[tuple[int, str], bool] = field(default_factory=dict)

    def of(self, chain: Chain, told: Told, forwards: bool) -> tuple[frozenset[int], frozenset[int]]:
        """See `Reading.take`, for the relation of this fact."""
        if not self._may_say(chain.reading, told):
            return _NOTHING
        key = (id(chain.reading), chain.taken, told.fact_id, forwards)
        found = self._found.get(key)
        if found is None:
            about = (*key[2:], chain.reading.asker)
            relation = self._relations.get(about)
            if relation is None:
                relation = self._relations[about] = Relation.of(told, forwards, asker=chain.reading.asker)
            found = self._found[key] = chain.reading.take(chain.taken, relation)
        return found

    def _may_say(self, reading: Reading, told: Told) -> bool:
        """Whether the fact holds a sign of the question's words; most do not."""
        key = (id(reading), told.fact_id)
        holds = self._holds.get(key)
        if holds is None:
            text = f"{told.predicate} {told.text.lower()}"
            holds = self._holds[key] = any(map(text.__contains__, reading.signs))
        return holds


@dataclass(slots=True)
class Chains:
    """The chains of one search. `front`: the best of the longest; `best`: for each memory, the best that it is on;
    `dropped`: how many were not taken further, for there were better ones; `crowded`: entities that none went through."""

    front: list[Chain]
    best: dict[str, Chain] = field(default_factory=dict)
    dropped: int = 0
    crowded: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, readings: Mapping[str, Reading]) -> Chains:
        """Chains that begin at the entities that a question names, by how it is read from each."""
        return cls([Chain(reading, entity) for entity, reading in sorted(readings.items())])

    @property
    def ends(self) -> tuple[str, ...]:
        """The entities whose facts could take the best chains further."""
        return tuple(dict.fromkeys(one.end for one in self.front if one.open))[:MOST_SUBJECTS]

    def cross(self, told: Iterable[Told], crowded: Iterable[str] = ()) -> None:
        """Take every chain one fact further, by what is told of the entities at their ends; of the `crowded` ones nothing is."""
        self.crowded.update(crowded)
        by_end: dict[str, list[Told]] = {}
        for one in told:
            by_end.setdefault(one.subject_id, []).append(one)
            by_end.setdefault(one.object_id, []).append(one)
        takes = Takes()
        longer: dict[tuple[str, str, frozenset[int]], Chain] = {}
        for chain in self.front:
            for one in by_end.get(chain.end, ()):
                further = chain.across(one, takes)
                if further is None:
                    continue
                key = (one.memory_id, further.end, further.taken)
                if key not in longer or len(further.skipped) < len(longer[key].skipped):
                    longer[key] = further
        self.front = _ranked(longer.values())[:BEAM]
        self.dropped += len(longer) - len(self.front)
        for chain in self.front:
            for memory in {told.memory_id for told in chain.steps}:
                if memory not in self.best or chain.score > self.best[memory].score:
                    self.best[memory] = chain

    def credits(self) -> dict[str, float]:
        """How surely each memory is on the way that is asked for, 0…1: most on the best chain, and there at its end."""
        most = max((chain.score for chain in self.best.values()), default=0.0)
        credits = {}
        for memory, chain in self.best.items():
            beside = math.exp(-SHARPNESS * (most - chain.score))
            place = 1.0 if chain.steps[-1].memory_id == memory else REASON
            credits[memory] = chain.weight * beside * place
        return {memory: credit for memory, credit in credits.items() if credit > 0}

    def links(self) -> dict[str, Link]:
        """For each memory on a chain, the step to it from the memory before; none for the first of a chain."""
        found = {}
        for memory, chain in self.best.items():
            place = next(place for place, told in enumerate(chain.steps) if told.memory_id == memory)
            if place:
                before = chain.steps[place - 1]
                found[memory] = Link("fact", before.memory_id, memory, chain.passed[place], before.sentence)
        return found


def _ranked(chains: Iterable[Chain]) -> list[Chain]:
    """Best first; of equals, what was told last: ids of facts and memories grow with time."""
    newest = sorted(chains, key=_last, reverse=True)
    return sorted(newest, key=lambda one: -one.score)


def _last(chain: Chain) -> list[str]:
    return [told.memory_id for told in reversed(chain.steps)]
