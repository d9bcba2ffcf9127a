"""What is public is listed, sorted, and there."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import graphmem

PACKAGE = Path(graphmem.__file__).parent


def _listing() -> list[str]:
    """The modules that list their public names."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        body = ast.parse(path.read_text(encoding="utf-8")).body
        targets = [target for node in body if isinstance(node, ast.Assign) for target in node.targets]
        if any(isinstance(target, ast.Name) and target.id == "__all__" for target in targets):
            parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def test_the_package_lists_its_names() -> None:
    assert "graphmem" in _listing()


@pytest.mark.parametrize("name", _listing())
def test_names_are_sorted_and_there(name: str) -> None:
    module = import_module(name)
    listed = list(module.__all__)
    assert listed == sorted(set(listed), key=lambda one: (not one.isupper(), one)), (
        "constants first, as ruff sorts them"
    )
    assert [one for one in listed if not hasattr(module, one)] == []


@pytest.mark.parametrize("name", [name for name in _listing() if name != "graphmem"])
def test_nothing_public_is_left_out(name: str) -> None:
    module = import_module(name)
    own = {
        one
        for one, value in vars(module).items()
        if not one.startswith("_") and getattr(value, "__module__", None) == name and callable(value)
    }
    assert own - set(module.__all__) == set()


def test_the_package_shows_exactly_its_names() -> None:
    assert dir(graphmem) == graphmem.__all__


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Memoir'"):
        graphmem.Memoir  # noqa: B018
