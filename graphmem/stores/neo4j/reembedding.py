"""Makes vectors of another embedding model beside those in use, and puts them in their place.

The rows that lack one bear the label Unembedded: those that are there get it when the work begins, those that are written
meanwhile from whoever writes them, who learns of it when he takes his owner's graph. To begin and to switch, all owners'
graphs are taken, so that nobody is in the middle of a write who does not know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphmem.domain.embedding import LAST_ROWS, EmbeddingModel, Unembedded, text_of_memory
from graphmem.domain.vector import Matrix, Vector
from graphmem.errors import Conflict
from graphmem.stores.neo4j.connection import Connection, Writing
from graphmem.stores.neo4j.placing import InUse, Place, other, placed
from graphmem.stores.neo4j.query import Query, cypher
from graphmem.stores.neo4j.schema import LOCK, Vectors, online, statements, vector_statements
from graphmem.stores.vectors import checked

AT_ONCE = 2_000
"""Rows that are marked, or tidied up, in one transaction."""
KINDS = ("AND n:Memory", "AND n:Sentence", "AND n:Entity", "AND n:Fact")
"""What the slot `kind` is filled with: each of these has an index of ids."""


class StateRow(NamedTuple):
    model: str
    dimension: int
    place: Place
    vectors: Vectors
    next_model: str | None
    next_dimension: int | None
    begun: str | None
    listed: bool
    left_over: bool


@dataclass(frozen=True, slots=True)
class BeginParams:
    model: str
    dimension: int


@dataclass(frozen=True, slots=True)
class ListedParams:
    begun: str | None


@dataclass(frozen=True, slots=True)
class AfterParams:
    after: str
    limit: int


@dataclass(frozen=True, slots=True)
class ListParams(AfterParams):
    in_use: bool


@dataclass(frozen=True, slots=True)
class LimitParams:
    limit: int


@dataclass(frozen=True, slots=True)
class HoldParams:
    ids: list[str]


@dataclass(frozen=True, slots=True)
class PutParams:
    rows: list[dict[str, Any]]
    in_use: bool


class ClaimedRow(NamedTuple):
    claimed: bool


class OwnersRow(NamedTuple):
    owners: int


class ModelRow(NamedTuple):
    model: str


class BegunRow(NamedTuple):
    begun: str


class ListedRow(NamedTuple):
    listed: bool


class LeftRow(NamedTuple):
    left_over: bool


class StepRow(NamedTuple):
    last: str | None
    number: int


class NumberRow(NamedTuple):
    number: int


class WantedRow(NamedTuple):
    id: str
    text: str
    actor_id: str | None
    heading: str | None


STATE = Query("models/state", type(None), StateRow)
TAKE = Query("models/take", type(None), ClaimedRow)
HOLD_OWNERS = Query("models/hold_owners", type(None), OwnersRow)
BEGIN = Query("models/begin", BeginParams, BegunRow)
LISTED = Query("models/listed", ListedParams, ListedRow)
GIVE_UP = Query("models/give_up", type(None), LeftRow)
SWITCH = Query("models/switch", type(None), ModelRow)
TIDIED = Query("models/tidied", type(None), ModelRow)
LIST = Query("models/list", ListParams, StepRow)
TIDY = Query("models/tidy", AfterParams, StepRow)
COUNT = Query("models/count", type(None), NumberRow)
WANTED = Query("models/wanted", LimitParams, WantedRow)
HOLD_ROWS = Query("models/hold_rows", HoldParams, WantedRow)
PUT = Query("models/put", PutParams, NumberRow)


class Reembedding:
    """The moving half of a store. `own`: the model that the store is made with; `seconds`: to wait for an index."""

    def __init__(self, connection: Connection, own: EmbeddingModel, seconds: float) -> None:
        self._connection = connection
        self._own = own
        self._seconds = seconds

    async def made_with(self) -> EmbeddingModel:
        """The model whose vectors are in use."""
        state = await self._state()
        return EmbeddingModel(state.model, state.dimension)

    async def _state(self, writing: Writing | None = None) -> StateRow:
        """How things stand; from here on, texts are about the place in use."""
        rows = await (writing.run(STATE, None) if writing else self._connection.look(STATE, None))
        self._connection.use(InUse(*self._own, rows[0].place))
        return rows[0]

    async def _taken(self, writing: Writing) -> StateRow:
        """Let nobody else begin or switch till the transaction ends; how things stand."""
        await writing.run(TAKE, None)
        return await self._state(writing)

    async def begin(self, model: EmbeddingModel) -> int:
        """See `GraphStore.begin_vectors`."""
        state = await self._state()
        if _next(state) not in (None, model):
            await self._connection.write(lambda writing: self._given_up(writing, model))
        await self._tidied()
        state = await self._state()
        if _next(state) is None and model != _used(state):
            await self._connection.write(lambda writing: self._begun(writing, model))
            await online(self._connection, self._seconds)
        if not state.listed:
            await self._listed(model)
        return (await self._connection.look(COUNT, None))[0].number

    async def _given_up(self, writing: Writing, model: EmbeddingModel) -> None:
        if _next(await self._taken(writing)) not in (None, model):
            await writing.run(GIVE_UP, None)

    async def _begun(self, writing: Writing, model: EmbeddingModel) -> None:
        state = await self._with_schema(writing)
        if _next(state) not in (None, model) or state.left_over:
            raise _taken_over(model, _next(state))
        if _next(state) is None:
            await self._declare(placed(cypher("schema/drop_vectors"), state.place))
            for statement in vector_statements(state.vectors, model.dimension, other(state.place)):
                await self._connection.declare(statement)
            await writing.run(TAKE, None)
            await writing.run(HOLD_OWNERS, None)
            await writing.run(BEGIN, BeginParams(*model))

    async def _with_schema(self, writing: Writing) -> StateRow:
        """Let nobody else change the schema till the transaction ends; how things stand, which only he can change who moves
        vectors that were begun. Nothing else is taken: the server waits for all writers before it makes or drops an index, and
        one of them waiting for us in turn would be a deadlock that it cannot see."""
        await writing.run(LOCK, None)
        return await self._state(writing)

    async def _declare(self, text: str) -> None:
        for statement in statements(text):
            await self._connection.declare(statement)

    async def _listed(self, model: EmbeddingModel) -> None:
        """Mark every row that lacks a vector of this model."""
        state = await self._state()
        in_use = _in_use(state, model)
        for kind in KINDS:
            after: str | None = ""
            while after is not None:
                after = await self._step(LIST, ListParams(after, AT_ONCE, in_use), kind)
        if not in_use:
            await self._connection.write(lambda writing: writing.run(LISTED, ListedParams(state.begun)))

    async def _step(self, query: Query[Any, StepRow], params: AfterParams, kind: str) -> str | None:
        (row,) = await self._connection.write(lambda writing: writing.run(query, params, kind=kind))
        return row.last

    async def _tidied(self) -> None:
        """Drop indexes and vectors that no model uses or makes, a few in a transaction."""
        if not await self._connection.write(self._unindexed):
            return
        for kind in KINDS:
            after: str | None = ""
            while after is not None:
                after = await self._step(TIDY, AfterParams(after, AT_ONCE), kind)
        await self._connection.write(lambda writing: writing.run(TIDIED, None))

    async def _unindexed(self, writing: Writing) -> bool:
        """Drop the indexes of vectors that are left over; whether there are any."""
        state = await self._with_schema(writing)
        if state.left_over:
            await self._declare(placed(cypher("schema/drop_vectors"), state.place))
        return state.left_over

    async def without(self, model: EmbeddingModel, limit: int) -> list[Unembedded]:
        """See `GraphStore.without_vectors`."""
        _in_use(await self._state(), model)
        return _unembedded(await self._connection.look(WANTED, LimitParams(limit)))

    async def put(self, model: EmbeddingModel, vectors: Mapping[Unembedded, Vector]) -> None:
        """See `GraphStore.put_vectors`."""
        lists = {
            row: checked(one, model.dimension, f"The vector of {row.id!r}").tolist() for row, one in vectors.items()
        }
        ids = sorted({row.id for row in lists})

        async def work(writing: Writing) -> None:
            in_use = _in_use(await self._taken(writing), model)
            held = _unembedded(await writing.run(HOLD_ROWS, HoldParams(ids)))
            rows = [{"id": row.id, "vector": lists[row]} for row in held if row in lists]
            await writing.run(PUT, PutParams(rows, in_use))

        await self._connection.write(work)

    async def switch(self, model: EmbeddingModel, last: Callable[[Sequence[str]], Matrix] | None) -> None:
        """See `GraphStore.switch_vectors`."""

        async def work(writing: Writing) -> None:
            state = await self._taken(writing)
            in_use = _in_use(state, model)
            await writing.run(HOLD_OWNERS, None)
            rows = _unembedded(await writing.run(WANTED, LimitParams(LAST_ROWS + 1)))
            if not (in_use or state.listed) or (rows and (last is None or len(rows) > LAST_ROWS)):
                raise Conflict(
                    f"Rows still lack a vector of {model}, which others have written meanwhile: make these first."
                )
            if rows and last is not None:
                made = await asyncio.to_thread(last, [row.text for row in rows])
                put = [
                    {"id": row.id, "vector": checked(one, model.dimension, f"The vector of {row.id!r}").tolist()}
                    for row, one in zip(rows, made, strict=True)
                ]
                await writing.run(PUT, PutParams(put, in_use))
            if not in_use:
                await writing.run(SWITCH, None)

        await self._connection.write(work)
        await self._tidied()


def _used(state: StateRow) -> EmbeddingModel:
    return EmbeddingModel(state.model, state.dimension)


def _next(state: StateRow) -> EmbeddingModel | None:
    return None if state.next_model is None else EmbeddingModel(state.next_model, state.next_dimension or 0)


def _in_use(state: StateRow, model: EmbeddingModel) -> bool:
    """Whether vectors of this model that are missing are put among those in use; otherwise beside them. Raises Conflict when
    none of this model are being made."""
    being_made = _next(state)
    if (being_made or _used(state)) != model:
        raise _taken_over(model, being_made)
    return being_made is None


def _taken_over(model: EmbeddingModel, by: EmbeddingModel | None) -> Conflict:
    now = f"vectors of {by} are being made" if by else "they were given up"
    return Conflict(f"Vectors of {model} were being made, and now {now}: another run came in between.")


def _unembedded(rows: Iterable[WantedRow]) -> list[Unembedded]:
    return [Unembedded(row.id, text_of_memory(row.text, row.actor_id, row.heading)) for row in rows]
