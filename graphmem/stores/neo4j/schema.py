"""Brings a database's schema up to date: numbered files, each applied once, its checksum kept in the graph.

Every statement is the same however often it runs, and one starter at a time holds the schema, so that two who start on an
empty database both find it ready.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from graphmem.errors import (
    SchemaDrift,
    SchemaOutdated,
    SchemaTooNew,
    StoreError,
    StoreReadOnly,
    StoreRefused,
    StoreUnavailable,
)
from graphmem.shipped import shipped
from graphmem.stores.neo4j.connection import Connection, Writing, mismatch
from graphmem.stores.neo4j.placing import InUse, Place, placed
from graphmem.stores.neo4j.query import Query, cypher

Vectors: TypeAlias = Literal["filtered", "plain"]
OLDEST, FILTERING = (5, 26), (2026, 2)
"""The oldest server that is supported, and the first whose vector indexes filter."""
_PLAIN = re.compile(r"\d+(\.\d+)*")
_NAME = re.compile(r"V(\d{3})__(\w+)\.cypher")
_MADE = re.compile(r"\b(?:INDEX|CONSTRAINT) (\w+) IF NOT EXISTS")
_DIMENSION = re.compile(r"\d+ /\* dimension \*/")
_PAUSE = 0.1


class StateRow(NamedTuple):
    applied: list[dict[str, Any]]
    model: str | None
    dimension: int | None
    vectors: Vectors | None
    place: Place


class LockRow(NamedTuple):
    name: str


@dataclass(frozen=True, slots=True)
class RecordParams:
    version: int
    name: str
    checksum: str


class RecordRow(NamedTuple):
    checksum: str


@dataclass(frozen=True, slots=True)
class StoreParams:
    model: str
    dimension: int
    vectors: str


class StoreRow(NamedTuple):
    model: str
    dimension: int
    vectors: Vectors


@dataclass(frozen=True, slots=True)
class SearchableParams:
    vector: list[float]
    owner: str


class SearchableRow(NamedTuple):
    id: str


class IndexRow(NamedTuple):
    name: str
    state: str
    type: str
    percent: float


STATE = Query("book/state", type(None), StateRow)
LOCK = Query("book/lock", type(None), LockRow)
RECORD = Query("book/record", RecordParams, RecordRow)
STORE = Query("book/store", StoreParams, StoreRow)
SEARCHABLE = Query("book/filtered/searchable", SearchableParams, SearchableRow)
INDEXES = Query("book/indexes", type(None), IndexRow)


class Migration(NamedTuple):
    """One step of the schema."""

    version: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, whatever the line ends."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()


@cache
def migrations() -> tuple[Migration, ...]:
    """The steps that this release carries, in order."""
    named = [(file, _NAME.fullmatch(file.name)) for file in shipped("cypher", "schema").iterdir()]
    return tuple(
        sorted(Migration(int(name[1]), name[2], file.read_text(encoding="utf-8")) for file, name in named if name)
    )


def statements(text: str) -> list[str]:
    """The statements of a file, one at a time, without the comments before them."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
    return [one.strip() for one in "\n".join(lines).split(";") if one.strip()]


def vector_statements(vectors: Vectors, dimension: int, place: Place) -> list[str]:
    """The vector indexes in a place; the dimension is the one literal that is put into them."""
    text = placed(cypher(f"schema/vectors_{vectors}"), place)
    return [_DIMENSION.sub(str(int(dimension)), one) for one in statements(text)]


