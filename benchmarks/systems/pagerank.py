"""A walk over a graph of phrases and passages that is not conditioned on the question but by where it starts: HippoRAG 2
(Gutiérrez, Shu, Qi, Zhou and Su, "From RAG to Memory: Non-Parametric Continual Learning for Large Language Models", 2025,
section 3), written plainly and without a language model at query time: the best facts are taken as they are.

* Nodes: the phrases that are subject or object of a triple, and the passages.
* Edges, undirected: subject and object of a fact (weight: how many passages say so), a passage and each phrase in it (1),
  and phrases whose vectors have a cosine of .8 or more (that cosine).
* Seeds: the phrases of the 5 facts nearest to the question, each by the mean score of its facts over the number of
  passages that have it; and every passage by its cosine x .05, stretched to 0…1.
* Personalised PageRank with damping .5; passages are ranked by the probability that stays on them.

Where there is no triple this is the dense ranking.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from re import sub
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets import Passage, by_scope
from benchmarks.embedding import CachedEmbedder
from benchmarks.extraction import PhraseTriple
from benchmarks.systems import Progress, Search, Setup
from benchmarks.systems.ranking import best_first

SEED_FACTS = 5
PASSAGE_WEIGHT = 0.05
DAMPING = 0.5
SYNONYMS = 0.8
MOST_SYNONYMS = 100
"""Synonym edges of one phrase, the nearest first."""
SHORTEST_SYNONYM = 3
"""Letters and digits of a phrase that may have synonyms: shorter ones resemble everything."""
CLOSE_ENOUGH = 1e-6
"""The walk ends when no more than this moves in a step."""
BATCH = 256

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Graph:
    """One corpus. Nodes are the phrases, then the passages.

    `facts`, `passages`: float32 [n, dimension] of unit length; `ends`: int64 [facts, 2], the phrases of each fact;
    `holders`: int64 [phrases], in how many passages each is; `source`, `target`: int64 [edges], each edge in both
    directions; `share`: float64 [edges], what part of its source's probability goes that way.
    """

    ids: list[str]
    passages: Floats
    facts: Floats
    ends: Places
    holders: Places
    source: Places
    target: Places
    share: NDArray[np.float64]

    def seeds(self, question: Floats) -> NDArray[np.float64]:
        """Where the walk starts: float64 [nodes], adding up to 1."""
        start = np.zeros(len(self.holders) + len(self.ids))
        start[len(self.holders) :] = PASSAGE_WEIGHT * _stretched(self.passages @ question)
        if len(self.facts):
            scores = _stretched(self.facts @ question)
            of_phrase: dict[int, list[float]] = defaultdict(list)
            for fact in best_first(scores, SEED_FACTS):
                for phrase in set(map(int, self.ends[fact])):
                    of_phrase[phrase].append(float(scores[fact]))
            for phrase, found in of_phrase.items():
                start[phrase] = np.mean(found) / self.holders[phrase]
        total = start.sum()
        return start / total if total > 0 else np.full(len(start), 1 / len(start))

    def walk(self, start: NDArray[np.float64]) -> NDArray[np.float64]:
        """The probability of each node: float64 [nodes]. A node without edges sends the walk back to its start."""
        here = start
        stuck = np.bincount(self.source, weights=self.share, minlength=len(start)) == 0
        while True:
            onward = np.bincount(self.target, weights=self.share * here[self.source], minlength=len(start))
            following: NDArray[np.float64] = (1 - DAMPING) * start + DAMPING * (onward + here[stuck].sum() * start)
            if np.abs(following - here).sum() < CLOSE_ENOUGH:
                return following
            here = following


class PageRank:
    """One graph a scope; the triples are those of the run's extractor."""

    name = "pagerank"

    def __init__(self, setup: Setup) -> None:
        self._embedder = setup.embedder
        self._extraction = setup.extraction
        self._graphs: dict[str, Graph] = {}

    @property
    def settings(self) -> Mapping[str, Any]:
        """The paper's values, and where the triples come from."""
        return {
            "embedder": self._embedder.name,
            "seed_facts": SEED_FACTS,
            "passage_weight": PASSAGE_WEIGHT,
            "damping": DAMPING,
            "synonyms": SYNONYMS,
            **self._extraction.settings,
        }

    @property
    def searches(self) -> Mapping[str, Search]:
        """The one row."""
        return {self.name: self.search}

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Extract, embed, and join what belongs together."""
        done = 0
        for scope, members in by_scope(passages).items():
            triples = self._extraction.triples(members, _from(done, on_progress))
            self._graphs[scope] = graph_of(members, triples, self._embedder)
            done += len(members)
            on_progress(done)

    def search(self, question: str, scope: str, k: int) -> list[str]:
        """The passages that the walk is most often at."""
        graph = self._graphs[scope]
        start = graph.seeds(self._embedder.embed([question])[0])
        return [graph.ids[place] for place in best_first(graph.walk(start)[len(graph.holders) :], k)]

    def close(self) -> None:
        """Nothing is held but memory."""


def graph_of(passages: Sequence[Passage], triples: Sequence[Sequence[PhraseTriple]], embedder: CachedEmbedder) -> Graph:
    """The graph of one corpus; `triples` has those of each passage."""
    numbers: dict[str, int] = {}
    facts: dict[tuple[str, str, str], tuple[int, int]] = {}
    said: Counter[tuple[int, int]] = Counter()
    held: set[tuple[int, int]] = set()
    for place, mine in enumerate(triples):
        for fact in dict.fromkeys(_plain(triple) for triple in mine):
            ends = tuple(numbers.setdefault(phrase, len(numbers)) for phrase in (fact[0], fact[2]))
            facts[fact] = (ends[0], ends[1])
            held.update((end, place) for end in ends)
            if ends[0] != ends[1]:
                said[min(ends), max(ends)] += 1
    weights: dict[tuple[int, int], float] = dict(said)
    weights |= {(phrase, len(numbers) + place): 1.0 for phrase, place in held}
    for one, other, cosine in synonyms(list(numbers), _vectors(embedder, list(numbers))):
        weights[one, other] = weights.get((one, other), 0.0) + cosine
    source, target, share = _edges(weights, len(numbers) + len(passages))
    return Graph(
        ids=[passage.id for passage in passages],
        passages=_vectors(embedder, [passage.spoken for passage in passages]),
        facts=_vectors(embedder, [" ".join(fact) for fact in facts]),
        ends=np.array(list(facts.values()), np.int64).reshape(-1, 2),
        holders=np.bincount(np.array([phrase for phrase, _ in held], np.int64), minlength=len(numbers)),
        source=source,
        target=target,
        share=share,
    )


def synonyms(phrases: Sequence[str], vectors: Floats) -> Iterator[tuple[int, int, float]]:
    """Pairs of phrases (the lower number first, each pair once) that mean nearly the same, with their cosine."""
    able = np.array([sum(map(str.isalnum, phrase)) >= SHORTEST_SYNONYM for phrase in phrases], bool)
    found: dict[tuple[int, int], float] = {}
    for first in range(0, len(phrases), BATCH):
        cosines = vectors[first : first + BATCH] @ vectors.T
        cosines[:, ~able] = 0
        for row, line in enumerate(cosines):
            one = first + row
            near = np.flatnonzero(line >= SYNONYMS)
            near = near[np.argsort(-line[near], kind="stable")][: MOST_SYNONYMS + 1]
            if able[one]:
                found |= {(min(one, int(p)), max(one, int(p))): float(line[p]) for p in near if p != one}
    yield from ((one, other, cosine) for (one, other), cosine in found.items())


def _edges(weights: Mapping[tuple[int, int], float], nodes: int) -> tuple[Places, Places, NDArray[np.float64]]:
    pairs = np.array(list(weights), np.int64).reshape(-1, 2)
    both = np.array(list(weights.values()), np.float64)
    source, target = np.concatenate([pairs[:, 0], pairs[:, 1]]), np.concatenate([pairs[:, 1], pairs[:, 0]])
    share = np.concatenate([both, both])
    return source, target, share / np.bincount(source, weights=share, minlength=nodes)[source]


def _plain(triple: PhraseTriple) -> tuple[str, str, str]:
    """Phrases in lower case without punctuation: what makes two of them the same node."""
    subject, predicate, object_ = (sub(r"\W+", " ", part.casefold()).strip() for part in triple)
    return subject, predicate, object_


def _vectors(embedder: CachedEmbedder, texts: Sequence[str]) -> Floats:
    batches = [embedder.embed(texts[first : first + BATCH]) for first in range(0, len(texts), BATCH)]
    return np.concatenate(batches) if batches else np.empty((0, embedder.dimension), np.float32)


def _stretched(scores: Floats) -> NDArray[np.float64]:
    values = scores.astype(np.float64)
    span = values.max() - values.min()
    return (values - values.min()) / span if span > 0 else np.ones(len(values))


def _from(before: int, on_progress: Progress) -> Callable[[int], None]:
    return lambda done: on_progress(before + done)
