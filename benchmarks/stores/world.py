"""A made-up world of any size, the same for the same seed: people who do things in towns, as ChangeSets and as texts.

Vectors lie in clusters, as those of real texts do: an approximate index that is right on uniform noise may be wrong on them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graphmem.domain.change import ChangeSet
from graphmem.domain.episode import Episode, Message
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.identity import entity_id, entity_key
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.scope import Scope

DIMENSION = 384
START = datetime(2026, 1, 1, tzinfo=UTC)
VERBS = ("visited", "repaired", "sold", "painted", "described", "measured", "borrowed", "lost", "found", "copied")
THINGS = ("oboe", "clock", "boat", "letter", "map", "lamp", "kettle", "violin", "ledger", "bridge", "mill", "garden")
PREDICATES = tuple(f"{verb}_with" for verb in VERBS)


@dataclass(frozen=True, slots=True)
class Happening:
    """One memory to be: its words, who is in it, what it resembles."""

    text: str
    subject: str
    object: str
    place: str
    predicate: str
    vector: NDArray[np.float32]


class World:
    """Happenings of one owner. A new person for every fifth of them, a new town for every fiftieth; the first ones are met
    most often, as in life."""

    def __init__(self, size: int, seed: int = 0) -> None:
        self.size = size
        self._rng = np.random.default_rng(seed)
        self._centres = self._unit(self._rng.normal(size=(max(8, size // 200), DIMENSION)))

    @staticmethod
    def _unit(rows: NDArray[np.float64]) -> NDArray[np.float32]:
        return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), dtype=np.float32)

    def vectors(self, count: int) -> NDArray[np.float32]:
        """float32 [count, 384] of unit length, drawn from the world's clusters: the next ones."""
        centres = self._centres[self._rng.integers(len(self._centres), size=count)]
        return self._unit(centres + self._rng.normal(scale=0.7 / np.sqrt(DIMENSION), size=centres.shape))

    def _one_of(self, count: int) -> int:
        """Small numbers often, large ones seldom."""
        return int(count * self._rng.random() ** 2)

    def happenings(self, count: int) -> Iterator[Happening]:
        """The next so many."""
        people, towns = max(10, self.size // 5), max(5, self.size // 50)
        for vector in self.vectors(count):
            one, other = f"Person{self._one_of(people)} Smith", f"Person{self._one_of(people)} Smith"
            town, verb = f"Town{self._one_of(towns)}", int(self._rng.integers(len(VERBS)))
            thing = THINGS[int(self._rng.integers(len(THINGS)))]
            text = f"{one} {VERBS[verb]} the old {thing} with {other} in {town} on day {int(self._rng.integers(1000))}."
            yield Happening(text, one, other, town, PREDICATES[verb], vector)


def changes_of(scope: Scope, happenings: list[Happening], first: int) -> ChangeSet:
    """One write that remembers them; `first` numbers the ids, so that the same world is the same in every store."""
    write = _Write(scope, first)
    for number, one in enumerate(happenings, first):
        write.take(number, one)
    return write.changes()


class _Write:
    """The rows of one write."""

    def __init__(self, scope: Scope, first: int) -> None:
        self._scope, self._first = scope, first
        self._tag = scope.owner.replace(":", "_")
        self._moment = START + timedelta(seconds=first)
        self._entities: dict[str, Entity] = {}
        self._rows: dict[str, list[Any]] = {}
        self._vectors: dict[str, NDArray[np.float32]] = {}
        self._episode = Episode(
            id=f"epi_{self._tag}_{first:08}",
            scope=scope,
            messages=(Message(content="…"),),
            occurred_at=self._moment,
            recorded_at=self._moment,
        )

    def _add(self, kind: str, *rows: Any) -> None:
        self._rows.setdefault(kind, []).extend(rows)

    def take(self, number: int, one: Happening) -> None:
        """One happening as memory number so-and-so."""
        names = (one.subject, one.object, one.place)
        ends = [_entity(self._scope.owner, name, self._entities) for name in names]
        memory, fact = f"mem_{self._tag}_{number:08}", f"fact_{self._tag}_{number:08}"
        span: dict[str, Any] = {"sentence": 0, "span_start": 0, "span_end": len(one.text)}
        sentence = Sentence(memory_id=memory, position=0, span_start=0, span_end=len(one.text), text=one.text)
        self._add("memories", self._memory(memory, number, one, ends[0]))
        self._add("sentences", sentence)
        self._add("facts", self._fact(fact, one, ends))
        self._add("supports", Support(memory_id=memory, fact_id=fact, **span))
        for name, end in zip(names, ends, strict=True):
            start = one.text.index(name)
            place = {"sentence": 0, "span_start": start, "span_end": start + len(name)}
            self._add("mentions", Mention(memory_id=memory, entity_id=end, **place))
        self._add(
            "revisions",
            Revision(
                id=f"rev_{memory}",
                memory_id=memory,
                scope=self._scope,
                event="ADD",
                new_text=one.text,
                at=self._moment,
            ),
        )
        self._vectors |= dict.fromkeys((memory, fact, sentence.id), one.vector)

    def _memory(self, id_: str, number: int, one: Happening, about: str) -> MemoryRecord:
        return MemoryRecord(
            id=id_,
            scope=self._scope,
            text=one.text,
            episode_id=self._episode.id,
            position=number - self._first,
            about_id=about,
            created_at=self._moment,
            updated_at=self._moment,
            valid_from=self._moment,
        )

    def _fact(self, id_: str, one: Happening, ends: list[str]) -> Fact:
        return Fact(
            id=id_,
            scope=self._scope,
            subject_id=ends[0],
            subject=one.subject,
            predicate=one.predicate,
            object_id=ends[1],
            object=one.object,
            text=one.text,
            recorded_at=self._moment,
        )

    def changes(self) -> ChangeSet:
        """All of it as one value."""
        vectors = self._vectors | {end: _noise(end) for end in self._entities}
        rows: dict[str, Any] = {kind: tuple(some) for kind, some in self._rows.items()}
        entities = tuple(self._entities.values())
        return ChangeSet(owner=self._scope.owner, episodes=(self._episode,), entities=entities, vectors=vectors, **rows)


def _entity(owner: str, name: str, known: dict[str, Entity]) -> str:
    key = entity_key(name)
    id_ = entity_id(owner, key)
    known.setdefault(id_, Entity(id=id_, owner=owner, key=key, name=name))
    return id_


def _noise(text: str) -> NDArray[np.float32]:
    """A direction of its own for every text."""
    seed = int.from_bytes(text.encode()[-8:], "big")
    return World._unit(np.random.default_rng(seed).normal(size=DIMENSION))


class WorldEmbedder:
    """Stands in for a model whose time is not to be measured: every text has a direction of its own."""

    name, dimension = "made-up", DIMENSION

    def embed(self, texts: list[str]) -> NDArray[np.float32]:
        """float32 [n, 384], unit length."""
        return np.stack([_noise(text) for text in texts]) if texts else np.zeros((0, DIMENSION), dtype=np.float32)
