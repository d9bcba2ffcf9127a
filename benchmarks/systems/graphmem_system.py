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

HOPS = 2


class Graphmem:
    """A store in a file of its own, taken in with `add_many` and asked with `search`.

    A corpus of passages is one user's memory; each conversation is a user of its own, each session a run, each turn
    a message with its speaker's name. One store answers twice: as it comes, and with `hops=0` to show what the hops
    bring.
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
        """Add everything, a session or a whole corpus at a time, in order."""
        done = 0
        for (scope, session), members in groupby(passages, key=lambda passage: (passage.scope, passage.session)):
            done += self._add(scope, session, list(members), partial(_report, on_progress, done))

    def _add(self, scope: str, session: str | None, members: list[Passage], on_progress: Progress) -> int:
        """Add passages of one scope and remember which memories each became; returns how many passages."""
        results = self._memory.add_many(
            [_item(passage) for passage in members], user_id=scope, run_id=session, on_progress=on_progress
        )
        for passage, result in zip(members, results, strict=True):
            self._in_pieces |= len(result) > 1
            for added in result:
                self._passages_of.setdefault(added.id, []).append(passage.id)
        return len(members)

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


def _report(on_progress: Progress, before: int, done: int) -> None:
    on_progress(before + done)


def _item(passage: Passage) -> dict[str, Any]:
    if passage.speaker is None:
        return {"messages": passage.text, "metadata": {"passage": passage.id}}
    message = {"role": "user", "name": passage.speaker, "content": passage.text}
    turn = passage.id.rpartition("/")[2]
    return {"messages": [message], "metadata": {"turn": turn}, "occurred_at": passage.occurred_at}
