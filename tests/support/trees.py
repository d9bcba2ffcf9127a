"""Parsed sentences written out by hand, so that a rule is tried without a parser."""

from __future__ import annotations

from graphmem.extraction.tree import Tree


def tree_of_rows(rows: list[tuple[str, str, str, int, str]]) -> Tree:
    """Rows of word, part of speech, tag, head (from 0) and relation."""
    starts = [sum(len(row[0]) + 1 for row in rows[:i]) for i in range(len(rows))]
    return Tree(
        words=[row[0] for row in rows],
        lemmas=[row[0].lower() for row in rows],
        pos=[row[1] for row in rows],
        tags=[row[2] for row in rows],
        deps=[row[4] for row in rows],
        heads=[row[3] for row in rows],
        morphs=[""] * len(rows),
        starts=starts,
        ends=[start + len(row[0]) for start, row in zip(starts, rows, strict=True)],
    )
