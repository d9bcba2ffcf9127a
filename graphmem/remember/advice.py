"""What somebody proposes to do with a statement, such as a language model: an input to reconciliation, never the decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from graphmem.domain.fact import Fact
from graphmem.remember.claim import Claim
from graphmem.remember.row import Row, since

Proposal: TypeAlias = Literal["add", "same", "outdates"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What to do with one statement of a write.

    * ``outdates``: the statement ends the facts with these ids, though their relations are not known to exclude each other;
    * ``same``: it says what the first of these facts says in other words, and only adds support to it;
    * ``add``: it has nothing to do with them. (That two values exclude each other by the vocabulary still holds.)

    It is followed only between facts of one subject and one agent, for one relation not known to have many values or two that
    the vocabulary does not know, and where the times allow it: a newer fact is never ended by an older statement. What is
    not followed changes nothing.
    """

    proposal: Proposal
    facts: tuple[str, ...] = ()
    reason: str = ""

    @property
    def because(self) -> str:
        """The reason given, in brackets."""
        return f" ({self.reason})" if self.reason else ""


def may_outdate(advice: Advice, row: Row, claim: Claim) -> bool:
    """Whether a row that the advice calls outdated may be taken for one that excludes the claim."""
    its = row.claim
    near = claim.party == its.party and claim.subject == its.subject and claim.thing != its.thing
    near = near and (claim.relation.name == its.relation.name or not (claim.known or its.known))
    return row.fact.id in advice.facts and near and claim.asserted and its.asserted and not (claim.many or its.many)


def same_row(advice: Advice, rows: Sequence[Row], claim: Claim, fact: Fact) -> Row | None:
    """The row that the advice calls the same, if it is of the same subject and scope and holds at the time."""
    for row in rows:
        its = row.claim
        alike = (claim.kind, claim.asserted, claim.subject) == (its.kind, its.asserted, its.subject)
        if row.fact.id in advice.facts and row.fact.scope == fact.scope and alike and row.covers(since(fact)):
            return row
    return None
