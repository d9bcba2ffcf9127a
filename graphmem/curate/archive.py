"""A whole database as one file that any store can take in: compressed JSON lines, described in docs/archive.md.

The first line says what it is and which model made the vectors, the last what it holds; so an archive that was cut off or
damaged is found out before anything is written.
"""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel

from graphmem.curate.transfer import PORTION, Moved, Progress, digest_of, must_continue, owners_of, portions_of
from graphmem.domain.change import ChangeSet
from graphmem.domain.digest import Digest, marks_of, rows_of
from graphmem.domain.episode import Episode
from graphmem.domain.fact import Entity, Fact, Mention, Support
from graphmem.domain.ingest import Ingest
from graphmem.domain.memory import MemoryRecord, Revision, Sentence
from graphmem.domain.sameness import SameAs
from graphmem.domain.vector import Vector
from graphmem.errors import ArchiveDamaged, DimensionMismatch, TargetDiffers
from graphmem.ports.graph_store import GraphStore

FORMAT, VERSION, OLDEST = "graphmem archive", 3, 1
"""The form that is written, and the oldest that is read."""
ROWS: dict[str, type[BaseModel]] = {
    "episodes": Episode,
    "entities": Entity,
    "memories": MemoryRecord,
    "sentences": Sentence,
    "facts": Fact,
    "supports": Support,
    "mentions": Mention,
    "same": SameAs,
    "revisions": Revision,
    "ingests": Ingest,
}


