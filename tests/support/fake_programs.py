"""Programs of a few lines in the place of Java and Maven, for what a test cannot have of the real ones: every fault."""

from __future__ import annotations

import sys
from pathlib import Path


def script(path: Path, text: str) -> Path:
    """A shell script at `path` that can be run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def java(home: Path, version: str, otherwise: str = "exit 1") -> Path:
    """A Java below `home` that tells this version and the modules a small one has, and does `otherwise` when started."""
    told = f"echo 'openjdk version \"{version}\" 2026-01-01' >&2; exit 0"
    return script(
        home / "bin" / "java",
        f'case "$1" in\n-version) {told};;\n--list-modules) echo java.base@1; exit 0;;\nesac\n{otherwise}',
    )


def maven(folder: Path, count: Path, version: str | None) -> Path:
    """An `mvn` in `folder` that notes each run in `count` and brings two jars, the server's of this version; with None
    it fails and says why."""
    code = (
        "import sys, pathlib\n"
        "out = next(a.partition('=')[2] for a in sys.argv if a.startswith('-DoutputDirectory='))\n"
        "pathlib.Path(out).mkdir(parents=True)\n"
        f"[pathlib.Path(out, n).write_bytes(b'x' * 9) for n in ('a.jar', 'neo4j-server-{version}.jar')]\n"
    )
    work = (
        'echo "[ERROR] no such artifact"; exit 1' if version is None else f'"{sys.executable}" "{folder}/copy.py" "$@"'
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "copy.py").write_text(code, encoding="utf-8")
    return script(folder / "mvn", f'echo run >> "{count}"\n{work}')
