"""The tree drawn in `graphmem.errors` is the tree of its classes."""

from __future__ import annotations

import inspect
import re
from typing import NamedTuple

import pytest

from graphmem import errors

ROW = re.compile(r"^(?P<indent>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: \((?P<builtin>\w+)\))?(?P<star> \*)?(?:\s{2,}.*)?$")


class Drawn(NamedTuple):
    """One line of the tree."""

    parent: str | None
    builtin: str | None
    star: bool


def _drawn() -> dict[str, Drawn]:
    tree: dict[str, Drawn] = {}
    above: list[str] = []
    block = inspect.cleandoc(errors.__doc__ or "").split("::\n", 1)[1].split("``*``", 1)[0]
    for line in filter(str.strip, inspect.cleandoc(block).splitlines()):
        row = ROW.match(line)
        assert row, line
        depth = len(row["indent"]) // 4
        above[depth:] = [row["name"]]
        tree[row["name"]] = Drawn(above[depth - 1] if depth else None, row["builtin"], bool(row["star"]))
    return tree


def _classes() -> dict[str, type[Exception]]:
    return {
        name: kind for name, kind in inspect.getmembers(errors, inspect.isclass) if kind.__module__ == errors.__name__
    }


def test_every_class_is_drawn_and_nothing_else() -> None:
    assert set(_drawn()) == set(_classes())


@pytest.mark.parametrize("name", sorted(_drawn()))
def test_parents_and_stars(name: str) -> None:
    drawn, kind = _drawn()[name], _classes()[name]
    ours = [base.__name__ for base in kind.__bases__ if base.__module__ == errors.__name__]
    builtins = [base.__name__ for base in kind.__bases__ if base.__module__ == "builtins" and base is not Exception]
    assert ours == ([drawn.parent] if drawn.parent else [])
    assert builtins == ([drawn.builtin] if drawn.builtin else [])
    assert kind.retryable == drawn.star  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", sorted(_drawn()))
def test_every_error_says_what_it_means(name: str) -> None:
    assert (_classes()[name].__doc__ or "").strip().endswith((".", "name."))
