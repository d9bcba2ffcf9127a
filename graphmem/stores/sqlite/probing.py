"""Answers the two ways to look for a memory that has not been named: by vector and by words."""

from __future__ import annotations

import numpy as np

from graphmem.domain.query import TextProbe, VectorProbe
from graphmem.domain.subgraph import Scored
from graphmem.stores.sqlite.cosine import by_score, nearest_rows
from graphmem.stores.sqlite.mirror import Mask, Shelf
from graphmem.stores.sqlite.snapshot import Snapshot, numbers_of
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
    words = words_of(probe.text)
    shelf = snapshot.shelf(probe.scope, "memory")
    if not words or not len(shelf.numbers) or probe.limit < 1:
        return []
    owner = snapshot.owner_state(probe.scope.owner)[0]
    scores = np.zeros(len(shelf.numbers))
    for stem in dict.fromkeys(stemmer.stem(word) for word in content_words(words)):
        scores += _weights(snapshot, shelf, f"{owner}_{stem}")
    mask = (scores > 0) & shelf.seen(probe.scope, probe.view)
    mask = _restricted(mask, snapshot.filtered(probe.scope, shelf, probe.filter))
    if probe.phrase:
        mask = _restricted(mask, _holding(snapshot, shelf, phrase(owner, words)))
    rows = np.flatnonzero(mask)
    if len(rows) > probe.limit:
        bar = np.partition(scores[rows], len(rows) - probe.limit)[len(rows) - probe.limit]
        rows = rows[scores[rows] >= bar]
    order = by_score(scores[rows], shelf.ids[rows])[: probe.limit]
    return [Scored(str(shelf.ids[rows[place]]), float(scores[rows[place]])) for place in order]


def _weights(snapshot: Snapshot, shelf: Shelf, term: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """What one term adds to the score of every row of the shelf."""
    places = shelf.rows_of(numbers_of(row[0] for row in snapshot.rows("postings", {"term": term})))
    count = np.bincount(places, minlength=len(shelf.numbers)).astype(np.float64)
    holding = int(np.count_nonzero(count))
    share = shelf.words / max(float(shelf.words.mean()), 1e-9)
    idf = np.log1p((len(shelf.numbers) - holding + 0.5) / (holding + 0.5))
    return np.asarray(idf * count * (K1 + 1) / (count + K1 * (1 - B + B * share)))


def _holding(snapshot: Snapshot, shelf: Shelf, query: str) -> Mask:
    mask = np.zeros(len(shelf.numbers), dtype=np.bool_)
    mask[shelf.rows_of(numbers_of(row[0] for row in snapshot.rows("phrase", {"phrase": query})))] = True
    return mask
