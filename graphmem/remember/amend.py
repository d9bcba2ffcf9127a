"""Corrections: what one takes back, and what holds where it never was."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from graphmem.domain.results import Decision
from graphmem.remember import overtaken
from graphmem.remember.claim import Claim, Statement
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.timeline import FOREVER, Row, Timeline


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


def retract(timeline: Timeline, rows: Sequence[Row], by: Row) -> list[Decision]:
    """Take rows back as never having held. What they had ended stays ended where the correction holds in their place (should
    it go, they are back), else it goes on until something else ends it."""
    decisions = []
    for row in rows:
        row.taken_back, row.by = True, by.fact.id
        decisions.append(Decision(fact=row.fact, action="DELETE", rule="corrected: it never held", closed=(row.fact,)))
    resume(timeline, _taken_back_by(timeline, {row.fact.id for row in rows}))
    return decisions


def resume(timeline: Timeline, gone: set[str]) -> None:
    """Let what rows had ended that no longer do, these or parts of them, go on until something else ends it."""
    for row in timeline.rows:
        if not row.taken_back and row.by in gone:
            end, by_now = _ended_by(timeline, row)
            if end != row.end:
                row.end, row.by = end, by_now


def _taken_back_by(timeline: Timeline, gone: set[str]) -> set[str]:
    """These, and what was taken back in favour of one of them."""
    while more := {row.fact.id for row in timeline.rows if row.taken_back and row.by in gone} - gone:
        gone = gone | more
    return gone


def _ended_by(timeline: Timeline, row: Row) -> tuple[datetime, str | None]:
    """When and by what a row is ended by those that are left."""
    told = max((witness.at for witness in row.witnesses), default=row.start)
    ending = [
        (moment, other.fact.id)
        for other in timeline.rows
        if not other.taken_back and other.claim.lasting and other.held is None and other.lasts
        if (why := why_exclusive(row.claim, other.claim)) and ends(other.claim, row.claim, why)
        for moment in other.moments_against(row.claim)
        if moment >= row.end and overtaken.counts(row.claim, row.start, told, other, moment)
    ]
    return min(ending, default=(FOREVER, None))
