"""Each file in cypher/ that the store runs has one typed handle, and the two agree on what goes in and what comes out."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import graphmem.stores.neo4j as room
from graphmem.stores.neo4j.query import Query
from tests.support.cypher_text import columns_of, names_of, slots_of

CYPHER = Path(__file__).resolve().parents[2] / "cypher"
LOOSE = ("schema",)
"""A schema's statements take nothing and give nothing."""
FILES = sorted(path for path in CYPHER.rglob("*.cypher") if path.relative_to(CYPHER).parts[0] not in LOOSE)


def handles() -> list[Query]:  # type: ignore[type-arg]
    """Every handle that a module of the room holds, also in a dictionary of handles."""
    found: dict[int, Query] = {}  # type: ignore[type-arg]
    for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        for value in vars(importlib.import_module(module.name)).values():
            for one in value.values() if isinstance(value, dict) else (value,):
                if isinstance(one, Query):
                    found[id(one)] = one
    return list(found.values())


HANDLES = {handle.path: handle for handle in handles()}


def path_of(file: Path) -> str:
    """The name of a file as handles have it."""
    return file.relative_to(CYPHER).with_suffix("").as_posix()


def test_each_file_has_one_handle_and_each_handle_its_file() -> None:
    assert sorted(path_of(file) for file in FILES) == sorted(HANDLES)
    assert [path for path, number in Counter(one.path for one in handles()).items() if number > 1] == []


@pytest.mark.parametrize("path", sorted(HANDLES))
def test_what_goes_in_is_what_the_query_names(path: str) -> None:
    handle = HANDLES[path]
    text = handle.text()
    if handle.params is type(None):
        assert names_of(text) == set()
        return
    assert is_dataclass(handle.params)
    given = {field.name for field in fields(handle.params)}
    assert names_of(text) - given == set(), "the query names what it is not given"
    assert given - names_of(text) == set(), "the query is given what it does not name"


@pytest.mark.parametrize("path", sorted(HANDLES))
def test_what_comes_out_is_what_the_row_holds(path: str) -> None:
    handle = HANDLES[path]
    assert columns_of(handle.text()) == list(handle.row._fields)


@pytest.mark.parametrize("file", FILES, ids=path_of)
def test_a_file_opens_with_what_it_means(file: Path) -> None:
    first, *rest = file.read_text(encoding="utf-8").splitlines()
    assert re.fullmatch(r"// [A-Z].{15,}[.?]", first)
    assert rest
    assert ";" not in "\n".join(line for line in rest if "//" not in line), "one file is one query"


def test_slots_are_comments_until_they_are_filled() -> None:
    slotted = {path_of(file): slots_of(file.read_text(encoding="utf-8")) for file in FILES}
    assert set().union(*slotted.values()) <= {
        "agent",
        "run",
        "current",
        "of_subjects",
        "newest_first",
        "kind",
        "question",
        "columns",
        "explain",
    }, "a slot is filled from a closed set of constants: name a new one here once it is"
