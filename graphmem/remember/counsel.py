"""What to ask an adviser about the statements of a write, and what his opinions come to as advice. Pure but for `taken`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from graphmem.aside import aside
from graphmem.domain.fact import Fact
from graphmem.domain.query import Selection, View
from graphmem.domain.relations import DEFAULT, Relations
from graphmem.domain.scope import Scope
from graphmem.domain.triple import Dropped
from graphmem.errors import ModelError
from graphmem.ports.adviser import Adviser, Opinion, Question
from graphmem.ports.graph_store import GraphStore
from graphmem.remember.advice import Advice, Proposal

if TYPE_CHECKING:
    from graphmem.remember.claim import Statement

MOST_QUESTIONS = 40
"""Statements of one write that are asked about; the rules alone decide on the rest."""
MOST_FACTS = 20
"""Facts that one statement is compared with, the likeliest ones."""
MOST_ROWS = 500
"""Facts of the subjects together that are looked at, the latest ones."""
_WORD = re.compile(r"\w{3,}")

Said: TypeAlias = tuple[str, str, str, bool, str]


def said(fact: Fact) -> Said:
    """What a statement says, whichever id it is given when it is decided on."""
    return fact.subject_id, fact.predicate, fact.object_id, fact.negated, fact.modality


@dataclass(frozen=True, slots=True)
class Counsel:
    """What an adviser said of the statements of one write. `told`: what is not followed, by the statement that it was said of;
    `by`: the adviser, or ``failed: …``."""

    by: str = ""
    advice: Mapping[Said, Advice] = field(default_factory=dict)
    told: Mapping[Said, tuple[Dropped, ...]] = field(default_factory=dict)

    def of(self, statements: Iterable[Fact]) -> Counsel:
        """The same, telling of these statements only."""
        kept = {said(fact) for fact in statements}
        return replace(self, told={key: lost for key, lost in self.told.items() if key in kept})

    @property
    def facts(self) -> frozenset[str]:
        """The ids of the facts that it is about, which have to be known when it is decided."""
        return frozenset(id_ for advice in self.advice.values() for id_ in advice.facts)

    @property
    def dropped(self) -> tuple[Dropped, ...]:
        """All that is told."""
        return tuple(lost for told in self.told.values() for lost in told)


NO_COUNSEL = Counsel()


def undecided(statements: Sequence[Statement], relations: Relations = DEFAULT) -> list[Fact]:
    """The statements that the rules are not certain about: asserted of the present, by a predicate that is not in the vocabulary
    as having one value or many; each once."""
    found = {
        said(one.fact): one.fact
        for one in statements
        if one.lasting
        and one.fact.modality == "asserted"
        and relations.meaning(one.fact.predicate) is None
        and not relations.ended_by(one.fact.predicate)
    }
    return list(found.values())[:MOST_QUESTIONS]


def selection_of(statements: Sequence[Fact], scope: Scope, now: datetime) -> Selection:
    """The question for the current facts of their subjects, as far as one agent of the owner sees them."""
    seen = Scope(scope.user_id, scope.agent_id) if scope.user_id is not None else scope.widest
    subjects = tuple(sorted({fact.subject_id for fact in statements}))
    return Selection(scope=seen, kind="fact", view=View(now=now), limit=MOST_ROWS, descending=True, subjects=subjects)


def questions_of(statements: Sequence[Fact], known: Sequence[Fact], relations: Relations = DEFAULT) -> list[Question]:
    """What to ask: each statement that is not known already, with the facts of its subject that it may bear on."""
    questions = []
    for statement in statements:
        near = [
            old
            for old in known
            if old.subject_id == statement.subject_id and old.scope.agent_id == statement.scope.agent_id
        ]
        if any(said(old) == said(statement) for old in near):
            continue
        concerned = [old for old in near if _may_concern(old, statement, relations)]
        if concerned:
            concerned.sort(key=partial(_likeness, statement), reverse=True)
            questions.append(Question(statement, tuple(concerned[:MOST_FACTS])))
    return questions


def _may_concern(old: Fact, statement: Fact, relations: Relations) -> bool:
    """Whether a fact may be ended or repeated: one of a relation with many values is only repeated."""
    if old.modality != "asserted":
        return False
    known = relations.meaning(old.predicate)
    return known is None or known.relation.is_single or old.object_id == statement.object_id


def _likeness(statement: Fact, old: Fact) -> tuple[bool, bool, int, datetime, str]:
    """How likely a statement bears on a fact, to begin with the likeliest."""
    words = set(_words(statement)) & set(_words(old))
    return (
        old.predicate == statement.predicate,
        old.object_id == statement.object_id,
        len(words),
        old.recorded_at,
        old.id,
    )


def _words(fact: Fact) -> list[str]:
    return _WORD.findall(f"{fact.predicate.replace('_', ' ')} {fact.object}".casefold())


def counsel_of(name: str, questions: Sequence[Question], opinions: Sequence[Opinion]) -> Counsel:
    """What opinions come to: a statement that is said to be the same as a fact of another object, or as its contrary, is not."""
    advice: dict[Said, Advice] = {}
    told: dict[Said, tuple[Dropped, ...]] = {}
    for (statement, facts), opinion in zip(questions, opinions, strict=True):
        ignored, chosen = opinion.ignored, [facts[place] for place in opinion.facts]
        if opinion.kind == "same" and not all(_alike(old, statement) for old in chosen):
            ignored = (*ignored, "“same” as a fact of another object, or as its contrary")
        elif opinion.kind != "adds":
            proposal: Proposal = "same" if opinion.kind == "same" else "outdates"
            advice[said(statement)] = Advice(proposal, tuple(old.id for old in chosen), f"{name} says “{opinion.kind}”")
        if ignored:
            lost = (Dropped(fact=str(statement), reason=f"only what {name} says of it: {why}") for why in ignored)
            told[said(statement)] = tuple(lost)
    return Counsel(name, advice, told)


def _alike(old: Fact, statement: Fact) -> bool:
    return old.object_id == statement.object_id and old.negated == statement.negated


async def taken(
    adviser: Adviser,
    store: GraphStore,
    scope: Scope,
    statements: Sequence[Statement],
    now: datetime,
    relations: Relations = DEFAULT,
) -> Counsel:
    """The counsel of an adviser on these statements; nothing is asked of him where the rules are certain, or nothing is known of
    their subjects. When he fails, that is told, and the rules alone decide."""
    open_ones = undecided(statements, relations)
    if not open_ones:
        return NO_COUNSEL
    known = (await store.facts(selection_of(open_ones, scope, now))).items
    questions = questions_of(open_ones, known, relations)
    if not questions:
        return NO_COUNSEL
    try:
        opinions = await aside(adviser, partial(adviser.advise, questions))
    except ModelError as error:
        return Counsel(f"failed: {type(error).__name__}: {error}")
    return counsel_of(adviser.name, questions, opinions)
