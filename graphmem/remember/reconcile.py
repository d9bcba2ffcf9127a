"""Decides what new statements do to old ones. Pure: the same statements and the same past give the same decision.

Nothing is deleted here. A statement that is there gains support; one that excludes an older one closes it; the rest is
added. Only predicates listed as single-valued exclude each other, and only between named things, so that "lives in a
small flat" does not end "lives in Lisbon".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.domain.change import Retirement
from graphmem.domain.fact import VALUE_TYPE, Fact
from graphmem.domain.names import is_proper

SLOTS: dict[str, str] = {
    **dict.fromkeys(("live_in", "live_at", "reside_in", "move_to", "relocate_to", "settle_in"), "residence"),
    **dict.fromkeys(
        ("work_at", "work_for", "be_employed_by", "join", "employed_by", "works_at", "works_for"), "employer"
    ),
    **dict.fromkeys(("lives_in", "resides_in", "moved_to", "based_in", "be_based_in"), "residence"),
    **dict.fromkeys(("marry", "be_married_to", "married_to"), "spouse"),
}
"""Single-valued predicates, and the slot that they fill: a new value of a slot closes the old one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as this write would add it, with the memory that says it and what its object is."""

    fact: Fact
    memory_id: str
    object_type: str

    @property
    def slot(self) -> str | None:
        """The single-valued slot that it fills, if it does."""
        fact = self.fact
        if fact.negated or fact.modality != "asserted" or self.object_type == VALUE_TYPE or not is_proper(fact.object):
            return None
        return SLOTS.get(fact.predicate)


@dataclass(slots=True)
class Verdict:
    """What becomes of the statements: `added` facts, `supported` (statement index → fact id), closed facts, and for each
    statement the facts that it closed and the rule that fired."""

    added: dict[str, Fact] = field(default_factory=dict)
    supported: dict[int, str] = field(default_factory=dict)
    retired: dict[str, Retirement] = field(default_factory=dict)
    superseded: dict[int, list[Fact]] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def close(self, retirement: Retirement) -> None:
        """Close a fact: one that this write itself adds is added as closed."""
        own = self.added.get(retirement.id)
        if own is None:
            self.retired[retirement.id] = retirement
        else:
            times = {
                "retired_at": retirement.at,
                "valid_to": retirement.valid_to,
                "superseded_by": retirement.superseded_by,
            }
            self.added[own.id] = own.model_copy(update=times)


def predicates_to_ask(predicates: Iterable[str]) -> tuple[str, ...]:
    """These predicates and all that share a slot with one of them: what has to be known before deciding."""
    asked = set(predicates)
    slots = {SLOTS[predicate] for predicate in asked if predicate in SLOTS}
    return tuple(sorted(asked | {predicate for predicate, slot in SLOTS.items() if slot in slots}))


def reconcile(statements: Sequence[Statement], known: Sequence[Fact], now: datetime) -> Verdict:
    """Decide on `statements`, in order, against the owner's `known` facts that are current."""
    verdict = Verdict()
    current = list(known)
    for index, statement in enumerate(statements):
        equal = next(
            (fact for fact in current if _same(fact, statement.fact) and fact.scope == statement.fact.scope), None
        )
        if equal is not None:
            verdict.supported[index] = equal.id
            verdict.reasons[index] = "already known: support added"
            continue
        fact, closed, reason = _place(statement, current)
        if closed:
            gone = {old.id for old in closed}
            current = [old for old in current if old.id not in gone]
            verdict.superseded[index] = closed
            for old in closed:
                verdict.close(Retirement(id=old.id, at=now, valid_to=_since(fact), superseded_by=fact.id))
        if fact.valid_to is None or fact.valid_to > now:
            current.append(fact)
        verdict.added[fact.id] = fact
        verdict.supported[index] = fact.id
        verdict.reasons[index] = reason
    return verdict


def _place(statement: Statement, current: Sequence[Fact]) -> tuple[Fact, list[Fact], str]:
    """The fact as it is to be stored, the facts that it closes, and why."""
    fact = statement.fact
    near = [old for old in current if old.subject_id == fact.subject_id and old.scope.agent_id == fact.scope.agent_id]
    opposite = [old for old in near if _contradicts(old, fact)]
    if opposite:
        return (
            fact,
            [old for old in opposite if _since(old) <= _since(fact)],
            "contradicts: the older statement is closed",
        )
    if statement.slot:
        rivals = [old for old in near if _fills(old, statement.slot) and old.object_id != fact.object_id]
        later = [old for old in rivals if _since(old) > _since(fact)]
        if later:
            closed = fact.model_copy(update={"valid_to": min(_since(old) for old in later)})
            return closed, [], f"arrived late: a newer value of {statement.slot} is known"
        if rivals:
            return fact, rivals, f"new value of {statement.slot}: the older one is closed"
    return fact, [], "new"


def _same(old: Fact, new: Fact) -> bool:
    return (
        old.subject_id == new.subject_id
        and old.object_id == new.object_id
        and old.predicate == new.predicate
        and old.negated == new.negated
        and old.modality == new.modality
    )


def _contradicts(old: Fact, new: Fact) -> bool:
    same = (
        old.object_id == new.object_id and old.predicate == new.predicate and old.modality == new.modality == "asserted"
    )
    return same and old.negated != new.negated


def _fills(old: Fact, slot: str) -> bool:
    return not old.negated and old.modality == "asserted" and SLOTS.get(old.predicate) == slot and is_proper(old.object)


def _since(fact: Fact) -> datetime:
    return fact.valid_from or fact.recorded_at
