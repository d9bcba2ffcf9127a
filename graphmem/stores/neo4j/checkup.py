"""Looks at a Neo4j server as `graphmem doctor` does: whether it is one to keep memories on, and closed to what queries could do.

What the guard of analysts' queries refuses by itself the server should refuse too: it is the second wall, and the only one for
those who enter by another door (`docker/neo4j.conf` has the settings).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import NamedTuple

from graphmem.domain.finding import Finding, judged, passed
from graphmem.errors import GraphmemError, StoreError, StoreRefused
from graphmem.stores.neo4j.connection import Connection
from graphmem.stores.neo4j.query import Query
from graphmem.stores.neo4j.schema import OLDEST, STATE, filters, indexes, migrations, statements, version_of

_CONF = "docker/neo4j.conf has the line"
_UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_CONSTRAINT = re.compile(r"\bCONSTRAINT (\w+)")
MOST_OF_HEAP = 2
"""One transaction may take at most this part of the heap: what rows carry through a sort is not counted by the server."""


class ServerRow(NamedTuple):
    version: str
    edition: str


class SettingRow(NamedTuple):
    name: str
    value: str | None


class PluginsRow(NamedTuple):
    procedures: int
    plugins: list[str]


class ConstraintRow(NamedTuple):
    name: str


class AddressRow(NamedTuple):
    lines: int


SERVER = Query("doctor/server", type(None), ServerRow)
SETTINGS = Query("doctor/settings", type(None), SettingRow)
PLUGINS = Query("doctor/plugins", type(None), PluginsRow)
CONSTRAINTS = Query("doctor/constraints", type(None), ConstraintRow)
ADDRESS = Query("doctor/address", type(None), AddressRow)


async def checkup(connection: Connection, model: str, dimension: int) -> list[Finding]:
    """Everything that is found, whatever state the server is in; `model` and `dimension` are the embedder's."""
    try:
        await connection.open()
    except GraphmemError as error:
        return [
            Finding(name="connection", verdict="fail", told=str(error), advice="Start the server, check the address.")
        ]
    try:
        return [finding async for finding in _looked_at(connection, model, dimension)]
    except GraphmemError as error:
        return [Finding(name="connection", verdict="fail", told=str(error), advice="Check the server's log.")]
    finally:
        await connection.close()


async def _looked_at(connection: Connection, model: str, dimension: int) -> AsyncIterator[Finding]:
    (server,) = await connection.read(SERVER, None)
    yield passed("connection", f"{connection.login.address} answers, database {connection.login.database}")
    yield _version(server, await filters(connection, server.version))
    for finding in await _settings(connection):
        yield finding
    yield await _addresses(connection)
    (plugins,) = await connection.read(PLUGINS, None)
    yield judged(
        "plug-ins",
        f"{plugins.procedures} procedures of {', '.join(plugins.plugins)}" if plugins.procedures else "none",
        bool({"apoc", "genai"} & set(plugins.plugins)),
        "warn",
        "APOC and GenAI can read files and call addresses: take them out of the plugins folder, or keep them off the allowlist.",
    )
    for finding in await _schema(connection, model, dimension):
        yield finding


def _version(server: ServerRow, filtering: bool) -> Finding:
    told = f"Neo4j {server.version} {server.edition}"
    if version_of(server.version) < OLDEST:
        return Finding(name="server", verdict="fail", told=told, advice="Upgrade to 5.26 LTS or 2026.x.")
    told += ", vector search " + ("within the owner" if filtering else "exact up to 20,000 memories an owner")
    return judged(
        "server",
        told,
        not filtering,
        "warn",
        "2026.x searches vectors within an owner: exact and quicker for many owners.",
    )


async def _settings(connection: Connection) -> list[Finding]:
    try:
        rows = await connection.read(SETTINGS, None)
    except (StoreError, StoreRefused) as error:
        return [
            Finding(
                name="settings",
                verdict="warn",
                told=f"they cannot be read ({error})",
                advice="Run this as a user who may SHOW SETTINGS, or see that docker/neo4j.conf is in force.",
            )
        ]
    return list(_of_settings({row.name: row.value or "" for row in rows}))


def _of_settings(settings: dict[str, str]) -> Iterator[Finding]:
    """What the settings let a query reach and take."""
    files = settings.get("dbms.security.allow_csv_import_from_file_urls", "")
    folder = settings.get("server.directories.import", "")
    yield _files(files == "false", folder)
    allowed = settings.get("dbms.security.procedures.allowlist", "*")
    yield judged(
        "procedures", f"allowed: {allowed}", allowed in ("", "*"), "warn",
        f"Every plug-in's procedures are open: {_CONF} dbms.security.procedures.allowlist=db.index.*,….",
    )  # fmt: skip
    authenticated = settings.get("dbms.security.auth_enabled", "true")
    yield judged(
        "password", f"authentication: {authenticated}", authenticated != "true", "warn",
        f"Whoever reaches the port may do anything: {_CONF} dbms.security.auth_enabled=true.",
    )  # fmt: skip
    yield from _of_limits(settings)


