"""Every word said to a database lives in a file of its own: Python holds no SQL and no Cypher."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "graphmem"

STATEMENT = re.compile(
    r"""
      \bSELECT\b .* \bFROM\b
    | \bINSERT\s+(OR\s+\w+\s+)?INTO\b
    | \bDELETE\s+FROM\b
    | \bUPDATE\s+\w+\s+SET\b
    | \b(CREATE|DROP|ALTER)\s+(VIRTUAL\s+|UNIQUE\s+|TEMP\s+)?(TABLE|INDEX|TRIGGER|VIEW|CONSTRAINT)\b
    | \bWITH\s+RECURSIVE\b
    | \b(MATCH|MERGE|CREATE)\s*\(
    | \bUNWIND\b .* \bAS\b
    | \bDETACH\s+DELETE\b
    """,
    re.VERBOSE | re.DOTALL,
)


def _docstrings(tree: ast.AST) -> set[int]:
    """The ids of constants that are docstrings, of modules, classes, functions and attributes."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    statements = [statement for node in ast.walk(tree) if isinstance(node, holders) for statement in node.body]
    return {id(one.value) for one in statements if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)}


def texts(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of every string in a module that is not a docstring; an f-string in one piece."""
    tree = ast.parse(source)
    passed = _docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(part.value if isinstance(part, ast.Constant) else " x " for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.lineno, node.value


def queries(source: str) -> list[int]:
    """The lines of a module that hold a query."""
    return sorted({line for line, text in texts(source) if STATEMENT.search(text)})


MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent.name != "testing"]
"""The contract suite is left out: it holds hostile input that looks like queries."""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_query_in_python(path: Path) -> None:
    assert queries(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        'rows = run("SELECT id FROM memory")',
        'rows = run("""\nSELECT id,\n       text\nFROM memory\n""")',
        'rows = run(f"SELECT id FROM {table} WHERE id = ?")',
        'run("INSERT OR IGNORE INTO entity VALUES (?)")',
        'run("CREATE VIRTUAL TABLE words USING fts5(text)")',
        'run("MATCH (n:Memory) RETURN n")',
        'run("UNWIND $rows AS row MERGE (e:Entity {key: row.key})")',
    ],
)
def test_the_scan_sees_a_query(source: str) -> None:
    assert queries(source)


def test_the_scan_passes_over_prose() -> None:
    assert (
        queries(
            '"""SELECT a FROM b, in a docstring."""\nraise ValueError("Select one from the list, then match (it).")'
        )
        == []
    )
