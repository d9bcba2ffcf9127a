"""Turns drafts and the store's answers into one ChangeSet. Pure: it embeds nothing and asks nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from graphmem.domain.change import ChangeSet
from graphmem.domain.episode import Episode
from graphmem.domain.fact import VALUE_TYPE, Entity, Fact, Mention, Support
from graphmem.domain.identity import entity_key, new_id
from graphmem.domain.memory import Event, MemoryRecord, Revision, Sentence
from graphmem.domain.relations import DEFAULT, Relations
from graphmem.domain.results import AddedMemory
from graphmem.domain.subgraph import Gathered
from graphmem.domain.triple import Triple
from graphmem.remember.advice import Advice
from graphmem.remember.claim import Statement, is_past, plain_words
from graphmem.remember.counsel import said
from graphmem.remember.draft import Draft
from graphmem.remember.giving import as_read
from graphmem.remember.known import Past
from graphmem.remember.namesakes import Apart, told_apart
from graphmem.remember.reconcile import Verdict, reconcile
from graphmem.remember.resolve import Register, known_as, mentions, subject_entity
from graphmem.remember.sighting import Sighting


@dataclass(slots=True)
class Known:
    """What the store answered: entities, facts that could matter whatever their time, memories with the same words.

    `supporters`: the memories that say the facts in `vouched`; `holders`: those that hold a name in `sought`; `sightings`:
    by key, what new names are like; `cleared`: a memory that is written anew, so that what it said no longer counts;
    `unheard`: entities that have an alias in question, and are nobody's that the write's scope sees; `foremost`: by key, the
    id of the one whom a plain name means that several bear.
    """

    version: int
    entities: Sequence[Entity] = ()
    facts: Sequence[Fact] = ()
    same_words: Gathered = field(default_factory=Gathered)
    supporters: Gathered = field(default_factory=Gathered)
    vouched: frozenset[str] = frozenset()
    holders: Gathered = field(default_factory=Gathered)
    sought: frozenset[str] = frozenset()
    sightings: Mapping[str, Sighting] = field(default_factory=dict)
    cleared: frozenset[str] = frozenset()
    unheard: frozenset[str] = frozenset()
    foremost: Mapping[str, str] = field(default_factory=dict)

    def apart(self, drafts: Sequence[Draft]) -> Apart:
        """The drafts with names that say who is meant."""
        return told_apart(drafts, self.entities, self.unheard, self.facts, self.sightings, self.foremost)


@dataclass(slots=True)
class Plan:
    """A write decided, up to its effects on earlier memories. `texts`: what to embed, by the key of its vector;
    `subjects`: new entities that a memory is about."""

    changes: ChangeSet
    results: list[AddedMemory]
    texts: dict[str, str]
    subjects: list[Entity] = field(default_factory=list)


class Heard(NamedTuple):
    """What a write says, before anything is decided on it: its drafts, with names that say who is meant; those that are new and
    those that repeat a memory, what each of the new ones is about, and their statements in order."""

    drafts: list[Draft]
    register: Register
    fresh: list[Draft]
    repeated: list[tuple[Draft, MemoryRecord]]
    subjects: dict[int, Entity | None]
    spoken: list[tuple[Draft, tuple[Statement, Triple]]]

    @property
    def statements(self) -> list[Statement]:
        """All of them."""
        return [statement for _, (statement, _) in self.spoken]

    @property
    def advice(self) -> dict[int, Advice]:
        """What an adviser proposes to do with them, by number."""
        said_of = (one.counsel.advice.get(said(statement.fact)) for one, (statement, _) in self.spoken)
        return {number: advice for number, advice in enumerate(said_of) if advice is not None}


def hear(owner: str, drafts: Sequence[Draft], known: Known, now: datetime) -> Heard:
    """Resolve what the drafts say against what is known."""
    drafts, people, _ = known.apart(drafts)
    register = Register(owner, sightings=known.sightings, namesakes={one.key: one for one in people})
    register.learn(known.entities, known.unheard)
    fresh, repeated = _split_repeated(drafts, known.same_words)
    subjects = {id(one): subject_entity(one, register) for one in fresh}
    spoken = [(one, given) for one in fresh for given in _statements_of(one, subjects[id(one)], register, now)]
    return Heard(drafts, register, fresh, repeated, subjects, spoken)


def plan(
    owner: str,
    episodes: Sequence[Episode],
    drafts: Sequence[Draft],
    known: Known,
    now: datetime,
    relations: Relations = DEFAULT,
) -> Plan:
    """Decide everything about a write."""
    heard = hear(owner, drafts, known, now)
    drafts, register, fresh, repeated, subjects, spoken = heard
    records = {id(one): _with_subject(one, subjects[id(one)]) for one in fresh}
    verdict = reconcile(heard.statements, _past(known), now, relations, heard.advice)
    supports = _supports(spoken, verdict)
    results = _added(fresh, records, spoken, verdict, _counted([*known.facts, *verdict.added.values()], supports))
    results |= {id(one): _repeat(record, known.same_words) for one, record in repeated}
    noted = [mention for one in fresh for mention in mentions(one, subjects[id(one)], register)]
    noted += [mention for one, given in spoken if one.triples for mention in _given_mentions(*given)]
    memories = [records[id(one)] for one in fresh]
    used = {record.episode_id for record in memories}
    changes = ChangeSet(
        owner=owner,
        basis=known.version,
        retired_facts=tuple(verdict.retired.values()),
        redated_facts=tuple(verdict.redated.values()),
        episodes=tuple(episode for episode in episodes if episode.id in used),
        entities=(*register.made.values(), *register.grown.values()),
        memories=tuple(memories),
        sentences=tuple(sentence for one in fresh for sentence in _sentences(one)),
        facts=tuple(verdict.added.values()),
        supports=tuple(supports),
        mentions=tuple(noted),
        same=tuple(register.sameness(now)),
        revisions=tuple(
            _revision(record, results[id(one)].event, now, results[id(one)].reason)
            for one, record in zip(fresh, memories, strict=True)
        ),
    )
    texts = _to_embed(changes, fresh, register)
    return Plan(changes, [results[id(one)] for one in drafts], texts, _new_subjects(memories, register))


def _to_embed(changes: ChangeSet, fresh: Sequence[Draft], register: Register) -> dict[str, str]:
    """What is to be embedded of a write, by the key of its vector."""
    texts = {record.id: one.to_embed for one, record in zip(fresh, changes.memories, strict=True)}
    texts |= {sentence.id: sentence.text for sentence in changes.sentences}
    texts |= {fact.id: fact.text for fact in changes.facts}
    return texts | {entity.id: entity.name for entity in register.made.values()}


def _new_subjects(memories: Sequence[MemoryRecord], register: Register) -> list[Entity]:
    about = {record.about_id for record in memories}
    return [one for one in register.made.values() if one.id in about and one.key not in register.namesakes]


def _past(known: Known) -> Past:
    """What is known, as reconciliation takes it: with who said it when, and what was only said in passing."""
    memories = known.supporters.memories
    supports = [one for one in known.supporters.supports if one.memory_id not in known.cleared]
    passing = set()
    for support in supports:
        memory = memories.get(support.memory_id)
        if memory is not None:
            said = memory.text[support.span_start : support.span_end]
            if memory.expires_at is not None or is_past(said):
                passing.add((support.memory_id, support.fact_id))
    return Past(
        facts=known.facts,
        supports=supports,
        said={memory.id: memory.valid_from for memory in memories.values()},
        passing=frozenset(passing),
        episodes={memory.id: memory.episode_id for memory in memories.values()},
        types={entity.stands: entity.type for entity in known.entities}
        | {entity.id: entity.type for entity in (*known.supporters.entities.values(), *known.entities)},
    )


def _split_repeated(drafts: Sequence[Draft], same: Gathered) -> tuple[list[Draft], list[tuple[Draft, MemoryRecord]]]:
    """Tell new memories from those that are there already: same words, speaker, kind, scope, metadata and categories,
    and nothing that they said has been closed since."""
    closed = {s.memory_id for s in same.supports if s.fact_id in same.facts and same.facts[s.fact_id].retired_at}
    there: dict[tuple[object, ...], list[MemoryRecord]] = {}
    for memory in same.memories.values():
        if memory.id not in closed:
            there.setdefault(_identity(memory), []).append(memory)
    fresh: list[Draft] = []
    repeated: list[tuple[Draft, MemoryRecord]] = []
    for one in drafts:
        twins = there.setdefault(_identity(one.record), [])
        twin = next((memory for memory in twins if _said_again(one, memory)), None)
        if twin is None or one.triples or one.corrects_earlier:
            twins.append(one.record)
            fresh.append(one)
        else:
            repeated.append((one, twin))
    return fresh, repeated


def _said_again(one: Draft, memory: MemoryRecord) -> bool:
    """Whether equal words are the same memory: not when said at another time, nor twice in one conversation."""
    same_time = one.said_at is None or one.said_at == memory.valid_from
    return same_time and one.record.episode_id != memory.episode_id


def _identity(memory: MemoryRecord) -> tuple[object, ...]:
    return (memory.hash, memory.scope, repr(sorted(memory.metadata.items())), memory.categories, memory.expires_at)


def _with_subject(one: Draft, subject: Entity | None) -> MemoryRecord:
    return one.record.model_copy(update={"about_id": subject.id, "about_as": None}) if subject else one.record


def _sentences(one: Draft) -> Iterable[Sentence]:
    for index, sentence in enumerate(one.reading.sentences):
        yield Sentence(
            memory_id=one.record.id,
            position=index,
            span_start=sentence.span.start,
            span_end=sentence.span.end,
            text=sentence.text,
        )


def _statements_of(
    one: Draft, about: Entity | None, register: Register, now: datetime
) -> list[tuple[Statement, Triple]]:
    """The draft's triples as facts-to-be, each once; the caller's own take the place of those read."""
    triples = one.reading.triples if one.triples is None else [as_read(triple, one) for triple in one.triples]
    statements: dict[tuple[object, ...], tuple[Statement, Triple]] = {}
    for triple in triples:
        subject, object_ = known_as(triple.subject, about, register), known_as(triple.object, about, register)
        read = one.reading.sentences
        fact = Fact(
            id=new_id("fact"),
            scope=one.record.scope,
            subject_id=subject.stands,
            subject=subject.name,
            subject_as=subject.id if subject.same_as else None,
            predicate=triple.predicate,
            object_id=object_.stands,
            object=object_.name,
            object_as=object_.id if object_.same_as else None,
            text=read[triple.sentence].text
            if triple.sentence < len(read)
            else plain_words(subject.name, triple.predicate, object_.name, negated=triple.negated),
            negated=triple.negated,
            modality="intended" if triple.tense == "future" and triple.modality == "asserted" else triple.modality,
            confidence=triple.confidence,
            valid_from=triple.valid_from or one.said_at,
            valid_to=triple.valid_to,
            recorded_at=now,
        )
        key = (fact.said, fact.predicate, fact.negated, fact.modality)
        ends = (subject, object_)
        statements.setdefault(key, (_statement(one, fact, ends, triple, register), triple))
    return list(statements.values())


def _statement(one: Draft, fact: Fact, ends: tuple[Entity, Entity], triple: Triple, register: Register) -> Statement:
    said = one.record.text[triple.span.start : triple.span.end]
    subject_type, object_type = (
        VALUE_TYPE if entity.type == VALUE_TYPE else name.type
        for entity, name in zip(ends, (triple.subject, triple.object), strict=True)
    )
    instead = triple.instead_of
    return Statement(
        fact,
        place=(one.record.id, triple.sentence),
        object_type=object_type,
        subject_type=subject_type,
        lasting=one.record.expires_at is None and not is_past(said),
        said_at=one.record.valid_from,
        tense=triple.tense,
        corrects=triple.corrects,
        instead_of=frozenset(e.id for e in register.by_key.get(entity_key(instead.name), ()))
        if instead
        else frozenset(),
        given=one.triples is not None,
        episode=one.record.episode_id,
    )


def _supports(spoken: Sequence[tuple[Draft, tuple[Statement, Triple]]], verdict: Verdict) -> list[Support]:
    """Who says which fact: of the statements of this write, and of those said earlier that now speak for another part."""
    supports: dict[tuple[str, str], Support] = {}

    def say(number: int, fact_id: str) -> None:
        one, (_, triple) = spoken[number]
        since, until = verdict.stated[number]
        support = Support(
            memory_id=one.record.id,
            fact_id=fact_id,
            sentence=min(triple.sentence, max(len(one.reading.sentences) - 1, 0)),
            span_start=triple.span.start,
            span_end=triple.span.end,
            since=since,
            until=until,
        )
        supports.setdefault((support.memory_id, support.fact_id), support)

    for number in range(len(spoken)):
        say(number, verdict.supported[number])
    for witness, fact_id in verdict.copies:
        if witness.support is None:
            say(witness.statement, fact_id)
        else:
            copy = witness.support.model_copy(update={"fact_id": fact_id})
            supports.setdefault((copy.memory_id, fact_id), copy)
    return list(supports.values())


def _given_mentions(statement: Statement, triple: Triple) -> list[Mention]:
    """A caller's triple names its two ends, whether or not they stand in the text: search walks by names."""
    ends = zip(statement.fact.said, (triple.subject.span, triple.object.span), strict=True)
    return [
        Mention(
            memory_id=statement.place[0],
            entity_id=entity,
            sentence=0,
            span_start=span.start,
            span_end=span.end,
        )
        for entity, span in ends
    ]


