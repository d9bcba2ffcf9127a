"""Analysts' queries on real servers: attacks change, reach and read nothing, questions are answered, limits hold."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from graphmem.domain.analysis import AnalystQuery, CypherResult
from graphmem.errors import InputError, QueryRefused, QueryTimeout
from graphmem.stores.neo4j.analysis.plan import check_plan
from graphmem.stores.neo4j.analysis.run import run
from graphmem.stores.neo4j.connection import Connection, Login
from tests.support.analyst_graph import digest, make
from tests.support.cypher_corpus import Attack, Question, attacks, questions
from tests.support.neo4j_server import Neo4jServer, wipe

PARAMETERS: dict[str, Any] = {
    "owner": "user:ana", "other": "user:bob", "user_id": "ana", "agent_id": None, "run_id": None,
    "names": ["Ana", "Leo", "Beta"], "vector": [1.0, 0.1, 0.0], "v": [1.0, 0.1, 0.0], "predicate": "work_at",
    "label": "Entity", "labels": ["Entity"], "type": "KNOWS", "key": "x", "n": 1_000_000_000, "regex": "(a+)+$",
    "url": "http://127.0.0.1:1/",
}  # fmt: skip
SHORT, SOON = 1.0, 6.0
"""Seconds that an attack is given, and after which it must be over."""


class Trap(threading.Thread):
    """A server on loopback that counts who calls."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.callers = 0
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def run(self) -> None:
        """Take every caller, answer nothing of use."""
        with suppress(OSError):
            while True:
                caller, _ = self._socket.accept()
                self.callers += 1
                caller.close()

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()


@pytest.fixture(scope="module")
def driver(neo4j_server: Neo4jServer) -> Iterator[Driver]:
    """The server with the small graph in it, and no attack has changed it at the end."""
    wipe(neo4j_server)
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth, notifications_min_severity="OFF") as driver:
        make(driver, neo4j_server.database)
        yield driver
    wipe(neo4j_server)


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    trap = Trap()
    trap.start()
    yield trap
    trap.close()


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("secret") / "secret.csv"
    path.write_text("do-not-read-me\n", encoding="utf-8")
    return path


def asked(server: Neo4jServer, work: Callable[[Connection], Awaitable[Any]]) -> Any:
    """What `work` gives on a connection of its own."""

    async def whole() -> Any:
        connection = Connection(Login(server.uri, server.username, server.password, server.database))
        await connection.open()
        try:
            return await work(connection)
        finally:
            await connection.close()

    return asyncio.run(whole())


def answer(
    server: Neo4jServer, query_text: str, /, timeout: float = 10.0, limit: int = 1000, **parameters: Any
) -> CypherResult:
    query = AnalystQuery(text=query_text, parameters={**PARAMETERS, **parameters}, timeout=timeout, limit=limit)
    result = asked(server, lambda connection: run(connection, query))
    assert isinstance(result, CypherResult)
    return result


async def verdicts(connection: Connection, texts: list[str]) -> list[tuple[str, float]]:
    """How each query ended, and after how many seconds."""
    found = []
    for text in texts:
        query = AnalystQuery(text=text, parameters=PARAMETERS, timeout=SHORT, limit=1000)
        began = time.monotonic()
        try:
            result = await run(connection, query)
            assert "do-not-read-me" not in str(result.rows)
            ended = "answered"
        except QueryRefused:
            ended = "refused"
        except (QueryTimeout, InputError) as error:
            ended = type(error).__name__
        found.append((ended, time.monotonic() - began))
    return found


def dialects(server: Neo4jServer) -> tuple[str, ...]:
    return ("CYPHER 5 ", "CYPHER 25 ") if server.is_2026 else ("CYPHER 5 ",)


KINDS = sorted({attack.kind for attack in attacks() if attack.refused})


