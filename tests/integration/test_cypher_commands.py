"""`graphmem cypher run` and `graphmem doctor` against real servers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from graphmem import Memory, Settings
from graphmem.service.cli import main
from tests.support.embedding import HashingEmbedder
from tests.support.neo4j_server import Neo4jServer, wipe
from tests.support.neo4j_store import place_of


@pytest.fixture
def shell(neo4j_server: Neo4jServer, monkeypatch: pytest.MonkeyPatch) -> Neo4jServer:
    """A shell whose environment leads to an empty server."""
    wipe(neo4j_server)
    for name, value in (
        ("NEO4J_URI", neo4j_server.uri),
        ("NEO4J_USERNAME", neo4j_server.username),
        ("NEO4J_PASSWORD", neo4j_server.password),
        ("NEO4J_DATABASE", neo4j_server.database),
    ):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("GRAPHMEM_URL", raising=False)
    return neo4j_server


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    return code, *capsys.readouterr()


def test_questions_and_queries_of_ones_own(
    shell: Neo4jServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = {"text": "Rita lives in Porto.", "triples": [["Rita", "live_in", "Porto"]], "occurred_at": "2024-02-01"}
    (tmp_path / "said.jsonl").write_text(json.dumps(said), encoding="utf-8")
    assert run(capsys, "add", "--file", tmp_path / "said.jsonl", "-u", "ana")[0] == 0
    code, out, _ = run(capsys, "cypher", "run", "known_about", "-u", "ana", "-p", "name=rita", "--json")
    document = json.loads(out)
    assert code == 0
    assert document["columns"][:3] == ["subject", "predicate", "object"]
    assert document["rows"][0][:3] == ["Rita", "live_in", "Porto"]
    code, out, _ = run(capsys, "cypher", "run", "predicates", "--param", "owner=user:ana")
    assert (code, out) == (0, "predicate\tfacts\tcurrent\tsubjects\tobjects\nlive_in\t1\t1\t1\t1\n")
    own = tmp_path / "own.cypher"
    own.write_text(
        "// mine\nMATCH (a)-[r:LIVE_IN]->(b) WHERE r.owner = $owner RETURN a.name AS who, b.name AS `where`;", "utf-8"
    )
    assert run(capsys, "cypher", "run", own, "-u", "ana")[1] == "who\twhere\nRita\tPorto\n"
    own.write_text("UNWIND range(1, 9) AS i RETURN i", "utf-8")
    code, out, err = run(capsys, "cypher", "run", own, "--limit", 3)
    assert (code, out) == (0, "i\n1\n2\n3\n")
    assert "There is more" in err
    own.write_text("MATCH (n) DETACH DELETE n", "utf-8")
    code, _, err = run(capsys, "cypher", "run", own, "--json")
    assert code == 2
    assert json.loads(err)["error"] == "query_refused"
    own.write_text("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*) AS n", "utf-8")
    code, _, err = run(capsys, "cypher", "run", own, "--timeout", 0.5, "--json")
    assert code == 4
    assert json.loads(err)["error"] == "query_timeout"


def found(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, str]]:
    code, out, _ = run(capsys, "doctor", "--json")
    return code, {one["name"]: one["verdict"] for one in json.loads(out)["findings"]}


def test_the_doctor_follows_a_server_through_its_life(
    shell: Neo4jServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code, names = found(capsys)
    assert code == 0
    assert (names["connection"], names["schema"]) == ("pass", "warn")
    assert names["server"] == ("pass" if shell.is_2026 else "warn")
    assert run(capsys, "stats")[0] == 0
    code, names = found(capsys)
    assert code == 0
    assert [names[one] for one in ("schema", "model", "indexes", "vector indexes", "constraints")] == ["pass"] * 5
    with GraphDatabase.driver(shell.uri, auth=shell.auth) as driver:
        broken(driver, shell)
    code, names = found(capsys)
    assert (code, names["constraints"]) == (4, "fail")
    monkeypatch.setenv("NEO4J_DATABASE", "missing")
    code, names = found(capsys)
    assert (code, names) == (4, {"connection": "fail"})


def broken(driver: Driver, server: Neo4jServer) -> None:
    driver.execute_query("DROP CONSTRAINT fact_stands_once", database_=server.database)


def test_the_doctor_sees_another_model(shell: Neo4jServer, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings.of(**place_of(shell))
    with Memory(settings, embedder=HashingEmbedder()) as memory:
        memory.stats()
    code, names = found(capsys)
    assert (code, names["model"]) == (4, "fail")


def test_a_server_of_our_own_is_closed(shell: Neo4jServer, capsys: pytest.CaptureFixture[str]) -> None:
    """What `docker/neo4j.conf` sets is what the doctor wants."""
    if shell.kill is None:
        pytest.skip("A server that was given has settings of its own.")
    _, names = found(capsys)
    wanted = ("files", "addresses", "procedures", "password", "time limit", "memory limit", "plug-ins")
    assert [names[one] for one in wanted] == ["pass"] * len(wanted)