def _counted(facts: Iterable[Fact], supports: Iterable[Support]) -> dict[str, Fact]:
    """Facts by id, with the supports that this write brings counted in."""
    new = Counter(support.fact_id for support in supports)
    return {fact.id: fact.model_copy(update={"support_count": fact.support_count + new[fact.id]}) for fact in facts}


def _added(
    fresh: Sequence[Draft],
    records: dict[int, MemoryRecord],
    spoken: Sequence[tuple[Draft, tuple[Statement, Triple]]],
    verdict: Verdict,
    by_id: Mapping[str, Fact],
) -> dict[int, AddedMemory]:
    """What each new memory became, by the identity of its draft."""
    said: dict[int, list[int]] = {id(one): [] for one in fresh}
    for index, (one, _) in enumerate(spoken):
        said[id(one)].append(index)
    results = {}
    for key, mine in said.items():
        decisions = [one for index in mine for one in verdict.decisions[index]]
        superseded = {fact.id: fact for one in decisions for fact in one.closed}
        reasons = dict.fromkeys(verdict.reasons[index] for index in mine if index in verdict.superseded)
        event: Event = "UPDATE" if superseded else "ADD"
        results[key] = AddedMemory(
            id=records[key].id,
            memory=records[key].text,
            event=event,
            facts=tuple({verdict.supported[index]: by_id[verdict.supported[index]] for index in mine}.values()),
            superseded=tuple(superseded.values()),
            reason="; ".join(reasons) or "new words",
            decisions=tuple(one.model_copy(update={"fact": by_id.get(one.fact.id, one.fact)}) for one in decisions),
        )
    return results


def _repeat(memory: MemoryRecord, same: Gathered) -> AddedMemory:
    facts = tuple(same.facts[s.fact_id] for s in same.supports if s.memory_id == memory.id and s.fact_id in same.facts)
    return AddedMemory(
        id=memory.id, memory=memory.text, event="NOOP", facts=facts, reason="the same words are remembered already"
    )


def _revision(record: MemoryRecord, event: Event, now: datetime, reason: str) -> Revision:
    return Revision(
        id=new_id("rev"),
        memory_id=record.id,
        scope=record.scope,
        event="ADD" if event == "UPDATE" else event,
        new_text=record.text,
        actor_id=record.actor_id,
        reason=reason,
        at=now,
    )
