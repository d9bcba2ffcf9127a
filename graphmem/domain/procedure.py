"""How the steps of a procedure stand in its text: a numbered line each, what belongs to the line set in below it.

The text can be read by people, embedded and rewritten like any other, and the steps can be had back from it as they were.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_STEP = re.compile(r"(\d+)[.)][ \t]+(?=\S)")
_INDENT = "   "
MOST_SKIPPED_TO = 99
"""A number that comes after a gap counts a step up to here."""


def numbered(steps: Sequence[str]) -> str:
    """The text of these steps: ``1. …``, the further lines of a step set in by three blanks."""
    return "\n".join(f"{number}. {_set_in(step)}" for number, step in enumerate(steps, 1))


def _set_in(step: str) -> str:
    first, *rest = step.split("\n")
    return "\n".join([first, *(_INDENT + line if line else line for line in rest)])


def blocks(text: str) -> list[str]:
    """A text cut before each line that numbers the next step; what stands before the first of them is the first block."""
    found: list[list[str]] = [[]]
    last: int | None = None
    for line in text.split("\n"):
        step = _STEP.match(line)
        if step and _goes_on(last, int(step[1])):
            last = int(step[1])
            found.append([])
        found[-1].append(line)
    return ["\n".join(lines) for lines in found if lines]


def _goes_on(last: int | None, number: int) -> bool:
    """Whether this number counts the next step: steps may be left out ("1, 2, 10"), but a year or an amount counts none."""
    return last is None or number == last + 1 or last < number <= MOST_SKIPPED_TO


def steps_of(text: str) -> tuple[str, ...]:
    """The steps in order, without their numbers, as `numbered` was given them. A text without numbered lines is one step."""
    steps = tuple(_as_given(block) for block in blocks(text) if _STEP.match(block))
    return steps or (text,)


def _as_given(block: str) -> str:
    first, *rest = _STEP.sub("", block, count=1).split("\n")
    return "\n".join([first, *(line.removeprefix(_INDENT) for line in rest)])
