"""The facts that bear on a write as rows of a timeline, and what becomes of each row.

The facts that say the same make a line; its rows are the times at which it held. They are made anew from all who say so
(`moments`), so that they are a function of what was said of which time, in whatever order it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.remember.claim import Claim
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.moments import (
    AT,
    BEFORE,
    ENDS,
    FOREVER,
    Against,
    Moment,
    Order,
    Span,
    Witness,
    moments_of,
    spans_of,
)
from graphmem.remember.overtaken import may_overtake, overtaken


@dataclass(slots=True)
class Row:
    """A fact as it stands while the write is decided. `by`: the fact that ended it; `taken_back`: it never held; `witnesses`: who
    says it."""

    fact: Fact
    claim: Claim
    start: datetime
    end: datetime = FOREVER
    by: str | None = None
    taken_back: bool = False
    is_new: bool = False
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


def arrival(fact: str, sentence: int = 0, memory: str = "") -> Order:
    """The place of what is stored in the order of arrival, by the ids of the fact and the memory that says it."""
    return (0, fact.partition("_")[2], sentence, memory)


@dataclass(slots=True, eq=False)
class Line:
    """The rows that say the same of the same names, and all who say so. `stated`: the two ends of what is over, where both are
    known: each such time is a line of its own."""

    claim: Claim
    stated: tuple[datetime, datetime] | None = None
    rows: list[Row] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    own: list[Moment] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)

    @property
    def lasts(self) -> bool:
        """Whether it goes on until something ends it."""
        return self.claim.kind != "over"

    def ends_by_itself(self, at: datetime) -> datetime | None:
        """Until when it holds as stated by those who speak of `at`, if any of them states an end."""
        until = (one.until for one in self.witnesses if one.until is not None and one.since <= at < one.until)
        return min(until, default=None)


class Timeline:
    """All rows, those stored and those that this write adds, in order of arrival."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: list[Row] = []
        self.advised: dict[tuple[Line, Line], str] = {}
        """Lines that exclude each other as somebody advised, and the rule."""
        self._lines: dict[object, Line] = {}
        self._whys: dict[tuple[Line, Line], str] = {}
        self._gone: dict[str, Row] = {}
        for row in rows:
            self.rows.append(row)
            if not row.taken_back:
                line = self.line(row.claim, (row.start, row.end))
                line.rows.append(row)
                line.witnesses += [one for one in row.witnesses if one not in line.witnesses]

    def line(self, claim: Claim, held: tuple[datetime, datetime]) -> Line:
        """The line of a claim; of what is over, that of the time for which it is said to have held."""
        stated = held if claim.kind == "over" and held[0] < held[1] else None
        return self._lines.setdefault((claim.identity, stated), Line(claim, stated))

    def widen(self, line: Line, claim: Claim) -> None:
        """Let a line exclude what one of its claims does: what its ends are was not known to all who said it."""
        fills = (line.claim.may_fill[0] or claim.may_fill[0], line.claim.may_fill[1] or claim.may_fill[1])
        if fills != line.claim.may_fill:
            line.claim = replace(line.claim, may_fill=fills)
            self._whys.clear()

    def line_of(self, row: Row) -> Line:
        """The line that a row is of."""
        return next(line for line in self._lines.values() if row in line.rows)

    def take_back(self, row: Row) -> Line:
        """Let a row never have held: who said it says nothing any more of the time from its start on."""
        line = self.line_of(row)
        line.rows.remove(row)
        row.taken_back = True
        quiet = {one: replace(one, silent=row.start) for one in row.witnesses}
        line.witnesses = [quiet.get(one, one) for one in line.witnesses]
        for other in line.rows:
            other.witnesses = [quiet.get(one, one) for one in other.witnesses]
        return line

    def why(self, one: Line, other: Line) -> str:
        """The rule by which two lines exclude each other, if they do."""
        if (one, other) not in self._whys:
            self._whys[one, other] = why_exclusive(one.claim, other.claim)
        return self._whys[one, other] or self.advised.get((one, other), "") or self.advised.get((other, one), "")

    def settle(self, lines: Iterable[Line]) -> None:
        """Make the rows of these lines and of all that they have to do with anew."""
        touched = self._connected(lines)
        pins = {line: self._pins(line) for line in touched}
        for line in touched:
            line.own = moments_of(line.witnesses, self._changed(line, pins[line]))
        held: dict[tuple[Witness, datetime, int], Row] = {}
        made: list[tuple[Row, Span]] = []
        for line in touched:
            against = [*self._against(line), *pins[line]]
            line.spans = self._stated(line) if line.stated else spans_of(line.own, against, lasts=line.lasts)
            for row, span in self._placed(line):
                made.append((row, span))
                held |= {(one.witness, one.at, one.rank): row for one in span.moments}
        for row, span in made:
            same_end, row.start, row.end = row.end == span.end, span.start, span.end
            by = span.by
            name = by if by is None or isinstance(by, str) else held[by.witness, by.at, by.rank].fact.id
            if not (same_end and name is not None and self._instead(row.by) == name):
                row.by = name
            row.witnesses = span.witnesses

    def _instead(self, by: str | None) -> str | None:
        """What holds in place of a fact that was taken back: should it go, that one ends again what it had ended."""
        back = {row.fact.id: row.by for row in self.rows if row.taken_back}
        while by in back:
            by = back.pop(by)
        return by

    def _connected(self, lines: Iterable[Line]) -> list[Line]:
        found = dict.fromkeys(lines)
        queue = list(found)
        for line in queue:
            new = [one for one in self._lines.values() if one not in found and self.why(line, one)]
            found |= dict.fromkeys(new)
            queue += new
        return queue

    def _rivals(self, line: Line) -> Iterator[tuple[Line, str]]:
        for other in self._lines.values():
            why = self.why(line, other) if other is not line else ""
            if why:
                yield other, why

    def _changed(self, line: Line, pins: Sequence[Against]) -> dict[Witness, datetime]:
        """When it had changed before some of its witnesses said it."""
        changes = [
            one for other, _ in self._rivals(line) if may_overtake(other.claim, line.claim) for one in other.witnesses
        ]
        changed = {}
        for one in line.witnesses:
            at = overtaken(one, (change for change in changes if change.counts and change.since < change.silent))
            if at is None and pins and one.since >= one.at:
                at = _pinned(line, one, pins)
            if at is not None:
                changed[one] = at
        return changed

    def _pins(self, line: Line) -> list[Against]:
        """The ends of rows that nothing known explains: what ended them was not read, or somebody advised it."""
        known = {row.fact.id for row in self.rows if row.taken_back}
        for other in self._lines.values():
            if other is line or self.why(line, other):
                known |= {row.fact.id for row in other.rows}
        return [
            Against(row.end, (0, "", 0, ""), row.by)
            for row in line.rows
            if row.by is not None and row.by not in known and line.lasts and not row.is_new
        ]

    def _against(self, line: Line) -> Iterator[Against]:
        """The moments of other lines that end this one."""
        if line.stated:
            return
        moved = {one.at for one in line.own if one.rank == BEFORE}
        for other, why in self._rivals(line):
            same = other.claim.thing == line.claim.thing
            if "over" in (line.claim.kind, other.claim.kind) and not same:
                continue
            for one in other.own:
                witness = one.witness
                if one.rank == ENDS or not witness.counts or (line.lasts and not ends(witness.claim, line.claim, why)):
                    continue
                if not same and witness.until is not None and not self._outlives(witness.until, line, one.at):
                    continue
                told, order = (one.at, one.order) if one.rank == AT else (witness.at, witness.order)
                yield Against(told, order, one, parts=one.rank == BEFORE)
                for at in moved:
                    yield Against(at, (told, *order), one, BEFORE, parts=True)

    @staticmethod
    def _outlives(until: datetime, line: Line, at: datetime) -> bool:
        """Whether what holds for a stated while ends no sooner than the line, as far as that states its end: otherwise both hold."""
        own = line.ends_by_itself(at)
        return own is not None and own <= until

    @staticmethod
    def _stated(line: Line) -> list[Span]:
        assert line.stated is not None
        return [Span(line.stated[0], line.own, line.stated[1])] if line.own else []

    def _placed(self, line: Line) -> Iterator[tuple[Row, Span]]:
        """Each span with its row: the one that began then, else one that the same witnesses say, else a new one."""
        free = {row.fact.id: row for row in line.rows}
        placed: list[tuple[Row, Span]] = []
        for alike in (_begins_alike, _is_said_alike, lambda _row, _span: True):
            for span in [one for one in line.spans if all(one is not known for _, known in placed)]:
                row = next((one for one in free.values() if alike(one, span)), None)
                if row is not None:
                    placed.append((free.pop(row.fact.id), span))
        left = [one for one in line.spans if all(one is not known for _, known in placed)]
        placed += [(self._made(line, span), span) for span in left]
        for row in free.values():
            self._drop(line, row, placed)
        return iter(placed)

    def _made(self, line: Line, span: Span) -> Row:
        used = {row.fact.id for row in self.rows}
        told = next((one.fact for one in span.witnesses if one.fact is not None and one.fact.id not in used), None)
        if told is None:
            model = next((row for row in line.rows if _is_said_alike(row, span)), None)
            like = model.fact if model else next((o.fact for o in span.witnesses if o.fact is not None), None)
            like = like or line.rows[0].fact
            told = like.model_copy(update={"id": new_id("fact"), "valid_from": span.start, "support_count": 0})
        row = Row(told, line.claim, span.start, is_new=True)
        self.rows.append(row)
        line.rows.append(row)
        return row

    def _drop(self, line: Line, row: Row, placed: Sequence[tuple[Row, Span]]) -> None:
        """A row that proves to be a part of another is no more, or, where it is stored, held at no time."""
        into = next(
            (one for one, span in placed if span.start <= row.start < span.end), placed[0][0] if placed else row
        )
        row.end, row.by = row.start, into.fact.id
        if row.is_new:
            line.rows.remove(row)
            self.rows.remove(row)
            for other in self.rows:
                other.by = into.fact.id if other.by == row.fact.id else other.by

    def copies(self) -> list[tuple[Witness, str]]:
        """Who speaks for a row under which it is not stored yet, and the row's fact; for a statement, its rows by time, after those
        that were taken back."""
        return [
            (one, row.fact.id)
            for row in sorted(self.rows, key=lambda row: (not row.taken_back, row.start, row.fact.id))
            for one in row.witnesses
            if (one.supports or one.statement >= 0) and all(known.fact_id != row.fact.id for known in one.supports)
        ]

    def outcome(self, now: datetime) -> tuple[dict[str, Fact], dict[str, Retirement], dict[str, Redating]]:
        """New facts as they are to be stored, and what changes of those that are there; what is closed comes first."""
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
        return added, retired, dict(sorted(redated.items(), key=lambda one: one[1].retired_at is None))


def _begins_alike(row: Row, span: Span) -> bool:
    return row.start == span.start


def _is_said_alike(row: Row, span: Span) -> bool:
    return any(one in row.witnesses for one in span.witnesses)


def _pinned(line: Line, witness: Witness, pins: Sequence[Against]) -> datetime | None:
    """When a row ended of which more is not known, if it is the only one that this witness, who said so later, is stored under."""
    rows = [row for row in line.rows if witness in row.witnesses]
    if len(rows) != 1 or rows[0].end > witness.at or all(one.at != rows[0].end for one in pins):
        return None
    return rows[0].end


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
