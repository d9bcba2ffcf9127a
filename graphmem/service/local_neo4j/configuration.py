"""The server's settings: `docker/neo4j.conf`, the one that compose.yaml uses too, with what a local server has of its own.

The server refuses a setting that it does not know and one given twice, so a local value takes the place of the line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from graphmem.errors import SettingsError
from graphmem.shipped import shipped

HOST = "127.0.0.1"
JVM = "server.jvm.additional"
HEAP_FIRST, HEAP_MOST = "server.memory.heap.initial_size", "server.memory.heap.max_size"
PAGE_CACHE = "server.memory.pagecache.size"
ONE_TRANSACTION, ALL_TRANSACTIONS = "db.memory.transaction.max", "dbms.memory.transaction.total.max"
QUICK_END = {
    "internal.dbms.bolt.netty_server_shutdown_quiet_period": "1",
    "internal.server.bolt.thread_pool_shutdown_wait_time": "1s",
}
"""Told to stop, the server waits this long for callers it has sent away, instead of twice five seconds."""

LEAST_MEGABYTES = 256


def pairs(text: str) -> list[tuple[str, str]]:
    """The settings of a neo4j.conf in order, comments and empty lines left out."""
    lines = (line.strip() for line in text.splitlines())
    return [
        (name.strip(), value.strip())
        for line in lines
        if line and line[0] != "#"
        for name, _, value in [line.partition("=")]
    ]


def shipped_settings() -> list[tuple[str, str]]:
    """The settings of `docker/neo4j.conf`."""
    return pairs(shipped("docker", "neo4j.conf").read_text(encoding="utf-8"))


def local_settings(port: int, memory: str | None) -> list[tuple[str, str]]:
    """The settings of a server on this machine: Bolt on loopback only, at `port`; `memory` (``2g``, ``768m``) for the heap.

    Raises SettingsError for a memory that cannot be read or is too small to start.
    """
    own = {
        "server.default_listen_address": HOST,
        "server.default_advertised_address": HOST,
        "server.bolt.listen_address": f"{HOST}:{port}",
        "server.bolt.advertised_address": f"{HOST}:{port}",
        **QUICK_END,
        **(_memory(memory) if memory else {}),
    }
    return _joined(shipped_settings(), own)


def jvm_options(settings: list[tuple[str, str]]) -> list[str]:
    """What of the settings the Java program itself has to be told."""
    values = dict(settings)
    heap = [f"-Xms{values[HEAP_FIRST]}", f"-Xmx{values[HEAP_MOST]}"]
    return heap + [value for name, value in settings if name == JVM]


def written(settings: list[tuple[str, str]]) -> str:
    """The settings as a neo4j.conf."""
    head = "# Written by `graphmem neo4j start` each time: changes belong into its options.\n"
    return head + "".join(f"{name}={value}\n" for name, value in settings)


def _joined(base: list[tuple[str, str]], own: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in base if name not in own] + list(own.items())


def _memory(given: str) -> dict[str, str]:
    """Heap as given, half of it again for the page cache, and transactions kept to shares of the heap."""
    found = re.fullmatch(r"(\d{1,7})([mg])b?", given.strip().lower())
    megabytes = int(found[1]) * (1024 if found[2] == "g" else 1) if found else 0
    if megabytes < LEAST_MEGABYTES:
        raise SettingsError(f"Memory {given!r}: give megabytes or gigabytes, at least {LEAST_MEGABYTES}m, such as 2g.")
    return {
        HEAP_FIRST: f"{min(megabytes, 512)}m",
        HEAP_MOST: f"{megabytes}m",
        PAGE_CACHE: f"{megabytes // 2}m",
        ONE_TRANSACTION: f"{megabytes // 2}m",
        ALL_TRANSACTIONS: f"{megabytes * 3 // 4}m",
    }
