"""Decides what new statements do to old ones. Pure: the same statements and the same past give the same decision.

Nothing is deleted here. A statement that is there gains support; one that excludes an older one closes it; one that takes
another back retires it as never having been so; the rest is added. The order is that of the world's time, never that of
arrival. What excludes what is told by a vocabulary of relations (`exclusion`), and what becomes of the rows by `timeline`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.domain.change import Redating, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.relations import DEFAULT, Relations
from graphmem.domain.results import Decision
from graphmem.remember.advice import Advice
from graphmem.remember.claim import Reader, Statement
from graphmem.remember.known import Past, stored_rows
from graphmem.remember.moments import Witness
from graphmem.remember.timeline import Timeline
from graphmem.remember.turn import Turn

NO_ADVICE: Mapping[int, Advice] = {}


@dataclass(slots=True)
class Verdict:
    """What becomes of the statements: `added` facts, `supported` (statement → the fact that it says), `copies` (who else
    says a fact), what is written of stored facts, and for each statement its decisions, and from when and until when (None: no
    end) it says so."""

    added: dict[str, Fact] = field(default_factory=dict)
    supported: dict[int, str] = field(default_factory=dict)
    copies: list[tuple[Witness, str]] = field(default_factory=list)
    retired: dict[str, Retirement] = field(default_factory=dict)
    redated: dict[str, Redating] = field(default_factory=dict)
    stated: dict[int, tuple[datetime, datetime | None]] = field(default_factory=dict)
    decisions: dict[int, list[Decision]] = field(default_factory=dict)

    @property
    def superseded(self) -> dict[int, list[Fact]]:
        """The facts that each statement closed or took back, as they were before."""
        closed = {n: [fact for one in made for fact in one.closed] for n, made in self.decisions.items()}
        return {number: facts for number, facts in closed.items() if facts}

    @property
    def reasons(self) -> dict[int, str]:
        """The rules that fired for each statement."""
        return {n: "; ".join(dict.fromkeys(one.rule for one in made)) for n, made in self.decisions.items()}


def predicates_to_ask(predicates: Iterable[str], relations: Relations = DEFAULT) -> tuple[str, ...]:
    """These predicates and all that could bear on what they say: what has to be known before deciding."""
    return tuple(sorted(frozenset().union(*map(relations.asked_with, predicates))))


def reconcile(
    statements: Sequence[Statement],
    known: Past | Sequence[Fact],
    now: datetime,
    relations: Relations = DEFAULT,
    advice: Mapping[int, Advice] = NO_ADVICE,
) -> Verdict:
    """Decide on `statements`, in order, against what is known of their subjects and objects, whatever its time. `advice`: what
    is proposed, by the number of the statement."""
    past = known if isinstance(known, Past) else Past(facts=known)
    run = _Reconciliation(past, now, relations)
    for number, statement in enumerate(statements):
        run.take(number, statement, advice.get(number))
    return run.verdict()


class _Reconciliation:
    """One run over the statements of a write."""

    def __init__(self, past: Past, now: datetime, relations: Relations) -> None:
        self._now = now
        self._reader = Reader(relations, past.types, now)
        self._timeline = Timeline(stored_rows(past, self._reader))
        self._verdict = Verdict()

    def verdict(self) -> Verdict:
        """What was decided, once all statements are in."""
        verdict = self._verdict
        verdict.added, verdict.retired, verdict.redated = self._timeline.outcome(self._now)
        for witness, fact in self._timeline.copies():
            if witness.statement in verdict.supported:
                verdict.copies.append((witness, verdict.supported[witness.statement]))
            if witness.statement >= 0:
                verdict.supported[witness.statement] = fact
            else:
                verdict.copies.append((witness, fact))
        return verdict

    def take(self, number: int, statement: Statement, advice: Advice | None) -> None:
        """Decide on one statement."""
        turn = Turn(self._timeline, statement, self._reader.stated(statement), number, self._now)
        decisions, witness = turn.decide(advice)
        self._verdict.decisions[number] = decisions
        ends = witness.claim.kind != "over" or witness.counts
        self._verdict.stated[number] = (witness.since, witness.until if ends else None)
