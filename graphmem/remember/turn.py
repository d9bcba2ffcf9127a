"""One statement's turn: its place in time, and what it ends there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from graphmem.domain.fact import Fact
from graphmem.domain.identity import new_id
from graphmem.domain.memory import Event
from graphmem.domain.results import Decision
from graphmem.remember import amend, overtaken
from graphmem.remember.advice import Advice, may_outdate, same_row
from graphmem.remember.claim import Claim, Statement
from graphmem.remember.exclusion import ends, why_exclusive
from graphmem.remember.timeline import FOREVER, Row, Timeline, Witness, in_order, since


class Turn:
    """Decides on one statement, the `number`-th of its write, and changes the timeline."""

    def __init__(self, timeline: Timeline, statement: Statement, claim: Claim, number: int, now: datetime) -> None:
        self._timeline = timeline
        self._statement = statement
        self._claim = replace(claim, lasting=statement.lasting)
        self._number = number
        self._now = now
        self._said: list[Row] = []
        self._closed: dict[str, Fact] = {}
        self._why: dict[str, None] = {}
        self._advised: frozenset[str] = frozenset()

    def decide(self, advice: Advice | None) -> tuple[list[Decision], str]:
        """The decisions, and the fact that the statement now says."""
        decisions = self._decided(advice)
        for row in dict.fromkeys(one.fact.id for one in self._said[:-1]):
            if row != self._said[-1].fact.id:
                self._timeline.copies.append((Witness(self._now, statement=self._number), row))
        return decisions, self._said[-1].fact.id

    def _decided(self, advice: Advice | None) -> list[Decision]:
        fact, rows = self._statement.fact, self._timeline.rows
        if advice is not None and advice.proposal == "same":
            same = same_row(advice, rows, self._claim, fact)
            if same is not None:
                return [self._support(same, since(fact), f"advice: says the same{advice.because}")]
        if advice is not None and advice.proposal == "outdates":
            self._advised = frozenset(r.fact.id for r in rows if may_outdate(advice, r, self._claim))
        if self._claim.kind == "over":
            return [self._take_over()]
        back = amend.taken_back(self._others(), self._statement, self._claim, self._now)
        for row in back:
            row.taken_back = True
        start = min((row.start for row in back), default=since(fact))
        decisions = [self._place(start)]
        said_at = self._statement.said_at
        if self._speaks_of_now() and said_at is not None and said_at > start and not self._said[-1].covers(said_at):
            self._statement = replace(self._statement, fact=fact.model_copy(update={"id": new_id("fact")}))
            decisions.append(self._place(said_at))
        return [*amend.retract(self._timeline, back, self._said[0]), *decisions]

    def _speaks_of_now(self) -> bool:
        """Whether it says that something holds at the time of saying, too."""
        claim = self._claim
        return claim.lasting and not claim.begins and not claim.ended and self._statement.fact.valid_to is None

    def _others(self) -> list[Row]:
        """All rows but those that the same sentence says: what one sentence says stands side by side."""
        place = self._statement.place
        return [row for row in self._timeline.rows if not row.taken_back and place not in row.places]

    def _rivals(self) -> list[tuple[Row, str]]:
        """The rows that cannot hold together with this claim, and why."""
        found = []
        for row in self._others():
            why = why_exclusive(self._claim, row.claim)
            if not why and row.fact.id in self._advised:
                why = "advice: outdated by it"
            if why:
                found.append((row, why))
        return found

    def _equals(self) -> list[Row]:
        """The rows that say the same, by when they begin."""
        rows = self._timeline.rows
        return in_order([row for row in rows if not row.taken_back and row.claim.identity == self._claim.identity])

    def _place(self, at: datetime) -> Decision:
        """Put the claim into its place in time, and before it what was said of a later one, but was over by it."""
        told = self._statement.said_at or at
        over = overtaken.overtake(self._timeline, self._others(), self._claim, at, told)
        for row in over:
            self._closed.setdefault(row.fact.id, row.fact)
            self._why["it changed before"] = None
        amend.resume(self._timeline, {row.fact.id for row in over})
        decision = self._placed(at)
        for row in over:
            row.by = self._said[-1].fact.id
        return decision

    def _placed(self, at: datetime) -> Decision:
        equals = self._equals()
        for row in equals:
            if row.covers(at) or row.was_said(at):
                return self._support(row, at, "already known: support added")
        change = overtaken.overtaking(self._others(), self._claim, at) if at == self._statement.said_at else None
        if change is not None:
            return self._say_it_is_over(change, equals)
        for row, _ in self._rivals():
            if row.claim.thing == self._claim.thing:
                self._timeline.over_again(row, at)
        rivals = self._rivals()
        limit, by = self._limit(at, rivals)
        for row in equals:
            if at < row.start <= limit:
                self._cut(rivals, at, row.fact.id)
                row.start = at
                return self._support(row, at, "already known of later: it began earlier")
        row = self._add(at, limit, by)
        self._cut(rivals, at, row.fact.id)
        if self._closed:
            return self._decision("UPDATE", f"{'; '.join(self._why)}: the older one is closed")
        return self._decision("ADD", "new" if by is None else "arrived late: a newer statement is known")

    def _say_it_is_over(self, change: Row, equals: Sequence[Row]) -> Decision:
        """What was said of a time when it had changed already held until then."""
        for row in equals:
            if row.end == change.start and row.by == change.fact.id:
                return self._support(row, row.start, "already known: support added")
        self._add(change.start, change.start, change.fact.id)
        return self._decision("ADD", "it had changed before, as was told later")

    def _limit(self, at: datetime, rivals: Sequence[tuple[Row, str]]) -> tuple[datetime, str | None]:
        """Until when the claim holds from `at` on, and which row ends it."""
        held = self._statement.fact.valid_to or FOREVER
        ending = [
            (moment, row.fact.id)
            for row, why in rivals
            if row.claim.lasting and row.lasts and ends(row.claim, self._claim, why) and not self._is_short_beside(row)
            for moment in row.moments_against(self._claim)
            if moment > at and overtaken.counts(self._claim, at, self._statement.said_at or at, row, moment)
        ]
        if not ending or held <= min(one[0] for one in ending):
            return held, None
        return min(ending)

    def _is_short_beside(self, row: Row) -> bool:
        """Whether a row that ends by itself lies within the time of this claim: what was so for a while ends nothing lasting."""
        if row.held is None or row.claim.thing == self._claim.thing:
            return False
        held = self._statement.fact.valid_to
        return held is None or held > row.held

    def _add(self, at: datetime, limit: datetime, by: str | None) -> Row:
        fact = self._statement.fact
        row = Row(
            fact=fact if at == since(fact) else fact.model_copy(update={"valid_from": at}),
            claim=self._claim,
            start=at,
            end=limit,
            held=fact.valid_to,
            by=by,
            is_new=True,
        )
        self._timeline.rows.append(row)
        self._witness(row, at)
        return row

    def _witness(self, row: Row, at: datetime) -> None:
        row.witnesses.append(Witness(self._statement.said_at or at, statement=self._number))
        row.places.add(self._statement.place)
        self._said.append(row)

    def _support(self, row: Row, at: datetime, rule: str) -> Decision:
        held = self._statement.fact.valid_to
        if held is not None and row.by is None and self._claim.kind == "so" and row.end == FOREVER:
            row.end = row.held = held
        self._witness(row, at)
        return self._decision("UPDATE" if self._closed else "NOOP", rule)

    def _cut(self, rivals: Iterable[tuple[Row, str]], at: datetime, by: str) -> None:
        """End what the claim speaks against at `at`, where it holds then."""
        if not self._claim.lasting:
            return
        for row, why in rivals:
            over = row.claim.kind == "over" and row.claim.thing == self._claim.thing
            if over or row.fact.id == by or not row.covers(at) or self._outlasts(row):
                continue
            if not ends(self._claim, row.claim, why):
                continue
            self._close(row, at, by)
            self._why[why] = None

    def _close(self, row: Row, at: datetime, by: str) -> None:
        self._closed.setdefault(row.fact.id, row.fact)
        if row.held is not None and row.claim.kind != "so":
            row.end = row.held = at
        else:
            told = self._statement.said_at
            spoken = told is not None and at < told and not overtaken.counts(self._claim, at, told, row, told)
            self._timeline.part(row, at, by, told if spoken else None)

    def _outlasts(self, row: Row) -> bool:
        """Whether a row goes on beyond the end that the statement itself gives: only what contradicts it ends it."""
        held = self._statement.fact.valid_to
        return held is not None and row.claim.thing != self._claim.thing and (row.held is None or row.held > held)

    def _take_over(self) -> Decision:
        """What was so and is no more: nothing is said of the present, but that an equal one that was open is over."""
        fact = self._statement.fact
        end = fact.valid_to or self._statement.said_at or self._now
        start = min(fact.valid_from or end, end)
        so = [row for row, _ in self._rivals() if row.claim.thing == self._claim.thing]
        if self._statement.tense != "past" and not self._claim.lasting:
            so = []  # "drove a Fiat in 2019" tells of that year only: it may have gone on
        for row in self._equals():
            if row.was_said(start) and row.start == start:
                return self._support(row, end, "already known: support added")
            if _are_apart((start, end), (row.start, row.end), so):
                continue
            later = row.end > end
            row.start = min(row.start, start)
            if later:
                row.end = row.held = end
                self._end_equal(so, end, row.fact.id)
            return self._support(row, end, "over earlier than was known" if later else "already known: support added")
        self._statement = replace(self._statement, fact=fact.model_copy(update={"valid_from": start, "valid_to": end}))
        row = self._add(start, end, None)
        self._end_equal(so, end, row.fact.id)
        rule = "it is over: the open one is closed" if self._closed else "said of the past: closes nothing"
        return self._decision("UPDATE" if self._closed else "ADD", rule)

    def _end_equal(self, so: Sequence[Row], end: datetime, by: str) -> None:
        for row in so:
            if row.covers(end) or (row.by == by and row.end > end):
                self._close(row, end, by)

    def _decision(self, action: Event, rule: str) -> Decision:
        closed, self._closed = tuple(self._closed.values()), {}
        return Decision(fact=self._said[-1].fact, action=action, rule=rule, closed=closed)


def _are_apart(one: tuple[datetime, datetime], other: tuple[datetime, datetime], so: Sequence[Row]) -> bool:
    """Whether two times that are over are two times indeed: they are apart, the beginning of only one of them is known, or it
    was so again in between."""
    dated = one[0] < one[1]
    if dated != (other[0] < other[1]) or (dated and (one[1] < other[0] or other[1] < one[0])):
        return True
    first, second = sorted((one[1], other[1]))
    if one[1] > other[1] and any(row.covers(second) for row in so):
        return True
    return any(first < moment <= second for row in so for moment in row.moments())
