"""What a command says when something is wrong: in options and commands, and without leaving anything behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem.service.cli import main
from graphmem.service.cli.app import COMMANDS
from graphmem.service.cli.wording import in_options

ANA = ("-u", "ana")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("wording") / "memory.db"
    assert main(["add", "I live in Oslo.", *ANA, "--db", str(path), "--no-infer"]) == 0
    return str(path)


LOOKING: list[tuple[str, ...]] = [
    ("search", "Oslo", *ANA),
    ("get", "mem_1"),
    ("list", *ANA),
    ("facts", *ANA),
    ("entities", *ANA),
    ("paths", "Ana", "Oslo", *ANA),
    ("timeline", "Ana", *ANA),
    ("history", "mem_1"),
    ("stats",),
    ("same", *ANA),
    ("ingests", *ANA),
    ("update", "mem_1", "I live in Rome."),
    ("revert", "mem_1"),
    ("feedback", "mem_1", "good"),
    ("delete", "mem_1", "--yes"),
    ("merge", "Ana", "Anna", *ANA),
    ("split", "same_1", *ANA),
    ("dismiss", "same_1", *ANA),
]


@pytest.mark.parametrize("url", ["{}", "sqlite:///{}"])
@pytest.mark.parametrize("command", LOOKING, ids=lambda one: one[0])
def test_a_name_that_was_mistyped_makes_no_file(
    tmp_path: Path, command: tuple[str, ...], url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "typo.db"
    assert main([*command, "--db", url.format(path)]) == 4
    said = capsys.readouterr().err
    assert said == f"Error: There is no database {path}: --db names another, and graphmem add makes one.\n"
    assert list(tmp_path.iterdir()) == []
    assert main([*command, "--db", str(tmp_path / "missing" / "x.db")]) == 4
    assert "make its folder" not in capsys.readouterr().err


def test_an_add_without_a_scope_makes_no_file_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "Hello there", "--db", str(tmp_path / "x.db")]) == 2
    assert "-u USER, -a AGENT or -r RUN" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (("facts", *ANA, "--as-of", "soon"), "Error: --as-of 'soon' is not an ISO 8601 date"),
        (("add", "Hello there", *ANA, "--occurred-at", "soon"), "Error: --occurred-at 'soon' is not an ISO 8601 date"),
        (
            ("add", "Hello there", *ANA, "--type", "procedural"),
            "Error: A procedural memory is an agent's skill: give -a",
        ),
        (("update", "mem_1", "--expires-at", "soon"), "Error: --expires-at 'soon' is not an ISO 8601 date"),
        (("update", "mem_1"), "Error: Nothing to update: give a TEXT, --metadata, --category or --expires-at."),
        (("list", *ANA, "--type", "dream"), "Error: --type 'dream' is unknown: use semantic"),
        (
            ("list", *ANA, "--cursor", "x"),
            "Error: --cursor 'x' is none that a page gave: give the one that a page printed",
        ),
        (("list", *ANA, "--filter", "{bad"), "Error: --filter is not JSON"),
        (("list", *ANA, "--filter", "{}"), "Error: --filter is empty: leave it out"),
        (
            ("list", *ANA, "--filter", '{"user_id": "x"}'),
            "Error: user_id is not a field: -u, -a and -r give the scope.",
        ),
        (("list",), "Error: Say whose memories are meant: -u USER, -a AGENT or -r RUN"),
        (("get", "get_all()"), "Error: There is no memory 'get_all()': list what is there with graphmem list."),
        (("merge", "Ana", "Anna", *ANA), "graphmem entities lists what there is."),
        (("split", "same_1", *ANA), "graphmem same lists what is."),
        (("feedback", "mem_1", "fine"), "Error: VALUE 'fine': give a number from -1 to 1"),
        (("ingests", "x"), "Error: There is no ingest 'x': list what is there with graphmem ingests."),
        (("same", *ANA, "--status", "x"), "Error: --status 'x': give candidate"),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, tuple) else "",
)
def test_what_is_wrong_is_said_in_options_and_commands(
    db: str, command: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--db", db]) in (2, 3)
    said = capsys.readouterr().err
    assert told in said
    assert "items[0]" not in said


def test_which_item_of_several_is_wrong_is_still_told(
    db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = tmp_path / "two.jsonl"
    lines.write_text('"Hello there"\n{"text": "Hello", "occurred_at": "soon"}\n', encoding="utf-8")
    assert main(["add", "--file", str(lines), *ANA, "--db", db]) == 2
    assert "Error: items[1]: --occurred-at 'soon'" in capsys.readouterr().err


def test_what_it_quotes_stays_as_it_was_given() -> None:
    for message in ("The word 'as_of=' is unknown.", "No limit=3 here: see the page.", "'facts()' is no name."):
        assert in_options(message) == message


def test_every_command_that_only_looks_is_tried_here() -> None:
    tried = {command[0] for command in LOOKING}
    others = {"add", "demo", "work", "copy", "backup", "restore", "check", "reembed", "doctor"}
    assert {one.__name__.rstrip("_") for one in COMMANDS} == tried | others
