"""The commands, run whole on a real database: what they print, and what they answer when something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest

from graphmem.service.cli import main

ANA = ("-u", "ana")


class Shell:
    """`main` with a database, as a shell sees it."""

    def __init__(self, db: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.db = db
        self._capsys = capsys

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        code = main([*arguments, "--db", str(self.db)])
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *arguments: str) -> Any:
        """The document that a command prints, which is all that it prints."""
        code, out, err = self.run(*arguments, "--json")
        assert code == 0, err
        return json.loads(out)


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "memory.db", capsys)


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which Ana has said three things."""
    folder = tmp_path_factory.mktemp("diary")
    lines = folder / "diary.jsonl"
    rows = [
        {"text": "I work at Acme in Lisbon."},
        {"text": "My sister Rita lives in Porto.", "triples": [["Rita", "live_in", "Porto"]]},
        {"text": "I like cardamom buns."},
    ]
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    shared = ("--occurred-at", "2024-03-01", "--metadata", "source=diary", "--db", str(folder / "memory.db"))
    assert main(["add", "--file", str(lines), *ANA, *shared]) == 0
    return folder / "memory.db"


@pytest.fixture
def told(diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """A copy of Ana's diary: a closed database is one file."""
    capsys.readouterr()
    return Shell(Path(copyfile(diary, tmp_path / "memory.db")), capsys)


def _first_id(shell: Shell) -> str:
    return str(shell.json("list", *ANA)["items"][0]["id"])


def test_add_tells_what_became_of_it(shell: Shell) -> None:
    document = shell.json("add", "Ana works at Acme in Lisbon.", *ANA)
    assert document["counts"] == {"ADD": 1}
    assert document["results"][0]["memory"] == "Ana works at Acme in Lisbon."
    assert shell.json("add", "Ana works at Acme in Lisbon.", *ANA)["counts"] == {"NOOP": 1}


def test_words_come_back_before_and_after_a_deletion(told: Shell) -> None:
    one = _first_id(told)
    told.run("update", one, "I work at Tidewater.", *ANA)
    first = told.json("history", one, *ANA)["revisions"][0]["id"]
    assert told.json("revert", one, *ANA)["memory"] == "I work at Acme in Lisbon."
    told.run("delete", one, "--yes", *ANA)
    code, out, _ = told.run("revert", one, "--revision", first, "--no-infer", *ANA)
    assert code == 0
    assert "I work at Acme in Lisbon." in out
    assert told.json("get", one, *ANA)["metadata"] == {"source": "diary"}
    code, _, err = told.run("revert", one, "-u", "bo")
    assert (code, err.count("\n")) == (3, 1)


def test_the_timeline_of_an_entity(told: Shell) -> None:
    told.run("add", "Rita lives in Paris.", *ANA, "--occurred-at", "2025-01-02")
    page = told.json("timeline", "Rita", *ANA, "--limit", "1")
    assert (page["total"], page["items"][0]["fact"]["object"], page["items"][0]["state"]) == (2, "Porto", "superseded")
    rest = told.json("timeline", "Rita", *ANA, "--cursor", page["next_cursor"])
    assert [row["fact"]["object"] for row in rest["items"]] == ["Paris"]
    _, out, _ = told.run("timeline", "Rita", *ANA)
    assert re.search(r"2024-03-01  Rita — live in → Porto .*superseded\n +then Rita — live in → Paris", out)
    assert "said “Rita lives in Porto”" in out
    _, out, err = told.run("timeline", "Nobody", *ANA)
    assert (out, "Nothing is known by that name" in err) == ("", True)


def test_what_may_be_one_thing_is_listed_and_decided(told: Shell) -> None:
    told.run("add", "Robert Lane works at Acme.", *ANA)
    told.run("add", "Bob Lane lives in Porto.", *ANA)
    (pair,) = told.json("same", *ANA)["items"]
    _, out, _ = told.run("same", *ANA)
    assert re.search(rf"Bob Lane may be Robert Lane\n +{pair['id']}  0\.80  the same name with a familiar form", out)
    code, out, _ = told.run("merge", "Robert Lane", "Bob Lane", *ANA, "--reason", "he told me", "--by", "ana")
    assert (code, "Bob Lane is Robert Lane" in out, "he told me, by ana" in out) == (0, True, True)
    assert told.json("facts", "-s", "Bob Lane", *ANA)["total"] == 2
    assert told.json("split", pair["id"], *ANA)["status"] == "apart"
    assert told.json("facts", "-s", "Bob Lane", *ANA)["total"] == 1
    code, out, _ = told.run("dismiss", pair["id"], *ANA)
    assert (code, "Bob Lane is not Robert Lane" in out) == (0, True)
    assert told.run("merge", "Bob Lane", "Nobody", *ANA)[0] == 3


def test_kinds_are_listed_and_searched_by_type(told: Shell) -> None:
    scope = (*ANA, "-a", "bot")
    told.run("add", "1. Preheat the oven.\n2. Bake the buns.", *scope, "--type", "procedural")
    (row,) = told.json("list", *ANA, "--type", "procedural")["items"]
    assert told.json("get", row["id"], *ANA)["steps"] == ["Preheat the oven.", "Bake the buns."]
    found = told.json("search", "buns", *ANA, "--type", "procedural", "--filter", '{"role": "user"}')
    assert [hit["memory"]["id"] for hit in found["hits"]] == [row["id"]]
    assert "steps" not in told.json("get", _first_id(told), *ANA)
    code, _, err = told.run("list", *ANA, "--type", "skill")
    assert code == 2
    assert "use semantic, episodic, procedural" in err


def test_facts_are_held_to_the_ontology_of_a_file(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "ontology.json"
    file.write_text(
        '{"relations": [{"name": "employed_by", "aliases": ["works at"]}], "strict": true}', encoding="utf-8"
    )
    given = ("add", "Ana works at Acme in Lisbon.", *ANA, "--ontology", str(file))
    for more in (("--dry-run",), ()):
        facts = shell.json(*given, *more)["results"][0]["facts"]
        assert {(fact["predicate"], fact["object"]) for fact in facts} == {("employed_by", "Acme")}
    file.write_text('{"relations": [{"name": "employed_by", "subject": ["worker"]}]}', encoding="utf-8")
    code, _, err = shell.run(*given)
    assert (code, "unknown type 'worker'" in err, err.count("\n")) == (2, True, 1)


def test_without_inference_no_fact_is_read(shell: Shell) -> None:
    assert shell.json("add", "Ana works at Acme in Lisbon.", *ANA, "--no-infer")["results"][0]["facts"] == []


def test_files_and_lines(shell: Shell, tmp_path: Path) -> None:
    lines = tmp_path / "items.jsonl"
    rows = [{"title": f"Place {n}", "text": f"Place {n} is a town in Portugal."} for n in range(40)]
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    code, out, err = shell.run("add", "--file", str(lines), *ANA)
    assert (code, out.split(",")[0]) == (0, "40 memories (40 ADD)")
    assert "remembering: 40 of 40" in err
    assert shell.json("stats", *ANA)["memories"] == 40


def test_search_shows_text_score_and_json_shows_all(told: Shell) -> None:
    code, out, _ = told.run("search", "Where does Rita live?", *ANA)
    assert code == 0
    assert "My sister Rita lives in Porto." in out.splitlines()[1]
    document = told.json("search", "Where does Rita live?", *ANA, "--limit", "2")
    assert len(document["hits"]) == 2
    assert document["hits"][0]["memory"]["text"] == "My sister Rita lives in Porto."
    assert set(document) == {"hits", "facts", "entities", "trace"}


def test_the_same_key_adds_once(shell: Shell) -> None:
    first = shell.json("add", "Rita repairs oboes.", *ANA, "--key", "k")
    again = shell.json("add", "Rita repairs oboes.", *ANA, "--key", "k")
    assert (again["counts"], again["results"][0]["id"]) == ({"NOOP": 1}, first["results"][0]["id"])
    code, _, err = shell.run("add", "Rita repairs flutes.", *ANA, "--key", "k")
    assert (code, "was given before with another content" in err) == (2, True)


def test_a_key_is_for_one_item(shell: Shell, tmp_path: Path) -> None:
    lines = tmp_path / "two.jsonl"
    lines.write_text('{"text": "One.", "idempotency_key": "a"}\n{"text": "Two."}\n', encoding="utf-8")
    code, _, err = shell.run("add", "--file", str(lines), *ANA, "--key", "k")
    assert (code, "--key is for one item" in err) == (2, True)
    assert shell.run("add", "--file", str(lines), *ANA)[0] == 0
    assert shell.json("add", "--file", str(lines), *ANA)["counts"] == {"NOOP": 2}


def test_a_dry_run_writes_nothing(told: Shell) -> None:
    code, out, err = told.run("add", "I work at Tidewater now.", *ANA, "--actor", "Ana", "--dry-run")
    assert (code, "nothing was written" in err) == (0, True)
    assert "Tidewater" in out
    assert "Tidewater" not in told.run("list", *ANA)[1]
    assert told.json("add", "I work at Tidewater now.", *ANA, "--dry-run")["dry_run"] is True


def test_explain_adds_score_parts_and_time(told: Shell) -> None:
    out = told.run("search", "Where does Rita live?", *ANA, "--explain")[1]
    assert re.search(r"^ +semantic +\+0\.\d{3} +█+$", out, re.MULTILINE)
    assert re.search(r"^time +\d\.\d{3} s: embed \d", out, re.MULTILINE)


def test_reads_see_their_own_scope_only(told: Shell) -> None:
    assert told.json("search", "Where does Rita live?", "-u", "ben")["hits"] == []
    assert told.json("list", "-u", "ben")["total"] == 0
    code, _, err = told.run("get", _first_id(told), "-u", "ben")
    assert code == 3
    assert err.startswith("Error: ")


def test_list_pages(told: Shell) -> None:
    first = told.json("list", *ANA, "--limit", "2")
    rest = told.json("list", *ANA, "--limit", "2", "--cursor", first["next_cursor"])
    assert (first["total"], len(first["items"]), len(rest["items"]), rest["next_cursor"]) == (3, 2, 1, None)
    assert "go on with --cursor" in told.run("list", *ANA, "--limit", "2")[2]


def test_filters(told: Shell) -> None:
    assert told.json("list", *ANA, "--filter", '{"source": "diary"}')["total"] == 3
    assert told.json("list", *ANA, "--filter", '{"source": "letter"}')["total"] == 0
    code, _, err = told.run("list", *ANA, "--filter", '{"source": {"like": "d%"}}')
    assert (code, "unknown operator" in err) == (2, True)


def test_facts_entities_and_history(told: Shell) -> None:
    facts = told.json("facts", *ANA)
    assert {"Rita", "Porto"} <= {fact[end] for fact in facts["items"] for end in ("subject", "object")}
    assert "Rita" in told.run("entities", *ANA)[1]
    revisions = told.json("history", _first_id(told))["revisions"]
    assert [revision["event"] for revision in revisions] == ["ADD"]
    assert "ADD" in told.run("history", _first_id(told))[1]


def test_paths(told: Shell) -> None:
    found = told.json("paths", "Rita", "Porto", *ANA)["paths"]
    assert found[0]["entities"] == ["Rita", "Porto"]
    assert "Porto" in told.run("paths", "Rita", "Porto", *ANA)[1]
    assert told.json("paths", "Rita", "Nobody", *ANA) == {"paths": []}


def test_update_and_get(told: Shell) -> None:
    memory_id = _first_id(told)
    assert told.json("update", memory_id, "I work at Bolt in Faro.")["event"] == "UPDATE"
    record = told.json("get", memory_id, *ANA)
    assert record["text"] == "I work at Bolt in Faro."
    assert told.json("update", memory_id, "--metadata", "year=2025")["memory"] == "I work at Bolt in Faro."
    assert told.json("get", memory_id)["metadata"] == {"year": 2025}
    assert "I work at Bolt in Faro." in told.run("get", memory_id)[1]


def test_delete_needs_a_yes(told: Shell) -> None:
    memory_id = _first_id(told)
    code, _, err = told.run("delete", memory_id, "--json")
    assert (code, json.loads(err)["error"]) == (2, "input_error")
    assert told.json("delete", memory_id, "--yes")["removed"]["memories"] == 1
    code, _, err = told.run("delete", memory_id, "--yes", "--json")
    assert (code, json.loads(err)["error"]) == (3, "not_found")


def test_delete_all_takes_the_scope(told: Shell) -> None:
    told.run("add", "Ben lives in Faro.", "-u", "ben")
    assert told.json("delete", "--all", *ANA, "--yes")["removed"]["memories"] == 3
    assert told.json("stats", "-u", "ben")["memories"] == 1
    assert told.json("stats")["memories"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (["search", "x"], 2, "scope_required"),
        (["search", " ", "-u", "ana"], 2, "invalid_text"),
        (["search", "x", "-u", ""], 2, "invalid_scope"),
        (["search", "x", "-u", "ana", "--hops", "9"], 2, "usage"),
        (["search", "x", "-u", "ana", "--as-of", "soon"], 2, "invalid_time"),
        (["search"], 2, "usage"),
        (["dance"], 2, "usage"),
        (["add", "-u", "ana"], 2, "input_error"),
        (["add", "  ", "-u", "ana"], 2, "invalid_text"),
        (["add", "x", "-u", "ana", "-m", "year"], 2, "invalid_metadata"),
        (["get", "mem_none"], 3, "not_found"),
        (["history", "mem_none"], 3, "not_found"),
        (["update", "mem_none", "x"], 3, "not_found"),
        (["delete", "--yes"], 2, "input_error"),
        (["delete", "mem_none", "--all", "--yes"], 2, "input_error"),
    ],
)
def test_what_is_wrong_has_a_code(shell: Shell, arguments: list[str], code: int, error: str) -> None:
    shell.run("work")  # makes the database
    given, out, err = shell.run(*arguments, "--json")
    document = json.loads(err)
    assert (given, out, document["error"], document["retryable"]) == (code, "", error, False)
    assert document["message"].strip()
    given, out, err = shell.run(*arguments)
    assert (given, out) == (code, "")
    assert err.startswith("Error: ")
    assert "Traceback" not in err


def test_a_file_that_is_no_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database " * 100, encoding="utf-8")
    assert main(["stats", "--db", str(path), "--json"]) == 4
    assert json.loads(capsys.readouterr().err)["error"] == "store_corrupt"
    assert path.read_text(encoding="utf-8") == "not a database " * 100


def test_an_address_of_another_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "--db", "ftp://example.org/x"]) == 2
    assert "sqlite:///file.db" in capsys.readouterr().err


