"""Real Neo4j servers for the tests, of both versions, found in this order: NEO4J_URI, Docker, the jars through Maven.

``neo4j_server``  one running server, the test is run for each version; shared by the whole session
``fresh_neo4j``   the same, with an empty database: no nodes, no indexes, no constraints
``empty_neo4j``   the same, with no rows; the schema may be there already (tests/support/neo4j_store.py)

With NEO4J_URI set there is only that server. Where `CI` is set a server must be had; elsewhere the test is skipped and
says what to install. A test that kills a server need not mend it: the next test that asks for one starts it again.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from graphmem.errors import GraphmemError
from graphmem.service import local_neo4j
from tests.support.neo4j_container import Container, docker_answers

ROOT = Path(__file__).resolve().parents[2]
JARS = ROOT / ".neo4j" / "jars"
"""Inside the checkout and ignored by git, so that a clean clone relies on nothing outside it."""

GIVEN = "given"
SERIES = {"2026": local_neo4j.CURRENT, "5.26": local_neo4j.LONG_TERM}
"""The versions that every test of the Neo4j store runs on."""

WHICH = (GIVEN,) if os.environ.get("NEO4J_URI") else tuple(SERIES)
HOW = "Set NEO4J_URI (NEO4J_USERNAME, NEO4J_PASSWORD), or start Docker, or install Maven and a JDK 21 or newer."
WATCH = """
import sys
from pathlib import Path
from tests.support.neo4j_server import kill_local
sys.stdin.read()
for folder in sys.argv[1:]:
    kill_local(Path(folder))
"""
"""It reads till the session's end of the pipe is closed, which the system does for one that was killed."""


@dataclass(frozen=True)
class Neo4jServer:
    """A server and how to enter it. `kill` (SIGKILL) and `restart` are None when it is not ours to end."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str
    version: str
    kill: Callable[[], None] | None = None
    restart: Callable[[], None] | None = None

    @property
    def auth(self) -> tuple[str, str]:
        """User name and password, as the driver takes them."""
        return self.username, self.password

    @property
    def is_2026(self) -> bool:
        """Whether it is of the newer series, which searches vectors within a scope by itself."""
        return not self.version.startswith("5.")


class Pool:
    """The servers of one test session, each started when a test first asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._servers: dict[str, Neo4jServer] = {}
        self._faults: dict[str, str] = {}
        self._ends = ExitStack()
        self._docker: bool | None = None
        self._watch: subprocess.Popen[bytes] | None = None

    def server(self, which: str) -> Neo4jServer:
        """The server of a series, running. Fails or skips the test when there is none to be had."""
        if which not in self._servers and which not in self._faults:
            try:
                self._servers[which] = given() if which == GIVEN else self._started(which)
            except (GraphmemError, OSError) as error:
                self._faults[which] = f"No Neo4j {SERIES.get(which, '')} for this test: {error} {HOW}"
        if which in self._faults:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(self._faults[which])
        running(self._servers[which])
        return self._servers[which]

    def close(self) -> None:
        """Stop what was started."""
        self._ends.close()
        if self._watch and self._watch.stdin:
            self._watch.stdin.close()
            self._watch.wait()

    def _watched(self) -> None:
        """Have a process end our servers should this one be ended from outside, before it can do so itself."""
        if self._watch is None:
            folders = [str(self._folder / which) for which in SERIES]
            self._watch = subprocess.Popen(
                [sys.executable, "-c", WATCH, *folders], cwd=ROOT, stdin=subprocess.PIPE, start_new_session=True
            )

    def _started(self, which: str) -> Neo4jServer:
        if self._docker is None:
            self._docker = docker_answers()
        if self._docker:
            try:
                return self._container(which)
            except OSError as error:
                print(f"Docker answers and brought no Neo4j ({error}): taking the jars.")
                self._docker = False
        return self._local(which)

    def _container(self, which: str) -> Neo4jServer:
        container = Container(which, free_port())
        self._ends.callback(container.stop)
        uri, password = container.start()
        server = Neo4jServer(uri, "neo4j", password, "neo4j", "", container.kill, container.restart)
        return replace(server, version=version_of(server))

    def _local(self, which: str) -> Neo4jServer:
        folder = self._folder / which
        home = os.environ.get("JAVA_HOME")
        wish = local_neo4j.Wish(
            version=SERIES[which], port=free_port(), memory="1g", java_home=Path(home) if home else None, jars=JARS
        )
        self._watched()
        self._ends.callback(kill_local, folder)
        server = local_neo4j.start(folder, wish, say)
        return Neo4jServer(
            server.uri,
            server.username,
            server.password,
            server.database,
            server.version,
            lambda: kill_local(folder),
            lambda: void(local_neo4j.start(folder, wish)),
        )


