"""What somebody proposes to do with a statement, such as a language model: an input to reconciliation, never the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Proposal: TypeAlias = Literal["add", "same", "outdates"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with one statement of a write.

    * ``outdates``: the statement ends the facts with these ids, though their relations are not known to exclude each other;
    * ``same``: it says what the first of these facts says in other words, and only adds support to it;
    * ``add``: it has nothing to do with them. (That two values exclude each other by the vocabulary still holds.)

    It is followed only between facts of one subject and one agent, for relations not known to have many values, and
    where the times allow it: a newer fact is never ended by an older statement. What is not followed is told in
    `Decision.rule`.
    """

    proposal: Proposal
    facts: tuple[str, ...] = ()
    reason: str = ""
