"""copy, backup and restore as a shell sees them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from graphmem.service.cli import main

ANA = ("-u", "ana")


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    db = tmp_path_factory.mktemp("diary") / "memory.db"
    triple = [{"text": "My sister Rita lives in Porto.", "triples": [["Rita", "live_in", "Porto"]]}]
    (db.parent / "one.jsonl").write_text("\n".join(map(json.dumps, triple)), encoding="utf-8")
    assert main(["add", "--file", str(db.parent / "one.jsonl"), *ANA, "--db", str(db)]) == 0
    return db


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(one) for one in arguments])
    return code, *capsys.readouterr()


def facts(capsys: pytest.CaptureFixture[str], db: Path) -> str:
    return run(capsys, "facts", *ANA, "--db", db)[1]


def test_there_and_back(diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copied, archive, restored = tmp_path / "copy.db", tmp_path / "all.jsonl.gz", tmp_path / "back.db"
    code, out, _ = run(capsys, "copy", diary, copied)
    assert (code, out) == (
        0,
        "1 owner copied: 1 memories, 1 facts, 2 entities, 1 episodes; counts and checksums agree.\n",
    )
    code, out, _ = run(capsys, "backup", archive, "--db", copied, "--json")
    document = json.loads(out)
    assert (code, document["archive"], document["counts"]["facts"]) == (0, str(archive), 1)
    code, out, _ = run(capsys, "restore", archive, "--db", restored, "--json")
    assert code == 0
    assert json.loads(out)["checksums"] == document["checksums"]
    assert facts(capsys, restored) == facts(capsys, diary)
    assert "Rita — live in → Porto" in facts(capsys, restored)
    code, out, _ = run(capsys, "copy", diary, restored, "--json")
    assert (json.loads(out)["copied"], json.loads(out)["already_there"]) == (0, 1)


def test_mistakes_are_told_and_make_nothing(diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing, target, archive = tmp_path / "missing.db", tmp_path / "target.db", tmp_path / "all.jsonl.gz"
    for arguments, code, word in (
        (("copy", missing, target), 2, "There is no database"),
        (("copy", diary, f"sqlite:///{diary}"), 2, "the same database"),
        (("backup", archive, "--db", missing), 2, "There is no database"),
        (("backup", tmp_path, "--db", diary), 2, "is a folder"),
        (("backup", tmp_path, "--yes", "--db", diary), 2, "is a folder"),
        (("backup", tmp_path / "no" / "folder.gz", "--db", diary), 2, "cannot be written"),
        (("restore", missing, "--db", target), 2, "cannot be read"),
        (("restore", diary, "--db", target), 2, "not a graphmem archive"),
    ):
        found, out, err = run(capsys, *arguments)
        assert (found, out) == (code, "")
        assert word in err
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_not_overwritten_unasked(diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "all.jsonl.gz"
    archive.write_bytes(b"precious")
    assert run(capsys, "backup", archive, "--db", diary)[0] == 2
    assert archive.read_bytes() == b"precious"
    assert run(capsys, "backup", archive, "--db", diary, "--yes")[0] == 0
    assert archive.read_bytes() != b"precious"


def test_check_says_what_is_wrong_and_repairs_it(
    diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied = tmp_path / "copy.db"
    assert run(capsys, "copy", diary, copied)[0] == 0
    assert run(capsys, "check", "--db", copied)[:2] == (0, "Nothing is wrong.\n")
    connection = sqlite3.connect(copied)
    connection.execute("UPDATE fact SET support_count = 7")
    connection.commit()
    connection.close()
    code, out, _ = run(capsys, "check", "--db", copied)
    assert (code, out.startswith("1 × wrong support count: fact_")) == (4, True)
    code, out, _ = run(capsys, "check", "--repair", "--db", copied, "--json")
    assert (code, json.loads(out)["left"], json.loads(out)["flaws"][0]["repaired"]) == (0, 0, 1)
    assert run(capsys, "check", "--db", copied)[0] == 0


def test_only_what_may_succeed_later_is_said_to(
    diary: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for db, later in ((tmp_path / "no" / "a.db", False), (tmp_path, False), ("bolt://127.0.0.1:1", True)):
        code, _, err = run(capsys, "list", *ANA, "--db", db)
        assert (code, "may succeed later" in err) == (4, later), err