def kill_local(folder: Path) -> None:
    """SIGKILL the server in `folder` and see it gone; a good end would take some ten seconds of each session."""
    if running := local_neo4j.status(folder):
        os.kill(running.pid, signal.SIGKILL)
        while local_neo4j.status(folder):
            time.sleep(0.01)
        local_neo4j.reap()


def void(_: object) -> None:
    """Take a value and give none."""


def say(message: str) -> None:
    """A word on the terminal's own standard error, which pytest captures unless it is asked not to."""
    print(message, flush=True)


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def given() -> Neo4jServer:
    """The server that the environment names."""
    environ = os.environ
    server = Neo4jServer(
        environ["NEO4J_URI"],
        environ.get("NEO4J_USERNAME") or "neo4j",
        environ.get("NEO4J_PASSWORD") or "",
        environ.get("NEO4J_DATABASE") or "neo4j",
        version="",
    )
    return replace(server, version=version_of(server))


def version_of(server: Neo4jServer) -> str:
    """What the server says its version is. Raises OSError when it does not answer."""
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        with GraphDatabase.driver(server.uri, auth=server.auth) as driver:
            records, _, _ = driver.execute_query(
                "CALL dbms.components() YIELD name, versions WHERE name = 'Neo4j Kernel' RETURN versions[0]",
                database_=server.database,
            )
    except (DriverError, Neo4jError) as error:
        raise OSError(f"{server.uri} does not answer: {error}") from error
    return str(records[0][0])


def answers(server: Neo4jServer) -> bool:
    """Whether a query comes through."""
    from neo4j import GraphDatabase
    from neo4j.exceptions import DriverError, Neo4jError

    try:
        with GraphDatabase.driver(server.uri, auth=server.auth, max_transaction_retry_time=0) as driver:
            driver.execute_query("RETURN 1", database_=server.database)
    except (DriverError, Neo4jError):
        return False
    return True


def wipe(server: Neo4jServer) -> None:
    """Take away every node, index and constraint, in batches, so that a large graph does not fill the server's memory."""
    from neo4j import GraphDatabase

    with (
        GraphDatabase.driver(server.uri, auth=server.auth) as driver,
        driver.session(database=server.database) as session,
    ):
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 2000 ROWS").consume()
        for name in [row["name"] for row in session.run("SHOW CONSTRAINTS YIELD name")]:
            session.run(f"DROP CONSTRAINT `{name}` IF EXISTS").consume()
        for row in list(session.run("SHOW INDEXES YIELD name, type")):
            if row["type"] != "LOOKUP":
                session.run(f"DROP INDEX `{row['name']}` IF EXISTS").consume()


@pytest.fixture(scope="session")
def neo4j_pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pool]:
    """All servers of the session; they are stopped at its end, whatever the tests did."""
    pool = Pool(tmp_path_factory.mktemp("neo4j"))
    yield pool
    pool.close()


@pytest.fixture(scope="session", params=WHICH, ids="neo4j-{}".format)
def neo4j_server(request: pytest.FixtureRequest, neo4j_pool: Pool) -> Neo4jServer:
    """A running server; what other tests left in its database is still there."""
    return neo4j_pool.server(request.param)


@pytest.fixture
def fresh_neo4j(neo4j_server: Neo4jServer) -> Neo4jServer:
    """A running server with an empty database."""
    running(neo4j_server)
    wipe(neo4j_server)
    return neo4j_server


def running(server: Neo4jServer) -> None:
    """Start a server again that a test has killed."""
    if server.restart is not None and not answers(server):
        server.restart()