@pytest.mark.parametrize("kind", KINDS)
def test_attacks_are_refused_and_leave_no_trace(
    kind: str, neo4j_server: Neo4jServer, driver: Driver, trap: Trap, secret: Path
) -> None:
    before = digest(driver, neo4j_server.database)
    tried = [attack for attack in attacks() if attack.kind == kind]
    texts = [
        prefix + attack.text(trap.address, str(secret).lstrip("/"))
        for prefix in ("", *dialects(neo4j_server))
        for attack in tried
    ]
    ends = asked(neo4j_server, lambda connection: verdicts(connection, texts))
    assert [text for text, (ended, _) in zip(texts, ends, strict=True) if ended != "refused"] == []
    assert max(seconds for _, seconds in ends) < SOON
    assert digest(driver, neo4j_server.database) == before
    assert trap.callers == 0


BOUNDED = [attack for attack in attacks() if not attack.refused]


@pytest.mark.parametrize("attack", BOUNDED, ids=str)
def test_heavy_queries_end_soon_and_the_server_lives(attack: Attack, neo4j_server: Neo4jServer, driver: Driver) -> None:
    prefix = dialects(neo4j_server)[-1]
    ends = asked(
        neo4j_server, lambda connection: verdicts(connection, [prefix + attack.template, "MATCH (n) RETURN count(n)"])
    )
    assert ends[0][1] < SOON
    assert ends[1][0] == "answered"
    assert answer(neo4j_server, "MATCH (n) RETURN count(n) AS n").rows[0][0] == 45


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.text[:50])
def test_questions_are_answered(question: Question, neo4j_server: Neo4jServer, driver: Driver) -> None:
    if question.needs_25 and not neo4j_server.is_2026:
        with pytest.raises(QueryRefused, match="server cannot read"):
            answer(neo4j_server, question.text)
        return
    result = answer(neo4j_server, question.text)
    assert list(result.columns) == question.columns
    assert len(result.rows) == question.rows
    assert not result.truncated


DANGEROUS = [
    "LOAD CSV FROM $url AS line RETURN line",
    "RETURN COUNT { LOAD CSV FROM $url AS line RETURN line } AS c",
    "RETURN [x IN [1] | COUNT { LOAD CSV FROM $url AS line RETURN line }] AS c",
    "MATCH (n) RETURN [x IN [1] | COLLECT { LOAD CSV FROM 'file:///x' AS line RETURN line }] AS c",
    "SHOW SETTINGS YIELD name RETURN name",
    "SHOW TRANSACTIONS",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "CALL dbms.components()",
    "CALL db.stats.retrieve('GRAPH COUNTS', {})",
    "CALL db.awaitIndexes(1)",
    "MATCH (n) CALL (n) { RETURN n AS m } IN TRANSACTIONS RETURN m",
    "CREATE (n) RETURN n",
]


@pytest.mark.parametrize("query", DANGEROUS)
def test_the_plan_alone_gives_them_away(query: str, neo4j_server: Neo4jServer, driver: Driver) -> None:
    """The second lock: were the reader of the text wrong, the plan would still be refused."""
    with driver.session(database=neo4j_server.database) as session:
        summary = session.run(f"EXPLAIN {query}", PARAMETERS).consume()
    with pytest.raises(QueryRefused):
        check_plan(summary.plan, summary.query_type)


def test_rows_beyond_the_limit_are_left(neo4j_server: Neo4jServer, driver: Driver) -> None:
    exact = answer(neo4j_server, "UNWIND range(1, 50) AS i RETURN i", limit=50)
    assert (len(exact.rows), exact.truncated, exact.stopped_by) == (50, False, None)
    more = answer(neo4j_server, "UNWIND range(1, 51) AS i RETURN i", limit=50)
    assert (len(more.rows), more.truncated, more.stopped_by) == (50, True, "rows")
    union = answer(
        neo4j_server, "UNWIND range(1, 99) AS i RETURN i UNION ALL UNWIND range(1, 99) AS i RETURN i", limit=100
    )
    assert (len(union.rows), union.stopped_by) == (100, "rows")


