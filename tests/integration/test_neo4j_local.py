"""`graphmem neo4j` with the real Java, Maven and server, of both versions: start, stop, a crash, and what it lets in."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase
from neo4j.exceptions import ClientError

from graphmem.errors import GraphmemError, StoreUnavailable
from graphmem.service import local_neo4j
from graphmem.service.local_neo4j import bolt, configuration
from graphmem.service.local_neo4j.jars import jars
from graphmem.service.local_neo4j.java import find_java
from graphmem.service.local_neo4j.releases import release
from tests.support.neo4j_server import HOW, JARS, SERIES, kill_local, say

pytestmark = [pytest.mark.neo4j, pytest.mark.parametrize("version", SERIES.values(), ids=SERIES)]


@pytest.fixture(autouse=True)
def _programs(version: str) -> None:
    """Skip where the programs are missing, but not in CI."""
    try:
        find_java(release(version).java, _java_home())
        jars(version, JARS, say)
    except GraphmemError as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"No local Neo4j: {error} {HOW}")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A server's folder; what runs there at the end is killed. Java compiles quickly and not well: it has little to do."""
    monkeypatch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
    yield tmp_path / "server of its own"
    kill_local(tmp_path / "server of its own")


def _java_home() -> Path | None:
    return Path(os.environ["JAVA_HOME"]) if os.environ.get("JAVA_HOME") else None


def command(*arguments: str | Path, code: int = 0) -> tuple[str, str]:
    """What `graphmem neo4j …` says on standard output and on standard error."""
    run = subprocess.run(
        [sys.executable, "-m", "graphmem.service.cli", "neo4j", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == code, run.stderr
    return run.stdout, run.stderr


def start(folder: Path, *more: str) -> dict[str, Any]:
    """Start it through the command line; what it says of the server."""
    out, _ = command("start", "--folder", folder, "--jars", JARS, "--memory", "768m", "--json", *more)
    return dict(json.loads(out))


def ask(server: dict[str, Any], query: str) -> list[list[Any]]:
    """The rows of a query, over the driver."""
    with GraphDatabase.driver(server["uri"], auth=(server["username"], server["password"])) as driver:
        records, _, _ = driver.execute_query(query, database_=server["database"])
    return [list(record) for record in records]


def test_a_life(folder: Path, version: str) -> None:
    with ThreadPoolExecutor(2) as two_at_once:
        server, other = two_at_once.map(lambda _: start(folder, "--neo4j-version", version), range(2))
    assert server == other
    assert (server["version"], server["folder"], server["running"]) == (version, str(folder), True)
    ask(server, "CREATE (:Kept {id: 1})")

    again, said = command("start", "--folder", folder, "--env")
    assert "running in" in said
    assert again.splitlines() == [
        f"export NEO4J_URI={server['uri']}",
        "export NEO4J_USERNAME=neo4j",
        f"export NEO4J_PASSWORD={server['password']}",
        "export NEO4J_DATABASE=neo4j",
    ]
    assert json.loads(command("status", "--folder", folder, "--json")[0]) == server
    check_settings(server)
    check_doors(server)

    os.kill(server["pid"], signal.SIGKILL)
    while local_neo4j.status(folder):
        pass
    assert json.loads(command("status", "--folder", folder, "--json", code=3)[0]) == {"running": False}

    back = start(folder)
    assert {**back, "pid": 0} == {**server, "pid": 0}
    assert back["pid"] != server["pid"]
    assert ask(back, "MATCH (n:Kept) RETURN n.id") == [[1]]

    check_a_changed_password(back)
    said, _ = command("stop", "--folder", folder)
    assert f"process {back['pid']}" in said
    assert "No Neo4j server is running" in command("stop", "--folder", folder)[0]
    assert "start it" in command("status", "--folder", folder, code=3)[0]


def check_settings(server: dict[str, Any]) -> None:
    """The server took every setting of docker/neo4j.conf (it would not have started on an unknown one), and they hold."""
    told = {str(row[0]): row[1] for row in ask(server, "SHOW SETTINGS YIELD name, value")}
    hidden = {name for name, _ in configuration.shipped_settings() if name.startswith("internal.")}
    sizes = {configuration.JVM, configuration.ONE_TRANSACTION, configuration.ALL_TRANSACTIONS, configuration.PAGE_CACHE}
    sizes |= {configuration.HEAP_FIRST, configuration.HEAP_MOST, "server.directories.import"}
    for name, value in configuration.shipped_settings():
        if name not in hidden | sizes:
            assert in_seconds(told[name]) == in_seconds(value), name
    assert told["server.config.strict_validation.enabled"] == "true"
    assert told["server.directories.import"].endswith("import")
    assert told[configuration.HEAP_MOST] == "768.00MiB"


def in_seconds(value: str) -> str:
    """A duration in one writing: the server tells 120s as 2m."""
    return {"2m": "120s"}.get(value, value)


def check_doors(server: dict[str, Any]) -> None:
    """A wrong password, files and addresses stay outside; nothing but Bolt on loopback listens."""
    assert bolt.ask("127.0.0.1", server["port"], "neo4j", "wrong") == bolt.Answer.UNAUTHORISED
    assert bolt.ask("127.0.0.1", server["port"], "neo4j", server["password"]) == bolt.Answer.READY
    for place in ("file:///etc/passwd", f"http://127.0.0.1:{server['port']}/", "http://[::1]/"):
        with pytest.raises(ClientError, match=r"blocked via|allow_csv_import_from_file_urls"):
            ask(server, f"LOAD CSV FROM '{place}' AS line RETURN line")
    listening = listeners(server["pid"])
    assert listening in (None, {("127.0.0.1", server["port"])})


def check_a_changed_password(server: dict[str, Any]) -> None:
    """When the server refuses the password in the file, starting it again says so, and all is well with the right one."""
    folder = Path(server["folder"])
    (folder / "password").write_text("another-one\n", encoding="utf-8")
    with pytest.raises(StoreUnavailable, match="refuses the password"):
        local_neo4j.start(folder)
    (folder / "password").write_text(server["password"], encoding="utf-8")
    assert local_neo4j.start(folder).pid == server["pid"]


def listeners(pid: int) -> set[tuple[str, int]] | None:
    """Addresses on which a process listens, from /proc; None where there is none."""
    if not Path("/proc/net/tcp").exists():
        return None
    mine = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in mine:
                host, _, port = local.partition(":")
                found.add((address(host), int(port, 16)))
    return found


def address(told: str) -> str:
    """An address of /proc/net as one writes it; of version 6 only the mapped ones are told apart."""
    raw = b"".join(bytes.fromhex(told[at : at + 8])[::-1] for at in range(0, len(told), 8))
    if len(raw) == 4:
        return socket.inet_ntop(socket.AF_INET, raw)
    return socket.inet_ntop(socket.AF_INET6, raw).removeprefix("::ffff:")
