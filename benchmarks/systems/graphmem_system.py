"""graphmem, through nothing but its public `Memory`: what a caller gets is what is measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.datasets import Passage
from benchmarks.embedding import CachedEmbedder
from benchmarks.systems import Progress, Search
from graphmem import Memory, Settings
from graphmem.domain.results import AddResult

HOPS = 2


class Graphmem:
    """A store in a file of its own, taken in with `add_many` and asked with `search`.

    A corpus of passages is one user's memory; each conversation is a user of its own, each session a run and one
    `add`, each turn a message with its speaker's name. One store answers twice: as it comes, and with `hops=0` to show
    what the hops bring.
    """

    name = "graphmem"

    def __init__(self, embedder: CachedEmbedder) -> None:
        self._folder = TemporaryDirectory(prefix="graphmem-benchmark-")
        self._configuration = Settings.of(url=f"sqlite:///{Path(self._folder.name) / 'store.db'}")
        self._memory = Memory(self._configuration, embedder=embedder)
        self._passages_of: dict[str, list[str]] = {}
        self._in_pieces = False

    @property
    def settings(self) -> Mapping[str, Any]:
        """graphmem's own settings but the place of its file."""
        return {**self._configuration.model_dump(mode="json", exclude={"url"}), "hops": HOPS}

    @property
    def searches(self) -> Mapping[str, Search]:
        """Two rows from one store."""
        return {
            self.name: lambda question, scope, k: self.search(question, scope, k, HOPS),
            f"{self.name} hops=0": lambda question, scope, k: self.search(question, scope, k, 0),
        }

    def build(self, passages: Sequence[Passage], on_progress: Progress) -> None:
        """Add everything in order, a session or a whole corpus at a time."""
        done = 0
        for (scope, session), group in groupby(passages, key=lambda passage: (passage.scope, passage.session)):
            members = list(group)
            if session is None:
                self._add_texts(scope, members, partial(_report, on_progress, done))
            else:
                self._add_session(scope, session, members)
            done += len(members)
            on_progress(done)

    def _add_texts(self, scope: str, members: Sequence[Passage], on_progress: Progress) -> None:
        items = [{"messages": passage.text, "metadata": {"passage": passage.id}} for passage in members]
        results = self._memory.add_many(items, user_id=scope, on_progress=on_progress)
        for passage, result in zip(members, results, strict=True):
            self._remember([passage] * len(result), result)
            self._in_pieces |= len(result) > 1

    def _add_session(self, scope: str, session: str, members: Sequence[Passage]) -> None:
        messages = [{"role": "user", "name": turn.speaker, "content": turn.text} for turn in members]
        said_at = members[0].occurred_at
        result = self._memory.add(
            messages, user_id=scope, run_id=session, occurred_at=said_at, metadata={"session": session}
        )
        self._remember(turn_of_each(members, [added.memory for added in result]), result)
        self._in_pieces |= len(result) > len(members)

    def _remember(self, passages: Sequence[Passage], result: AddResult) -> None:
        """Note which passage each memory came from; equal words are one memory of several passages."""
        for passage, added in zip(passages, result, strict=True):
            self._passages_of.setdefault(added.id, []).append(passage.id)

    def search(self, question: str, scope: str, k: int, hops: int) -> list[str]:
        """The passages of the best memories. A long passage is remembered in pieces, so then twice k are asked for."""
        limit = 2 * k if self._in_pieces else k
        found = self._memory.search(question, user_id=scope, limit=limit, hops=hops)
        passages = (passage for hit in found for passage in self._passages_of.get(hit.memory.id, ()))
        return list(dict.fromkeys(passages))[:k]

    def close(self) -> None:
        """Close the store and delete its file."""
        self._memory.close()
        self._folder.cleanup()


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


def _report(on_progress: Progress, before: int, done: int) -> None:
    on_progress(before + done)
