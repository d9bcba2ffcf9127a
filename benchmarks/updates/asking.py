"""Tells the cases to a memory and asks what it holds: each case in scopes of its own of one real store, with the offline
extractor, the clock standing after all that is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from benchmarks.updates.cases import Ask, Case, Tell
from benchmarks.updates.scenes import USER
from benchmarks.updates.wordings import Relation
from graphmem import Memory
from graphmem.domain.fact import Fact
from graphmem.domain.results import AddResult
from graphmem.ports.embedder import Embedder
from graphmem.testing.clock import FixedClock

NOW = datetime(2024, 12, 1, 12, tzinfo=UTC)
MOST_FACTS = 200
_BY_DIGITS = frozenset({"phone", "age", "weight", "money", "size"})
_LEADING = re.compile(r"^(?:an?|the|my|his|her|their)\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """A step that came out wrong: `step` tells which, in words."""

    step: str
    expected: str
    found: str


@dataclass(slots=True)
class Outcome:
    """What became of a case: right where nothing failed. `told` are its texts, each with when it was said."""

    case: Case
    failures: list[Failure] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    """All facts of its scopes in the end, retired ones too, where it failed."""

    @property
    def right(self) -> bool:
        """Whether every step came out right."""
        return not self.failures


def run(
    cases: Sequence[Case], url: str, embedder: Embedder, on_progress: Callable[[int], None]
) -> tuple[list[Outcome], float]:
    """The outcome of each case, in order, and the wall seconds of all `add` calls."""
    outcomes, seconds = [], 0.0
    clock = FixedClock(NOW)
    with Memory(url, embedder=embedder, clock=clock) as memory:
        for number, case in enumerate(cases):
            outcome = Outcome(case)
            for step in case.steps:
                if isinstance(step, Tell):
                    clock.advance(seconds=1)
                    started = time.perf_counter()
                    result = _tell(memory, case, step)
                    seconds += time.perf_counter() - started
                    outcome.failures.extend(_judged(case.relation, step, result))
                else:
                    outcome.failures.extend(_asked(memory, case, step))
            if not outcome.right:
                outcome.facts = [_told(fact) for scope in ("first", "second") for fact in _all(memory, case, scope)]
            outcomes.append(outcome)
            on_progress(number + 1)
    return outcomes, seconds


def _tell(memory: Memory, case: Case, step: Tell) -> AddResult:
    roles = ("user", "assistant")
    messages = [{"role": roles[place % 2], "content": text} for place, text in enumerate(step.texts)]
    return memory.add(messages, user_id=f"{case.id} {step.scope}", occurred_at=step.at)


def _judged(relation: Relation, step: Tell, result: AddResult) -> list[Failure]:
    """What is wrong with what a statement closed."""
    said = f"told: {step.texts[-1]}"
    if step.known:
        done = {one.event for one in result if one.event == "NOOP" or not one.decisions}
        done |= {decision.action for one in result for decision in one.decisions}
        return [] if done == {"NOOP"} else [Failure(said, "NOOP", ", ".join(sorted(done)))]
    if step.closes is None:
        return []
    closed = [fact for one in result for fact in one.superseded]
    if not step.closes:
        return [Failure(said, "nothing superseded", _listed(map(_told, closed)))] if closed else []
    wanted = {plain(relation, value) for value in step.closes}
    found = [wanted.intersection(_values(relation, fact, None)) for fact in closed]
    return (
        []
        if all(found) and set().union(*found) == wanted
        else [Failure(said, f"{_listed(wanted)} superseded", _listed(map(_told, closed)))]
    )


def _asked(memory: Memory, case: Case, step: Ask) -> list[Failure]:
    """What is wrong with the state."""
    relation = case.relation
    owner = f"{case.id} {step.scope}"
    subject = owner if step.subject == USER else step.subject
    facts = memory.facts(user_id=owner, as_of=step.at, limit=MOST_FACTS).items
    holding = [fact for fact in facts if not fact.negated and fact.modality == "asserted"]
    wanted = {plain(relation, value) for value in step.expected}
    proper = any(value[:1].isupper() for value in step.expected)
    pairs = [(value, fact) for fact in holding for value in _values(relation, fact, subject, proper)]
    found = {value for value, _ in pairs}
    when = "now" if step.at is None else f"as of {step.at:%Y-%m-%d}"
    asked = f"{relation.name} of {step.subject} {when}" + (", second user" if step.scope == "second" else "")
    if found != wanted:
        return [Failure(asked, _listed(wanted), _listed(found))]
    if step.supports:
        ids = {fact.id for _, fact in pairs}
        most = max(fact.support_count for _, fact in pairs)
        if len(ids) != 1 or most < step.supports:
            return [Failure(asked, f"one fact, support {step.supports}", f"{len(ids)} facts, support {most}")]
    return []


def _values(relation: Relation, fact: Fact, subject: str | None, proper: bool = False) -> list[str]:
    """What a fact says to be the relation's value for the subject (for any, where None). Where the value has to be a name,
    common nouns beside it ("has a dog") are none."""
    found = []
    for names, near, far in (
        (relation.forward, fact.subject, fact.object),
        (relation.turned, fact.object, fact.subject),
    ):
        meant = fact.predicate in names and (subject is None or near.casefold() == subject.casefold())
        if meant and not (proper and far == far.lower()):
            found.append(plain(relation, far))
    return list(dict.fromkeys(found))


def plain(relation: Relation, value: str) -> str:
    """A value in the form in which it is compared: without article or case, numbers by their digits, days as ISO dates."""
    if relation.value in _BY_DIGITS:
        return re.sub(r"\D", "", value) or value.casefold()
    if relation.value == "day":
        try:
            return datetime.strptime(value, "%d %B %Y").date().isoformat()
        except ValueError:
            return value
    return _LEADING.sub("", value.strip()).casefold()


def _all(memory: Memory, case: Case, scope: str) -> Iterable[Fact]:
    return memory.facts(user_id=f"{case.id} {scope}", include_retired=True, limit=MOST_FACTS).items


def _told(fact: Fact) -> str:
    marks: list[str] = [fact.modality] if fact.modality != "asserted" else []
    marks += [f"from {fact.valid_from:%Y-%m-%d}"] if fact.valid_from else []
    marks += [f"to {fact.valid_to:%Y-%m-%d}"] if fact.valid_to else []
    marks += ["retired"] if fact.retired_at else []
    return f"{fact}" + (f" ({', '.join(marks)})" if marks else "")


def _listed(values: Iterable[str]) -> str:
    return "; ".join(sorted(values)) or "nothing"


def document_row(outcome: Outcome) -> dict[str, Any]:
    """A failed case as JSON values."""
    case = outcome.case
    return {
        "id": case.id,
        "kind": case.kind,
        "relation": case.relation.name,
        "told": [f"{step.at:%Y-%m-%d}: {' / '.join(step.texts)}" for step in case.steps if isinstance(step, Tell)],
        "wrong": [{"step": one.step, "expected": one.expected, "found": one.found} for one in outcome.failures],
        "facts": outcome.facts,
    }
