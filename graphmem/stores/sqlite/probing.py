"""Answers the two ways to look for a memory that has not been named: by vector and by words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.query import TextProbe, VectorProbe
from graphmem.domain.subgraph import Scored, WordCount, WordCounts
from graphmem.stores.sqlite.cosine import by_score, nearest_rows
from graphmem.stores.sqlite.mirror import Mask, Numbers, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot
from graphmem.stores.stemmer import Stemmer
from graphmem.stores.vectors import checked
from graphmem.stores.words import content_words, phrase, words_of

K1, B = 1.2, 0.75
"""The usual constants of BM25 (S. Robertson, H. Zaragoza, The Probabilistic Relevance Framework, 2009)."""
FIRST_ENTITIES = 4
"""Entities are looked at in groups, of so many times the limit at first: whether one is seen is a query of its own."""


def nearest(snapshot: Snapshot, probe: VectorProbe, dimension: int) -> list[Scored]:
    """The rows of a kind nearest to a vector."""
    vector = checked(probe.vector, dimension, "The probe's vector")
    shelf = snapshot.shelf(probe.scope, probe.kind)
    if probe.kind == "entity":
        return _nearest_entities(snapshot, probe, shelf)
    mask = shelf.seen(probe.scope, probe.view)
    if probe.kind == "memory":
        mask = _restricted(mask, snapshot.filtered(probe.scope, shelf, probe.filter))
    rows, scores = nearest_rows(shelf, mask, vector, probe.limit)
    return [Scored(str(shelf.ids[row]), float(score)) for row, score in zip(rows, scores, strict=True)]


def _restricted(mask: Mask, chosen: Mask | None) -> Mask:
    return mask if chosen is None else mask & chosen


def _nearest_entities(snapshot: Snapshot, probe: VectorProbe, shelf: Shelf) -> list[Scored]:
    """Nearest first, in growing groups, keeping those that something visible names, until there are enough."""
    vector = checked(probe.vector, shelf.matrix.shape[1], "The probe's vector")
    values = snapshot.values(probe.scope, probe.view)
    mask = np.ones(len(shelf.numbers), dtype=np.bool_)
    found: list[Scored] = []
    size = FIRST_ENTITIES * max(probe.limit, 1)
    while len(found) < probe.limit and np.any(mask):
        rows, scores = nearest_rows(shelf, mask, vector, size)
        if not len(rows):
            break
        seen = {row[0] for row in snapshot.rows("entity_numbers_seen", values, numbers=shelf.numbers[rows].tolist())}
        for row, score in zip(rows, scores, strict=True):
            if int(shelf.numbers[row]) in seen:
                found.append(Scored(str(shelf.ids[row]), float(score)))
        mask[rows] = False
        size *= 4
    return found[: probe.limit]


def matching(snapshot: Snapshot, probe: TextProbe, stemmer: Stemmer) -> list[Scored]:
    """The memories that match a text by BM25 over the owner's memories, whoever of his agents they belong to."""
    return matching_counted(snapshot, probe, stemmer)[0]


def matching_counted(snapshot: Snapshot, probe: TextProbe, stemmer: Stemmer) -> tuple[list[Scored], WordCounts]:
    """The same, with what the scores were computed from."""
    words = words_of(probe.text)
    shelf = snapshot.shelf(probe.scope, "memory")
    if not words or not len(shelf.numbers) or probe.limit < 1:
        return [], WordCounts()
    owner = snapshot.owner_state(probe.scope.owner)[0]
    stems = dict.fromkeys(stemmer.stem(word) for word in content_words(words))
    terms = [term for stem in sorted(stems) if (term := _term(snapshot, shelf, f"{owner}_{stem}")) is not None]
    terms.sort(key=lambda term: -term.idf)
    scores = np.zeros(len(shelf.numbers))
    for term in terms:
        scores[term.rows] += _weights(shelf, term)
    mask = (scores > 0) & shelf.seen(probe.scope, probe.view)
    mask = _restricted(mask, snapshot.filtered(probe.scope, shelf, probe.filter))
    if probe.phrase:
        mask = _restricted(mask, _holding(snapshot, shelf, phrase(owner, words)))
    rows = np.flatnonzero(mask)
    if len(rows) > probe.limit:
        bar = np.partition(scores[rows], len(rows) - probe.limit)[len(rows) - probe.limit]
        rows = rows[scores[rows] >= bar]
    rows = rows[by_score(scores[rows], shelf.ids[rows])[: probe.limit]]
    found = [Scored(str(shelf.ids[row]), float(scores[row])) for row in rows]
    return found, _word_counts(shelf, terms, rows)


class _Term(NamedTuple):
    """How rare a stem is among the owner's memories, which rows of the shelf it stands in, ascending, and how often."""

    idf: float
    rows: Numbers
    counts: Numbers


def _term(snapshot: Snapshot, shelf: Shelf, term: str) -> _Term | None:
    """None for what stands nowhere."""
    standing = shelf.lists.get(term)
    if standing is None:
        places = shelf.rows_of(snapshot.integers("postings", 1, {"term": term})[:, 0])
        standing = np.unique(places, return_counts=True)
        shelf.keep_rows(term, *standing)
    rows, counts = standing
    if not len(rows):
        return None
    return _Term(float(np.log1p((len(shelf.numbers) - len(rows) + 0.5) / (len(rows) + 0.5))), rows, counts)


def _weights(shelf: Shelf, term: _Term) -> NDArray[np.float64]:
    """What one term adds to the score of each row that it stands in."""
    share = shelf.words[term.rows] / _mean_length(shelf)
    return np.asarray(term.idf * term.counts * (K1 + 1) / (term.counts + K1 * (1 - B + B * share)))


def _mean_length(shelf: Shelf) -> float:
    return max(float(shelf.words.mean()), 1e-9)


def _word_counts(shelf: Shelf, terms: Sequence[_Term], rows: NDArray[np.int64]) -> WordCounts:
    if not len(rows):
        return WordCounts()
    counts = np.zeros((len(rows), len(terms)), dtype=np.int64)
    for place, term in enumerate(terms):
        at = np.minimum(np.searchsorted(term.rows, rows), len(term.rows) - 1)
        counts[:, place] = np.where(term.rows[at] == rows, term.counts[at], 0)
    found = zip(shelf.ids[rows].tolist(), shelf.words[rows].tolist(), counts.tolist(), strict=True)
    return WordCounts.model_construct(
        idf=tuple(term.idf for term in terms),
        mean_length=_mean_length(shelf),
        rows={str(id_): WordCount(length, tuple(count)) for id_, length, count in found},
    )


def _holding(snapshot: Snapshot, shelf: Shelf, query: str) -> Mask:
    return shelf.marked(snapshot.integers("phrase", 1, {"phrase": query})[:, 0])
