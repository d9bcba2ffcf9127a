"""A fact as a row of a timeline, and the line of all rows that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.fact import FOREVER, Fact
from graphmem.remember.claim import Claim
from graphmem.remember.moments import Moment, Order, Span, Witness


@dataclass(slots=True)
class Row:
    """A fact as it stands while the write is decided. `by`: the fact that ended it; `taken_back`: it never held; `ends_unsaid`: its
    stored end is one that nobody states any more; `witnesses`: who says it."""

    fact: Fact
    claim: Claim
    start: datetime
    end: datetime = FOREVER
    by: str | None = None
    taken_back: bool = False
    is_new: bool = False
    ends_unsaid: bool = False
    witnesses: list[Witness] = field(default_factory=list)

    @property
    def places(self) -> set[tuple[str, int]]:
        """The memories and sentences that say it."""
        return {one.place for one in self.witnesses if one.place is not None}

    def covers(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return not self.taken_back and self.start <= at < self.end

    def is_open(self, now: datetime) -> bool:
        """Whether it is current."""
        return not self.taken_back and self.by is None and self.end > now


def since(fact: Fact) -> datetime:
    """From when a fact holds as far as is known."""
    return fact.valid_from or fact.recorded_at


def arrival(id_: str, sentence: int = 0, fact: str = "") -> Order:
    """The place of what is stored in the order of arrival, by the id of the memory that says it."""
    return (0, id_.partition("_")[2], sentence, fact)


@dataclass(slots=True, eq=False)
class Line:
    """The rows that say the same of the same names, and all who say so. `stated`: the two ends of what is over, where both are
    known: each such time is a line of its own."""

    claim: Claim
    stated: tuple[datetime, datetime] | None = None
    rows: list[Row] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    own: list[Moment] | None = None
    """Its moments, while nothing changes them."""
    spans: list[Span] = field(default_factory=list)

    @property
    def lasts(self) -> bool:
        """Whether it goes on until something ends it."""
        return self.claim.kind != "over"

    @property
    def names(self) -> frozenset[str]:
        """The ids of all that it is about: lines exclude each other only where they share one."""
        return frozenset({self.claim.subject, self.claim.object}.union(*(one[1:] for one in self.claim.ended)))

    def row_at(self, moment: Moment) -> Row | None:
        """The row that one of its moments belongs to."""
        begun = [row for row in self.rows if row.start <= moment.at]
        own = [row for row in begun if row.start == moment.at and moment.witness in row.witnesses]
        return max(own or begun, key=lambda row: row.start, default=None)

    def may_change(self, moments: Sequence[Moment], other: Line) -> bool:
        """Whether a row of it could be another by what is said of these moments."""
        if not self.lasts:
            return self.claim.thing == other.claim.thing
        return any(row.start == one.at or row.start < one.at < row.end for row in self.rows for one in moments)

    def ends_by_itself(self, at: datetime) -> datetime | None:
        """Until when it holds as stated by those who speak of `at`, if any of them states an end."""
        until = (one.until for one in self.witnesses if one.until is not None and one.since <= at < one.until)
        return min(until, default=None)


def as_new(row: Row, now: datetime) -> Fact:
    start = row.fact.valid_from if row.start == since(row.fact) else row.start
    closed = row.by is not None or row.taken_back
    times = {
        "valid_from": start,
        "valid_to": None if row.taken_back or row.end == FOREVER else row.end,
        "retired_at": now if closed else None,
        "superseded_by": row.by,
    }
    return row.fact.model_copy(update=times)


def change_of(row: Row, now: datetime) -> Retirement | Redating | None:
    """What has to be written of a stored fact, if anything."""
    fact = row.fact
    if row.taken_back:
        if fact.retired_at is not None and (fact.superseded_by is None or fact.valid_to is None):
            return None
        return Redating(id=fact.id, valid_from=fact.valid_from, retired_at=now, superseded_by=row.by)
    moved = row.start != since(fact)
    if not moved and (row.end, row.by) == (fact.valid_to or FOREVER, fact.superseded_by):
        return None
    end = None if row.end == FOREVER else row.end
    if not moved and row.by is not None and end is not None:
        return Retirement(id=fact.id, at=now, valid_to=end, superseded_by=row.by)
    return Redating(
        id=fact.id,
        valid_from=row.start if moved else fact.valid_from,
        valid_to=end,
        retired_at=(fact.retired_at or now) if row.by is not None else None,
        superseded_by=row.by,
    )
