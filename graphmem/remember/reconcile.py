"""Decides what new statements do to old ones. Pure: the same statements and the same past give the same decision.

Nothing is deleted here. A statement that is there gains support; one that excludes an older one closes it; the rest is
added. Only predicates listed as single-valued exclude each other, and only between named things, so that "lives in a
small flat" does not end "lives in Lisbon".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from graphmem.domain.change import Retirement
from graphmem.domain.fact import VALUE_TYPE, Fact
from graphmem.domain.names import is_proper

SLOTS: dict[str, str] = {
    **dict.fromkeys(
        ("live_in", "live_at", "reside_in", "lives_in", "resides_in", "be_based_in", "based_in"), "residence"
    ),
    **dict.fromkeys(("move_to", "relocate_to", "settle_in", "moved_to"), "residence"),
    **dict.fromkeys(("work_at", "work_for", "be_employed_by", "employed_by", "works_at", "works_for"), "employer"),
    **dict.fromkeys(("marry", "be_married_to", "married_to"), "spouse"),
}
"""Single-valued predicates, and the slot that they fill: a new value of a slot closes the old one."""

TO_A_PLACE = frozenset({"move_to", "relocate_to", "settle_in", "moved_to"})
"""These fill their slot only with a place: one can also move to Kubernetes."""

_PAST = re.compile(r"\b(?:used to|once|formerly|previously|lived|worked|resided|was|were|had been)\b", re.IGNORECASE)


def is_past(said: str) -> bool:
    """Whether words put a state in the past ("I lived in Braga as a child"): they say nothing of the present."""
    return bool(_PAST.search(said))


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as this write would add it. `place`: memory and sentence that say it; `lasting`: it is said of the present, in
    a memory that does not expire."""

    fact: Fact
    place: tuple[str, int]
    object_type: str
    lasting: bool = True

    @property
    def slot(self) -> str | None:
        """The single-valued slot that it fills, if it does."""
        fact = self.fact
        if fact.negated or fact.modality != "asserted" or self.object_type == VALUE_TYPE or not is_proper(fact.object):
            return None
        if not self.lasting or (fact.predicate in TO_A_PLACE and self.object_type != "location"):
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
            self.added[own.id] = _closed(own, retirement)


def predicates_to_ask(predicates: Iterable[str]) -> tuple[str, ...]:
    """These predicates and all that share a slot with one of them: what has to be known before deciding."""
    asked = set(predicates)
    slots = {SLOTS[predicate] for predicate in asked if predicate in SLOTS}
    return tuple(sorted(asked | {predicate for predicate, slot in SLOTS.items() if slot in slots}))


def reconcile(statements: Sequence[Statement], known: Sequence[Fact], now: datetime) -> Verdict:
    """Decide on `statements`, in order, against what is known of their subjects, whatever its time."""
    verdict = Verdict()
    timeline = list(known)
    places: dict[str, tuple[str, int]] = {}
    for index, statement in enumerate(statements):
        current = [fact for fact in timeline if _is_open(fact, now)]
        equal = next(
            (fact for fact in current if _same(fact, statement.fact) and fact.scope == statement.fact.scope), None
        )
        if equal is not None:
            verdict.supported[index] = equal.id
            verdict.reasons[index] = "already known: support added"
            continue
        others = [fact for fact in timeline if places.get(fact.id) != statement.place]
        fact, closed, reason = _place(statement, others, now)
        for old in closed:
            retirement = Retirement(id=old.id, at=now, valid_to=_since(fact), superseded_by=fact.id)
            verdict.close(retirement)
            timeline[timeline.index(old)] = _closed(old, retirement)
        if closed:
            verdict.superseded[index] = closed
        timeline.append(fact)
        places[fact.id] = statement.place
        verdict.added[fact.id] = fact
        verdict.supported[index] = fact.id
        verdict.reasons[index] = reason
    return verdict


def _place(statement: Statement, timeline: Sequence[Fact], now: datetime) -> tuple[Fact, list[Fact], str]:
    """The fact as it is to be stored, the current facts that it closes, and why.

    What excludes it is split by the world's time: older ones that are still open are closed by it; if a newer one is
    known, it arrived late, is closed itself by the next one, and leaves what is current alone.
    """
    fact = statement.fact
    near = [old for old in timeline if old.subject_id == fact.subject_id and old.scope.agent_id == fact.scope.agent_id]
    slot = statement.slot
    opposed = [old for old in near if _contradicts(old, fact)]
    rivals = [old for old in near if slot and _fills(old, slot) and old.object_id != fact.object_id]
    excluding = [old for old in (*opposed, *rivals) if old.retired_at is None or old.superseded_by]
    newer = sorted((old for old in excluding if _since(old) > _since(fact)), key=lambda old: (_since(old), old.id))
    older = [old for old in excluding if _since(old) <= _since(fact) and (_is_open(old, now) or _reaches(old, fact))]
    why = f"new value of {slot}" if rivals else "contradicts what was said"
    if newer:
        late = Retirement(id=fact.id, at=now, valid_to=_since(newer[0]), superseded_by=newer[0].id)
        return _closed(fact, late), older, "arrived late: a newer statement is known"
    return fact, older, f"{why}: the older one is closed" if older else "new"


def _reaches(old: Fact, fact: Fact) -> bool:
    """Whether a closed fact was thought to hold until after `fact` began."""
    return old.valid_to is not None and old.valid_to > _since(fact)


def _closed(fact: Fact, by: Retirement) -> Fact:
    times = {"retired_at": by.at, "valid_to": by.valid_to, "superseded_by": by.superseded_by}
    return fact.model_copy(update=times)


def _is_open(fact: Fact, now: datetime) -> bool:
    return fact.retired_at is None and (fact.valid_to is None or fact.valid_to > now)


def _same(old: Fact, new: Fact) -> bool:
    return (
        old.said == new.said
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
