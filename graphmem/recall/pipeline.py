"""Runs a search: probe, seed, hop, rank, assemble. The only place here that waits for the outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from graphmem.aside import aside
from graphmem.domain.fact import VALUE_TYPE, Entity, Fact
from graphmem.domain.filter import Filter
from graphmem.domain.identity import entity_key
from graphmem.domain.names import asked_names, is_proper
from graphmem.domain.namesakes import is_namesake, told_by_role
from graphmem.domain.query import Frontier, SeedProbe, View
from graphmem.domain.results import SearchResult, Trace
from graphmem.domain.scope import Scope
from graphmem.domain.subgraph import Gathered, Seeds, Subgraph
from graphmem.domain.vector import Vector
from graphmem.ports.embedder import Embedder
from graphmem.ports.graph_store import GraphStore
from graphmem.recall.account import Account
from graphmem.recall.assemble import hits, is_held, mark_outdated, path_links, supported_facts
from graphmem.recall.chain import Chains
from graphmem.recall.coverage import Coverage
from graphmem.recall.factors import looks_further, weigh
from graphmem.recall.reading import asks_of_self, readings
from graphmem.recall.reranking import LastLook
from graphmem.recall.seed import Candidate, named_subjects, nearness, seed, speakers, topics
from graphmem.recall.walk import Walk
from graphmem.recall.window import beside, windowed
from graphmem.settings import RankingFactors, RecallBudget, RecallWeights

POOL = 100
"""Memories that each probe brings, more only for a larger limit: what is found is measured by what else is, so that a score
does not hang on how many hits are asked for up to there."""
MOST_ASKED = 2_000
"""Characters of a question that are read. A document is no question: its thousands of names would each be looked for."""
SPARE, FURTHER = 10, 50
"""Memories gathered beyond those asked for, since some of the best may prove to be out of date; where a factor such as
recency weighs, that may bring up memories from further down."""
MOST_HUBS = 20
"""Crowded entities whose names are told."""
NEUTRAL, USUAL = RankingFactors(), RecallBudget()  # type: ignore[call-arg]
NO_LAST_LOOK = LastLook(None, 0.0)


@dataclass(frozen=True, slots=True)
class RecallQuery:
    """One checked search."""

    scope: Scope
    text: str
    limit: int
    hops: int
    view: View
    filter: Filter | None = None
    threshold: float | None = None


class Recall:
    """The way out, over one store and embedder."""

    def __init__(
        self,
        store: GraphStore,
        embedder: Embedder,
        weights: RecallWeights,
        factors: RankingFactors = NEUTRAL,
        budget: RecallBudget = USUAL,
        last_look: LastLook = NO_LAST_LOOK,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._weights = weights
        self._factors = factors
        self._budget = budget
        self._last_look = last_look

    async def __call__(self, query: RecallQuery) -> SearchResult:
        """The memories that answer best, with the path that led to each."""
        account = Account(self._budget)
        if len(query.text) > MOST_ASKED:
            account.left_out["characters"] = len(query.text) - MOST_ASKED
            query = replace(query, text=query.text[:MOST_ASKED])
        vector: Vector = (await aside(self._embedder, partial(self._embedder.embed, [query.text])))[0]
        account.stage("embed")
        first = await self._first(query, vector, account)
        asker = _asker(query, first.named)
        others = [one for one in first.named if one != asker]
        named = _meant(others, query.text) or [one for one in (asker,) if one]
        walk = self._seeded(query, first, named, asker)
        seeds = tuple(one.id for one in walk.best(self._budget.beam))
        account.stage("seed")
        number = 0
        while account.may_hop(query.hops):
            await self._hop(query, vector, walk, number, account)
            number += 1
        await self._end_chains(query, vector, walk, account)
        account.stage("hop")
        found = await self._assemble(query, walk, account)
        account.left_out["values"] = sum(entity.type == VALUE_TYPE for entity in first.named)
        trace = found.trace.model_copy(
            update={
                "seeds": seeds,
                "nearness": walk.nearness,
                "named": tuple(entity.name for entity in named),
                "suppressed": walk.suppressed,
                **account.closed(len(walk.candidates), bool(walk.suppressed)),
            }
        )
        return found.model_copy(update={"trace": trace})

    async def _first(self, query: RecallQuery, vector: Vector, account: Account) -> Seeds:
        """What the store finds before any step is chosen."""
        probe = SeedProbe(
            scope=query.scope,
            view=query.view,
            vector=vector,
            text=query.text,
            limit=_pool(query),
            filter=query.filter,
            keys=tuple(sorted(asked_names(query.text) | _asking(query))),
            fanout=self._budget.named,
            facts=self._budget.facts if min(query.hops, self._budget.hops) else 0,
        )
        account.called()
        first = await self._store.seeds(probe)
        return first.model_copy(update={"links": account.within(first.links)})

    def _seeded(self, query: RecallQuery, first: Seeds, named: Sequence[Entity], asker: Entity | None) -> Walk:
        """Candidates by themselves, and what the best of them lend their neighbours: what was said right before and after
        a good answer is part of it."""
        meant = {entity.id for entity in named}
        about = named_subjects(link for link in first.links if link.entity_id in meant)
        sides = beside(first.links)
        windows = windowed(first.words, sides)
        said, told = speakers(query.text, first.actors), topics(first.links, meant)
        candidates = seed(first, about, windows, said, told, self._weights)
        real = [one for one in _real(first.named, query.text) if one != asker]
        reads = readings(query.text, real, asker) if first.told else {}
        walk = Walk(candidates, Coverage(first.words), Chains.of(reads), self._weights, nearness(first.nearest))
        walk.chains.cross(first.told, first.crowded)
        walk.suppressed.update((id_, count) for id_, count in first.suppressed.items() if id_ in meant)
        lending = walk.best(_pool(query)) if query.hops and self._budget.hops else ()
        scores = {one.id: one.score for one in lending}
        walk.arrive((link for link in first.links if link.kind == "next" and link.source in scores), scores)
        return walk

    async def _hop(self, query: RecallQuery, vector: Vector, walk: Walk, number: int, account: Account) -> None:
        """One step from the best memories: those not walked from yet, and those that an earlier hop raised since. What is
        further away hands on less."""
        most = self._budget.later_beam if number else self._budget.beam
        front = walk.best(self._budget.beam * 2)
        parents = tuple(one.id for one in front if one.id not in walk.walked)[:most]
        ends = walk.chains.ends
        if parents or ends:
            near = await self._step(query, vector, parents, ends, account)
            walk.take(near, parents)
        walk.step(front, parents, self._weights.onward**number)

    async def _end_chains(self, query: RecallQuery, vector: Vector, walk: Walk, account: Account) -> None:
        """Let the chains come to their ends: one fact more than there are hops, where the question says one more."""
        ends = walk.chains.ends
        if ends and account.in_time:
            walk.take(await self._step(query, vector, (), ends, account), ())
        walk.end_chains()
        account.left_out["chains"] = walk.chains.dropped
        account.left_out["crowded"] = len(walk.chains.crowded)

    async def _step(
        self, query: RecallQuery, vector: Vector, parents: tuple[str, ...], ends: tuple[str, ...], account: Account
    ) -> Subgraph:
        """Where memories lead to, and what is told of the ends of chains, as far as the budget goes."""
        frontier = Frontier(
            scope=query.scope,
            view=query.view,
            vector=vector,
            memory_ids=parents,
            filter=query.filter,
            kinds=frozenset({"about", "shared"}),
            fanout=self._budget.fanout,
            subjects=ends,
            facts=self._budget.facts,
        )
        account.called()
        near = await self._store.expand(frontier)
        return near.model_copy(update={"links": account.within(near.links)})

    async def _assemble(self, query: RecallQuery, walk: Walk, account: Account) -> SearchResult:
        """Gather the best, put what is out of date further down, and say where each comes from."""
        best = walk.outcome(self._width(query))
        ways = [link for one in best for link in path_links(one.id, walk.came_by)]
        on_the_way, through = {link.source for link in ways}, {link.entity_id for link in ways if link.entity_id}
        hubs = sorted(walk.suppressed, key=lambda id_: (-walk.suppressed[id_], id_))[:MOST_HUBS]
        wanted = list(dict.fromkeys([*(one.id for one in best), *sorted(on_the_way), *sorted(through), *hubs]))
        account.called()
        everything = View(now=query.view.now, include_retired=True)
        gathered = await self._store.fetch(query.scope, wanted, everything, brief=True)
        if not query.view.include_retired:
            account.left_out["outdated"] = mark_outdated(best, gathered, query.view)
            believed = {key: fact for key, fact in gathered.facts.items() if is_held(fact, query.view)}
            account.left_out["retired_facts"] = len(gathered.facts) - len(believed)
            gathered = gathered.model_copy(update={"facts": believed})
        said = supported_facts(gathered)
        ranked = await self._ranked(query, best, gathered, said, account)
        there = [one for one in ranked if one.id in gathered.memories][: query.limit]
        found = hits(there, walk.came_by, gathered, said)
        facts = {fact.id: fact for hit in found for fact in hit.facts}
        held = {end for fact in facts.values() for end in (fact.subject_id, fact.object_id)}
        entities = tuple(gathered.entities[end] for end in sorted(held) if end in gathered.entities)
        names = {id_: gathered.entities[id_].name for id_ in hubs if id_ in gathered.entities}
        return SearchResult(hits=found, facts=tuple(facts.values()), entities=entities, trace=Trace(names=names))

    def _width(self, query: RecallQuery) -> int:
        """How many are gathered, so that whatever counts at the end may bring one of them to the front."""
        width = query.limit + (FURTHER if looks_further(self._factors) else SPARE)
        return width if self._last_look.reranker is None else max(width, self._factors.rerank_depth)

    async def _ranked(
        self,
        query: RecallQuery,
        best: Sequence[Candidate],
        gathered: Gathered,
        said: Mapping[str, list[Fact]],
        account: Account,
    ) -> list[Candidate]:
        """The gathered ones with every factor counted, best first, down to the threshold."""
        now = query.view.as_of or query.view.now
        weigh(best, gathered.memories, said, now, self._factors)
        ranked = sorted(best, key=_place)
        account.stage("assemble")
        account.reranker = await self._last_look.give(query.text, ranked, gathered.memories, self._factors)
        if account.reranker:
            account.stage("rerank")
            ranked.sort(key=_place)
        kept = [one for one in ranked if query.threshold is None or one.score >= query.threshold]
        account.left_out["below_threshold"] = len(ranked) - len(kept)
        return kept


def _place(one: Candidate) -> tuple[float, str]:
    """Best first, ties by id."""
    return -one.score, one.id


def _pool(query: RecallQuery) -> int:
    """Memories that each probe is to bring, and that lend their neighbours a share."""
    return max(POOL, query.limit)


def _asking(query: RecallQuery) -> set[str]:
    """The key of whoever asks, where the question is of them: the scope's user, as whom "I" was read when it was told."""
    return {entity_key(query.scope.user_id or "user")} if asks_of_self(query.text) else set()


def _asker(query: RecallQuery, named: Sequence[Entity]) -> Entity | None:
    """Whoever asks, if the question is of them and anything is told of them."""
    return next((one for key in _asking(query) for one in named if one.key == key and one.type != VALUE_TYPE), None)


def _real(named: Sequence[Entity], question: str) -> list[Entity]:
    """Things with a proper name, and of namesakes the one whose role the question says."""
    real = [entity for entity in named if entity.type != VALUE_TYPE and is_proper(entity.name)]
    return told_by_role(real, asked_names(question))


def _meant(named: Sequence[Entity], question: str) -> list[Entity]:
    """Of the entities that bear a name in the question, those that are meant: things with a proper name, and no name within
    a longer one that is known too."""
    real = _real(named, question)
    longer = [b for b in real if not is_namesake(b)]
    inside = {a.id for a in real for b in longer if a.key != b.key and f" {a.key} " in f" {b.key} "}
    return [entity for entity in real if entity.id not in inside]