def version_of(text: str) -> tuple[int, ...]:
    """``2026.08.1`` or ``5.26.30`` as numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


async def vectors_of(connection: Connection, version: str) -> Vectors:
    """Which vector indexes a server can have. Raises SchemaOutdated for one that is too old."""
    if version_of(version) < OLDEST:
        raise SchemaOutdated(
            f"The server at {connection.login.address} is Neo4j {version}: 5.26 or later is needed; upgrade it."
        )
    return "filtered" if await filters(connection, version) else "plain"


async def filters(connection: Connection, version: str) -> bool:
    """Whether the server's vector indexes filter. One that is not called by a plain version, such as Aura's ``5.27-aura``, is
    asked to explain such a search: what it is called does not tell what it can do."""
    if _PLAIN.fullmatch(version):
        return version_of(version) >= FILTERING
    try:
        await connection.look(SEARCHABLE, SearchableParams([1.0], ""), explain="EXPLAIN")
    except StoreError as error:
        if type(error) is not StoreError:
            raise
        return "ClientError.Statement." not in str(error)  # one that only misses the index has understood
    return True


def pending(applied: Sequence[dict[str, Any]], address: str) -> list[Migration]:
    """The steps that the database still lacks. Raises SchemaTooNew or SchemaDrift."""
    carried = {step.version: step for step in migrations()}
    newest = max((int(one["version"]) for one in applied), default=0)
    if newest > max(carried):
        raise SchemaTooNew(
            f"The database at {address} has schema version {newest}, and this graphmem knows up to {max(carried)}: "
            "upgrade graphmem."
        )
    for one in applied:
        if one["version"] not in carried or carried[one["version"]].checksum != one["checksum"]:
            raise SchemaDrift(
                f"The database at {address} was made with another text of migration "
                f"V{one['version']:03d}__{one['name']}: use the release that made it."
            )
    done = {one["version"] for one in applied}
    return [step for step in migrations() if step.version not in done]


async def prepare(
    connection: Connection, version: str, model: str, dimension: int, seconds: float, *, any_model: bool = False
) -> Vectors:
    """See that the schema is there and that its vectors are those of this model (or, with `any_model`, of any); which
    vector indexes it has.

    Raises SchemaOutdated (also when the user may not make indexes), SchemaTooNew, SchemaDrift, DimensionMismatch, and
    StoreUnavailable when an index is not filled within so many `seconds`.
    """
    address = connection.login.address
    able = await vectors_of(connection, version)
    (state,) = await connection.look(STATE, None)
    steps = pending(state.applied, address)
    if steps or state.model is None:
        try:
            state = await _migrate(connection, able, model, dimension)
        except (StoreReadOnly, StoreRefused) as error:
            raise SchemaOutdated(
                f"The database at {address} has no graphmem schema of this release, and this user may not make it: open it "
                f"once as one who may create constraints and indexes ({error})."
            ) from error
    found = InUse(str(state.model), state.dimension or 0, state.place)
    if not any_model and found[:2] != (model, dimension):
        raise mismatch(address, found, model, dimension)
    connection.use(InUse(model, dimension, state.place))
    await online(connection, seconds)
    return state.vectors or able


async def _migrate(connection: Connection, able: Vectors, model: str, dimension: int) -> StateRow:
    """Apply what is pending while nobody else does, and record which model makes the vectors."""
    first = statements(migrations()[0].text)
    for one in first:
        if "lock_unique" in one:
            await connection.declare(one)

    async def held(writing: Writing) -> StateRow:
        await writing.run(LOCK, None)
        (state,) = await connection.look(STATE, None)
        vectors: Vectors = state.vectors or able
        width = state.dimension or dimension
        for step in pending(state.applied, connection.login.address):
            for statement in statements(step.text):
                await connection.declare(statement)
            await writing.run(RECORD, RecordParams(step.version, step.name, step.checksum))
        for statement in vector_statements(vectors, width, state.place):
            await connection.declare(statement)
        (store,) = await writing.run(STORE, StoreParams(model, dimension, vectors))
        return StateRow([], store.model, store.dimension, store.vectors, state.place)

    return await connection.write(held)


@cache
def own_indexes() -> frozenset[str]:
    """The names of all indexes that are ours, constraints' too, of vectors in either place."""
    texts = [step.text for step in migrations()]
    texts += [placed(cypher("schema/vectors_plain"), place) for place in get_args(Place)]
    return frozenset(name for text in texts for name in _MADE.findall(text))


async def indexes(connection: Connection) -> list[IndexRow]:
    """Our indexes that are there, whatever state they are in; what else is in the database is not looked at."""
    return [row for row in await connection.look(INDEXES, None) if row.name in own_indexes()]


async def online(connection: Connection, seconds: float) -> None:
    """Wait until every index of ours is filled. Raises StoreUnavailable naming one that is not within so many `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        rows = await indexes(connection)
        failed = [row.name for row in rows if row.state == "FAILED"]
        if failed:
            raise StoreUnavailable(
                f"The index {failed[0]} at {connection.login.address} has failed: drop it and open again."
            )
        filling = [row for row in rows if row.state != "ONLINE"]
        if not filling:
            return
        if time.monotonic() > deadline:
            raise StoreUnavailable(
                f"The index {filling[0].name} at {connection.login.address} is still being filled "
                f"({filling[0].percent:.0f} %): try again later."
            )
        await asyncio.sleep(_PAUSE)
