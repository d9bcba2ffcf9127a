"""Writes a ChangeSet in one transaction: two statements for a plain add, a few more where something is taken away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from graphmem.domain.change import ChangeSet, Receipt, Redating, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.memory import MemoryRecord
from graphmem.errors import Conflict
from graphmem.stores.neo4j import ingesting, values
from graphmem.stores.neo4j.batches import ADD, AddParams
from graphmem.stores.neo4j.cascade import Cascade, stems_in
from graphmem.stores.neo4j.claiming import Twin, ask_twins, check_owners, claim
from graphmem.stores.neo4j.connection import Connection, Displaced, Writing
from graphmem.stores.neo4j.joining import stand_again
from graphmem.stores.neo4j.rows import in_utc, lookup
from graphmem.stores.neo4j.values import SHARED_TYPE, Lists, Properties
from graphmem.stores.stemmer import Stemmer
from graphmem.stores.words import marked, owner_mark, words_of


async def commit(
    connection: Connection, changes: ChangeSet, vectors: Lists, stemmer: Stemmer, types: set[str], most_types: int
) -> Receipt:
    """Write all of `changes`. `types`: the relationship types known to be there; it grows."""

    async def work(writing: Writing) -> Receipt:
        return await _Commit(writing, changes, vectors, stemmer, types, most_types).run()

    while True:
        try:
            return await connection.write(work)
        except Displaced as now:
            connection.use(now.in_use)


class _Commit:
    """One attempt at a commit; a retry begins with a new one."""

    def __init__(
        self, writing: Writing, changes: ChangeSet, vectors: Lists, stemmer: Stemmer, types: set[str], most_types: int
    ) -> None:
        self._writing = writing
        self._changes = changes
        self._vectors = vectors
        self._stemmer = stemmer
        self._types = types
        self._most_types = most_types
        self._cascade = Cascade(writing, changes.owner)
        self._recount: set[str] = set()
        self._there: set[str] = set()
        self._rejoined: set[str] = set()
        self._written: dict[str, int] = {}

    async def run(self) -> Receipt:
        changes = self._changes
        check_owners(changes)
        strange = {values.edge_type(one.predicate) for one in changes.facts} - self._types
        self._claim = await claim(self._writing, changes, types=bool(strange))
        self._types.update(self._claim.types)
        if changes.removed or changes.cleared or changes.reopened:
            await self._cascade.apply(changes)
            if changes.reopened:
                await self._cascade.reopen(changes.reopened)
            self._claim = await claim(self._writing, changes, types=False)
        self._add = AddParams(changes.owner, self._claim.version + 1, self._claim.moving, self._claim.numbered)
        self._entities()
        self._same()
        if self._claim.standing_for:
            statements = [values.statement_of(self._grounded(one)) for one in changes.facts]
            await ask_twins(self._writing, self._claim, changes.owner, statements)
        self._retire()
        for write in (self._episodes, self._memories, self._sentences, self._facts):
            write()
        for write in (self._supports, self._mentions, self._revisions):
            write()
        first = self._add.numbered + 1
        self._add.numbered += len(changes.ingests)
        self._add.recounted = sorted(self._recount)
        await self._send()
        if self._rejoined:
            await stand_again(self._writing, changes.owner, self._rejoined)
        await self._ingests(first)
        await self._cascade.sweep()
        done = {kind: number for kind, number in self._written.items() if number}
        return Receipt(version=self._add.version, written=done, removed=self._cascade.removed)

    async def _send(self) -> None:
        """Write it, and see that as much was written as was asked for."""
        found: Counter[str] = Counter()
        for batch in self._add.batches():
            (row,) = await self._writing.run(ADD, batch)
            found.update(row._asdict())
        for kind in ("episodes", "memories", "sentences", "facts"):
            if found[kind] != len(getattr(self._add, kind)):
                raise Conflict(
                    f"Of {len(getattr(self._add, kind))} {kind} {found[kind]} were written: repeat the write."
                )
        for kind in ("supports", "mentions", "revisions", "same"):
            self._written[kind] = found[kind]

    def _number(self) -> int:
        self._add.numbered += 1
        return self._add.numbered

    def _retire(self) -> None:
        self._add.retired_facts = [_retired(one) for one in self._changes.retired_facts]
        self._add.retired_memories = [_retired(one) for one in self._changes.retired_memories]
        # Those that end come first: a statement stands once.
        redated = sorted(self._changes.redated_facts, key=lambda one: one.retired_at is None and one.valid_to is None)
        self._add.redated_facts = [_redated(one) for one in redated]
        closed = {one.id for one in self._changes.retired_facts} | {one.id for one in redated if one.retired_at}
        self._add.reclosed = sorted(closed | {one.id for one in redated})
        ends = {one.id: one.valid_to for one in redated}
        for statement, twins in self._claim.twins.items():
            left = [one for one in twins if one.id not in closed]
            self._claim.twins[statement] = [Twin(one.id, ends.get(one.id, one.valid_to)) for one in left]
        self._supersede((one.id, one.superseded_by) for one in self._changes.retired_facts)
        self._supersede((one.id, one.superseded_by) for one in redated)

    def _supersede(self, pairs: Iterable[tuple[str, str | None]]) -> None:
        self._add.superseding += [{"id": id_, "by": by} for id_, by in pairs if by is not None]

    def _episodes(self) -> None:
        known = self._claim.known["episode"]
        for one in self._changes.episodes:
            if one.id not in known:
                known.add(one.id)
                self._add.episodes.append(values.episode_values(one))
        self._written["episodes"] = len(self._add.episodes)

    def _entities(self) -> None:
        self._there = {*self._claim.known["entity"], *(id_ for id_, _ in self._claim.keyed.values())}
        made = 0
        rows: dict[str, Properties] = {}
        for one in self._changes.entities:
            key = lookup(one.key)
            new = one.id not in self._claim.known["entity"] and key not in self._claim.keyed
            id_, aliases = self._claim.keyed.get(key, (one.id, []))
            made += new
            if id_ != one.id:
                self._claim.standing_for[one.id] = id_
            self._claim.known["entity"].add(id_)
            fresh = [alias for alias in dict.fromkeys(one.aliases) if alias not in aliases]
            self._claim.keyed[key] = (id_, [*aliases, *fresh])
            row = rows.setdefault(
                id_, {"id": id_, "made": values.entity_values(one), "alias_keys": [], "embedding": None}
            )
            row["aliases"] = self._claim.keyed[key][1]
            row["alias_keys"] = sorted({*row["alias_keys"], *(lookup(entity_key(alias)) for alias in fresh)})
            row["embedding"] = row["embedding"] or self._vectors.get(one.id)
            if fresh and id_ in self._claim.stands:
                self._add.stood_for.append({"id": self._claim.stands[id_], "names": fresh})
        self._add.entities = [rows[id_] for id_ in sorted(rows)]
        self._written["entities"] = made

    def _same(self) -> None:
        """What is said of pairs of entities. A new one that is joined to another has no rows to be moved: they are written to
        whoever stands for it."""
        made = {row["id"]: row for row in self._add.entities if row["id"] not in self._there}
        joined = [one for one in self._changes.same if one.status == "same"]
        ends = Counter(self._claim.row("entity", end) for one in joined for end in (one.source_id, one.target_id))
        for one in self._changes.same:
            source, target = self._claim.row("entity", one.source_id), self._claim.row("entity", one.target_id)
            self._add.same.append({"source_id": source, "target_id": target, "made": values.same_values(one)})
            new = made.get(source)
            if one.status == "candidate":
                continue
            if new is None or one.status == "apart" or ends[source] > 1 or target in made:
                self._rejoined |= {source, target}
                continue
            stands = self._claim.stands.get(target, target)
            self._claim.stands[source] = new["made"]["stands_id"] = stands
            self._add.stood_for.append({"id": stands, "names": [new["made"]["name"], *new["aliases"]]})

    def _memories(self) -> None:
        terms: Counter[str] = Counter()
        lasts = dict(self._claim.lasts)
        rows = {one.id: one for one in self._changes.memories}
        for one in rows.values():
            self._memory(one, terms)
            if one.id not in self._claim.before:
                self._follow(one, lasts)
        self._claim.known["memory"].update(rows)
        self._add.terms = [{"stem": stem, "memories": number} for stem, number in sorted(terms.items()) if number]
        self._cascade.loosen(terms=(stem for stem, number in terms.items() if number < 0))
        self._written["memories"] = len(self._changes.memories)

    def _memory(self, one: MemoryRecord, terms: Counter[str]) -> None:
        """A memory as it is written, and what it adds to the owner's counts."""
        spoken = words_of(f"{one.actor_id}: {one.text}" if one.actor_id else one.text)
        words = marked(owner_mark(one.scope.owner), [self._stemmer.stem(word) for word in spoken])
        made = values.memory_values(one, words, len(spoken))
        before = self._claim.before.get(one.id)
        terms.update(stems_in(words))
        self._add.more_words += len(spoken)
        if before is None:
            made["number"] = self._number()
            self._add.more_memories += 1
        else:
            terms.subtract(stems_in(before.words))
            self._add.more_words -= before.word_count
            self._add.replaced.append(one.id)
            self._recount.update(before.facts)
            self._cascade.loosen(entities=filter(None, [before.about]), episodes=filter(None, [before.episode]))
        said = None if one.said is None else self._claim.row("entity", one.said)
        about = None if said is None else self._claim.stands.get(said, said)
        episode = self._claim.row("episode", one.episode_id)
        vector = self._vectors.get(one.id)
        ends = {"episode_id": episode, "about_id": about, "about_said": said if said != about else None}
        self._add.memories.append({"made": made, "embedding": vector, **ends})

    def _follow(self, one: MemoryRecord, lasts: dict[tuple[str, str | None], str]) -> None:
        """What comes right before it: the last of its run, or without one what is beside it in its episode."""
        if one.scope.run_id is None:
            self._add.beside.append(one.id)
            return
        run = (one.scope.run_id, one.scope.agent_id)
        if run in lasts:
            self._add.next.append({"before": lasts[run], "after": one.id})
        lasts[run] = one.id

    def _sentences(self) -> None:
        rows = {one.id: one for one in self._changes.sentences}
        self._add.sentences = [
            {
                "memory_id": self._claim.row("memory", one.memory_id),
                "made": values.sentence_values(one, self._changes.owner),
                "embedding": self._vectors.get(one.id),
            }
            for one in rows.values()
        ]
        self._written["sentences"] = len(self._changes.sentences)

    def _facts(self) -> None:
        for one in self._changes.facts:
            if one.id not in self._claim.known["fact"] and one.id not in self._claim.standing_for:
                self._fact(one)
        self._written["facts"] = len(self._add.facts)

    def _grounded(self, one: Fact) -> Fact:
        """The fact between the entities that are there."""
        fields: dict[str, str | None] = {}
        for end, id_ in zip(("subject", "object"), one.said, strict=True):
            said = self._claim.row("entity", id_)
            stands = self._claim.stands.get(said, said)
            fields |= {f"{end}_id": stands, f"{end}_as": said if stands != said else None}
        return one.model_copy(update=fields)

    def _fact(self, one: Fact) -> None:
        """Add a fact, or let the one that says the same already stand for it."""
        one = self._grounded(one)
        made = values.fact_values(one, self._claim.numbered)
        twins = self._claim.twins.setdefault(made["statement"], [])
        ended = one.valid_to is not None and one.valid_to <= one.recorded_at
        if one.retired_at is None and not ended:
            twin = next((t for t in twins if t.valid_to is None or t.valid_to > one.recorded_at), None)
            if twin is not None:
                self._stand_for(one.id, twin.id)
                return
        made["number"] = self._number()
        self._claim.known["fact"].add(one.id)
        if one.retired_at is None:
            twins.append(Twin(one.id, one.valid_to))
        edge = {"type": self._type(one.predicate), "edge": values.edge_values(one)}
        self._add.facts.append({"made": made, "embedding": self._vectors.get(one.id), **edge})
        self._supersede([(one.id, one.superseded_by)])
        self._recount.add(one.id)

    def _stand_for(self, gone: str, kept: str) -> None:
        self._claim.standing_for[gone] = kept
        self._recount.add(kept)
        self._add.redirected.append({"gone": gone, "kept": kept})
        for row in self._add.superseding:
            row["by"] = kept if row["by"] == gone else row["by"]

    def _type(self, predicate: str) -> str:
        """The relationship type, as long as there is room for one more."""
        name = values.edge_type(predicate)
        if name not in self._types and len(self._types) >= self._most_types:
            return SHARED_TYPE
        self._types.add(name)
        return name

    def _supports(self) -> None:
        rows: dict[tuple[str, str], Properties] = {}
        new = {one["made"]["id"] for one in self._add.facts}
        for one in self._changes.supports:
            ends = (self._claim.row("memory", one.memory_id), self._claim.row("fact", one.fact_id))
            fresh = ends[1] in new or ends[0] not in self._claim.before
            rows.setdefault(
                ends, {"memory_id": ends[0], "fact_id": ends[1], "made": values.support_values(one), "fresh": fresh}
            )
        self._recount.update(fact for _, fact in rows)
        self._add.supports = list(rows.values())

    def _mentions(self) -> None:
        rows: dict[tuple[str, str, int], Properties] = {}
        for one in self._changes.mentions:
            ends = (self._claim.row("memory", one.memory_id), self._claim.row("entity", one.entity_id))
            fresh = ends[0] not in self._claim.before
            stands = self._claim.stands.get(ends[1], ends[1])
            made = values.span_values(one) | {"said": ends[1] if stands != ends[1] else None}
            rows.setdefault(
                (*ends, one.sentence), {"memory_id": ends[0], "entity_id": stands, "made": made, "fresh": fresh}
            )
        self._add.mentions = list(rows.values())

    def _revisions(self) -> None:
        rows = {one.id: one for one in reversed(self._changes.revisions)}
        self._add.revisions = [values.revision_values(one, self._number()) for one in reversed(rows.values())]

    async def _ingests(self, first: int) -> None:
        ingests = self._changes.ingests
        if ingests:
            self._written["ingests"] = await ingesting.put(self._writing, self._changes.owner, ingests, first)


def _redated(one: Redating) -> Properties:
    return {
        "id": one.id,
        "valid_from": one.valid_from and in_utc(one.valid_from),
        "valid_to": one.valid_to and in_utc(one.valid_to),
        "retired_at": one.retired_at and in_utc(one.retired_at),
        "superseded_by": one.superseded_by,
    }


def _retired(one: Retirement) -> Properties:
    return {
        "id": one.id,
        "at": in_utc(one.at),
        "valid_to": one.valid_to and in_utc(one.valid_to),
        "superseded_by": one.superseded_by,
    }
