"""Gets the jars of a Neo4j Community server through Maven, once a version, whole or not at all.

They are copied into a folder of their own, listed with their sizes, and the folder is renamed into its place, so that a
folder with the right name is complete. The list tells a later start when a jar has gone or was cut short.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from graphmem.errors import MissingProgram, StoreUnavailable
from graphmem.service.local_neo4j.places import alone, made
from graphmem.shipped import shipped

Tell = Callable[[str], None]

LISTING = "listing.json"
SERVER = "neo4j-server-{version}.jar"
ONE_AT_A_TIME = ".maven.lock"
"""Also for two versions: Maven keeps what it downloads in one place, and two of its runs may spoil it for each other."""
FETCH_SECONDS = 1800
LOG_LINES = 15


def jars(version: str, cache: Path, tell: Tell) -> Path:
    """The folder that holds the jars of this version, below `cache`; they are got when they are not there or damaged.

    Raises MissingProgram without Maven, StoreUnavailable when Maven fails, with the end of what it printed, and
    StoreReadOnly when `cache` cannot be written.
    """
    folder = cache.expanduser().resolve() / version
    if whole(folder):
        return folder
    with alone(made(cache) / ONE_AT_A_TIME):
        if whole(folder):
            return folder
        if folder.exists():
            tell(f"The jars in {folder} are damaged: getting them again.")
        _fetch(version, folder, tell)
    return folder


def whole(folder: Path) -> bool:
    """Whether every jar of the folder's list is there in its full size."""
    try:
        listing = json.loads((folder / LISTING).read_text(encoding="utf-8"))
        return bool(listing) and all((folder / name).stat().st_size == size for name, size in listing.items())
    except (OSError, ValueError, AttributeError):
        return False


def _fetch(version: str, folder: Path, tell: Tell) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingProgram(
            "Getting Neo4j takes Maven, and there is no `mvn` on PATH: install Maven (and a JDK), or use Docker or a "
            "server you have and set NEO4J_URI."
        )
    tell(f"Getting the jars of Neo4j {version} through Maven: about 150 MB, once ...")
    with tempfile.TemporaryDirectory(prefix=f".{version}-", dir=folder.parent) as draft:
        got = Path(draft) / "jars"
        _run_maven(maven, version, got, Path(draft))
        listing = {path.name: path.stat().st_size for path in sorted(got.glob("*.jar"))}
        if SERVER.format(version=version) not in listing:
            raise StoreUnavailable(f"Maven brought no Neo4j server of version {version}: is there such a release?")
        (got / LISTING).write_text(json.dumps(listing), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(draft) / "damaged")
        got.rename(folder)


def _run_maven(maven: str, version: str, target: Path, draft: Path) -> None:
    """One run of Maven, its output in a log; the project file is copied out, as it may lie in a read-only package."""
    project, log = draft / "pom.xml", draft / "maven.log"
    project.write_bytes(shipped("docker", "local", "pom.xml").read_bytes())
    command = [maven, "-B", "-q", "-f", str(project), "dependency:copy-dependencies"]
    command += [f"-Dneo4j.version={version}", f"-DoutputDirectory={target}", "-DincludeScope=runtime"]
    try:
        with open(log, "wb") as out:
            code = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=FETCH_SECONDS, check=False
            ).returncode
    except subprocess.TimeoutExpired as error:
        raise StoreUnavailable(f"Maven took longer than {FETCH_SECONDS} s:\n{tail(log)}") from error
    if code:
        raise StoreUnavailable(f"Maven could not get Neo4j {version} (exit code {code}):\n{tail(log)}")


def tail(log: Path, lines: int = LOG_LINES) -> str:
    """The last lines of a log that say something, or that there is none."""
    try:
        text = log.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return f"(there is no {log})"
    return "\n".join([line for line in text.splitlines() if line.strip()][-lines:]) or f"({log} is empty)"
