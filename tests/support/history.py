"""What reconciliation makes of statements, kept between writes as a store would: for tests of the pure decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from graphmem.domain.fact import Fact, Support
from graphmem.domain.identity import new_id
from graphmem.domain.scope import Scope
from graphmem.remember.claim import Statement
from graphmem.remember.known import Past
from graphmem.remember.reconcile import Verdict, reconcile

START = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2030, 1, 1, tzinfo=UTC)
ANA = Scope(user_id="ana")


def day(number: float) -> datetime:
    """So many days after START."""
    return START + timedelta(days=number)


@dataclass(frozen=True)
class Said:
    """Something said on a day: "Ana lives in Paris". `until`: it ended then by itself; `past`: it is over; `told`:
    the day on which it was said, if that was another."""

    subject: str
    predicate: str
    object: str
    day: float
    negated: bool = False
    until: float | None = None
    past: bool = False
    scope: Scope = ANA
    told: float | None = None


@dataclass
class History:
    """Facts and who says them, through any number of writes."""

    facts: dict[str, Fact] = field(default_factory=dict)
    supports: list[Support] = field(default_factory=list)
    said: dict[str, datetime] = field(default_factory=dict)

    def add(self, *batch: Said) -> Verdict:
        """One write."""
        statements = [self._statement(one) for one in batch]
        past = Past(tuple(self.facts.values()), tuple(self.supports), dict(self.said))
        verdict = reconcile(statements, past, NOW)
        self._keep(statements, verdict)
        return verdict

    def _statement(self, one: Said) -> Statement:
        memory = new_id("mem")
        said_at = self.said[memory] = day(one.day if one.told is None else one.told)
        fact = Fact(
            id=new_id("fact"),
            scope=one.scope,
            subject_id=f"ent_{one.subject}",
            subject=one.subject,
            predicate=one.predicate,
            object_id=f"ent_{one.object}",
            object=one.object,
            text=f"{one.subject} {one.predicate} {one.object}",
            negated=one.negated,
            valid_from=day(one.day),
            valid_to=None if one.until is None else day(one.until),
            recorded_at=NOW,
        )
        tense = "past" if one.past else "present"
        return Statement(fact, (memory, 0), "location", said_at=said_at, tense=tense)

    def _keep(self, statements: Sequence[Statement], verdict: Verdict) -> None:
        for retired in verdict.retired.values():
            changed = {"retired_at": retired.at, "superseded_by": retired.superseded_by}
            changed["valid_to"] = retired.valid_to or self.facts[retired.id].valid_to
            self.facts[retired.id] = self.facts[retired.id].model_copy(update=changed)
        for redated in verdict.redated.values():
            self.facts[redated.id] = self.facts[redated.id].model_copy(update=redated.model_dump(exclude={"id"}))
        self.facts |= verdict.added
        spoken = [(statements[n].place[0], fact, *verdict.stated[n]) for n, fact in verdict.supported.items()]
        for witness, fact in verdict.copies:
            if (one := witness.support) is not None:
                spoken.append((one.memory_id, fact, one.since, one.until))
            else:
                spoken.append((statements[witness.statement].place[0], fact, *verdict.stated[witness.statement]))
        for memory, fact, since, until in dict.fromkeys(spoken):
            times = {"since": since, "until": until}
            support = {"memory_id": memory, "fact_id": fact, "sentence": 0, "span_start": 0, "span_end": 1, **times}
            self.supports.append(Support.model_validate(support))
        assert {one.fact_id for one in self.supports} == set(self.facts), "every fact has somebody who says it"

    def rows(self) -> set[tuple[object, ...]]:
        """What is told, without ids: each fact with its time, and by what it was superseded and when that began."""
        by = {None: None} | {fact.id: self._named(fact) for fact in self.facts.values()}
        return {
            (self._named(fact), fact.valid_to, fact.retired_at is None, by[fact.superseded_by])
            for fact in self.facts.values()
        }

    def current(self) -> set[tuple[str, str, str]]:
        """Subject, predicate and object of what is current."""
        open_ = [one for one in self.facts.values() if one.retired_at is None and (one.valid_to or day(10**5)) > NOW]
        return {(one.subject, one.predicate, one.object) for one in open_ if not one.negated}

    def forget_times(self) -> None:
        """Let it be as it was stored before supports kept what they state of when."""
        self.supports = [one.model_copy(update={"since": None, "until": None}) for one in self.supports]

    def held(self) -> list[tuple[Fact, datetime]]:
        """Every fact with the time from which it holds."""
        return [(fact, fact.valid_from) for fact in self.facts.values() if fact.valid_from is not None]

    def stays(self, subject: str, name: dict[str, str] | None = None) -> list[tuple[str, float, float | None]]:
        """Where a subject was when, in days, by time: intervals that are not empty."""
        found = []
        for fact in self.facts.values():
            if fact.subject == subject and not fact.negated and fact.valid_from != fact.valid_to:
                start, end = fact.valid_from, fact.valid_to
                assert start is not None
                found.append(((start - START).days, end and (end - START).days, fact.object))
        return [(object_, start, end) for start, end, object_ in sorted(found, key=str)]

    @staticmethod
    def _named(fact: Fact) -> tuple[object, ...]:
        return (fact.scope, fact.subject, fact.object, fact.negated, fact.valid_from)
