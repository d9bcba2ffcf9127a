"""Takes memories away, and by provenance what only they vouched for; the same rules as in every store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.change import ChangeSet
from graphmem.domain.heirs import OPEN, Closing, heir
from graphmem.stores.neo4j.connection import Writing
from graphmem.stores.neo4j.joining import leave
from graphmem.stores.neo4j.query import Query


@dataclass(frozen=True, slots=True)
class IdsParams:
    ids: list[str]


@dataclass(frozen=True, slots=True)
class OwnIdsParams:
    owner: str
    ids: list[str]


@dataclass(frozen=True, slots=True)
class RowsParams:
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class TwinParams:
    statement: str
    id: str


@dataclass(frozen=True, slots=True)
class FoldParams:
    owner: str
    gone: str
    kept: str


@dataclass(frozen=True, slots=True)
class ShrinkParams:
    owner: str
    memories: int
    words: int
    terms: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class SweepParams:
    owner: str
    entities: list[str]
    episodes: list[str]
    terms: list[str]


class LosingRow(NamedTuple):
    id: str
    superseded_by: str | None
    valid_to: Any
    words: str
    word_count: int
    facts: list[str]
    entities: list[str]
    episodes: list[str]


class HeirRow(NamedTuple):
    id: str
    kind: str
    superseded_by: str
    statement: str | None
    number: int


class UnsupportedRow(NamedTuple):
    id: str
    superseded_by: str | None
    valid_to: Any
    subject_id: str
    object_id: str


class CountRow(NamedTuple):
    done: int


class IdRow(NamedTuple):
    id: str


class FoldRow(NamedTuple):
    moved: int
    redirected: int


class ShrinkRow(NamedTuple):
    memories: int
    terms: int


class SweepRow(NamedTuple):
    entities: int
    episodes: int
    terms: int
    joined: list[str]


LOSING = Query("write/losing", OwnIdsParams, LosingRow)
EMPTY_MEMORIES = Query("write/empty_memories", IdsParams, CountRow)
PURGE_MEMORIES = Query("write/purge_memories", IdsParams, CountRow)
HEIRS = Query("write/heirs", OwnIdsParams, HeirRow)
REOPEN = Query("write/reopen", OwnIdsParams, HeirRow)
UNSUPPORTED = Query("write/unsupported", IdsParams, UnsupportedRow)
PURGE_FACTS = Query("write/purge_facts", IdsParams, CountRow)
HAND_ON_MEMORIES = Query("write/hand_on_memories", RowsParams, CountRow)
HAND_ON_FACTS = Query("write/hand_on_facts", RowsParams, CountRow)
OPEN_TWIN = Query("write/open_twin", TwinParams, IdRow)
FOLD = Query("write/fold", FoldParams, FoldRow)
RECOUNT = Query("write/recount", IdsParams, CountRow)
SHRINK = Query("write/shrink", ShrinkParams, ShrinkRow)
SWEEP = Query("write/sweep", SweepParams, SweepRow)


def stems_in(words: str) -> set[str]:
    """The stems of a memory's indexed words, without their mark."""
    return {word.partition("_")[2] for word in words.split()}


