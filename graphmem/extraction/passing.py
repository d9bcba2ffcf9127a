"""What looks like a home, a job or a thing of somebody's own, and is by the words beside it only for a while, or something else: a week in
Rome is a stay, and who joins a meeting takes part in it.

Part of `canonical`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from graphmem.extraction.lexicon import words
from graphmem.extraction.predicates import lemma
from graphmem.extraction.tree import Tree
from graphmem.extraction.triples import Statement

_LIVING = words("live_in reside_in based_in is_based_in located_in")
_FOR_NOW = re.compile(
    r"\b(?:this (?:week|weekend)|tonight|for the (?:week|weekend|night|day|holidays|summer|winter)|"
    r"(?:for )?(?:just |only )?(?:a|one|two|three|a few|a couple of|some) (?:nights?|days?|weeks?))\b",
    re.IGNORECASE,
)
_OCCASIONS = words(
    "meeting call webinar dinner lunch breakfast conference session workshop talk seminar game match queue line conversation chat "
    "discussion debate thread protest march strike tour trip event meetup hackathon ceremony standup presentation livestream waitlist"
)
"""What one takes part in once, whoever holds it."""


def in_passing(tree: Tree, statement: Statement) -> Statement:
    """A statement as it is, or with the predicate of what is only for a while."""
    if statement.predicate in _LIVING and tree.tags[statement.head] != "VBD" and _for_now(tree, statement.object):
        return replace(statement, predicate="stay_in")
    held = tree.pos[statement.object] == "NOUN" and lemma(tree, statement.object) in _OCCASIONS
    return replace(statement, predicate="take_part_in") if statement.predicate == "join" and held else statement


def _for_now(tree: Tree, place: int) -> bool:
    """Whether a span of days is told right behind a place, or before anything else."""
    behind, first = " ".join(tree.lower[place + 1 : place + 7]), " ".join(tree.lower[:4])
    return _FOR_NOW.match(behind) is not None or _FOR_NOW.match(first) is not None
