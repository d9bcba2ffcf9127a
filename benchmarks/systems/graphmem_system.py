"""graphmem, through nothing but its public `Memory`: what a caller gets is what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from inspect import signature
from itertools import groupby
from typing import Any

from benchmarks.datasets import Passage
from benchmarks.errors import BenchmarkError
from benchmarks.journal import Journal
from benchmarks.systems import Progress, Search, Setup
from benchmarks.work import FINISHED
from graphmem import Memory, Settings
from graphmem.domain.results import AddResult

HOPS: int = signature(Memory.search).parameters["hops"].default
"""Those of a search that does not say."""
BATCH = 64
"""Passages in one transaction."""
PLACE = {"url", "neo4j_username", "neo4j_password", "neo4j_database"}
"""Settings that say where the store is and not how it answers."""


class Graphmem:
    """A store in a file of its own, taken in with `add_many` and asked with `search`.

    A corpus of passages is one user's memory; each conversation is a user of its own, each session a run and one
    `add`, each turn a message with its speaker's name. One store answers twice: as it comes, and with `hops=0` to show
    what the hops bring. Which memory came from which passage is written down after each transaction, so that a build
    that was interrupted goes on from there.
    """

    name = "graphmem"

    def __init__(self, setup: Setup) -> None:
        self.configuration = self._configured(setup)
        self.setup = setup
        self._memories: list[Memory] = []
        self._taken = Journal(setup.folder / "memories.jsonl")
        self._passages_of: dict[str, list[str]] = {}
        self._in_pieces = False
        for passage, *memories in self._taken.rows:
            self._note(passage, memories)

    def _configured(self, setup: Setup) -> Settings:
        return Settings.of(url=f"sqlite:///{setup.folder / 'store.db'}")

    def opened(self, configuration: Settings, passages: Sequence[Passage] = ()) -> Memory:
        """The store under these settings, closed with the system; `passages` are those that will be added."""
        extractor = self.setup.extraction.extractor(passages)
        self._memories.append(Memory(configuration, embedder=self.setup.embedder, extractor=extractor))
        return self._memories[-1]

    @property
    def settings(self) -> Mapping[str, Any]:
        """graphmem's own settings but the place of its store."""
        return {
            **self.configuration.model_dump(mode="json", exclude=PLACE),
            "hops": HOPS,
            **self.setup.extraction.settings,
        }

    @property
    def searches(self) -> Mapping[str, Search]:
        """Two rows from one store."""
        return {
            self.name: lambda question, scope, k: self.search(self._memories[0], question, scope, k, HOPS),
            f"{self.name} hops=0": lambda question, scope, k: self.search(self._memories[0], question, scope, k, 0),
        }

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Add what is not there yet in order, a session or a batch of a corpus at a time."""
        memory = self.opened(self.configuration, passages)
        self.check_place(memory, resumed=bool(self._passages_of))
        there = {passage for passage, *_ in self._taken.rows}
        done = len(there)
        left = [passage for passage in passages if passage.id not in there]
        for (scope, session), group in groupby(left, key=lambda passage: (passage.scope, passage.session)):
            members = list(group)
            step = BATCH if session is None else len(members)
            for first in range(0, len(members), step):
                batch = members[first : first + step]
                self._add_texts(memory, scope, batch) if session is None else self._add_session(memory, batch)
                done += len(batch)
                on_progress(done)

    def check_place(self, memory: Memory, resumed: bool) -> None:
        """A file of our own needs none; raises BenchmarkError where the place cannot be used."""

    def _add_texts(self, memory: Memory, scope: str, members: Sequence[Passage]) -> None:
        items = [{"messages": passage.text, "metadata": {"passage": passage.id}} for passage in members]
        results = memory.add_many(items, user_id=scope, batch_size=BATCH, infer=self._infer)
        self._remember([(passage, result) for passage, result in zip(members, results, strict=True)])

    def _add_session(self, memory: Memory, members: Sequence[Passage]) -> None:
        first = members[0]
        result = memory.add(
            [_message(turn) for turn in members],
            user_id=first.scope,
            run_id=first.session,
            occurred_at=first.occurred_at,
            metadata={"session": first.session},
            infer=self._infer,
        )
        owners = turn_of_each(members, [added.memory for added in result])
        pairs = list(zip(owners, result, strict=True))
        rows = [[turn.id, *(added.id for owner, added in pairs if owner is turn)] for turn in members]
        self._keep(rows)

    @property
    def _infer(self) -> bool:
        return self.setup.extraction.kind != "none"

    def _remember(self, added: Sequence[tuple[Passage, AddResult]]) -> None:
        self._keep([[passage.id, *(one.id for one in result)] for passage, result in added])

    def _keep(self, rows: Sequence[list[str]]) -> None:
        self._taken.add(rows)
        for passage, *memories in rows:
            self._note(passage, memories)

    def _note(self, passage: str, memories: Sequence[str]) -> None:
        """Which passage each memory came from; equal words are one memory of several passages."""
        self._in_pieces |= len(memories) > 1
        for memory in memories:
            self._passages_of.setdefault(memory, []).append(passage)

    def search(self, memory: Memory, question: str, scope: str, k: int, hops: int) -> list[str]:
        """The passages of the best memories. A long passage is remembered in pieces, so then twice k are asked for."""
        limit = 2 * k if self._in_pieces else k
        found = memory.search(question, user_id=scope, limit=limit, hops=hops)
        passages = (passage for hit in found for passage in self._passages_of.get(hit.memory.id, ()))
        return list(dict.fromkeys(passages))[:k]

    def close(self) -> None:
        """Close the store; its folder is the run's."""
        for memory in self._memories:
            memory.close()


