"""The jars are there whole or not at all, got once, and again when one is damaged."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graphmem.errors import MissingProgram, StoreReadOnly, StoreUnavailable
from graphmem.service.local_neo4j.jars import ONE_AT_A_TIME, jars
from tests.support import fake_programs

VERSION = "2026.08.1"


def with_maven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, version: str | None = VERSION) -> Path:
    """Put an `mvn` first on PATH; the file that counts its runs."""
    fake_programs.maven(tmp_path / "bin", tmp_path / "runs", version)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}")
    return tmp_path / "runs"


def quiet(_: str) -> None:
    """Take a message."""


def test_they_are_got_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runs, said = with_maven(monkeypatch, tmp_path), list[str]()
    folder = jars(VERSION, tmp_path / "cache", said.append)
    assert jars(VERSION, tmp_path / "cache", said.append) == folder
    assert {path.name for path in folder.glob("*.jar")} == {"a.jar", f"neo4j-server-{VERSION}.jar"}
    assert len(said) == 1
    assert "Maven" in said[0]
    assert runs.read_text().splitlines() == ["run"]


@pytest.mark.parametrize("damage", [lambda jar: jar.unlink(), lambda jar: jar.write_bytes(b"x")])
def test_a_damaged_folder_is_got_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: object) -> None:
    runs, said = with_maven(monkeypatch, tmp_path), list[str]()
    jar = jars(VERSION, tmp_path / "cache", quiet) / "a.jar"
    damage(jar)  # type: ignore[operator]
    jars(VERSION, tmp_path / "cache", said.append)
    assert jar.stat().st_size == 9
    assert "damaged" in said[0]
    assert len(runs.read_text().splitlines()) == 2


def test_two_at_once_get_them_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runs, found = with_maven(monkeypatch, tmp_path), list[Path]()
    threads = [
        threading.Thread(target=lambda: found.append(jars(VERSION, tmp_path / "cache", quiet))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(found) == 4
    assert runs.read_text().splitlines() == ["run"]


def test_maven_runs_for_one_version_at_a_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    runs = with_maven(monkeypatch, tmp_path)
    fake_programs.script(tmp_path / "bin" / "mvn", f'echo begins >> "{runs}"; sleep 0.2; echo ends >> "{runs}"; exit 1')

    def get(version: str) -> None:
        with pytest.raises(StoreUnavailable):
            jars(version, tmp_path / "cache", quiet)

    with ThreadPoolExecutor(2) as at_once:
        list(at_once.map(get, (VERSION, "5.26.1")))
    assert runs.read_text().splitlines() == ["begins", "ends"] * 2


def test_without_maven_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    with pytest.raises(MissingProgram, match=r"mvn.*NEO4J_URI"):
        jars(VERSION, tmp_path / "cache", quiet)


@pytest.mark.parametrize(("brings", "said"), [(None, "no such artifact"), ("5.26.1", "is there such a release")])
def test_when_maven_fails_nothing_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, brings: str | None, said: str
) -> None:
    with_maven(monkeypatch, tmp_path, brings)
    with pytest.raises(StoreUnavailable, match=said):
        jars(VERSION, tmp_path / "cache", quiet)
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [ONE_AT_A_TIME]


def test_a_cache_that_cannot_be_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_maven(monkeypatch, tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly, match="cannot be made"):
        jars(VERSION, tmp_path / "file" / "cache", quiet)