async def backup(
    store: GraphStore, path: Path, *, model: str, dimension: int, now: datetime, progress: Progress | None
) -> Digest:
    """Write everything in `store` into the archive `path`, which is there whole or not at all, and which only its owner may read.

    Raises Conflict when an owner is written to meanwhile, OSError when the file cannot be written.
    """
    digest = Digest()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600, exist_ok=False)
        with gzip.open(unfinished, "wt", encoding="utf-8", compresslevel=6) as file:
            header = {"format": FORMAT, "version": VERSION, "model": model, "dimension": dimension}
            _write(file, [{**header, "created_at": now.isoformat()}])
            async for owner in owners_of(store):
                _write(file, [{"owner": owner}])
                async for part in portions_of(store, owner):
                    digest.take(part)
                    await asyncio.to_thread(_write, file, _lines(part))
                    if progress is not None:
                        progress(owner, sum(1 for _ in rows_of(part)))
            _write(file, [{"end": True, "counts": digest.counts, "checksums": digest.checksums()}])
        with unfinished.open("rb") as written:
            os.fsync(written.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return digest


def _write(file: IO[str], lines: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> None:
    for line in lines:
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def _lines(part: ChangeSet) -> Iterator[dict[str, Any]]:
    for kind, row in rows_of(part):
        line: dict[str, Any] = {"kind": kind, "row": row.model_dump(mode="json", exclude_defaults=True)}
        vector = part.vectors.get(row.id) if kind in ("entities", "memories", "sentences", "facts") else None
        if vector is not None:
            line["vector"] = base64.b64encode(vector.astype("<f4").tobytes()).decode("ascii")
        yield line


async def restore(store: GraphStore, path: Path, *, model: str, dimension: int, progress: Progress | None) -> Moved:
    """Make the graph in the archive `path` again in `store`. The archive is read through first; a damaged one writes nothing.

    A restore that was interrupted can be run again. Raises ArchiveDamaged; DimensionMismatch when another model made its
    vectors; TargetDiffers when an owner has other rows in the store (other memories: before anything is written); OSError.
    """
    whole = await asyncio.to_thread(check, path, model, dimension)
    for there, marks in (await _marks(store, path)).items():
        await must_continue(store, there, marks)
    moved, wanted, owner = Moved(digest=whole), Digest(), ""
    parts = Archive(path).parts()
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        if part.owner != owner:
            await _compare(store, owner, wanted)
            owner, wanted = part.owner, Digest()
            moved.copied += 1
        await store.commit(part)
        wanted.take(part)
        if progress is not None:
            progress(owner, sum(1 for _ in rows_of(part)))
    await _compare(store, owner, wanted)
    return moved


async def _marks(store: GraphStore, path: Path) -> dict[str, set[bytes]]:
    """`marks_of` what the archive holds of owners whom the store has already."""
    marks: dict[str, set[bytes]] = {}
    owner, there = "", False
    parts = Archive(path).parts()
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        if part.owner != owner:
            owner, there = part.owner, await store.version(part.owner) > 0
        if there:
            marks.setdefault(owner, set()).update(marks_of(part))
    return marks


async def _compare(store: GraphStore, owner: str, wanted: Digest) -> None:
    different = wanted.missed(await digest_of(store, owner)) if owner else ()
    if different:
        raise TargetDiffers(
            f"The memories of {owner!r} were restored, and differ now ({', '.join(different)}): the database held others already. "
            "Restore into an empty database."
        )


def check(path: Path, model: str, dimension: int) -> Digest:
    """Read an archive through and count what is in it. Raises ArchiveDamaged, DimensionMismatch, OSError."""
    archive, digest = Archive(path), Digest()
    for part in archive.parts():
        digest.take(part)
    found = {"counts": digest.counts, "checksums": digest.checksums()}
    if {key: archive.end.get(key) for key in found} != found:
        raise ArchiveDamaged(
            f"{path} is cut off or damaged: its last line does not tell what it holds. Take another copy."
        )
    made_by = (archive.header.get("model"), archive.header.get("dimension"))
    if made_by != (model, dimension):
        raise DimensionMismatch(
            f"{path} holds vectors of {made_by[0]!r} ({made_by[1]} dimensions), the database those of {model!r} "
            f"({dimension}): open it with the same embedder."
        )
    return digest


class Archive:
    """An archive that is being read. `header` and `end` are there once `parts` has come past them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.header: dict[str, Any] = {}
        self.end: dict[str, Any] = {}

    def parts(self) -> Iterator[ChangeSet]:
        """The rows in the order of the file, as ChangeSets of one owner each. Raises ArchiveDamaged, OSError."""
        owner, rows = "", list[dict[str, Any]]()
        for line in self._lines():
            if rows and ("kind" not in line or len(rows) >= PORTION):
                yield self._changes(owner, rows)
                rows = []
            if "kind" in line:
                rows.append(line)
            elif "owner" in line:
                owner = str(line["owner"])
            elif "end" in line:
                self.end = line

    def _lines(self) -> Iterator[dict[str, Any]]:
        number = 0
        try:
            with gzip.open(self._path, "rt", encoding="utf-8") as file:
                for number, text in enumerate(file, 1):
                    line = json.loads(text)
                    if not isinstance(line, dict) or self.end:
                        raise ValueError("a line that does not belong here")
                    if number == 1:
                        self._begin(line)
                    else:
                        yield line
        except ArchiveDamaged:
            raise
        except (EOFError, gzip.BadGzipFile, zlib.error, ValueError) as error:
            if not self.header:
                raise self._foreign() from error
            raise self._damaged(f"what follows line {number} cannot be read ({error})") from error
        if number == 0:
            raise ArchiveDamaged(f"{self._path} is empty: take another copy.")
        if not self.end:
            raise self._damaged("its last line is missing")

    def _begin(self, line: dict[str, Any]) -> None:
        self.header = line
        if line.get("format") != FORMAT:
            raise self._foreign()
        if line.get("version") not in range(OLDEST, VERSION + 1):
            raise ArchiveDamaged(
                f"{self._path} is an archive of version {line.get('version')}; this release reads up to {VERSION}: "
                "upgrade graphmem."
            )

    def _changes(self, owner: str, lines: list[dict[str, Any]]) -> ChangeSet:
        rows: dict[str, list[Any]] = {}
        vectors: dict[str, Vector] = {}
        for line in lines:
            try:
                row: Any = ROWS[line["kind"]].model_validate(line["row"])
                if "vector" in line:
                    vectors[row.id] = _vector(line["vector"])
            except (KeyError, TypeError, ValueError) as error:
                raise self._damaged(f"a row of kind {line['kind']!r} cannot be read ({error})") from error
            rows.setdefault(line["kind"], []).append(row)
        fields: dict[str, Any] = {kind: tuple(some) for kind, some in rows.items()}
        return ChangeSet(owner=owner, vectors=vectors, **fields)

    def _foreign(self) -> ArchiveDamaged:
        return ArchiveDamaged(f"{self._path} is not a graphmem archive: make one with `graphmem backup`.")

    def _damaged(self, why: str) -> ArchiveDamaged:
        return ArchiveDamaged(f"{self._path} is damaged: {why}. Take another copy.")


def _vector(text: str) -> Vector:
    import numpy as np

    return np.frombuffer(base64.b64decode(text, validate=True), dtype="<f4").astype(np.float32)