class GraphmemNeo4j(Graphmem):
    """The same on a Neo4j server, in a database that nothing else is in.

    What was written is deleted at the end; when a run whose folder is kept is cut off, it stays for the next one.
    """

    name = "graphmem-neo4j"

    def __init__(self, setup: Setup) -> None:
        super().__init__(setup)
        self._owners: set[str] = set()

    def _configured(self, setup: Setup) -> Settings:
        if setup.neo4j is None:
            raise BenchmarkError("graphmem-neo4j needs a server: --neo4j URL, NEO4J_USERNAME, NEO4J_PASSWORD.")
        given = Settings.from_env().model_dump(include=PLACE, exclude_unset=True)
        return Settings.of(**{**given, "url": setup.neo4j})

    def check_place(self, memory: Memory, resumed: bool) -> None:
        """The database has to be empty, or to hold what an earlier part of this run wrote. Raises BenchmarkError."""
        there, ours = memory.stats().memories, len(self._passages_of)
        if there and not resumed:
            raise BenchmarkError("The Neo4j database is not empty: give one that has nothing in it.")
        if there < ours:
            raise BenchmarkError(
                f"The Neo4j database holds {there:,} of the {ours:,} memories that the --work folder knows: start anew."
            )

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """As on SQLite; remembers whose memories are to be deleted."""
        self._owners.update(passage.scope for passage in passages)
        super().build(passages, on_progress)

    def close(self) -> None:
        """Leave the database as it was found, or as the next run wants it."""
        finished = not self.setup.is_kept or (self.setup.folder / FINISHED).exists()
        for owner in sorted(self._owners) if finished and self._passages_of else ():
            self._memories[0].delete_all(user_id=owner)
        super().close()


def _message(turn: Passage) -> dict[str, str]:
    said = {"role": "user", "content": turn.text}
    return {**said, "name": turn.speaker} if turn.speaker else said


def turn_of_each(turns: Sequence[Passage], memories: Sequence[str]) -> list[Passage]:
    """The turn that each memory of a session is, or is a piece of: memories come in the order of the turns, and the
    pieces of a long turn in the order of its text. Raises ValueError for a memory that is in no turn that is left."""
    if len(turns) == len(memories):
        return list(turns)
    left = iter(turns)
    turn, read_to = next(left), 0
    owners = []
    for memory in memories:
        while (start := turn.text.find(memory, read_to)) < 0:
            if (following := next(left, None)) is None:
                raise ValueError("A memory of this session is in none of its turns.")
            turn, read_to = following, 0
        read_to = start + len(memory)
        owners.append(turn)
    return owners
