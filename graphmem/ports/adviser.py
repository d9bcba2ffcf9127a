"""Who may be asked what a new statement does to what is known. What he says is weighed by reconciliation, which decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple, Protocol, TypeAlias

from graphmem.domain.fact import Fact

OpinionKind: TypeAlias = Literal["adds", "same", "outdates", "retracts"]


class Question(NamedTuple):
    """A statement that is new, and current facts of its subject that it might bear on; there is one at least."""

    statement: Fact
    facts: tuple[Fact, ...]


class Opinion(NamedTuple):
    """What a statement does to the facts of its question, given by their places in it.

    ``adds``: nothing; ``same``: it says one of them again; ``outdates``: they were so and are no longer; ``retracts``: it takes
    them back. `ignored`: what else was said of the statement and cannot be taken, with the reason.
    """

    kind: OpinionKind = "adds"
    facts: tuple[int, ...] = ()
    ignored: tuple[str, ...] = ()


class Adviser(Protocol):
    """Judges the statements of one write together.

    One that waits for a server says so with an attribute ``remote = True``, and is then run on a thread of its own.
    """

    @property
    def name(self) -> str:
        """What it is called in receipts and reasons."""
        ...

    def advise(self, questions: Sequence[Question]) -> list[Opinion]:
        """An opinion for each question, in order. Raises ModelError kinds."""
        ...
