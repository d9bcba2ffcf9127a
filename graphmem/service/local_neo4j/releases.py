"""The Neo4j versions that graphmem runs, and what each takes: its Java and the class that starts it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphmem.errors import SettingsError

CURRENT = "2026.08.1"
LONG_TERM = "5.26.30"

FIRST_CALENDAR = (2025, 1, 0)
"""From here versions are named for their month; they need Java 21 and have another class to start."""

OLDEST = (5, 26, 0)


@dataclass(frozen=True)
class Release:
    """One Neo4j Community release. `java`: the oldest Java it runs on; `main`: the class that starts the server."""

    version: str
    java: int
    main: str

    @property
    def number(self) -> tuple[int, ...]:
        """The version as numbers, to compare."""
        return number_of(self.version)


def number_of(version: str) -> tuple[int, ...]:
    """``"5.26.30"`` as ``(5, 26, 30)``. Raises SettingsError for what is no version."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,4}){2}", version):
        raise SettingsError(f"Neo4j version {version!r}: give all three numbers, such as {CURRENT} or {LONG_TERM}.")
    return tuple(int(part) for part in version.split("."))


def release(version: str) -> Release:
    """What the Neo4j of this version takes. Raises SettingsError for one older than 5.26."""
    number = number_of(version)
    if number < OLDEST:
        raise SettingsError(f"Neo4j {version} is too old for graphmem: take {LONG_TERM} or {CURRENT}.")
    if number < FIRST_CALENDAR:
        return Release(version, 17, "org.neo4j.server.CommunityEntryPoint")
    return Release(version, 21, "org.neo4j.server.Neo4jCommunity")
