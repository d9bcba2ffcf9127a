"""What stands around a memory in its conversation, read as one text with it. Pure.

A turn says little by itself: "Yes, last Tuesday" answers a question whose words stand in the turns before. So the words
of the question are also looked for in each turn together with its neighbours, by the same BM25 (Robertson and Zaragoza,
The Probabilistic Relevance Framework, 2009) and with the same rarity of each word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from graphmem.domain.subgraph import Link, WordCounts

K1, B = 1.2, 0.75
"""The usual constants of BM25, those of the stores."""
REACHES = (1, 2, 4)
"""Windows of so many turns to either side."""


def beside(links: Iterable[Link]) -> dict[str, list[str]]:
    """The neighbours of each memory, from ``next`` links taken in both directions."""
    sides: dict[str, dict[str, None]] = {}
    for link in links:
        if link.kind == "next":
            sides.setdefault(link.source, {})[link.target] = None
            sides.setdefault(link.target, {})[link.source] = None
    return {memory: list(others) for memory, others in sides.items()}


def windowed(words: WordCounts, sides: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """How well each memory that has neighbours answers together with them, 0…1: the mean over the windows of its score as a
    share of the best."""
    memories = sorted(sides)
    if not memories or not words.rows:
        return dict.fromkeys(memories, 0.0)
    each = [_scores(words, [window(memory, sides, reach) for memory in memories]) for reach in REACHES]
    return dict(zip(memories, np.mean(each, axis=0).tolist(), strict=True))


def window(memory: str, sides: Mapping[str, Sequence[str]], reach: int) -> list[str]:
    """The memory and those up to so many steps beside it."""
    held, edge = [memory], [memory]
    for _ in range(reach):
        edge = list(dict.fromkeys(other for one in edge for other in sides.get(one, ()) if other not in held))
        held += edge
    return held


def _scores(words: WordCounts, windows: Sequence[Sequence[str]]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """BM25 of each window as one text, as shares of the highest. A memory that holds no word of the question counts with
    the mean length."""
    counts = np.zeros((len(windows), len(words.idf)))
    lengths = np.zeros(len(windows))
    for place, held in enumerate(windows):
        for memory in held:
            row = words.rows.get(memory)
            lengths[place] += row.length if row else words.mean_length
            if row:
                counts[place] += row.counts
    sizes = np.array([len(held) for held in windows])
    norm = K1 * (1 - B + B * lengths / (words.mean_length * sizes))
    scores = (np.array(words.idf) * counts * (K1 + 1) / (counts + norm[:, None])).sum(axis=1)
    return np.asarray(scores / max(float(scores.max()), 1e-9))
