"""What was said of the present without a date, and was no longer so by a change that was told soon after.

"I live in Paris" says nothing of since when; "I moved to Rome last week", told later, says that it was over by then. So the first
holds until the change, though it was said after it. Only a change of late is taken so: who tells of a move years ago tells a story.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from graphmem.remember.claim import Claim
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.timeline import Row, Timeline

RECENT = timedelta(days=31)
"""A change that is told within so long of when it was."""


def is_plain(claim: Claim) -> bool:
    """Whether it says what is so, and neither since when nor that it became so."""
    return claim.kind == "so" and claim.asserted and claim.lasting and not claim.begins


def overtaking(rows: Sequence[Row], claim: Claim, at: datetime) -> Row | None:
    """The change, told at `at` or later, by which what is plainly said at `at` was over: the earliest such."""
    return min(_changes(rows, claim, at), key=lambda row: row.start, default=None) if is_plain(claim) else None


def _changes(rows: Sequence[Row], claim: Claim, at: datetime) -> Iterator[Row]:
    for row in rows:
        told = [witness.at for witness in row.witnesses if witness.at <= row.start + RECENT]
        if row.claim.begins and row.start < at <= max(told, default=row.start) and _excludes(row.claim, claim):
            yield row


def _excludes(change: Claim, plain: Claim) -> bool:
    if change.kind != "so" or not change.asserted or not change.lasting:
        return False
    why = why_exclusive(change, plain)
    return why.startswith("new value") and ends(change, plain, why)


def overtake(timeline: Timeline, rows: Sequence[Row], claim: Claim, at: datetime, told: datetime) -> list[Row]:
    """Put what was plainly said after `at` and not after `told` before the change `claim` of `at`; these rows, which it ends."""
    if not claim.begins or not at < told <= at + RECENT:
        return []
    over = [row for row in rows if at < row.start <= told and row.held is None and _is_undated(row)]
    over = [row for row in over if _excludes(claim, row.claim)]
    for row in over:
        again = [witness for witness in row.witnesses if told < witness.at < row.end]
        if again:
            timeline.go_on(row, again)
        row.start = row.end = at
    return over


def counts(change: Claim, at: datetime, told: datetime, row: Row, moment: datetime) -> bool:
    """Whether what `row` says of a moment counts beside a change of `at`: not what was only said again before that was told."""
    again = at < moment <= told <= at + RECENT and moment != row.start
    return not (again and change.begins and is_plain(row.claim) and _excludes(change, row.claim))


def _is_undated(row: Row) -> bool:
    """Whether it begins where it was said, and nobody said since when."""
    return is_plain(row.claim) and any(witness.at == row.start for witness in row.witnesses)
