"""Corrections: what one takes back, and what holds where it never was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.results import Decision
from graphmem.remember.claim import Claim, Statement
from graphmem.remember.exclusion import why_exclusive
from graphmem.remember.row import Row


def taken_back(others: Sequence[Row], statement: Statement, claim: Claim, now: datetime) -> list[Row]:
    """The current rows that a correction takes back: the value that it names, else the latest one of its subject
    in its relation; of a denial, what it denies."""
    if not statement.corrects or not claim.asserted:
        return []
    current = [row for row in others if row.is_open(now) and row.claim.kind == "so" and row.claim.asserted]
    current = [row for row in current if row.claim.party == claim.party]
    if claim.kind == "not":
        return [row for row in current if row.claim.thing == claim.thing]
    if statement.instead_of:
        return [row for row in current if _is_named(row.claim, claim, statement.instead_of)]
    alike = [row for row in current if row.claim.thing[0] == claim.thing[0] and row.claim.thing != claim.thing]
    exclusive = [row for row in alike if why_exclusive(claim, row.claim) or _is_of_one(row.claim, claim)]
    wrong = exclusive or [row for row in current if _is_value_beside(row.claim, claim)]
    latest = max((row.start for row in wrong), default=None)
    return [row for row in wrong if row.start == latest]


def _is_value_beside(old: Claim, new: Claim) -> bool:
    """Whether an old claim is another value of the same subject in the same relation, which may have many."""
    return old.relation.name == new.relation.name and old.subject == new.subject and old.object != new.object


def _is_of_one(old: Claim, new: Claim) -> bool:
    """Whether two claims are of a relation that there is once for good, and of the same subject."""
    return new.relation.once and old.subject == new.subject


def _is_named(old: Claim, new: Claim, named: frozenset[str]) -> bool:
    """Whether an old claim differs from the new one in one end only, which is what the correction takes back."""
    ends, others = {old.subject, old.object}, {new.subject, new.object}
    return old.relation.name == new.relation.name and len(ends & others) == 1 and not named.isdisjoint(ends - others)


def retracted(rows: Sequence[Row], by: Row) -> list[Decision]:
    """What is told of rows that are taken back as never having held. What they had ended stays ended where the correction holds in
    their place, else it goes on until something else ends it."""
    decisions = []
    for row in rows:
        row.by = by.fact.id
        decisions.append(Decision(fact=row.fact, action="DELETE", rule="corrected: it never held", closed=(row.fact,)))
    return decisions