def test_bytes_and_cells_are_capped(neo4j_server: Neo4jServer, driver: Driver) -> None:
    wide = answer(neo4j_server, "UNWIND range(1, 9000) AS i RETURN $text AS text", limit=10_000, text="x" * 2000)
    assert wide.stopped_by == "bytes"
    assert 3000 < len(wide.rows) < 5000
    many = answer(neo4j_server, "UNWIND range(1, 9000) AS i RETURN [x IN range(1, 400) | null] AS xs", limit=10_000)
    assert many.stopped_by in ("bytes", "cells")


def test_one_enormous_row_is_not_taken_in(neo4j_server: Neo4jServer, driver: Driver) -> None:
    query = "UNWIND range(1, 60000) AS i WITH $text + i AS text RETURN collect(text) AS texts"
    with pytest.raises(QueryTimeout, match="One row of the answer"):
        answer(neo4j_server, query, text="x" * 900)
    assert answer(neo4j_server, "RETURN 1 AS one").rows == [(1,)]


def test_time_is_up(neo4j_server: Neo4jServer, driver: Driver) -> None:
    began = time.monotonic()
    with pytest.raises(QueryTimeout, match="limit of time"):
        answer(
            neo4j_server, "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n", timeout=0.5
        )
    assert time.monotonic() - began < SOON


def test_a_cancelled_query_gives_its_connection_back(neo4j_server: Neo4jServer, driver: Driver) -> None:
    async def work(connection: Connection) -> CypherResult:
        text = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n"
        query = AnalystQuery(text=text, parameters={}, timeout=30.0, limit=10)
        task = asyncio.create_task(run(connection, query))
        await asyncio.sleep(0.3)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        return await run(connection, AnalystQuery(text="RETURN 1 AS one", parameters={}, timeout=5.0, limit=10))

    assert asked(neo4j_server, work).rows == [(1,)]


@pytest.mark.parametrize(
    "query", ["MATCH (n RETURN n", "RETURN 1 +", "RETURN foo", "MATCH (n) RETURN", "RETURN count(1, 2, 3)"]
)
def test_what_cannot_be_read_is_refused(query: str, neo4j_server: Neo4jServer, driver: Driver) -> None:
    with pytest.raises(QueryRefused):
        answer(neo4j_server, query)


@pytest.mark.parametrize("query", ["RETURN 1 / 0", "UNWIND [1, 0] AS x RETURN 1 / x", "RETURN date($key)"])
def test_what_cannot_be_worked_out_is_told(query: str, neo4j_server: Neo4jServer, driver: Driver) -> None:
    with pytest.raises(InputError) as told:
        answer(neo4j_server, query)
    assert not isinstance(told.value, QueryRefused)


def test_values_are_plain(neo4j_server: Neo4jServer, driver: Driver) -> None:
    query = (
        "MATCH p = (m:Memory {id: 'm1'})-[s:SUPPORTS]->(f:Fact) RETURN m, s, p, m.created_at AS at, date('2024-01-02') AS day, "
        "duration('P1DT2H') AS long, [1, 1.5, true, null, 'x', {a: [1]}] AS some, point({x: 1.0, y: 2.0}) AS place, time('12:00Z') AS t"
    )
    row = answer(neo4j_server, query).as_dicts()[0]
    assert row["m"]["labels"] == ["Memory"]
    assert row["m"]["properties"]["text"] == "Ana works at Acme."
    assert "embedding" not in row["m"]["properties"]
    assert row["s"] == {"type": "SUPPORTS", "properties": {"sentence": 0, "span_start": 0, "span_end": 17}}
    assert [len(row["p"][part]) for part in ("nodes", "relationships")] == [2, 1]
    assert row["at"].isoformat() == "2024-01-10T00:00:00+00:00"
    assert (row["day"].isoformat(), row["long"], row["t"].isoformat()) == ("2024-01-02", "P1DT2H", "12:00:00+00:00")
    assert row["some"] == [1, 1.5, True, None, "x", {"a": [1]}]
    assert row["place"] == {"srid": 7203, "coordinates": [1.0, 2.0]}
    assert answer(neo4j_server, "MATCH (m:Memory {id: 'm1'}) RETURN m.embedding AS e").rows == [([1.0, 0.1, 0.0],)]
