"""One statement's turn: who it is that says what of which time, and what became of it by that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.domain.fact import Fact
from graphmem.domain.memory import Event
from graphmem.domain.results import Decision
from graphmem.remember import amend
from graphmem.remember.advice import Advice, may_outdate, same_row
from graphmem.remember.claim import Claim, Statement
from graphmem.remember.moments import BEFORE, Moment, Witness
from graphmem.remember.row import Line, Row, since
from graphmem.remember.timeline import Timeline


class Turn:
    """Decides on one statement, the `number`-th of its write, and changes the timeline."""

    def __init__(self, timeline: Timeline, statement: Statement, claim: Claim, number: int, now: datetime) -> None:
        self._timeline = timeline
        self._statement = statement
        self._claim = replace(claim, lasting=statement.lasting)
        self._number = number
        self._now = now
        self._advised = False

    def decide(self, advice: Advice | None) -> tuple[list[Decision], Witness]:
        """The decisions, and who it is that says it from now on."""
        timeline, fact = self._timeline, self._statement.fact
        same = None
        if advice is not None and advice.proposal == "same":
            same = same_row(advice, timeline.rows, self._claim, fact)
        if advice is not None and same is not None:
            line, witness = timeline.line_of(same), self._witness(same.claim, since(fact))
            made = self._say(line, witness, [], f"advice: says the same{advice.because}")
            return made, witness
        back = amend.taken_back(self._others(), self._statement, self._claim, self._now)
        start = min((row.start for row in back), default=since(fact))
        witness = self._witness(self._claim, start)
        line = timeline.line(self._claim, (witness.since, witness.until or witness.since))
        if advice is not None and advice.proposal == "outdates":
            for row in timeline.rows:
                if not row.taken_back and may_outdate(advice, row, self._claim):
                    timeline.advised[line, timeline.line_of(row)] = "advice: outdated by it"
                    self._advised = True
        return self._say(line, witness, back, None), witness

    def _witness(self, claim: Claim, start: datetime) -> Witness:
        """Who says the claim from `start` on: what is over was so until it is said to have ended, or until it was said."""
        statement = self._statement
        said = statement.said_at or start
        until, counts = statement.fact.valid_to, statement.lasting
        if claim.kind == "over":
            until = min(until or said, said) if statement.tense == "past" else until or said
            start = min(statement.fact.valid_from or until, until)
            counts = counts or statement.tense == "past"  # "drove a Fiat in 2019" tells of that year only
        return Witness(
            claim=claim,
            at=said,
            since=start,
            until=until,
            counts=counts,
            order=(1, "", self._number, ""),
            place=statement.place,
            statement=self._number,
            fact=statement.fact,
            episode=statement.episode or statement.place[0],
        )

    def _others(self) -> list[Row]:
        """All rows but those that the same sentence says: what one sentence says stands side by side."""
        place = self._statement.place
        return [row for row in self._timeline.rows if not row.taken_back and place not in row.places]

    def _say(self, line: Line, witness: Witness, back: Sequence[Row], rule: str | None) -> list[Decision]:
        """Let the witness speak, once these rows are taken back, and tell what became of all rows."""
        before = {row.fact.id: (row.start, row.end, row.by, row.fact) for row in self._timeline.rows}
        wider = self._timeline.widen(line, witness.claim)
        lines = [line, *(self._timeline.take_back(row) for row in back)]
        changed = self._timeline.say(line, witness)
        self._timeline.settle(lines, wholly=wider or changed or bool(back) or rule is not None or self._advised)
        mine = sorted((row for row in line.rows if witness in row.witnesses), key=lambda row: row.start)
        decisions = amend.retracted(back, mine[0])
        for row in self._timeline.rows if back else ():
            was = before.get(row.fact.id)
            if (
                was is not None
                and row.by == mine[0].fact.id
                and row.end == was[1]
                and was[2] in {b.fact.id for b in back}
            ):
                row.by = was[2]
        for row in mine:
            closed = self._closed_by(row, before, {one.fact.id for one in back})
            decisions.append(self._decision(line, row, before.get(row.fact.id), closed, rule))
        return decisions

    def _closed_by(
        self, by: Row, before: dict[str, tuple[datetime, datetime, str | None, Fact]], back: set[str]
    ) -> list[Row]:
        """The rows that are closed by this one, and were not before, or not so early."""
        closed = []
        for row in self._timeline.rows:
            if row.by == by.fact.id and row.fact.id in before and not row.taken_back:
                _, end, was_by, _ = before[row.fact.id]
                if row.end < end or (row.end == end and was_by != row.by and was_by not in back):
                    closed.append(row)
        return closed

    def _decision(
        self,
        line: Line,
        row: Row,
        before: tuple[datetime, datetime, str | None, Fact] | None,
        closed: Sequence[Row],
        rule: str | None,
    ) -> Decision:
        timeline, changed = self._timeline, bool(closed)
        over = [one for one in closed if any(known.rank == BEFORE for known in _moments(timeline, one))]
        why = {"it changed before": None} if over else {}
        why |= {timeline.why(timeline.line_of(one), line): None for one in closed if one not in over}
        if rule is None and before is not None:
            rule = "already known: support added"
            if row.start < before[0] or (not line.lasts and row.end < before[1]):
                rule = "already known of later: it began earlier" if line.lasts else "over earlier than was known"
        elif rule is None and not line.lasts:
            rule = "it is over: the open one is closed" if changed else "said of the past: closes nothing"
        elif rule is None and changed:
            rule = f"{'; '.join(why)}: the older one is closed"
        elif rule is None and any(one.rank == BEFORE for one in _moments(timeline, row)):
            rule = "it had changed before, as was told later"
        elif rule is None:
            rule = "new" if row.by is None else "arrived late: a newer statement is known"
        action: Event = "UPDATE" if changed else "NOOP" if before is not None else "ADD"
        return Decision(fact=row.fact, action=action, rule=rule, closed=tuple(one.fact for one in closed))


def _moments(timeline: Timeline, row: Row) -> list[Moment]:
    """The moments of which a row is made."""
    spans = (one for one in timeline.line_of(row).spans if (one.start, one.end) == (row.start, row.end))
    return [known for span in spans for known in span.moments]
