"""Turns ranked candidates into hits that say where they come from. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from graphmem.domain.fact import FOREVER, Entity, Fact
from graphmem.domain.query import View
from graphmem.domain.results import Hit, Source, Step
from graphmem.domain.subgraph import Gathered, Link
from graphmem.recall.seed import Candidate

MOST_STEPS = 8
"""A path is cut after so many steps: it cannot be longer than the hops of a search."""


def path_links(target: str, came_by: Mapping[str, Link]) -> list[Link]:
    """The links from a seed to `target`, in order; empty when it is a seed itself."""
    links: list[Link] = []
    seen = {target}
    while target in came_by and len(links) < MOST_STEPS:
        link = came_by[target]
        links.append(link)
        target = link.source
        if target in seen:
            break
        seen.add(target)
    return links[::-1]


OUTDATED = 0.5
"""What a memory loses of its score when all that it says is out of date."""
DOUBTFUL = 0.5
"""How far a fact counts as out of date when another of the same sentence is."""


def mark_outdated(candidates: Sequence[Candidate], gathered: Gathered, view: View) -> int:
    """Take from each memory's score for those of its facts that something newer replaced or took back, or that have come to
    the end that was told of them: "I live in Porto, near the river. I like it" still tells what is liked, but should not be
    the first answer to where somebody lives. What was over when it was told ("I was in Rome in May") is as good an answer
    as ever. Asked `as_of` a moment, what was so then counts. Returns how many lost."""
    lost = _lost(gathered, view)
    marked = 0
    for candidate in candidates:
        share = lost.get(candidate.id, 0.0)
        if share:
            candidate.parts["outdated"] = -OUTDATED * candidate.score * share
            marked += 1
    return marked


def is_held(fact: Fact, view: View) -> bool:
    """Whether a gathered fact belongs to an answer: not retired, or not yet at the moment that is asked for."""
    if view.include_retired:
        return True
    at = view.as_of
    if at is None:
        return fact.retired_at is None
    return not _replaced(fact, at) and (fact.valid_from or at) <= at < (fact.valid_to or FOREVER)


def _replaced(fact: Fact, at: datetime | None) -> bool:
    """Whether something newer had replaced a fact by `at` (None: by now), or it was taken back as never having been so."""
    return fact.retired_at is not None and (at is None or fact.valid_to is None or fact.valid_to <= at)


def _lost(gathered: Gathered, view: View) -> dict[str, float]:
    """The share of each memory's facts that is out of date; facts beside one that is, in its sentence, are so in part."""
    past: dict[tuple[str, int], list[bool]] = {}
    for support in gathered.supports:
        if support.fact_id in gathered.facts:
            fact, source = gathered.facts[support.fact_id], gathered.memories.get(support.memory_id)
            told = source.valid_from if source is not None else None
            ended = told is not None and _ended_between(fact, told, view.as_of or view.now)
            replaced = ended or _replaced(fact, view.as_of)
            past.setdefault((support.memory_id, support.sentence), []).append(replaced)
    facts: dict[str, int] = {}
    gone: dict[str, float] = {}
    for (memory, _), sentence in past.items():
        facts[memory] = facts.get(memory, 0) + len(sentence)
        if any(sentence):
            gone[memory] = gone.get(memory, 0.0) + sum(1.0 if replaced else DOUBTFUL for replaced in sentence)
    return {memory: share / facts[memory] for memory, share in gone.items()}


def _ended_between(fact: Fact, told: datetime, now: datetime) -> bool:
    """Whether a fact had an end ahead of it when it was told, and has none now: "I am in Porto until Friday"."""
    return fact.valid_to is not None and told < fact.valid_to <= now


def hits(
    ranked: Sequence[Candidate], came_by: Mapping[str, Link], gathered: Gathered, supported: Mapping[str, list[Fact]]
) -> tuple[Hit, ...]:
    """A hit for each candidate that was gathered, in order."""
    steps = _Steps(gathered)
    found = []
    for candidate in ranked:
        memory = gathered.memories.get(candidate.id)
        if memory is None:
            continue
        path = tuple(steps.of(link) for link in path_links(candidate.id, came_by))
        found.append(
            Hit(
                memory=memory,
                score=candidate.score,
                score_parts=dict(candidate.parts),
                path=path,
                sources=_sources(candidate.id, path, gathered),
                facts=tuple(supported.get(memory.id, ())),
            )
        )
    return tuple(found)


class _Steps:
    """Links made readable, each once: the paths of several hits have their beginnings in common."""

    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._made: dict[Link, Step] = {}
        self._spans = {(one.memory_id, one.position): (one.span_start, one.span_end) for one in gathered.sentences}
        self._said: dict[tuple[str, int], list[Fact]] = {}
        for support in gathered.supports:
            if support.fact_id in gathered.facts:
                place = (support.memory_id, support.sentence)
                self._said.setdefault(place, []).append(gathered.facts[support.fact_id])

    def of(self, link: Link) -> Step:
        """What the link's source says, and of what."""
        if link not in self._made:
            entity = self._gathered.entities.get(link.entity_id)
            self._made[link] = Step(
                kind=link.kind,
                source_id=link.source,
                target_id=link.target,
                entity=entity.name if entity else "",
                sentence=self._sentence(link),
                fact=self._fact(link, entity),
            )
        return self._made[link]

    def _sentence(self, link: Link) -> str:
        memory = self._gathered.memories.get(link.source)
        if memory is None or link.sentence < 0:
            return ""
        start, end = self._spans.get((memory.id, link.sentence), (0, len(memory.text)))
        return memory.text[start:end].strip()

    def _fact(self, link: Link, entity: Entity | None) -> Fact | None:
        """A fact that the source says of the entity in that sentence, the most certain one."""
        if entity is None:
            return None
        said = self._said.get((link.source, link.sentence), ())
        about = [fact for fact in said if entity.id in (fact.subject_id, fact.object_id)]
        return max(about, key=lambda fact: (fact.confidence, fact.id), default=None)


def _sources(memory_id: str, steps: Sequence[Step], gathered: Gathered) -> tuple[Source, ...]:
    """The memory itself, and the sentences on the way to it."""
    quotes: list[Source] = []
    for step in steps:
        source = gathered.memories.get(step.source_id)
        if source is None or not step.sentence:
            continue
        start = max(source.text.find(step.sentence), 0)
        quotes.append(
            Source(
                memory_id=source.id,
                episode_id=source.episode_id,
                quote=step.sentence,
                span_start=start,
                span_end=start + len(step.sentence),
            )
        )
    memory = gathered.memories[memory_id]
    own = Source(
        memory_id=memory.id, episode_id=memory.episode_id, quote=memory.text, span_start=0, span_end=len(memory.text)
    )
    return (*quotes, own)


def supported_facts(gathered: Gathered) -> dict[str, list[Fact]]:
    """The facts that each memory supports, in the order of the text."""
    facts: dict[str, list[Fact]] = {}
    for support in sorted(gathered.supports, key=lambda s: (s.memory_id, s.span_start, s.fact_id)):
        if support.fact_id in gathered.facts:
            facts.setdefault(support.memory_id, []).append(gathered.facts[support.fact_id])
    return facts
