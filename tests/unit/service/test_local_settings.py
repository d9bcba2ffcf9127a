"""Versions, settings and the password of a local server."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path

import pytest

from graphmem.errors import SettingsError, StoreUnavailable
from graphmem.service.local_neo4j import CURRENT, LONG_TERM, configuration
from graphmem.service.local_neo4j.password import FIRST_USER, SYSTEM_DATABASE, ensure_password, first_user, password_of
from graphmem.service.local_neo4j.releases import release


@pytest.mark.parametrize(
    ("version", "java", "main"),
    [(CURRENT, 21, "Neo4jCommunity"), (LONG_TERM, 17, "CommunityEntryPoint"), ("5.26.0", 17, "CommunityEntryPoint")],
)
def test_a_release_knows_its_java(version: str, java: int, main: str) -> None:
    kind = release(version)
    assert kind.java == java
    assert kind.main.rpartition(".")[2] == main


@pytest.mark.parametrize("version", ["5.26", "latest", "", "5.26.x", "5.26.30; rm", "-Dx=1.2.3", "5.25.1", "4.4.40"])
def test_what_is_no_version_or_too_old(version: str) -> None:
    with pytest.raises(SettingsError, match=r"2026\.\d+\.\d+"):
        release(version)


def test_settings_are_read_without_comments() -> None:
    assert configuration.pairs("# a=b\n\n a.b = c=d \nx=\n") == [("a.b", "c=d"), ("x", "")]


def test_no_setting_is_given_twice() -> None:
    counts = Counter(name for name, _ in configuration.local_settings(7699, "2g"))
    assert {name for name, count in counts.items() if count > 1} == {configuration.JVM}


def test_a_local_server_is_for_this_machine_only() -> None:
    settings = dict(configuration.local_settings(7699, None))
    listening = {name: value for name, value in settings.items() if name.endswith("listen_address")}
    assert set(listening.values()) == {"127.0.0.1", "127.0.0.1:7699"}
    assert settings["server.http.enabled"] == settings["server.https.enabled"] == "false"
    assert settings["dbms.security.auth_enabled"] == "true"
    assert settings["dbms.usage_report.enabled"] == "false"


def test_what_is_written_is_what_is_read() -> None:
    settings = configuration.local_settings(7699, "768m")
    assert configuration.pairs(configuration.written(settings)) == settings


@pytest.mark.parametrize(("given", "heap", "cache"), [("2g", "2048m", "1024m"), ("768M", "768m", "384m")])
def test_memory_reaches_java(given: str, heap: str, cache: str) -> None:
    settings = configuration.local_settings(7699, given)
    assert f"-Xmx{heap}" in configuration.jvm_options(settings)
    assert dict(settings)[configuration.PAGE_CACHE] == cache


@pytest.mark.parametrize("given", ["2", "lots", "100m", "-1g", "1.5g", "2gb -XX:Evil"])
def test_memory_that_cannot_be(given: str) -> None:
    with pytest.raises(SettingsError, match="such as 2g"):
        configuration.local_settings(7699, given)


def test_the_password_is_drawn_once_and_private(tmp_path: Path) -> None:
    password = ensure_password(tmp_path)
    assert ensure_password(tmp_path) == password_of(tmp_path) == password
    assert len(password) >= 24
    assert ensure_password(_made(tmp_path / "other")) != password
    for path in (tmp_path / "password", tmp_path / FIRST_USER):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.parent.is_dir()
    assert password not in (tmp_path / FIRST_USER).read_text()


def test_a_server_that_has_started_keeps_its_users(tmp_path: Path) -> None:
    password = ensure_password(tmp_path)
    (tmp_path / FIRST_USER).unlink()
    (tmp_path / SYSTEM_DATABASE).mkdir(parents=True)
    assert ensure_password(tmp_path) == password
    assert not (tmp_path / FIRST_USER).exists()


def test_a_lost_password_is_said(tmp_path: Path) -> None:
    (tmp_path / SYSTEM_DATABASE).mkdir(parents=True)
    with pytest.raises(StoreUnavailable, match="password"):
        ensure_password(tmp_path)


def test_the_first_user_is_written_as_neo4j_admin_does() -> None:
    """The line is what `neo4j-admin dbms set-initial-password abcdefgh12` of 2026.08.1 wrote."""
    salt = "1b88acd27207a9d90ad08fd074c969d8ba8db6de346f6c5e59d8f9a060f2099a"
    digest = "a4e428cd474fddfb2f44df4f52b216e204cb46de82e82a5dd5601416f983ba41"
    assert first_user("abcdefgh12", bytes.fromhex(salt)) == f"neo4j:SHA-256,{digest},{salt},1024:\n"


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
