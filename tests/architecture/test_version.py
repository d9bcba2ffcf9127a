"""One version, said in one place and told in the changelog."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

import graphmem

ROOT = Path(__file__).resolve().parents[2]


def test_pyproject_takes_the_version_from_the_package() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    if "version" in pyproject["project"]:
        assert pyproject["project"]["version"] == graphmem.__version__
    else:
        assert "version" in pyproject["project"]["dynamic"]
        assert pyproject["tool"]["hatch"]["version"]["path"] == "graphmem/__init__.py"


def test_the_installed_version_is_this_one() -> None:
    try:
        installed = version("graphmem")
    except PackageNotFoundError:
        pytest.skip("graphmem is not installed here")
    assert installed == graphmem.__version__


def test_the_changelog_opens_with_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2}|unreleased)$", text, re.MULTILINE)
    assert versions
    assert versions[0][0] == graphmem.__version__
