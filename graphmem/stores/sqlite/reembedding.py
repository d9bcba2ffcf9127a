"""Makes vectors of another embedding model beside those in use, and puts them in their place.

Each function runs in a transaction of the caller's. Vectors in the tables `…_next` belong to the model that `store_next`
names; without a row there they are left over, from before a switch or from a run that was given up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from graphmem.domain.embedding import LAST_ROWS, EmbeddingModel, Unembedded, text_of_memory
from graphmem.domain.memory import sentence_id
from graphmem.domain.vector import Matrix, Vector
from graphmem.errors import Conflict
from graphmem.stores.sqlite.rows import as_list, written
from graphmem.stores.sqlite.statements import fragment, statement
from graphmem.stores.vectors import checked

Kind: TypeAlias = Literal["memory", "sentence", "entity", "fact"]
KINDS: tuple[Kind, ...] = ("memory", "sentence", "entity", "fact")
DROPPED_AT_ONCE = 2_000
"""Vectors of each kind that are dropped in one transaction."""


def made_with(connection: sqlite3.Connection) -> EmbeddingModel:
    """The model whose vectors are in use."""
    return EmbeddingModel(*connection.execute(statement("embedding_model")).fetchone())


def _being_made(connection: sqlite3.Connection) -> EmbeddingModel | None:
    row = connection.execute(statement("next_model")).fetchone()
    return None if row is None else EmbeddingModel(*row)


def give_up_others(connection: sqlite3.Connection, model: EmbeddingModel) -> None:
    """End a run for another model than this; its vectors are left over."""
    if _being_made(connection) not in (None, model):
        connection.execute(statement("end_next"))
        connection.execute(statement("want_none"))


def drop_left_over(connection: sqlite3.Connection) -> int:
    """Drop some of the vectors that no model uses or makes; how many."""
    if _being_made(connection) is not None:
        return 0
    limit = {"limit": DROPPED_AT_ONCE}
    return sum(connection.execute(statement("drop_left_over", kind=kind), limit).rowcount for kind in KINDS)


def begin(connection: sqlite3.Connection, model: EmbeddingModel) -> int:
    """See `GraphStore.begin_vectors`, when nothing is left over from another run."""
    being_made = _being_made(connection)
    if being_made not in (None, model):
        raise _taken_over(model, being_made)
    if being_made is None:
        connection.execute(statement("want_none"))
        in_use = made_with(connection) == model
        for kind in KINDS:
            connection.execute(statement("want_missing" if in_use else "want_all", kind=kind))
        if not in_use:
            begun = {"model": model.name, "dimension": model.dimension, "begun_at": written(datetime.now(UTC))}
            connection.execute(statement("begin_next"), begun)
    return int(connection.execute(statement("count_wanted")).fetchone()[0])


def _place(connection: sqlite3.Connection, model: EmbeddingModel) -> str:
    """Where vectors of this model go. Raises Conflict when they are not those that are being made."""
    being_made = _being_made(connection)
    if (being_made or made_with(connection)) != model:
        raise _taken_over(model, being_made)
    return "" if being_made is None else "_next"


def _taken_over(model: EmbeddingModel, other: EmbeddingModel | None) -> Conflict:
    now = f"vectors of {other} are being made" if other else "they were given up"
    return Conflict(f"Vectors of {model} were being made, and now {now}: another run came in between.")


def without_vectors(connection: sqlite3.Connection, model: EmbeddingModel, limit: int) -> list[Unembedded]:
    """See `GraphStore.without_vectors`."""
    _place(connection, model)
    found: list[Unembedded] = []
    for kind in KINDS:
        if len(found) < limit:
            found += [row for _, row in _wanted(connection, kind, limit - len(found))]
    return found


def _wanted(
    connection: sqlite3.Connection, kind: Kind, limit: int, ids: Sequence[str] | None = None
) -> Iterator[tuple[int, Unembedded]]:
    """Rows of a kind that lack a vector with their numbers, the first ones or those of these memories, entities, facts."""
    chosen = fragment("any_row") if ids is None else fragment(f"{kind}_named")
    text = statement(f"wanted_{kind}", chosen=chosen)
    for number, id_, said, *more in connection.execute(text, {"limit": limit, "ids": as_list(ids or ())}).fetchall():
        if kind == "memory":
            said = text_of_memory(said, *more)
        elif kind == "sentence":
            id_ = sentence_id(id_, *more)
        yield number, Unembedded(id_, said)


def put(connection: sqlite3.Connection, model: EmbeddingModel, vectors: Mapping[Unembedded, Vector]) -> None:
    """See `GraphStore.put_vectors`."""
    place = _place(connection, model)
    ids = sorted({row.id for row in vectors} | {row.id.rpartition("#")[0] for row in vectors})
    for kind in KINDS:
        rows: list[dict[str, Any]] = []
        for number, row in _wanted(connection, kind, -1, ids):
            if row in vectors:
                vector = checked(vectors[row], model.dimension, f"The vector of {row.id!r}").astype("<f4").tobytes()
                rows.append({"kind": kind, "number": number, "vector": vector})
        connection.executemany(statement("put_vector_made", kind=kind, place=place), rows)
        connection.executemany(statement("want_no_more"), rows)
    if not place:
        connection.execute(statement("forget_the_log"))


def switch(
    connection: sqlite3.Connection, model: EmbeddingModel, last: Callable[[Sequence[str]], Matrix] | None
) -> None:
    """See `GraphStore.switch_vectors`; what was in use is left over."""
    place = _place(connection, model)
    rows = without_vectors(connection, model, LAST_ROWS + 1)
    if rows and (last is None or len(rows) > LAST_ROWS):
        raise Conflict(f"Rows still lack a vector of {model}, which others have written meanwhile: make these first.")
    if rows and last is not None:
        put(connection, model, dict(zip(rows, last([row.text for row in rows]), strict=True)))
    if place:
        for kind in KINDS:
            for step in ("set_aside", "bring_forward", "put_behind"):
                connection.execute(statement(step, kind=kind))
        connection.execute(statement("use_model"), {"model": model.name, "dimension": model.dimension})
        connection.execute(statement("end_next"))
        connection.execute(statement("forget_the_log"))
