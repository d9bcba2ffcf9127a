"""The facts that bear on a write as rows of a timeline, and what becomes of each row.

The facts that say the same make a line; its rows are the times at which it held. They are made anew from all who say so
(`moments`), so that they are a function of what was said of which time, in whatever order it arrived.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.remember.claim import Claim
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.moments import AT, BEFORE, ENDS, Against, Moment, Span, Witness, moments_of, spans_of
from graphmem.remember.overtaken import is_plain, may_overtake, overtaken
from graphmem.remember.row import Line, Row, as_new, change_of


class Timeline:
    """All rows, those stored and those that this write adds, in order of arrival."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows: list[Row] = []
        self.advised: dict[tuple[Line, Line], str] = {}
        """Lines that exclude each other as somebody advised, and the rule."""
        self._lines: dict[object, Line] = {}
        self._near: dict[str, list[Line]] = {}
        self._of: dict[str, Line] = {}
        self._said_in: dict[Witness, Line] = {}
        self._whys: dict[tuple[Line, Line], str] = {}
        for row in rows:
            self.rows.append(row)
            if not row.taken_back:
                line = self.line(row.claim, (row.start, row.end))
                self._put(row, line)
                line.witnesses = list(dict.fromkeys((*line.witnesses, *row.witnesses)))

    def line(self, claim: Claim, held: tuple[datetime, datetime]) -> Line:
        """The line of a claim; of what is over, that of the time for which it is said to have held."""
        stated = held if claim.kind == "over" and held[0] < held[1] else None
        line = self._lines.get((claim.identity, stated))
        if line is None:
            line = self._lines[claim.identity, stated] = Line(claim, stated)
            for name in line.names:
                self._near.setdefault(name, []).append(line)
        return line

    def _put(self, row: Row, line: Line) -> None:
        line.rows.append(row)
        self._of[row.fact.id] = line

    def widen(self, line: Line, claim: Claim) -> bool:
        """Let a line exclude what one of its claims does: what its ends are was not known to all who said it. Whether it did not."""
        fills = (line.claim.may_fill[0] or claim.may_fill[0], line.claim.may_fill[1] or claim.may_fill[1])
        if fills == line.claim.may_fill:
            return False
        line.claim = replace(line.claim, may_fill=fills)
        self._whys.clear()
        return True

    def line_of(self, row: Row) -> Line:
        """The line that a row is of."""
        return self._of[row.fact.id]

    def take_back(self, row: Row) -> Line:
        """Let a row never have held: who said it says nothing any more of the time from its start on."""
        line = self.line_of(row)
        line.rows.remove(row)
        line.own, row.taken_back = None, True
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

    def say(self, line: Line, witness: Witness) -> bool:
        """Let a witness speak for a line. Whether all that the line has to do with has to be made anew, not only the rows of which
        the witness speaks: what was said before had changed by what it says, or what it says had, or an end is no longer stated."""
        rivals = [other for other, _ in self._rivals(line)]
        line.witnesses.append(witness)
        line.own = None
        if any(may_overtake(line.claim, other.claim) for other in rivals):
            for other in rivals:
                other.own = None
        bearing = (line, *rivals)
        if any(row.ends_unsaid for other in bearing for row in other.rows):
            return True
        return any(one.rank == BEFORE for other in bearing for one in self._own(other))

    def settle(self, lines: Sequence[Line], *, wholly: bool = True) -> None:
        """Make anew the rows of these lines, and of all that they have to do with, or, unless `wholly`, of those that could be others
        by what was said last of the first line."""
        touched = self._connected(lines) if wholly else [*lines, *self._met(lines[0])]
        if wholly:
            for line in touched:
                line.own = None
        held: dict[tuple[Witness, datetime, int], Row] = {}
        made: list[tuple[Row, Span]] = []
        for line in touched:
            against = [*self._against(line), *self._pins(line)]
            line.spans = self._stated(line) if line.stated else spans_of(self._own(line), against, lasts=line.lasts)
            for row, span in self._placed(line):
                made.append((row, span))
                held |= {(one.witness, one.at, one.rank): row for one in span.moments}
        for row, span in made:
            same_end, row.start, row.end, row.witnesses = row.end == span.end, span.start, span.end, span.witnesses
            by = span.by if span.by is None or isinstance(span.by, str) else self._row_at(span.by, held).fact.id
            if not (same_end and by is not None and self._instead(row.by) == by):
                row.by = by
        for line in touched:
            if not wholly and len(line.rows) > 1:
                self._point_anew(line)

    def _row_at(self, moment: Moment, held: dict[tuple[Witness, datetime, int], Row]) -> Row:
        """The row that a moment belongs to, whether it was made anew or not."""
        row = held.get((moment.witness, moment.at, moment.rank)) or self._said_in[moment.witness].row_at(moment)
        assert row is not None, "every moment is one of a row"
        return row

    def _point_anew(self, line: Line) -> None:
        """Let what a part of a line ended be ended by that part."""
        for other, _ in self._rivals(line):
            for row in other.rows:
                if row.by is not None and self._of.get(row.by) is line:
                    begun = [one for one in line.rows if one.start <= row.end]
                    latest = max(begun, key=lambda one: one.start, default=None)
                    if latest is not None and all(one.start < latest.start for one in begun if one.fact.id == row.by):
                        row.by = latest.fact.id

    def _own(self, line: Line) -> list[Moment]:
        if line.own is None:
            line.own = moments_of(line.witnesses, self._changed(line, self._pins(line)))
            self._said_in |= dict.fromkeys(line.witnesses, line)
        return line.own

    def _met(self, line: Line) -> list[Line]:
        """The lines that could have other rows by what was said last of this one."""
        last = [one for one in self._own(line) if one.witness is line.witnesses[-1]]
        return [other for other, _ in self._rivals(line) if other.may_change(last, line)]

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
            new = [one for one, _ in self._rivals(line) if one not in found]
            found |= dict.fromkeys(new)
            queue += new
        return queue

    def _rivals(self, line: Line) -> Iterator[tuple[Line, str]]:
        for other in self._beside(line):
            if why := self.why(line, other):
                yield other, why

    def _beside(self, line: Line) -> list[Line]:
        """The other lines that share a name with it."""
        found = dict.fromkeys(one for name in line.names for one in self._near.get(name, ()))
        return [one for one in found if one is not line]

    def _changed(self, line: Line, pins: Sequence[Against]) -> dict[Witness, datetime]:
        """When it had changed before some of its witnesses said it."""
        if not is_plain(line.claim):
            return {}
        rivals = [other for other in self._beside(line) if may_overtake(other.claim, line.claim)]
        changes = [one for other in rivals for one in other.witnesses]
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
        return [
            Against(row.end, (0, "", 0, ""), row.by)
            for row in line.rows
            if row.by is not None and line.lasts and not row.is_new and not self._is_known(row.by, line)
        ]

    def _is_known(self, by: str, line: Line) -> bool:
        """Whether a fact that ended one of a line is there, and such as ends it, or was taken back since."""
        its = self._of.get(by)
        return its is not None and (its is line or bool(self.why(line, its)) or all(by != r.fact.id for r in its.rows))

    def _against(self, line: Line) -> Iterator[Against]:
        """The moments of other lines that end this one."""
        if line.stated:
            return
        moved = [one for one in self._own(line) if one.rank == BEFORE]
        for other, why in self._rivals(line):
            same = other.claim.thing == line.claim.thing
            if "over" in (line.claim.kind, other.claim.kind) and not same:
                continue
            for one in self._own(other):
                witness = one.witness
                if one.rank == ENDS or not witness.counts or (line.lasts and not ends(witness.claim, line.claim, why)):
                    continue
                if not same and witness.until is not None and not self._outlives(witness.until, line, one.at):
                    continue
                told, order = (one.at, one.order) if one.rank == AT else (witness.at, witness.order)
                yield Against(told, order, one, parts=one.rank == BEFORE)
                for known in moved:
                    if told < known.witness.at and not (witness.claim.begins and witness.at >= known.witness.at):
                        yield Against(known.at, (told, *order), one, BEFORE, parts=True)

    @staticmethod
    def _outlives(until: datetime, line: Line, at: datetime) -> bool:
        """Whether what holds for a stated while ends no sooner than the line, as far as that states its end: otherwise both hold."""
        own = line.ends_by_itself(at)
        return own is not None and own <= until

    def _stated(self, line: Line) -> list[Span]:
        assert line.stated is not None
        own = self._own(line)
        return [Span(line.stated[0], own, line.stated[1])] if own else []

    def _placed(self, line: Line) -> Iterator[tuple[Row, Span]]:
        """Each span with its row: the one that began then, else one that the same witnesses say, else a new one."""
        free = {row.fact.id: row for row in line.rows}
        left, placed = list(line.spans), list[tuple[Row, Span]]()
        for alike in (_begins_alike, _is_said_alike, lambda _row, _span: True):
            over = []
            for span in left:
                row = next((one for one in free.values() if alike(one, span)), None)
                if row is None:
                    over.append(span)
                else:
                    placed.append((free.pop(row.fact.id), span))
            left = over
        vouched = [span for span in left if any(one.supports or one.fact is not None for one in span.witnesses)]
        placed += [(self._made(line, span), span) for span in vouched]
        for row in free.values():
            self._drop(line, row, placed)
        return iter(placed)

    def _made(self, line: Line, span: Span) -> Row:
        told = next((o.fact for o in span.witnesses if o.fact is not None and o.fact.id not in self._of), None)
        if told is None:
            model = next((row for row in line.rows if _is_said_alike(row, span)), None)
            like = model.fact if model else next((o.fact for o in span.witnesses if o.fact is not None), None)
            like = like or line.rows[0].fact
            told = like.model_copy(update={"id": new_id("fact"), "valid_from": span.start, "support_count": 0})
        row = Row(told, line.claim, span.start, is_new=True)
        self.rows.append(row)
        self._put(row, line)
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
                added[row.fact.id] = as_new(row, now)
                continue
            change = change_of(row, now)
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
