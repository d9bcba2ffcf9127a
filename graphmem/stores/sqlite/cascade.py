"""Takes memories away, and by provenance what only they vouched for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphmem.domain.change import ChangeSet
from graphmem.domain.heirs import OPEN, Closing, heir
from graphmem.stores.sqlite.joining import leave
from graphmem.stores.sqlite.rows import as_list
from graphmem.stores.sqlite.statements import statement

_STATEMENT = (
    "subject",
    "predicate",
    "object",
    "negated",
    "modality",
    "user_id",
    "agent_id",
    "run_id",
    "subject_said",
    "object_said",
    "now",
)
"""The columns of `fact_statement`, as `current_twin` binds them."""


class Cascade:
    """The removing half of one commit. `touched` collects rows by kind for the change log, `removed` counts them."""

    def __init__(self, connection: sqlite3.Connection, owner: int, touched: dict[str, set[int]]) -> None:
        self._connection = connection
        self._owner = owner
        self._touched = touched
        self._loose_entities: set[int] = set()
        self._loose_episodes: set[int] = set()
        self._loose_ingests: set[int] = set()
        self.removed: dict[str, int] = {}

    def _rows(self, name: str, **values: Any) -> list[Any]:
        bound = {key: as_list(value) if isinstance(value, list) else value for key, value in values.items()}
        return self._connection.execute(statement(name), {"owner": self._owner, **bound}).fetchall()

    def _each(self, name: str, numbers: Iterable[int]) -> int:
        """Run a statement for every number; how many rows it changed."""
        return self._connection.executemany(
            statement(name), [{"number": number} for number in sorted(numbers)]
        ).rowcount

    def _count(self, kind: str, number: int) -> None:
        if number > 0:
            self.removed[kind] = self.removed.get(kind, 0) + number

    def apply(self, changes: ChangeSet) -> None:
        """Purge `changes.removed` and empty `changes.cleared`."""
        gone = self._rows("memories_to_purge", ids=list(changes.removed))
        emptied = self._rows(
            "memories_to_purge", ids=[one for one in changes.cleared if one not in set(changes.removed)]
        )
        numbers = [row[0] for row in gone]
        losing = numbers + [row[0] for row in emptied]
        if not losing:
            return
        facts = [number for (number,) in self._rows("facts_supported_by", numbers=losing)]
        self.loosen_entities(number for (number,) in self._rows("entities_touched_by_memories", numbers=losing))
        self.loosen_episodes(number for (number,) in self._rows("episodes_of_memories", numbers=numbers))
        self._loose_ingests.update(number for (number,) in self._rows("ingests_of_memories", numbers=numbers))
        for name in ("drop_supports", "drop_mentions", "drop_sentences"):
            self._each(name, losing)
        self._hand_on_memories({row[1]: Closing(*row[2:4]) for row in gone})
        self._each("drop_words", numbers)
        self._count("memories", self._each("drop_memory", numbers))
        self._touched["memory"].update(losing)
        self._drop_unsupported(facts)

    def loosen_entities(self, numbers: Iterable[int]) -> None:
        """These may have lost what names them."""
        self._loose_entities.update(numbers)

    def loosen_episodes(self, numbers: Iterable[int]) -> None:
        """These may have lost their last memory."""
        self._loose_episodes.update(numbers)

    def _hand_on_memories(self, gone: Mapping[str, Closing]) -> None:
        for number, by in self._rows("memories_superseded_by", ids=list(gone)):
            self._touched["memory"].add(number)
            self._hand_on("memory", number, heir(by, gone))

    def _hand_on(self, kind: str, number: int, to: Closing) -> None:
        if to.by is None:
            self._connection.execute(statement(f"reopen_{kind}"), {"number": number})
        else:
            values = {"number": number, "successor": to.by, "at": to.at}
            self._connection.execute(statement(f"hand_on_{kind}"), values)

    def _drop_unsupported(self, facts: Sequence[int]) -> None:
        unsupported = self._rows("unsupported_facts", numbers=list(facts))
        gone = {row[1]: Closing(*row[2:4]) for row in unsupported}
        numbers = [row[0] for row in unsupported]
        self._touched["fact"].update(facts)
        heirs = self._rows("facts_superseded_by", ids=list(gone))
        self._hand_on_memories(gone)
        self.loosen_entities(number for (number,) in self._rows("entities_of_facts", numbers=numbers))
        self._count("facts", self._each("drop_fact", numbers))
        self._each("recount_fact", set(facts) - set(numbers))
        for number, by in heirs:
            if number not in numbers:
                self._touched["fact"].add(number)
                self._reopen_fact(number, heir(by, gone))

    def _reopen_fact(self, number: int, to: Closing) -> None:
        """Hand a closed fact on to its new successor, or make it current, unless the same statement is current already."""
        if to.by is None:
            twin = self.twin_of(number)
            if twin is not None:
                self.fold(number, *twin)
                return
        self._hand_on("fact", number, to)

    def reopen(self, ids: Sequence[str]) -> None:
        """Let these facts and memories be current again, if they are closed."""
        for kind, number in self._rows("closed_there", ids=list(ids)):
            self._touched[kind].add(number)
            if kind == "fact":
                self._reopen_fact(number, OPEN)
            else:
                self._hand_on(kind, number, OPEN)

    def twin_of(self, number: int) -> tuple[str, int] | None:
        """Id and number of another fact that makes the statement of this one and was not over when this one was recorded: the
        rule by which it would not be written anew, so that a copy comes out the same."""
        row = self._connection.execute(statement("fact_statement"), {"number": number}).fetchone()
        values = dict(zip(_STATEMENT, row, strict=False)) | {"number": number}
        found: tuple[str, int] | None = self._connection.execute(statement("current_twin"), values).fetchone()
        return found

    def fold(self, gone: int, kept_id: str, kept: int) -> None:
        """Let fact `kept` take over what speaks for fact `gone`, which goes, and hold from the earlier of their beginnings."""
        gone_id = self._connection.execute(statement("fact_statement"), {"number": gone}).fetchone()[-1]
        self._connection.execute(statement("move_supports"), {"kept": kept, "gone": gone})
        self._connection.execute(statement("begin_earlier"), {"kept": kept, "gone": gone})
        self._connection.execute(statement("drop_fact"), {"number": gone})
        redirected = {"kept": kept_id, "gone": gone_id, "owner": self._owner}
        self._connection.execute(statement("redirect_successor"), redirected)
        self._connection.execute(statement("recount_fact"), {"number": kept})
        self._touched["fact"].update((gone, kept))

    def sweep(self) -> None:
        """At the very end: entities that nothing names any more, episodes and ingests without memories."""
        entities = [number for (number,) in self._rows("unnamed_entities", numbers=sorted(self._loose_entities))]
        if entities:
            leave(self._connection, entities, self._touched)
        self._count("entities", self._each("drop_entity", entities))
        self._touched["entity"].update(entities)
        episodes = [number for (number,) in self._rows("empty_episodes", numbers=sorted(self._loose_episodes))]
        self._count("episodes", self._each("drop_episode", episodes))
        ingests = [number for (number,) in self._rows("empty_ingests", numbers=sorted(self._loose_ingests))]
        self._each("drop_ingest", ingests)
