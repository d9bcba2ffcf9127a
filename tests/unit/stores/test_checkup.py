"""What `graphmem doctor` makes of settings, of old libraries, and of damaged files."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from graphmem import Memory
from graphmem.domain.finding import Finding
from graphmem.stores.neo4j.checkup import ServerRow, _of_settings, _version, size_of
from graphmem.stores.sqlite import checkup
from tests.support.embedding import HashingEmbedder

SAFE = {
    "dbms.security.allow_csv_import_from_file_urls": "false",
    "server.directories.import": "import",
    "dbms.security.procedures.allowlist": "db.index.*",
    "dbms.security.auth_enabled": "true",
    "db.transaction.timeout": "2m",
    "db.memory.transaction.max": "512.00MiB",
    "server.memory.heap.max_size": "1.00GiB",
}


def by_name(findings: list[Finding]) -> dict[str, str]:
    return {finding.name: finding.verdict for finding in findings}


def test_safe_settings_pass() -> None:
    assert set(by_name(list(_of_settings(SAFE))).values()) == {"pass"}


@pytest.mark.parametrize(
    ("name", "value", "finding", "verdict"),
    [
        ("dbms.security.allow_csv_import_from_file_urls", "true", "files", "warn"),
        ("dbms.security.procedures.allowlist", "*", "procedures", "warn"),
        ("dbms.security.procedures.allowlist", "", "procedures", "warn"),
        ("dbms.security.auth_enabled", "false", "password", "warn"),
        ("db.transaction.timeout", "0s", "time limit", "warn"),
        ("db.transaction.timeout", "0", "time limit", "warn"),
        ("db.memory.transaction.max", "0B", "memory limit", "warn"),
        ("db.memory.transaction.max", "900.00MiB", "memory limit", "warn"),
    ],
)
def test_each_open_door_is_named(name: str, value: str, finding: str, verdict: str) -> None:
    found = list(_of_settings({**SAFE, name: value}))
    assert by_name(found) == {**dict.fromkeys(by_name(found), "pass"), finding: verdict}
    assert next(one.advice for one in found if one.name == finding)


def test_files_without_a_folder_fail() -> None:
    settings = {**SAFE, "dbms.security.allow_csv_import_from_file_urls": "true", "server.directories.import": ""}
    assert by_name(list(_of_settings(settings)))["files"] == "fail"


@pytest.mark.parametrize(
    ("text", "size"), [("512m", 512 * 2**20), ("1.00GiB", 2**30), ("0B", 0), ("", 0), ("16384k", 2**24), ("none", 0)]
)
def test_sizes_are_read(text: str, size: float) -> None:
    assert size_of(text) == size


@pytest.mark.parametrize(
    ("version", "filtering", "verdict"),
    [
        ("2026.08.1", True, "pass"),
        ("5.27-aura", True, "pass"),
        ("2026.01.0", False, "warn"),
        ("5.26.30", False, "warn"),
        ("5.25.1", False, "fail"),
        ("4.4.0", False, "fail"),
    ],
)
def test_servers_by_their_age(version: str, filtering: bool, verdict: str) -> None:
    assert _version(ServerRow(version, "community"), filtering).verdict == verdict


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "memory.db"
    with Memory(f"sqlite:///{path}", embedder=HashingEmbedder()) as memory:
        memory.add_many(
            [f"Rita has lived in house number {n} of Porto." for n in range(300)], user_id="ana", infer=False
        )
    return path


def looked(
    path: Path | str, model: str = HashingEmbedder.name, library: tuple[int, ...] = (3, 51, 3)
) -> dict[str, str]:
    return by_name(checkup.checkup(str(path), model, HashingEmbedder.dimension, library))


def test_a_sound_file_passes_whole(file: Path) -> None:
    assert set(looked(file).values()) == {"pass"}
    assert looked(":memory:") == {"SQLite": "pass", "file": "pass"}


def test_an_old_library_is_warned_of(file: Path) -> None:
    assert looked(file, library=(3, 51, 2))["SQLite"] == "warn"


def test_another_model_fails(file: Path) -> None:
    assert looked(file, model="other")["model"] == "fail"


def test_another_journal_is_warned_of(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    assert looked(file)["log"] == "warn"


def test_damage_is_seen(file: Path) -> None:
    raw = bytearray(file.read_bytes())
    page = len(raw) // 2 // 4096 * 4096
    raw[page : page + 4096] = b"\xa5" * 4096
    file.write_bytes(raw)
    found = looked(file)
    assert "fail" in (found.get("integrity"), found.get("file"))


def test_a_file_that_is_cut_off_fails(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])
    assert "fail" in looked(file).values()
