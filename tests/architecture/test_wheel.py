"""The wheel carries what graphmem reads besides Python, each file where `shipped` looks for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from graphmem.shipped import shipped

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = [path for path in (ROOT / "cypher").rglob("*") if path.is_file()]
SHIPPED += [ROOT / "docker" / "neo4j.conf", ROOT / "docker" / "local" / "pom.xml"]


def test_the_wheel_holds_them(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        names = archive.namelist()
        for path in SHIPPED:
            assert archive.read(f"graphmem/{path.relative_to(ROOT).as_posix()}") == path.read_bytes()
    assert "graphmem/extraction/prompts/facts.md" in names
    assert any(name.endswith("licenses/graphmem/service/demo/LICENSE.md") for name in names)
    assert not [name for name in names if name.split("/")[0] not in ("graphmem",) and ".dist-info/" not in name]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_a_checkout_reads_them_live(path: Path) -> None:
    assert shipped(*path.relative_to(ROOT).parts).read_bytes() == path.read_bytes()


def test_what_is_in_neither_place_is_said() -> None:
    with pytest.raises(FileNotFoundError, match=r"docker/missing\.conf"):
        shipped("docker", "missing.conf")
