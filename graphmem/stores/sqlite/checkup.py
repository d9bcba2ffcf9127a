"""Looks at an embedded database as `graphmem doctor` does: the file, the library that reads it, and the room that is left."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from graphmem.domain.finding import Finding, judged, passed
from graphmem.errors import GraphmemError
from graphmem.stores.sqlite import migrations
from graphmem.stores.sqlite.faults import translation
from graphmem.stores.sqlite.statements import statement

FIXED = (3, 51, 3)
"""The first SQLite whose write-ahead log cannot corrupt a file when two connections fold it in while a third commits."""
LITTLE_ROOM = 256 * 1024 * 1024
"""Bytes of free disk below which writing may soon fail."""


def checkup(
    path: str, model: str, dimension: int, library: tuple[int, ...] = sqlite3.sqlite_version_info
) -> list[Finding]:
    """Everything that is found; the file is only read. `model` and `dimension` are the embedder's."""
    findings = [_library(library)]
    if path == ":memory:":
        return [*findings, passed("file", "in memory: nothing is kept")]
    file = Path(path)
    if not file.exists():
        told = f"{file} is not there yet"
        return [
            *findings,
            Finding(name="file", verdict="warn", told=told, advice="It is made by the first add."),
            _room(file),
        ]
    try:
        with translation(path), closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            findings += _file(connection, file, model, dimension)
    except GraphmemError as error:
        advice = "Take back the last backup (graphmem restore), or give the path of a graphmem file."
        findings.append(Finding(name="file", verdict="fail", told=str(error), advice=advice))
    return [*findings, _room(file)]


def _library(version: tuple[int, ...]) -> Finding:
    return judged(
        "SQLite",
        ".".join(map(str, version)),
        version < FIXED,
        "warn",
        "Before 3.51.3 two programs that fold in the log at once can damage a file. graphmem takes turns; do not open the "
        "file with other programs while it is in use, or use a Python with a newer SQLite.",
    )


def _file(connection: sqlite3.Connection, file: Path, model: str, dimension: int) -> list[Finding]:
    size = file.stat().st_size
    findings = [passed("file", f"{file}, {size:,} bytes")]
    steps = migrations.pending(connection, str(file))
    known = max(step.version for step in migrations.migrations())
    findings.append(
        judged(
            "schema", f"version {known - len(steps)} of {known}", bool(steps), "warn", "Open it once with this release."
        )
    )
    (mode,) = connection.execute(statement("journal_mode")).fetchone()
    findings.append(
        judged("log", f"journal mode {mode}", mode != "wal", "warn", "Open it once for writing: graphmem sets WAL.")
    )
    (found,) = connection.execute(statement("quick_check")).fetchone()
    advice = "Take back the last backup (graphmem restore); `graphmem check` says what can be mended."
    findings.append(judged("integrity", str(found), found != "ok", "fail", advice))
    if not steps:
        findings.append(_model(connection, str(file), model, dimension))
    return findings


def _model(connection: sqlite3.Connection, where: str, model: str, dimension: int) -> Finding:
    try:
        migrations.check_model(connection, where, model, dimension)
    except GraphmemError as error:
        return Finding(
            name="model", verdict="fail", told=str(error), advice="Use the same model, or run `graphmem reembed`."
        )
    return passed("model", f"{model}, {dimension} dimensions")


def _room(file: Path) -> Finding:
    folder = next((one for one in (file.absolute().parent, *file.absolute().parents) if one.is_dir()), Path("/"))
    free = shutil.disk_usage(folder).free
    return judged(
        "room", f"{free // 2**20:,} MB free", free < LITTLE_ROOM, "warn", "Make room: writing fails when it is used up."
    )
