"""Writes a ChangeSet into an open transaction."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graphmem.domain.change import ChangeSet, Receipt, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, InvalidScope
from graphmem.stores.sqlite.cascade import Cascade
from graphmem.stores.sqlite.fields import fields_of
from graphmem.stores.sqlite.rows import as_json, maybe_written, scope_values, written
from graphmem.stores.sqlite.statements import statement
from graphmem.stores.sqlite.words import marked, words_of

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_VERSIONS = 256
"""So many commits back, a copy in memory can catch up from the change log."""
Parameters = dict[str, Any]


def commit(connection: sqlite3.Connection, changes: ChangeSet, blobs: Mapping[str, bytes]) -> Receipt:
    """Write all of `changes`; the caller commits or rolls back. `blobs`: the vectors as bytes."""
    return _Commit(connection, changes, blobs).run()


class _Commit:
    """One commit: which number each id has, what was written, what to log."""

    def __init__(self, connection: sqlite3.Connection, changes: ChangeSet, blobs: Mapping[str, bytes]) -> None:
        self._connection = connection
        self._changes = changes
        self._blobs = blobs
        self._touched: dict[str, set[int]] = {"memory": set(), "fact": set(), "entity": set()}
        self._written: dict[str, int] = {}
        self._entities: dict[str, int] = {}
        self._memories: dict[str, int] = {}
        self._facts: dict[str, int] = {}
        self._episodes: dict[str, int] = {}
        self._next: dict[str, int] = {}
        self._recount: set[int] = set()

    def run(self) -> Receipt:
        changes = self._changes
        self._connection.execute(statement("claim_owner"), {"name": changes.owner})
        self._owner, version, _ = self._connection.execute(statement("owner_state"), {"name": changes.owner}).fetchone()
        if changes.basis is not None and changes.basis != version:
            raise Conflict(
                f"The memories of {changes.owner!r} were changed by another writer (version {version}, decided on "
                f"{changes.basis}): read again and repeat."
            )
        kinds = ("episode", "entity", "memory", "sentence", "fact")
        self._next = dict(zip(kinds, self._connection.execute(statement("highest_numbers")).fetchone(), strict=True))
        self._cascade = Cascade(self._connection, self._owner, self._touched)
        self._cascade.apply(changes)
        self._retire("fact", changes.retired_facts)
        self._retire("memory", changes.retired_memories)
        for add in self._adders():
            add()
        self._recounted()
        self._cascade.sweep()
        self._log(version + 1)
        written_ = {kind: number for kind, number in self._written.items() if number}
        return Receipt(version=version + 1, written=written_, removed=self._cascade.removed)

    def _adders(self) -> Iterable[Callable[[], None]]:
        return (
            self._add_episodes,
            self._add_entities,
            self._add_memories,
            self._add_sentences,
            self._add_facts,
            self._add_supports,
            self._add_mentions,
            self._add_revisions,
        )

    def _rows(self, name: str, **values: Any) -> list[Any]:
        bound = {key: json.dumps(value) if isinstance(value, list) else value for key, value in values.items()}
        return self._connection.execute(statement(name), {"owner": self._owner, **bound}).fetchall()

    def _many(self, name: str, rows: Sequence[Parameters]) -> int:
        if not rows:
            return 0
        return self._connection.executemany(statement(name), rows).rowcount

    def _new(self, kind: str) -> int:
        self._next[kind] += 1
        return self._next[kind]

    def _there(self, kind: str, ids: Iterable[str]) -> dict[str, Any]:
        """The rows with these ids that are in the file already. Raises InvalidScope for another owner's."""
        plural = {"episode": "episodes", "entity": "entities", "memory": "memories", "fact": "facts"}[kind]
        rows = self._rows(f"{plural}_there", ids=sorted(set(ids)))
        if any(row[2] != self._owner for row in rows):
            raise InvalidScope(f"An id of this ChangeSet is the id of another owner's {kind}: make a new one.")
        return {row[0]: row for row in rows}

    def _owned(self, scope: Scope) -> dict[str, str | None]:
        if scope.owner != self._changes.owner:
            raise InvalidScope(f"A row of {scope.owner!r} is in a ChangeSet of {self._changes.owner!r}.")
        return scope_values(scope)

    def _number(self, kind: str, known: dict[str, int], wanted: str) -> int:
        """The number of a row that others refer to. Raises Conflict when it is not (or no longer) there."""
        if wanted not in known:
            raise Conflict(f"The {kind} {wanted!r} that this write refers to is not there: read again and repeat.")
        return known[wanted]

    def _learn(self, kind: str, known: dict[str, int], wanted: Iterable[str]) -> None:
        missing = set(wanted) - known.keys()
        if missing:
            known.update({id_: row[1] for id_, row in self._there(kind, missing).items()})

    def _vectors(self, name: str, numbers: Mapping[str, int]) -> None:
        rows = [{"number": number, "vector": self._blobs[id_]} for id_, number in numbers.items() if id_ in self._blobs]
        self._many(name, rows)

    def _retire(self, kind: str, retirements: Sequence[Retirement]) -> None:
        if not retirements:
            return
        there = self._there(kind, (one.id for one in retirements))
        rows: list[Parameters] = [
            {
                "id": one.id,
                "at": written(one.at),
                "valid_to": maybe_written(one.valid_to),
                "superseded_by": one.superseded_by,
                "owner": self._owner,
            }
            for one in retirements
            if one.id in there
        ]
        self._many(f"retire_{kind}", rows)
        self._touched[kind].update(row[1] for row in there.values())

    def _add_episodes(self) -> None:
        episodes = self._changes.episodes
        self._learn("episode", self._episodes, (one.id for one in episodes))
        rows: list[Parameters] = []
        for one in episodes:
            values = self._owned(one.scope)
            if one.id not in self._episodes:
                self._episodes[one.id] = number = self._new("episode")
                messages = as_json([message.model_dump() for message in one.messages])
                rows.append(
                    {
                        "number": number,
                        "id": one.id,
                        "owner": self._owner,
                        **values,
                        "messages": messages,
                        "occurred_at": written(one.occurred_at),
                        "recorded_at": written(one.recorded_at),
                    }
                )
        self._written["episodes"] = self._many("add_episode", rows)

    def _add_entities(self) -> None:
        entities = self._changes.entities
        there = self._there("entity", (one.id for one in entities))
        by_key = dict(self._rows("entities_with_keys", keys=sorted({one.key for one in entities})))
        new: dict[str, int] = {}
        rows: list[Parameters] = []
        for one in entities:
            if one.owner != self._changes.owner:
                raise InvalidScope(f"An entity of {one.owner!r} is in a ChangeSet of {self._changes.owner!r}.")
            number = there[one.id][1] if one.id in there else by_key.get(one.key)
            if number is None:
                number = new[one.id] = by_key[one.key] = self._new("entity")
                rows.append(
                    {
                        "number": number,
                        "id": one.id,
                        "owner": self._owner,
                        "key": one.key,
                        "name": one.name,
                        "type": one.type,
                    }
                )
            self._entities[one.id] = number
        self._written["entities"] = self._many("add_entity", rows)
        self._vectors("put_entity_vector", self._entities)
        for one in entities:
            self._add_aliases(self._entities[one.id], one.aliases, new=one.id in new)
        self._touched["entity"].update(self._entities.values())

    def _add_aliases(self, number: int, aliases: Sequence[str], *, new: bool) -> None:
        if not aliases:
            return
        known = [] if new else [alias for (alias,) in self._rows("aliases_of", number=number)]
        fresh = [alias for alias in dict.fromkeys(aliases) if alias not in known]
        rows: list[Parameters] = [
            {
                "number": number,
                "position": len(known) + i,
                "owner": self._owner,
                "key": entity_key(alias),
                "alias": alias,
            }
            for i, alias in enumerate(fresh)
        ]
        self._many("add_alias", rows)

    def _add_memories(self) -> None:
        memories = self._changes.memories
        there = self._there("memory", (one.id for one in memories))
        self._learn("episode", self._episodes, (one.episode_id for one in memories))
        self._learn("entity", self._entities, (one.about_id for one in memories if one.about_id))
        fields: list[Parameters] = []
        words: list[Parameters] = []
        rows: list[Parameters] = []
        for one in memories:
            before = there.get(one.id)
            number = before[1] if before else self._memories.get(one.id) or self._new("memory")
            self._memories[one.id] = number
            spoken = words_of(one.text)
            rows.append(self._memory_row(one, number, len(spoken)))
            fields += [{"owner": self._owner, "number": number, **field} for field in fields_of(one)]
            if before is None or before[3] != one.text:
                words.append({"number": number, "words": marked(self._owner, spoken)})
            if before is not None:
                self._replaced(before)
        self._written["memories"] = self._many("put_memory", rows)
        self._many("drop_fields", [{"number": self._memories[one.id]} for one in memories if one.id in there])
        self._many("add_field", fields)
        self._many("drop_words", [{"number": row["number"]} for row in words])
        self._many("add_words", words)
        self._vectors("put_memory_vector", self._memories)
        self._touched["memory"].update(self._memories.values())

    def _replaced(self, before: Sequence[Any]) -> None:
        """A memory written again may let go of its subject and episode, and its expiry is that of its facts too."""
        _, number, _, _, about, episode = before
        self._cascade.loosen_episodes((episode,))
        if about is not None:
            self._cascade.loosen_entities((about,))
        self._recount.update(fact for (fact,) in self._rows("facts_supported_by", numbers=[number]))

    def _memory_row(self, one: MemoryRecord, number: int, word_count: int) -> Parameters:
        return {
            "number": number,
            "id": one.id,
            "owner": self._owner,
            **self._owned(one.scope),
            "episode": self._number("episode", self._episodes, one.episode_id),
            "position": one.position,
            "text": one.text,
            "text_hash": one.hash,
            "memory_type": str(one.memory_type),
            "role": one.role,
            "actor_id": one.actor_id,
            "about": self._number("entity", self._entities, one.about_id) if one.about_id else None,
            "metadata": as_json(one.metadata),
            "categories": as_json(list(one.categories)),
            "created_at": written(one.created_at),
            "updated_at": written(one.updated_at),
            "valid_from": written(one.valid_from),
            "valid_to": maybe_written(one.valid_to),
            "retired_at": maybe_written(one.retired_at),
            "superseded_by": one.superseded_by,
            "expires_at": maybe_written(one.expires_at),
            "word_count": word_count,
        }

    def _add_sentences(self) -> None:
        sentences = self._changes.sentences
        self._learn("memory", self._memories, (one.memory_id for one in sentences))
        owners = sorted({self._number("memory", self._memories, one.memory_id) for one in sentences})
        there = {
            (memory, position): number for memory, position, number in self._rows("sentences_there", numbers=owners)
        }
        numbers: dict[str, int] = {}
        rows: list[Parameters] = []
        for one in sentences:
            place = (self._memories[one.memory_id], one.position)
            numbers[one.id] = there[place] = there.get(place) or self._new("sentence")
            rows.append(
                {
                    "number": numbers[one.id],
                    "memory": place[0],
                    "position": one.position,
                    "span_start": one.span_start,
                    "span_end": one.span_end,
                    "text": one.text,
                }
            )
        self._written["sentences"] = self._many("put_sentence", rows)
        self._vectors("put_sentence_vector", numbers)

    def _add_facts(self) -> None:
        facts = self._changes.facts
        there = self._there("fact", (one.id for one in facts))
        self._learn("entity", self._entities, (end for one in facts for end in (one.subject_id, one.object_id)))
        self._facts.update({id_: row[1] for id_, row in there.items()})
        added: dict[str, int] = {}
        for one in facts:
            if one.id not in self._facts:
                self._add_fact(one, added)
        self._written["facts"] = len(added)
        self._vectors("put_fact_vector", added)
        self._touched["fact"].update(added.values())
        self._recount.update(added.values())

    def _add_fact(self, one: Fact, added: dict[str, int]) -> None:
        """Add a fact, or let the one that says the same already stand for it."""
        values = self._fact_row(one)
        ends = one.valid_to is not None and one.valid_to <= one.recorded_at
        if one.retired_at is None and not ends:
            now = {**values, "now": written(one.recorded_at), "number": 0}
            twin = self._connection.execute(statement("current_twin"), now).fetchone()
            if twin is not None:
                self._facts[one.id] = twin[1]
                redirected = {"kept": twin[0], "gone": one.id, "owner": self._owner}
                self._connection.execute(statement("redirect_successor"), redirected)
                self._recount.add(twin[1])
                return
        number = self._new("fact")
        self._facts[one.id] = added[one.id] = number
        self._connection.execute(statement("add_fact"), {**values, "number": number})

    def _fact_row(self, one: Fact) -> Parameters:
        return {
            "id": one.id,
            "owner": self._owner,
            **self._owned(one.scope),
            "subject": self._number("entity", self._entities, one.subject_id),
            "predicate": one.predicate,
            "object": self._number("entity", self._entities, one.object_id),
            "text": one.text,
            "negated": int(one.negated),
            "modality": one.modality,
            "confidence": one.confidence,
            "valid_from": maybe_written(one.valid_from),
            "valid_to": maybe_written(one.valid_to),
            "recorded_at": written(one.recorded_at),
            "retired_at": maybe_written(one.retired_at),
            "superseded_by": one.superseded_by,
        }

    def _add_supports(self) -> None:
        supports = self._changes.supports
        self._learn("memory", self._memories, (one.memory_id for one in supports))
        self._learn("fact", self._facts, (one.fact_id for one in supports))
        rows: list[Parameters] = [
            {
                "memory": self._number("memory", self._memories, one.memory_id),
                "fact": self._number("fact", self._facts, one.fact_id),
                "sentence": one.sentence,
                "span_start": one.span_start,
                "span_end": one.span_end,
            }
            for one in supports
        ]
        self._written["supports"] = self._many("add_support", rows)
        self._recount.update(row["fact"] for row in rows)

    def _add_mentions(self) -> None:
        mentions = self._changes.mentions
        self._learn("memory", self._memories, (one.memory_id for one in mentions))
        self._learn("entity", self._entities, (one.entity_id for one in mentions))
        rows: list[Parameters] = [
            {
                "memory": self._number("memory", self._memories, one.memory_id),
                "entity": self._number("entity", self._entities, one.entity_id),
                "sentence": one.sentence,
                "span_start": one.span_start,
                "span_end": one.span_end,
            }
            for one in mentions
        ]
        self._written["mentions"] = self._many("add_mention", rows)

    def _add_revisions(self) -> None:
        rows: list[Parameters] = [
            {
                "id": one.id,
                "owner": self._owner,
                **self._owned(one.scope),
                "memory_id": one.memory_id,
                "event": one.event,
                "old_text": one.old_text,
                "new_text": one.new_text,
                "actor_id": one.actor_id,
                "reason": one.reason,
                "at": written(one.at),
            }
            for one in self._changes.revisions
        ]
        self._written["revisions"] = self._many("add_revision", rows)

    def _recounted(self) -> None:
        """Bring support counts and expiry of the facts concerned up to date."""
        self._many("recount_fact", [{"number": number} for number in sorted(self._recount)])
        self._touched["fact"].update(self._recount)

    def _log(self, version: int) -> None:
        self._connection.execute(statement("bump_version"), {"owner": self._owner, "version": version})
        rows: list[Parameters] = [
            {"owner": self._owner, "kind": kind, "version": version, "number": number}
            for kind, numbers in self._touched.items()
            for number in sorted(numbers)
        ]
        self._many("log_change", rows)
        if version % KEPT_VERSIONS == 0 and version > KEPT_VERSIONS:
            old = {"owner": self._owner, "version": version - KEPT_VERSIONS}
            self._connection.execute(statement("prune_log"), old)
            self._connection.execute(statement("set_log_since"), old)