class Cascade:
    """The removing half of one commit. `removed` counts rows by kind."""

    def __init__(self, writing: Writing, owner: str) -> None:
        self._writing = writing
        self._owner = owner
        self._loose_entities: set[str] = set()
        self._loose_episodes: set[str] = set()
        self._loose_terms: set[str] = set()
        self.removed: dict[str, int] = {}

    def _count(self, kind: str, number: int) -> None:
        if number > 0:
            self.removed[kind] = self.removed.get(kind, 0) + number

    async def apply(self, changes: ChangeSet) -> None:
        """Purge `changes.removed` and empty `changes.cleared`."""
        removed = set(changes.removed)
        losing = sorted(removed | set(changes.cleared))
        rows = await self._writing.run(LOSING, OwnIdsParams(self._owner, losing)) if losing else []
        if not rows:
            return
        gone = [row for row in rows if row.id in removed]
        self.loosen(
            entities=(one for row in rows for one in row.entities),
            episodes=(one for row in gone for one in row.episodes),
        )
        await self._writing.run(EMPTY_MEMORIES, IdsParams([row.id for row in rows]))
        if gone:
            await self._purge_memories(gone)
        await self._drop_unsupported(sorted({fact for row in rows for fact in row.facts}))

    def loosen(self, *, entities: Iterable[str] = (), episodes: Iterable[str] = (), terms: Iterable[str] = ()) -> None:
        """These may have lost what names, made or held them."""
        self._loose_entities.update(entities)
        self._loose_episodes.update(episodes)
        self._loose_terms.update(terms)

    async def _purge_memories(self, gone: Sequence[LosingRow]) -> None:
        closers = {row.id: Closing(row.superseded_by, row.valid_to) for row in gone}
        await self._hand_on(closers, facts=False)
        terms = Counter(stem for row in gone for stem in stems_in(row.words))
        self.loosen(terms=terms)
        lost = [{"stem": stem, "memories": number} for stem, number in sorted(terms.items())]
        await self._writing.run(SHRINK, ShrinkParams(self._owner, len(gone), sum(row.word_count for row in gone), lost))
        (purged,) = await self._writing.run(PURGE_MEMORIES, IdsParams(sorted(closers)))
        self._count("memories", purged.done)

    async def _drop_unsupported(self, facts: Sequence[str]) -> None:
        rows = await self._writing.run(UNSUPPORTED, IdsParams(list(facts))) if facts else []
        gone = {row.id: Closing(row.superseded_by, row.valid_to) for row in rows}
        kept = [fact for fact in facts if fact not in gone]
        if kept:
            await self._writing.run(RECOUNT, IdsParams(kept))
        if not gone:
            return
        self.loosen(entities=(end for row in rows for end in (row.subject_id, row.object_id)))
        heirs = await self._writing.run(HEIRS, OwnIdsParams(self._owner, sorted(gone)))
        (purged,) = await self._writing.run(PURGE_FACTS, IdsParams(sorted(gone)))
        self._count("facts", purged.done)
        await self._reclose([one for one in heirs if one.id not in gone], gone)

    async def _hand_on(self, gone: Mapping[str, Closing], *, facts: bool) -> None:
        heirs = await self._writing.run(HEIRS, OwnIdsParams(self._owner, sorted(gone)))
        await self._reclose([one for one in heirs if one.id not in gone and (facts or one.kind == "memory")], gone)

    async def _reclose(self, heirs: Sequence[HeirRow], gone: Mapping[str, Closing]) -> None:
        """Let each be closed by the first closer that stays, or be current again."""
        memories = [_handed(one, gone) for one in heirs if one.kind == "memory"]
        if memories:
            await self._writing.run(HAND_ON_MEMORIES, RowsParams(memories))
        for one in heirs:
            if one.kind == "fact":
                await self._reclose_fact(one, _handed(one, gone))

    async def reopen(self, ids: Sequence[str]) -> None:
        """Let these facts and memories be current again, if they are closed."""
        rows = await self._writing.run(REOPEN, OwnIdsParams(self._owner, sorted(set(ids))))
        await self._reclose(rows, {row.superseded_by: OPEN for row in rows})

    async def _reclose_fact(self, one: HeirRow, row: dict[str, Any]) -> None:
        """A fact that would be current again is folded into one that is and says the same, from the earlier beginning on."""
        if row["by"] is None:
            twins = await self._writing.run(OPEN_TWIN, TwinParams(str(one.statement), one.id))
            if twins:
                await self._writing.run(FOLD, FoldParams(self._owner, one.id, twins[0].id))
                await self._writing.run(PURGE_FACTS, IdsParams([one.id]))
                await self._writing.run(RECOUNT, IdsParams([twins[0].id]))
                return
        await self._writing.run(HAND_ON_FACTS, RowsParams([row]))

    async def sweep(self) -> None:
        """At the very end: entities that nothing names any more, episodes without memories, words in none."""
        loose = (sorted(self._loose_entities), sorted(self._loose_episodes), sorted(self._loose_terms))
        if any(loose):
            (swept,) = await self._writing.run(SWEEP, SweepParams(self._owner, *loose))
            self._count("entities", swept.entities)
            self._count("episodes", swept.episodes)
            if swept.joined:
                await leave(self._writing, self._owner, swept.joined)
                (swept,) = await self._writing.run(SWEEP, SweepParams(self._owner, swept.joined, [], []))
                self._count("entities", swept.entities)


def _handed(one: HeirRow, gone: Mapping[str, Closing]) -> dict[str, Any]:
    to = heir(one.superseded_by, gone)
    return {"id": one.id, "by": to.by, "at": to.at}
