"""Where vectors lie: in one of two sets of properties and indexes, so that a new set can be filled beside the one in use.

The files in cypher/ say ``embedding`` for what is in use and ``embedding_next`` for the other; which is which, a and b,
stands in (:Store). Both sets are constants, and a database that was never moved to another model has the names of the files.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

Place: TypeAlias = Literal["a", "b"]

_VECTOR = re.compile(r"(\b(?:memory|fact|entity)_|(?<!\brow)\.)embedding(_next)?\b")
"""The name of an index, or the property of a node; not the key of a row that is sent."""
_ENDING: dict[Place, str] = {"a": "", "b": "_b"}
VECTORS = frozenset(f"embedding{ending}" for ending in _ENDING.values())
"""The properties that hold vectors, whichever set is in use."""


class InUse(NamedTuple):
    """The model whose vectors are in use, and where they lie."""

    model: str
    dimension: int
    place: Place


def other(place: Place) -> Place:
    """The set that is not this one."""
    return "b" if place == "a" else "a"


@lru_cache(maxsize=512)
def placed(text: str, place: Place) -> str:
    """A query with the names of the sets put in, when the vectors in use are in this one."""
    return _VECTOR.sub(lambda found: f"{found[1]}embedding{_ENDING[other(place) if found[2] else place]}", text)
