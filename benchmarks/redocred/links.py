"""Which pairs of a document's things the graph joins: by one fact, or by a path of two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

from benchmarks.redocred.documents import Document, Named

Pair: TypeAlias = tuple[int, int]
"""Numbers of two things of a document, the lower one first: a link has no direction here."""


@dataclass(frozen=True, slots=True)
class Graph:
    """The graph of one document: the keys of each node's names by node, the ends of every fact, and the nodes that are
    literals, through which no path goes."""

    nodes: Mapping[str, Collection[str]]
    facts: Sequence[tuple[str, str]]
    literals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Links:
    """The things of a document that are nodes, and the pairs of things that are joined, by the row that they count in."""

    found: frozenset[int]
    pairs: Mapping[str, frozenset[Pair]]


FACT, PATH, SENTENCE = "graphmem fact", "graphmem path", "same sentence"
ROWS = (FACT, PATH, SENTENCE)


def links(document: Document, graph: Graph) -> Links:
    """What `graph` joins of what `document` names, and beside it the pairs that one sentence names."""
    bearers = _bearers(document.things, graph.nodes)
    near: dict[str, set[str]] = defaultdict(set)
    for subject, object_ in graph.facts:
        near[subject].add(object_)
        near[object_].add(subject)
    direct, within_two = set(), set()
    for node, things in bearers.items():
        for other in near[node]:
            direct |= _pairs(things, bearers.get(other, ()))
            for third in near[other] if other not in graph.literals else ():
                within_two |= _pairs(things, bearers.get(third, ()))
    together = {
        pair
        for pair in combinations(range(len(document.things)), 2)
        if document.things[pair[0]].sentences & document.things[pair[1]].sentences
    }
    rows = (direct, direct | within_two, together)
    return Links(
        frozenset(thing for things in bearers.values() for thing in things),
        {name: frozenset(pairs) for name, pairs in zip(ROWS, rows, strict=True)},
    )


def _bearers(things: Sequence[Named], nodes: Mapping[str, Collection[str]]) -> dict[str, set[int]]:
    """The things that each node is by one of its names."""
    by_key: dict[str, set[int]] = defaultdict(set)
    for number, thing in enumerate(things):
        for key in thing.keys:
            by_key[key].add(number)
    found = {node: {thing for key in keys for thing in by_key.get(key, ())} for node, keys in nodes.items()}
    return {node: numbers for node, numbers in found.items() if numbers}


def _pairs(some: Iterable[int], others: Iterable[int]) -> set[Pair]:
    return {(min(one, other), max(one, other)) for one in some for other in others if one != other}


def related(document: Document) -> frozenset[Pair]:
    """The pairs of which the document's reference states some relation."""
    return frozenset((min(head, tail), max(head, tail)) for head, _, tail in document.relations if head != tail)
