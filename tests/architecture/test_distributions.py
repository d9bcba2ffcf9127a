"""What an install of the core brings: at most 16 distributions, the heavy ones by extras only."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
MOST = 16
"""rapidfuzz is the sixteenth: who is who is decided in every install, and it brings nothing else along."""
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def closure(requirements: Iterable[str]) -> set[str]:
    """The distributions that these requirements bring, as the installed packages' own metadata says."""
    found: set[str] = set()
    pending = [(Requirement(line), frozenset[str]()) for line in requirements]
    while pending:
        requirement, extras = pending.pop()
        if requirement.marker and not any(requirement.marker.evaluate({"extra": extra}) for extra in (*extras, "")):
            continue
        name = canonicalize_name(requirement.name)
        if name not in found or requirement.extras:
            found.add(name)
            wanted = frozenset(requirement.extras)
            pending += [(Requirement(line), wanted) for line in requires(name) or ()]
    return found


def test_the_core_is_small() -> None:
    core = closure(PROJECT["dependencies"])
    assert {"neo4j", "numpy", "pydantic", "typer"} <= core
    assert len(core) <= MOST, sorted(core)


def test_the_models_come_with_an_extra() -> None:
    core = closure(PROJECT["dependencies"])
    assert "spacy" not in core
    assert any(Requirement(line).name == "spacy" for line in PROJECT["optional-dependencies"]["local"])
