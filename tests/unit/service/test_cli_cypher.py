"""`graphmem cypher` and `graphmem doctor` as a shell sees them, where no server is needed."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from graphmem.service.cli import main
from graphmem.service.cli.cypher import _cell, _values
from graphmem.service.cli.screen import Screen
from graphmem.stores.neo4j.analysis.questions import QUESTIONS


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    return code, *capsys.readouterr()


def test_the_questions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cypher", "list")
    assert code == 0
    assert "known_about  $owner $name $limit\n  What is known now about an entity" in out
    code, out, _ = run(capsys, "cypher", "list", "--json")
    rows = {row["name"]: row for row in json.loads(out)["questions"]}
    assert set(rows) == set(QUESTIONS)
    assert rows["stale"]["parameters"] == {"owner": "str", "before": "datetime", "limit": "int"}
    assert rows["orphans"]["columns"] == {"entity": "str", "type": "str", "id": "str"}


def test_a_question_is_shown_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "cypher", "show", "hubs")
    assert (code, out) == (0, QUESTIONS["hubs"].text())
    code, out, _ = run(capsys, "cypher", "show", "hubs", "--json")
    assert json.loads(out)["text"] == QUESTIONS["hubs"].text()
    code, _, err = run(capsys, "cypher", "show", "nothing")
    assert code == 3
    assert "graphmem cypher list" in err


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("run", "nothing"), 3, "no question"),
        (("run", "hubs"), 2, "--param owner"),
        (("run", "hubs"), 2, "`graphmem cypher run owners`"),
        (("run", "owners"), 2, "needs a Neo4j server"),
        (("run", "stale", "-u", "ana"), 2, "--param before"),
        (("run", "stale", "-u", "ana", "-p", "before=someday"), 2, "is no date"),
        (("run", "hubs", "-u", "ana", "-p", "colour=red"), 2, "no parameter colour"),
        (("run", "hubs", "-u", "ana", "-p", "colour"), 2, "NAME=VALUE"),
        (("run", "hubs", "-u", "ana", "--timeout", "1000"), 2, "at most 120"),
        (("run", "hubs", "-u", "ana", "--limit", "100000"), 2, "10,000"),
        (("run", "hubs", "-u", "ana"), 2, "needs a Neo4j server"),
    ],
)
def test_mistakes_are_told(
    arguments: tuple[str, ...], code: int, word: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "work", "--db", tmp_path / "memory.db")  # makes the database
    ended, _, err = run(capsys, "cypher", *arguments, "--db", tmp_path / "memory.db")
    assert ended == code
    assert word in err


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "query.cypher").write_bytes(b"RETURN '\xff'")
    code, _, err = run(capsys, "cypher", "run", tmp_path / "query.cypher", "--db", tmp_path / "memory.db")
    assert code == 2
    assert "cannot be read" in err


def test_parameters_are_json_where_they_can_be() -> None:
    given = ["a=1", "b=[1, 2]", 'c={"x": null}', "d=word", "e=a=b", 'f="1"', "g="]
    assert _values(given) == {"a": 1, "b": [1, 2], "c": {"x": None}, "d": "word", "e": "a=b", "f": "1", "g": ""}


def test_cells_are_one_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert [_cell(one) for one in (None, True, 1.5, "a\nb", ["x", 1], {"k": None})] == [
        "", "true", "1.5", "a b", '["x", 1]', '{"k": null}',
    ]  # fmt: skip
    Screen().table(("a", "b"), [["x\ty", "\x1b[31mred"]])
    assert capsys.readouterr().out == "a\tb\nx y\t\\x1b[31mred\n"


def verdicts(out: str) -> dict[str, str]:
    return {one["name"]: one["verdict"] for one in json.loads(out)["findings"]}


def test_a_sound_file_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    db = tmp_path / "memory.db"
    code, out, _ = run(capsys, "doctor", "--db", db, "--json")
    assert code == 0
    assert verdicts(out)["file"] == "warn"
    assert not db.exists()
    assert run(capsys, "add", "Rita lives in Porto.", "-u", "ana", "--db", db)[0] == 0
    code, out, _ = run(capsys, "doctor", "--db", db, "--json")
    found = verdicts(out)
    assert code == 0
    assert [found[one] for one in ("file", "schema", "log", "integrity", "model")] == ["pass"] * 5
    assert json.loads(out)["counts"]["fail"] == 0
    assert "pass  integrity: ok" in run(capsys, "doctor", "--db", db)[1]


def test_what_is_no_database_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "letter.db").write_text("Dear Rita, " * 1000, encoding="utf-8")
    code, out, _ = run(capsys, "doctor", "--db", tmp_path / "letter.db", "--json")
    assert code == 4
    assert verdicts(out)["file"] == "fail"
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE something (x)")
    code, out, _ = run(capsys, "doctor", "--db", other)
    assert code == 4
    assert "fail  file:" in out
    assert "another program" in out


def test_a_server_that_is_not_there_fails(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "doctor", "--db", "bolt://127.0.0.1:1")
    assert code == 4
    assert out.startswith("fail  connection: The Neo4j server at bolt://127.0.0.1:1 cannot be reached")
