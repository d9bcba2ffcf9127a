"""What a memory adds to the words of the question that another has covered already. Pure.

The second fact of a chain seldom repeats what the first one says: "the director of Jaws" stands in the one, "was born in"
in the other. So a memory that says what the one before leaves open is a better next step than one that says the same again.
"""

from __future__ import annotations

from collections.abc import Iterable

from graphmem.domain.subgraph import WordCounts

_NOTHING: frozenset[int] = frozenset()


class Coverage:
    """Which words of the question stand in which memory, each word weighed by how rare it is (its idf)."""

    def __init__(self, words: WordCounts) -> None:
        whole = sum(words.idf)
        self._shares = [idf / whole for idf in words.idf] if whole > 0 else []
        self._held = {
            memory: frozenset(place for place, count in enumerate(row.counts) if count)
            for memory, row in words.rows.items()
        }
        self._added: dict[frozenset[int], dict[frozenset[int], float]] = {}

    def added(self, source: str, target: str) -> float:
        """The share of the question, 0…1, that `target` says and `source` does not. 0 for a memory that was not among
        those found by words."""
        return self.beyond(source, (target,))[0]

    def beyond(self, source: str, targets: Iterable[str]) -> list[float]:
        """The same for several targets of one source."""
        before = self._held.get(source, _NOTHING)
        known = self._added.setdefault(before, {_NOTHING: 0.0})
        shares = []
        for target in targets:
            held = self._held.get(target, _NOTHING)
            share = known.get(held)
            if share is None:
                share = known[held] = sum(self._shares[place] for place in held - before)
            shares.append(share)
        return shares
