"""Writes a ChangeSet into an open transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from graphmem.domain.change import ChangeSet, Receipt, Redating, Retirement
from graphmem.domain.fact import Fact
from graphmem.domain.identity import entity_key
from graphmem.domain.memory import MemoryRecord
from graphmem.domain.scope import Scope
from graphmem.errors import Conflict, InvalidScope, InvalidText
from graphmem.stores.sqlite import ingesting
from graphmem.stores.sqlite.cascade import Cascade
from graphmem.stores.sqlite.fields import fields_of
from graphmem.stores.sqlite.joining import stand_again
from graphmem.stores.sqlite.parameters import (
    Parameters,
    entity_values,
    episode_values,
    fact_values,
    memory_values,
    redating_values,
    retirement_values,
    revision_values,
    same_values,
    sentence_values,
    span_values,
    support_values,
)
from graphmem.stores.sqlite.rows import as_list, written
from graphmem.stores.sqlite.statements import statement
from graphmem.stores.words import marked, words_of

KEPT_VERSIONS = 256
"""So many commits back, a copy in memory can catch up from the change log."""
_THERE = {"episode": "episodes_there", "entity": "entities_there", "memory": "memories_there", "fact": "facts_there"}


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
        self._known: dict[str, dict[str, int]] = {kind: {} for kind in _THERE}
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
        if changes.reopened:
            self._cascade.reopen(changes.reopened)
        self._redate(changes.redated_facts)
        for kind, add in self._adders():
            self._written[kind] = add()
        self._recounted()
        self._cascade.sweep()
        self._log(version + 1)
        done = {kind: number for kind, number in self._written.items() if number}
        return Receipt(version=version + 1, written=done, removed=self._cascade.removed)

    def _adders(self) -> Iterable[tuple[str, Callable[[], int]]]:
        return (
            ("episodes", self._add_episodes),
            ("entities", self._add_entities),
            ("same", self._add_same),
            ("memories", self._add_memories),
            ("sentences", self._add_sentences),
            ("facts", self._add_facts),
            ("supports", self._add_supports),
            ("mentions", self._add_mentions),
            ("revisions", self._add_revisions),
            ("ingests", self._add_ingests),
        )

    def _rows(self, name: str, **values: Any) -> list[Any]:
        bound = {key: as_list(value) if isinstance(value, list) else value for key, value in values.items()}
        return self._connection.execute(statement(name), {"owner": self._owner, **bound}).fetchall()

    def _many(self, name: str, rows: Sequence[Parameters]) -> int:
        """Run a statement for each row; how many it wrote."""
        for row in rows:
            row["owner"] = self._owner
        return self._connection.executemany(statement(name), rows).rowcount if rows else 0

    def _new(self, kind: str) -> int:
        self._next[kind] += 1
        return self._next[kind]

    def _there(self, kind: str, ids: Iterable[str]) -> dict[str, Any]:
        """The rows with these ids that are in the file already. Raises InvalidScope for another owner's."""
        wanted = sorted(set(ids))
        if any("\0" in id_ for id_ in wanted):
            raise InvalidText(f"The id of a {kind} holds NUL.")
        rows = self._rows(_THERE[kind], ids=wanted)
        if any(row[2] != self._owner for row in rows):
            raise InvalidScope(f"An id of this ChangeSet is the id of another owner's {kind}: make a new one.")
        return {row[0]: row for row in rows}

    def _check_owner(self, scope: Scope) -> None:
        if scope.owner != self._changes.owner:
            raise InvalidScope(f"A row of {scope.owner!r} is in a ChangeSet of {self._changes.owner!r}.")

    def _learn(self, kind: str, wanted: Iterable[str]) -> None:
        """Find the numbers of rows that others refer to."""
        missing = set(wanted) - self._known[kind].keys()
        if missing:
            self._known[kind].update({id_: row[1] for id_, row in self._there(kind, missing).items()})

    def _number(self, kind: str, wanted: str) -> int:
        """The number of a row that was learnt. Raises Conflict when it is not (or no longer) there."""
        if wanted not in self._known[kind]:
            raise Conflict(f"The {kind} {wanted!r} that this write refers to is not there: read again and repeat.")
        return self._known[kind][wanted]

    def _vectors(self, name: str, numbers: Mapping[str, int]) -> None:
        blobs = self._blobs
        self._many(name, [{"number": number, "vector": blobs[id_]} for id_, number in numbers.items() if id_ in blobs])

    def _retire(self, kind: str, retirements: Sequence[Retirement]) -> None:
        if retirements:
            self._many(f"retire_{kind}", [retirement_values(one) for one in retirements])
            self._touch(kind, [one.id for one in retirements])

    def _redate(self, redatings: Sequence[Redating]) -> None:
        if redatings:
            # Those that end come first: a statement stands once.
            ordered = sorted(redatings, key=lambda one: one.retired_at is None and one.valid_to is None)
            self._many("redate_fact", [redating_values(one) for one in ordered])
            self._touch("fact", [one.id for one in redatings])

    def _touch(self, kind: str, ids: Sequence[str]) -> None:
        rows = self._rows(_THERE[kind], ids=list(ids))
        self._touched[kind].update(row[1] for row in rows if row[2] == self._owner)

    def _add_episodes(self) -> int:
        episodes = self._changes.episodes
        self._learn("episode", (one.id for one in episodes))
        rows: list[Parameters] = []
        for one in episodes:
            self._check_owner(one.scope)
            if one.id not in self._known["episode"]:
                number = self._known["episode"][one.id] = self._new("episode")
                rows.append({"number": number, **episode_values(one)})
        return self._many("add_episode", rows)

    def _add_entities(self) -> int:
        entities = self._changes.entities
        there = self._there("entity", (one.id for one in entities))
        by_key = dict(self._rows("entities_with_keys", keys=sorted({one.key for one in entities})))
        new: set[str] = set()
        rows: list[Parameters] = []
        for one in entities:
            if one.owner != self._changes.owner:
                raise InvalidScope(f"An entity of {one.owner!r} is in a ChangeSet of {self._changes.owner!r}.")
            number = there[one.id][1] if one.id in there else by_key.get(one.key)
            if number is None:
                number = by_key[one.key] = self._new("entity")
                new.add(one.id)
                rows.append({"number": number, **entity_values(one)})
            self._known["entity"][one.id] = number
        count = self._many("add_entity", rows)
        self._vectors("put_entity_vector", self._known["entity"])
        for one in entities:
            self._add_aliases(self._known["entity"][one.id], one.aliases, new=one.id in new)
        self._touched["entity"].update(self._known["entity"].values())
        return count

    def _add_aliases(self, number: int, aliases: Sequence[str], *, new: bool) -> None:
        if not aliases:
            return
        known = [] if new else [alias for (alias,) in self._rows("aliases_of", number=number)]
        fresh = [alias for alias in dict.fromkeys(aliases) if alias not in known]
        rows: list[Parameters] = [
            {"number": number, "position": len(known) + i, "key": entity_key(alias), "alias": alias}
            for i, alias in enumerate(fresh)
        ]
        self._many("add_alias", rows)

    def _add_same(self) -> int:
        """Write what is said of pairs of entities, and let the joined ones stand for each other from here on."""
        same = self._changes.same
        if any(one.owner != self._changes.owner for one in same):
            raise InvalidScope(f"A pair of another owner is in a ChangeSet of {self._changes.owner!r}.")
        self._learn("entity", (end for one in same for end in (one.source_id, one.target_id)))
        before = dict(self._rows("same_there", ids=[one.id for one in same])) if same else {}
        rows: list[Parameters] = [
            {
                "source": self._number("entity", one.source_id),
                "target": self._number("entity", one.target_id),
                **same_values(one),
            }
            for one in same
        ]
        count = self._many("put_same", rows)
        joined = [row for row in rows if "same" in (row["status"], before.get(row["id"]))]
        if joined:
            stand_again(self._connection, {row[end] for row in joined for end in ("source", "target")}, self._touched)
        return count

    def _standing(self, numbers: Iterable[int]) -> dict[int, int]:
        """By entity, who stands for it, where another does."""
        return dict(self._rows("stood_for", numbers=sorted(set(numbers))))

    def _add_memories(self) -> int:
        memories = self._changes.memories
        there = self._there("memory", (one.id for one in memories))
        self._learn("episode", (one.episode_id for one in memories))
        self._learn("entity", (one.said for one in memories if one.said))
        stands = self._standing(self._number("entity", one.said) for one in memories if one.said)
        numbers = self._known["memory"]
        rows: list[Parameters] = []
        words: list[Parameters] = []
        for one in memories:
            self._check_owner(one.scope)
            before = there.get(one.id)
            number = numbers[one.id] = before[1] if before else numbers.get(one.id) or self._new("memory")
            spoken = words_of(f"{one.actor_id}: {one.text}" if one.actor_id else one.text)
            rows.append(self._memory_row(one, number, stands) | {"word_count": len(spoken)})
            if before is None or before[3] != one.text:
                words.append({"number": number, "words": marked(self._owner, spoken)})
            if before is not None:
                self._replaced(before)
        count = self._many("put_memory", rows)
        self._many("drop_fields", [{"number": numbers[one.id]} for one in memories if one.id in there])
        self._many("add_field", [{"number": numbers[one.id], **field} for one in memories for field in fields_of(one)])
        self._many("drop_words", [{"number": row["number"]} for row in words])
        self._many("add_words", words)
        self._vectors("put_memory_vector", numbers)
        self._touched["memory"].update(numbers.values())
        return count

    def _memory_row(self, one: MemoryRecord, number: int, stands: Mapping[int, int]) -> Parameters:
        about = self._number("entity", one.said) if one.said else None
        said = about if about in stands else None
        ends = {"number": number, "episode": self._number("episode", one.episode_id), "about_said": said}
        ends["about"] = about if about is None else stands.get(about, about)
        return memory_values(one) | ends

    def _replaced(self, before: Sequence[Any]) -> None:
        """A memory written again may let go of its subject and episode, and its expiry is that of its facts too."""
        _, number, _, _, about, episode = before
        self._cascade.loosen_episodes((episode,))
        if about is not None:
            self._cascade.loosen_entities((about,))
        self._recount.update(fact for (fact,) in self._rows("facts_supported_by", numbers=[number]))

    def _add_sentences(self) -> int:
        sentences = self._changes.sentences
        self._learn("memory", (one.memory_id for one in sentences))
        owners = sorted({self._number("memory", one.memory_id) for one in sentences})
        there = {row[:2]: row[2] for row in self._rows("sentences_there", numbers=owners)}
        numbers: dict[str, int] = {}
        rows: list[Parameters] = []
        for one in sentences:
            place = (self._number("memory", one.memory_id), one.position)
            numbers[one.id] = there[place] = there.get(place) or self._new("sentence")
            rows.append({"number": numbers[one.id], "memory": place[0], **sentence_values(one)})
        count = self._many("put_sentence", rows)
        self._vectors("put_sentence_vector", numbers)
        return count

    def _add_facts(self) -> int:
        facts = self._changes.facts
        self._learn("fact", (one.id for one in facts))
        self._learn("entity", (end for one in facts for end in one.said))
        stands = self._standing(self._number("entity", end) for one in facts for end in one.said)
        added: dict[str, int] = {}
        for one in facts:
            self._check_owner(one.scope)
            if one.id not in self._known["fact"]:
                self._add_fact(one, added, stands)
        self._vectors("put_fact_vector", added)
        self._touched["fact"].update(added.values())
        self._recount.update(added.values())
        return len(added)

    def _add_fact(self, one: Fact, added: dict[str, int], stands: Mapping[int, int]) -> None:
        """Add a fact, or let the one that says the same already stand for it."""
        values: Parameters = fact_values(one) | {"owner": self._owner}
        for end, id_ in zip(("subject", "object"), one.said, strict=True):
            number = self._number("entity", id_)
            values |= {end: stands.get(number, number), f"{end}_said": number if number in stands else None}
        ended = one.valid_to is not None and one.valid_to <= one.recorded_at
        if one.retired_at is None and not ended:
            now = {**values, "now": written(one.recorded_at), "number": 0}
            twin = self._connection.execute(statement("current_twin"), now).fetchone()
            if twin is not None:
                self._known["fact"][one.id] = twin[1]
                self._many("redirect_successor", [{"kept": twin[0], "gone": one.id}])
                self._recount.add(twin[1])
                return
        number = self._known["fact"][one.id] = added[one.id] = self._new("fact")
        self._connection.execute(statement("add_fact"), {**values, "number": number})

    def _add_supports(self) -> int:
        supports = self._changes.supports
        self._learn("memory", (one.memory_id for one in supports))
        self._learn("fact", (one.fact_id for one in supports))
        rows: list[Parameters] = [
            {
                "memory": self._number("memory", one.memory_id),
                "fact": self._number("fact", one.fact_id),
                **support_values(one),
            }
            for one in supports
        ]
        self._recount.update(row["fact"] for row in rows)
        return self._many("add_support", rows)

    def _add_mentions(self) -> int:
        mentions = self._changes.mentions
        self._learn("memory", (one.memory_id for one in mentions))
        self._learn("entity", (one.entity_id for one in mentions))
        named = {one.entity_id: self._number("entity", one.entity_id) for one in mentions}
        stands = self._standing(named.values())
        rows: list[Parameters] = [
            {
                "memory": self._number("memory", one.memory_id),
                "entity": stands.get(named[one.entity_id], named[one.entity_id]),
                "said": named[one.entity_id],
                **span_values(one),
            }
            for one in mentions
        ]
        return self._many("add_mention", rows)

    def _add_revisions(self) -> int:
        for one in self._changes.revisions:
            self._check_owner(one.scope)
        return self._many("add_revision", [revision_values(one) for one in self._changes.revisions])

    def _add_ingests(self) -> int:
        ingests = self._changes.ingests
        for one in ingests:
            self._check_owner(one.scope)
        self._learn("memory", (memory for one in ingests for memory in one.memory_ids))
        return ingesting.put(self._connection, self._owner, ingests, self._known["memory"])

    def _recounted(self) -> None:
        """Bring support counts and expiry of the facts concerned up to date."""
        self._many("recount_fact", [{"number": number} for number in sorted(self._recount)])
        self._touched["fact"].update(self._recount)

    def _log(self, version: int) -> None:
        self._many("bump_version", [{"version": version}])
        rows: list[Parameters] = [
            {"kind": kind, "version": version, "number": number}
            for kind, numbers in self._touched.items()
            for number in sorted(numbers)
        ]
        self._many("log_change", rows)
        if version % KEPT_VERSIONS == 0 and version > KEPT_VERSIONS:
            self._many("prune_log", [{"version": version - KEPT_VERSIONS}])
            self._many("set_log_since", [{"version": version - KEPT_VERSIONS}])
