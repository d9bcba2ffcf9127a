"""Copies of an owner's rows in numpy, so that a cosine with each of them takes a few milliseconds.

A shelf is one kind of rows of one owner at one version of his graph, and never changes once it is made. A newer one is
made from it by the rows that the change log names, whoever wrote them; vectors that stay are not read again. Shelves
that were not used for long go when all together take more room than they may.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.query import NodeKind, View
from graphmem.domain.scope import Scope
from graphmem.domain.vector import Matrix, Vector
from graphmem.stores.sqlite.database import Stale
from graphmem.stores.sqlite.kept import Kept
from graphmem.stores.sqlite.statements import fragment, statement
from graphmem.stores.sqlite.vectors import joined

Numbers: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Answers: TypeAlias = list[tuple[bytes, NDArray[Any]]]
"""What was computed with a vector, by its bytes."""

NEVER = np.iinfo(np.int64).max
ALWAYS = np.iinfo(np.int64).min + 1
KEPT = 32
"""Numbers for each row, on average, that are kept of what was asked for."""
LEAST = 4_096
"""Numbers that are kept of vectors however small the copy is."""
ROW_BYTES = 300 + 8 * KEPT
"""What a row takes beside its vector, about."""
PATIENCE = 8
"""Times that an owner's ties are asked for before they are read: who asks once is answered sooner from the file."""
ShelfKind: TypeAlias = NodeKind | Literal["tie"]
"""A tie is a fact without its vector, for who wants to know which facts join which entities."""
_LOGGED = {"tie": "fact"}
"""Under which kind the change log has the rows of a shelf, where that is another."""
_NO_ID = -1
_FLAT = (
    "numbers",
    "ids",
    "agents",
    "runs",
    "valid_from",
    "valid_to",
    "retired_at",
    "expires_at",
    "words",
    "firsts",
    "seconds",
    "has_vector",
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows of one kind, ascending by number. Times are microseconds since 1970, NEVER and ALWAYS where there is none.

    `matrix`: float32 [n, dimension], rows of unit length (zero where there is no vector; of ties, [n, 0]). `codes` numbers the
    agent and run ids. `firsts` and `seconds`: the numbers of the rows that a row refers to, 0 for none: of a memory, the entity
    that it is about and its episode; of a tie, subject and object.
    """

    version: int
    numbers: Numbers
    ids: NDArray[np.object_]
    agents: Numbers
    runs: Numbers
    valid_from: Numbers
    valid_to: Numbers
    retired_at: Numbers
    expires_at: Numbers
    words: Numbers
    firsts: Numbers
    seconds: Numbers
    has_vector: Mask
    matrix: Matrix
    codes: dict[str, int]
    room: Matrix = field(repr=False)
    """The array that `matrix` is the beginning of: the next shelf may write behind it."""
    places: dict[str, int] = field(default_factory=dict, repr=False)
    """The row of each id, filled when it is first asked for. The next shelf goes on with it where it only adds rows, so that it
    may hold rows that are none of this shelf's."""
    lists: Kept = field(default_factory=Kept, init=False, repr=False)
    vectors: Kept = field(default_factory=Kept, init=False, repr=False)
    """What was read in a transaction that has this version of the graph: lists of rows, and vectors of other rows."""
    _products: Answers = field(default_factory=list, init=False, repr=False)
    _cosines: Answers = field(default_factory=list, init=False, repr=False)

    @property
    def bytes(self) -> int:
        """Room that it takes at most, about; LEAST is too little to count."""
        return self.room.nbytes + self.matrix.nbytes // 2 + ROW_BYTES * len(self.numbers)

    @property
    def in_run(self) -> Mask:
        """Which rows have a run id."""
        return np.asarray(self.runs != _NO_ID)

    def in_company(self, rows: Numbers) -> Mask:
        """Which of these memories came in an episode with others."""
        episodes = self.seconds[rows]
        members, counts = np.unique(self.seconds[np.isin(self.seconds, episodes)], return_counts=True)
        return np.asarray(counts[np.searchsorted(members, episodes)] > 1)

    def rows_of(self, numbers: Numbers) -> Numbers:
        """The row of each number; -1 for those that are not here."""
        if not len(self.numbers):
            return np.full(len(numbers), -1, dtype=np.int64)
        places = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return np.where(self.numbers[places] == numbers, places, -1)

    def marked(self, numbers: Numbers) -> Mask:
        """True for the rows of these numbers; those that are not here are passed over."""
        mask = np.zeros(len(self.numbers), dtype=np.bool_)
        rows = self.rows_of(numbers)
        mask[rows[rows >= 0]] = True
        return mask

    def rows_with(self, ids: Iterable[str]) -> Numbers:
        """The rows that have one of these ids, each once, ascending."""
        if not self.places:
            self.places.update(dict(zip(self.ids.tolist(), range(len(self.ids)), strict=True)))
        found = {self.places.get(id_, NEVER) for id_ in ids}
        return np.array(sorted(row for row in found if row < len(self.ids)), dtype=np.int64)

    def keep_rows(self, key: Hashable, *rows: Numbers) -> None:
        """Put lists of rows by."""
        self.lists.put(key, rows, KEPT * len(self.numbers))

    def keep_vectors(self, key: Hashable, numbers: Numbers, matrix: Matrix) -> None:
        """Put vectors by, and whose they are; all together take no more than half the room of `matrix` and LEAST."""
        self.vectors.put(key, (numbers, matrix), self.matrix.size // 2 + LEAST)

    def product(self, vector: Vector) -> Vector:
        """`matrix` @ `vector`, float32 [n]; kept for the last vector, since a search asks several times."""
        return self._answer(self._products, vector, lambda: self.matrix @ vector)

    def was_asked(self, vector: Vector) -> bool:
        """Whether the product with this vector is at hand."""
        return any(asked == vector.tobytes() for asked, _ in self._products[:])

    def cosines_with(self, vector: Vector) -> NDArray[np.float64]:
        """A place for the exact cosine of each row with the last vector, float64 [n]; NaN where none was put yet."""
        return self._answer(self._cosines, vector, lambda: np.full(len(self.numbers), np.nan))

    def _answer(self, kept: Answers, vector: Vector, make: Callable[[], NDArray[Any]]) -> NDArray[Any]:
        for asked, answer in kept[:]:
            if asked == vector.tobytes():
                return answer
        answer = make()
        kept[:] = [(vector.tobytes(), answer)]
        return answer

    def seen(self, scope: Scope, view: View, rows: Numbers | slice = slice(None)) -> Mask:
        """Which rows (of these, if some are given) the scope sees at that time; the same conditions as the fragments `scope` and
        `view`."""
        now = microseconds(view.now)
        mask: Mask = self.expires_at[rows] > now
        for wanted, column in ((scope.agent_id, self.agents), (scope.run_id, self.runs)):
            if wanted is not None:
                mask &= column[rows] == self.codes.get(wanted, _NO_ID - 1)
        if view.include_retired:
            return mask
        retired, over = self.retired_at[rows] != NEVER, self.valid_to[rows]
        if view.as_of is None:
            return np.asarray(mask & ~retired & (over > now))
        then = microseconds(view.as_of)
        return np.asarray(mask & (self.valid_from[rows] <= then) & (over > then) & ~(retired & (over == NEVER)))


def microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970, in UTC."""
    return int(np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us").astype(np.int64))


def _times(texts: Sequence[str | None], missing: int) -> Numbers:
    if not any(texts):
        return np.full(len(texts), missing, dtype=np.int64)
    moments = np.array([text[:-1] if text else "NaT" for text in texts], dtype="datetime64[us]")
    return np.where(np.isnat(moments), missing, moments.astype(np.int64))


class Mirror:
    """The shelves of one process, at most `most_bytes` of them beside the one in use."""

    def __init__(self, dimension: int, most_bytes: int) -> None:
        self._dimension = dimension
        self._most_bytes = most_bytes
        self._shelves: OrderedDict[tuple[int, str], Shelf] = OrderedDict()
        self._asked: Counter[int] = Counter()
        self._too_many: set[int] = set()
        self._locks: dict[tuple[int, str], threading.Lock] = {}
        self._room = 0
        self._guard = threading.Lock()

    def shelf(self, connection: sqlite3.Connection, owner: int, kind: ShelfKind, version: int, log_since: int) -> Shelf:
        """The owner's rows of a kind as this transaction sees them. Raises Stale when a newer copy is here already."""
        key = (owner, kind)
        with self._guard:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            with self._guard:
                present = self._shelves.get(key)
            if present is not None and present.version > version:
                raise Stale
            if present is None or present.version < log_since:
                present = self._read_all(connection, owner, kind, version)
            elif present.version < version:
                present = self._caught_up(connection, owner, kind, version, present)
            self._keep(key, present)
            return present

    def is_worth_ties(self, owner: int) -> bool:
        """Whether an owner's ties are asked for so often that they should be read, and there is room for them beside his
        memories. Each call counts as one time."""
        with self._guard:
            self._asked[owner] += 1
            return self._asked[owner] > PATIENCE and owner not in self._too_many

    def _keep(self, key: tuple[int, str], shelf: Shelf) -> None:
        """Put a shelf in place of the one before; let those go that were not used for longest. Ties that would drive out the
        memories of their owner are not kept."""
        owner, kind = key
        with self._guard:
            before = self._shelves.pop(key, None)
            self._room -= before.bytes if before is not None else 0
            beside = self._shelves.get((owner, "memory"))
            if kind == "tie" and shelf.bytes + (beside.bytes if beside is not None else 0) > self._most_bytes:
                self._too_many.add(owner)
                return
            self._room += shelf.bytes
            self._shelves[key] = shelf
            while self._room > self._most_bytes and len(self._shelves) > 1:
                old, gone = self._shelves.popitem(last=False)
                self._locks.pop(old, None)
                self._room -= gone.bytes
                if old[1] == "tie":
                    del self._asked[old[0]]

    def _read_all(self, connection: sqlite3.Connection, owner: int, kind: ShelfKind, version: int) -> Shelf:
        query = statement("shelf_of_owner", shelf=fragment(f"{kind}_shelf"))
        return self._shelf(kind, connection.execute(query, {"owner": owner}).fetchall(), version, {})

    def _caught_up(
        self, connection: sqlite3.Connection, owner: int, kind: ShelfKind, version: int, old: Shelf
    ) -> Shelf:
        since = {"owner": owner, "kind": _LOGGED.get(kind, kind), "version": old.version}
        numbers = [number for (number,) in connection.execute(statement("changed_rows"), since)]
        if not numbers:
            return replace(old, version=version)
        query = statement("shelf_by_number", shelf=fragment(f"{kind}_shelf"))
        rows = connection.execute(query, {"owner": owner, "numbers": json.dumps(numbers)}).fetchall()
        return _merged(old, self._shelf(kind, rows, version, old.codes), np.array(sorted(numbers), dtype=np.int64))

    def _shelf(self, kind: ShelfKind, rows: list[Any], version: int, codes: dict[str, int]) -> Shelf:
        dimension = 0 if kind == "tie" else self._dimension
        rows.sort(key=lambda row: row[0])
        columns = list(zip(*rows, strict=True)) if rows else [()] * 12
        blobs = columns[11]
        has_vector = np.array([blob is not None for blob in blobs], dtype=np.bool_)
        matrix = joined(blobs, dimension)
        for one in {*columns[2], *columns[3]} - {None}:
            codes.setdefault(one, len(codes))
        return Shelf(
            version=version,
            numbers=np.array(columns[0], dtype=np.int64),
            ids=np.array(columns[1], dtype=np.object_),
            agents=np.array([codes.get(one, _NO_ID) for one in columns[2]], dtype=np.int64),
            runs=np.array([codes.get(one, _NO_ID) for one in columns[3]], dtype=np.int64),
            valid_from=_times(columns[4], ALWAYS),
            valid_to=_times(columns[5], NEVER),
            retired_at=_times(columns[6], NEVER),
            expires_at=_times(columns[7], NEVER),
            words=np.array(columns[8], dtype=np.int64),
            firsts=np.array(columns[9], dtype=np.int64),
            seconds=np.array(columns[10], dtype=np.int64),
            has_vector=has_vector,
            matrix=matrix,
            room=matrix,
            codes=codes,
        )


def _merged(old: Shelf, fresh: Shelf, changed: Numbers) -> Shelf:
    """`old` with the rows `changed` replaced by those of `fresh`; a changed row that is not in it is gone."""
    rows = old.rows_of(changed)
    here = rows >= 0
    places = rows[here]
    found = fresh.rows_of(changed[here])
    if len(places) and (np.any(found < 0) or not np.array_equal(old.matrix[places], fresh.matrix[found])):
        return _rebuilt(old, fresh, places)
    columns: dict[str, Any] = {name: getattr(old, name).copy() for name in _FLAT}
    for name, column in columns.items():
        column[places] = getattr(fresh, name)[found]
    new = np.ones(len(fresh.numbers), dtype=np.bool_)
    new[found] = False
    if np.any(new) and len(old.numbers) and fresh.numbers[new][0] < old.numbers[-1]:
        return _rebuilt(old, fresh, places)
    joined: dict[str, Any] = {
        name: np.concatenate([column, getattr(fresh, name)[new]]) for name, column in columns.items()
    }
    room, matrix = _grown(old, fresh.matrix[new])
    same = np.array_equal(old.ids[places], fresh.ids[found])
    places_of = _continued(old, fresh.ids[new].tolist()) if same else {}
    return replace(old, version=fresh.version, matrix=matrix, room=room, places=places_of, **joined)


def _continued(old: Shelf, more: Sequence[str]) -> dict[str, int]:
    """The places of a shelf that has these ids behind those of `old`; none yet, where `old` was never asked."""
    if not old.places:
        return {}
    old.places.update(dict(zip(more, range(len(old.ids), len(old.ids) + len(more)), strict=True)))
    return old.places


def _rebuilt(old: Shelf, fresh: Shelf, places: Numbers) -> Shelf:
    """Everything copied: rows went, or vectors changed."""
    stay = np.ones(len(old.numbers), dtype=np.bool_)
    stay[places] = False
    numbers = np.concatenate([old.numbers[stay], fresh.numbers])
    order = np.argsort(numbers, kind="stable")
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(old, name)[stay], getattr(fresh, name)])[order] for name in _FLAT
    }
    matrix = np.concatenate([old.matrix[stay], fresh.matrix])[order]
    return replace(old, version=fresh.version, matrix=matrix, room=matrix, places={}, **joined)


def _grown(old: Shelf, more: Matrix) -> tuple[Matrix, Matrix]:
    """Vectors put behind the old ones, in the room there is: older shelves look only at what was theirs."""
    used = len(old.numbers)
    needed = used + len(more)
    room = old.room
    if needed > len(room) or not room.flags.writeable:
        room = np.empty((max(needed + needed // 2, 64), room.shape[1]), dtype=np.float32)
        room[:used] = old.matrix
    room[used:needed] = more
    return room, room[:needed]