async def _addresses(connection: Connection) -> Finding:
    """Whether a query could make the server call somebody: tried, for the setting is not shown."""
    try:
        await connection.read(ADDRESS, None)
    except StoreError as error:
        if "blocked" in str(error):
            return passed("addresses", "LOAD CSV calls none")
    advice = f"A query can make the server call any address: {_CONF} internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0."
    return Finding(name="addresses", verdict="warn", told="LOAD CSV may call addresses", advice=advice)


def _files(closed: bool, folder: str) -> Finding:
    advice = f"{_CONF} dbms.security.allow_csv_import_from_file_urls=false."
    if closed:
        return passed("files", "LOAD CSV reads none")
    told = f"LOAD CSV reads files in {folder or 'any folder of the server'}"
    return Finding(name="files", verdict="warn" if folder else "fail", told=told, advice=f"No query needs it: {advice}")


def _of_limits(settings: dict[str, str]) -> Iterator[Finding]:
    timeout = settings.get("db.transaction.timeout", "0s")
    yield judged(
        "time limit", f"a transaction may take {timeout}", re.fullmatch(r"0+(\.0+)?[a-z]*", timeout) is not None, "warn",
        f"Transactions of other clients may run for ever: {_CONF} db.transaction.timeout=120s.",
    )  # fmt: skip
    heap = size_of(settings.get("server.memory.heap.max_size", ""))
    most = size_of(settings.get("db.memory.transaction.max", ""))
    limit, whole = settings.get("db.memory.transaction.max"), settings.get("server.memory.heap.max_size")
    told = f"a transaction may take {limit or 'any part'} of {whole or 'an automatic'} heap"
    yield judged(
        "memory limit", told, most == 0 or (heap > 0 and most * MOST_OF_HEAP > heap), "warn",
        f"One query can fill the heap and end the server: {_CONF} db.memory.transaction.max=512m, for half of the heap or less.",
    )  # fmt: skip


def size_of(text: str) -> float:
    """``512m`` or ``1.00GiB`` in bytes; 0 for none."""
    found = re.match(r"([\d.]+)\s*([bkmgt]?)", text.strip().lower())
    return float(found[1]) * _UNITS[found[2] or "b"] if found else 0


async def _schema(connection: Connection, model: str, dimension: int) -> list[Finding]:
    """Migrations, indexes, constraints, and whose vectors are inside."""
    (state,) = await connection.read(STATE, None)
    if not state.applied:
        advice = "It is made when a memory is first opened there: graphmem stats does it."
        return [Finding(name="schema", verdict="warn", told="there is no graphmem graph yet", advice=advice)]
    newest = max(int(one["version"]) for one in state.applied)
    known = max(step.version for step in migrations())
    findings = [
        judged(
            "schema", f"version {newest} of {known}", newest != known, "fail",
            "Open it once with this release." if newest < known else "Upgrade graphmem: the graph was made by a newer one.",
        ),
        judged(
            "model", f"vectors of {state.model}, {state.dimension} dimensions; this memory embeds with {model}, {dimension}",
            (state.model, state.dimension) != (model, dimension), "fail", "Use the same model, or run `graphmem reembed`.",
        ),
    ]  # fmt: skip
    return findings + await _indexes(connection, state.vectors)


async def _indexes(connection: Connection, vectors: str | None) -> list[Finding]:
    ours = await indexes(connection)
    away = [f"{row.name} {row.state.lower()} {row.percent:.0f} %" for row in ours if row.state != "ONLINE"]
    kinds = sum(row.type == "VECTOR" for row in ours)
    there = {row.name for row in await connection.read(CONSTRAINTS, None)}
    wanted = {found[1] for step in migrations() for one in statements(step.text) if (found := _CONSTRAINT.search(one))}
    return [
        judged(
            "indexes", ", ".join(away) or f"{len(ours)} online", bool(away), "fail",
            "Wait until they are filled; drop one that has failed, and open the memory again.",
        ),
        judged(
            "vector indexes", f"{kinds}, {vectors}", kinds == 0, "fail", "Open the memory once: it makes what is missing.",
        ),
        judged(
            "constraints", f"{len(wanted & there)} of {len(wanted)}", bool(wanted - there), "fail",
            f"Missing: {', '.join(sorted(wanted - there))}. Two writers could make one thing twice; restore from a backup.",
        ),
    ]  # fmt: skip
