"""How large a value can get, judged from the text of a query before it runs.

The server's time limit is looked at between rows, not inside an expression (measured: a comprehension over 10^8 numbers ran
36 s with a limit of 3 s and ended in a full heap), and its memory limit does not see what rows carry through a sort (measured:
rows with lists of a thousand numbers, sorted, ended the server at a limit of 512 MB). So every value has an upper bound here, and
an expression whose bound is too high is refused. A value of the database counts as one part.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graphmem.errors import QueryRefused

ROWS = 100_000
"""How many rows a query is taken to gather in one `collect`. They can be millions: the server counts the memory for that, and a
list of them is cut before it is gone through."""

PROPERTY_LIST = 1_000
"""How many elements a list is taken to have that is a property."""

SMALL_LIST = 20
"""How many labels, keys or steps a node or path is taken to have at most."""

LONGEST_TEXT = 1_000
"""Characters that count as one part."""

MOST_PARTS = 2_000_000
"""The largest list: one part each for its elements, and theirs."""

MOST_TEXT = 100
"""The largest value that is no list, in parts."""

MOST_CARRIED = 100
"""Parts of a value that is made for a row and carried on with it: the server may have to hold millions of rows."""

MOST_SORTED = 200_000
"""The same of all rows together that are held to be sorted."""

MOST_STEPS = 50_000_000
"""The most work in one expression of one row: a few seconds."""

MOST_STEPS_UNCUT = 10
"""Steps for each element of a list of rows, where nothing is made of it: whether any, all, none or one of them is so."""

INSTEAD = (
    "write UNWIND instead (the server can stop between rows, not inside an expression), or cut the list: xs[..1000]"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """An upper bound of a value. `total`: its parts; for a list of known make `count` elements no larger than `element`.

    `gathered`: made by an aggregation from rows, so that all of them together are no larger than the rows were; else each
    row may hold one of its own. `uncut`: a list of as many elements as a query had rows, so that `count` is but a guess.
    """

    total: float = 1
    count: float = 0
    element: Shape | None = None
    gathered: bool = False
    uncut: bool = False

    @property
    def settled(self) -> Shape:
        """The same after a clause that makes more rows of one: what was gathered once may now be met in each."""
        return replace(self, gathered=False)

    @property
    def each(self) -> Shape:
        """What one element may be."""
        return self.element or Shape(self.total)

    @property
    def length(self) -> float:
        """How many elements there may be."""
        return self.count if self.element else self.total * PROPERTY_LIST


UNIT = Shape()


@dataclass(frozen=True, slots=True)
class Amount:
    """A value's shape and the steps that it takes to make it."""

    shape: Shape = UNIT
    steps: float = 1


def listed(count: float, element: Shape, gathered: bool = False) -> Shape:
    """A list of so many elements. Raises QueryRefused for one that is too large."""
    return _held(Shape(max(1, count * element.total), count, element, gathered))


def collected(element: Shape, gathered: bool) -> Shape:
    """A list of as many elements as there are rows; `gathered` by an aggregation, or anew in each row."""
    shape = Shape(max(1, ROWS * element.total), ROWS, element, gathered, uncut=True)
    return _held(shape) if gathered else shape


def joined(shapes: Iterable[Shape]) -> Shape:
    """Values put together: added, in one list or map, or any one of them. Raises QueryRefused for too large a one."""
    parts = list(shapes)
    if len(parts) == 1:
        return parts[0]
    total = sum(part.total for part in parts)
    known = [part for part in parts if part.element]
    if not known:
        return _held(Shape(max(1, total)))
    count = sum(part.count if part.element else 1 for part in parts)
    uncut = any(part.uncut for part in parts)
    return _held(Shape(total, count, largest(part.each for part in parts), _gathered(parts), uncut))


def _gathered(parts: Iterable[Shape]) -> bool:
    """Whether what is large among some was gathered."""
    return all(part.gathered for part in parts if part.total > 1)


def record(shapes: Sequence[Shape]) -> Shape:
    """A list or map with these parts. Raises QueryRefused for too large a one."""
    total = sum(shape.total for shape in shapes)
    return _held(Shape(max(1, total), len(shapes), largest(shapes), bool(shapes) and _gathered(shapes)))


def largest(shapes: Iterable[Shape]) -> Shape:
    """The largest of some, as bad as the worst of them; one part when there is none."""
    some = list(shapes)
    found = max(some, key=lambda shape: shape.total, default=UNIT)
    return replace(found, uncut=any(shape.uncut for shape in some), gathered=bool(some) and _gathered(some))


def _held(shape: Shape) -> Shape:
    if shape.total > (MOST_PARTS if shape.element else MOST_TEXT):
        raise QueryRefused(f"A value in the query may grow to {shape.total:,.0f} parts: {INSTEAD}. Nothing was run.")
    return shape


def carried(shape: Shape, most: float) -> Shape:
    """`shape`, if a row may carry it. Raises QueryRefused."""
    if shape.total > most and not shape.gathered:
        raise QueryRefused(
            f"Each row may carry {shape.total:,.0f} parts, {most:,.0f} are allowed there: cut lists, xs[..100], or gather them "
            "with collect() in the last step. Nothing was run."
        )
    return shape


def gone_through(shape: Shape, steps: float) -> float:
    """How often something is done that is done for each element, taking so many `steps` each. Raises QueryRefused for a list
    of rows that is not cut: there may be millions, and what is made of them is in no memory limit."""
    if shape.uncut and steps > MOST_STEPS_UNCUT:
        raise QueryRefused(
            "A list that was collected is cut before it is gone through: xs[..1000]; or UNWIND it. Nothing was run."
        )
    return shape.length


def held_steps(steps: float) -> float:
    """`steps`, if they are few enough. Raises QueryRefused."""
    if steps > MOST_STEPS:
        raise QueryRefused(
            f"One expression in the query may take {steps:,.0f} steps, {MOST_STEPS:,} are allowed: {INSTEAD}. Nothing was run."
        )
    return steps


def shape_of(value: object) -> Shape:
    """The shape of a parameter's value, exactly."""
    if isinstance(value, str):
        return Shape(max(1, len(value) / LONGEST_TEXT))
    if isinstance(value, Mapping):
        return record([shape_of(part) for part in value.values()])
    if isinstance(value, Sequence):
        return record([shape_of(part) for part in value])
    return UNIT
