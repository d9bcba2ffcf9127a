"""The facts that bear on a write as rows of a timeline, and what becomes of each row.

A row holds from its start to its end, and keeps who said it when: should something else prove to have held in between, it
is parted there, and those who said it later speak for the later part. So the rows are a function of what was said of
which time, in whatever order it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.fact import Fact, Support
from graphmem.domain.identity import new_id
from graphmem.remember.claim import Claim

FOREVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Witness:
    """A memory said it at `at`: `support` where that is stored, else the number of the statement in this write."""

    at: datetime
    support: Support | None = None
    statement: int = -1


@dataclass(slots=True)
class Row:
    """A fact as it stands while the write is decided. `held`: it ends by itself then; `by`: the fact that ended it;
    `taken_back`: it never held; `places`: the memories and sentences that say it."""

    fact: Fact
    claim: Claim
    start: datetime
    end: datetime = FOREVER
    held: datetime | None = None
    by: str | None = None
    taken_back: bool = False
    is_new: bool = False
    witnesses: list[Witness] = field(default_factory=list)
    places: set[tuple[str, int]] = field(default_factory=set)

    @property
    def lasts(self) -> bool:
        """Whether there is a time at which it held, or at which what it denies or says is over did not."""
        return self.start < self.end or self.claim.kind != "so"

    def covers(self, at: datetime) -> bool:
        """Whether it holds at a moment."""
        return not self.taken_back and self.start <= at < self.end

    def was_said(self, at: datetime) -> bool:
        """Whether an earlier write has it from the very same time on, though something else of that time may have ended it."""
        return not self.is_new and (self.start == at or any(one.at == at for one in self.witnesses if one.support))

    def moments(self) -> Iterator[datetime]:
        """When it is said to hold: from its start, and again whenever somebody said so while it held."""
        yield self.start
        if not self.claim.begins:
            yield from (witness.at for witness in self.witnesses if self.covers(witness.at))

    def moments_against(self, claim: Claim) -> list[datetime]:
        """When it speaks against a claim: what is over does so from its end on, and whenever it was said again."""
        if self.claim.kind != "over" or self.claim.thing != claim.thing:
            return list(self.moments())
        return [self.end, *(witness.at for witness in self.witnesses if witness.at > self.end)]

    def first_after(self, at: datetime) -> datetime | None:
        """The first of these moments after `at`."""
        return min((moment for moment in self.moments() if moment > at), default=None)

    def is_open(self, now: datetime) -> bool:
        """Whether it is current."""
        return not self.taken_back and self.by is None and self.end > now


def since(fact: Fact) -> datetime:
    """From when a fact holds as far as is known."""
    return fact.valid_from or fact.recorded_at


def row_of(fact: Fact, claim: Claim, witnesses: Iterable[Witness]) -> Row:
    """A stored fact as a row. One that was closed by hand, by no other fact, is as good as taken back: nobody vouches for
    when it held."""
    dead = fact.retired_at is not None and (fact.superseded_by is None or fact.valid_to is None)
    supports = list(witnesses)
    return Row(
        fact=fact,
        claim=claim,
        start=since(fact),
        end=fact.valid_to or FOREVER,
        held=fact.valid_to if claim.kind == "over" or fact.superseded_by is None else None,
        by=fact.superseded_by,
        taken_back=dead,
        witnesses=supports,
        places={(one.support.memory_id, one.support.sentence) for one in supports if one.support},
    )


@dataclass(slots=True)
class Timeline:
    """All rows, those stored and those that this write adds, in order of arrival."""

    rows: list[Row]
    copies: list[tuple[Witness, str]] = field(default_factory=list)
    """Who speaks for a later part of a row, and its fact."""

    def part(self, row: Row, at: datetime, by: str, told: datetime | None = None) -> None:
        """End a row at `at`; what was said of it later (or after `told`) is a row of its own, up to where it ended before."""
        again = row.first_after(told or at)
        if again is not None:
            self.go_on(row, [witness for witness in row.witnesses if again <= witness.at < row.end], again)
        row.end, row.by = at, by

    def go_on(self, row: Row, later: Sequence[Witness], again: datetime | None = None) -> None:
        """Let what these say of a row be one of its own, from `again` or the first of them on, up to where the row ends."""
        again = again or min(witness.at for witness in later)
        row.witnesses = [witness for witness in row.witnesses if witness not in later]
        fact = row.fact.model_copy(update={"id": new_id("fact"), "valid_from": again, "support_count": 0})
        part = Row(
            fact, row.claim, again, row.end, row.held, row.by, is_new=True, witnesses=[*later], places=set(row.places)
        )
        for other in self.rows:
            if other.by == row.fact.id and other.end >= again and other is not row:
                other.by = fact.id
        self.rows.append(part)
        self.copies += [(witness, fact.id) for witness in later]

    def over_again(self, row: Row, at: datetime) -> None:
        """What `row` says was over by its end was so once more at `at`: whoever said later that it is over says it anew."""
        later = [witness for witness in row.witnesses if witness.at > at]
        if row.claim.kind != "over" or at < row.end or not later:
            return
        row.witnesses = [witness for witness in row.witnesses if witness not in later]
        again = min(witness.at for witness in later)
        if self._have_over(row, again, later):
            return
        times = {"id": new_id("fact"), "valid_from": again, "valid_to": again, "support_count": 0}
        fact = row.fact.model_copy(update=times)
        self.rows.append(Row(fact, row.claim, again, again, again, None, False, True, later, set(row.places)))
        self.copies += [(witness, fact.id) for witness in later]

    def _have_over(self, row: Row, at: datetime, witnesses: Sequence[Witness]) -> bool:
        """Whether another row says that the same was over at `at`; the witnesses speak for that one then."""
        for other in self.rows:
            if other is not row and other.claim.identity == row.claim.identity and other.start == at:
                new = [witness for witness in witnesses if all(one.at != witness.at for one in other.witnesses)]
                other.witnesses += new
                self.copies += [(witness, other.fact.id) for witness in new]
                return True
        return False

    def outcome(self, now: datetime) -> tuple[dict[str, Fact], dict[str, Retirement], dict[str, Redating]]:
        """New facts as they are to be stored, and what changes of those that are there."""
        added: dict[str, Fact] = {}
        retired: dict[str, Retirement] = {}
        redated: dict[str, Redating] = {}
        for row in self.rows:
            if row.is_new:
                added[row.fact.id] = _as_new(row, now)
                continue
            change = _change(row, now)
            if isinstance(change, Retirement):
                retired[row.fact.id] = change
            elif change is not None:
                redated[row.fact.id] = change
        return added, retired, redated


def _as_new(row: Row, now: datetime) -> Fact:
    start = row.fact.valid_from if row.start == since(row.fact) else row.start
    closed = row.by is not None or row.taken_back
    times = {
        "valid_from": start,
        "valid_to": None if row.taken_back or row.end == FOREVER else row.end,
        "retired_at": now if closed else None,
        "superseded_by": row.by,
    }
    return row.fact.model_copy(update=times)


def _change(row: Row, now: datetime) -> Retirement | Redating | None:
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


def in_order(rows: Sequence[Row]) -> list[Row]:
    """By start, and by arrival where they start together."""
    return sorted(rows, key=lambda row: (row.start, row.fact.id))