def test_the_environment_names_the_database(
    told: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRAPHMEM_URL", f"sqlite:///{told.db}")
    assert main(["stats", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["memories"] == 3


def test_who_reads_a_pipe_may_stop(told: Shell) -> None:
    facts = f'"{sys.executable}" -m graphmem.service.cli facts {" ".join(ANA)} --db "{told.db}" --json'
    command = f"{facts} | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout.strip(), done.stderr) == ("0", "")


def test_standard_input_and_no_colour_in_a_pipe(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "graphmem.service.cli", "add", "-", "-u", "ana", "--db", str(tmp_path / "m.db")]
    done = subprocess.run(
        command, input="Zoë [bold]lives[/bold] in Faro.\n", capture_output=True, text=True, timeout=120, check=True
    )
    assert "Zoë [bold]lives[/bold] in Faro." in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    asked = [sys.executable, "-m", "graphmem.service.cli", "list", "-u", "ana", "--db", str(tmp_path / "m.db")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    listed = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=120, check=True)
    assert "Zo\\xeb" in listed.stdout


def test_help_and_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("graphmem 0.")
    assert main(["add", "--help"]) == 0
    assert "--no-infer" in capsys.readouterr().out


@pytest.mark.parametrize("command", [(), ("add",), ("doctor",)])
def test_help_says_where_a_database_may_be(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--help"]) == 0
    words = capsys.readouterr().out.split()
    assert all(any(kind in word for word in words) for kind in ("sqlite:///", "neo4j://", "GRAPHMEM_URL", "NEO4J_URI"))
