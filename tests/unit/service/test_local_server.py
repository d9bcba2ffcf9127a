"""A local server's life as the folder tells it: stale records, foreign processes, ports, and a server that will not start.

Java and Maven are programs of a few lines here; `tests/integration/test_neo4j_local.py` has the real ones.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from graphmem.errors import SettingsError, StoreReadOnly, StoreUnavailable
from graphmem.service import local_neo4j
from graphmem.service.local_neo4j import bolt
from graphmem.service.local_neo4j.life import Record, ends, homes, lives, read_record, write_record
from graphmem.service.local_neo4j.places import made
from tests.support import fake_programs

VERSION = local_neo4j.CURRENT


@pytest.fixture
def wish(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> local_neo4j.Wish:
    """A Maven that brings two jars, and a Java 25 that says something and ends."""
    fake_programs.maven(tmp_path / "bin", tmp_path / "runs", VERSION)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.defpath}")
    fake_programs.java(tmp_path / "java", "25.0.1", otherwise="echo 'the store is locked'; exit 3")
    return local_neo4j.Wish(java_home=tmp_path / "java", jars=tmp_path / "jars")


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose command line is that of a server in tmp_path."""
    code = "import time; print('up', flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code, *homes(tmp_path)], stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    yield child
    child.kill()
    child.wait()
    child.stdout.close()


def test_a_server_is_known_by_its_folder(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert lives(sleeper.pid, tmp_path)
    assert not lives(sleeper.pid, tmp_path.parent)
    assert not lives(sleeper.pid, tmp_path / "conf")
    assert not lives(os.getpid(), tmp_path)
    assert not lives(-1, tmp_path)


def test_a_zombie_does_not_live(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    assert not ends(sleeper.pid, tmp_path, seconds=0.0)
    os.kill(sleeper.pid, signal.SIGKILL)
    assert ends(sleeper.pid, tmp_path, seconds=10.0)


def test_stop_ends_the_process_and_says_which(sleeper: subprocess.Popen[bytes], tmp_path: Path) -> None:
    write_record(tmp_path, Record(sleeper.pid, 7777, VERSION))
    running = local_neo4j.status(tmp_path)
    assert running
    assert (running.pid, running.uri, running.version) == (sleeper.pid, "bolt://127.0.0.1:7777", VERSION)
    assert local_neo4j.stop(tmp_path) == running
    assert sleeper.wait(10) == -signal.SIGTERM
    assert local_neo4j.status(tmp_path) is None
    assert local_neo4j.stop(tmp_path) is None


def test_one_that_will_not_end_is_not_killed(tmp_path: Path) -> None:
    code = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", code, *homes(tmp_path)], stdout=subprocess.PIPE) as child:
        assert child.stdout
        child.stdout.readline()
        write_record(tmp_path, Record(child.pid, 7777, VERSION))
        with pytest.raises(StoreUnavailable, match=f"process {child.pid}.*still runs after 0.3 s"):
            local_neo4j.stop(tmp_path, seconds=0.3)
        assert child.poll() is None
        child.kill()


def test_a_foreign_process_with_that_id_is_left_alone(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        write_record(tmp_path, Record(child.pid, 7777, VERSION))
        assert local_neo4j.status(tmp_path) is None
        assert local_neo4j.stop(tmp_path) is None
        assert child.poll() is None
        child.kill()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 1}', "null"])
def test_a_damaged_record_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "server.json").write_text(text, encoding="utf-8")
    assert read_record(tmp_path) is None
    assert local_neo4j.status(tmp_path) is None


def test_a_server_that_ends_at_once_shows_its_log(tmp_path: Path, wish: local_neo4j.Wish) -> None:
    with pytest.raises(StoreUnavailable, match=r"(?s)ended while it was starting.*the store is locked"):
        local_neo4j.start(tmp_path / "server", wish)
    assert local_neo4j.status(tmp_path / "server") is None
    assert read_record(tmp_path / "server")


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path, wish: local_neo4j.Wish) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        asked = local_neo4j.Wish(port=port, java_home=wish.java_home, jars=wish.jars)
        with pytest.raises(StoreUnavailable, match=f"Port {port} is in use"):
            local_neo4j.start(tmp_path / "server", asked)
    assert read_record(tmp_path / "server") is None


def test_the_data_of_a_newer_version_is_left_alone(tmp_path: Path, wish: local_neo4j.Wish) -> None:
    write_record(tmp_path, Record(pid=2**22 + 1, port=7777, version=VERSION))
    older = local_neo4j.Wish(version=local_neo4j.LONG_TERM, java_home=wish.java_home, jars=wish.jars)
    with pytest.raises(SettingsError, match=VERSION):
        local_neo4j.start(tmp_path, older)


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path, wish: local_neo4j.Wish) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreReadOnly, match="cannot be made"):
        local_neo4j.start(tmp_path / "file" / "server", wish)


@pytest.mark.skipif(os.name != "posix", reason="there are no such rights")
def test_the_folder_of_a_server_is_closed_to_others(tmp_path: Path) -> None:
    assert made(tmp_path / "new" / "server").stat().st_mode & 0o777 == 0o700
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o755)
    assert made(tmp_path / "shared").stat().st_mode & 0o777 == 0o755, "what is there already is left as it is"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(tmp_path: Path, wish: local_neo4j.Wish) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(StoreReadOnly, match="cannot be written"):
        local_neo4j.start(tmp_path / "closed", wish)


def test_nobody_there_is_silence() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert bolt.ask("127.0.0.1", probe.getsockname()[1], "neo4j", "x") == bolt.Answer.SILENT


@pytest.mark.parametrize("told", [b"", b"\0\0\0\0", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
def test_another_protocol_is_silence(told: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(told)

        thread = threading.Thread(target=answer)
        thread.start()
        assert bolt.ask("127.0.0.1", server.getsockname()[1], "neo4j", "x", timeout=2.0) == bolt.Answer.SILENT
        thread.join()
