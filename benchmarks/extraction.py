"""Where the facts of a run come from: the offline extractor, a file of ready triples, or nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, TypeAlias

from benchmarks.datasets import Passage
from benchmarks.errors import BenchmarkError
from benchmarks.replay import Replayed, ReplayExtractor, read_replayed
from graphmem.domain.triple import Reading
from graphmem.ports.extractor import Extractor
from graphmem.ports.extractor import Passage as Unread

KINDS = ("offline", "replay", "none")
BATCH = 64

PhraseTriple: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Extraction:
    """How every system of a run that uses facts gets them. `replayed`: by passage id; `digest`: of the file they are from."""

    kind: str = "offline"
    replayed: Mapping[str, Replayed] = field(default_factory=dict)
    digest: str | None = None

    @classmethod
    def of(cls, words: Sequence[str]) -> Extraction:
        """From the words after `--extractor`: ``offline``, ``none``, or ``replay FILE``. Raises BenchmarkError."""
        kind, *files = words
        if kind not in KINDS or len(files) != (kind == "replay"):
            raise BenchmarkError("--extractor takes offline, none, or replay FILE.")
        if kind != "replay":
            return cls(kind)
        file = Path(files[0])
        return cls(kind, read_replayed(file), hashlib.sha256(file.read_bytes()).hexdigest())

    @property
    def settings(self) -> dict[str, Any]:
        """For the record; JSON values."""
        return {"extractor": self.kind, "replayed_sha256": self.digest}

    def extractor(self, passages: Sequence[Passage]) -> Extractor | None:
        """What graphmem is to read these passages with; None: its own. Raises BenchmarkError for a passage without triples."""
        return ReplayExtractor(passages, self._known(passages), _offline()) if self.kind == "replay" else None

    def _known(self, passages: Sequence[Passage]) -> Mapping[str, Replayed]:
        missing = [passage.id for passage in passages if passage.id not in self.replayed]
        if missing:
            raise BenchmarkError(
                f"The replayed file has no triples of {len(missing):,} passages, such as {missing[0]}."
            )
        return self.replayed

    def triples(self, passages: Sequence[Passage], on_progress: Callable[[int], None]) -> list[list[PhraseTriple]]:
        """The triples of each passage as phrases (subject, predicate, object), for systems that have no extractor."""
        if self.kind == "replay":
            known = self._known(passages)
            return [list(known[passage.id].triples) for passage in passages]
        if self.kind == "none":
            return [[] for _ in passages]
        found: list[list[PhraseTriple]] = []
        for reading in _read(_offline(), passages):
            triples = reading.triples
            found.append([(t.subject.name, t.predicate.replace("_", " "), t.object.name) for t in triples])
            on_progress(len(found))
        return found


def _offline() -> Extractor:
    from graphmem.settings import Settings
    from graphmem.wiring import make_extractor

    return make_extractor(Settings.of())


def _read(extractor: Extractor, passages: Sequence[Passage]) -> Iterator[Reading]:
    """Readings in order; the turns of a session are read together."""
    for session, members in groupby(passages, key=lambda passage: (passage.scope, passage.session)):
        for batch in _batches(members, None if session[1] else BATCH):
            yield from extractor.read([_unread(passage) for passage in batch])


def _batches(passages: Iterable[Passage], size: int | None) -> Iterator[list[Passage]]:
    members = list(passages)
    step = size or len(members)
    return (members[first : first + step] for first in range(0, len(members), step))


def _unread(passage: Passage) -> Unread:
    said_at = passage.occurred_at or datetime.now(UTC)
    return Unread(passage.text, said_at, "user", passage.speaker or passage.scope, conversation=passage.session)
