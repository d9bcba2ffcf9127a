"""Finds the files that ship with graphmem and are not Python: the Cypher queries, the server's settings, the Maven file.

In a wheel they lie inside the package (`pyproject.toml` puts them there); in a checkout they are read live from the
top-level folder of the same name.
"""

from __future__ import annotations

from importlib.abc import Traversable
from importlib.resources import files
from pathlib import Path


def shipped(*parts: str) -> Traversable:
    """The file or folder at `parts`, such as ``shipped("docker", "neo4j.conf")``; readable also when zipped.

    Raises FileNotFoundError when it is in neither place: the installation is damaged.
    """
    packaged = files("graphmem").joinpath(*parts)
    if packaged.is_file() or packaged.is_dir():
        return packaged
    live = Path(__file__).resolve().parents[1].joinpath(*parts)
    if live.exists():
        return live
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of graphmem: install it again.")
