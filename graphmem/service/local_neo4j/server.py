"""Starts, stops and looks at a Neo4j server that lives in a folder: one server a folder, on this machine only."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from graphmem.errors import SettingsError, StoreUnavailable
from graphmem.service.local_neo4j import bolt, configuration
from graphmem.service.local_neo4j.jars import jars, tail
from graphmem.service.local_neo4j.java import find_java, taken_by
from graphmem.service.local_neo4j.life import POLL_SECONDS, Record, ends, homes, lives, read_record, write_record
from graphmem.service.local_neo4j.password import USERNAME, ensure_password, password_of
from graphmem.service.local_neo4j.places import (
    CONFIGURATION,
    CONSOLE,
    LOCK,
    LOGS,
    alone,
    default_folder,
    default_jars,
    made,
    write_private,
)
from graphmem.service.local_neo4j.releases import CURRENT, Release, number_of, release

DATABASE = "neo4j"
USUAL_PORT = 7687
START_SECONDS = 180.0
STOP_SECONDS = 60.0

_children: list[subprocess.Popen[bytes]] = []
"""Servers that this process started: they outlive the call, and are waited for when they have ended."""


@dataclass(frozen=True)
class LocalServer:
    """A server that runs: where it is, who may enter, and where it keeps what it has."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    version: str
    pid: int
    port: int
    folder: Path


@dataclass(frozen=True)
class Wish:
    """What a server shall be like. None leaves it to us: the last version and port of this folder, then the usual ones.

    `java_home` is where JAVA_HOME points, `jars` the folder that keeps the jars of all versions.
    """

    version: str | None = None
    port: int | None = None
    memory: str | None = None
    java_home: Path | None = None
    jars: Path | None = None


def start(
    folder: Path | None = None, wish: Wish | None = None, tell: Callable[[str], None] = lambda _: None
) -> LocalServer:
    """Have a server run in `folder` and return it when it answers queries; one that runs already is returned as it is.

    Raises MissingProgram without Java or Maven, SettingsError for a version, port or memory that cannot be, StoreReadOnly
    for a folder that cannot be written, StoreUnavailable when the server does not come up (with the end of its log).
    """
    wish, folder = wish or Wish(), made(folder or default_folder())
    with alone(folder / LOCK):
        if running := status(folder):
            tell(f"Neo4j {running.version} is running in {folder} already.")
            _wait(running, START_SECONDS)
            return running
        last = read_record(folder)
        kind = _release(wish.version, last)
        java = find_java(kind.java, wish.java_home)
        classes = jars(kind.version, wish.jars or default_jars(), tell)
        port = _port(wish.port, last)
        settings = configuration.local_settings(port, wish.memory)
        (folder / CONFIGURATION).mkdir(exist_ok=True)
        write_private(folder / CONFIGURATION / "neo4j.conf", configuration.written(settings))
        ensure_password(folder)
        tell(f"Starting Neo4j {kind.version} on Java {java.version} ...")
        options = taken_by(java, configuration.jvm_options(settings))
        pid = _launch([str(java.program), *options, "-cp", str(classes / "*"), kind.main], folder)
        record = Record(pid, port, kind.version)
        write_record(folder, record)
        server = _server(folder, record)
        _wait(server, START_SECONDS)
        return server


def status(folder: Path | None = None) -> LocalServer | None:
    """The server that runs in `folder`; None when none does, also after a crash that left its record behind."""
    folder = (folder or default_folder()).expanduser().resolve()
    record = read_record(folder)
    return _server(folder, record) if record and lives(record.pid, folder) else None


def stop(folder: Path | None = None, seconds: float = STOP_SECONDS) -> LocalServer | None:
    """End the server in `folder` in good order and return what ran; None when none did.

    Raises StoreUnavailable when it has not ended after so many seconds.
    """
    server = status(folder)
    if server is None:
        return None
    os.kill(server.pid, signal.SIGTERM)
    ended = ends(server.pid, server.folder, seconds)
    reap()
    if not ended:
        raise StoreUnavailable(
            f"Neo4j (process {server.pid}) was told to stop and still runs after {seconds:g} s: it may be writing. "
            f"See {server.folder / LOGS}."
        )
    return server


def reap() -> None:
    """Wait for those servers of this process that have ended, so that none is left as a zombie."""
    _children[:] = [child for child in _children if child.poll() is None]


def _server(folder: Path, record: Record) -> LocalServer:
    uri = f"bolt://{configuration.HOST}:{record.port}"
    password = password_of(folder) or ""
    return LocalServer(uri, USERNAME, password, DATABASE, record.version, record.pid, record.port, folder)


def _release(wanted: str | None, last: Record | None) -> Release:
    """The version wanted, else the folder's; never one older than what wrote the folder: Neo4j cannot read that."""
    kind = release(wanted or (last.version if last else CURRENT))
    if last and kind.number < number_of(last.version):
        raise SettingsError(
            f"The data in this folder is of Neo4j {last.version}, which {kind.version} cannot read: "
            "give another --folder, or a newer version."
        )
    return kind


def _port(wanted: int | None, last: Record | None) -> int:
    """The port wanted, which must be free; else the folder's last, the usual one, or any, whichever is free first."""
    if wanted is not None:
        if not _free(wanted):
            raise StoreUnavailable(f"Port {wanted} is in use by another program: give another --port, or none.")
        return wanted
    for port in (last.port if last else USUAL_PORT, USUAL_PORT):
        if _free(port):
            return port
    with socket.socket() as probe:
        probe.bind((configuration.HOST, 0))
        return int(probe.getsockname()[1])


def _free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":  # a port whose last connections are still winding down is free, as Neo4j sees it
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((configuration.HOST, port))
        except OSError:
            return False
    return True


def _launch(command: list[str], folder: Path) -> int:
    """Start the program in a session of its own, so that it outlives this one and its terminal; its process id."""
    (folder / LOGS).mkdir(exist_ok=True)
    (folder / "import").mkdir(exist_ok=True)
    with open(folder / LOGS / CONSOLE, "wb") as console:
        child = subprocess.Popen(
            [*command, *homes(folder)],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )
    reap()
    _children.append(child)
    return child.pid


def _wait(server: LocalServer, seconds: float) -> None:
    """Return when the server answers a query. Raises StoreUnavailable when it ends before, refuses us, or is too slow."""
    deadline = time.monotonic() + seconds
    while (answer := bolt.ask(configuration.HOST, server.port, server.username, server.password)) != bolt.Answer.READY:
        if answer == bolt.Answer.UNAUTHORISED:
            raise StoreUnavailable(
                f"Neo4j in {server.folder} runs and refuses the password in its file: someone has changed it. "
                "Put the right one into the file `password` there."
            )
        if _ended(server):
            raise StoreUnavailable(f"Neo4j {server.version} ended while it was starting.\n{_logs(server.folder)}")
        if time.monotonic() > deadline:
            raise StoreUnavailable(
                f"Neo4j {server.version} runs (process {server.pid}) and does not answer after {seconds:g} s.\n"
                f"{_logs(server.folder)}"
            )
        time.sleep(POLL_SECONDS)


def _ended(server: LocalServer) -> bool:
    """Whether the server is no more; of our own child we know for certain."""
    child = next((child for child in _children if child.pid == server.pid), None)
    return child.poll() is not None if child else not lives(server.pid, server.folder)


def _logs(folder: Path) -> str:
    names = (CONSOLE, "neo4j.log")
    return "\n".join(f"{folder / LOGS / name} ends with:\n{tail(folder / LOGS / name)}" for name in names)
