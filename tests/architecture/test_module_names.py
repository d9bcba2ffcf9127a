"""A module is named for what it holds; names that could hold anything are not taken."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VAGUE = {"common", "data", "helper", "helpers", "manager", "managers", "misc", "process", "util", "utils"}


def test_no_vague_names() -> None:
    modules = [
        path for folder in ("graphmem", "benchmarks", "training", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    words = {path: {*path.relative_to(ROOT).parts[:-1], path.stem, path.stem.removeprefix("test_")} for path in modules}
    assert modules
    assert [str(path.relative_to(ROOT)) for path, names in words.items() if names & VAGUE] == []
