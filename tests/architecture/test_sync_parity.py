"""Memory and AsyncMemory are one thing said twice: same names, same parameters, same words about them."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from graphmem import AsyncMemory, Memory


def _public(kind: type) -> dict[str, Any]:
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


def test_same_names() -> None:
    assert set(_public(Memory)) == set(_public(AsyncMemory))


def test_same_class_words_and_construction() -> None:
    assert Memory.__doc__ == AsyncMemory.__doc__
    assert Memory.__doc__
    assert inspect.signature(Memory) == inspect.signature(AsyncMemory)


@pytest.mark.parametrize("name", sorted(_public(AsyncMemory)))
def test_same_parameters_and_docstring(name: str) -> None:
    sync, core = _public(Memory)[name], _public(AsyncMemory)[name]
    if not callable(core):
        assert inspect.getdoc(sync) == inspect.getdoc(core)
        return
    assert inspect.getdoc(sync)
    assert inspect.getdoc(sync) == inspect.getdoc(core)
    assert inspect.signature(sync) == inspect.signature(core)


@pytest.mark.parametrize("name", sorted(name for name, value in _public(AsyncMemory).items() if callable(value)))
def test_one_waits_and_one_is_awaited(name: str) -> None:
    assert inspect.iscoroutinefunction(_public(AsyncMemory)[name])
    assert not inspect.iscoroutinefunction(_public(Memory)[name])
