"""The folder of a run: built stores, what building cost, and every answer as it was given, so that a run that was cut off
goes on where it stopped and ends with the same figures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.errors import BenchmarkError
from benchmarks.journal import Journal, write_json


@dataclass(frozen=True, slots=True)
class Build:
    """What taking the passages in cost: wall seconds, those of them inside the embedder, and texts embedded and reused,
    in how many `parts` (more than one: it was interrupted); `peak_rss_mb` of the process meanwhile.

    Where texts were reused or there are several parts, the seconds are no measure of the system.
    """

    seconds: float = 0.0
    embedding_seconds: float = 0.0
    texts_embedded: int = 0
    texts_from_cache: int = 0
    parts: int = 0
    peak_rss_mb: float | None = None
    done: bool = False

    def plus(self, part: Build) -> Build:
        """Both together, the earlier one first."""
        return Build(
            self.seconds + part.seconds,
            self.embedding_seconds + part.embedding_seconds,
            self.texts_embedded + part.texts_embedded,
            self.texts_from_cache + part.texts_from_cache,
            self.parts + part.parts,
            most(self.peak_rss_mb, part.peak_rss_mb),
            part.done,
        )


def most(*peaks: float | None) -> float | None:
    """The highest of the peaks that could be read."""
    return max((peak for peak in peaks if peak is not None), default=None)


FINISHED = "finished"
"""The file in a system's folder that says that every answer is there."""


class SystemFolder:
    """What is kept of one system: its own files in `path`, its build, and the answers of each of its rows."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._build = path / "build.json"

    @property
    def build(self) -> Build:
        """What is known of the build; nothing yet is a build of no parts."""
        return Build(**json.loads(self._build.read_text(encoding="utf-8"))) if self._build.exists() else Build()

    @build.setter
    def build(self, build: Build) -> None:
        write_json(self._build, asdict(build))

    def finish(self) -> None:
        """Say that every answer is there."""
        (self.path / FINISHED).touch()

    def answers(self, row: str) -> Journal:
        """The answers of a row: {"question", "ranking", "ms"} each, in the order of the questions."""
        return Journal(self.path / f"answers {row}.jsonl".replace(" ", "_"))


class Work:
    """The folder of a run of one set, or a passing one; a context manager.

    `identity` is all that the figures depend on but the systems. Raises BenchmarkError when the folder is of another run.
    """

    def __init__(self, folder: Path | None, identity: Mapping[str, Any]) -> None:
        self.is_kept = folder is not None
        self._passing = None if folder else TemporaryDirectory(prefix="graphmem-benchmark-")
        self._folder = folder or Path(self._passing.name)  # type: ignore[union-attr]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BenchmarkError(f"{self._folder}: cannot be made ({error}).") from error
        self._claim(json.loads(json.dumps(identity)))

    def _claim(self, identity: Mapping[str, Any]) -> None:
        file = self._folder / "run.json"
        if not file.exists():
            write_json(file, identity, indent=2)
            return
        known = json.loads(file.read_text(encoding="utf-8"))
        other = sorted(key for key in {*identity, *known} if identity.get(key) != known.get(key))
        if other:
            raise BenchmarkError(
                f"{self._folder} is of a run with another {', '.join(other)}: name another --work folder, or delete it."
            )

    def of(self, system: str) -> SystemFolder:
        """The folder of a system, made if need be."""
        return SystemFolder(self._folder / system)

    def __enter__(self) -> Work:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._passing:
            self._passing.cleanup()
